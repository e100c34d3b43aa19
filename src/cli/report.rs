//! `runbook report`: what a run did.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::arguments::Output;
use super::desk::{Desk, look};
use super::render::render;
use super::resume::{Taken, pinned, take};
use crate::engine::gate::journal_diagnostic;
use crate::model::duration;
use crate::model::run::{Mode, RunState};
use crate::model::value::Value;
use crate::report::run_report::{CallLine, RunReport, Step, between_ms};
use crate::world::{escape, width};

/// Tell what a run did
#[derive(Debug, Args)]
#[command(after_help = "`--output json` gives one object (`type` is `report`); its schema only grows.")]
pub struct Report {
    /// Its id, or the beginning of it; the newest unfinished run when left out
    run: Option<String>,
}

impl Report {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let taken = match take(desk, self.run.as_deref()) {
            Ok(taken) => taken,
            Err(code) => return code,
        };
        match report_of(&taken) {
            Ok(report) => {
                tell(desk, &taken, &report);
                ExitCode::SUCCESS
            }
            Err(error) => desk.fail(&journal_diagnostic(&error)),
        }
    }
}

/// The report of a run that was found.
pub(super) fn report_of(taken: &Taken) -> Result<RunReport, crate::journal::JournalError> {
    let entries = taken.backend.entries(&taken.run, 1)?;
    Ok(RunReport::of(&taken.history, &entries))
}

/// Writes a report in the form that was asked for.
pub(super) fn tell(desk: &Desk, taken: &Taken, report: &RunReport) {
    if desk.output != Output::Text {
        match serde_json::to_string(report) {
            Ok(json) => desk.screen.result(&format!("{json}\n")),
            Err(error) => desk.screen.watch(&format!("the report can't be written as JSON: {error}")),
        }
        return;
    }
    let mut text = String::new();
    head(report, &mut text);
    section("Steps", report.steps.iter().map(|step| step_line(desk, step)), &mut text);
    let writes = report.calls.iter().filter(|call| call.effect.is_write());
    section("Writes", writes.flat_map(call_lines), &mut text);
    let asked = report.calls.iter().filter(|call| call.function.starts_with("human::"));
    section("Questions", asked.flat_map(call_lines), &mut text);
    let approvals = report.approvals.iter().map(|remark| {
        let first = remark.text.lines().next().unwrap_or_default();
        format!("  {}  {}  {}", clock(&remark.at), remark.by.as_deref().unwrap_or_default(), escape::line(first))
    });
    section("Approvals", approvals, &mut text);
    let remarks = report.remarks.iter().map(|remark| {
        let by = remark.by.as_ref().map(|by| format!("{by}: ")).unwrap_or_default();
        format!("  {}  {by}{}", clock(&remark.at), escape::line(&remark.text))
    });
    section("Said", remarks, &mut text);
    left(report, &mut text);
    desk.screen.result(&text);
    if let Some(stop) = &report.stop {
        let sources = pinned(taken);
        desk.screen.result(&render(stop, &|name| sources.get(name).cloned(), look(&desk.screen)));
    }
    if let RunState::Stopped(_) | RunState::Running = taken.history.state {
        desk.screen.result(&format!("next: runbook resume {}\n", report.run));
    }
}

fn head(report: &RunReport, text: &mut String) {
    let mode = if report.mode == Mode::ReadOnly { "  read-only" } else { "" };
    let environment =
        report.environment.as_ref().map(|name| format!("  environment {}", escape::line(name))).unwrap_or_default();
    let took = between_ms(&report.started_at, &report.last_at)
        .map(|ms| duration::say(Duration::from_millis(ms)))
        .unwrap_or_default();
    let resumes = match report.resumes {
        0 => String::new(),
        1 => ", resumed once".to_owned(),
        times => format!(", resumed {times} times"),
    };
    text.push_str(&format!(
        "{}  {}@{}  {}{environment}{mode}\n",
        report.run,
        escape::line(&report.runbook),
        report.version,
        escape::line(&report.by)
    ));
    text.push_str(&format!(
        "{}: {} to {} ({took}{resumes})\n",
        report.state,
        clock(&report.started_at),
        clock(&report.last_at)
    ));
    if let Some(params) = report.params.as_map().filter(|params| !params.is_empty()) {
        let told: Vec<String> = params.iter().map(|(name, value)| format!("{name}={}", short(value))).collect();
        text.push_str(&format!("with {}\n", escape::line(&told.join("  "))));
    }
}

