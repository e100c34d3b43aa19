//! The words of the project as plain data: effects, values, calls, journal events, runs, permissions. No I/O, no clock, no Rhai;
//! depends on nothing else of ours.

pub mod approval;
pub mod call;
pub mod code;
pub mod diagnostic;
pub mod duration;
pub mod effect;
pub mod entry;
pub mod failure;
pub mod free_text;
pub mod guard;
pub mod history;
pub mod permission;
pub mod place;
pub mod plain_json;
pub mod run;
pub mod scope;
pub mod secret;
mod shared_text;
pub mod value;
mod value_codec;
