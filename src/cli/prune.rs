//! `runbook runs prune`: takes runs that have ended out of the journal.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use super::arguments::Output;
use super::conduct::person;
use super::desk::Desk;
use super::export;
use super::{columns, machine};
use crate::engine::gate::journal_diagnostic;
use crate::journal::{Backend, JournalError, Pruned, verify};
use crate::messages::prune as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::duration;
use crate::model::history::History;
use crate::model::run::RunId;
use crate::model::value::Value;
use crate::world::clock::{Clock, SystemClock, stamp};
use crate::world::escape;
use crate::world::person::{Answer, Question};

/// Remove runs that have ended from the journal
#[derive(Debug, Args)]
#[command(
    after_help = "Only runs that are done or cancelled go, with everything that no other run refers to. Each leaves a line that `runbook \
                  audit verify` shows: what it was, how it ended, its last hash, who removed it. The hashes of all other runs stay \
                  verifiable.\n\nExamples:\n  runbook runs prune --older-than 90d --dry-run\n  \
                  runbook runs prune --older-than 90d --keep 3 --export old-runs.jsonl\n  runbook runs prune r-8m3x --yes"
)]
pub struct Prune {
    /// The ids, or the beginnings of them
    #[arg(value_name = "RUN", conflicts_with_all = ["older_than", "keep"])]
    runs: Vec<String>,

    /// Runs whose last entry is this old, such as `90d`
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    older_than: Option<Duration>,

    /// All but this many of each runbook, the newest
    #[arg(long, value_name = "N")]
    keep: Option<usize>,

    /// Write them to a file first that `runbook runs import` takes in
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,

    /// Only show what would be removed
    #[arg(long)]
    dry_run: bool,

    /// Remove without asking
    #[arg(long, short, conflicts_with = "dry_run")]
    yes: bool,
}

impl Prune {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        match self.prune(desk) {
            Ok(()) => ExitCode::SUCCESS,
            Err(diagnostic) => desk.fail(&diagnostic.state(messages::nothing_was_removed())),
        }
    }

    fn prune(&self, desk: &Desk) -> Result<(), Box<Diagnostic>> {
        let told = |error: JournalError| Box::new(journal_diagnostic(&error));
        if self.runs.is_empty() && self.older_than.is_none() && self.keep.is_none() {
            return Err(Box::new(Diagnostic::error(Code::Usage, messages::say_which())));
        }
        let backend = desk.journal()?;
        let stones = if self.runs.is_empty() { self.meant(desk, &*backend)? } else { self.named(desk, &*backend)? };
        let entries: u64 = stones.iter().map(|stone| stone.entries).sum();
        if desk.output == Output::Text {
            show(desk, &stones);
        }
        if self.dry_run || stones.is_empty() {
            self.tell(desk, &stones, entries);
            return Ok(());
        }
        if let Some(file) = self.export.as_ref().filter(|file| file.exists()) {
            let message = messages::file_is_there(escape::line(&file.to_string_lossy()));
            return Err(Box::new(Diagnostic::error(Code::File, message).next(messages::another_file())));
        }
        self.confirmed(desk, stones.len(), entries)?;
        if let Some(file) = &self.export {
            let runs: Vec<RunId> = stones.iter().map(|stone| stone.run.clone()).collect();
            export::write(desk, &*backend, &runs, file)?;
        }
        backend.prune(&stones).map_err(told)?;
        self.tell(desk, &stones, entries);
        compact(desk, &*backend);
        Ok(())
    }

    /// The runs that were named.
    fn named(&self, desk: &Desk, backend: &dyn Backend) -> Result<Vec<Pruned>, Box<Diagnostic>> {
        let mut stones: Vec<Pruned> = Vec::new();
        for text in &self.runs {
            let run = desk.run_of(backend, Some(text))?;
            let stone = tombstone(desk, backend, &run).map_err(|error| Box::new(journal_diagnostic(&error)))?;
            let stone = stone.ok_or_else(|| {
                Box::new(Diagnostic::error(Code::Usage, messages::has_not_ended(&run)).next(messages::end_it(&run)))
            })?;
            if stones.iter().all(|known| known.run != stone.run) {
                stones.push(stone);
            }
        }
        Ok(stones)
    }

    /// The runs that are old enough, and not among the newest of their runbook.
    fn meant(&self, desk: &Desk, backend: &dyn Backend) -> Result<Vec<Pruned>, Box<Diagnostic>> {
        let now = SystemClock.now();
        let is_old = |at: &str| {
            let passed = at.parse().ok().and_then(|at| Duration::try_from(now.duration_since(at)).ok());
            self.older_than.is_none_or(|age| passed.is_some_and(|passed| passed >= age))
        };
        let mut of_runbook: BTreeMap<String, usize> = BTreeMap::new();
        let mut stones = Vec::new();
        for summary in backend.runs().map_err(|error| Box::new(journal_diagnostic(&error)))? {
            let run = &summary.first.run;
            match tombstone(desk, backend, run) {
                Ok(Some(stone)) => {
                    let newer = of_runbook.entry(stone.runbook.clone()).or_default();
                    *newer += 1;
                    if is_old(&stone.last_at) && self.keep.is_none_or(|keep| *newer > keep) {
                        stones.push(stone);
                    }
                }
                Ok(None) => {}
                Err(error) => desk.screen.watch(&escape::line(&messages::is_left(run, &error))),
            }
        }
        Ok(stones)
    }

    fn confirmed(&self, desk: &Desk, runs: usize, entries: u64) -> Result<(), Box<Diagnostic>> {
        if self.yes {
            return Ok(());
        }
        let person = person(desk);
        let question = Question::Confirm { text: messages::shall_they_go(runs, entries) };
        let is_asked = person.is_there();
        if is_asked && matches!(person.ask(&question, "", &CancellationToken::new()), Answer::Given(Value::Bool(true)))
        {
            return Ok(());
        }
        Err(Box::new(if is_asked {
            Diagnostic::error(Code::Declined, messages::a_person_said_no())
        } else {
            Diagnostic::error(Code::Usage, messages::nobody_said_yes(runs)).next(messages::say_yes())
        }))
    }

    fn tell(&self, desk: &Desk, stones: &[Pruned], entries: u64) {
        if desk.output != Output::Text {
            let file: Option<String> = self.export.as_ref().map(|file| file.to_string_lossy().into_owned());
            let runs: Vec<Json> = stones.iter().map(object).collect();
            machine::object(desk, "pruned", json!({ "runs": runs, "dry_run": self.dry_run, "export": file }));
            return;
        }
        desk.screen.watch(&if stones.is_empty() {
            messages::none()
        } else if self.dry_run {
            messages::would_be_pruned(stones.len(), entries)
        } else {
            messages::pruned(stones.len(), entries)
        });
    }
}

