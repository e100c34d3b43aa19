//! One call as a report tells it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::effect::Effect;
use crate::model::entry::{Entry, Event, Seq, SettledBy, Verdict};
use crate::model::failure::{FailureKind, Outcome};
use crate::model::history::{History, RecordedCall};
use crate::model::place::Place;
use crate::model::secret::SecretRef;
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
    /// The secrets among its arguments: which argument, and the reference that stands for the value.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, String>,
    /// The approval that it used up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<UsedApproval>,
    /// What the other side calls the request, where its answer says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// By when its result must have come; reads have none.
    pub deadline: Option<String>,
    /// What a service knows a repeated request by.
    pub token: String,
    /// Which call of its name it is in its closure.
    pub site: String,
}

/// An approval as the call that used it tells it.
#[derive(Clone, Debug, Serialize)]
pub struct UsedApproval {
    /// The number of its entry.
    pub entry: Seq,
    /// When it was given.
    pub at: String,
    /// Who gave it, as `user@host`.
    pub by: String,
    /// Until when it could be used.
    pub expires: String,
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
    let mut given: BTreeMap<Seq, UsedApproval> = BTreeMap::new();
    let mut used: BTreeMap<Seq, UsedApproval> = BTreeMap::new();
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
            Event::Approved { by, expires, .. } => {
                let (at, by, expires) = (entry.at.clone(), by.to_string(), expires.clone());
                given.insert(entry.seq, UsedApproval { entry: entry.seq, at, by, expires });
            }
            Event::CallBegun { approval: Some(approval), .. } => {
                used.extend(given.get(approval).map(|approval| (entry.seq, approval.clone())));
            }
            Event::CallRetried { call: Some(call), attempt, .. } => drop(tries.insert(*call, *attempt)),
            _ => {}
        }
    }
    let line = |recorded: &RecordedCall| CallLine {
        settlement: settlements.remove(&recorded.seq),
        approval: used.remove(&recorded.seq),
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
    let mut secrets = BTreeMap::new();
    secrets_in("", &recorded.call.args, &mut secrets);
    CallLine {
        secrets,
        approval: None,
        request_id: request_id(&result).or_else(|| request_id(&details)),
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

/// The secrets in a value by their way to it: `headers.authorization`.
fn secrets_in(way: &str, value: &Value, secrets: &mut BTreeMap<String, String>) {
    let inner = |name: &str| if way.is_empty() { name.to_owned() } else { format!("{way}.{name}") };
    match value {
        Value::Map(map) => map.iter().for_each(|(name, value)| secrets_in(&inner(name), value, secrets)),
        Value::List(list) => {
            list.iter().enumerate().for_each(|(at, value)| secrets_in(&inner(&at.to_string()), value, secrets));
        }
        Value::Text(text) => {
            let tokens: Vec<String> = SecretRef::shown_in(text).collect();
            if !tokens.is_empty() {
                secrets.insert(way.to_owned(), tokens.join(" "));
            }
        }
        _ => {}
    }
}

/// What services call a request: the usual headers of answers.
fn request_id(answer: &Value) -> Option<String> {
    let Value::Map(answer) = answer else { return None };
    let Some(Value::Map(headers)) = answer.get("headers") else { return None };
    let id = REQUEST_IDS.iter().find_map(|name| headers.get(*name));
    id.and_then(|id| if let Value::Text(id) = id { Some(id.clone()) } else { None })
}

const REQUEST_IDS: [&str; 4] = ["x-amzn-requestid", "x-amz-request-id", "x-request-id", "x-correlation-id"];

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::model::run::RunId;

    const AT: &str = "2026-11-25T03:00:00.000000Z";

    fn line_of(args: &Json, result: &Json) -> Json {
        let events = [
            json!({
                "type": "run_started", "format": 1, "program": "0.1.0", "runbook": "gone", "version": "1.0.0",
                "script": "gone.rhai", "sources": { "gone.rhai": "0f" }, "params": {}, "permissions": [], "project": "/p",
                "by": { "user": "op1", "host": "desk", "pid": 1 }, "time_limit_s": 60,
            }),
            json!({
                "type": "approved", "bound_to": "x", "shown": "…", "expires": AT,
                "by": { "user": "op2", "host": "desk", "pid": 2 },
            }),
            json!({
                "type": "call_begun", "deadline": AT, "approval": 2,
                "call": {
                    "function": "http::delete", "effect": "destroy", "scope": "", "site": "http::delete~1", "args_hash": "a",
                    "occurrence": 0, "args": args, "token": "t",
                },
            }),
            json!({ "type": "call_ended", "call": 3, "outcome": { "ok": result }, "took_ms": 214 }),
        ];
        let run: RunId = "r-8m3x".parse().expect("an id");
        let mut entries: Vec<Entry> = Vec::new();
        for (seq, event) in (1..).zip(events) {
            let event: Event = serde_json::from_value(event).expect("an event");
            let previous = entries.last().map_or("", |entry| entry.hash.as_str()).to_owned();
            entries.push(Entry::after(&previous, &run, seq, AT.to_owned(), event).expect("an entry"));
        }
        let history = History::of(&entries).expect("a history");
        serde_json::to_value(&call_lines(&history, &entries)[0]).expect("JSON")
    }

    #[test]
    fn a_call_tells_its_secrets_the_approval_it_used_and_what_the_other_side_calls_it() {
        let args = json!({
            "url": "https://a.test/x", "headers": { "authorization": "Bearer ⟦secret:env:KEY⟧" },
            "told": "⟦text:secret:env:KEY⟧",
        });
        let line = line_of(&args, &json!({ "status": 200, "headers": { "x-request-id": "7c" } }));
        assert_eq!(line["secrets"], json!({ "headers.authorization": "⟦secret:env:KEY⟧" }));
        assert_eq!(line["approval"], json!({ "entry": 2, "at": AT, "by": "op2@desk", "expires": AT }));
        assert_eq!((&line["request_id"], &line["took_ms"]), (&json!("7c"), &json!(214)));
        let plain = line_of(&json!({}), &json!(null));
        assert!(plain.get("secrets").is_none() && plain.get("request_id").is_none(), "{plain}");
    }
}
