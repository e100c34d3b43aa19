//! The command line: one file per subcommand, and how things are shown.

pub mod render;
pub mod view;
