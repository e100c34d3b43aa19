//! What a shell offers while a command line is typed. The shell asks the program itself, so what it offers is there: runbooks,
//! runs, environments and parameters of this project. Nothing is written and nobody is asked; trouble offers nothing.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Command, ValueEnum};
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter, CompletionCandidate};

use super::desk::{Desk, has_ended};
use crate::engine::environment;
use crate::engine::header;
use crate::engine::library;
use crate::engine::project::{self, Project};
use crate::journal::sqlite::{FILE_NAME, SqliteBackend};
use crate::journal::{Backend, RunSummary};
use crate::messages::{Language, completions as messages};
use crate::model::entry::Event;
use crate::world::escape;
use crate::world::terminal::Surroundings;

/// How many runs are offered.
const RUNS_MAX: usize = 50;

/// Say how a shell completes command lines
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Option<Shell>,
}

/// A shell that can ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shell {
    /// Bash
    Bash,
    /// Zsh
    Zsh,
    /// Fish
    Fish,
}

impl Shell {
    /// The file of its settings, and the line that goes there.
    fn setting(self) -> (&'static str, &'static str) {
        match self {
            Shell::Bash => ("~/.bashrc", "source <(COMPLETE=bash runbook)"),
            Shell::Zsh => ("~/.zshrc", "source <(COMPLETE=zsh runbook)"),
            Shell::Fish => ("~/.config/fish/config.fish", "COMPLETE=fish runbook | source"),
        }
    }
}

/// What makes the shell of this person complete command lines; nothing for a shell that can't.
pub(super) fn tip() -> Option<String> {
    let shell = PathBuf::from(std::env::var_os("SHELL")?);
    let shell = Shell::from_str(shell.file_name()?.to_str()?, false).ok()?;
    let (file, line) = shell.setting();
    Some(format!("echo '{line}' >> {file}"))
}

impl Completions {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let shells = match self.shell {
            Some(shell) => vec![shell],
            None => vec![Shell::Bash, Shell::Zsh, Shell::Fish],
        };
        for shell in shells {
            let (file, line) = shell.setting();
            desk.screen.result(&format!("# {}\n{line}\n", messages::put_this_into(file)));
        }
        ExitCode::SUCCESS
    }
}

/// Answers a shell that asks, if one does; gives whether it did.
#[must_use]
pub fn answered(command: impl Fn() -> Command) -> bool {
    if std::env::var_os("COMPLETE").is_none() {
        return false;
    }
    let project = current_project();
    let settled = project.as_ref().and_then(|project| project.settings.language);
    Surroundings::of_process(false).language(None, settled).speak();
    let current = std::env::current_dir().ok();
    let with_values = || with_values(command());
    let answer = clap_complete::CompleteEnv::with_factory(with_values);
    // A shell has no use for what went wrong.
    answer.try_complete(std::env::args_os(), current.as_deref()).unwrap_or(true)
}

/// The command with what can stand for its values.
fn with_values(mut command: Command) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(&name, |sub| {
            let ids: Vec<String> = sub.get_arguments().map(|arg| arg.get_id().to_string()).collect();
            ids.iter().fold(sub, |sub, id| match (name.as_str(), id.as_str()) {
                ("run" | "plan", "runbook") | ("show", "what") | ("check", "runbooks") => {
                    sub.mut_arg(id, |arg| arg.add(ArgValueCandidates::new(runbooks)))
                }
                (_, "run") => sub.mut_arg(id, |arg| arg.add(ArgValueCandidates::new(runs))),
                (_, "environment") => sub.mut_arg(id, |arg| arg.add(ArgValueCandidates::new(environments))),
                (_, "set" | "set_secret") => sub.mut_arg(id, |arg| arg.add(ArgValueCompleter::new(parameters))),
                // What is changed moves to the end; so all are, or values would change places.
                _ => sub.mut_arg(id, |arg| arg),
            })
        });
    }
    command
}

fn current_project() -> Option<Project> {
    Project::find(&std::env::current_dir().ok()?).ok()
}

fn offer(value: impl Into<OsString>, help: &str) -> CompletionCandidate {
    let help = escape::line(help).into_owned();
    CompletionCandidate::new(value).help((!help.is_empty()).then(|| help.into()))
}

fn runbooks() -> Vec<CompletionCandidate> {
    let Some(project) = current_project() else { return Vec::new() };
    let listed = library::list(&project).into_iter().filter(|line| !line.hidden);
    listed.map(|line| offer(&line.name, Language::choose(&line.summary, &line.summary_ja))).collect()
}

fn environments() -> Vec<CompletionCandidate> {
    let Some(project) = current_project() else { return Vec::new() };
    environment::names(&project.root).into_iter().map(|name| offer(name, "")).collect()
}

/// Runs, newest first. A journal that is not there is not made.
fn runs() -> Vec<CompletionCandidate> {
    let folder = std::env::var_os("RUNBOOK_STATE_DIR");
    let Ok(folder) = project::state_folder(folder.as_deref()) else { return Vec::new() };
    if !folder.join(FILE_NAME).exists() {
        return Vec::new();
    }
    let Ok(backend) = SqliteBackend::open(&folder) else { return Vec::new() };
    let Ok(runs) = backend.runs() else { return Vec::new() };
    let of = |(place, summary): (usize, &RunSummary)| {
        let what = match &summary.first.event {
            Event::RunStarted(start) => format!("{} {}", start.runbook, start.version),
            _ => String::new(),
        };
        let state = if has_ended(&backend, summary) { String::new() } else { messages::not_finished() };
        let at = summary.first.at.get(..16).unwrap_or_default().replace('T', " ");
        offer(summary.first.run.as_str(), &format!("{what}  {at}  {state}")).display_order(Some(place))
    };
    runs.iter().take(RUNS_MAX).enumerate().map(of).collect()
}

/// `NAME=` of each parameter of the runbook that stands on the line.
fn parameters(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(project) = current_project() else { return Vec::new() };
    let current = current.to_string_lossy();
    if current.contains('=') {
        return Vec::new();
    }
    let words: Vec<String> = std::env::args().collect();
    let after = words.iter().position(|word| word == "run" || word == "plan").map_or(0, |at| at + 1);
    let folder = std::env::current_dir().unwrap_or_default();
    let named = words.iter().skip(after).filter(|word| !word.starts_with('-'));
    let source = named.filter_map(|word| library::find(&project, word, &folder).ok()).next();
    let Some(header) = source.and_then(|source| header::of_text(&source.text, &source.file).ok()) else {
        return Vec::new();
    };
    let fitting = header.params.iter().filter(|spec| spec.name.starts_with(&*current));
    fitting.map(|spec| offer(format!("{}=", spec.name), Language::choose(&spec.doc, &spec.doc_ja))).collect()
}
