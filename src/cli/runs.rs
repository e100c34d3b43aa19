//! `runbook runs`: past and unfinished runs, newest first.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::arguments::Output;
use super::columns;
use super::desk::Desk;
use super::export::Export;
use super::found::Found;
use super::import::Import;
use super::machine;
use super::prune::Prune;
use crate::engine::gate::journal_diagnostic;
use crate::journal::{Backend, Origin, RunSummary};
use crate::messages::archive;
use crate::messages::command_line as messages;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, did_you_mean};
use crate::model::entry::Event;
use crate::model::run::RunId;
use crate::report::standing::WORDS;
use crate::world::clock::{Clock, SystemClock};

/// What stands for the state of a run that can't be read.
const DAMAGED: &str = "damaged";

/// List runs, newest first; carry them elsewhere; remove old ones
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Runs {
    #[command(subcommand)]
    command: Option<What>,

    /// Show only runs of this runbook
    #[arg(long, value_name = "NAME")]
    runbook: Option<String>,

    /// Show only runs in this state, such as `failed` or `in doubt`
    #[arg(long, value_name = "STATE")]
    state: Option<String>,

    /// How many at most; 0 is all
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
}

/// What can be done with runs as a whole.
#[derive(Debug, Subcommand)]
enum What {
    Export(Export),
    Import(Import),
    Prune(Prune),
}

/// A run as the list shows it.
struct Line {
    run: String,
    runbook: String,
    version: String,
    state: &'static str,
    who: Option<crate::model::run::Who>,
    environment: Option<String>,
    started_at: String,
    last_at: String,
    in_doubt: usize,
    /// Where it comes from, when another journal began it.
    origin: Option<Origin>,
}

impl Runs {
    /// Runs the command.
    #[must_use]
    pub fn go(mut self, desk: &Desk) -> ExitCode {
        match self.command.take() {
            None => self.list(desk),
            Some(What::Export(export)) => export.go(desk),
            Some(What::Import(import)) => import.go(desk),
            Some(What::Prune(prune)) => prune.go(desk),
        }
    }

    fn list(self, desk: &Desk) -> ExitCode {
        let state = match self.state.as_deref().map(state_of).transpose() {
            Ok(state) => state,
            Err(diagnostic) => return desk.fail(&diagnostic),
        };
        let backend = match desk.journal() {
            Ok(backend) => backend,
            Err(diagnostic) => return desk.fail(&diagnostic),
        };
        let read = backend.runs().and_then(|runs| backend.origins().map(|origins| (runs, origins)));
        let (runs, origins) = match read {
            Ok(read) => read,
            Err(error) => return desk.fail(&journal_diagnostic(&error)),
        };
        let limit = if self.limit == 0 { usize::MAX } else { self.limit };
        let lines = runs.iter().filter(|run| self.runbook.as_ref().is_none_or(|name| runbook_of(run) == Some(name)));
        let lines = lines.map(|run| {
            let began = |(imported, origin): &&(RunId, Origin)| *imported == run.first.run && origin.first == 1;
            let origin = origins.iter().find(began).map(|(_, origin)| origin.clone());
            Line { origin, ..line(desk, &backend, run) }
        });
        let mut lines = lines.filter(|line| state.is_none_or(|state| line.state == state));
        let shown: Vec<Line> = lines.by_ref().take(limit).collect();
        let more = lines.next().is_some();
        match desk.output {
            Output::Json => {
                let objects: Vec<Json> = shown.iter().map(object).collect();
                machine::object(desk, "runs", json!({ "runs": objects, "more": more }));
            }
            Output::Ndjson => shown.iter().for_each(|line| machine::object(desk, "run", object(line))),
            Output::Text => self.tell(desk, &shown, more, runs.is_empty()),
        }
        ExitCode::SUCCESS
    }

