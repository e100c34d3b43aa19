//! `runbook runs import`: takes in runs that were exported from another journal.

use std::io::Read;
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value as Json, json};

use super::arguments::Output;
use super::desk::Desk;
use super::machine;
use crate::engine::gate::journal_diagnostic;
use crate::journal::archive::{self, Archive, Unfit};
use crate::journal::{JournalError, Transfer};
use crate::messages::archive as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::entry::{Entry, Event};
use crate::world::clock::{Clock, SystemClock, stamp};
use crate::world::escape;

/// Take in runs that `runbook runs export` wrote
#[derive(Debug, Args)]
#[command(
    after_help = "All of the file is verified before anything is stored, and all of its runs are taken in or none. They keep their ids and \
                  hashes, and stay known as imported. A run that is here already gets what it did elsewhere since.\n\n\
                  The hashes show that nothing was changed since it was recorded, not who recorded it: import from people you trust."
)]
pub struct Import {
    /// The file; `-` is standard input
    file: String,
}

impl Import {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        match self.import(desk) {
            Ok(()) => ExitCode::SUCCESS,
            Err(diagnostic) => desk.fail(&diagnostic.state(messages::nothing_was_imported())),
        }
    }

    fn import(&self, desk: &Desk) -> Result<(), Box<Diagnostic>> {
        let archive = archive::read(&self.text()?).map_err(|unfit| self.unfit(&unfit))?;
        let backend = desk.journal()?;
        let transfer = Transfer {
            journal: archive.journal.clone(),
            exported_by: archive.by.clone(),
            exported_at: archive.at.clone(),
            imported_by: desk.by.clone(),
            imported_at: stamp(SystemClock.now()),
        };
        // Nobody must go on with a run while it gets what it did elsewhere.
        let runs = archive.runs.iter().filter_map(|entries| entries.first()).map(|first| &first.run);
        let held: Result<Vec<_>, _> = runs.map(|run| backend.hold_run(run, &desk.by)).collect();
        let held = held.map_err(|error| Box::new(journal_diagnostic(&error)))?;
        let added = backend.import(&archive.runs, &archive.contents, &transfer).map_err(|error| {
            let diagnostic = journal_diagnostic(&error);
            Box::new(match &error {
                JournalError::Differs(run) => {
                    diagnostic.note(messages::how_they_part()).next(messages::look_at_both(run))
                }
                _ => diagnostic,
            })
        })?;
        drop(held);
        tell(desk, &archive, &added);
        Ok(())
    }

    fn text(&self) -> Result<String, Box<Diagnostic>> {
        let mut text = String::new();
        let read = match self.file.as_str() {
            "-" => std::io::stdin().read_to_string(&mut text),
            file => std::fs::File::open(file).and_then(|mut file| file.read_to_string(&mut text)),
        };
        match read {
            Ok(_) => Ok(text),
            // Bytes that are no text are no export.
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                Err(self.unfit(&Unfit::Damaged { line: 0, what: messages::is_no_export() }))
            }
            Err(error) => {
                Err(Box::new(Diagnostic::error(Code::File, messages::cannot_be_read(escape::line(&self.file), error))))
            }
        }
    }

    fn unfit(&self, unfit: &Unfit) -> Box<Diagnostic> {
        let what = unfit.to_string();
        let message = messages::cannot_be_imported(escape::line(&self.file), escape::line(&what));
        Box::new(match unfit {
            Unfit::Newer { .. } => {
                Diagnostic::error(Code::JournalNewer, message).next(messages::use_the_newer_program())
            }
            Unfit::Damaged { .. } => Diagnostic::error(Code::ExportDamaged, message).next(messages::export_it_again()),
        })
    }
}

/// What became of a run, in the word of machine output.
fn word(entries: &[Entry], added: usize) -> &'static str {
    match added {
        0 => "already_here",
        added if added == entries.len() => "imported",
        _ => "extended",
    }
}

fn is_final(entries: &[Entry]) -> bool {
    let ended = |entry: &Entry| matches!(entry.event, Event::Done { .. } | Event::Cancelled { .. });
    entries.iter().any(ended)
}

fn tell(desk: &Desk, archive: &Archive, added: &[usize]) {
    let runs = || archive.runs.iter().zip(added.iter().copied());
    if desk.output != Output::Text {
        let object = |(entries, added): (&Vec<Entry>, usize)| {
            json!({
                "run": entries.first().map(|first| &first.run), "became": word(entries, added),
                "entries": entries.len(), "added": added, "finished": is_final(entries),
            })
        };
        let from = json!({ "journal": archive.journal, "by": archive.by, "at": archive.at });
        let objects: Vec<Json> = runs().map(object).collect();
        machine::object(desk, "imported", json!({ "runs": objects, "from": from }));
        return;
    }
    let by = archive.by.to_string();
    for (entries, added) in runs() {
        let Some(first) = entries.first() else { continue };
        let Event::RunStarted(start) = &first.event else { continue };
        let became = match word(entries, added) {
            "already_here" => messages::already_here(),
            "imported" => messages::imported(added),
            _ => messages::extended(added),
        };
        let line = format!("{}  {}@{}  {became}", first.run, start.runbook, start.version);
        desk.screen.result(&format!("{}\n", escape::line(&line)));
        if added > 0 && !is_final(entries) {
            desk.screen.watch(&escape::line(&messages::may_go_on_elsewhere(&first.run, &by)));
        }
    }
    desk.screen.watch(&escape::line(&messages::comes_from(&by, &archive.journal, &archive.at)));
    if let Some(first) = archive.runs.first().and_then(|entries| entries.first()) {
        desk.screen.watch(&crate::messages::audit::look_at(&first.run));
    }
}
