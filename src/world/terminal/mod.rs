//! The terminal: how things may look on it, writing that never fails a run, and the person at it.

mod keys;
mod line;
mod looks;
mod patient;
mod person;
mod region;
mod screen;
mod talk;

pub use looks::{Looks, Surroundings};
pub use person::TerminalPerson;
pub use screen::{Asking, Screen};
