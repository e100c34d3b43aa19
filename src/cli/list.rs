//! `runbook list`: the runbooks found here.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value as Json, json};

use super::arguments::Output;
use super::columns;
use super::desk::Desk;
use super::load::{load_source, outline};
use super::machine;
use super::paper::Paper;
use super::view::words::{badge, person_badge};
use crate::binding::Registry;
use crate::check::outline::effects;
use crate::engine::library::{self, Listed, Source};
use crate::messages::Language;
use crate::messages::command_line as messages;
use crate::model::effect::Effect;
use crate::world::escape;

/// List the runbooks found here
#[derive(Debug, Args)]
pub struct List {
    /// Show only those with this word in name, summary or tags
    word: Option<String>,
}

/// A runbook of the list, and what its calls can do.
pub(super) struct Line {
    pub listed: Listed,
    /// Its text, where it could be read.
    pub text: Option<String>,
    effects: Vec<Effect>,
    asks_person: bool,
}

impl List {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let fits = |line: &Listed| self.word.as_ref().is_none_or(|word| has_word(line, word));
        let mut lines = lines_of(desk, fits);
        // Those in no folder first, then folder by folder; stable, so that a nearer one stays before the one it hides.
        lines.sort_by(|a, b| (folder(&a.listed), &a.listed.name).cmp(&(folder(&b.listed), &b.listed.name)));
        match desk.output {
            Output::Json => {
                machine::object(desk, "list", json!({ "runbooks": lines.iter().map(object).collect::<Vec<_>>() }));
            }
            Output::Ndjson => lines.iter().for_each(|line| machine::object(desk, "listed", object(line))),
            Output::Text if lines.is_empty() => desk.screen.watch(&match &self.word {
                Some(word) => messages::no_runbook_has_the_word(escape::line(word)),
                None => messages::no_runbooks_here(),
            }),
            Output::Text => text(desk, &lines),
        }
        ExitCode::SUCCESS
    }
}

/// Every runbook found here, by name.
pub(super) fn lines(desk: &Desk) -> Vec<Line> {
    lines_of(desk, |_| true)
}

fn lines_of(desk: &Desk, fits: impl Fn(&Listed) -> bool) -> Vec<Line> {
    let registry = crate::bindings::all();
    library::list(&desk.project).into_iter().filter(fits).map(|listed| line(desk, &registry, listed)).collect()
}

fn line(desk: &Desk, registry: &Registry, listed: Listed) -> Line {
    // Of its own library, so that a hidden one is not taken for the one that hides it.
    let source =
        library::shelves(&desk.project).into_iter().find(|shelf| shelf.words() == listed.origin).and_then(|shelf| {
            Some(Source { file: shelf.file(&listed.name), text: shelf.text(&listed.name).ok()??, shelf })
        });
    let text = source.as_ref().map(|source| source.text.clone());
    let loaded =
        source.filter(|_| listed.problems.is_empty()).and_then(|source| load_source(desk, registry, &source).ok());
    let (effects, asks_person) = loaded.map(|loaded| effects(&outline(&loaded, registry))).unwrap_or_default();
    Line { listed, text, effects, asks_person }
}

/// Shows runbooks in their order, without folders as headings.
pub(super) fn flat(desk: &Desk, lines: &[Line]) {
    let rows: Vec<Vec<String>> = lines.iter().map(row).collect();
    let mut paper = Paper::new(desk);
    for row in columns::aligned(&rows, desk.screen.columns(), Some(3), desk.looks.ellipsis()) {
        paper.line(&row);
    }
    desk.screen.result(&paper.into_text());
}

fn text(desk: &Desk, lines: &[Line]) {
    let looks = desk.looks;
    let rows: Vec<Vec<String>> = lines.iter().map(row).collect();
    let rows = columns::aligned(&rows, desk.screen.columns(), Some(3), looks.ellipsis());
    let mut paper = Paper::new(desk);
    let mut shown = "";
    for (number, (line, row)) in lines.iter().zip(&rows).enumerate() {
        let (name, own) = (line.listed.name.as_str(), folder(&line.listed));
        if own != shown {
            if number > 0 {
                paper.line("");
            }
            paper.line(&looks.strong(&format!("{own}/")));
            shown = own;
        }
        paper.line(row);
        if let (true, Some(version)) = (line.listed.hidden, &line.listed.version) {
            paper.prose("    ", &messages::hidden_by_the_nearer_one(name, version));
        }
        if let Some(problem) = line.listed.problems.first() {
            let place = problem.place().map(|place| format!(" ({place})")).unwrap_or_default();
            paper.prose("    ", &format!("{}[{}]: {}{place}", problem.severity.word(), problem.code, problem.message));
        }
    }
    desk.screen.result(&paper.into_text());
}

fn folder(listed: &Listed) -> &str {
    listed.name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn row(line: &Line) -> Vec<String> {
    let Line { listed, effects, asks_person, .. } = line;
    let mut badges: String = effects.iter().map(|effect| badge(*effect)).collect();
    if *asks_person {
        badges.push_str(&person_badge());
    }
    let summary = Language::choose(&listed.summary, &listed.summary_ja);
    let version = listed.version.as_ref().map(ToString::to_string).unwrap_or_default();
    let origin = match (listed.hidden, listed.origin.as_str()) {
        (false, "project") => String::new(),
        (_, "built in") => format!("({})", messages::built_in()),
        (_, origin) => format!("({origin})"),
    };
    vec![listed.name.clone(), version, badges, summary.trim().to_owned(), origin]
}

fn has_word(line: &Listed, word: &str) -> bool {
    let word = word.to_lowercase();
    let texts = [&line.name, &line.summary, &line.summary_ja];
    texts.into_iter().chain(&line.tags).any(|text| text.to_lowercase().contains(&word))
}

pub(super) fn object(line: &Line) -> Json {
    let Line { listed, effects, asks_person, .. } = line;
    json!({
        "name": listed.name,
        "version": listed.version.as_ref().map(ToString::to_string),
        "summary": listed.summary,
        "summary_ja": listed.summary_ja,
        "tags": listed.tags,
        "origin": listed.origin,
        "hidden": listed.hidden,
        "effects": effects,
        "asks_person": asks_person,
        "problems": listed.problems,
    })
}
