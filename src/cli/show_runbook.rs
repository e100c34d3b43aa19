//! A runbook before it is run: what it is for, what it needs, what it would do.

use std::process::ExitCode;

use serde_json::{Value as Json, json};

use super::arguments::Output;
use super::columns;
use super::desk::Desk;
use super::load::{load, outline};
use super::machine;
use super::paper::Paper;
use super::view::words::{badge, person_badge};
use crate::check::outline::{Line, What};
use crate::engine::header::Header;
use crate::engine::param_spec::ParamSpec;
use crate::messages::Language;
use crate::messages::command_line as messages;
use crate::messages::paper as words;
use crate::model::duration;
use crate::model::value::Value;

/// Shows the runbook that `asked` names.
pub fn show_runbook(desk: &Desk, asked: &str) -> ExitCode {
    let registry = crate::bindings::all();
    let loaded = match load(desk, &registry, asked) {
        Ok(loaded) => loaded,
        Err(problems) => return desk.tell_all(&problems, &|name| desk.file(name)),
    };
    let outline = outline(&loaded, &registry);
    let header = &loaded.header;
    if desk.output != Output::Text {
        machine::object(desk, "runbook", object(header, &loaded.pinned.main, &outline));
        return ExitCode::SUCCESS;
    }
    let mut paper = Paper::new(desk);
    let title = desk.looks.strong(&format!("{}@{}", header.name, header.version));
    paper.line(&title);
    let summary = Language::choose(&header.summary, &header.summary_ja);
    if !summary.is_empty() {
        paper.prose("", summary);
    }
    if !header.prose.trim().is_empty() {
        paper.line("");
        paper.prose("", header.prose.trim());
    }
    parameters(desk, header, &mut paper);
    let asked_for: Vec<Vec<String>> = permissions(header).into_iter().map(|line| vec![line]).collect();
    rows(desk, &mut paper, &words::permissions(), &asked_for);
    let requires = header.requires.iter().map(|needed| vec![needed.tool.clone(), needed.version.to_string()]);
    rows(desk, &mut paper, &words::needs(), &requires.collect::<Vec<_>>());
    if !header.environments.is_empty() || header.time_limit.is_some() {
        paper.title(&words::limits());
        let environments = Some(header.environments.join(", ")).filter(|names| !names.is_empty());
        let limit = header.time_limit.map(duration::say);
        paper.facts(&[(words::environments(), environments), (words::time_limit(), limit)]);
    }
    let steps: Vec<Vec<String>> = outline.iter().map(outline_row).collect();
    rows(desk, &mut paper, &words::what_it_does(), &steps);
    if loaded.has_errors() {
        paper.line("");
        paper.line(&messages::something_is_wrong_with_it(asked));
    }
    paper.line("");
    paper.next(&[format!("runbook run {}", how(asked, header)), format!("runbook plan {}", how(asked, header))]);
    desk.screen.result(&paper.into_text());
    ExitCode::SUCCESS
}

/// What follows `runbook run`: the name, and a flag for each value that must be given.
fn how(asked: &str, header: &Header) -> String {
    let wanted = header.params.iter().filter(|spec| spec.default.is_none() && !spec.optional).map(ParamSpec::flag);
    let environment = header.environments.first().map(|name| format!("--env {name}"));
    std::iter::once(asked.to_owned()).chain(environment).chain(wanted).collect::<Vec<_>>().join(" ")
}

/// What it asks to be allowed, the runbooks that it may run inside itself among it.
fn permissions(header: &Header) -> Vec<String> {
    let nested = header.runbooks.iter().map(|nested| nested.line());
    header.permissions.iter().map(|(line, _)| line.clone()).chain(nested).collect()
}

fn rows(desk: &Desk, paper: &mut Paper, title: &str, rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    paper.title(title);
    for row in columns::aligned(rows, desk.screen.columns().min(100) - 2, Some(0), desk.looks.ellipsis()) {
        paper.line(&format!("  {row}"));
    }
}

fn parameters(desk: &Desk, header: &Header, paper: &mut Paper) {
    if header.params.is_empty() {
        return;
    }
    paper.title(&words::parameters());
    let facts: Vec<Vec<String>> = header
        .params
        .iter()
        .map(|spec| {
            let value = match (&spec.default, spec.optional) {
                (Some(value), _) => words::a_default(value.to_json()),
                (None, true) => words::optional(),
                (None, false) => words::required(),
            };
            vec![spec.name.clone(), spec.kind.words(), value]
        })
        .collect();
    let table = columns::aligned(&facts, desk.screen.columns().min(100) - 2, Some(1), desk.looks.ellipsis());
    for (row, spec) in table.iter().zip(&header.params) {
        paper.line(&format!("  {row}"));
        let doc = spec.told();
        if !doc.is_empty() {
            paper.prose("      ", doc);
        }
    }
}

fn outline_row(line: &Line) -> Vec<String> {
    let indent = "  ".repeat(line.depth.min(10));
    match &line.what {
        What::Part { kind, name } => vec![format!("{indent}{kind} {name}"), String::new()],
        What::Call { function, effect, asks_person, about } => {
            let badge = match effect {
                _ if *asks_person => person_badge(),
                Some(effect) => badge(*effect),
                None => String::new(),
            };
            vec![format!("{indent}{function} {about}").trim_end().to_owned(), badge]
        }
    }
}

fn object(header: &Header, file: &str, outline: &[Line]) -> Json {
    let param = |spec: &ParamSpec| {
        json!({
            "name": spec.name,
            "type": spec.kind.name(),
            "takes": spec.kind.words(),
            "doc": spec.doc,
            "doc_ja": spec.doc_ja,
            "defaults_to": spec.default.as_ref().map(Value::to_json),
            "optional": spec.optional,
            "secret": spec.is_secret(),
            "flag": spec.flag(),
            "variable": spec.variable(),
        })
    };
    let requires =
        header.requires.iter().map(|needed| json!({ "tool": needed.tool, "version": needed.version.to_string() }));
    json!({
        "name": header.name,
        "version": header.version.to_string(),
        "file": file,
        "summary": header.summary,
        "summary_ja": header.summary_ja,
        "prose": header.prose,
        "tags": header.tags,
        "params": header.params.iter().map(param).collect::<Vec<_>>(),
        "permissions": permissions(header),
        "requires": requires.collect::<Vec<_>>(),
        "environments": header.environments,
        "time_limit_s": header.time_limit.map(|limit| limit.as_secs()),
        "outline": outline,
    })
}
