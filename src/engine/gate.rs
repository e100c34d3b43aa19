//! The only way from a script to the world: check, permit, recall, decide, record, perform, record.

use std::sync::Arc;
use std::time::Duration;

use rhai::{Dynamic, FnPtr, Position};

use super::asking::{how_to_answer, question_of, ways_to_answer};
use super::conversion::{to_dynamic, to_value};
use super::error::{Raised, ScriptError, terminated};
use super::ledger::Found;
use super::refusal;
use super::scope::{self, Frame};
use super::session::Session;
use super::settle;
use super::stop::Stop;
use crate::binding::{Checked, Context, Declaration, Kind};
use crate::journal::{Journal, JournalError, Receipt};
use crate::messages::engine as messages;
use crate::model::call::{Call, idempotency_token};
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::effect::Effect;
use crate::model::entry::{DivergenceChoice, Event, Seq, SettledBy, Verdict};
use crate::model::failure::{Failure, FailureKind, Outcome};
use crate::model::place::Place;
use crate::model::run::StopKind;
use crate::model::value::Value;
use crate::policy::{self, Decision, Facts};
use crate::world::person::{Answer, Question};

/// Longer than the binding's own limit by this, the gate ends a call itself.
const OVERTIME: Duration = Duration::from_secs(5);

/// How long a write that was told to end may take to tell what happened.
const LAST_WORD: Duration = Duration::from_secs(20);

/// Waits before the second and third attempt of a read or ensure that reached nobody.
const RETRY_WAITS: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(1000)];

/// Where in which source a call stands.
#[derive(Clone, Debug)]
pub struct Spot {
    /// The source.
    pub file: String,
    /// Where in it.
    pub position: Position,
}

impl Spot {
    /// The place of a call of the host function `name`: the engine knows where `get` of `http::get` stands, people look for `http`.
    #[must_use]
    pub fn place_of(&self, name: &str) -> Place {
        let namespace = name.rfind("::").map_or(0, |at| at + 2);
        let place = self.place();
        Place { column: place.column.saturating_sub(namespace).max(1), ..place }
    }

    /// The place for people.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::new(self.file.clone(), self.position.line().unwrap_or(0), self.position.position().unwrap_or(0))
    }
}

/// The author's closure that looks whether a call happened, with the engine to run it.
pub type AuthorSettle<'a> = &'a dyn Fn(&FnPtr) -> Result<Dynamic, Raised>;

/// The only way from a script to the world.
#[derive(Clone)]
pub struct Gate {
    session: Arc<Session>,
}

/// A call on its way through the gate.
pub(super) struct Passing<'a> {
    pub declaration: &'a Declaration,
    pub frame: Frame,
    pub spot: &'a Spot,
    pub args: Value,
    pub checked: Checked,
    pub call: Call,
    pub settle: Option<(FnPtr, AuthorSettle<'a>)>,
    /// What a handle gave that is opened again.
    pub opened: Option<Value>,
}

impl Gate {
    /// The gate of a run.
    #[must_use]
    pub fn new(session: Arc<Session>) -> Self {
        Gate { session }
    }

    /// The run behind it.
    #[must_use]
    pub fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// Whether the script may go on.
    ///
    /// # Errors
    /// The error that ends the script, once the run has stopped.
    pub fn open(&self, position: Position) -> Result<(), Raised> {
        self.session.watch.host_call();
        if self.has_stopped() { Err(terminated(position)) } else { Ok(()) }
    }

    /// Whether the run has stopped, for what runs here: a close goes on after a stop whose reason allows it.
    #[must_use]
    pub fn has_stopped(&self) -> bool {
        self.session.stop.is_stopped()
            && self.session.stop.reason().is_none_or(|stop| !(scope::is_closing() && stop.kind.allows_closes()))
    }

