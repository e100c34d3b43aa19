//! `runbook search`: the runbooks that fit some words, best first.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::arguments::Output;
use super::desk::Desk;
use super::list::{self, Line};
use super::machine;
use crate::engine::header;
use crate::messages::command_line as messages;
use crate::report::search::{Texts, rank};
use crate::world::escape;

/// Find runbooks by words in name, summary, tags and prose
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  runbook search certificate renew")]
pub struct Search {
    /// Words that must all be found
    #[arg(required = true)]
    words: Vec<String>,
}

impl Search {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let mut found: Vec<(u32, Line)> =
            list::lines(desk).into_iter().map(|line| (self.rank(&line), line)).filter(|(rank, _)| *rank > 0).collect();
        // Stable: equal ones stay in the order of their names.
        found.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
        let lines: Vec<Line> = found.into_iter().map(|(_, line)| line).collect();
        match desk.output {
            Output::Json => {
                let objects: Vec<_> = lines.iter().map(list::object).collect();
                machine::object(desk, "list", json!({ "runbooks": objects }));
            }
            Output::Ndjson => lines.iter().for_each(|line| machine::object(desk, "listed", list::object(line))),
            Output::Text if lines.is_empty() => {
                desk.screen.watch(&messages::no_runbook_has_the_word(escape::line(&self.words.join(" "))));
            }
            Output::Text => list::flat(desk, &lines),
        }
        ExitCode::SUCCESS
    }

    fn rank(&self, line: &Line) -> u32 {
        let header = line.text.as_ref().and_then(|text| header::of_text(text, &line.listed.name).ok());
        let about =
            header.iter().flat_map(|header| &header.params).flat_map(|spec| [spec.doc.clone(), spec.doc_ja.clone()]);
        let prose = header.iter().map(|header| header.prose.clone()).chain(about).collect::<Vec<_>>().join("\n");
        let listed = &line.listed;
        let texts = Texts {
            name: &listed.name,
            tags: &listed.tags,
            summaries: [&listed.summary, &listed.summary_ja],
            prose: &prose,
        };
        rank(&self.words, &texts)
    }
}
