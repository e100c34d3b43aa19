//! What a journal holds: entries, each an event of one run, chained by hash. The stored form is versioned and apart from the
//! types that the engine works with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::call::Call;
use super::diagnostic::Diagnostic;
use super::failure::Outcome;
use super::guard::Guard;
use super::run::{Mode, RunId, StopKind, Who};
use super::scope::ScopePath;
use super::secret::SecretRef;
use super::value::Value;

/// The version of the stored form that this program writes. A newer one is refused; older ones are read.
pub const FORMAT: u32 = 1;

/// The number of an entry in its run, from 1.
pub type Seq = u64;

/// One entry of a run's journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The run.
    pub run: RunId,
    /// Its number in the run, from 1, without gaps.
    pub seq: Seq,
    /// When it was written: RFC 3339, UTC.
    pub at: String,
    /// What happened.
    pub event: Event,
    /// The event as it is stored; the hash is over these very bytes.
    pub body: String,
    /// The hash of the entry before it; of a run's first entry, of the newest entry that the journal then held.
    pub previous: String,
    /// The hash of this entry.
    pub hash: String,
}

impl Entry {
    /// Makes the entry that follows one whose hash is `previous`.
    ///
    /// # Errors
    /// An event that can't be written as JSON, which would be a bug.
    pub fn after(previous: &str, run: &RunId, seq: Seq, at: String, event: Event) -> Result<Self, serde_json::Error> {
        let body = serde_json::to_string(&event)?;
        Ok(Self::of_body(previous, run, seq, at, event, body))
    }

    /// The same, for an event whose stored form is known (large values taken out).
    #[must_use]
    pub fn of_body(previous: &str, run: &RunId, seq: Seq, at: String, event: Event, body: String) -> Self {
        let hash = chain(previous, run, seq, &at, &body);
        Entry { run: run.clone(), seq, at, event, body, previous: previous.to_owned(), hash }
    }

    /// Whether the entry is as it was written.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.hash == chain(&self.previous, &self.run, self.seq, &self.at, &self.body)
    }
}

/// The hash that chains an entry to the one before: SHA-256, in hexadecimal.
#[must_use]
pub fn chain(previous: &str, run: &RunId, seq: Seq, at: &str, body: &str) -> String {
    let mut hasher = Sha256::new();
    for part in ["runbook-entry-v1", previous, run.as_str(), &seq.to_string(), at, body] {
        // The length first, so that no two different entries hash the same bytes.
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    format!("{:x}", hasher.finalize())
}

/// The hash that content is stored under: SHA-256, in hexadecimal.
#[must_use]
pub fn content_hash(content: &[u8]) -> String {
    format!("{:x}", Sha256::digest(content))
}

/// A closure that must be callable after the process that made it is gone: its name in the pinned source and what it captured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClosureRecipe {
    /// The pinned source that holds it.
    pub source: String,
    /// Its name there.
    pub name: String,
    /// What it captured.
    pub captured: Vec<Value>,
}

/// How a call in doubt was settled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It happened, with this result.
    Happened(Value),
    /// It did not happen; it may be made.
    DidNotHappen,
}

/// Who settled a call in doubt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettledBy {
    /// The binding looked.
    Binding,
    /// The runbook's own `settle` closure looked.
    Author,
    /// A person said so.
    Person(Who),
}

/// What a person decided about a call that diverged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DivergenceChoice {
    /// Make the new call as well.
    Both,
    /// Keep the earlier one; its result is the new one's.
    Earlier,
}

/// What a person decided about a step that an edited text has in place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepChoice {
    /// It is the same step, renamed: what was done in the earlier one is done.
    Renamed,
    /// It is another step.
    Other,
}

/// How a wait ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitEnd {
    /// What it waited for came, with this value.
    Came(Value),
    /// The deadline passed.
    TimedOut,
}

/// How the body of a scope ended whose closes are being run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyEnd {
    /// With this value: it never runs again, whatever becomes of the closes.
    Finished(Value),
    /// With an error, or it was stopped: it runs again, once what it had open is closed and can be opened again.
    Failed,
}

/// What begins a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunStart {
    /// The version of the stored form.
    pub format: u32,
    /// The version of the program that began it.
    pub program: String,
    /// The runbook's name.
    pub runbook: String,
    /// The runbook's version.
    pub version: String,
    /// The name of the main script among `sources`.
    pub script: String,
    /// Every script of the run by name, as the hash of its text.
    pub sources: BTreeMap<String, String>,
    /// The parameters; secret ones as references.
    pub params: Value,
    /// Secret parameters, and where each came from.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, SecretRef>,
    /// The environment's name, if one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// What the environment's file says for parameters of the runbooks that may be run inside, by runbook and parameter.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub nested: BTreeMap<String, BTreeMap<String, Value>>,
    /// Whether it may write.
    #[serde(default)]
    pub mode: Mode,
    /// The AWS account and region that its environment is.
    #[serde(default, skip_serializing_if = "Guard::is_empty")]
    pub guard: Guard,
    /// The permissions it was granted, parameters filled in.
    pub permissions: Vec<String>,
    /// The folder it works in.
    pub project: String,
    /// Who began it.
    pub by: Who,
    /// How long it may take, in seconds, from its start or resume.
    pub time_limit_s: u64,
}

