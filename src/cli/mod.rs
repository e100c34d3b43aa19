//! The command line: one file per subcommand, messages and exit codes.

mod answer;
mod approve;
mod arguments;
mod audit;
mod cancel;
mod check;
mod columns;
mod conduct;
mod desk;
mod elsewhere;
mod explain;
mod found;
mod handover;
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
pub mod render;
mod report;
mod resume;
mod run;
mod runs;
mod settle;
mod show;
mod show_runbook;
mod signals;
pub mod view;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use arguments::Common;
use desk::Desk;

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
}

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // A closed pipe is no reason to fail: `runbook --help | head -1`.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let desk = match Desk::set(&arguments.common) {
        Ok(desk) => desk,
        Err(code) => return code,
    };
    match arguments.command {
        None => welcome(&desk),
        Some(Command::Run(command)) => command.go(&desk),
        Some(Command::Resume(command)) => command.go(&desk),
        Some(Command::Cancel(command)) => command.go(&desk),
        Some(Command::Plan(command)) => command.go(&desk),
        Some(Command::Check(command)) => command.go(&desk),
        Some(Command::List(command)) => command.go(&desk),
        Some(Command::Show(command)) => command.go(&desk),
        Some(Command::Runs(command)) => command.go(&desk),
        Some(Command::Report(command)) => command.go(&desk),
        Some(Command::Log(command)) => command.go(&desk),
        Some(Command::Handover(command)) => command.go(&desk),
        Some(Command::Note(command)) => command.go(&desk),
        Some(Command::Settle(command)) => command.go(&desk),
        Some(Command::Answer(command)) => command.go(&desk),
        Some(Command::Approve(command)) => command.go(&desk),
        Some(Command::Audit(command)) => command.go(&desk),
        Some(Command::New(command)) => command.go(&desk),
        Some(Command::Init(command)) => command.go(&desk),
        Some(Command::Manual(command)) => command.go(&desk),
        Some(Command::Explain(command)) => command.go(&desk),
    }
}

fn welcome(desk: &Desk) -> ExitCode {
    let place = desk.state_folder().map(|folder| folder.display().to_string()).unwrap_or_default();
    let version = Arguments::command().get_version().unwrap_or_default().to_owned();
    desk.screen.result(&format!(
        "runbook {version} — operations procedures that survive a crash\n\n  \
         runbook list               runbooks found here          runbook new NAME   write one\n  \
         runbook run NAME           run one                      runbook runs       past runs\n  \
         runbook plan NAME          see what it would do         runbook --help     everything\n\
         No telemetry. Journal: {place} (only you can read it).\n"
    ));
    ExitCode::SUCCESS
}
