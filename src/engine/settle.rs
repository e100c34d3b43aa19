//! Finding out whether a call in doubt happened: by the binding, by the author's closure, by a person. Never by guessing.

use std::time::Duration;

use rhai::{Dynamic, Map};

use super::conversion::{to_dynamic, to_value};
use super::error::Raised;
use super::gate::{Gate, Passing};
use super::stop::Stop;
use crate::binding::Context;
use crate::journal::JournalError;
use crate::messages::engine as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::entry::{Event, Seq, SettledBy, Verdict};
use crate::model::failure::{Failure, Outcome};
use crate::model::history::RecordedCall;
use crate::model::place::Place;
use crate::model::run::StopKind;
use crate::model::value::Value;
use crate::world::Settled;
use crate::world::clock;
use crate::world::person::{Answer, Question};

/// How often the author's closure is asked whether a call happened that may still be on its way.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// The same for a binding, which costs the peer a request each time.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// A call whose answer was lost while the process lives: the same case as after a crash. Gives its result when it happened,
/// nothing when it provably did not and may be made.
///
/// # Errors
/// The error that ends the script when it stays in doubt.
pub(super) fn while_alive(
    gate: &Gate,
    passing: &Passing<'_>,
    begun: Seq,
    failure: &Failure,
) -> Result<Option<Dynamic>, Raised> {
    if passing.checked.effect == crate::model::effect::Effect::Ensure {
        // It was repeated as often as makes sense; a resume repeats it again, with the same token.
        return Err(gate.stop(
            StopKind::InDoubt,
            in_doubt(gate, &passing.call.function, begun, &failure.message, Some(passing.spot.place())),
            passing.spot.position,
        ));
    }
    match decide(gate, passing, begun, &failure.message)? {
        Verdict::Happened(value) => {
            gate.open(passing.spot.position)?;
            Ok(Some(to_dynamic(value)))
        }
        Verdict::DidNotHappen => gate.open(passing.spot.position).map(|()| None),
    }
}

/// A call in doubt that the script has reached. Gives its result when it happened, nothing when it may be made.
///
/// # Errors
/// The error that ends the script when it stays in doubt.
pub(super) fn reached(gate: &Gate, passing: &Passing<'_>, begun: Seq) -> Result<Option<Value>, Raised> {
    match decide(gate, passing, begun, &messages::no_result_was_recorded())? {
        Verdict::Happened(value) => Ok(Some(value)),
        Verdict::DidNotHappen => Ok(None),
    }
}

/// What came of an earlier call that stands for this one by a person's decision; in doubt, a person knows that as well.
///
/// # Errors
/// The error that ends the script when it stays in doubt.
pub(super) fn instead(gate: &Gate, passing: &Passing<'_>, earlier: Seq) -> Result<Outcome, Raised> {
    let session = gate.session();
    let recorded = session.journal.history(|history| history.calls.get(&earlier).cloned());
    let Some(recorded) = recorded else { return Ok(Outcome::Ok(Value::Unit)) };
    match &recorded.outcome {
        Some(outcome) if !recorded.is_in_doubt() => return Ok(gate.armed(outcome.clone())),
        None if recorded.absent => return Ok(Outcome::Ok(Value::Unit)),
        _ => {}
    }
    let looked = vec![messages::it_stands_for_a_call_that_the_script()];
    match by_person(gate, &recorded, &looked) {
        Some(verdict) => {
            let by = SettledBy::Person(session.by.clone());
            match record(gate, earlier, verdict, by, &looked.join("; "), passing)? {
                Verdict::Happened(value) => Ok(Outcome::Ok(value)),
                Verdict::DidNotHappen => Ok(Outcome::Ok(Value::Unit)),
            }
        }
        None => {
            let why = messages::no_result_was_recorded();
            let place = Some(passing.spot.place());
            let diagnostic = in_doubt(gate, &recorded.call.function, earlier, &why, place);
            Err(gate.stop(StopKind::InDoubt, diagnostic, passing.spot.position))
        }
    }
}

fn decide(gate: &Gate, passing: &Passing<'_>, begun: Seq, why: &str) -> Result<Verdict, Raised> {
    let session = gate.session();
    let mut looked = Vec::new();
    match by_binding(gate, passing.declaration, &passing.args, begun) {
        Settled::Happened(value) => {
            return record(gate, begun, Verdict::Happened(value), SettledBy::Binding, "found", passing);
        }
        Settled::DidNotHappen => {
            return record(gate, begun, Verdict::DidNotHappen, SettledBy::Binding, &messages::proven_absent(), passing);
        }
        Settled::Unknown(evidence) => looked.push(evidence),
    }
    match by_author(gate, passing, begun)? {
        Ok(verdict) => {
            return record(gate, begun, verdict, SettledBy::Author, &messages::the_runbook_s_settle_said_so(), passing);
        }
        Err(evidence) => looked.extend(evidence),
    }
    let recorded = session.journal.history(|history| history.calls.get(&begun).cloned());
    if let Some(recorded) = recorded
        && let Some(verdict) = by_person(gate, &recorded, &looked)
    {
        return record(gate, begun, verdict, SettledBy::Person(session.by.clone()), &looked.join("; "), passing);
    }
    let mut diagnostic = in_doubt(gate, &passing.call.function, begun, why, Some(passing.spot.place()));
    for evidence in looked {
        diagnostic = diagnostic.note(messages::hint_2(&evidence));
    }
    Err(gate.stop(StopKind::InDoubt, diagnostic, passing.spot.position))
}

