//! `runbook check`: what is wrong with runbooks, without running them.

use std::process::ExitCode;

use clap::Args;

use super::arguments::Output;
use super::desk::Desk;
use super::load::{Loaded, load};
use super::machine;
use crate::check::output::report;
use crate::engine::library;
use crate::engine::lock::Lock;
use crate::messages::command_line as messages;
use crate::model::diagnostic::{Diagnostic, Severity};

/// Find what is wrong with runbooks, without running them
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code 3 when something is wrong. `--output json` has the shape of `terraform validate -json`."
)]
pub struct Check {
    /// Names or paths; all runbooks of the project when left out
    runbooks: Vec<String>,

    /// Let warnings fail as well
    #[arg(long, value_name = "WHAT", value_parser = ["warnings"])]
    deny: Option<String>,
}

impl Check {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let registry = crate::bindings::all();
        let names = if self.runbooks.is_empty() { of_project(desk) } else { self.runbooks };
        let lock = match Lock::load(&desk.project.root) {
            Ok(lock) => lock,
            Err(problems) => return desk.tell_all(&problems, &|name| desk.file(name)),
        };
        let mut findings: Vec<Diagnostic> = Vec::new();
        let mut sources: Vec<Loaded> = Vec::new();
        for name in &names {
            match load(desk, &registry, name) {
                Ok(mut loaded) => {
                    findings.append(&mut loaded.findings);
                    findings.extend(lock.verify(&loaded.header, &loaded.pinned));
                    sources.push(loaded);
                }
                Err(problems) => findings.extend(problems.into_iter().map(|mut problem| {
                    // A check runs nothing; saying so would be noise.
                    problem.state = None;
                    problem
                })),
            }
        }
        // A module that several runbooks import is told of once.
        let mut told: Vec<Diagnostic> = Vec::new();
        for finding in findings {
            if !told.contains(&finding) {
                told.push(finding);
            }
        }
        let text = |name: &str| sources.iter().find_map(|loaded| loaded.text(name)).or_else(|| desk.file(name));
        let errors = told.iter().filter(|finding| finding.severity == Severity::Error).count();
        let warnings = told.len() - errors;
        if desk.output == Output::Text {
            for finding in &told {
                desk.tell(finding, &text);
            }
            desk.screen.watch(&format!(
                "{}, {}, {}",
                counted(errors, messages::one_error, messages::errors),
                counted(warnings, messages::one_warning, messages::warnings),
                counted(names.len(), messages::one_runbook, messages::runbooks)
            ));
        } else {
            match serde_json::to_string(&report(&told, &text)) {
                Ok(json) => machine::line(desk, &json),
                Err(error) => desk.screen.watch(&messages::the_findings_cannot_be_written_as_json(&error)),
            }
        }
        if errors > 0 || (self.deny.is_some() && warnings > 0) { ExitCode::from(3) } else { ExitCode::SUCCESS }
    }
}

fn of_project(desk: &Desk) -> Vec<String> {
    library::list(&desk.project).into_iter().filter(|line| line.origin == "project").map(|line| line.name).collect()
}

fn counted(count: usize, one: impl Fn() -> String, several: impl Fn(usize) -> String) -> String {
    if count == 1 { one() } else { several(count) }
}
