//! `runbook audit verify`: whether the journal is whole, and shows nothing that must not be.

use std::collections::HashSet;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::arguments::Output;
use super::desk::Desk;
use super::machine;
use crate::engine::gate::journal_diagnostic;
use crate::journal::{Backend, Origin, Pruned, RunSummary};
use crate::messages::archive;
use crate::messages::audit as messages;
use crate::messages::prune;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::duration;
use crate::model::entry::{Entry, Event};
use crate::model::run::RunId;
use crate::report::audit::{Check, Finding, of_run};
use crate::world::clock::{self, Clock, SystemClock};
use crate::world::escape;

/// Look for what is wrong with the journal
#[derive(Debug, Args)]
pub struct Audit {
    #[command(subcommand)]
    command: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Verify(Verify),
}

/// Verify that nothing of it was changed, and that what destroyed was approved
#[derive(Debug, Args)]
#[command(after_help = "Exit code 3 when something is found, 0 otherwise. Nothing is changed.")]
struct Verify {
    /// Only this run
    #[arg(long, value_name = "RUN", conflicts_with = "since")]
    run: Option<String>,

    /// Only runs that began this long ago or later, such as `30d`
    #[arg(long, value_name = "DURATION")]
    since: Option<String>,
}

impl Audit {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let What::Verify(verify) = self.command;
        match verify.look(desk) {
            Ok(seen) => tell(desk, &seen),
            Err(diagnostic) => desk.fail(&diagnostic.state(messages::nothing_was_changed())),
        }
    }
}

/// What was looked at, and what was found.
struct Seen {
    place: String,
    runs: usize,
    entries: usize,
    findings: Vec<Finding>,
    imported: Vec<(RunId, Origin)>,
    pruned: Vec<Pruned>,
}

impl Verify {
    fn look(&self, desk: &Desk) -> Result<Seen, Box<Diagnostic>> {
        let told = |error| Box::new(journal_diagnostic(&error));
        let backend = desk.journal()?;
        let all = backend.runs().map_err(told)?;
        let wanted = match (&self.run, &self.since) {
            (Some(run), _) => {
                let run = desk.run_of(&*backend, Some(run))?;
                all.into_iter().filter(|summary| summary.first.run == run).collect()
            }
            (None, Some(since)) => {
                let since = duration::parse(since)
                    .map_err(|error| Box::new(Diagnostic::error(Code::Usage, format!("--since: {error}"))))?;
                let now = SystemClock.now();
                let is_wanted = |summary: &RunSummary| {
                    let at = clock::later(&summary.first.at, since).and_then(|at| at.parse::<jiff::Timestamp>().ok());
                    at.is_none_or(|at| at >= now)
                };
                all.into_iter().filter(is_wanted).collect()
            }
            (None, None) => all,
        };
        let is_whole = self.run.is_none() && self.since.is_none();
        let origins = backend.origins().map_err(told)?;
        // Of runs that are there no more nothing else can be asked.
        let pruned = if is_whole { backend.pruned().map_err(told)? } else { Vec::new() };
        Ok(look_at(&*backend, &wanted, origins, pruned, is_whole))
    }
}

/// Looks at these runs; where they are all there are, also whether each follows one of them.
fn look_at(
    backend: &dyn Backend,
    runs: &[RunSummary],
    origins: Vec<(RunId, Origin)>,
    pruned: Vec<Pruned>,
    is_whole: bool,
) -> Seen {
    let is_looked_at = |(run, _): &(RunId, Origin)| runs.iter().any(|summary| summary.first.run == *run);
    let imported = origins.into_iter().filter(is_looked_at).collect();
    let mut seen =
        Seen { place: backend.place(), runs: runs.len(), entries: 0, findings: Vec::new(), imported, pruned };
    let mut hashes: HashSet<String> = seen.pruned.iter().flat_map(|gone| gone.followed.iter().cloned()).collect();
    let mut has_first = seen.pruned.iter().any(|gone| gone.follows.is_empty());
    // Oldest first: a run follows an entry of one that began before it.
    for summary in runs.iter().rev() {
        let run = &summary.first.run;
        let entries = match backend.entries(run, 1) {
            Ok(entries) => entries,
            Err(error) => {
                seen.findings.push(Finding::new(Check::Chain, run, None, error.to_string()));
                continue;
            }
        };
        let before = &summary.first.previous;
        let origins = || seen.imported.iter().filter(|(imported, _)| imported == run).map(|(_, origin)| origin);
        // What began elsewhere follows what was there.
        let began_here = origins().all(|origin| origin.first > 1);
        let untrue = origins().find(|origin| !is_among(origin, &entries));
        let untrue = untrue.map(|untrue| (untrue.last, archive::not_what_was_imported(untrue.last)));
        seen.findings.extend(untrue.map(|(seq, what)| Finding::new(Check::Chain, run, Some(seq), what)));
        let is_first = before.is_empty() && !has_first;
        if is_whole && began_here && !(hashes.contains(before) || is_first) {
            seen.findings.push(Finding::new(Check::Chain, run, Some(1), messages::follows_none()));
        }
        has_first = true;
        seen.entries += entries.len();
        seen.findings.extend(of_run(run, &entries));
        seen.findings.extend(contents(backend, &entries));
        hashes.extend(entries.into_iter().map(|entry| entry.hash));
    }
    seen
}

