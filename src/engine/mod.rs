//! One run of a runbook.

pub mod walk;
pub mod words;
