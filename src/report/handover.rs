//! What whoever takes a run over must know, as Markdown that can be pasted anywhere: how it stands, what happened, what is
//! undecided, how it goes on.

use super::markdown::{cell, text};
use super::run_report::RunReport;
use crate::messages::handover as messages;
use crate::model::effect::Effect;

/// The hand-over of a run.
#[must_use]
pub fn markdown(report: &RunReport) -> String {
    let mut page = format!("## {}\n\n", messages::title(&report.run, text(&report.runbook), &report.version));
    page.push_str(&format!("**{}**: {}\n", messages::now(), messages::state(report.state)));
    if let Some(stop) = &report.stop {
        page.push_str(&format!("\n**{}**: {}\n", messages::why(), text(&stop.message)));
    }
    page.push_str(&format!("\n| {} | {} |\n|---|---|\n", messages::time(), messages::what_happened()));
    for (at, what) in timeline(report) {
        page.push_str(&format!("| {} | {what} |\n", clock(&at)));
    }
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

/// What happened, oldest first: the beginning, every write, what failed, what people decided and said.
fn timeline(report: &RunReport) -> Vec<(String, String)> {
    let mut lines = vec![(report.started_at.clone(), messages::began(text(&report.started_by)))];
    for call in report.calls.iter().filter(|call| call.effect > Effect::Read || call.outcome != "ok") {
        let what = call.path.last().map_or(String::new(), |step| format!("{}: ", text(step)));
        let outcome = messages::outcome(call.outcome);
        lines.push((call.at.clone(), format!("{what}`{}` {} {outcome}", call.function, call.effect.badge())));
    }
    for step in report.steps.iter().filter(|step| step.state == "failed" || step.state == "skipped") {
        let why = step.error.as_ref().or(step.skipped.as_ref()).map(|why| text(why)).unwrap_or_default();
        let name = step.path.last().map(|name| text(name)).unwrap_or_default();
        let at = step.ended_at.clone().unwrap_or_else(|| step.begun_at.clone());
        lines.push((at, messages::step_ended(name, messages::state(step.state), why)));
    }
    let said = [&report.approvals, &report.decisions, &report.refused, &report.remarks];
    for remark in said.into_iter().flatten() {
        let by = remark.by.as_ref().map(|by| format!(" ({})", text(by))).unwrap_or_default();
        let first = remark.text.lines().next().unwrap_or_default();
        lines.push((remark.at.clone(), format!("{}{by}", text(first))));
    }
    lines.sort_by(|a, b| a.0.cmp(&b.0));
    lines
}

fn undecided(report: &RunReport) -> Vec<String> {
    let doubts = report.in_doubt.iter().map(|call| messages::in_doubt(&report.run, call));
    let owed = report.owed.iter().map(|name| messages::still_open(text(name)));
    let waits = (report.state == "waiting").then(|| messages::waits_for_a_person(&report.run));
    doubts.chain(owed).chain(waits).collect()
}

/// Hours, minutes and seconds of a time as entries store it.
fn clock(at: &str) -> String {
    at.parse::<jiff::Timestamp>().map_or_else(|_| text(at), |at| at.strftime("%Y-%m-%d %H:%M:%SZ").to_string())
}