/// Lets the author's closure look; what it says, or what is told of it when it says nothing. Its "it did not happen" is taken only
/// once the call can't happen any more: before, it is asked again and again, as what was on its way may have arrived.
///
/// # Errors
/// The error that ends the script when the run stops meanwhile.
fn by_author(gate: &Gate, passing: &Passing<'_>, begun: Seq) -> Result<Result<Verdict, Option<String>>, Raised> {
    let Some((closure, author)) = &passing.settle else { return Ok(Err(None)) };
    let recorded = gate.session().journal.history(|history| history.calls.get(&begun).cloned());
    loop {
        // Taken before the look: what arrives after it is not seen by it.
        let left = match &recorded {
            Some(recorded) if !passing.declaration.ends_with_us => still_on_its_way(gate, recorded),
            _ => Duration::ZERO,
        };
        let said = match author(closure) {
            Ok(said) => author_verdict(&said),
            Err(_) if gate.is_ending() => return Err(super::error::terminated(passing.spot.position)),
            Err(error) => {
                let why = super::sandbox::Fault::of(&error, "").message;
                return Ok(Err(Some(messages::the_runbook_s_settle_failed(&why))));
            }
        };
        match (said, &recorded) {
            (Ok(Some(Verdict::DidNotHappen)), Some(recorded)) if !left.is_zero() => {
                if gate.has_stopped() {
                    return Ok(Err(Some(messages::nothing_was_found_yet())));
                }
                wait_for_it(gate, recorded, left.min(ASK_AGAIN));
            }
            (Ok(Some(verdict)), _) => return Ok(Ok(verdict)),
            (Ok(None), _) => return Ok(Err(Some(messages::the_runbook_s_settle_could_not_tell()))),
            (Err(why), _) => return Ok(Err(Some(why))),
        }
    }
}

/// How long a call that was begun may still reach its end: to its deadline.
fn still_on_its_way(gate: &Gate, recorded: &RecordedCall) -> Duration {
    let deadline = recorded.deadline.as_deref();
    deadline.and_then(|deadline| clock::until(gate.session().world.clock(), deadline)).unwrap_or(Duration::ZERO)
}

fn wait_for_it(gate: &Gate, recorded: &RecordedCall, time: Duration) {
    let text = messages::nothing_found_yet_but_it_may_still_be();
    gate.session().listener.progress(&recorded.call, &crate::binding::Progress::State(text.to_owned()));
    gate.pause(time);
}

/// Lets the binding look. Only after the call's deadline may it say that nothing happened: before, the request may still be on
/// its way.
pub(super) fn by_binding(gate: &Gate, declaration: &crate::binding::Declaration, args: &Value, begun: Seq) -> Settled {
    let session = gate.session();
    let recorded = session.journal.history(|history| history.calls.get(&begun).cloned());
    let Some(recorded) = recorded else { return Settled::Unknown(messages::the_call_is_not_in_the_journal()) };
    loop {
        let left = still_on_its_way(gate, &recorded);
        let seen = look(gate, declaration, args, &recorded);
        if seen != Settled::DidNotHappen || left.is_zero() {
            return seen;
        }
        if gate.has_stopped() {
            return Settled::Unknown(messages::nothing_was_found_yet());
        }
        wait_for_it(gate, &recorded, left.min(LOOK_AGAIN));
    }
}

fn look(gate: &Gate, declaration: &crate::binding::Declaration, args: &Value, recorded: &RecordedCall) -> Settled {
    let session = gate.session();
    let progress = |seen| session.listener.progress(&recorded.call, &seen);
    let context = Context {
        clock: session.world.clock(),
        person: session.world.person(),
        secrets: &session.secrets,
        shared: &session.shared,
        project: &session.project,
        guard: &session.guard,
        function: &recorded.call.function,
        run: session.journal.run().as_str(),
        token: &recorded.call.token,
        cancel: session.stop.cancel().clone(),
        stopping: session.stop.stopping().clone(),
        progress: &progress,
        opened: None,
        keep: &drop,
    };
    let look = session.world.settle(&recorded.call, declaration.settle(args, &context));
    session.runtime.block_on(async {
        tokio::select! {
            seen = look => seen,
            () = session.stop.cancel().cancelled() => Settled::Unknown(messages::the_look_was_cut_off()),
        }
    })
}

/// What the author's closure said: `#{ happened: true, value }`, `#{ happened: false }`, or nothing for "can't tell".
fn author_verdict(said: &Dynamic) -> Result<Option<Verdict>, String> {
    if said.is_unit() {
        return Ok(None);
    }
    let form = messages::settle_gives_or_nothing_when_it_cannot_tell();
    let map = said.read_lock::<Map>().ok_or_else(|| form.clone())?;
    let happened = map.get("happened").and_then(|happened| happened.as_bool().ok()).ok_or(form)?;
    if !happened {
        return Ok(Some(Verdict::DidNotHappen));
    }
    let value = map.get("value").map(to_value).transpose()?.unwrap_or_default();
    Ok(Some(Verdict::Happened(value)))
}

