//! One run of a runbook.

pub mod guard;
pub mod header;
mod literal;
pub mod param_kind;
pub mod param_spec;
mod parser;
pub mod permission_line;
pub mod written;
