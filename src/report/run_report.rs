//! The report of a run: everything it did, as one object. The schema only grows; `v` says which it is.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::diagnostic::Diagnostic;
use crate::model::effect::Effect;
use crate::model::entry::{Entry, Event, Seq};
use crate::model::failure::{FailureKind, Outcome};
use crate::model::history::{History, RecordedCall, StepState};
use crate::model::run::{Mode, RunState};
use crate::model::value::Value;

/// The report of a run.
#[derive(Clone, Debug, Serialize)]
pub struct RunReport {
    /// The version of this schema.
    pub v: u32,
    /// Always `report`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The run's id.
    pub run: String,
    /// The runbook's name.
    pub runbook: String,
    /// Its version.
    pub version: String,
    /// The run's state in a word.
    pub state: &'static str,
    /// Who took it up last.
    pub by: String,
    /// The environment, if one was given.
    pub environment: Option<String>,
    /// Whether it may write.
    pub mode: Mode,
    /// When it began: RFC 3339, UTC.
    pub started_at: String,
    /// When its newest entry was written.
    pub last_at: String,
    /// How often it was taken up again.
    pub resumes: u32,
    /// The parameters; secret ones are references.
    pub params: Value,
    /// Steps in the order they were begun first.
    pub steps: Vec<Step>,
    /// Calls in the order they were made.
    pub calls: Vec<CallLine>,
    /// Approvals that were given.
    pub approvals: Vec<Remark>,
    /// What the script and people said.
    pub remarks: Vec<Remark>,
    /// Numbers of the calls that nobody knows to have happened.
    pub in_doubt: Vec<Seq>,
    /// Names of what is open and must be closed.
    pub owed: Vec<String>,
    /// Numbers of writes that were made and not asked for again.
    pub unasked: Vec<Seq>,
    /// Why it stopped last, unless it has ended.
    pub stop: Option<Diagnostic>,
    /// What it gave.
    pub value: Option<Value>,
}

/// A step of a report.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// The names on the way to it, outermost first.
    pub path: Vec<String>,
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
    /// The gravest effect of its calls.
    pub effect: Option<Effect>,
}

/// A call of a report.
#[derive(Clone, Debug, Serialize)]
pub struct CallLine {
    /// Its number in the journal.
    pub call: Seq,
    /// When it began.
    pub at: String,
    /// The function.
    pub function: String,
    /// Its effect.
    pub effect: Effect,
    /// The names of the steps it was made in.
    pub path: Vec<String>,
    /// The arguments as written; secrets are references.
    pub args: Value,
    /// `ok`, `failed`, `in doubt`, `did not happen`.
    pub outcome: &'static str,
    /// The result, or the failure's message.
    pub result: Value,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// Whether it was in doubt and was settled.
    pub settled: bool,
}

/// Something said or approved.
#[derive(Clone, Debug, Serialize)]
pub struct Remark {
    /// When.
    pub at: String,
    /// By whom; nothing for the script.
    pub by: Option<String>,
    /// What.
    pub text: String,
}

impl RunReport {
    /// The report of a run with these entries.
    #[must_use]
    pub fn of(history: &History, entries: &[Entry]) -> Self {
        let mut effects: BTreeMap<String, Effect> = BTreeMap::new();
        for recorded in history.calls.values() {
            for scope in recorded.call.key.scope.and_around() {
                let effect = effects.entry(scope.as_str().to_owned()).or_insert(Effect::Read);
                *effect = (*effect).max(recorded.call.effect);
            }
        }
        let steps = history.steps.iter().map(|step| Step {
            path: step.scope.names(),
            state: step_word(step.state),
            begun_at: step.begun_at.clone(),
            ended_at: step.ended_at.clone(),
            took_ms: step.ended_at.as_deref().and_then(|ended| between_ms(&step.begun_at, ended)),
            error: step.error.clone(),
            effect: effects.get(step.scope.as_str()).copied(),
        });
        let (mut approvals, mut remarks) = (Vec::new(), Vec::new());
        for entry in entries {
            let at = entry.at.clone();
            match &entry.event {
                Event::Approved { shown, by, .. } => {
                    approvals.push(Remark { at, by: Some(by.to_string()), text: shown.clone() })
                }
                Event::Logged { text, .. } => remarks.push(Remark { at, by: None, text: text.clone() }),
                Event::Noted { text, by } => remarks.push(Remark { at, by: Some(by.to_string()), text: text.clone() }),
                _ => {}
            }
        }
        RunReport {
            v: 1,
            kind: "report",
            run: history.run.to_string(),
            runbook: history.start.runbook.clone(),
            version: history.start.version.clone(),
            state: history.state.word(),
            by: history.by.to_string(),
            environment: history.start.environment.clone(),
            mode: history.start.mode,
            started_at: history.started_at.clone(),
            last_at: history.last_at.clone(),
            resumes: history.resumes,
            params: history.start.params.clone(),
            steps: steps.collect(),
            calls: history.calls.values().map(call_line).collect(),
            approvals,
            remarks,
            in_doubt: history.in_doubt().map(|recorded| recorded.seq).collect(),
            owed: history.holds.iter().map(|hold| hold.name.clone()).collect(),
            unasked: history.unasked.clone(),
            stop: match history.state {
                RunState::Stopped(_) => history.stop.as_ref().map(|stop| stop.diagnostic.clone()),
                _ => None,
            },
            value: history.output.clone().or_else(|| history.value.clone()),
        }
    }
}

/// A call as a report tells it.
#[must_use]
pub fn call_line(recorded: &RecordedCall) -> CallLine {
    let (outcome, result) = match &recorded.outcome {
        Some(Outcome::Ok(value)) => ("ok", value.clone()),
        Some(Outcome::Failed(failure)) if failure.kind == FailureKind::Unknown => {
            ("in doubt", Value::from(failure.message.as_str()))
        }
        Some(Outcome::Failed(failure)) => ("failed", Value::from(failure.message.as_str())),
        None if recorded.absent => ("did not happen", Value::Unit),
        None => ("in doubt", Value::Unit),
    };
    CallLine {
        call: recorded.seq,
        at: recorded.at.clone(),
        function: recorded.call.function.clone(),
        effect: recorded.call.effect,
        path: recorded.call.key.scope.names(),
        args: recorded.call.args.clone(),
        outcome,
        result,
        took_ms: recorded.took_ms,
        settled: recorded.settled,
    }
}

/// The word for how a step stands.
#[must_use]
pub fn step_word(state: StepState) -> &'static str {
    match state {
        StepState::Open => "open",
        StepState::Finished => "finished",
        StepState::Failed => "failed",
        StepState::Skipped => "skipped",
    }
}

/// The time between two stamps of entries, in milliseconds.
#[must_use]
pub fn between_ms(from: &str, to: &str) -> Option<u64> {
    let (from, to): (jiff::Timestamp, jiff::Timestamp) = (from.parse().ok()?, to.parse().ok()?);
    u64::try_from(to.duration_since(from).as_millis()).ok()
}
