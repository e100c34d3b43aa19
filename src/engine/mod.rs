//! One run of a runbook.

pub mod environment;
pub mod guard;
pub mod header;
mod literal;
pub mod param_kind;
pub mod param_spec;
pub mod parameters;
mod parser;
pub mod permission_line;
pub mod policy_settings;
pub mod project;
mod toml_text;
pub mod written;
