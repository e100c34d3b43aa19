//! `runbook report`: what a run did.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::arguments::Output;
use super::desk::{Desk, look};
use super::found::Found;
use super::paper::Paper;
use super::render::{Look, render};
use super::{machine, private_file};
use crate::messages::command_line as messages;
use crate::messages::documents;
use crate::messages::paper as words;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::report::run_report::RunReport;
use crate::report::{document, page};
use crate::world::clock::{Clock, SystemClock, stamp};
use crate::world::escape;

/// Tell what a run did
#[derive(Debug, Args)]
#[command(
    after_help = "`--output json` gives one object (`type` is `report`); its schema only grows.\n\nExamples:\n  runbook report r-8m3x --format markdown\n  runbook report r-8m3x --format html -o r-8m3x.html"
)]
pub struct Report {
    /// Its id, or the beginning of it; the newest run when left out
    run: Option<String>,

    /// Write a document: Markdown, or one HTML file that loads nothing
    #[arg(long, value_enum, value_name = "FORM")]
    format: Option<Format>,

    /// Write the document to a file that only you can read, instead of standard output
    #[arg(short = 'o', value_name = "FILE", requires = "format")]
    file: Option<PathBuf>,
}

/// The form of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Markdown
    Markdown,
    /// One HTML file
    Html,
}

impl Report {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        if self.format.is_some() && desk.output != Output::Text {
            let both = Diagnostic::error(Code::Usage, documents::one_form_only());
            return desk.fail(&both.state(documents::the_record_is_as_it_was()).next(documents::leave_one_out()));
        }
        let found = match Found::named_or_newest(desk, self.run.as_deref()) {
            Ok(found) => found,
            Err(code) => return code,
        };
        let report = report_of(&found);
        if let Some(format) = self.format {
            return document(desk, format, self.file.as_deref(), &report);
        }
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

/// Writes a report as a document, to a file or to standard output.
fn document(desk: &Desk, format: Format, file: Option<&Path>, report: &RunReport) -> ExitCode {
    let text = match format {
        Format::Markdown => document::markdown(report),
        Format::Html => match page::html(report) {
            Ok(page) => page,
            Err(error) => return desk.fail(&Diagnostic::error(Code::Bug, error.to_string())),
        },
    };
    let Some(file) = file else {
        desk.screen.result(&text);
        return ExitCode::SUCCESS;
    };
    let name = escape::line(&file.to_string_lossy()).into_owned();
    if let Err(error) = private_file::write(file, &text) {
        let told = Diagnostic::error(Code::Usage, documents::cannot_be_written(name, error));
        return desk.fail(&told.state(documents::the_record_is_as_it_was()).next(documents::name_another_file()));
    }
    desk.screen.watch(&documents::written_to(name));
    ExitCode::SUCCESS
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
