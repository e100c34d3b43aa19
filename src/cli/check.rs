//! `runbook check`: what is wrong with runbooks, without running them.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::arguments::Output;
use super::asked::{self, Asked};
use super::desk::Desk;
use super::load::{Loaded, load};
use super::machine;
use super::repair::{self, Repaired};
use super::watching::Watching;
use crate::check::output::{Report, report};
use crate::engine::environment::Environment;
use crate::engine::library;
use crate::engine::lock::Lock;
use crate::engine::shelf::Shelf;
use crate::messages::command_line as messages;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::policy::Policy;
use crate::world::escape;

/// How often a check mends and looks again. Names come first, then permissions; what is left after that is told.
const ROUNDS_MAX: usize = 8;

/// Find what is wrong with runbooks, without running them
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code 3 when something is wrong, or still is after --fix. Fixing changes files of this project only, and gives no permission.\n`--output json` has the shape of `terraform validate -json`."
)]
pub struct Check {
    /// Names or paths; all runbooks of the project when left out
    runbooks: Vec<String>,

    /// Tell what the policy in `envs/NAME.toml` asks a person first
    #[arg(long = "env", env = "RUNBOOK_ENV", value_name = "NAME")]
    environment: Option<String>,

    /// Let warnings fail as well
    #[arg(long, value_name = "WHAT", value_parser = ["warnings"])]
    deny: Option<String>,

    /// Mend what can be mended for certain: names misspelt, permissions that no call uses
    #[arg(long)]
    fix: bool,

    /// Go on, and check again whenever a script changes; Ctrl-C ends it
    #[arg(long, conflicts_with = "fix")]
    watch: bool,
}

/// What a check found, and the sources that it looked at.
struct Found {
    findings: Vec<Diagnostic>,
    sources: Vec<Loaded>,
    asked: Vec<Asked>,
}

impl Found {
    /// The text of a source that was checked.
    fn checked(&self, name: &str) -> Option<String> {
        self.sources.iter().find_map(|loaded| loaded.text(name))
    }
}

impl Check {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let policy = match self.policy(desk) {
            Ok(policy) => policy,
            Err(problems) => return desk.tell_all(&problems, &|name| desk.file(name)),
        };
        if self.watch {
            return match self.watch(desk, &policy) {
                Ok(never) => match never {},
                Err(error) => desk.fail(&Diagnostic::error(Code::File, messages::cannot_watch(&error))),
            };
        }
        let names = self.names(desk);
        let (mut repaired, mut rounds) = (Vec::new(), 0);
        let found = loop {
            let found = match find(desk, &policy, &names) {
                Ok(found) => found,
                Err(problems) => return desk.tell_all(&problems, &|name| desk.file(name)),
            };
            if !self.fix || rounds == ROUNDS_MAX {
                break found;
            }
            rounds += 1;
            // What is mended may uncover what else is wrong.
            match repair::mend(&found.findings, &desk.project.root, &|name| found.checked(name)) {
                Ok(done) if done.is_empty() => break found,
                Ok(done) => repaired.extend(done),
                Err((file, error)) => {
                    let diagnostic = Diagnostic::error(Code::File, messages::cannot_be_mended(&file, &error));
                    return desk.fail(&diagnostic.state(messages::mended_so_far(repaired.len())));
                }
            }
        };
        tell(desk, &found, names.len(), self.fix.then_some(&repaired));
        let (errors, warnings) = counts(&found.findings);
        if errors > 0 || (self.deny.is_some() && warnings > 0) { ExitCode::from(3) } else { ExitCode::SUCCESS }
    }

    fn names(&self, desk: &Desk) -> Vec<String> {
        if self.runbooks.is_empty() { of_project(desk) } else { self.runbooks.clone() }
    }

    /// What project, user and environment decided.
    fn policy(&self, desk: &Desk) -> Result<Policy, Vec<Diagnostic>> {
        let own = desk.project.settings.policy.clone();
        let Some(name) = &self.environment else { return Ok(own) };
        Environment::load(&desk.project.root, name).map(|environment| own.tightened_by(&environment.policy))
    }

    /// Checks, and checks again after each change.
    fn watch(&self, desk: &Desk, policy: &Policy) -> notify::Result<Infallible> {
        let mut watching = Watching::new()?;
        loop {
            let names = self.names(desk);
            let mut found = find(desk, policy, &names);
            // What changed before its folder was watched is seen by checking once more.
            if watching.add(folders(desk, &names, &found))? {
                found = find(desk, policy, &names);
            }
            match &found {
                Ok(found) => tell(desk, found, names.len(), None),
                Err(problems) => drop(desk.tell_all(problems, &|name| desk.file(name))),
            }
            let changed = watching.wait()?;
            if desk.output == Output::Text {
                let names = changed.iter().map(|file| file.strip_prefix(&desk.project.root).unwrap_or(file));
                let names: Vec<String> = names.map(|file| file.to_string_lossy().into_owned()).collect();
                desk.screen.watch(&escape::line(&messages::changed(names.join(", "))));
            }
        }
    }
}

