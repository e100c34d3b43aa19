//! The record of runs. [`Backend`] stores entries; [`Journal`] is one run's record while a process holds it: it chains entries,
//! lets reads wait for the next durable write, and hands out the [`Receipt`] without which no call is made.

pub mod archive;
mod backend;
mod content;
mod error;
#[expect(clippy::module_inception, reason = "a file is named for the thing it holds, and this one holds `Journal`")]
mod journal;
pub mod memory;
mod origin;
mod parallel;
mod receipt;
pub mod sqlite;
mod tombstone;

pub use backend::{Backend, Hold, Posted, PostedAnswer, RunSummary};
pub use error::JournalError;
pub use journal::{EntryObserver, EventFilter, Journal, Opening, read, verify};
pub use origin::{Origin, Transfer};
pub use receipt::Receipt;
pub use tombstone::Pruned;