/// Asks the person at the terminal.
pub(super) fn by_person(gate: &Gate, recorded: &RecordedCall, looked: &[String]) -> Option<Verdict> {
    let mut shown = vec![
        messages::may_or_may_not_have_happened(recorded.call.effect.badge(), &recorded.call.function),
        messages::begun(&recorded.at),
        messages::arguments(recorded.call.args.to_json()),
    ];
    shown.extend(looked.iter().map(messages::looked));
    let choices = vec![
        messages::it_happened(),
        messages::it_did_not_happen_it_may_be_made(),
        messages::stop_here_and_ask_somebody(),
    ];
    match gate.ask(&Question::Decide { shown, choices }, "") {
        Answer::Given(Value::Int(0)) => Some(Verdict::Happened(Value::Unit)),
        Answer::Given(Value::Int(1)) => Some(Verdict::DidNotHappen),
        _ => None,
    }
}

fn record(
    gate: &Gate,
    call: Seq,
    verdict: Verdict,
    by: SettledBy,
    evidence: &str,
    passing: &Passing<'_>,
) -> Result<Verdict, Raised> {
    let kept = shown(gate, verdict.clone());
    let event = Event::CallSettled { call, verdict: kept, by, evidence: evidence.to_owned() };
    gate.record(event, passing.spot.position)?;
    Ok(verdict)
}

/// Settles, before the script starts, every call in doubt that its binding can settle by itself.
///
/// # Errors
/// A journal that fails.
pub fn before_start(gate: &Gate) -> Result<(), Box<Stop>> {
    let session = gate.session();
    let doubts: Vec<RecordedCall> = session.journal.history(|history| history.in_doubt().cloned().collect());
    for doubt in doubts {
        let Some(declaration) = session.registry.get(&doubt.call.function) else { continue };
        // A call with secrets in it is looked at when the script reaches it: only then are they filled in.
        if doubt.call.effect == crate::model::effect::Effect::Ensure || holds_secret(&doubt.call.args) {
            continue;
        }
        let verdict = match by_binding(gate, declaration, &doubt.call.args, doubt.seq) {
            Settled::Happened(value) => Verdict::Happened(value),
            Settled::DidNotHappen => Verdict::DidNotHappen,
            Settled::Unknown(_) => continue,
        };
        let event = Event::CallSettled {
            call: doubt.seq,
            verdict: shown(gate, verdict),
            by: SettledBy::Binding,
            evidence: messages::looked_at_before_the_script_started(),
        };
        let stored = session.journal.record(event);
        stored.map_err(|error| lost(&error))?;
    }
    Ok(())
}

/// Puts to a person what the script no longer reaches; unattended the run stops in doubt.
///
/// # Errors
/// The stop, when something stays in doubt.
pub fn after_end(gate: &Gate) -> Result<(), Box<Stop>> {
    let session = gate.session();
    let doubts: Vec<RecordedCall> = session.journal.history(|history| history.in_doubt().cloned().collect());
    for doubt in doubts {
        let looked = vec![messages::the_script_has_ended_and_did_not_come()];
        match by_person(gate, &doubt, &looked) {
            Some(verdict) => {
                let event = Event::CallSettled {
                    call: doubt.seq,
                    verdict,
                    by: SettledBy::Person(session.by.clone()),
                    evidence: looked.join("; "),
                };
                let stored = session.journal.record(event);
                stored.map_err(|error| lost(&error))?;
            }
            None => {
                let why = messages::the_script_has_ended_without_coming();
                let diagnostic = in_doubt(gate, &doubt.call.function, doubt.seq, &why, doubt.call.place.clone());
                return Err(Box::new(Stop { kind: StopKind::InDoubt, diagnostic }));
            }
        }
    }
    Ok(())
}

/// A verdict as the journal keeps it.
fn shown(gate: &Gate, verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Happened(value) => Verdict::Happened(gate.session().secrets.shown(value)),
        Verdict::DidNotHappen => Verdict::DidNotHappen,
    }
}

fn lost(error: &JournalError) -> Box<Stop> {
    Box::new(Stop { kind: StopKind::Journal, diagnostic: super::gate::journal_diagnostic(error) })
}

fn holds_secret(args: &Value) -> bool {
    args.to_json().to_string().contains(crate::model::secret::OPEN)
}

fn in_doubt(gate: &Gate, function: &str, begun: Seq, why: &str, place: Option<Place>) -> Diagnostic {
    let run = gate.session().journal.run();
    Diagnostic::error(Code::InDoubt, messages::run_stopped_in_doubt_at(run, function))
        .at_place(place)
        .note(messages::it_may_or_may_not_have_happened(why))
        .next(messages::when_you_know(run, begun))
        .next(messages::then(run))
}