/// What will be left of a run; nothing for one that has not ended.
fn tombstone(desk: &Desk, backend: &dyn Backend, run: &RunId) -> Result<Option<Pruned>, JournalError> {
    let entries = backend.entries(run, 1)?;
    verify(run, &entries)?;
    let history = History::of(&entries).map_err(|what| JournalError::illegal(run.as_str(), &what))?;
    Ok(Pruned::of(&entries, &history, &desk.by, &stamp(SystemClock.now())))
}

fn show(desk: &Desk, stones: &[Pruned]) {
    let row = |stone: &Pruned| {
        let runbook = format!("{}@{}", stone.runbook, stone.version);
        vec![stone.run.to_string(), runbook, stone.state.clone(), stone.last_at.clone(), stone.entries.to_string()]
    };
    let rows: Vec<Vec<String>> = stones.iter().map(row).collect();
    for row in columns::aligned(&rows, desk.screen.columns(), Some(1), desk.looks.ellipsis()) {
        desk.screen.result(&format!("{row}\n"));
    }
}

fn object(stone: &Pruned) -> Json {
    json!({
        "run": stone.run, "runbook": stone.runbook, "version": stone.version, "state": stone.state,
        "started_at": stone.started_at, "last_at": stone.last_at, "entries": stone.entries, "head": stone.head,
    })
}

/// Gives the room back, unless that would keep a run waiting.
fn compact(desk: &Desk, backend: &dyn Backend) {
    let running = backend.runs().map(|runs| {
        let mut runs = runs.into_iter().map(|summary| summary.first.run);
        runs.find(|run| backend.is_held(run, &desk.by))
    });
    let kept = match running {
        Ok(Some(run)) => Some(messages::a_run_is_going_on(run)),
        Ok(None) => backend.compact().err().map(|error| error.to_string()),
        Err(error) => Some(error.to_string()),
    };
    if let Some(why) = kept {
        desk.screen.watch(&escape::line(&messages::not_compacted(why)));
    }
}
