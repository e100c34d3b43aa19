//! `runbook handover`: what whoever takes a run over must know, to be pasted anywhere.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::arguments::Output;
use super::desk::Desk;
use super::found::Found;
use super::machine;
use super::note;
use super::report::report_of;
use crate::report::handover;

/// Tell how a run stands, for whoever takes it over
#[derive(Debug, Args)]
pub struct Handover {
    /// Its id, or the beginning of it; the newest run when left out
    run: Option<String>,

    /// A remark that is written into the record first
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl Handover {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let mut found = match Found::named_or_newest(desk, self.run.as_deref()) {
            Ok(found) => found,
            Err(code) => return code,
        };
        if let Some(text) = &self.note {
            if let Err(diagnostic) = note::write(desk, &found, text) {
                return desk.fail(&diagnostic);
            }
            found = match Found::find(desk, found.run.as_str()) {
                Ok(found) => found,
                Err(code) => return code,
            };
        }
        let page = handover::markdown(&report_of(&found));
        if desk.output == Output::Text {
            desk.screen.result(&page);
        } else {
            machine::object(desk, "handover", json!({ "run": found.run.as_str(), "markdown": page }));
        }
        ExitCode::SUCCESS
    }
}
