//! `runbook new`: writes a runbook to begin with.

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::desk::Desk;
use crate::engine::header::is_name;
use crate::engine::library::FOLDER;
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
            let message = format!("`{}` is no name for a runbook", self.name);
            return desk.fail(
                &Diagnostic::error(Code::Usage, message)
                    .note("small letters, digits, `-` and `_`; `/` for folders, as in `incident/high-error-rate`")
                    .state("nothing was written"),
            );
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
            file.write_all(text.replace("NAME", &self.name).as_bytes())
        });
        match written {
            Ok(()) => {
                desk.screen.result(&format!("created {shown}\n"));
                desk.screen.watch(&format!("next: runbook check {0}   then   runbook run {0}", self.name));
                ExitCode::SUCCESS
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => desk.fail(
                &Diagnostic::error(Code::File, format!("`{shown}` is there already")).state("nothing was written"),
            ),
            Err(error) => desk.fail(&Diagnostic::error(Code::File, format!("`{shown}` can't be written: {error}"))),
        }
    }
}