fn section(title: &str, lines: impl Iterator<Item = String>, text: &mut String) {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        text.push_str(&format!("\n{title}\n"));
        lines.for_each(|line| text.push_str(&format!("{}\n", line.trim_end())));
    }
}

fn step_line(desk: &Desk, step: &Step) -> String {
    let looks = desk.screen.looks();
    let glyph = match step.state {
        "finished" => looks.pick("✓", "+"),
        "failed" => looks.pick("✗", "x"),
        "skipped" => looks.pick("↷", ">"),
        _ => looks.pick("●", "*"),
    };
    let depth = step.path.len().saturating_sub(1);
    let name = step.path.last().map(|name| escape::line(name).into_owned()).unwrap_or_default();
    let badge = step.effect.map(crate::model::effect::Effect::badge).unwrap_or_default();
    let took = step.took_ms.map(|ms| duration::say(Duration::from_millis(ms))).unwrap_or_default();
    let start = format!("  {}{glyph} {name}", "  ".repeat(depth));
    let columns = desk.screen.columns().min(80);
    let end = format!("{}{}", width::pad(badge, 5), width::pad_left(&took, 9));
    let room = columns.saturating_sub(width::width(&end) + 1);
    let mut line = format!("{} {end}", width::pad(&width::truncate(&start, room, looks.ellipsis()), room));
    if let Some(error) = &step.error {
        line.push_str(&format!("\n    {}{}", "  ".repeat(depth), escape::line(error)));
    }
    line
}

/// A call on one line, and how it failed below.
pub(super) fn call_lines(call: &CallLine) -> Vec<String> {
    let args = call.args.to_json().to_string();
    let settled = if call.settled { "  (settled)" } else { "" };
    let took = duration::say(Duration::from_millis(call.took_ms));
    let mut lines = vec![format!(
        "  {:>4}  {}  {} {}  {}  {took}{settled}",
        call.call,
        clock(&call.at),
        width::pad(call.effect.badge(), 4),
        call.function,
        call.outcome
    )];
    lines.push(format!("        {}", width::truncate(&escape::line(&args), 100, "…")));
    if call.outcome != "ok"
        && let Some(message) = call.result.as_text()
    {
        lines.push(format!("        {}", escape::line(message)));
    } else if call.function.starts_with("human::") {
        lines.push(format!("        → {}", escape::line(&short(&call.result))));
    }
    lines
}

fn left(report: &RunReport, text: &mut String) {
    let numbers = |numbers: &[u64]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if !report.in_doubt.is_empty() {
        text.push_str(&format!("\nin doubt: call {}  (`runbook settle {}`)\n", numbers(&report.in_doubt), report.run));
    }
    if !report.owed.is_empty() {
        text.push_str(&format!("\nstill open: {}\n", escape::line(&report.owed.join(", "))));
    }
    if !report.unasked.is_empty() {
        text.push_str(&format!("\nmade and not asked for again: call {}\n", numbers(&report.unasked)));
    }
    if let Some(value) = report.value.as_ref().filter(|value| **value != Value::Unit) {
        text.push_str(&format!("\ngave: {}\n", escape::line(&value.to_json().to_string())));
    }
    text.push('\n');
}

/// The time of day of a stamp, UTC: `03:12:40Z`; the whole stamp when it is none.
pub(super) fn clock(at: &str) -> String {
    at.get(11..19).map_or_else(|| at.to_owned(), |time| format!("{time}Z"))
}

fn short(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => other.to_json().to_string(),
    }
}
