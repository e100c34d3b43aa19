//! `runbook report`: what a run did.

use std::process::ExitCode;

use clap::Args;

use super::arguments::Output;
use super::desk::{Desk, look};
use super::found::Found;
use super::machine;
use super::paper::Paper;
use super::render::{Look, render};
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::report::run_report::RunReport;
use crate::world::clock::{Clock, SystemClock, stamp};

/// Tell what a run did
#[derive(Debug, Args)]
#[command(after_help = "`--output json` gives one object (`type` is `report`); its schema only grows.")]
pub struct Report {
    /// Its id, or the beginning of it; the newest run when left out
    run: Option<String>,
}

impl Report {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let found = match Found::named_or_newest(desk, self.run.as_deref()) {
            Ok(found) => found,
            Err(code) => return code,
        };
        let report = report_of(&found);
        if desk.output != Output::Text {
            return object(desk, &report);
        }
        let mut paper = Paper::new(desk);
        paper.head(&report);
        paper.steps(&report);
        paper.calls("Writes", "書き込み", report.calls.iter().filter(|call| call.effect.is_write()));
        paper.remarks("Approvals", "承認", &report.approvals);
        paper.calls("Questions", "質問", report.calls.iter().filter(|call| call.function.starts_with("human::")));
        paper.remarks("Decisions", "判断", &report.decisions);
        paper.remarks("Refused", "拒否", &report.refused);
        paper.remarks("Said", "記録", &report.remarks);
        paper.left(&report);
        paper.gave(&report);
        end(desk, paper, &found, &report);
        ExitCode::SUCCESS
    }
}

/// The report of a run that was found.
pub(super) fn report_of(found: &Found) -> RunReport {
    RunReport::of(&found.history, &found.entries, found.standing, stamp(SystemClock.now()))
}

/// Writes a report as one JSON object.
pub(super) fn object(desk: &Desk, report: &RunReport) -> ExitCode {
    match serde_json::to_string(report) {
        Ok(json) => {
            machine::line(desk, &json);
            ExitCode::SUCCESS
        }
        Err(error) => desk.fail(&Diagnostic::error(Code::Bug, format!("the report can't be written as JSON: {error}"))),
    }
}

/// Ends a sheet with why the run stopped and what to type next, and shows it.
pub(super) fn end(desk: &Desk, mut paper: Paper, found: &Found, report: &RunReport) {
    if let Some(stop) = &report.stop {
        let look = Look { colour: desk.looks.colour, ..look(&desk.screen) };
        let sources = found.sources();
        paper.title("Why it stopped", "停止の理由");
        render(stop, &|name| sources.get(name).cloned(), look).lines().for_each(|line| paper.line(line));
    }
    if !report.next.is_empty() {
        paper.line("");
        paper.next(&report.next);
    }
    desk.screen.result(&paper.into_text());
}