    /// Whether the script is being ended here, because the run has stopped or because a budget is used up.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        self.has_stopped() || self.session.watch.is_stopped()
    }

    /// Stops the run; nothing the script does after this reaches the world.
    pub fn stop(&self, kind: StopKind, diagnostic: Diagnostic, position: Position) -> Raised {
        self.session.stop.stop(Stop { kind, diagnostic });
        terminated(position)
    }

    /// Stops the run because the journal failed.
    pub fn journal_lost(&self, error: &JournalError, position: Position) -> Raised {
        self.stop(StopKind::Journal, journal_diagnostic(error), position)
    }

    /// Writes to the journal. What the run remembers of it is not memory that the script holds.
    fn kept<T>(&self, write: impl FnOnce(&Journal) -> T) -> T {
        self.session.watch.not_the_scripts(|| write(&self.session.journal))
    }

    /// Records an event, or stops the run.
    ///
    /// # Errors
    /// The error that ends the script.
    pub fn record(&self, event: Event, position: Position) -> Result<Seq, Raised> {
        self.kept(|journal| journal.record(event)).map_err(|error| self.journal_lost(&error, position))
    }

    /// A call of a host function by a script.
    ///
    /// # Errors
    /// What the script may catch (wrong arguments, a failure), or the error that ends it.
    pub fn call(
        &self,
        name: &str,
        given: Vec<Dynamic>,
        spot: &Spot,
        author: AuthorSettle<'_>,
    ) -> Result<Dynamic, Raised> {
        let position = spot.position;
        self.open(position)?;
        scope::note_failed(None);
        let Some(declaration) = self.session.registry.get(name) else {
            return Err(ScriptError::new(Code::UnknownFunction, messages::there_is_no_function(name)).raise(position));
        };
        let (args, settle) = self.arguments(declaration, given).map_err(|error| error.raise(position))?;
        self.know_secrets(&args, spot)?;
        if declaration.kind == Kind::Pure {
            let computed = declaration.compute(&args);
            return computed
                .map(to_dynamic)
                .map_err(|failure| ScriptError::of_call(name, &failure, None).raise(position));
        }
        if args.has_unknown() && !declaration.kind.effect().is_write() {
            return Err(ScriptError::new(
                Code::ScriptFailed,
                messages::depends_on(name, super::conversion::not_known_yet()),
            )
            .raise(position));
        }
        let Some(frame) = scope::current() else {
            return Err(ScriptError::new(Code::Bug, messages::was_called_outside_a_run(name)).raise(position));
        };
        let checked = if args.has_unknown() {
            Checked { wants: Vec::new(), effect: declaration.kind.effect(), time_limit: Duration::ZERO }
        } else {
            declaration.check(&args).map_err(|failure| wrong_arguments(name, &failure).raise(position))?
        };
        let shown = self.session.secrets.shown(args.clone());
        let site = self.session.site(
            &spot.file,
            position.line().unwrap_or(0),
            position.position().unwrap_or(0),
            frame.body.as_deref(),
            name,
        );
        let key = self.session.watch.not_the_scripts(|| self.session.ledger().key(&frame.path, &site, &shown.hash()));
        let call = Call {
            function: name.to_owned(),
            effect: checked.effect,
            key,
            args: self.session.secrets.named(shown),
            // Made when it is needed: most calls of a resume are answered by the journal.
            token: String::new(),
            place: Some(spot.place_of(name)),
        };
        let settle = settle.map(|closure| (closure, author));
        let mut passing = Passing { declaration, frame, spot, args, checked, call, settle, opened: None };
        let decision = self.decide(&passing)?;
        match declaration.kind {
            Kind::Remembered | Kind::Person => self.recall(passing),
            Kind::Handle => self.handle(passing),
            _ if !passing.checked.effect.is_write() => self.read(passing),
            _ if self.session.plan => {
                self.give_token(&mut passing.call);
                self.session.listener.would(&passing.call, decision.asks());
                Ok(to_dynamic(Value::Unknown))
            }
            _ => self.write(passing, &decision),
        }
    }

    /// Converts, gathers and scans the arguments. Wrong ones take no place in the journal, since they fail the same way each time.
    fn arguments(
        &self,
        declaration: &Declaration,
        given: Vec<Dynamic>,
    ) -> Result<(Value, Option<FnPtr>), Box<ScriptError>> {
        let (given, settle) = take_settle(declaration, given);
        let mut values = Vec::with_capacity(given.len());
        for (nth, argument) in given.iter().enumerate() {
            let value = to_value(argument).map_err(|why| {
                ScriptError::new(Code::WrongArguments, messages::argument_of(nth + 1, declaration.name, why))
            })?;
            values.push(value);
        }
        let args = declaration.gather(values).map_err(|error| ScriptError::of_arguments(&error))?;
        if let Value::Map(map) = &args {
            let sinks: Vec<&str> = declaration.sinks().collect();
            for (name, value) in map.iter().filter(|(name, _)| !sinks.contains(&name.as_str())) {
                if let Some(inside) = self.session.secrets.token_path(value) {
                    let inside =
                        if inside.is_empty() || inside.starts_with('[') { inside } else { format!(".{inside}") };
                    let message = messages::a_secret_cannot_go_into(format!("{name}{inside}"), declaration.name);
                    let mut error = ScriptError::new(Code::WrongArguments, message);
                    error.hint = Some(match sinks.as_slice() {
                        [] => messages::takes_no_secrets(declaration.name),
                        sinks => messages::takes_secrets_in(sinks.join(", ")),
                    });
                    return Err(Box::new(error));
                }
            }
        }
        Ok((args, settle))
    }

    pub(super) fn decide(&self, passing: &Passing<'_>) -> Result<Decision, Raised> {
        let call = &passing.call;
        let facts = Facts {
            effect: passing.checked.effect,
            wants: &passing.checked.wants,
            granted: &passing.frame.granted,
            mode: if self.session.plan { crate::model::run::Mode::Normal } else { self.session.mode },
            reads_only: passing.frame.polling,
            now: self.session.world.clock().now(),
        };
        let decision = policy::decide(&facts, &self.session.policy);
        let Decision::Refuse(refusal) = &decision else { return Ok(decision) };
        let diagnostic = refusal::told(refusal, call, passing.spot.place_of(&call.function));
        let refused = Event::CallRefused {
            function: call.function.clone(),
            effect: call.effect,
            scope: call.key.scope.clone(),
            reason: diagnostic.message.clone(),
        };
        self.record(refused, passing.spot.position)?;
        Err(self.stop(StopKind::Refused, diagnostic, passing.spot.position))
    }

    /// Gives a call that will be made the token that the same call always has.
    pub(super) fn give_token(&self, call: &mut Call) {
        let opening = self.session.journal.history(|history| history.openings(&call.key.scope));
        call.token = idempotency_token(self.session.journal.run().as_str(), &call.key, opening);
    }

    /// A read: made again whenever it is asked for; recorded, unless a wait polls.
    fn read(&self, mut passing: Passing<'_>) -> Result<Dynamic, Raised> {
        self.give_token(&mut passing.call);
        self.reopen_handles(passing.spot)?;
        let (outcome, seq) = self.read_once(&passing)?;
        given(&passing.call.function, outcome, seq, passing.spot.position)
    }

    /// Makes a read and records it.
    pub(super) fn read_once(&self, passing: &Passing<'_>) -> Result<(Outcome, Option<Seq>), Raised> {
        let position = passing.spot.position;
        let receipt =
            self.session.journal.admit(passing.call.clone()).map_err(|error| self.journal_lost(&error, position))?;
        self.session.listener.calling(&passing.call);
        let clock = self.session.world.clock();
        let started = clock.monotonic();
        let outcome = self.attempts(passing, &receipt);
        let took = clock.monotonic().saturating_sub(started);
        self.open(position)?;
        if let Outcome::Failed(failure) = &outcome
            && failure.kind == FailureKind::Credentials
        {
            return Err(self.not_logged_in(passing, failure));
        }
        if passing.frame.polling {
            drop(receipt);
            self.note_secrets(&passing.call, &outcome, passing.spot)?;
            return Ok((outcome, None));
        }
        let seq = self
            .kept(|journal| journal.finish(receipt, self.shown(outcome.clone()), took))
            .map_err(|error| self.journal_lost(&error, position))?;
        self.note_secrets(&passing.call, &outcome, passing.spot)?;
        Ok((outcome, Some(seq)))
    }

    /// A question to a person, or a drawn value: asked once, then remembered.
    fn recall(&self, mut passing: Passing<'_>) -> Result<Dynamic, Raised> {
        let position = passing.spot.position;
        let function = passing.call.function.clone();
        let found = self
            .session
            .journal
            .history(|history| self.session.ledger().look_up(history, &passing.call.key, Effect::Read));
        if let Found::Recorded(seq, outcome) = found {
            self.session.listener.replayed_call(&passing.call);
            return given(&function, self.armed(outcome), Some(seq), position);
        }
        self.give_token(&mut passing.call);
        if passing.frame.polling {
            return Err(ScriptError::new(
                Code::WriteInWait,
                messages::cannot_stand_inside_wait_until_its_answer(&function),
            )
            .raise(position));
        }
        let is_person = passing.declaration.kind == Kind::Person;
        if is_person && self.session.plan {
            self.session.listener.would(&passing.call, None);
            return Ok(to_dynamic(Value::Unknown));
        }
        if is_person && self.session.yes && function == "human::confirm" {
            let (outcome, seq) = self.remember(&passing, Outcome::Ok(Value::Bool(true)), Duration::ZERO)?;
            return given(&function, outcome, Some(seq), position);
        }
        let (outcome, seq) = self.ask_once(&passing)?;
        given(&function, outcome, Some(seq), position)
    }

    /// Asks a person, or draws a value, and records what came of it.
    pub(super) fn ask_once(&self, passing: &Passing<'_>) -> Result<(Outcome, Seq), Raised> {
        let position = passing.spot.position;
        let function = passing.call.function.clone();
        let receipt =
            self.session.journal.admit(passing.call.clone()).map_err(|error| self.journal_lost(&error, position))?;
        self.session.listener.calling(&passing.call);
        let clock = self.session.world.clock();
        let started = clock.monotonic();
        let result = if passing.declaration.kind == Kind::Person {
            let _one = self.session.asking.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            self.session.listener.asking(true);
            let result = self.perform(passing, &receipt);
            self.session.listener.asking(false);
            if let Some(elsewhere) = self.session.world.person().answered_elsewhere() {
                let text = messages::answered_elsewhere(&function, &elsewhere.at);
                self.record(Event::Noted { text, by: elsewhere.by }, position)?;
            }
            result
        } else {
            self.perform(passing, &receipt)
        };
        let took = clock.monotonic().saturating_sub(started);
        drop(receipt);
        self.open(position)?;
        let place = passing.spot.place_of(&passing.call.function);
        match result {
            Err(failure) if failure.kind == FailureKind::NeedsPerson => {
                // Somebody was there, and did not answer in time.
                let message = match &failure.details {
                    Value::Text(limit) => messages::was_not_answered_in_time(&function, limit),
                    _ => messages::needs_an_answer_and_nobody_is_there(&function),
                };
                let diagnostic = Diagnostic::error(Code::Waiting, message)
                    .at(place, function.chars().count(), "")
                    .note(question_of(&passing.call).unwrap_or(failure.message));
                let diagnostic = ways_to_answer(diagnostic, self.session.journal.run(), how_to_answer(&function));
                Err(self.stop(StopKind::Waiting, diagnostic, position))
            }
            Err(failure) if failure.kind == FailureKind::Interrupted => {
                let diagnostic = Diagnostic::error(Code::Interrupted, messages::stopped_at_the_question(&function)).at(
                    place,
                    function.chars().count(),
                    "",
                );
                Err(self.stop(StopKind::Interrupted, diagnostic, position))
            }
            Err(failure) if failure.kind == FailureKind::Refused => {
                let diagnostic =
                    Diagnostic::error(Code::Declined, failure.message).at(place, function.chars().count(), "");
                Err(self.stop(StopKind::Refused, diagnostic, position))
            }
            Ok(value) => self.remember(passing, Outcome::Ok(value), took),
            Err(failure) => self.remember(passing, Outcome::Failed(failure), took),
        }
    }

    fn remember(&self, passing: &Passing<'_>, outcome: Outcome, took: Duration) -> Result<(Outcome, Seq), Raised> {
        let position = passing.spot.position;
        let journal = &self.session.journal;
        let lost = |error: JournalError| self.journal_lost(&error, position);
        let receipt = journal.admit(passing.call.clone()).map_err(lost)?;
        let seq = self.kept(|journal| journal.finish(receipt, self.shown(outcome.clone()), took)).map_err(lost)?;
        // An answer is remembered like a write: it must not be asked for twice.
        journal.flush().map_err(lost)?;
        self.note_secrets(&passing.call, &outcome, passing.spot)?;
        Ok((outcome, seq))
    }

    /// A write: given from the journal if it was made, settled if in doubt, made if it is new.
    fn write(&self, mut passing: Passing<'_>, decision: &Decision) -> Result<Dynamic, Raised> {
        let position = passing.spot.position;
        let function = passing.call.function.clone();
        let effect = passing.checked.effect;
        let mut found =
            self.session.journal.history(|history| self.session.ledger().look_up(history, &passing.call.key, effect));
        if !matches!(found, Found::Recorded(..)) {
            self.give_token(&mut passing.call);
        }
        if let Found::Diverged(earlier) = found {
            found = self.diverged(&passing, earlier)?;
        }
        match found {
            Found::Recorded(seq, outcome) => {
                self.session.listener.replayed_call(&passing.call);
                return given(&function, self.armed(outcome), Some(seq), position);
            }
            Found::Instead(seq) => {
                let outcome = settle::instead(self, &passing, seq)?;
                self.session.listener.replayed_call(&passing.call);
                return given(&function, outcome, Some(seq), position);
            }
            Found::InDoubt(seq) => {
                let begun =
                    self.session.journal.history(|history| history.calls.get(&seq).map(|c| c.call.token.clone()));
                if let Some(token) = begun {
                    passing.call.token = token;
                }
                self.reopen_handles(passing.spot)?;
                // An ensure in doubt is repeated, with the same token.
                if effect != Effect::Ensure
                    && let Some(value) = settle::reached(self, &passing, seq)?
                {
                    return Ok(to_dynamic(value));
                }
            }
            Found::New | Found::Diverged(_) => {}
        }
        self.reopen_handles(passing.spot)?;
        let approval = self.asked_for(&passing, decision)?;
        self.make(&passing, decision, approval)
    }

    /// Records the intent, makes the call, records what came of it. Once more when the answer was lost and it is proven that
    /// nothing happened.
    fn make(&self, passing: &Passing<'_>, decision: &Decision, mut approval: Option<Seq>) -> Result<Dynamic, Raised> {
        let position = passing.spot.position;
        for last in [false, true] {
            if last && *decision == Decision::Approve {
                // Looking took its time: the approval may have expired.
                approval = self.asked_for(passing, decision)?;
            }
            let (begun, outcome) = self.make_once(passing, approval)?;
            match outcome {
                Outcome::Failed(failure) if failure.kind == FailureKind::Unknown => {
                    if let Some(value) = settle::while_alive(self, passing, begun, &failure)? {
                        return Ok(value);
                    }
                    if last {
                        // Recorded, so that a script that survives it meets it again.
                        let outcome = Outcome::Failed(Failure { kind: FailureKind::Unavailable, ..failure });
                        let ended = Event::CallEnded { call: begun, outcome: self.shown(outcome.clone()), took_ms: 0 };
                        self.record(ended, position)?;
                        return given(&passing.call.function, outcome, Some(begun), position);
                    }
                }
                outcome => return given(&passing.call.function, outcome, Some(begun), position),
            }
        }
        Err(terminated(position))
    }

    fn make_once(&self, passing: &Passing<'_>, approval: Option<Seq>) -> Result<(Seq, Outcome), Raised> {
        let position = passing.spot.position;
        let lost = |error: JournalError| self.journal_lost(&error, position);
        // A question may have taken long; the run may have stopped meanwhile.
        self.open(position)?;
        let receipt = self
            .kept(|journal| journal.begin(passing.call.clone(), passing.checked.time_limit, approval))
            .map_err(lost)?;
        let begun = receipt.begun().unwrap_or_default();
        self.session.listener.calling(&passing.call);
        let clock = self.session.world.clock();
        let started = clock.monotonic();
        let outcome = self.attempts(passing, &receipt);
        let took = clock.monotonic().saturating_sub(started);
        match &outcome {
            Outcome::Failed(failure) if failure.kind == FailureKind::Unknown => Ok((begun, outcome)),
            Outcome::Failed(failure) if matches!(failure.kind, FailureKind::Interrupted | FailureKind::Credentials) => {
                // Nothing was done: recorded as such, so that a resume makes it.
                let absent = Event::CallSettled {
                    call: begun,
                    verdict: Verdict::DidNotHappen,
                    by: SettledBy::Binding,
                    evidence: failure.message.clone(),
                };
                self.record(absent, position)?;
                if failure.kind == FailureKind::Credentials {
                    return Err(self.not_logged_in(passing, failure));
                }
                Err(terminated(position))
            }
            _ => {
                // Recorded even when the run is stopping: this is the safe point.
                self.kept(|journal| journal.finish(receipt, self.shown(outcome.clone()), took)).map_err(lost)?;
                self.open(position)?;
                Ok((begun, outcome))
            }
        }
    }

    /// Stops the run, which goes on once somebody has logged in.
    fn not_logged_in(&self, passing: &Passing<'_>, failure: &Failure) -> Raised {
        let call = &passing.call;
        let place = passing.spot.place_of(&call.function);
        let mut diagnostic = Diagnostic::error(Code::Credentials, failure.message.clone())
            .at(place, call.function.chars().count(), "")
            .state(messages::nothing_was_sent());
        if let Some(hint) = &failure.hint {
            diagnostic = diagnostic.next(hint.clone());
        }
        self.stop(StopKind::Credentials, diagnostic, passing.spot.position)
    }

    /// Makes a call, again where that is harmless and nobody was reached.
    fn attempts(&self, passing: &Passing<'_>, receipt: &Receipt) -> Outcome {
        let repeatable = passing.checked.effect <= Effect::Ensure && !passing.frame.polling;
        let mut waits = RETRY_WAITS.iter();
        let mut attempt = 1;
        loop {
            let failure = match self.perform(passing, receipt) {
                Ok(value) => return Outcome::Ok(value),
                Err(failure) => failure,
            };
            let worth_it = match failure.kind {
                FailureKind::Unavailable => true,
                FailureKind::Unknown => passing.checked.effect == Effect::Ensure,
                _ => false,
            };
            let wait = waits.next().filter(|_| repeatable && worth_it && !self.has_stopped());
            let Some(wait) = wait else { return Outcome::Failed(failure) };
            attempt += 1;
            let retried = Event::CallRetried {
                call: receipt.begun(),
                function: passing.call.function.clone(),
                attempt,
                reason: failure.message.clone(),
                wait_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            };
            if self.session.journal.record(retried).is_err() {
                return Outcome::Failed(failure);
            }
            self.pause(*wait);
        }
    }

    /// Waits, unless the run is to stop.
    pub fn pause(&self, duration: Duration) {
        let clock = self.session.world.clock();
        let ends = if scope::is_closing() { self.session.stop.cancel() } else { self.session.stop.stopping() };
        self.session.runtime.block_on(async {
            tokio::select! {
                () = clock.sleep(duration) => {}
                () = ends.cancelled() => {}
            }
        });
    }

    fn perform(&self, passing: &Passing<'_>, receipt: &Receipt) -> Result<Value, Failure> {
        let session = &self.session;
        let call = receipt.call();
        let progress = |seen| session.listener.progress(call, &seen);
        let closing = scope::is_closing();
        let quiet = tokio_util::sync::CancellationToken::new();
        // A close runs after the stop: what told the script to stop must not end it.
        let stopping = if closing { quiet } else { session.stop.stopping().clone() };
        let context = Context {
            clock: session.world.clock(),
            person: session.world.person(),
            secrets: &session.secrets,
            shared: &session.shared,
            project: &session.project,
            guard: &session.guard,
            function: &call.function,
            run: session.journal.run().as_str(),
            token: &call.token,
            cancel: session.stop.cancel().clone(),
            stopping: stopping.clone(),
            progress: &progress,
            opened: passing.opened.as_ref(),
            keep: &|thing| session.handles.keep(&call.key, thing),
        };
        // A person sees what is recorded, not what it stands for.
        let args = if passing.declaration.kind == Kind::Person { &call.args } else { &passing.args };
        let mut deed = session.world.perform(receipt, call, passing.declaration.live(args, &context));
        let is_write = passing.checked.effect.is_write();
        let limit = passing.checked.time_limit.saturating_add(OVERTIME);
        session.runtime.block_on(async {
            let overtime = async {
                if limit < Duration::MAX / 2 {
                    session.world.clock().sleep(limit).await;
                } else {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                biased;
                result = &mut deed => result,
                () = stopping.cancelled(), if !is_write => Err(Failure::new(FailureKind::Interrupted, messages::the_run_is_stopping())),
                () = context.cancel.cancelled() => tokio::select! {
                    biased;
                    result = &mut deed => result,
                    () = session.world.clock().sleep(LAST_WORD) => {
                        Err(Failure::unknown(messages::it_was_told_to_end_and_did_not()))
                    }
                },
                () = overtime => {
                    let message = messages::no_answer_within(crate::model::duration::say(limit));
                    Err(Failure::new(if is_write { FailureKind::Unknown } else { FailureKind::Failed }, message))
                }
            }
        })
    }

    /// An outcome as the journal keeps it.
    fn shown(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Ok(value) => Outcome::Ok(self.session.secrets.shown(value)),
            failed => failed,
        }
    }

    /// An outcome that the journal kept, as the script may have it.
    pub(super) fn armed(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Ok(value) => Outcome::Ok(self.session.secrets.armed(value)),
            failed => failed,
        }
    }

    /// The script asks for something other than what was done: a person chooses; unattended the run stops.
    fn diverged(&self, passing: &Passing<'_>, earlier: Seq) -> Result<Found, Raised> {
        let call = &passing.call;
        let recorded = self.session.journal.history(|history| history.calls.get(&earlier).cloned());
        let Some(recorded) = recorded else { return Ok(Found::New) };
        let shown = vec![
            messages::asks_for_something_else(&call.function, &call.key.scope),
            messages::done_at(&recorded.at, recorded.call.args.to_json()),
            messages::asked_for_now(call.args.to_json()),
        ];
        let choices = vec![messages::do_it_as_well(), messages::keep_the_earlier_one(), messages::stop_here()];
        let answer = self.ask(&Question::Decide { shown: shown.clone(), choices }, "");
        let choice = match answer {
            Answer::Given(Value::Int(0)) => DivergenceChoice::Both,
            Answer::Given(Value::Int(1)) => DivergenceChoice::Earlier,
            _ => {
                let diagnostic = Diagnostic::error(Code::Diverged, shown.first().cloned().unwrap_or_default())
                    .at(passing.spot.place_of(&call.function), call.function.chars().count(), "")
                    .note(shown.get(1).cloned().unwrap_or_default())
                    .note(shown.get(2).cloned().unwrap_or_default())
                    .state(messages::nothing_was_sent())
                    .next(messages::choose_on_a_terminal(self.session.journal.run()));
                return Err(self.stop(StopKind::Diverged, diagnostic, passing.spot.position));
            }
        };
        let event = Event::Diverged {
            scope: call.key.scope.clone(),
            site: call.key.site.to_string(),
            args_hash: call.key.args_hash.to_string(),
            earlier,
            choice,
            by: self.session.by.clone(),
        };
        self.record(event, passing.spot.position)?;
        Ok(self.session.journal.history(|history| self.session.ledger().look_up(history, &call.key, call.effect)))
    }
}