/// Where the sources lie that were checked or could not be, and where others would be found.
fn folders(desk: &Desk, names: &[String], found: &Result<Found, Vec<Diagnostic>>) -> BTreeSet<PathBuf> {
    let root = &desk.project.root;
    let shelves = library::shelves(&desk.project).into_iter().filter_map(|shelf| match shelf {
        Shelf::Folder { root, .. } => Some(root),
        _ => None,
    });
    let mut files: BTreeSet<PathBuf> = names.iter().map(|name| desk.current.join(name)).collect();
    let beside = files.iter().filter_map(|file| file.parent()).map(Path::to_owned);
    // A script is known by its file below the project, a module by its name on a shelf or beside the script.
    let places: BTreeSet<PathBuf> = std::iter::once(root.clone()).chain(shelves).chain(beside).collect();
    if let Ok(found) = found {
        let sources = found.sources.iter().flat_map(|loaded| loaded.pinned.sources.keys());
        let told = found.findings.iter().filter_map(|finding| finding.place()).map(|place| &place.file);
        files.extend(sources.chain(told).flat_map(|file| places.iter().map(move |place| place.join(file))));
    }
    let around = files.iter().filter_map(|file| file.parent()).map(Path::to_owned);
    around.chain(places.iter().cloned()).collect()
}

fn find(desk: &Desk, policy: &Policy, names: &[String]) -> Result<Found, Vec<Diagnostic>> {
    let registry = crate::bindings::all();
    let lock = Lock::load(&desk.project.root)?;
    let mut findings: Vec<Diagnostic> = Vec::new();
    let mut sources: Vec<Loaded> = Vec::new();
    let mut asked = Vec::new();
    for name in names {
        match load(desk, &registry, name) {
            Ok(mut loaded) => {
                findings.append(&mut loaded.findings);
                findings.extend(lock.verify(&loaded.header, &loaded.pinned));
                asked.extend(asked::of(&loaded, &registry, policy));
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
    Ok(Found { findings: told, sources, asked })
}

/// How many errors and warnings there are.
fn counts(findings: &[Diagnostic]) -> (usize, usize) {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    (errors, findings.len() - errors)
}

fn tell(desk: &Desk, found: &Found, runbooks: usize, repaired: Option<&Vec<Repaired>>) {
    let told = &found.findings;
    let text = |name: &str| found.checked(name).or_else(|| desk.file(name));
    if desk.output != Output::Text {
        let report = Report {
            asked: asked::json(&found.asked),
            repaired: repaired.map(|all| all.iter().map(Repaired::json).collect()),
            ..report(told, &text)
        };
        match serde_json::to_string(&report) {
            Ok(json) => machine::line(desk, &json),
            Err(error) => desk.screen.watch(&messages::the_findings_cannot_be_written_as_json(&error)),
        }
        return;
    }
    for Repaired { place, wrong, right } in repaired.into_iter().flatten() {
        desk.screen.watch(&match right.as_str() {
            "" => messages::taken_out(place, wrong),
            right => messages::mended(place, wrong, right),
        });
    }
    for finding in told {
        desk.tell(finding, &text);
    }
    for line in asked::lines(&found.asked) {
        desk.screen.watch(&escape::line(&line));
    }
    let (errors, warnings) = counts(told);
    let mendable = repair::mendable(told, &desk.project.root).len();
    let mut last = format!(
        "{}, {}, {}",
        counted(errors, messages::one_error, messages::errors),
        counted(warnings, messages::one_warning, messages::warnings),
        counted(runbooks, messages::one_runbook, messages::runbooks)
    );
    if mendable > 0 && repaired.is_none() {
        last.push_str(&messages::fix_can_mend(mendable));
    }
    desk.screen.watch(&desk.screen.looks().own(last));
}

fn of_project(desk: &Desk) -> Vec<String> {
    library::list(&desk.project).into_iter().filter(|line| line.origin == "project").map(|line| line.name).collect()
}

fn counted(count: usize, one: impl Fn() -> String, several: impl Fn(usize) -> String) -> String {
    if count == 1 { one() } else { several(count) }
}
