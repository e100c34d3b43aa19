//! `runbook run`: begins a run.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::arguments::Values;
use super::conduct::{Conduct, conduct, person};
use super::desk::Desk;
use super::load::{Loaded, load};
use super::outside::Around;
use super::requirements;
use super::view::Act;
use crate::engine::environment::Environment;
use crate::engine::header;
use crate::engine::parameters::{self, Given, Resolved};
use crate::engine::permission_line;
use crate::engine::run::{self as engine, NewRun};
use crate::journal::Backend;
use crate::journal::memory::MemoryBackend;
use crate::messages::command_line as messages;
use crate::messages::state;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::duration;
use crate::model::entry::{FORMAT, RunStart, content_hash};
use crate::model::run::{Mode, RunId};
use crate::model::value::Value;
use crate::policy::Policy;

/// How long a run may take when nobody says: waits for DNS can take two days.
const TIME_LIMIT_S: u64 = 72 * 3600;

/// Run a runbook
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runbook run verify-waf --env prod\n  runbook run ./migrate.rhai --set database=orders\n  \
                        runbook run verify-waf --env prod --read-only --output ndjson"
)]
pub struct Run {
    /// Its name (`verify-waf`, `verify-waf@^1.2`) or path (`./verify-waf.rhai`)
    runbook: String,

    #[command(flatten)]
    values: Values,

    /// Refuse every effect but reads
    #[arg(long)]
    read_only: bool,

    /// Answer plain confirmations with yes; never approvals
    #[arg(short, long)]
    yes: bool,

    /// How long the run may take, such as `2h`
    #[arg(long, value_name = "DURATION")]
    time_limit: Option<String>,
}

/// A run that is ready to begin.
pub(super) struct Prepared {
    pub loaded: Loaded,
    pub start: RunStart,
    pub resolved: Resolved,
    pub policy: Policy,
}

impl Run {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let mode = if self.read_only { Mode::ReadOnly } else { Mode::Normal };
        let mut prepared = match prepare(desk, &self.runbook, &self.values, mode) {
            Ok(prepared) => prepared,
            Err(code) => return code,
        };
        if let Some(text) = &self.time_limit {
            match duration::parse(text) {
                Ok(limit) => prepared.start.time_limit_s = limit.as_secs(),
                Err(error) => {
                    return desk.fail(
                        &Diagnostic::error(Code::Usage, format!("--time-limit: {error}"))
                            .state(state::nothing_was_run()),
                    );
                }
            }
        }
        let backend = match desk.journal() {
            Ok(backend) => backend,
            Err(diagnostic) => return desk.fail(&diagnostic),
        };
        begin(desk, prepared, backend, Act::Run, self.yes)
    }
}

/// Finds, checks and resolves everything; nothing is touched.
///
/// # Errors
/// What keeps it from being run: it has been told, and this is the exit code.
pub(super) fn prepare(desk: &Desk, asked: &str, values: &Values, mode: Mode) -> Result<Prepared, ExitCode> {
    let registry = crate::bindings::all();
    let loaded = load(desk, &registry, asked).map_err(|problems| desk.tell_all(&problems, &|name| desk.file(name)))?;
    if loaded.has_errors() {
        let errors: Vec<Diagnostic> =
            loaded.findings.iter().filter(|finding| finding.severity == Severity::Error).cloned().collect();
        let code = desk.tell_all(&errors, &|name| loaded.text(name));
        desk.screen.watch(&state::nothing_was_run());
        return Err(code);
    }
    let environment = match &values.environment {
        Some(name) => {
            let loaded = Environment::load(&desk.project.root, name);
            Some(loaded.map_err(|problems| desk.tell_all(&problems, &|name| desk.file(name)))?)
        }
        None => None,
    };
    let header = &loaded.header;
    let mut policy = desk.project.settings.policy.clone();
    if let Some(environment) = &environment {
        policy = policy.tightened_by(&environment.policy);
    }
    let problems = before_values(header, environment.as_ref(), &policy);
    if !problems.is_empty() {
        return Err(desk.tell_all(&problems, &|name| loaded.text(name)));
    }
    let given = Given { set: &values.set, set_secret: &values.set_secret, environment: environment.as_ref() };
    let mut around = Around { current: desk.current.clone(), person: person(desk) };
    let resolved = parameters::resolve(&header.params, &given, &desk.project.root, &mut around)
        .map_err(|problems| desk.tell_all(&problems, &|name| loaded.text(name).or_else(|| desk.file(name))))?;
    let nested = match &environment {
        Some(environment) => nested_values(desk, &loaded, environment)
            .map_err(|problems| desk.tell_all(&problems, &|name| loaded.text(name).or_else(|| desk.file(name))))?,
        None => BTreeMap::new(),
    };
    let permissions =
        permissions(header, &resolved).map_err(|problem| desk.tell(&problem, &|name| loaded.text(name)))?;
    let guards =
        (header.guard.clone(), environment.as_ref().map(|environment| environment.guard.clone()).unwrap_or_default());
    let guard = guards.0.and(guards.1).map_err(|(runbook, environment)| {
        let problem =
            Diagnostic::error(Code::EnvironmentFile, crate::messages::project::guards_differ(&runbook, &environment));
        desk.tell(&problem.state(state::nothing_was_run()), &|name| loaded.text(name))
    })?;
    let start = RunStart {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        runbook: header.name.clone(),
        version: header.version.to_string(),
        script: loaded.pinned.main.clone(),
        sources: loaded
            .pinned
            .sources
            .iter()
            .map(|(name, text)| (name.clone(), content_hash(text.as_bytes())))
            .collect(),
        params: Value::Map(resolved.values.clone()),
        secrets: resolved.secrets.iter().map(|(name, (reference, _))| (name.clone(), reference.clone())).collect(),
        environment: environment.map(|environment| environment.name),
        mode,
        guard,
        permissions,
        project: desk.project.root.display().to_string(),
        by: desk.by.clone(),
        nested,
        time_limit_s: header.time_limit.map_or(TIME_LIMIT_S, |limit| limit.as_secs()),
    };
    Ok(Prepared { loaded, start, resolved, policy })
}

