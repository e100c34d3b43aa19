//! The command line: one file per subcommand, messages and exit codes.

mod answer;
mod approve;
mod arguments;
mod asked;
mod audit;
mod aws_tables;
mod cancel;
mod check;
mod columns;
mod completions;
mod conduct;
mod config;
mod desk;
mod doctor;
mod elsewhere;
mod explain;
mod export;
mod found;
mod github;
mod handover;
pub mod help;
mod import;
mod init;
mod list;
mod load;
mod log;
mod machine;
mod manual;
mod new;
mod note;
mod outside;
mod paper;
mod plan;
mod private_file;
mod prune;
pub mod render;
mod repair;
mod report;
mod requirements;
mod resume;
mod run;
mod runs;
mod search;
mod settle;
mod show;
mod show_runbook;
mod signals;
mod take_over;
pub mod view;
mod watching;

use std::ffi::OsString;
use std::process::ExitCode;

use anstream::ColorChoice;
use clap::{CommandFactory, Parser, Subcommand};

use arguments::Common;
use desk::Desk;

use crate::engine::project::Project;
use crate::messages::Language;
use crate::world::terminal::{Looks, Screen, Surroundings};

use crate::messages::command_line as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;

/// The program's arguments.
#[derive(Debug, Parser)]
#[command(
    name = "runbook",
    version,
    about = "Operations procedures that survive a crash",
    long_about = "Runs operations procedures written in Rhai: they run, resume after a crash, can be planned without touching \
                  anything, and leave a record.",
    after_help = "Exit codes: 0 ok, 1 the runbook failed, 2 usage, 3 findings, 4 credentials, 5 waiting, 6 refused,\n7 in doubt \
                  or diverged, 8 held by another run, 70 a bug, 129/130/143 interrupted (resumable).\n\nNo telemetry, no update \
                  check, no network that a script did not ask for.",
    disable_help_subcommand = true,
    infer_subcommands = false
)]
struct Arguments {
    #[command(flatten)]
    common: Common,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Resume(resume::Resume),
    Cancel(cancel::Cancel),
    Plan(plan::Plan),
    Check(check::Check),
    List(list::List),
    Search(search::Search),
    Show(show::Show),
    Runs(runs::Runs),
    Report(report::Report),
    Log(log::Log),
    Handover(handover::Handover),
    Note(note::Note),
    Settle(settle::Settle),
    Answer(answer::Answer),
    Approve(approve::Approve),
    Audit(audit::Audit),
    New(new::New),
    Init(init::Init),
    Manual(manual::Manual),
    Explain(explain::Explain),
    Doctor(doctor::Doctor),
    Config(config::Config),
    Completions(completions::Completions),
    #[command(hide = true)]
    AwsTables(aws_tables::AwsTables),
}

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    if completions::answered(Arguments::command) {
        return ExitCode::SUCCESS;
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return tell(&error),
    };
    let desk = match Desk::set(&arguments.common) {
        Ok(desk) => desk,
        Err(code) => return code,
    };
    let Some(github) = &desk.github else { return through(arguments.command, &desk) };
    github.raise_fence(&desk.screen);
    let code = through(arguments.command, &desk);
    github.lower_fence(&desk.screen);
    code
}

/// Does what was asked. A command whose results were lost did not succeed; how a run ended stands, and its result is in the journal.
fn through(command: Option<Command>, desk: &Desk) -> ExitCode {
    let is_run = matches!(command, Some(Command::Run(_) | Command::Resume(_) | Command::Cancel(_)));
    let code = go(command, desk);
    match desk.screen.lost() {
        Some(why) if code == ExitCode::SUCCESS && !is_run => desk.fail(&Diagnostic::error(Code::File, why)),
        _ => code,
    }
}

fn go(command: Option<Command>, desk: &Desk) -> ExitCode {
    match command {
        None => welcome(desk),
        Some(Command::Run(command)) => command.go(desk),
        Some(Command::Resume(command)) => command.go(desk),
        Some(Command::Cancel(command)) => command.go(desk),
        Some(Command::Plan(command)) => command.go(desk),
        Some(Command::Check(command)) => command.go(desk),
        Some(Command::List(command)) => command.go(desk),
        Some(Command::Search(command)) => command.go(desk),
        Some(Command::Show(command)) => command.go(desk),
        Some(Command::Runs(command)) => command.go(desk),
        Some(Command::Report(command)) => command.go(desk),
        Some(Command::Log(command)) => command.go(desk),
        Some(Command::Handover(command)) => command.go(desk),
        Some(Command::Note(command)) => command.go(desk),
        Some(Command::Settle(command)) => command.go(desk),
        Some(Command::Answer(command)) => command.go(desk),
        Some(Command::Approve(command)) => command.go(desk),
        Some(Command::Audit(command)) => command.go(desk),
        Some(Command::New(command)) => command.go(desk),
        Some(Command::Init(command)) => command.go(desk),
        Some(Command::Manual(command)) => command.go(desk),
        Some(Command::Explain(command)) => command.go(desk),
        Some(Command::Doctor(command)) => command.go(desk),
        Some(Command::Config(command)) => command.go(desk),
        Some(Command::Completions(command)) => command.go(desk),
        Some(Command::AwsTables(command)) => command.go(desk),
    }
}

/// The program's arguments as the library reads them, for what looks after their help.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Tells help that was asked for, or what is wrong with the arguments, in the language of the reader.
fn tell(error: &clap::Error) -> ExitCode {
    let code = ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let project = std::env::current_dir().ok().and_then(|current| Project::find(&current).ok());
    let settled = project.and_then(|project| project.settings.language);
    let language = Surroundings::of_process(false).language(help::language_asked(&arguments), settled);
    language.speak();
    if language == Language::English {
        // A closed pipe is no reason to fail: `runbook --help | head -1`.
        let _ = error.print();
        return code;
    }
    let screen = Screen::standard(Looks::decide(ColorChoice::Auto, false));
    if let Err(error) = help::in_japanese(Arguments::command(), screen.columns()).try_get_matches_from(&arguments) {
        match help::complaint(&error, &arguments) {
            Some(text) => screen.watch(text.trim_end()),
            None => drop(error.print()),
        }
    }
    code
}

fn welcome(desk: &Desk) -> ExitCode {
    let place = desk.state_folder().map(|folder| folder.display().to_string()).unwrap_or_default();
    let version = Arguments::command().get_version().unwrap_or_default().to_owned();
    desk.screen.result(&desk.looks.own(messages::welcome(&version, &place)));
    ExitCode::SUCCESS
}
