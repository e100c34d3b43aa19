//! The report of a run: everything it did, as one object. The schema only grows; `v` says which it is.

use std::collections::BTreeMap;

use serde::Serialize;

use super::VERSION;
use super::call_line::{CallLine, call_lines};
use super::standing::Standing;
use crate::messages::paper as messages;
use crate::model::diagnostic::Diagnostic;
use crate::model::effect::Effect;
use crate::model::entry::{DivergenceChoice, Entry, Event, Seq, StepChoice};
use crate::model::history::{History, RecordedStep, StepState};
use crate::model::run::{Mode, RunState, StopKind};
use crate::model::secret::SecretRef;
use crate::model::value::Value;

/// The report of a run.
#[derive(Clone, Debug, Serialize)]
pub struct RunReport {
    /// The version of this schema.
    pub v: u32,
    /// Always `report`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// When the report was made: RFC 3339, UTC.
    pub time: String,
    /// The run's id.
    pub run: String,
    /// The runbook's name.
    pub runbook: String,
    /// Its version.
    pub version: String,
    /// How the run stands, in a word: one of [`super::standing::WORDS`].
    pub state: &'static str,
    /// Who took it up last, as `user@host`.
    pub by: String,
    /// Who began it.
    pub started_by: String,
    /// The environment, if one was given.
    pub environment: Option<String>,
    /// Whether it may write: `normal` or `read_only`.
    pub mode: Mode,
    /// When it began: RFC 3339, UTC.
    pub started_at: String,
    /// When its newest entry was written.
    pub last_at: String,
    /// The time between the two, in milliseconds; what passed between a stop and a resume is in it.
    pub took_ms: Option<u64>,
    /// How often it was taken up again.
    pub resumes: u32,
    /// The version of the program that began it.
    pub program: String,
    /// The folder it works in.
    pub project: String,
    /// The name of its main text among `sources`.
    pub script: String,
    /// Every text in force: name to SHA-256.
    pub sources: BTreeMap<String, String>,
    /// Whether the texts were replaced after it began.
    pub edited: bool,
    /// The parameters; secret ones are in `secrets`.
    pub params: Value,
    /// Secret parameters: where each came from, never its value.
    pub secrets: BTreeMap<String, SecretRef>,
    /// What it was permitted, parameters filled in.
    pub permissions: Vec<String>,
    /// Steps in the order they were begun first.
    pub steps: Vec<Step>,
    /// Calls in the order they were made.
    pub calls: Vec<CallLine>,
    /// Approvals that were given.
    pub approvals: Vec<Remark>,
    /// Calls that were refused.
    pub refused: Vec<Remark>,
    /// What people decided besides: skipped steps, divergences, undoing, the end of the run.
    pub decisions: Vec<Remark>,
    /// What the script and people said.
    pub remarks: Vec<Remark>,
    /// Numbers of the calls that nobody knows to have happened.
    pub in_doubt: Vec<Seq>,
    /// Names of what is open and must be closed.
    pub owed: Vec<String>,
    /// Names of compensations that are registered.
    pub undos: Vec<String>,
    /// Numbers of writes that were made and not asked for again.
    pub unasked: Vec<Seq>,
    /// Why it stopped last, unless it has ended.
    pub stop: Option<Diagnostic>,
    /// What it gave.
    pub value: Option<Value>,
    /// The hash of its newest entry, which all the entries before are chained into.
    pub chain_head: Option<String>,
    /// What to type next, the likeliest first; empty where nothing is left to do.
    pub next: Vec<String>,
}

/// A step of a report.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// The names on the way to it, outermost first.
    pub path: Vec<String>,
    /// The attempt of the innermost `retry` around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// How it stands: `open`, `finished`, `failed`, `skipped`.
    pub state: &'static str,
    /// When it was begun last.
    pub begun_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
    /// How long it took this last time, in milliseconds.
    pub took_ms: Option<u64>,
    /// The error it failed with.
    pub error: Option<String>,
    /// Why a person left it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    /// The gravest effect of its calls.
    pub effect: Option<Effect>,
    /// Whether a person was asked in it.
    pub asks_person: bool,
    /// Whether a call in it is in doubt.
    pub in_doubt: bool,
}

/// Something said, approved, refused or decided.
#[derive(Clone, Debug, Serialize)]
pub struct Remark {
    /// When.
    pub at: String,
    /// By whom; nothing for the script and the engine.
    pub by: Option<String>,
    /// What.
    pub text: String,
}

impl RunReport {
    /// The report of a run with these entries, made at `time`.
    #[must_use]
    pub fn of(history: &History, entries: &[Entry], standing: Standing, time: String) -> Self {
        let told = Told::of(entries);
        let start = &history.start;
        RunReport {
            v: VERSION,
            kind: "report",
            time,
            run: history.run.to_string(),
            runbook: start.runbook.clone(),
            version: start.version.clone(),
            state: standing.word(),
            by: history.by.to_string(),
            started_by: start.by.to_string(),
            environment: start.environment.clone(),
            mode: start.mode,
            started_at: history.started_at.clone(),
            last_at: history.last_at.clone(),
            took_ms: between_ms(&history.started_at, &history.last_at),
            resumes: history.resumes,
            program: start.program.clone(),
            project: start.project.clone(),
            script: start.script.clone(),
            sources: history.sources.clone(),
            edited: history.is_edited(),
            params: start.params.clone(),
            secrets: start.secrets.clone(),
            permissions: start.permissions.clone(),
            steps: steps(history),
            calls: call_lines(history, entries),
            approvals: told.approvals,
            refused: told.refused,
            decisions: told.decisions,
            remarks: told.remarks,
            in_doubt: history.in_doubt().map(|recorded| recorded.seq).collect(),
            owed: history.holds.iter().map(|hold| hold.name.clone()).collect(),
            undos: history.undos.iter().map(|undo| undo.name.clone()).collect(),
            unasked: history.unasked.clone(),
            stop: match history.state {
                RunState::Stopped(_) => history.stop.as_ref().map(|stop| stop.diagnostic.clone()),
                _ => None,
            },
            value: history.output.clone().or_else(|| history.value.clone()),
            chain_head: entries.last().map(|entry| entry.hash.clone()),
            next: next(history, standing),
        }
    }
}