/// What the environment's file says for each runbook that may be run inside.
fn nested_values(
    desk: &Desk,
    loaded: &Loaded,
    environment: &Environment,
) -> Result<BTreeMap<String, BTreeMap<String, Value>>, Vec<Diagnostic>> {
    let mut nested = BTreeMap::new();
    for (key, text) in &loaded.pinned.sources {
        let Some(name) = key.strip_prefix(engine::NESTED) else { continue };
        let header = header::of_text(text, key)?;
        let values = parameters::of_environment(&header.params, environment, &desk.project.root)?;
        if !values.is_empty() {
            nested.insert(name.to_owned(), values);
        }
    }
    Ok(nested)
}

/// What can be said before a value is asked for: the wrong environment, a missing program, one of another version.
fn before_values(
    header: &crate::engine::header::Header,
    environment: Option<&Environment>,
    policy: &Policy,
) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    if !header.environments.is_empty() {
        let allowed = header.environments.join(", ");
        match environment {
            Some(environment) if header.environments.contains(&environment.name) => {}
            Some(environment) => problems.push(
                Diagnostic::error(
                    Code::EnvironmentFile,
                    messages::not_for_this_environment(&header.name, &environment.name),
                )
                .note(messages::it_is_for(&allowed))
                .state(state::nothing_was_run()),
            ),
            None => problems.push(
                Diagnostic::error(Code::EnvironmentFile, messages::needs_an_environment(&header.name))
                    .note(messages::it_is_for(&allowed))
                    .state(state::nothing_was_run())
                    .next(format!("--env {}", header.environments.first().map_or("NAME", String::as_str))),
            ),
        }
    }
    problems.extend(requirements::unmet(&header.requires, policy));
    problems
}

/// The permissions with the parameters filled in.
fn permissions(header: &crate::engine::header::Header, resolved: &Resolved) -> Result<Vec<String>, Diagnostic> {
    let mut lines = Vec::new();
    for (line, place) in &header.permissions {
        let filled = permission_line::fill(line, &resolved.values).map_err(|why| {
            Diagnostic::error(Code::BadParameter, messages::permission_cannot_be_filled_in(line, &why))
                .at(place.clone(), line.chars().count() + 2, "")
                .state(state::nothing_was_run())
        })?;
        lines.extend(filled.iter().map(|permission| permission.line().to_owned()));
    }
    lines.extend(header.runbooks.iter().map(crate::engine::header::Nested::line));
    Ok(lines)
}

/// Begins a prepared run under a fresh id.
pub(super) fn begin(desk: &Desk, prepared: Prepared, backend: Arc<dyn Backend>, act: Act, yes: bool) -> ExitCode {
    let Prepared { loaded, start, resolved, policy } = prepared;
    let run = match fresh_id(&*backend) {
        Ok(run) => run,
        Err(diagnostic) => return desk.fail(&diagnostic),
    };
    let sources = loaded.pinned.sources;
    let secrets: BTreeMap<_, _> = resolved.secrets.into_values().collect();
    let how = Conduct { act, backend, policy, yes, sources: sources.clone() };
    let new = NewRun { run: run.clone(), start: start.clone(), sources, secrets };
    conduct(desk, &run, &start, how, |host| engine::start(host, new))
}

/// An id that no run has: four characters, more when those are taken.
fn fresh_id(backend: &dyn Backend) -> Result<RunId, Box<Diagnostic>> {
    for length in [4, 4, 4, 5, 6, 8, 12] {
        let run = RunId::from_bits(uuid::Uuid::new_v4().as_u128(), length);
        match backend.entries(&run, 1) {
            Err(crate::journal::JournalError::NoSuchRun(_)) => return Ok(run),
            Ok(_) => {}
            Err(error) => {
                return Err(Box::new(crate::engine::gate::journal_diagnostic(&error).state(state::nothing_was_run())));
            }
        }
    }
    Err(Box::new(Diagnostic::error(Code::Bug, messages::no_free_run_id_was_found()).state(state::nothing_was_run())))
}

/// A journal that is gone with the process, for plans.
pub(super) fn no_journal() -> Arc<dyn Backend> {
    Arc::new(MemoryBackend::default())
}
