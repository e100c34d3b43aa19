//! One run of a runbook: the gate, scopes, resume, what Rhai is given, and why a run stops. Only the script files here, `check`
//! and the scenarios know Rhai.

pub mod conversion;
mod embedded;
pub mod environment;
pub mod error;
pub mod gate;
pub mod guard;
pub mod header;
pub mod imports;
pub mod ledger;
pub mod library;
pub mod listener;
mod literal;
pub mod lock;
pub mod param_kind;
pub mod param_spec;
pub mod parameters;
mod parser;
pub mod permission_line;
pub mod policy_settings;
pub mod project;
mod refusal;
pub mod run;
pub mod sandbox;
pub mod scope;
mod secrets;
pub mod session;
pub mod settle;
pub mod shelf;
pub mod skip;
mod sources;
pub mod stop;
mod structure;
mod toml_text;
pub mod walk;
pub mod words;
pub mod written;
