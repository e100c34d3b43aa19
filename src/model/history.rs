//! What a run's entries add up to. Pure: the engine that runs and the command that only looks share this one fold.

use std::collections::BTreeMap;
use std::sync::Arc;

use ahash::HashMap;

use super::call::{Call, CallKey};
use super::diagnostic::Diagnostic;
use super::entry::{
    BodyEnd, ClosureRecipe, DivergenceChoice, Entry, Event, RunStart, Seq, StepChoice, Verdict, WaitEnd,
};
use super::failure::{FailureKind, Outcome};
use super::run::{RunId, RunState, StopKind, Who};
use super::scope::{ScopePath, Segment};
use super::secret::SecretRef;
use super::value::Value;

use crate::messages::model as messages;

/// Entries that no run can have written in this order.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum IllegalHistory {
    /// There is none, or the first does not begin the run.
    #[error("{}", messages::the_run_has_no_beginning())]
    NoBeginning,
    /// A number is missing or comes twice.
    #[error("{}", messages::entry_stands_where_entry_should(.found, .expected))]
    Gap {
        /// The number that should stand there.
        expected: Seq,
        /// The number that does.
        found: Seq,
    },
    /// An event that can't follow what came before.
    #[error("{}", messages::entry_is_illegal(.seq, .what))]
    Event {
        /// The entry.
        seq: Seq,
        /// What is wrong with it.
        what: String,
    },
}

/// A call as the journal knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedCall {
    /// The number of its entry.
    pub seq: Seq,
    /// When it began.
    pub at: String,
    /// The call.
    pub call: Call,
    /// By when its result must have come; reads have none.
    pub deadline: Option<String>,
    /// What came of it, by itself or by a verdict; nothing while in doubt.
    pub outcome: Option<Outcome>,
    /// How long it took.
    pub took_ms: u64,
    /// How it was settled, if it was in doubt.
    pub settled: bool,
    /// Whether its error ended the run, so that it is made again.
    pub ended_run: bool,
    /// Found not to have happened, so that it may be made.
    pub absent: bool,
}

impl RecordedCall {
    /// Whether nobody knows if it happened.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        match &self.outcome {
            None => !self.absent,
            Some(Outcome::Failed(failure)) => failure.kind == FailureKind::Unknown,
            Some(Outcome::Ok(_)) => false,
        }
    }

    /// Whether it changed the world, as far as is known.
    #[must_use]
    pub fn has_happened(&self) -> bool {
        matches!(self.outcome, Some(Outcome::Ok(_)))
    }
}

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Begun, neither finished nor failed.
    Open,
    /// Finished.
    Finished,
    /// Ended with an error.
    Failed,
    /// Skipped by a person.
    Skipped,
}

/// A step as the journal knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedStep {
    /// Its scope.
    pub scope: ScopePath,
    /// When it was begun last.
    pub begun_at: String,
    /// When it finished or failed.
    pub ended_at: Option<String>,
    /// How it stands.
    pub state: StepState,
    /// The error it failed with.
    pub error: Option<String>,
    /// Why a person left it out.
    pub skipped: Option<String>,
}

/// A wait as the journal knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedWait {
    /// The number of its `wait_begun`.
    pub seq: Seq,
    /// What is waited for.
    pub what: String,
    /// Until when.
    pub deadline: String,
    /// How it ended, if it did.
    pub end: Option<WaitEnd>,
}

/// Something open that must be closed.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenHold {
    /// The scope that must close it.
    pub scope: ScopePath,
    /// Its name.
    pub name: String,
    /// What the open returned.
    pub value: Value,
    /// What closes it.
    pub close: ClosureRecipe,
}

/// A registered compensation.
#[derive(Clone, Debug, PartialEq)]
pub struct RegisteredUndo {
    /// The scope it belongs to.
    pub scope: ScopePath,
    /// Its name.
    pub name: String,
    /// What undoes.
    pub undo: ClosureRecipe,
}

