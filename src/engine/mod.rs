//! One run of a runbook.

pub mod listener;
