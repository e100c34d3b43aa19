//! One run of a runbook.