/// An approval, and the intent that used it up.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenApproval {
    /// The number of its entry.
    pub seq: Seq,
    /// Who gave it.
    pub by: Who,
    /// Until when it may be used.
    pub expires: String,
    /// The newest intent that used it.
    pub used_by: Option<Seq>,
}

/// A secret that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadSecret {
    /// Tells its values apart.
    pub version: Option<String>,
    /// The call that reads it again; nothing for a parameter.
    pub call: Option<Call>,
}

/// Why a run stopped last.
#[derive(Clone, Debug, PartialEq)]
pub struct LastStop {
    /// Why.
    pub kind: StopKind,
    /// What was told.
    pub diagnostic: Diagnostic,
    /// When.
    pub at: String,
}

/// Where a call stands, whichever equal one it is: its scope, its site, the hash of its arguments.
pub type CallPlace = (ScopePath, Arc<str>, Arc<str>);

/// What a run's entries add up to.
#[derive(Clone, Debug)]
pub struct History {
    /// The run.
    pub run: RunId,
    /// How it began.
    pub start: RunStart,
    /// When it began.
    pub started_at: String,
    /// When its newest entry was written.
    pub last_at: String,
    /// Who took it up last.
    pub by: Who,
    /// How often it was resumed.
    pub resumes: u32,
    /// The sources in force: name to content hash.
    pub sources: BTreeMap<String, String>,
    /// Its state.
    pub state: RunState,
    /// Why it stopped last.
    pub stop: Option<LastStop>,
    /// Every call by number.
    pub calls: BTreeMap<Seq, RecordedCall>,
    /// The newest call of each key; calls of closed holds are forgotten.
    pub newest: HashMap<CallKey, Seq>,
    /// Finished steps by scope, whatever the attempt, and what they returned.
    pub finished: HashMap<ScopePath, Value>,
    /// Steps in the order they were begun first.
    pub steps: Vec<RecordedStep>,
    /// Waits by scope and site; the newest.
    pub waits: HashMap<(ScopePath, String), RecordedWait>,
    /// The newest attempt of each `retry`, by [`ScopePath::all_attempts`].
    pub attempts: HashMap<ScopePath, u32>,
    /// What is open, oldest first.
    pub holds: Vec<OpenHold>,
    /// Scopes whose closes have begun, and how their bodies ended.
    pub closing: HashMap<ScopePath, BodyEnd>,
    /// The parameters of nested runbooks that were begun, by scope.
    pub nested: HashMap<ScopePath, Value>,
    /// Registered compensations, oldest first.
    pub undos: Vec<RegisteredUndo>,
    /// Whether the run has begun to undo.
    pub undoing: bool,
    /// Decisions about diverged calls: scope, site and new arguments to the earlier call and the choice.
    pub divergences: HashMap<CallPlace, (Seq, DivergenceChoice)>,
    /// Approvals by what they are bound to; see [`History::approval`].
    pub approvals: HashMap<String, OpenApproval>,
    /// Secrets that were read: what tells their values apart, and the call that reads each again.
    pub secrets: BTreeMap<SecretRef, ReadSecret>,
    /// What the script gave as output.
    pub output: Option<Value>,
    /// The script's last value.
    pub value: Option<Value>,
    /// Writes made and not asked for again, as reported when their step ended.
    pub unasked: Vec<Seq>,
    /// The number of the newest entry.
    pub last_seq: Seq,
    /// The hash of the newest entry.
    pub head: String,
    step_index: HashMap<ScopePath, usize>,
    wait_index: HashMap<Seq, (ScopePath, String)>,
    closed: HashMap<ScopePath, u32>,
}

