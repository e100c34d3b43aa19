//! Whether a run's record is whole and shows nothing that must not be: what an auditor looks for.

use crate::journal::verify;
use crate::messages::audit as messages;
use crate::model::approval;
use crate::model::call::Call;
use crate::model::effect::Effect;
use crate::model::entry::{Entry, Event, Seq};
use crate::model::history::History;
use crate::model::run::RunId;
use crate::model::scope::Segment;

/// What was looked for. Each is told as fine when no finding has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Every entry is as it was written and follows the one before; every run follows one before it.
    Chain,
    /// Every stored content is what its hash says.
    Content,
    /// Every call that destroys had an approval of that exact call, in time.
    Approved,
    /// Every approval was used for one call.
    UsedOnce,
    /// Nothing is left that nobody knows to have happened.
    Settled,
}

impl Check {
    /// Every check, in the order they are told.
    pub const ALL: [Check; 5] = [Check::Chain, Check::Content, Check::Approved, Check::UsedOnce, Check::Settled];

    /// What is so when nothing is found.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Check::Chain => messages::chains_unbroken(),
            Check::Content => messages::contents_as_stored(),
            Check::Approved => messages::destroys_approved(),
            Check::UsedOnce => messages::approvals_used_once(),
            Check::Settled => messages::nothing_in_doubt(),
        }
    }
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// What was looked for.
    pub check: Check,
    /// The run.
    pub run: String,
    /// The entry, where it is one.
    pub entry: Option<Seq>,
    /// What is wrong.
    pub what: String,
}

impl Finding {
    /// A finding about a run.
    #[must_use]
    pub fn new(check: Check, run: &RunId, entry: Option<Seq>, what: String) -> Self {
        Finding { check, run: run.to_string(), entry, what }
    }
}

/// Everything that is wrong with a run, from its entries alone.
#[must_use]
pub fn of_run(run: &RunId, entries: &[Entry]) -> Vec<Finding> {
    let broken = |entry: Option<Seq>, what: String| vec![Finding::new(Check::Chain, run, entry, what)];
    if let Err(error) = verify(run, entries) {
        return broken(None, error.to_string());
    }
    let Some((first, rest)) = entries.split_first() else { return broken(None, messages::no_beginning()) };
    let mut history = match History::begin(first) {
        Ok(history) => history,
        Err(error) => return broken(Some(first.seq), error.to_string()),
    };
    let mut findings = Vec::new();
    for entry in rest {
        if let Event::CallBegun { call, approval, .. } = &entry.event {
            let found = match approval {
                Some(approval) => approved(&history, entry, call, *approval),
                None if call.effect == Effect::Destroy => {
                    Some((Check::Approved, messages::no_approval(&call.function)))
                }
                None => None,
            };
            findings.extend(found.map(|(check, what)| Finding::new(check, run, Some(entry.seq), what)));
        }
        if let Err(error) = history.apply(entry) {
            findings.push(Finding::new(Check::Chain, run, Some(entry.seq), error.to_string()));
            return findings;
        }
    }
    let doubts = history.in_doubt().map(|recorded| {
        let what = messages::in_doubt(&recorded.call.function, run, recorded.seq);
        Finding::new(Check::Settled, run, Some(recorded.seq), what)
    });
    findings.extend(doubts);
    findings
}

