//! What is told of runs after the fact, and of runbooks without running them. Plain data; how it is laid out is the command line's.

pub mod outline;
pub mod run_report;
