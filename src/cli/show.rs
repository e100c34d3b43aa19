//! `runbook show`: a runbook before it is run, or a run with its calls.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::arguments::Output;
use super::desk::Desk;
use super::list::outline_of;
use super::load::load;
use super::report::{call_lines, report_of, tell};
use super::resume::take;
use crate::engine::gate::journal_diagnostic;
use crate::engine::header::Header;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::run::RunId;
use crate::report::outline::Line;
use crate::report::run_report::call_line;
use crate::world::terminal::Language;
use crate::world::{escape, width};

/// Show a runbook, or a run with all its calls
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  runbook show verify-waf\n  runbook show r-8m3x\n  runbook show r-8m3x --call 12")]
pub struct Show {
    /// A runbook's name or path, or a run's id
    what: String,

    /// One call of a run, whole
    #[arg(long, value_name = "N")]
    call: Option<u64>,
}

impl Show {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        if self.what.parse::<RunId>().is_ok() { self.run(desk) } else { self.runbook(desk) }
    }

    fn run(&self, desk: &Desk) -> ExitCode {
        let taken = match take(desk, Some(&self.what)) {
            Ok(taken) => taken,
            Err(code) => return code,
        };
        if let Some(number) = self.call {
            let Some(recorded) = taken.history.calls.get(&number) else {
                let message = format!("run `{}` has no call {number}", taken.run);
                return desk.fail(
                    &Diagnostic::error(Code::Usage, message)
                        .next(format!("see its calls: `runbook show {}`", taken.run)),
                );
            };
            let object = json!({
                "v": 1,
                "type": "call",
                "run": taken.run.as_str(),
                "line": call_line(recorded),
                "place": recorded.call.place,
                "token": recorded.call.token,
                "site": recorded.call.key.site,
                "deadline": recorded.deadline,
            });
            let text = if desk.output == Output::Text {
                serde_json::to_string_pretty(&object)
            } else {
                serde_json::to_string(&object)
            };
            return match text {
                Ok(text) => {
                    desk.screen.result(&format!("{text}\n"));
                    ExitCode::SUCCESS
                }
                Err(error) => desk.fail(&Diagnostic::error(Code::Bug, error.to_string())),
            };
        }
        let report = match report_of(&taken) {
            Ok(report) => report,
            Err(error) => return desk.fail(&journal_diagnostic(&error)),
        };
        tell(desk, &taken, &report);
        if desk.output == Output::Text && !report.calls.is_empty() {
            desk.screen.result("\nCalls\n");
            for line in report.calls.iter().flat_map(call_lines) {
                desk.screen.result(&format!("{}\n", line.trim_end()));
            }
        }
        ExitCode::SUCCESS
    }

    fn runbook(&self, desk: &Desk) -> ExitCode {
        let registry = crate::bindings::all();
        let loaded = match load(desk, &registry, &self.what) {
            Ok(loaded) => loaded,
            Err(problems) => return desk.tell_all(&problems, &|name| desk.file(name)),
        };
        let outline = outline_of(&loaded, &registry);
        let header = &loaded.header;
        if desk.output != Output::Text {
            desk.screen.result(&format!("{}\n", object(header, &outline)));
            return ExitCode::SUCCESS;
        }
        let language = desk.screen.looks().language;
        let columns = desk.screen.columns().min(100);
        let mut text = format!("{}@{}\n", header.name, header.version);
        let summary = if language == Language::Japanese && !header.summary_ja.is_empty() {
            &header.summary_ja
        } else {
            &header.summary
        };
        if !summary.is_empty() {
            text.push_str(&format!("{}\n", escape::line(summary)));
        }
        if !header.prose.trim().is_empty() {
            text.push('\n');
            for line in escape::lines(header.prose.trim()) {
                width::wrap(&line, columns).iter().for_each(|line| text.push_str(&format!("{line}\n")));
                if line.is_empty() {
                    text.push('\n');
                }
            }
        }
        parameters(header, language, &mut text);
        if !header.permissions.is_empty() {
            text.push_str("\nPermissions\n");
            header.permissions.iter().for_each(|(line, _)| text.push_str(&format!("  {}\n", escape::line(line))));
        }
        if !outline.is_empty() {
            text.push_str("\nWhat it calls\n");
            outline.iter().for_each(|line| text.push_str(&format!("{}\n", outline_line(line))));
        }
        text.push_str(&format!("\nrun it: runbook run {}\n", escape::line(&self.what)));
        desk.screen.result(&text);
        ExitCode::SUCCESS
    }
}

fn parameters(header: &Header, language: Language, text: &mut String) {
    if header.params.is_empty() {
        return;
    }
    text.push_str("\nParameters\n");
    let widest = header.params.iter().map(|spec| width::width(&spec.name)).max().unwrap_or(0);
    for spec in &header.params {
        let doc = if language == Language::Japanese && !spec.doc_ja.is_empty() { &spec.doc_ja } else { &spec.doc };
        let default = match (&spec.default, spec.optional) {
            (Some(value), _) => format!(", default {}", value.to_json()),
            (None, true) => ", optional".to_owned(),
            (None, false) => String::new(),
        };
        let line = format!("  {}  {}{default}  {doc}", width::pad(&spec.name, widest), spec.kind.words());
        text.push_str(&format!("{}\n", escape::line(line.trim_end())));
    }
}

fn outline_line(line: &Line) -> String {
    let badge = match (line.effect, line.asks_person) {
        (Some(effect), _) => effect.badge(),
        (None, true) => "[M]",
        (None, false) => "",
    };
    format!("  {:>4}  {}{} {badge}", line.line, "  ".repeat(line.depth), line.name).trim_end().to_owned()
}

fn object(header: &Header, outline: &[Line]) -> serde_json::Value {
    let params: Vec<_> = header
        .params
        .iter()
        .map(|spec| {
            json!({
                "name": spec.name,
                "type": spec.kind.name(),
                "doc": spec.doc,
                "doc_ja": spec.doc_ja,
                "defaults_to": spec.default.as_ref().map(crate::model::value::Value::to_json),
                "optional": spec.optional,
            })
        })
        .collect();
    let permissions: Vec<&String> = header.permissions.iter().map(|(line, _)| line).collect();
    json!({
        "v": 1,
        "type": "runbook",
        "name": header.name,
        "version": header.version.to_string(),
        "summary": header.summary,
        "summary_ja": header.summary_ja,
        "tags": header.tags,
        "params": params,
        "permissions": permissions,
        "outline": outline,
    })
}
