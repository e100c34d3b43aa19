//! One run of a runbook.

mod embedded;
pub mod environment;
pub mod guard;
pub mod header;
pub mod imports;
pub mod library;
mod literal;
pub mod lock;
pub mod param_kind;
pub mod param_spec;
pub mod parameters;
mod parser;
pub mod permission_line;
pub mod policy_settings;
pub mod project;
pub mod shelf;
mod toml_text;
pub mod written;