    fn tell(&self, desk: &Desk, shown: &[Line], more: bool, none: bool) {
        if shown.is_empty() {
            desk.screen.watch(&if none { messages::no_runs_yet() } else { messages::no_run_is_like_that() });
            return;
        }
        let now = SystemClock.now();
        let since = |at: &str| {
            let at: Option<jiff::Timestamp> = at.parse().ok();
            at.and_then(|at| Duration::try_from(now.duration_since(at)).ok()).map(ago).unwrap_or_default()
        };
        let looks = desk.looks;
        let mut rows = vec![["ID", "RUNBOOK", "STATE", "WHO", "SINCE", ""].map(str::to_owned).to_vec()];
        rows.extend(shown.iter().map(|line| {
            let hint = match (line.state, line.in_doubt) {
                ("died" | "in doubt" | "diverged", 1..) => messages::decide(),
                ("waiting", _) => messages::waits_for_a_person(),
                _ => line
                    .origin
                    .as_ref()
                    .map(|from| archive::from_elsewhere(&from.transfer.exported_by))
                    .unwrap_or_default(),
            };
            let hint = if hint.is_empty() { String::new() } else { format!("{} {hint}", looks.pick("←", "<-")) };
            let who = line.who.as_ref().map(ToString::to_string).unwrap_or_default();
            let runbook = format!("{}@{}", line.runbook, line.version);
            vec![line.run.clone(), runbook, line.state.to_owned(), who, since(&line.last_at), hint]
        }));
        for row in columns::aligned(&rows, desk.screen.columns(), Some(1), looks.ellipsis()) {
            desk.screen.result(&format!("{row}\n"));
        }
        if more {
            desk.screen.watch(&messages::these_are_the_newest(self.limit));
        }
    }
}

/// The state that a person means.
fn state_of(text: &str) -> Result<&'static str, Box<Diagnostic>> {
    let plain = text.to_lowercase().replace(['-', '_'], " ");
    let words = || WORDS.into_iter().chain([DAMAGED]);
    words().find(|word| *word == plain).ok_or_else(|| {
        let diagnostic = Diagnostic::error(Code::Usage, messages::no_state_of_a_run(text));
        let diagnostic = diagnostic.note(words().collect::<Vec<_>>().join(", "));
        Box::new(match did_you_mean(&plain, words()) {
            Some(meant) => diagnostic.next(messages::did_you_mean(meant)),
            None => diagnostic,
        })
    })
}

fn runbook_of(run: &RunSummary) -> Option<&String> {
    match &run.first.event {
        Event::RunStarted(start) => Some(&start.runbook),
        _ => None,
    }
}

fn line(desk: &Desk, backend: &Arc<dyn Backend>, run: &RunSummary) -> Line {
    let start = match &run.first.event {
        Event::RunStarted(start) => Some(start),
        _ => None,
    };
    // One damaged run hides no other.
    let found = Found::read(desk, Arc::clone(backend), run.first.run.clone()).ok();
    let history = found.as_ref().map(|found| &found.history);
    Line {
        run: run.first.run.to_string(),
        runbook: start.map(|start| start.runbook.clone()).unwrap_or_default(),
        version: start.map(|start| start.version.clone()).unwrap_or_default(),
        state: found.as_ref().map_or(DAMAGED, |found| found.standing.word()),
        who: history.map(|history| history.by.clone()).or_else(|| start.map(|start| start.by.clone())),
        environment: start.and_then(|start| start.environment.clone()),
        started_at: run.first.at.clone(),
        last_at: run.newest.at.clone(),
        in_doubt: history.map_or(0, |history| history.in_doubt().count()),
        origin: None,
    }
}

fn object(line: &Line) -> Json {
    json!({
        "run": line.run,
        "runbook": line.runbook,
        "version": line.version,
        "state": line.state,
        "by": line.who,
        "environment": line.environment,
        "started_at": line.started_at,
        "last_at": line.last_at,
        "in_doubt": line.in_doubt,
        "origin": line.origin,
    })
}

/// How long ago something was, no finer than a person wants to know: `12s`, `17m`, `2h 05m`, `3d 04h`.
fn ago(passed: Duration) -> String {
    let seconds = passed.as_secs();
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        3600..86400 => format!("{}h {:02}m", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{}d {:02}h", seconds / 86400, seconds % 86400 / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_ago_is_told_as_coarsely_as_people_say_it() {
        let told = [0, 59, 60, 1020, 7500, 86400, 273_600].map(|seconds| ago(Duration::from_secs(seconds)));
        assert_eq!(told, ["0s", "59s", "1m", "17m", "2h 05m", "1d 00h", "3d 04h"]);
    }

    #[test]
    fn a_state_is_known_by_its_word_however_it_is_joined() {
        for text in ["in doubt", "in-doubt", "in_doubt", "IN DOUBT"] {
            assert_eq!(state_of(text).ok(), Some("in doubt"), "{text}");
        }
        let told = state_of("faild").expect_err("no state");
        assert_eq!(told.next, ["did you mean `failed`?"]);
    }
}
