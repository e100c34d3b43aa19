//! `runbook report`: what a run did.

use std::process::ExitCode;

use clap::Args;

use super::arguments::Output;
use super::desk::{Desk, look};
use super::found::Found;
use super::machine;
use super::paper::Paper;
use super::render::{Look, render};
use crate::messages::command_line as messages;
use crate::messages::paper as words;
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
        paper.calls(&words::writes(), report.calls.iter().filter(|call| call.effect.is_write()));
        paper.remarks(&words::approvals(), &report.approvals);
        paper.calls(&words::questions(), report.calls.iter().filter(|call| call.function.starts_with("human::")));
        paper.remarks(&words::decisions(), &report.decisions);
        paper.remarks(&words::refused(), &report.refused);
        paper.remarks(&words::said(), &report.remarks);
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
        Err(error) => desk.fail(&Diagnostic::error(Code::Bug, messages::the_report_cannot_be_written_as_json(&error))),
    }
}

/// Ends a sheet with why the run stopped and what to type next, and shows it.
pub(super) fn end(desk: &Desk, mut paper: Paper, found: &Found, report: &RunReport) {
    if let Some(stop) = &report.stop {
        let look = Look { colour: desk.looks.colour, ..look(&desk.screen) };
        let sources = found.sources();
        paper.title(&words::why_it_stopped());
        render(stop, &|name| sources.get(name).cloned(), look).lines().for_each(|line| paper.line(line));
    }
    if !report.next.is_empty() {
        paper.line("");
        paper.next(&report.next);
    }
    desk.screen.result(&paper.into_text());
}
