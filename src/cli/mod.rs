//! The command line: one file per subcommand, and how things are shown.

pub mod render;
//! The command line: subcommands, messages, exit codes, and what a run looks like.
pub mod view;
