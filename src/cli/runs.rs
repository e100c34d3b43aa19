//! `runbook runs`: past and unfinished runs, newest first.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::arguments::Output;
use super::desk::Desk;
use crate::engine::gate::journal_diagnostic;
use crate::journal::{Backend, JournalError, RunSummary};
use crate::model::duration;
use crate::model::entry::Event;
use crate::model::run::Who;
use crate::world::clock::{Clock, SystemClock};
use crate::world::{escape, width};

/// List past and unfinished runs, newest first
#[derive(Debug, Args)]
pub struct Runs {
    /// Show only runs of this runbook
    #[arg(long, value_name = "NAME")]
    runbook: Option<String>,

    /// Show only runs in this state, such as `failed`
    #[arg(long, value_name = "STATE")]
    state: Option<String>,

    /// How many at most
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
}

struct Line {
    run: String,
    runbook: String,
    version: String,
    state: String,
    who: Who,
    environment: Option<String>,
    started_at: String,
    last_at: String,
}

impl Runs {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let backend = match desk.journal() {
            Ok(backend) => backend,
            Err(diagnostic) => return desk.fail(&diagnostic),
        };
        let runs = match backend.runs() {
            Ok(runs) => runs,
            Err(error) => return desk.fail(&journal_diagnostic(&error)),
        };
        let lines = runs.iter().filter_map(|run| line(&*backend, run, &desk.by));
        let lines = lines.filter(|line| self.runbook.as_ref().is_none_or(|name| line.runbook == *name));
        let lines: Vec<Line> = lines
            .filter(|line| self.state.as_ref().is_none_or(|state| line.state == *state))
            .take(self.limit)
            .collect();
        if desk.output != Output::Text {
            let objects: Vec<_> = lines.iter().map(object).collect();
            desk.screen.result(&format!("{}\n", json!({ "v": 1, "type": "runs", "runs": objects })));
            return ExitCode::SUCCESS;
        }
        if lines.is_empty() {
            desk.screen.watch("no runs yet; `runbook list` shows what can be run");
            return ExitCode::SUCCESS;
        }
        let now = SystemClock.now();
        let since = |at: &str| {
            let at: Option<jiff::Timestamp> = at.parse().ok();
            let passed = at.and_then(|at| Duration::try_from(now.duration_since(at)).ok());
            passed.map(|passed| duration::say(Duration::from_secs(passed.as_secs()))).unwrap_or_default()
        };
        let mut rows = vec![["ID", "RUNBOOK", "STATE", "WHO", "SINCE"].map(str::to_owned)];
        rows.extend(lines.iter().map(|line| {
            let runbook = format!("{}@{}", line.runbook, line.version);
            [
                line.run.clone(),
                escape::line(&runbook).into_owned(),
                line.state.clone(),
                escape::line(&line.who.to_string()).into_owned(),
                since(&line.last_at),
            ]
        }));
        table(desk, &rows);
        ExitCode::SUCCESS
    }
}

/// Writes rows in columns, the runbook's cut so that a row fits the screen.
fn table(desk: &Desk, rows: &[[String; 5]]) {
    let widest =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|text| width::width(text)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..5).map(widest).collect();
    let others: usize = widths.iter().enumerate().filter(|(column, _)| *column != 1).map(|(_, width)| width + 2).sum();
    let runbook = widths.get(1).copied().unwrap_or(0).min(desk.screen.columns().saturating_sub(others).max(12));
    for row in rows {
        let cells = row.iter().enumerate().map(|(column, text)| {
            let columns = if column == 1 { runbook } else { widths.get(column).copied().unwrap_or(0) };
            width::pad(&width::truncate(text, columns, desk.screen.looks().ellipsis()), columns)
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        desk.screen.result(&format!("{}\n", line.trim_end()));
    }
}

fn line(backend: &dyn Backend, run: &RunSummary, by: &Who) -> Option<Line> {
    let Event::RunStarted(start) = &run.first.event else { return None };
    Some(Line {
        run: run.first.run.to_string(),
        runbook: start.runbook.clone(),
        version: start.version.clone(),
        state: state(backend, run, by),
        who: start.by.clone(),
        environment: start.environment.clone(),
        started_at: run.first.at.clone(),
        last_at: run.newest.at.clone(),
    })
}

/// The state, told by the newest entry: a run that has neither stopped nor ended is running if a process holds it, else it died.
fn state(backend: &dyn Backend, run: &RunSummary, by: &Who) -> String {
    match &run.newest.event {
        Event::Done { .. } => "done".to_owned(),
        Event::Cancelled { .. } => "cancelled".to_owned(),
        Event::Stopped { kind, .. } => kind.word().to_owned(),
        Event::CallSettled { .. } | Event::Noted { .. } => held(backend, run, by).unwrap_or("stopped").to_owned(),
        _ => held(backend, run, by).unwrap_or("died").to_owned(),
    }
}

fn held(backend: &dyn Backend, run: &RunSummary, by: &Who) -> Option<&'static str> {
    matches!(backend.hold_run(&run.first.run, by), Err(JournalError::Held { .. })).then_some("running")
}

fn object(line: &Line) -> serde_json::Value {
    json!({
        "run": line.run,
        "runbook": line.runbook,
        "version": line.version,
        "state": line.state,
        "by": line.who,
        "environment": line.environment,
        "started_at": line.started_at,
        "last_at": line.last_at,
    })
}
