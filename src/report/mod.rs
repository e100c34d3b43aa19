//! What is told of runs after the fact. Plain data; how it is laid out is the command line's.

pub mod audit;
pub mod aws_cli;
pub mod call_line;
pub mod document;
pub mod editor_definitions;
pub mod handover;
pub mod manual;
pub mod markdown;
pub mod page;
pub mod run_report;
pub mod search;
pub mod sheet;
pub mod shell;
pub mod standing;
pub mod timeline;

/// The version of every object that the program writes for machines. The schema only grows under one version.
pub const VERSION: u32 = 1;
