//! `runbook note`: a person's remark in a run's record.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::arguments::Output;
use super::desk::Desk;
use super::found::Found;
use super::machine;
use crate::engine::gate::journal_diagnostic;
use crate::journal::{Journal, JournalError, Opening};
use crate::messages::handover as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::entry::{Event, Seq};
use crate::world::clock::SystemClock;

/// Write a remark into a run's record
#[derive(Debug, Args)]
#[command(
    after_help = "Works for runs that have stopped or ended; every report shows it.\n\nExample:\n  runbook note r-8m3x 'web:87 is up, waiting for the second task'"
)]
pub struct Note {
    /// Its id, or the beginning of it
    run: String,

    /// What is to be remembered
    text: String,
}

impl Note {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let found = match Found::find(desk, &self.run) {
            Ok(found) => found,
            Err(code) => return code,
        };
        let entry = match write(desk, &found, &self.text) {
            Ok(entry) => entry,
            Err(diagnostic) => return desk.fail(&diagnostic),
        };
        if desk.output == Output::Text {
            desk.screen.watch(&messages::noted(&found.run));
        } else {
            machine::object(desk, "note", json!({ "run": found.run.as_str(), "entry": entry }));
        }
        ExitCode::SUCCESS
    }
}

/// Writes a remark into the record of a run.
///
/// # Errors
/// A remark without words; a run that another process holds; storage that fails.
pub(super) fn write(desk: &Desk, found: &Found, text: &str) -> Result<Seq, Box<Diagnostic>> {
    if text.trim().is_empty() {
        let diagnostic = Diagnostic::error(Code::Usage, messages::a_note_needs_words());
        return Err(Box::new(diagnostic.state(messages::nothing_was_noted())));
    }
    let opening =
        Opening { backend: Arc::clone(&found.backend), clock: Arc::new(SystemClock), observer: Arc::new(|_| {}) };
    let told = |error: JournalError| Box::new(journal_diagnostic(&error).state(messages::nothing_was_noted()));
    let journal = Journal::open(opening, found.run.clone(), &desk.by).map_err(told)?;
    journal.record(Event::Noted { text: text.trim().to_owned(), by: desk.by.clone() }).map_err(told)
}
