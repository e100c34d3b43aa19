//! `runbook config show`: the settings that hold here, and where each comes from.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::arguments::Output;
use super::columns;
use super::desk::Desk;
use super::machine;
use super::paper::Paper;
use crate::engine::environment::Environment;
use crate::engine::project::{self, Project, SETTINGS_FILE, Settings};
use crate::messages::Language;
use crate::model::diagnostic::Diagnostic;
use crate::policy::Policy;
use crate::world::clock;

/// Show the settings that hold here
#[derive(Debug, Args)]
pub struct Config {
    #[command(subcommand)]
    command: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Show(Show),
}

/// Show every setting that holds here, a line each
#[derive(Debug, Args)]
#[command(
    after_help = "Settings come from `runbook.toml` of the project, `~/.config/runbook/config.toml` of the user, and with --env from\n`envs/NAME.toml`. Policies add up: each of them can only tighten.\n\nExample:\n  runbook config show --origin --env prod"
)]
struct Show {
    /// Say where each setting comes from
    #[arg(long)]
    origin: bool,

    /// The settings of this environment as well
    #[arg(long = "env", env = "RUNBOOK_ENV", value_name = "NAME")]
    environment: Option<String>,
}

/// One setting.
struct Line {
    key: &'static str,
    value: Json,
    origin: String,
}

impl Config {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let What::Show(show) = self.command;
        let lines = match lines(desk, show.environment.as_deref()) {
            Ok(lines) => lines,
            Err(diagnostics) => return desk.tell_all(&diagnostics, &|name| desk.file(name)),
        };
        if desk.output != Output::Text {
            let of = |line: &Line| json!({ "key": line.key, "value": line.value, "origin": line.origin });
            let lines: Vec<Json> = lines.iter().map(of).collect();
            machine::object(desk, "config", json!({ "settings": lines }));
            return ExitCode::SUCCESS;
        }
        let row = |line: &Line| {
            let origin = if show.origin { line.origin.clone() } else { String::new() };
            vec![line.key.to_owned(), said(&line.value), origin]
        };
        let rows: Vec<Vec<String>> = lines.iter().map(row).collect();
        let mut paper = Paper::new(desk);
        for row in columns::aligned(&rows, usize::MAX, None, desk.looks.ellipsis()) {
            paper.line(&row);
        }
        desk.screen.result(&paper.into_text());
        ExitCode::SUCCESS
    }
}

/// A value as a person reads it.
fn said(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Object(fields) => {
            fields.iter().map(|(name, value)| format!("{name}={}", said(value))).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

fn lines(desk: &Desk, environment: Option<&str>) -> Result<Vec<Line>, Vec<Diagnostic>> {
    let project = Project::find(&desk.current)?;
    let environment = environment.map(|name| Environment::load(&desk.project.root, name)).transpose()?;
    let user_file = project::user_file().map(|file| file.display().to_string()).unwrap_or_default();
    let mut lines = vec![state_folder(desk).map_err(|diagnostic| vec![*diagnostic])?];
    lines.push(language(desk, &project.settings, &user_file));
    for (settings, origin) in [(&project.settings, SETTINGS_FILE), (&desk.user, user_file.as_str())] {
        let of = |library: &String| Line { key: "libraries", value: json!(library), origin: origin.to_owned() };
        lines.extend(settings.libraries.iter().map(of));
    }
    let layers = [
        (Some(&project.settings.policy), SETTINGS_FILE),
        (Some(&desk.user.policy), user_file.as_str()),
        (environment.as_ref().map(|environment| &environment.policy), environment.as_ref().map_or("", |e| &e.file)),
    ];
    for (policy, origin) in layers {
        lines.extend(policy.into_iter().flat_map(|policy| of_policy(policy, origin)));
    }
    Ok(lines)
}

fn state_folder(desk: &Desk) -> Result<Line, Box<Diagnostic>> {
    let folder = desk.state_folder()?;
    let variable = std::env::var_os("RUNBOOK_STATE_DIR").filter(|value| !value.is_empty());
    let origin = match (&desk.state_dir, variable) {
        (Some(folder), Some(variable)) if folder.as_os_str() == variable => "RUNBOOK_STATE_DIR",
        (Some(_), _) => "--state-dir",
        (None, _) if std::env::var_os("XDG_STATE_HOME").is_some_and(|value| !value.is_empty()) => "XDG_STATE_HOME",
        (None, _) => "default",
    };
    Ok(Line { key: "state-dir", value: json!(folder), origin: origin.to_owned() })
}

/// The language, by the same order in which it is decided.
fn language(desk: &Desk, project: &Settings, user_file: &str) -> Line {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let of_settings = [(project.language, SETTINGS_FILE), (desk.user.language, user_file)];
    let origin = if desk.language_flag {
        "--lang"
    } else if set("RUNBOOK_LANG") {
        "RUNBOOK_LANG"
    } else if let Some((_, file)) = of_settings.iter().find(|(language, _)| language.is_some()) {
        file
    } else {
        ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find(|name| set(name)).unwrap_or("default")
    };
    let code = match Language::current() {
        Language::English => "en",
        Language::Japanese => "ja",
    };
    Line { key: "lang", value: json!(code), origin: origin.to_owned() }
}

fn of_policy(policy: &Policy, origin: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |key, value| lines.push(Line { key, value, origin: origin.to_owned() });
    for effect in &policy.confirm {
        add("policy.confirm", json!(effect.word()));
    }
    for effect in &policy.approve {
        add("policy.approve", json!(effect.word()));
    }
    for permission in &policy.deny {
        add("policy.deny", json!(permission.line()));
    }
    for programs in &policy.programs {
        if programs.is_empty() {
            add("policy.programs", json!({}));
        }
        for program in programs {
            let line = program.line.line();
            let words = line.split_once(' ').map_or("", |(_, words)| words);
            add("policy.programs", json!({ "program": words, "effect": program.effect.word() }));
        }
    }
    for freeze in &policy.frozen {
        let (from, until) = (clock::stamp(freeze.from), clock::stamp(freeze.until));
        add("policy.frozen", json!({ "from": from, "until": until, "reason": freeze.reason }));
    }
    lines
}
