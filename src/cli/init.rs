//! `runbook init`: makes a project of a folder.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value as Json, json};

use super::arguments::Output;
use super::completions;
use super::desk::Desk;
use super::machine;
use crate::engine::project::SETTINGS_FILE;
use crate::messages::manual as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::report::editor_definitions::definitions;

const SETTINGS: &str = include_str!("init/runbook.toml");
const HELLO: &str = include_str!("init/hello.rhai");

/// Make a project of this folder
#[derive(Debug, Args)]
#[command(after_help = "What is there already is left as it is; only the definitions for editors are written anew.")]
pub struct Init {}

/// What became of a file.
struct Made {
    file: &'static str,
    what: &'static str,
    told: String,
}

impl Init {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let mut made = Vec::new();
        for (file, text, about) in [
            (SETTINGS_FILE, SETTINGS, messages::project_settings()),
            ("runbooks/hello.rhai", HELLO, messages::a_commented_example()),
        ] {
            match write_new(&desk.current.join(file), text) {
                Ok(true) => made.push(Made { file, what: "created", told: messages::created(file, &about) }),
                Ok(false) => made.push(Made { file, what: "kept", told: messages::left_as_it_is(file) }),
                Err(error) => return failed(desk, file, &error),
            }
        }
        let file = ".rhai/runbook.d.rhai";
        let path = desk.current.join(file);
        let was_there = path.exists();
        if let Err(error) = replace(&path, &definitions(&crate::bindings::all())) {
            return failed(desk, file, &error);
        }
        let about = messages::editor_definitions();
        made.push(match was_there {
            true => Made { file, what: "refreshed", told: messages::refreshed(file, about) },
            false => Made { file, what: "created", told: messages::created(file, about) },
        });
        if desk.output != Output::Text {
            let files: Vec<Json> = made.iter().map(|it| json!({ "file": it.file, "what": it.what })).collect();
            machine::object(desk, "init", json!({ "files": files }));
            return ExitCode::SUCCESS;
        }
        for it in &made {
            desk.screen.watch(&it.told);
        }
        if let Some(tip) = completions::tip() {
            desk.screen.watch(&messages::completion(tip));
        }
        desk.screen.watch(&messages::try_it());
        ExitCode::SUCCESS
    }
}

/// Writes a file that is not there; gives whether it was written.
fn write_new(path: &Path, text: &str) -> io::Result<bool> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes a file of ours, whole or not at all.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let new = path.with_extension("new");
    fs::write(&new, text)?;
    fs::rename(&new, path)
}

fn failed(desk: &Desk, file: &str, error: &io::Error) -> ExitCode {
    desk.fail(&Diagnostic::error(Code::File, messages::cannot_be_written(file, error)))
}