/// What can happen in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The run began.
    RunStarted(Box<RunStart>),
    /// A process took the run up again.
    RunResumed {
        /// Who.
        by: Who,
        /// The sources that replaced the pinned ones, with `--edited`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        edited: Option<BTreeMap<String, String>>,
    },
    /// A write is about to be made. Durable before it is.
    CallBegun {
        /// The call.
        call: Box<Call>,
        /// By when its result must have come: RFC 3339, UTC. Only after that may it be said to be absent.
        deadline: String,
        /// The number of the `approved` that it uses up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approval: Option<Seq>,
    },
    /// A write ended.
    CallEnded {
        /// The number of its `call_begun`.
        call: Seq,
        /// What came of it.
        outcome: Outcome,
        /// How long it took.
        took_ms: u64,
    },
    /// A read was made, or a remembered value drawn.
    CallMade {
        /// The call.
        call: Box<Call>,
        /// What came of it.
        outcome: Outcome,
        /// How long it took.
        took_ms: u64,
    },
    /// A call is tried again.
    CallRetried {
        /// The number of its `call_begun`; nothing for a read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call: Option<Seq>,
        /// The function.
        function: String,
        /// The attempt that follows, from 2.
        attempt: u32,
        /// Why the one before failed.
        reason: String,
        /// How long is waited before it.
        wait_ms: u64,
    },
    /// A call in doubt was settled.
    CallSettled {
        /// The number of its `call_begun`.
        call: Seq,
        /// What was found.
        verdict: Verdict,
        /// By whom.
        by: SettledBy,
        /// What was seen.
        evidence: String,
    },
    /// A person decided about a call that diverged.
    Diverged {
        /// The scope and site of both calls.
        scope: ScopePath,
        /// See `scope`.
        site: String,
        /// The hash of the new call's arguments.
        args_hash: String,
        /// The number of the earlier call.
        earlier: Seq,
        /// What was decided.
        choice: DivergenceChoice,
        /// By whom.
        by: Who,
    },
    /// A person decided about a step that an edited text has in place of an earlier one.
    StepDiverged {
        /// The scope of the new step.
        scope: ScopePath,
        /// The scope of the earlier one.
        earlier: ScopePath,
        /// What was decided.
        choice: StepChoice,
        /// By whom.
        by: Who,
    },
    /// A call was refused.
    CallRefused {
        /// The function.
        function: String,
        /// What it would have done.
        effect: super::effect::Effect,
        /// Where.
        scope: ScopePath,
        /// Why.
        reason: String,
    },
    /// A person approved one exact call.
    Approved {
        /// Hash over run, source, function, arguments and environment.
        bound_to: String,
        /// What was shown.
        shown: String,
        /// By whom.
        by: Who,
        /// Until when it may be used: RFC 3339, UTC.
        expires: String,
    },
    /// A nested runbook was begun with these parameters; they are pinned.
    NestedBegun {
        /// Its scope.
        scope: ScopePath,
        /// Its name.
        runbook: String,
        /// Its version.
        version: String,
        /// Its parameters; secrets as references.
        value: Value,
    },
    /// A step, branch or nested runbook began.
    StepBegun {
        /// Its scope.
        scope: ScopePath,
    },
    /// A step, branch or nested runbook finished.
    StepFinished {
        /// Its scope.
        scope: ScopePath,
        /// What it returned.
        value: Value,
        /// Writes made in it before and not asked for again.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unasked: Vec<Seq>,
    },
    /// A step, branch or nested runbook ended with an error.
    StepFailed {
        /// Its scope.
        scope: ScopePath,
        /// The error, for people.
        error: String,
    },
    /// An attempt of `retry` began.
    AttemptBegun {
        /// The attempt's scope.
        scope: ScopePath,
        /// Its number, from 1.
        attempt: u32,
    },
    /// A wait began.
    WaitBegun {
        /// Its scope and place in it.
        scope: ScopePath,
        /// See `scope`.
        site: String,
        /// What is waited for.
        what: String,
        /// Until when: RFC 3339, UTC.
        deadline: String,
    },
    /// A wait ended.
    WaitEnded {
        /// The number of its `wait_begun`.
        wait: Seq,
        /// How often it looked.
        polls: u64,
        /// What it saw last.
        last: Value,
        /// How it ended.
        end: WaitEnd,
    },
    /// Something was opened that must be closed.
    HoldOpened {
        /// The scope that must close it.
        scope: ScopePath,
        /// Its name.
        name: String,
        /// What the open returned.
        value: Value,
        /// What closes it.
        close: ClosureRecipe,
    },
    /// The body of a scope that holds something has ended, and its closes begin.
    ClosesBegun {
        /// The scope.
        scope: ScopePath,
        /// How its body ended.
        end: BodyEnd,
    },
    /// It was closed; its open is forgotten.
    HoldClosed {
        /// The scope it was opened in.
        scope: ScopePath,
        /// Its name.
        name: String,
    },
    /// A compensation was registered.
    UndoRegistered {
        /// The scope it belongs to.
        scope: ScopePath,
        /// Its name.
        name: String,
        /// What undoes.
        undo: ClosureRecipe,
    },
    /// The run began to undo; it can only finish that.
    UndoBegun {
        /// Who decided it.
        by: Who,
    },
    /// A compensation was made.
    Undone {
        /// The scope it belonged to.
        scope: ScopePath,
        /// Its name.
        name: String,
    },
    /// A step is skipped by decision of a person.
    StepSkipped {
        /// Its scope.
        scope: ScopePath,
        /// What stands for its value.
        value: Value,
        /// Why.
        reason: String,
        /// By whom.
        by: Who,
    },
    /// A secret was read whose value this process did not know, or that has changed since it was read before.
    SecretRead {
        /// Which.
        secret: SecretRef,
        /// Tells its values apart, and nothing of them to whoever lacks the key: `hmac:KEY:64 bits`; nothing where there was no key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<String>,
        /// The call that reads it again; nothing for a parameter.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call: Option<Box<Call>>,
    },
    /// The script said something for people.
    Logged {
        /// The scope.
        scope: ScopePath,
        /// The text.
        text: String,
    },
    /// The script gave something as the run's output.
    Output {
        /// The value.
        value: Value,
    },
    /// A person's remark.
    Noted {
        /// The text.
        text: String,
        /// By whom.
        by: Who,
    },
    /// The run stopped; it can be resumed.
    Stopped {
        /// Why.
        kind: StopKind,
        /// What was told.
        diagnostic: Box<Diagnostic>,
        /// The calls whose errors ended it; they are made again.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ended_by: Vec<Seq>,
    },
    /// The run ended well.
    Done {
        /// The script's last value.
        value: Value,
        /// Writes made before and not asked for again.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unasked: Vec<Seq>,
    },
    /// The run was ended for good.
    Cancelled {
        /// By whom.
        by: Who,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}