fn steps(history: &History) -> Vec<Step> {
    // What is known of the calls in each scope: the gravest effect, a person asked, one in doubt.
    let mut inside: BTreeMap<String, (Effect, bool, bool)> = BTreeMap::new();
    let doubts: Vec<Seq> = history.in_doubt().map(|recorded| recorded.seq).collect();
    for recorded in history.calls.values() {
        for scope in recorded.call.key.scope.and_around() {
            let known = inside.entry(scope.as_str().to_owned()).or_insert((Effect::Read, false, false));
            known.0 = known.0.max(recorded.call.effect);
            known.1 |= recorded.call.function.starts_with("human::");
            known.2 |= doubts.contains(&recorded.seq);
        }
    }
    let step = |step: &RecordedStep| {
        let known = inside.get(step.scope.as_str());
        Step {
            path: step.scope.names(),
            attempt: step.scope.and_around().find_map(|scope| scope.attempt()),
            state: step_word(step.state),
            begun_at: step.begun_at.clone(),
            ended_at: step.ended_at.clone(),
            took_ms: step.ended_at.as_deref().and_then(|ended| between_ms(&step.begun_at, ended)),
            error: step.error.clone(),
            skipped: step.skipped.clone(),
            effect: known.map(|known| known.0),
            asks_person: known.is_some_and(|known| known.1),
            in_doubt: known.is_some_and(|known| known.2),
        }
    };
    history.steps.iter().map(step).collect()
}

/// What entries tell that the history forgets.
#[derive(Default)]
struct Told {
    approvals: Vec<Remark>,
    refused: Vec<Remark>,
    decisions: Vec<Remark>,
    remarks: Vec<Remark>,
}

impl Told {
    fn of(entries: &[Entry]) -> Self {
        let mut told = Told::default();
        for entry in entries {
            let remark = |by: Option<&crate::model::run::Who>, text: String| Remark {
                at: entry.at.clone(),
                by: by.map(ToString::to_string),
                text,
            };
            match &entry.event {
                Event::Approved { shown, by, .. } => told.approvals.push(remark(Some(by), shown.clone())),
                Event::CallRefused { function, reason, .. } => {
                    told.refused.push(remark(None, format!("{function}: {reason}")));
                }
                Event::Diverged { earlier, choice, by, .. } => {
                    let text = match choice {
                        DivergenceChoice::Both => messages::a_diverged_call_was_made_besides_call(earlier),
                        DivergenceChoice::Earlier => messages::call_was_kept_for_a_diverged_one(earlier),
                    };
                    told.decisions.push(remark(Some(by), text));
                }
                Event::StepDiverged { scope, earlier, choice, by } => {
                    let text = match choice {
                        StepChoice::Renamed => messages::step_was_renamed(earlier, scope),
                        StepChoice::Other => messages::step_was_run_besides(scope, earlier),
                    };
                    told.decisions.push(remark(Some(by), text));
                }
                Event::StepSkipped { scope, reason, by, .. } => {
                    told.decisions.push(remark(Some(by), messages::step_was_skipped(scope, reason)));
                }
                Event::UndoBegun { by } => told.decisions.push(remark(Some(by), messages::what_was_done_is_undone())),
                Event::Cancelled { by, reason } => {
                    let reason = reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
                    told.decisions.push(remark(Some(by), messages::the_run_was_cancelled(&reason)));
                }
                Event::Logged { text, .. } => told.remarks.push(remark(None, text.clone())),
                Event::Noted { text, by } => told.remarks.push(remark(Some(by), text.clone())),
                _ => {}
            }
        }
        told
    }
}

fn next(history: &History, standing: Standing) -> Vec<String> {
    let run = &history.run;
    if !standing.is_resumable() {
        return Vec::new();
    }
    let mut next = vec![format!("runbook resume {run}")];
    if history.in_doubt().next().is_some() {
        // A resume looks by itself first; where it did and could not tell, a person must.
        let at = usize::from(standing != Standing::Stopped(StopKind::InDoubt));
        next.insert(at, format!("runbook settle {run}"));
    }
    next.push(format!("runbook cancel {run}"));
    next
}

fn step_word(state: StepState) -> &'static str {
    match state {
        StepState::Open => "open",
        StepState::Finished => "finished",
        StepState::Failed => "failed",
        StepState::Skipped => "skipped",
    }
}

fn between_ms(from: &str, to: &str) -> Option<u64> {
    let (from, to): (jiff::Timestamp, jiff::Timestamp) = (from.parse().ok()?, to.parse().ok()?);
    u64::try_from(to.duration_since(from).as_millis()).ok()
}