/// What is wrong with the approval that a call used up.
fn approved(history: &History, entry: &Entry, call: &Call, approval: Seq) -> Option<(Check, String)> {
    let wrong = |check, what: String| Some((check, what));
    let Some((bound_to, open)) = history.approvals.iter().find(|(_, open)| open.seq == approval) else {
        return wrong(Check::Approved, messages::unknown_approval(&call.function, approval));
    };
    // One approval covers all that a close does.
    let closes = history.holds.iter().any(|hold| {
        let path = hold.scope.inner(&Segment::Hold(&hold.name));
        call.key.scope.is_within(&path) && *bound_to == approval::of_close(&history.run, &path, &hold.close.name)
    });
    if closes {
        return None;
    }
    let source = history.sources.get(&history.start.script).map_or("", String::as_str);
    if *bound_to != approval::of_call(&history.run, source, history.start.environment.as_deref(), call) {
        return wrong(Check::Approved, messages::approval_of_another_call(&call.function, approval));
    }
    let in_time = match (open.expires.parse::<jiff::Timestamp>(), entry.at.parse::<jiff::Timestamp>()) {
        (Ok(expires), Ok(at)) => at <= expires,
        _ => false,
    };
    if !in_time {
        return wrong(Check::Approved, messages::approval_had_expired(&call.function, approval, &open.expires));
    }
    let before = open.used_by.and_then(|used| history.calls.get(&used));
    match before {
        Some(before) if before.has_happened() || before.is_in_doubt() => {
            wrong(Check::UsedOnce, messages::approval_used_twice(approval, before.seq, entry.seq))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    const AT: &str = "2026-11-25T03:00:00.000000Z";

    fn run() -> RunId {
        "r-8m3x".parse().expect("an id")
    }

    fn chained(events: &[Json]) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        for (index, event) in events.iter().enumerate() {
            let event: Event = serde_json::from_value(event.clone()).expect("an event");
            let previous = entries.last().map_or("", |entry| entry.hash.as_str()).to_owned();
            entries.push(Entry::after(&previous, &run(), index as u64 + 1, AT.to_owned(), event).expect("an entry"));
        }
        entries
    }

    fn begun() -> Json {
        json!({
            "type": "run_started", "format": 1, "program": "0.1.0", "runbook": "gone", "version": "1.0.0", "script": "gone.rhai",
            "sources": { "gone.rhai": "0f" }, "params": {}, "environment": "prod", "permissions": [], "project": "/p",
            "by": { "user": "op1", "host": "desk", "pid": 1 }, "time_limit_s": 60,
        })
    }

    fn call(target: &str) -> Json {
        json!({
            "function": "process::destroy", "effect": "destroy", "scope": "", "site": "process::destroy~1", "args_hash": target,
            "occurrence": 0, "args": { "argv": ["rm", target] }, "token": "t",
        })
    }

    fn approved(target: &str, expires: &str) -> Json {
        let call: Call = serde_json::from_value(call(target)).expect("a call");
        json!({
            "type": "approved", "bound_to": approval::of_call(&run(), "0f", Some("prod"), &call), "shown": "…",
            "by": { "user": "op2", "host": "desk", "pid": 2 }, "expires": expires,
        })
    }

    fn intent(target: &str, approval: Json) -> Json {
        json!({ "type": "call_begun", "call": call(target), "deadline": AT, "approval": approval })
    }

    fn ended(call: u64) -> Json {
        json!({ "type": "call_ended", "call": call, "outcome": { "ok": null }, "took_ms": 1 })
    }

    fn found(events: &[Json]) -> Vec<(Check, Option<Seq>)> {
        of_run(&run(), &chained(events)).into_iter().map(|finding| (finding.check, finding.entry)).collect()
    }

    #[test]
    fn a_destroy_needs_an_approval_of_that_call_in_time_and_for_once() {
        let later = "2026-11-25T03:30:00Z";
        let fine = [begun(), approved("a", later), intent("a", json!(2)), ended(3)];
        assert_eq!(found(&fine), []);
        assert_eq!(found(&[begun(), intent("a", Json::Null), ended(2)]), [(Check::Approved, Some(2))], "none");
        assert_eq!(found(&[begun(), intent("a", json!(1)), ended(2)]), [(Check::Approved, Some(2))], "no approval");
        let other = [begun(), approved("a", later), intent("b", json!(2)), ended(3)];
        assert_eq!(found(&other), [(Check::Approved, Some(3))], "of another call");
        let late = [begun(), approved("a", "2026-11-25T02:59:59Z"), intent("a", json!(2)), ended(3)];
        assert_eq!(found(&late), [(Check::Approved, Some(3))], "too late");
        let twice = [begun(), approved("a", later), intent("a", json!(2)), ended(3), intent("a", json!(2)), ended(5)];
        assert_eq!(found(&twice), [(Check::UsedOnce, Some(5))]);
    }

    #[test]
    fn what_is_in_doubt_and_what_can_not_have_been_written_is_found() {
        let doubt = [begun(), approved("a", "2026-11-25T03:30:00Z"), intent("a", json!(2))];
        assert_eq!(found(&doubt), [(Check::Settled, Some(3))]);
        assert_eq!(found(&[begun(), ended(1)]), [(Check::Chain, Some(2))]);
        let mut entries = chained(&[begun(), approved("a", AT)]);
        entries[1].body = entries[1].body.replace("op2", "op1");
        assert_eq!(of_run(&run(), &entries).len(), 1);
        assert_eq!(of_run(&run(), &[])[0].check, Check::Chain);
    }
}
