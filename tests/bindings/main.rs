//! The host functions against the machine itself: real programs, real files.

mod fs;
mod host;
mod plain;
mod process;