/// Whether the entries are those that the mark of an import names.
fn is_among(origin: &Origin, entries: &[Entry]) -> bool {
    let last = entries.iter().find(|entry| entry.seq == origin.last);
    last.is_some_and(|last| last.hash == origin.head)
}

/// The sources that can't be read as they were stored. Large values were looked at when the entries were read.
fn contents(backend: &dyn Backend, entries: &[Entry]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for entry in entries {
        let sources = match &entry.event {
            Event::RunStarted(start) => &start.sources,
            Event::RunResumed { edited: Some(edited), .. } => edited,
            _ => continue,
        };
        for (name, hash) in sources {
            if let Err(error) = backend.content(hash) {
                let what = format!("{name}: {error}");
                findings.push(Finding::new(Check::Content, &entry.run, Some(entry.seq), what));
            }
        }
    }
    findings
}

/// The parts of runs that come from other journals, for machines.
fn imported(origins: &[(RunId, Origin)]) -> Vec<Json> {
    let object = |(run, origin): &(RunId, Origin)| {
        let mut object = json!({ "run": run });
        if let (Json::Object(all), Ok(Json::Object(origin))) = (&mut object, serde_json::to_value(origin)) {
            all.extend(origin);
        }
        object
    };
    origins.iter().map(object).collect()
}

fn tell(desk: &Desk, seen: &Seen) -> ExitCode {
    let code = if seen.findings.is_empty() { 0 } else { 3 };
    if desk.output != Output::Text {
        let fields = json!({
            "journal": seen.place, "runs": seen.runs, "entries": seen.entries, "valid": seen.findings.is_empty(),
            "findings": seen.findings, "imported": imported(&seen.imported), "pruned": seen.pruned,
        });
        machine::object(desk, "audit", fields);
        return ExitCode::from(code);
    }
    let looks = desk.looks;
    let mut text = escape::line(&messages::journal_of(&seen.place, seen.runs, seen.entries)).into_owned();
    text.push('\n');
    for check in Check::ALL {
        let found: Vec<&Finding> = seen.findings.iter().filter(|finding| finding.check == check).collect();
        let glyph =
            if found.is_empty() { looks.good(looks.pick("✓", "+")) } else { looks.bad(looks.pick("✗", "x")) };
        text.push_str(&format!("  {glyph} {}\n", check.words()));
        for finding in found {
            let entry = finding.entry.map(|entry| format!("#{entry}")).unwrap_or_default();
            text.push_str(&format!("      {}{entry}  {}\n", finding.run, escape::line(&finding.what)));
        }
    }
    for (run, origin) in &seen.imported {
        let Origin { first, last, transfer, .. } = origin;
        let from = archive::comes_from(&transfer.exported_by, &transfer.journal, &transfer.exported_at);
        let to = archive::imported_by(&transfer.imported_by, &transfer.imported_at);
        text.push_str(&escape::line(&format!("  {} {run}#{first}–{last}  {from}; {to}", looks.pick("·", "-"))));
        text.push('\n');
    }
    for gone in &seen.pruned {
        let runbook = format!("{}@{}", gone.runbook, gone.version);
        let what = prune::tombstone(&runbook, &gone.state, gone.entries, &gone.pruned_by, &gone.pruned_at);
        text.push_str(&escape::line(&format!("  {} {}  {what}", looks.pick("·", "-"), gone.run)));
        text.push('\n');
    }
    if let Some(first) = seen.findings.first() {
        text.push_str(&format!("{}\n", messages::look_at(&first.run)));
    }
    desk.screen.result(&text);
    ExitCode::from(code)
}
