//! `runbook log`: every call of a run in order, or the commands that do the same.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::arguments::Output;
use super::desk::Desk;
use super::found::Found;
use super::machine;
use super::report::report_of;
use super::view::words::{badge, plain, telling};
use crate::bindings::aws::tables::function_name;
use crate::messages::handover as messages;
use crate::report::call_line::CallLine;
use crate::report::{aws_cli, shell};
use crate::world::escape;
use crate::world::width::{pad, truncate};

/// List the calls of a run in order
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runbook log r-8m3x\n  runbook log r-8m3x --as shell      the commands that do the same\n  runbook log r-8m3x --as aws-cli    those of the AWS CLI"
)]
pub struct Log {
    /// Its id, or the beginning of it; the newest run when left out
    run: Option<String>,

    /// Print the calls as commands
    #[arg(long = "as", value_enum, value_name = "FORM")]
    form: Option<Form>,
}

/// Commands of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Of a POSIX shell
    Shell,
    /// Of the AWS CLI, calls of AWS only
    AwsCli,
}

impl Log {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let found = match Found::named_or_newest(desk, self.run.as_deref()) {
            Ok(found) => found,
            Err(code) => return code,
        };
        let report = report_of(&found);
        let services = crate::bindings::all().family_namespaces();
        let is_aws = |call: &CallLine| {
            call.function.split_once("::").is_some_and(|(namespace, _)| services.binary_search(&namespace).is_ok())
        };
        let command =
            |call: &CallLine| if is_aws(call) { aws_cli::command(call, &function_name) } else { shell::command(call) };
        match (desk.output, self.form) {
            (Output::Json, _) => {
                let commands: Vec<_> = report.calls.iter().map(&command).collect();
                let fields = json!({ "run": found.run.as_str(), "calls": report.calls, "commands": commands });
                machine::object(desk, "log", fields);
            }
            (Output::Ndjson, _) => {
                for call in &report.calls {
                    machine::object(
                        desk,
                        "call",
                        json!({ "run": found.run.as_str(), "call": call, "command": command(call) }),
                    );
                }
            }
            (Output::Text, Some(Form::Shell)) => {
                let text: String = report.calls.iter().map(|call| as_command(call, command(call))).collect();
                desk.screen.result(&text);
            }
            (Output::Text, Some(Form::AwsCli)) => {
                let calls = report.calls.iter().filter(|call| is_aws(call));
                let text: String = calls.map(|call| as_command(call, command(call))).collect();
                desk.screen.result(&text);
            }
            (Output::Text, None) => {
                let text: String = report.calls.iter().map(|call| line(desk, call)).collect();
                desk.screen.result(&text);
            }
        }
        ExitCode::SUCCESS
    }
}

fn heading(call: &CallLine) -> String {
    let time = call.at.get(11..19).unwrap_or(&call.at).to_owned();
    let step = call.path.join(" › ");
    format!("{time} {} {}", pad(&badge(call.effect), 5), escape::line(&step)).trim_end().to_owned()
}

fn line(desk: &Desk, call: &CallLine) -> String {
    let looks = desk.looks;
    let glyph = match call.outcome {
        "ok" => looks.good(looks.pick("✓", "+")),
        "did not happen" => looks.faint(looks.pick("○", "o")),
        "in doubt" => looks.bad("?"),
        _ => looks.bad(looks.pick("✗", "x")),
    };
    let what = telling(&call.args).map(|value| format!(" {}", plain(value))).unwrap_or_default();
    let time = call.at.get(11..19).unwrap_or(&call.at);
    let badge = pad(&badge(call.effect), 5);
    let step = call.path.join(" › ");
    let step = if step.is_empty() { step } else { format!("  ({step})") };
    let line = format!("{}{what}{step}", call.function);
    let room = desk.screen.columns().saturating_sub(18).max(20);
    let line = escape::line(&line).into_owned();
    format!("{time} {badge} {glyph} {}\n", truncate(&line, room, looks.ellipsis()))
}

fn as_command(call: &CallLine, command: Option<String>) -> String {
    // A line break in an argument stays one: what is printed can be run. Everything else that a terminal obeys is made visible.
    let command = command.map(|command| escape::lines(&command).collect::<Vec<_>>().join("\n"));
    let command = command.unwrap_or_else(|| format!("# {}", messages::no_command(&call.function)));
    format!("# {}\n{command}\n", heading(call))
}