/// What ends a read, as it is stored.
#[derive(Deserialize)]
struct CallMade {
    call: Box<Call>,
    outcome: Outcome,
    took_ms: u64,
}

/// What begins a write, as it is stored.
#[derive(Deserialize)]
struct CallBegun {
    call: Box<Call>,
    deadline: String,
    #[serde(default)]
    approval: Option<Seq>,
}

impl Event {
    /// Reads an event as it is stored.
    ///
    /// Serde keeps all fields of a tagged event a second time until it knows the tag, which takes twice as long. The events that
    /// a long run has most of say what they are at their beginning.
    ///
    /// # Errors
    /// Text that is no event.
    pub fn of_stored(body: &str) -> Result<Self, serde_json::Error> {
        if body.starts_with(r#"{"type":"call_made","#) {
            let CallMade { call, outcome, took_ms } = serde_json::from_str(body)?;
            return Ok(Event::CallMade { call, outcome, took_ms });
        }
        if body.starts_with(r#"{"type":"call_begun","#) {
            let CallBegun { call, deadline, approval } = serde_json::from_str(body)?;
            return Ok(Event::CallBegun { call, deadline, approval });
        }
        serde_json::from_str(body)
    }

    /// Whether this event must be on disk before anything else happens. The others wait for the next one that must.
    #[must_use]
    pub fn is_durable(&self) -> bool {
        !matches!(
            self,
            Event::CallMade { .. }
                | Event::CallRetried { .. }
                | Event::StepBegun { .. }
                | Event::StepFailed { .. }
                | Event::SecretRead { .. }
                | Event::Logged { .. }
                | Event::Output { .. }
                | Event::CallRefused { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_the_short_way_is_what_serde_reads() {
        let call = r#"{"function":"http::get","effect":"read","scope":"step:a","site":"http::get~1","args_hash":"0f",
            "occurrence":2,"args":{"url":"https://a.example"},"token":"t"PLACE}"#;
        let place = r#","place":{"file":"a.rhai","line":1,"column":2}"#;
        for place in ["", place] {
            let call = call.replace("PLACE", place);
            for (event, rest) in [
                ("call_made", r#""outcome":{"ok":null},"took_ms":3"#),
                ("call_begun", r#""deadline":"2026-11-25T00:00:00Z""#),
                ("call_begun", r#""deadline":"2026-11-25T00:00:00Z","approval":7"#),
                ("call_ended", r#""outcome":{"ok":1},"took_ms":3"#),
            ] {
                let call = if event == "call_ended" { "4" } else { &call };
                let body = format!(r#"{{"type":"{event}","call":{call},{rest}}}"#);
                let event: Event = serde_json::from_str(&body).expect("an event");
                assert_eq!(Event::of_stored(&body).expect("the same"), event);
                let written = serde_json::to_string(&event).expect("written");
                assert_eq!(Event::of_stored(&written).expect("read back"), event);
            }
        }
        assert!(Event::of_stored(r#"{"type":"call_made","took_ms":3}"#).is_err());
    }
}
