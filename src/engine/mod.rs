//! One run of a runbook: the gate, scopes, resume, what Rhai is given, and why a run stops. Only the script files here, `check`
//! and the scenarios know Rhai.

pub mod conversion;
pub mod error;
pub mod gate;
pub mod guard;
pub mod header;
pub mod ledger;
pub mod listener;
mod literal;
pub mod param_kind;
pub mod param_spec;
mod parser;
pub mod permission_line;
pub mod run;
pub mod sandbox;
pub mod scope;
pub mod session;
pub mod settle;
mod sources;
pub mod stop;
mod structure;
pub mod walk;
pub mod words;
pub mod written;
