//! Running a run before somebody's eyes: the view, the signals, the end and what to type next.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::arguments::Output;
use super::desk::Desk;
use super::elsewhere::Anybody;
use super::found::Found;
use super::machine;
use super::report::report_of;
use super::signals;
use super::view::{self, Act, Beginning, Ending, Ndjson, Planned, View};
use crate::engine::listener::Listener;
use crate::engine::run::{Host, Verdict};
use crate::engine::sandbox::Limits;
use crate::journal::{Backend, Opening};
use crate::messages::command_line as messages;
use crate::messages::tree as words;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::entry::RunStart;
use crate::model::run::{RunId, RunState, StopKind};
use crate::model::value::Value;
use crate::policy::Policy;
use crate::report::handover;
use crate::world::LiveWorld;
use crate::world::clock::{Clock, SystemClock};
use crate::world::escape;
use crate::world::person::Person;
use crate::world::secrets::FingerprintKey;
use crate::world::terminal::TerminalPerson;

/// How a run is conducted.
pub struct Conduct {
    /// What is done.
    pub act: Act,
    /// Where entries go.
    pub backend: Arc<dyn Backend>,
    /// What environment and project decided.
    pub policy: Policy,
    /// Whether plain confirmations are answered with yes.
    pub yes: bool,
    /// The sources, for messages.
    pub sources: BTreeMap<String, String>,
}

/// The person at this terminal.
#[must_use]
pub fn person(desk: &Desk) -> Arc<dyn Person> {
    TerminalPerson::find(Arc::clone(&desk.screen), desk.interactive)
}

/// Conducts a run. `engine` begins it or takes it up.
pub fn conduct(
    desk: &Desk,
    run: &RunId,
    start: &RunStart,
    how: Conduct,
    engine: impl FnOnce(Host) -> Result<Verdict, Box<Diagnostic>>,
) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            return desk.fail(&Diagnostic::error(Code::Bug, messages::the_asynchronous_runtime_cannot_start(&error)));
        }
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let watched: Arc<dyn View> = match desk.output {
        Output::Ndjson => Arc::new(Ndjson::new(Arc::clone(&desk.screen), Arc::clone(&clock))),
        _ => view::fitting(Arc::clone(&desk.screen), Arc::clone(&clock), std::env::var_os("CI").is_some()),
    };
    let planned = Arc::new(Planned::beside(Arc::clone(&watched)));
    let shown = if how.act == Act::Plan { Arc::clone(&planned) as Arc<dyn View> } else { watched };
    if let Some(github) = &desk.github {
        github.group(&desk.screen, &format!("{}@{} {run}", start.runbook, start.version));
    }
    shown.begin(&Beginning {
        run: run.clone(),
        runbook: start.runbook.clone(),
        version: start.version.clone(),
        by: desk.by.clone(),
        environment: start.environment.clone(),
        mode: start.mode,
        act: how.act,
    });
    let watching = CancellationToken::new();
    runtime.spawn(view::keep_up(Arc::clone(&shown), Arc::clone(&clock), watching.clone()));
    let seen = Arc::clone(&shown);
    let screen = Arc::clone(&desk.screen);
    let handle = runtime.handle().clone();
    // What a plan asks nobody needs to know.
    let asked: Arc<dyn Person> = match how.act {
        Act::Plan | Act::Rehearsal => person(desk),
        Act::Run | Act::Resume => Arc::new(Anybody::of(
            person(desk),
            Arc::clone(&desk.screen),
            Arc::clone(&how.backend),
            run.clone(),
            Arc::clone(&clock),
            handle.clone(),
        )),
    };
    let host = Host {
        opening: Opening {
            backend: how.backend,
            clock: Arc::clone(&clock),
            observer: Arc::new(move |entry| seen.entry(entry)),
        },
        world: Arc::new(LiveWorld::new(asked)),
        registry: Arc::new(crate::bindings::all()),
        listener: Arc::clone(&shown) as Arc<dyn Listener>,
        policy: how.policy,
        by: desk.by.clone(),
        runtime: runtime.handle().clone(),
        project: desk.project.root.clone(),
        yes: how.yes,
        plan: how.act == Act::Plan,
        limits: Limits::default(),
        on_switch: Some(Box::new(move |switch| drop(handle.spawn(signals::listen(switch, screen))))),
        nonce: uuid::Uuid::new_v4().simple().to_string(),
        fingerprints: desk.state_folder().ok().map(|folder| Arc::new(FingerprintKey::in_folder(folder))),
    };
    let backend = Arc::clone(&host.opening.backend);
    let started = clock.monotonic();
    let result = engine(host);
    let took = clock.monotonic().saturating_sub(started);
    watching.cancel();
    if let Some(github) = &desk.github {
        github.end_group(&desk.screen);
    }
    let code = match result {
        Ok(verdict) if how.act == Act::Plan => end_of_plan(desk, start, &verdict, &planned, took, &how.sources),
        Ok(verdict) => {
            let code = end(desk, &verdict, &*shown, took, &how.sources);
            summarize(desk, backend, run);
            code
        }
        Err(diagnostic) => {
            shown.tick();
            desk.tell(&diagnostic, &|name| how.sources.get(name).cloned())
        }
    };
    // A resolver that hangs must not keep the command: what is in flight now is abandoned.
    runtime.shutdown_timeout(Duration::from_millis(200));
    code
}

