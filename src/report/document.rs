//! The report of a run as Markdown.

use super::handover::row;
use super::markdown::{cell, text};
use super::run_report::RunReport;
use super::sheet::{Fact, Sheet};
use super::timeline::timeline;
use crate::messages::handover as messages;

/// The report as Markdown: what a person reads of a run, every foreign text as text.
#[must_use]
pub fn markdown(report: &RunReport) -> String {
    let sheet = Sheet::of(report);
    let mut page = format!("# {}\n\n", text(&sheet.title));
    facts(&mut page, &sheet.facts);
    if let Some(stop) = &sheet.stop {
        page.push_str(&format!("\n## {}\n\n{}\n", stop.title, paragraph(&stop.body)));
    }
    if !sheet.left.body.is_empty() {
        page.push_str(&format!("\n## {}\n\n", sheet.left.title));
        facts(&mut page, &sheet.left.body);
    }
    if !sheet.next.body.is_empty() {
        page.push_str(&format!("\n## {}\n\n", sheet.next.title));
        sheet.next.body.iter().for_each(|next| page.push_str(&format!("- `{}`\n", cell(next))));
    }
    let head = format!("\n| {} | {} |\n|---|---|\n", messages::time(), messages::what_happened());
    page.push_str(&format!("\n## {}\n{head}", sheet.timeline.title));
    timeline(report).iter().for_each(|moment| page.push_str(&row(moment)));
    if !sheet.steps.body.is_empty() {
        page.push_str(&format!("\n## {}\n\n", sheet.steps.title));
    }
    for step in &sheet.steps.body {
        let why = if step.why.is_empty() { String::new() } else { format!(": {}", text(&step.why)) };
        page.push_str(&format!("- {} {} {} {}{why}\n", text(&step.name), step.badge, step.state, step.took));
    }
    if !sheet.calls.body.is_empty() {
        page.push_str(&format!("\n## {}\n", sheet.calls.title));
    }
    for call in &sheet.calls.body {
        let head = format!("{}. `{}` {} {}", call.call, cell(&call.function), call.badge, call.outcome);
        page.push_str(&format!("\n### {head}\n\n"));
        for part in &call.parts {
            page.push_str(&format!("{}:\n\n{}\n", part.name, block(&part.value)));
        }
    }
    for said in &sheet.said {
        page.push_str(&format!("\n## {}\n\n", said.title));
        for remark in &said.body {
            let by = remark.by.as_ref().map(|by| format!(" ({})", text(by))).unwrap_or_default();
            page.push_str(&format!("- {}{by} {}\n", remark.at, text(&remark.text)));
        }
    }
    if let Some(gave) = &sheet.gave {
        page.push_str(&format!("\n## {}\n\n{}", gave.title, block(&gave.body)));
    }
    page.push_str(&format!("\n{}\n", text(&sheet.made)));
    page
}

fn facts(page: &mut String, facts: &[Fact]) {
    facts.iter().for_each(|fact| page.push_str(&format!("- **{}**: {}\n", text(&fact.name), text(&fact.value))));
}

/// Lines of text as a paragraph with the same lines.
fn paragraph(lines: &str) -> String {
    lines.lines().map(text).collect::<Vec<_>>().join("  \n")
}

/// Text as a block of code: indented, which nothing in it can end.
fn block(lines: &str) -> String {
    lines.lines().map(|line| format!("    {line}\n")).collect()
}
