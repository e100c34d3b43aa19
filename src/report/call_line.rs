//! One call as a report tells it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::effect::Effect;
use crate::model::entry::{Entry, Event, Seq, SettledBy, Verdict};
use crate::model::failure::{FailureKind, Outcome};
use crate::model::history::{History, RecordedCall};
use crate::model::place::Place;
use crate::model::value::Value;

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
    /// Where in the script it stands.
    pub place: Option<Place>,
    /// The arguments as written; secrets are references.
    pub args: Value,
    /// `ok`, `failed`, `in doubt`, `did not happen`.
    pub outcome: &'static str,
    /// The result, or the failure's message.
    pub result: Value,
    /// Facts about a failure: a status, an exit code.
    #[serde(skip_serializing_if = "is_unit")]
    pub details: Value,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// How often it was tried, from 1; the tries of a read are not told apart.
    pub tries: u32,
    /// Whether it was in doubt and was settled.
    pub settled: bool,
    /// How it was settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settlement: Option<Settlement>,
    /// By when its result must have come; reads have none.
    pub deadline: Option<String>,
    /// What a service knows a repeated request by.
    pub token: String,
    /// Which call of its name it is in its closure.
    pub site: String,
}

/// How a call in doubt was settled.
#[derive(Clone, Debug, Serialize)]
pub struct Settlement {
    /// When.
    pub at: String,
    /// `binding`, `author`, or the person as `user@host`.
    pub by: String,
    /// Whether it had happened.
    pub happened: bool,
    /// What was seen.
    pub evidence: String,
}

fn is_unit(value: &Value) -> bool {
    *value == Value::Unit
}

/// The calls of a run, in the order they were made.
#[must_use]
pub fn call_lines(history: &History, entries: &[Entry]) -> Vec<CallLine> {
    let mut settlements: BTreeMap<Seq, Settlement> = BTreeMap::new();
    let mut tries: BTreeMap<Seq, u32> = BTreeMap::new();
    for entry in entries {
        match &entry.event {
            Event::CallSettled { call, verdict, by, evidence } => {
                let by = match by {
                    SettledBy::Binding => "binding".to_owned(),
                    SettledBy::Author => "author".to_owned(),
                    SettledBy::Person(who) => who.to_string(),
                };
                let happened = matches!(verdict, Verdict::Happened(_));
                let settlement = Settlement { at: entry.at.clone(), by, happened, evidence: evidence.clone() };
                settlements.insert(*call, settlement);
            }
            Event::CallRetried { call: Some(call), attempt, .. } => drop(tries.insert(*call, *attempt)),
            _ => {}
        }
    }
    let line = |recorded: &RecordedCall| CallLine {
        settlement: settlements.remove(&recorded.seq),
        tries: tries.get(&recorded.seq).copied().unwrap_or(1),
        ..call_line(recorded)
    };
    history.calls.values().map(line).collect()
}

fn call_line(recorded: &RecordedCall) -> CallLine {
    let mut details = Value::Unit;
    let (outcome, result) = match &recorded.outcome {
        Some(Outcome::Ok(value)) => ("ok", value.clone()),
        Some(Outcome::Failed(failure)) => {
            details.clone_from(&failure.details);
            let word = if failure.kind == FailureKind::Unknown { "in doubt" } else { "failed" };
            (word, Value::from(failure.message.as_str()))
        }
        None if recorded.absent => ("did not happen", Value::Unit),
        None => ("in doubt", Value::Unit),
    };
    CallLine {
        call: recorded.seq,
        at: recorded.at.clone(),
        function: recorded.call.function.clone(),
        effect: recorded.call.effect,
        path: recorded.call.key.scope.names(),
        place: recorded.call.place.clone(),
        args: recorded.call.args.clone(),
        outcome,
        result,
        details,
        took_ms: recorded.took_ms,
        tries: 1,
        settled: recorded.settled,
        settlement: None,
        deadline: recorded.deadline.clone(),
        token: recorded.call.token.clone(),
        site: recorded.call.key.site.to_string(),
    }
}
