//! `runbook manual`: everything that a script can call.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value as Json, json};

use super::arguments::Output;
use super::desk::Desk;
use super::machine;
use crate::binding::Registry;
use crate::messages::manual as messages;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, did_you_mean};
use crate::report::manual::{self, Entry, entries};
use crate::world::width::{pad, truncate, width, wrap};

/// Explain what a script can call
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runbook manual\n  runbook manual http\n  runbook manual http::get\n  runbook manual step"
)]
pub struct Manual {
    /// A function, a word of the language, or a namespace
    name: Option<String>,

    /// All of it as Markdown
    #[arg(long, conflicts_with = "name")]
    markdown: bool,
}

impl Manual {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let registry = crate::bindings::all();
        if self.markdown {
            desk.screen.result(&manual::markdown(&registry));
            return ExitCode::SUCCESS;
        }
        let found: Vec<Entry<'_>> = match &self.name {
            None => entries(&registry).collect(),
            Some(name) => {
                let wanted = name.trim_end_matches("::");
                let own = entries(&registry).filter(|entry| entry.name() == wanted || entry.namespace() == wanted);
                let of_family: Vec<String> = registry
                    .family_functions(wanted)
                    .into_iter()
                    .map(|function| format!("{wanted}::{function}"))
                    .collect();
                let named =
                    registry.get(wanted).filter(|declaration| !declaration.members.is_empty() || wanted.contains("::"));
                let mut found: Vec<Entry<'_>> = own.collect();
                if let (true, Some(declaration)) = (found.is_empty(), named) {
                    found.push(Entry::Function(declaration));
                }
                found.extend(of_family.iter().filter_map(|name| registry.get(name)).map(Entry::Function));
                found
            }
        };
        if found.is_empty() {
            return desk.fail(&nothing(&registry, self.name.as_deref().unwrap_or_default()));
        }
        if desk.output != Output::Text {
            let found: Vec<Json> = found.iter().map(Entry::json).collect();
            machine::object(desk, "manual", json!({ "entries": found }));
            return ExitCode::SUCCESS;
        }
        // One by one what was asked for by name; else a line for each.
        let text = match (&self.name, found.as_slice()) {
            (Some(_), [only]) => page(desk, only),
            _ => list(desk, &found),
        };
        desk.screen.result(&text);
        ExitCode::SUCCESS
    }
}

fn nothing(registry: &Registry, name: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::Usage, messages::no_such_entry(name));
    let of_family: Vec<String> = name
        .split_once("::")
        .map(|(namespace, _)| {
            registry.family_functions(namespace).into_iter().map(|of| format!("{namespace}::{of}")).collect()
        })
        .unwrap_or_default();
    let own = entries(registry).flat_map(|entry| [entry.name(), entry.namespace()]);
    let all: Vec<&str> = own.chain(registry.family_namespaces()).chain(of_family.iter().map(String::as_str)).collect();
    // `get` may be meant for `http::get`.
    let by_last = all.iter().find(|known| known.rsplit_once("::").is_some_and(|(_, last)| last == name));
    match did_you_mean(name, all.iter().copied().filter(|known| !known.is_empty())).or(by_last.copied()) {
        Some(known) => diagnostic.next(messages::did_you_mean(known)),
        None => diagnostic.next(messages::see_all()),
    }
}

fn list(desk: &Desk, found: &[Entry<'_>]) -> String {
    let columns = desk.screen.columns();
    let widest = found.iter().map(|entry| width(entry.name())).max().unwrap_or(0);
    let mut text = String::new();
    let mut heading = None;
    for entry in found {
        let namespace = match entry {
            Entry::Word(_) => messages::the_language(),
            Entry::Function(declaration) => format!("{}::", declaration.namespace()),
        };
        if heading.as_ref() != Some(&namespace) {
            let before = if heading.is_none() { "" } else { "\n" };
            text.push_str(&format!("{before}{}\n", desk.looks.strong(&namespace)));
            heading = Some(namespace);
        }
        let line = format!("  {}  {}", pad(entry.name(), widest), entry.summary());
        text.push_str(&truncate(&line, columns, desk.looks.ellipsis()));
        text.push('\n');
    }
    text.push_str(&format!("\n{}\n", messages::more_of_one()));
    text
}

fn page(desk: &Desk, entry: &Entry<'_>) -> String {
    let columns = desk.screen.columns();
    let mut text = String::new();
    for line in entry.text() {
        let indent: String = line.chars().take_while(|c| *c == ' ').collect();
        let room = columns.saturating_sub(indent.len());
        for (nth, part) in wrap(line.trim_start(), room).into_iter().enumerate() {
            text.push_str(&format!("{indent}{}{part}\n", if nth > 0 && room > 20 { "  " } else { "" }));
        }
    }
    text
}
