//! `runbook plan`: what a run would do. Reads are real, writes are only told.

use std::process::ExitCode;

use clap::Args;

use super::arguments::Values;
use super::desk::Desk;
use super::run::{begin, no_journal, prepare};
use super::view::Act;
use crate::model::run::Mode;

/// Show what a run would do: reads are made, writes are only told
#[derive(Debug, Args)]
pub struct Plan {
    /// Its name or path
    runbook: String,

    #[command(flatten)]
    values: Values,
}

impl Plan {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        match prepare(desk, &self.runbook, &self.values, Mode::Normal) {
            Ok(prepared) => begin(desk, prepared, no_journal(), Act::Plan, false),
            Err(code) => code,
        }
    }
}
