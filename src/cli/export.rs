//! `runbook runs export`: runs as one file, to be imported elsewhere.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::arguments::Output;
use super::desk::Desk;
use super::{machine, private_file};
use crate::engine::gate::journal_diagnostic;
use crate::journal::{Backend, archive};
use crate::messages::archive as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::run::RunId;
use crate::world::clock::{Clock, SystemClock, stamp};
use crate::world::escape;

/// Write runs to one file that `runbook runs import` takes in on another machine
#[derive(Debug, Args)]
#[command(
    after_help = "The file holds every entry with its hash, and every text and value that they refer to, as JSON lines. Secrets \
                  are in it as references only, as in the journal.\n\nExamples:\n  runbook runs export r-8m3x -o r-8m3x.jsonl\n  \
                  runbook runs export r-8m3x | ssh other runbook runs import -"
)]
pub struct Export {
    /// The ids, or the beginnings of them
    #[arg(required = true, value_name = "RUN")]
    runs: Vec<String>,

    /// Write to a file that only you can read, instead of standard output
    #[arg(short = 'o', value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Export {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        match self.write(desk) {
            Ok(()) => ExitCode::SUCCESS,
            Err(diagnostic) => desk.fail(&diagnostic.state(messages::nothing_was_exported())),
        }
    }

    fn write(&self, desk: &Desk) -> Result<(), Box<Diagnostic>> {
        let told = |error| Box::new(journal_diagnostic(&error));
        let backend = desk.journal()?;
        let mut runs: Vec<RunId> = Vec::new();
        for text in &self.runs {
            let run = desk.run_of(&*backend, Some(text))?;
            if !runs.contains(&run) {
                runs.push(run);
            }
        }
        for run in runs.iter().filter(|run| backend.is_held(run, &desk.by)) {
            desk.screen.watch(&messages::still_running(run));
        }
        let Some(file) = &self.file else {
            desk.screen.result(&text_of(&*backend, &runs, desk).map_err(told)?);
            return Ok(());
        };
        write(desk, &*backend, &runs, file)?;
        let name = escape::line(&file.to_string_lossy()).into_owned();
        if desk.output == Output::Text {
            desk.screen.watch(&messages::exported(runs.len(), &name));
            desk.screen.watch(&messages::import_it(&name));
        } else {
            machine::object(desk, "exported", json!({ "file": file.to_string_lossy(), "runs": runs }));
        }
        Ok(())
    }
}

/// Writes runs to a file that only its owner can read.
///
/// # Errors
/// Runs that can't be read, a file that can't be written.
pub(super) fn write(desk: &Desk, backend: &dyn Backend, runs: &[RunId], file: &Path) -> Result<(), Box<Diagnostic>> {
    let text = text_of(backend, runs, desk).map_err(|error| Box::new(journal_diagnostic(&error)))?;
    private_file::write(file, &text).map_err(|error| {
        let name = escape::line(&file.to_string_lossy()).into_owned();
        Box::new(Diagnostic::error(Code::File, messages::cannot_be_written(name, error)))
    })
}

/// Runs, oldest first, as the text of a file in which nothing is left that a terminal would obey.
fn text_of(backend: &dyn Backend, wanted: &[RunId], desk: &Desk) -> Result<String, crate::journal::JournalError> {
    let all = backend.runs()?;
    let runs: Vec<RunId> = all.iter().rev().map(|summary| summary.first.run.clone()).collect();
    let runs: Vec<RunId> = runs.into_iter().filter(|run| wanted.contains(run)).collect();
    archive::write(backend, &runs, &desk.by, &stamp(SystemClock.now())).map(|text| escape::json(&text))
}