/// Tells on the page of the workflow how the run stands. That this fails is no reason for a run to fail.
fn summarize(desk: &Desk, backend: Arc<dyn Backend>, run: &RunId) {
    let Some(github) = &desk.github else { return };
    let Ok(found) = Found::read(desk, backend, run.clone()) else { return };
    if let Err(error) = github.summarize(&handover::markdown(&report_of(&found))) {
        desk.screen.watch(&messages::no_step_summary(&error));
    }
}

fn end(
    desk: &Desk,
    verdict: &Verdict,
    shown: &dyn View,
    took: Duration,
    sources: &BTreeMap<String, String>,
) -> ExitCode {
    let code = exit_code(verdict.state);
    let run = &verdict.run;
    if let Some(diagnostic) = verdict.diagnostic.as_ref().filter(|_| desk.output != Output::Ndjson) {
        // The live lines first, then what went wrong, then what to type: the last line is the next command.
        shown.come_to_rest(verdict.state);
        desk.tell(diagnostic, &|name| sources.get(name).cloned());
    }
    for name in &verdict.owed {
        desk.screen.watch(&desk.looks.own(messages::still_open(escape::line(name), run)));
    }
    if !verdict.unasked.is_empty() {
        let numbers: Vec<String> = verdict.unasked.iter().map(ToString::to_string).collect();
        desk.screen.watch(&messages::not_asked_for_again(numbers.join(", ")));
    }
    shown.end(&Ending {
        state: verdict.state,
        exit_code: code,
        took,
        writes: verdict.writes as u64,
        in_doubt: verdict.in_doubt as u64,
        next: next(verdict),
    });
    match desk.output {
        Output::Text => {
            if verdict.state == RunState::Done
                && let Some(text) = result_text(&verdict.value)
            {
                desk.screen.foreign(&format!("{text}\n"));
            }
        }
        Output::Json => {
            let told = verdict.diagnostic.as_ref().and_then(|diagnostic| serde_json::to_value(diagnostic).ok());
            let fields = serde_json::json!({
                "run": run.as_str(),
                "state": verdict.state.word(),
                "exit": { "code": code, "reason": verdict.state.word() },
                "value": verdict.value.to_json(),
                "writes": verdict.writes,
                "in_doubt": verdict.in_doubt,
                "owed": verdict.owed,
                "unasked": verdict.unasked,
                "diagnostic": told,
            });
            machine::object(desk, "verdict", fields);
        }
        Output::Ndjson => {}
    }
    ExitCode::from(code)
}

fn end_of_plan(
    desk: &Desk,
    start: &RunStart,
    verdict: &Verdict,
    shown: &Planned,
    took: Duration,
    sources: &BTreeMap<String, String>,
) -> ExitCode {
    let code = exit_code(verdict.state);
    shown.end(&Ending { state: verdict.state, exit_code: code, took, writes: 0, in_doubt: 0, next: Vec::new() });
    if let Some(diagnostic) = &verdict.diagnostic {
        desk.tell(diagnostic, &|name| sources.get(name).cloned());
    }
    // The tree says so by itself.
    let is_tree = desk.output != Output::Ndjson && desk.screen.looks().redraws && std::env::var_os("CI").is_none();
    if !is_tree {
        desk.screen.watch(&words::nothing_was_changed());
    }
    if desk.output == Output::Json {
        let fields = serde_json::json!({
            "runbook": start.runbook,
            "version": start.version,
            "environment": start.environment,
            "params": start.params,
            "permissions": start.permissions,
            "calls": shown.take(),
            "exit": { "code": code, "reason": verdict.state.word() },
            "diagnostic": verdict.diagnostic.as_ref().and_then(|diagnostic| serde_json::to_value(diagnostic).ok()),
        });
        machine::object(desk, "plan", fields);
    }
    ExitCode::from(code)
}

/// What to type next, the likeliest first.
fn next(verdict: &Verdict) -> Vec<String> {
    let run = &verdict.run;
    match verdict.state {
        RunState::Done | RunState::Cancelled | RunState::Running => vec![format!("runbook report {run}")],
        RunState::Stopped(StopKind::Refused) => vec![format!("runbook report {run}"), format!("runbook resume {run}")],
        RunState::Stopped(_) => vec![format!("runbook resume {run}"), format!("runbook report {run}")],
    }
}

/// The exit code of a command whose run stands so.
#[must_use]
pub fn exit_code(state: RunState) -> u8 {
    match state {
        RunState::Done | RunState::Cancelled => 0,
        RunState::Running => 70,
        RunState::Stopped(kind) => kind.exit_code(),
    }
}

fn result_text(value: &Value) -> Option<String> {
    match value {
        Value::Unit => None,
        Value::Text(text) => Some(text.clone()),
        other => serde_json::to_string_pretty(&other.to_json()).ok().map(|json| escape::json(&json)),
    }
}
