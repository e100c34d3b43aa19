//! `runbook new`: writes a runbook to begin with.

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::arguments::Output;
use super::desk::Desk;
use super::machine;
use crate::engine::header::is_name;
use crate::engine::library::FOLDER;
use crate::messages::command_line as messages;
use crate::messages::state;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;

/// Write a runbook to begin with
#[derive(Debug, Args)]
pub struct New {
    /// Its name: small letters, digits, `-`, and `/` for folders
    name: String,

    /// What it begins with
    #[arg(long, value_enum, default_value_t = Template::Read)]
    template: Template,
}

/// What a new runbook begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Template {
    /// Steps that only look
    Read,
    /// A change with its check and its way back
    Change,
}

const READ: &str = include_str!("new/read.rhai");
const CHANGE: &str = include_str!("new/change.rhai");

impl New {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        if !is_name(&self.name) {
            let message = messages::is_no_name_for_a_runbook(&self.name);
            let diagnostic = Diagnostic::error(Code::Usage, message)
                .note(messages::what_a_name_is_made_of())
                .state(state::nothing_was_written());
            return desk.fail(&match nearest(&self.name) {
                Some(nearest) => diagnostic.next(format!("runbook new {nearest}")),
                None => diagnostic,
            });
        }
        let text = match self.template {
            Template::Read => READ,
            Template::Change => CHANGE,
        };
        let shown = format!("{FOLDER}/{}.rhai", self.name);
        let path = desk.project.root.join(&shown);
        let written = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| {
            // Never over a file that is there.
            let mut file = std::fs::File::create_new(&path)?;
            file.write_all(text.replace("NAME", &self.name).as_bytes()).and_then(|()| file.sync_all()).inspect_err(
                |_| {
                    // Half a runbook is worse than none.
                    let _ = std::fs::remove_file(&path);
                },
            )
        });
        match written {
            Ok(()) => {
                if desk.output == Output::Text {
                    desk.screen.result(&messages::created(&shown));
                    desk.screen.watch(&messages::check_it_then_run_it(&self.name));
                } else {
                    machine::object(desk, "created", json!({ "runbook": self.name, "file": shown }));
                }
                ExitCode::SUCCESS
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => desk.fail(
                &Diagnostic::error(Code::File, messages::is_there_already(&shown))
                    .state(state::nothing_was_written())
                    .next(messages::see_what_a_runbook_does(&self.name)),
            ),
            Err(error) => desk.fail(&Diagnostic::error(Code::File, messages::cannot_be_written(&shown, &error))),
        }
    }
}

/// A name that is close to what was given, where one can be made.
fn nearest(given: &str) -> Option<String> {
    let given = given.strip_suffix(".rhai").unwrap_or(given).trim_start_matches("./");
    let given = given.strip_prefix("runbooks/").unwrap_or(given).to_lowercase();
    let name: String = given.chars().map(|c| if c.is_whitespace() || c == '.' { '-' } else { c }).collect();
    is_name(&name).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_mended_where_it_can_be() {
        for (given, mended) in [
            ("./runbooks/a.rhai", Some("a")),
            ("Scale Web", Some("scale-web")),
            ("incident/web.rhai", Some("incident/web")),
            ("日本", None),
            ("", None),
        ] {
            assert_eq!(nearest(given).as_deref(), mended, "{given}");
        }
    }
}
