//! `runbook show`: a run with its calls, or a runbook before it is run (in `show_runbook`).

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::arguments::Output;
use super::desk::Desk;
use super::found::Found;
use super::machine;
use super::paper::Paper;
use super::report::{end, object, report_of};
use super::show_runbook::show_runbook;
use crate::engine::library;
use crate::messages::command_line as messages;
use crate::messages::paper as words;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::entry::Seq;
use crate::model::run::RunId;
use crate::report::shell;

/// Show a runbook, or a run with all its calls
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runbook show verify-waf\n  runbook show r-8m3x\n  runbook show r-8m3x --step 12\n  runbook show r-8m3x --call 12"
)]
pub struct Show {
    /// A runbook's name or path, or a run's id or the beginning of it
    what: String,

    /// One call of a run, whole
    #[arg(long, value_name = "N")]
    call: Option<Seq>,

    /// One call of a run at a glance: input, result, secrets as references, approval, time
    #[arg(long, value_name = "N", conflicts_with = "call")]
    step: Option<Seq>,
}

impl Show {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        // A runbook may have a name that looks like an id; a file of that name is looked for first.
        let is_run =
            self.what.parse::<RunId>().is_ok() && library::find(&desk.project, &self.what, &desk.current).is_err();
        if is_run || self.call.or(self.step).is_some() { self.run(desk) } else { show_runbook(desk, &self.what) }
    }

    fn run(&self, desk: &Desk) -> ExitCode {
        let found = match Found::find(desk, &self.what) {
            Ok(found) => found,
            Err(code) => return code,
        };
        let report = report_of(&found);
        let Some(number) = self.call.or(self.step) else {
            if desk.output != Output::Text {
                return object(desk, &report);
            }
            let mut paper = Paper::new(desk);
            paper.head(&report);
            paper.steps(&report);
            paper.calls(&words::calls(), report.calls.iter());
            paper.remarks(&words::refused(), &report.refused);
            paper.left(&report);
            end(desk, paper, &found, &report);
            return ExitCode::SUCCESS;
        };
        let Some(call) = report.calls.iter().find(|call| call.call == number) else {
            let diagnostic = Diagnostic::error(Code::Usage, messages::run_has_no_call(&found.run, number));
            return desk.fail(&diagnostic.next(messages::see_its_calls(&found.run)));
        };
        if desk.output == Output::Text {
            let mut paper = Paper::new(desk);
            if self.step.is_some() {
                paper.at_a_glance(&report.run, call);
            } else {
                paper.whole(&report.run, call);
            }
            desk.screen.result(&paper.into_text());
        } else {
            machine::object(desk, "call", json!({ "run": report.run, "call": call, "command": shell::command(call) }));
        }
        ExitCode::SUCCESS
    }
}
