//! What whoever takes a run over must know, as Markdown that can be pasted anywhere: how it stands, what happened, what is
//! undecided, how it goes on.

use super::markdown::{cell, text};
use super::run_report::RunReport;
use super::timeline::{Moment, clock, timeline};
use crate::messages::handover as messages;

/// The hand-over of a run.
#[must_use]
pub fn markdown(report: &RunReport) -> String {
    let mut page = format!("## {}\n\n", messages::title(&report.run, text(&report.runbook), &report.version));
    page.push_str(&format!("**{}**: {}\n", messages::now(), messages::state(report.state)));
    if let Some(stop) = &report.stop {
        page.push_str(&format!("\n**{}**: {}\n", messages::why(), text(&stop.message)));
    }
    page.push_str(&format!("\n| {} | {} |\n|---|---|\n", messages::time(), messages::what_happened()));
    timeline(report).iter().for_each(|moment| page.push_str(&row(moment)));
    let undecided = undecided(report);
    page.push_str(&format!("\n**{}**: ", messages::undecided()));
    match undecided.as_slice() {
        [] => page.push_str(&format!("{}\n", messages::nothing())),
        several => {
            page.push('\n');
            several.iter().for_each(|line| page.push_str(&format!("- {line}\n")));
        }
    }
    page.push_str(&format!("\n**{}**: ", messages::goes_on()));
    match report.next.first() {
        Some(next) => page.push_str(&format!("`{}`\n", cell(next))),
        None => page.push_str(&format!("{}\n", messages::nothing_is_left())),
    }
    page
}

/// A row of the table of what happened.
pub(super) fn row(moment: &Moment) -> String {
    let step = moment.step.as_ref().map(|step| format!("{}: ", text(step))).unwrap_or_default();
    let what = match &moment.function {
        Some(function) => format!("{step}`{}` {}", cell(function), moment.text),
        None => text(&moment.text),
    };
    format!("| {} | {what} |\n", text(&clock(&moment.at)).replace("&#58;", ":"))
}

fn undecided(report: &RunReport) -> Vec<String> {
    let doubts = report.in_doubt.iter().map(|call| messages::in_doubt(&report.run, call));
    let owed = report.owed.iter().map(|name| messages::still_open(text(name)));
    let waits = (report.state == "waiting").then(|| messages::waits_for_a_person(&report.run));
    doubts.chain(owed).chain(waits).collect()
}