impl History {
    /// Folds a run's entries, oldest first.
    ///
    /// # Errors
    /// Entries that no run can have written in this order.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<Self, IllegalHistory> {
        let mut entries = entries.into_iter();
        let first = entries.next().ok_or(IllegalHistory::NoBeginning)?;
        let mut history = Self::begin(first)?;
        for entry in entries {
            history.apply(entry)?;
        }
        Ok(history)
    }

    /// The same, of entries that nobody needs any more.
    ///
    /// # Errors
    /// As [`History::of`].
    pub fn of_all(entries: Vec<Entry>) -> Result<Self, IllegalHistory> {
        let mut entries = entries.into_iter();
        let first = entries.next().ok_or(IllegalHistory::NoBeginning)?;
        let mut history = Self::begin(&first)?;
        for Entry { seq, at, hash, event, .. } in entries {
            history.fold(seq, &at, &hash, event)?;
        }
        Ok(history)
    }

    /// The history of a run that has only begun.
    ///
    /// # Errors
    /// An entry that does not begin a run.
    pub fn begin(entry: &Entry) -> Result<Self, IllegalHistory> {
        let Event::RunStarted(start) = &entry.event else {
            return Err(IllegalHistory::NoBeginning);
        };
        if entry.seq != 1 {
            return Err(IllegalHistory::Gap { expected: 1, found: entry.seq });
        }
        Ok(History {
            run: entry.run.clone(),
            start: (**start).clone(),
            started_at: entry.at.clone(),
            last_at: entry.at.clone(),
            by: start.by.clone(),
            resumes: 0,
            sources: start.sources.clone(),
            state: RunState::Running,
            stop: None,
            calls: BTreeMap::new(),
            newest: HashMap::default(),
            finished: HashMap::default(),
            steps: Vec::new(),
            waits: HashMap::default(),
            attempts: HashMap::default(),
            holds: Vec::new(),
            closing: HashMap::default(),
            nested: HashMap::default(),
            undos: Vec::new(),
            undoing: false,
            divergences: HashMap::default(),
            approvals: HashMap::default(),
            secrets: BTreeMap::new(),
            output: None,
            value: None,
            unasked: Vec::new(),
            last_seq: 1,
            head: entry.hash.clone(),
            step_index: HashMap::default(),
            wait_index: HashMap::default(),
            closed: HashMap::default(),
        })
    }

    /// Adds the next entry.
    ///
    /// # Errors
    /// An event that can't follow.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), IllegalHistory> {
        self.fold(entry.seq, &entry.at, &entry.hash, entry.event.clone())
    }

    fn fold(&mut self, seq: Seq, at: &str, hash: &str, event: Event) -> Result<(), IllegalHistory> {
        let expected = self.last_seq + 1;
        if seq != expected {
            return Err(IllegalHistory::Gap { expected, found: seq });
        }
        let illegal = |what: String| Err(IllegalHistory::Event { seq, what });
        if self.state.is_final() && !matches!(event, Event::Noted { .. }) {
            return illegal(messages::something_follows_the_end_of_the_run());
        }
        match event {
            Event::RunStarted(_) => return illegal(messages::the_run_begins_twice()),
            Event::RunResumed { by, edited } => {
                self.by = by;
                self.resumes += 1;
                self.state = RunState::Running;
                if let Some(sources) = edited {
                    self.sources = sources;
                }
            }
            Event::CallBegun { call, deadline, approval } => {
                if let Some(approval) = approval {
                    let used = self.approvals.values_mut().filter(|open| open.seq == approval);
                    used.for_each(|open| open.used_by = Some(seq));
                }
                self.record(seq, at, *call, Some(deadline), None, 0);
            }
            Event::CallMade { call, outcome, took_ms } => self.record(seq, at, *call, None, Some(outcome), took_ms),
            Event::CallEnded { call, outcome, took_ms } => match self.calls.get_mut(&call) {
                Some(recorded) if recorded.outcome.is_none() => {
                    recorded.outcome = Some(outcome);
                    recorded.took_ms = took_ms;
                }
                _ => return illegal(messages::a_call_ends_that_was_not_begun()),
            },
            Event::CallSettled { call, verdict, .. } => match self.calls.get_mut(&call) {
                Some(recorded) if recorded.is_in_doubt() => {
                    recorded.settled = true;
                    match verdict {
                        Verdict::Happened(value) => recorded.outcome = Some(Outcome::Ok(value)),
                        Verdict::DidNotHappen => {
                            recorded.outcome = None;
                            recorded.absent = true;
                        }
                    }
                }
                _ => return illegal(messages::a_call_is_settled_that_was_not()),
            },
            Event::Diverged { scope, site, args_hash, earlier, choice, .. } => {
                self.divergences.insert((scope, site.into(), args_hash.into()), (earlier, choice));
            }
            Event::StepDiverged { scope, earlier, choice, .. } => {
                if choice == StepChoice::Renamed {
                    self.rename(&earlier, &scope);
                }
            }
            Event::Approved { bound_to, by, expires, .. } => {
                self.approvals.insert(bound_to, OpenApproval { seq, by, expires, used_by: None });
            }
            Event::NestedBegun { scope, value, .. } => {
                self.nested.insert(scope, value);
            }
            Event::StepBegun { scope } => self.step_begun(&scope, at),
            Event::StepFinished { scope, value, unasked } => {
                self.finished.insert(scope.whatever_attempt(), value);
                self.unasked.extend(unasked);
                // What belonged to a finished step is no longer offered to be undone only when the run ends; holds must be closed.
                self.step_ended(&scope, StepState::Finished, None, at);
            }
            Event::StepFailed { scope, error } => self.step_ended(&scope, StepState::Failed, Some(error), at),
            Event::StepSkipped { scope, value, reason, .. } => {
                self.finished.insert(scope.whatever_attempt(), value);
                self.step_begun(&scope, at);
                self.step_ended(&scope, StepState::Skipped, None, at);
                if let Some(step) = self.step_index.get(&scope).and_then(|index| self.steps.get_mut(*index)) {
                    step.skipped = Some(reason);
                }
            }
            Event::AttemptBegun { scope, attempt } => {
                self.attempts.insert(scope.all_attempts(), attempt);
            }
            Event::WaitBegun { scope, site, what, deadline } => {
                let wait = RecordedWait { seq, what, deadline, end: None };
                self.wait_index.insert(seq, (scope.clone(), site.clone()));
                self.waits.insert((scope, site), wait);
            }
            Event::WaitEnded { wait, end, .. } => {
                let place = self.wait_index.remove(&wait);
                match place.and_then(|place| self.waits.get_mut(&place)).filter(|recorded| recorded.seq == wait) {
                    Some(recorded) => recorded.end = Some(end),
                    None => return illegal(messages::a_wait_ends_that_was_not_begun()),
                }
            }
            Event::HoldOpened { scope, name, value, close } => {
                self.holds.retain(|hold| hold.scope != scope || hold.name != name);
                self.holds.push(OpenHold { scope, name, value, close });
            }
            Event::ClosesBegun { scope, end } => {
                self.closing.insert(scope, end);
            }
            Event::HoldClosed { scope, name } => self.hold_closed(&scope, &name),
            Event::UndoRegistered { scope, name, undo } => {
                self.undos.retain(|known| known.scope != scope || known.name != name);
                self.undos.push(RegisteredUndo { scope, name, undo });
            }
            Event::UndoBegun { .. } => self.undoing = true,
            Event::Undone { scope, name } => self.undos.retain(|known| known.scope != scope || known.name != name),
            Event::Output { value } => self.output = Some(value),
            Event::Stopped { kind, diagnostic, ended_by } => {
                self.state = RunState::Stopped(kind);
                self.stop = Some(LastStop { kind, diagnostic: *diagnostic, at: at.to_owned() });
                for call in ended_by {
                    if let Some(recorded) = self.calls.get_mut(&call) {
                        recorded.ended_run = true;
                    }
                }
            }
            Event::Done { value, unasked } => {
                self.state = RunState::Done;
                self.value = Some(value);
                self.unasked.extend(unasked);
            }
            Event::Cancelled { .. } => self.state = RunState::Cancelled,
            Event::SecretRead { secret, version, call } => {
                self.secrets.insert(secret, ReadSecret { version, call: call.map(|call| *call) });
            }
            Event::CallRetried { .. } | Event::CallRefused { .. } | Event::Logged { .. } | Event::Noted { .. } => {}
        }
        self.last_seq = seq;
        at.clone_into(&mut self.last_at);
        hash.clone_into(&mut self.head);
        Ok(())
    }

    /// Calls that nobody knows to have happened or not, oldest first.
    pub fn in_doubt(&self) -> impl Iterator<Item = &RecordedCall> {
        // A call that was made again (an ensure, with the same token) is in doubt only if its newest attempt is.
        let newest = |recorded: &RecordedCall| self.newest.get(&recorded.call.key) == Some(&recorded.seq);
        self.calls
            .values()
            .filter(move |recorded| recorded.is_in_doubt() && recorded.call.effect.is_write() && newest(recorded))
    }

    /// The approval bound to this, unless it is used up: an intent uses it up, except where that call is known not to have
    /// happened and the same call is made again. Whether it has expired is for who knows the time.
    #[must_use]
    pub fn approval(&self, bound_to: &str) -> Option<&OpenApproval> {
        self.approvals.get(bound_to).filter(|open| match open.used_by.and_then(|call| self.calls.get(&call)) {
            Some(call) => !call.has_happened() && !call.is_in_doubt(),
            None => true,
        })
    }

    /// How often the holds around a scope were closed: what is opened again is another thing, and has other tokens.
    #[must_use]
    pub fn openings(&self, scope: &ScopePath) -> u32 {
        if self.closed.is_empty() {
            return 0;
        }
        scope.and_around().filter_map(|around| self.closed.get(&around)).sum()
    }

    /// Writes that happened, oldest first.
    pub fn writes(&self) -> impl Iterator<Item = &RecordedCall> {
        self.calls.values().filter(|recorded| recorded.call.effect.is_write() && recorded.has_happened())
    }

    /// Whether the script can't come by `scope` again on its way to the end of `end`: it lies in a step that is finished, or in
    /// an attempt that another one followed.
    #[must_use]
    pub fn is_behind(&self, scope: &ScopePath, end: &ScopePath) -> bool {
        let end = end.whatever_attempt();
        scope.and_around().any(|around| {
            let whatever = around.whatever_attempt();
            let followed = around.attempt().is_some_and(|attempt| {
                self.attempts.get(&around.all_attempts()).is_some_and(|newest| *newest > attempt)
            });
            followed || (whatever != end && self.finished.contains_key(&whatever))
        })
    }

    fn record(
        &mut self,
        seq: Seq,
        at: &str,
        call: Call,
        deadline: Option<String>,
        outcome: Option<Outcome>,
        took_ms: u64,
    ) {
        self.newest.insert(call.key.clone(), seq);
        let recorded = RecordedCall {
            seq,
            at: at.to_owned(),
            call,
            deadline,
            outcome,
            took_ms,
            settled: false,
            ended_run: false,
            absent: false,
        };
        self.calls.insert(seq, recorded);
    }

    fn step_begun(&mut self, scope: &ScopePath, at: &str) {
        let at = at.to_owned();
        match self.step_index.get(scope).and_then(|index| self.steps.get_mut(*index)) {
            Some(step) => {
                step.begun_at = at;
                step.ended_at = None;
                step.state = StepState::Open;
                step.error = None;
            }
            None => {
                self.step_index.insert(scope.clone(), self.steps.len());
                self.steps.push(RecordedStep {
                    scope: scope.clone(),
                    begun_at: at,
                    ended_at: None,
                    state: StepState::Open,
                    error: None,
                    skipped: None,
                });
            }
        }
    }

    fn step_ended(&mut self, scope: &ScopePath, state: StepState, error: Option<String>, at: &str) {
        if let Some(step) = self.step_index.get(scope).and_then(|index| self.steps.get_mut(*index)) {
            step.state = state;
            step.error = error;
            step.ended_at = Some(at.to_owned());
        }
    }

    /// What was done in the step `from` is done in the step `to`.
    fn rename(&mut self, from: &ScopePath, to: &ScopePath) {
        let (any_from, any_to) = (from.whatever_attempt(), to.whatever_attempt());
        for recorded in self.calls.values_mut() {
            if let Some(scope) = recorded.call.key.scope.moved(from, to) {
                recorded.call.key.scope = scope;
            }
        }
        let moved = |scope: ScopePath| scope.moved(from, to).unwrap_or(scope);
        let any_moved = |scope: ScopePath| scope.moved(&any_from, &any_to).unwrap_or(scope);
        self.newest = std::mem::take(&mut self.newest)
            .into_iter()
            .map(|(key, seq)| (CallKey { scope: moved(key.scope), ..key }, seq))
            .collect();
        self.finished =
            std::mem::take(&mut self.finished).into_iter().map(|(scope, value)| (any_moved(scope), value)).collect();
        self.waits = std::mem::take(&mut self.waits)
            .into_iter()
            .map(|((scope, site), wait)| ((moved(scope), site), wait))
            .collect();
        self.wait_index = std::mem::take(&mut self.wait_index)
            .into_iter()
            .map(|(seq, (scope, site))| (seq, (moved(scope), site)))
            .collect();
        self.attempts = std::mem::take(&mut self.attempts).into_iter().map(|(scope, n)| (moved(scope), n)).collect();
        self.nested =
            std::mem::take(&mut self.nested).into_iter().map(|(scope, value)| (moved(scope), value)).collect();
        self.closing = std::mem::take(&mut self.closing).into_iter().map(|(scope, end)| (moved(scope), end)).collect();
        self.closed = std::mem::take(&mut self.closed).into_iter().map(|(scope, n)| (moved(scope), n)).collect();
        self.divergences = std::mem::take(&mut self.divergences)
            .into_iter()
            .map(|((scope, site, args), decided)| ((moved(scope), site, args), decided))
            .collect();
        self.step_index =
            std::mem::take(&mut self.step_index).into_iter().map(|(scope, at)| (moved(scope), at)).collect();
        let scopes = self.holds.iter_mut().map(|hold| &mut hold.scope);
        let scopes = scopes.chain(self.undos.iter_mut().map(|undo| &mut undo.scope));
        for scope in scopes.chain(self.steps.iter_mut().map(|step| &mut step.scope)) {
            if let Some(there) = scope.moved(from, to) {
                *scope = there;
            }
        }
    }

    /// Whether a step was begun before, or finished.
    #[must_use]
    pub fn has_step(&self, scope: &ScopePath) -> bool {
        self.step_index.contains_key(scope) || self.finished.contains_key(&scope.whatever_attempt())
    }

    /// Whether the texts in force are not those that the run began with.
    #[must_use]
    pub fn is_edited(&self) -> bool {
        self.sources != self.start.sources
    }

    /// A close forgets the open, so that a resume opens again.
    fn hold_closed(&mut self, scope: &ScopePath, name: &str) {
        self.holds.retain(|hold| hold.scope != *scope || hold.name != name);
        // With all of it closed, a body that failed runs again from here on; one that is finished stays so.
        if self.closing.get(scope) == Some(&BodyEnd::Failed) && !self.holds.iter().any(|hold| hold.scope == *scope) {
            self.closing.remove(scope);
        }
        let inside = scope.inner(&Segment::Hold(name));
        self.newest.retain(|key, _| !key.scope.is_within(&inside));
        let finished_inside = inside.whatever_attempt();
        self.finished.retain(|scope, _| !scope.is_within(&finished_inside));
        self.waits.retain(|(scope, _), _| !scope.is_within(&inside));
        self.attempts.retain(|scope, _| !scope.is_within(&inside));
        self.closing.retain(|scope, _| !scope.is_within(&inside));
        self.nested.retain(|scope, _| !scope.is_within(&inside));
        *self.closed.entry(inside).or_insert(0) += 1;
    }
}
