//! The command line: subcommands, messages, exit codes, and what a run looks like.

pub mod view;
