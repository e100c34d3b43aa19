//! `runbook list`: the runbooks found here.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::arguments::Output;
use super::desk::Desk;
use super::load::{Loaded, load};
use crate::engine::library::{self, Listed};
use crate::report::outline;
use crate::world::terminal::Language;
use crate::world::{escape, width};

/// List the runbooks found here
#[derive(Debug, Args)]
pub struct List {
    /// Show only those with this word in name, summary or tags
    word: Option<String>,
}

impl List {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let registry = crate::bindings::all();
        let fits = |line: &Listed| self.word.as_ref().is_none_or(|word| has_word(line, word));
        let listed: Vec<(Listed, Vec<&'static str>)> = library::list(&desk.project)
            .into_iter()
            .filter(|line| fits(line))
            .map(|line| {
                let loaded = (!line.hidden && line.problems.is_empty())
                    .then(|| load(desk, &registry, &line.name).ok())
                    .flatten();
                let badges = loaded.map(|loaded| outline::badges(&outline_of(&loaded, &registry))).unwrap_or_default();
                (line, badges)
            })
            .collect();
        if desk.output != Output::Text {
            let lines: Vec<_> = listed.iter().map(|(line, badges)| object(line, badges)).collect();
            desk.screen.result(&format!("{}\n", json!({ "v": 1, "type": "list", "runbooks": lines })));
            return ExitCode::SUCCESS;
        }
        if listed.is_empty() {
            desk.screen.watch("no runbooks found here; write one: runbook new NAME");
            return ExitCode::SUCCESS;
        }
        let language = desk.screen.looks().language;
        let names: Vec<String> = listed.iter().map(|(line, _)| escape::line(&line.name).into_owned()).collect();
        let versions: Vec<String> = listed
            .iter()
            .map(|(line, _)| line.version.as_ref().map_or_else(String::new, ToString::to_string))
            .collect();
        let widest = |texts: &[String]| texts.iter().map(|text| width::width(text)).max().unwrap_or(0);
        let (name_width, version_width) = (widest(&names), widest(&versions));
        let badge_width = listed.iter().map(|(_, badges)| badges.concat().len()).max().unwrap_or(0);
        for (((line, badges), name), version) in listed.iter().zip(&names).zip(&versions) {
            let start = format!(
                "{}  {}  {}  ",
                width::pad(name, name_width),
                width::pad(version, version_width),
                width::pad(&badges.concat(), badge_width)
            );
            let left = desk.screen.columns().saturating_sub(width::width(&start)).max(20);
            let told = escape::line(&words(line, language)).into_owned();
            let told = width::truncate(&told, left, desk.screen.looks().ellipsis());
            desk.screen.result(&format!("{}\n", format!("{start}{told}").trim_end()));
        }
        ExitCode::SUCCESS
    }
}

/// The outline of a runbook's main text.
pub(super) fn outline_of(loaded: &Loaded, registry: &crate::binding::Registry) -> Vec<outline::Line> {
    let texts = loaded.pinned.sources.values();
    let sites = texts.filter_map(|text| crate::engine::header::sites_of_text(text));
    let mut lines: Vec<outline::Line> = Vec::new();
    for sites in sites {
        lines.extend(outline::of(&sites, registry));
    }
    lines
}

fn words(line: &Listed, language: Language) -> String {
    let summary = match language {
        Language::Japanese if !line.summary_ja.is_empty() => &line.summary_ja,
        _ => &line.summary,
    };
    let mark = match (line.problems.first(), line.hidden) {
        (Some(problem), _) => format!("can't be run: {}", problem.message),
        (None, true) => format!("{summary} (hidden by a nearer one; from {})", line.origin),
        (None, false) if line.origin == "project" => summary.clone(),
        (None, false) => format!("{summary} ({})", line.origin),
    };
    mark.trim().to_owned()
}

fn has_word(line: &Listed, word: &str) -> bool {
    let word = word.to_lowercase();
    let texts = [&line.name, &line.summary, &line.summary_ja];
    texts.into_iter().chain(&line.tags).any(|text| text.to_lowercase().contains(&word))
}

fn object(line: &Listed, badges: &[&'static str]) -> serde_json::Value {
    json!({
        "name": line.name,
        "version": line.version.as_ref().map(ToString::to_string),
        "summary": line.summary,
        "summary_ja": line.summary_ja,
        "tags": line.tags,
        "origin": line.origin,
        "hidden": line.hidden,
        "effects": badges,
        "problems": line.problems,
    })
}