/// What a recorded or fresh outcome is to the script.
pub(super) fn given(
    function: &str,
    outcome: Outcome,
    call: Option<Seq>,
    position: Position,
) -> Result<Dynamic, Raised> {
    match outcome {
        Outcome::Ok(value) => Ok(to_dynamic(value)),
        Outcome::Failed(failure) => {
            scope::note_failed(call);
            Err(ScriptError::of_call(function, &failure, call).raise(position))
        }
    }
}

fn wrong_arguments(name: &str, failure: &Failure) -> ScriptError {
    let mut error = ScriptError::of_call(name, failure, None);
    error.code = Some(Code::WrongArguments);
    error
}

/// Takes the author's `settle` closure out of the last map.
fn take_settle(declaration: &Declaration, mut given: Vec<Dynamic>) -> (Vec<Dynamic>, Option<FnPtr>) {
    if !declaration.author_settles {
        return (given, None);
    }
    let settle = given.last_mut().and_then(|last| {
        // A copy, since the script may still hold the map.
        let mut options = last.read_lock::<rhai::Map>().map(|options| options.clone())?;
        let settle = options.get("settle")?.read_lock::<FnPtr>().map(|closure| closure.clone())?;
        options.remove("settle");
        *last = Dynamic::from_map(options);
        Some(settle)
    });
    (given, settle)
}

/// What is told when the journal fails.
#[must_use]
pub fn journal_diagnostic(error: &JournalError) -> Diagnostic {
    let code = match error {
        JournalError::Newer { .. } => Code::JournalNewer,
        JournalError::Damaged { .. } => Code::JournalDamaged,
        JournalError::NoSuchRun(_) => Code::NoSuchRun,
        JournalError::Held { run: Some(_), .. } => Code::EnvironmentHeld,
        JournalError::Held { .. } => Code::RunHeld,
        JournalError::Exposed { .. } => Code::JournalExposed,
        JournalError::Differs(_) => Code::RunDiffers,
        JournalError::Unavailable { .. } | JournalError::Taken => Code::JournalWrite,
    };
    let diagnostic = Diagnostic::error(code, error.to_string());
    match code {
        Code::RunHeld => diagnostic.next(crate::messages::journal::wait_for_the_holder()),
        _ => diagnostic,
    }
}
