//! `hold(name, || open, |it| close)` and `cleanup(name, || …)`: pairs what must be undone with what made it.

use rhai::{Dynamic, Engine, FnPtr, GlobalRuntimeState, NativeCallContext};

use super::Caller;
use crate::engine::conversion::{to_dynamic, to_value};
use crate::engine::error::{Raised, ScriptError};
use crate::engine::gate::{Gate, Spot};
use crate::engine::sandbox::{call_closure, unshared};
use crate::engine::scope::{self, Frame};
use crate::engine::session::OpenClose;
use crate::messages::engine as messages;
use crate::model::approval;
use crate::model::code::Code;
use crate::model::effect::Effect;
use crate::model::entry::{BodyEnd, Event, Seq};
use crate::model::history::OpenHold;
use crate::model::scope::{ScopePath, Segment};
use crate::model::value::Value;

pub(super) fn register(engine: &mut Engine, gate: &Gate) {
    let holding = gate.clone();
    engine.register_fn(
        "hold",
        move |context: NativeCallContext, name: &str, open: FnPtr, close: FnPtr| -> Result<Dynamic, Raised> {
            let caller = Caller::of(&context);
            open_hold(&holding, &caller, name, Some(&open), &close)
        },
    );
    let cleaning = gate.clone();
    engine.register_fn("cleanup", move |context: NativeCallContext, name: &str, close: FnPtr| -> Result<(), Raised> {
        let caller = Caller::of(&context);
        open_hold(&cleaning, &caller, name, None, &close).map(|_| ())
    });
}

fn open_hold(
    gate: &Gate,
    caller: &Caller<'_>,
    name: &str,
    open: Option<&FnPtr>,
    close: &FnPtr,
) -> Result<Dynamic, Raised> {
    gate.open(caller.position())?;
    let name = &gate.session().secrets.name(name);
    let frame = caller.frame()?;
    if frame.polling {
        return Err(caller.error(Code::WriteInWait, messages::hold_cannot_stand_inside_a_wait()));
    }
    let path = frame.path.inner(&Segment::Hold(name));
    caller.take_name(gate, &path, "hold")?;
    let close = unshared(close)?;
    let approval = approve_close(gate, caller, &path, &close)?;
    let value = match open {
        Some(open) => {
            let open = unshared(open)?;
            let inner = frame.inner(path, open.fn_name());
            scope::within(inner, || caller.call(&open, Vec::new()))?
        }
        None => Dynamic::UNIT,
    };
    let kept = to_value(&value)
        .map_err(|why| caller.error(Code::ScriptFailed, messages::what_opened_cannot_be_kept(name, &why)))?;
    let session = gate.session();
    let recipe = session
        .recipe(&caller.spot.file, &close)
        .map_err(|why| caller.error(Code::ScriptFailed, messages::the_close_of_cannot_be_kept(name, &why)))?;
    let shown = session.secrets.shown(kept.clone());
    gate.record(
        Event::HoldOpened { scope: frame.path.clone(), name: name.to_owned(), value: shown, close: recipe },
        caller.position(),
    )?;
    // Opened again: what a process before this one left open is this very thing.
    session.owed().retain(|owed| owed.scope != frame.path || owed.name != *name);
    let close = OpenClose {
        scope: frame.path.clone(),
        name: name.to_owned(),
        value: kept,
        source: session.source_of(close.fn_name(), &caller.spot.file).to_owned(),
        close,
        global: caller.global.clone(),
        approval,
    };
    session.closes().push(close);
    Ok(value)
}

/// A close that destroys is approved when it is opened: later there may be nobody to ask.
fn approve_close(gate: &Gate, caller: &Caller<'_>, path: &ScopePath, close: &FnPtr) -> Result<Option<Seq>, Raised> {
    let session = gate.session();
    let destroys: Vec<String> = session
        .sites
        .get(session.source_of(close.fn_name(), &caller.spot.file))
        .map(|sites| sites.calls_inside(close.fn_name()))
        .unwrap_or_default()
        .into_iter()
        .filter(|name| {
            session.registry.get(name).is_some_and(|declaration| declaration.kind.effect() == Effect::Destroy)
        })
        .collect();
    if destroys.is_empty() || session.plan {
        return Ok(None);
    }
    let bound_to = close_binding(gate, path, close.fn_name());
    // Opened by a process before this one and not closed since: approved then.
    if session.owed().iter().any(|owed| owed.scope.inner(&Segment::Hold(&owed.name)) == *path)
        && let Some(given) = session.journal.history(|history| history.approvals.get(&bound_to).map(|open| open.seq))
    {
        return Ok(Some(given));
    }
    let mut lines = vec![messages::the_close_of(Effect::Destroy.badge(), path.title().unwrap_or_default())];
    lines.push(messages::calls(destroys.join(", ")));
    gate.approved(&bound_to, lines, &caller.spot).map(Some)
}

/// What the approval of a close is bound to.
fn close_binding(gate: &Gate, path: &ScopePath, closure: &str) -> String {
    approval::of_close(gate.session().journal.run(), path, closure)
}

/// Runs a scope: its body, then the closes of what it holds, newest first. A body that has finished before is not run again, only
/// what is left of its closes; one that failed is run again once what it had open is closed.
///
/// # Errors
/// What the body raises, else what the first close that fails raises.
pub fn in_scope(
    gate: &Gate,
    engine: &Engine,
    spot: &Spot,
    frame: &Frame,
    body: impl FnOnce() -> Result<Dynamic, Raised>,
) -> Result<Dynamic, Raised> {
    let before = gate.session().journal.history(|history| history.closing.get(&frame.path).cloned());
    let result = match before {
        Some(BodyEnd::Finished(value)) => Ok(to_dynamic(gate.session().secrets.armed(value))),
        Some(BodyEnd::Failed) => {
            let _: Dynamic = close_scope(gate, engine, spot, frame, Ok(Dynamic::UNIT))?;
            scope::within(frame.clone(), body)
        }
        None => scope::within(frame.clone(), body),
    };
    let failed = result.as_ref().err().and_then(|_| scope::failed_call());
    let result = close_scope(gate, engine, spot, frame, result);
    scope::note_failed(failed);
    result
}

/// Runs the closes of a scope that ends, newest first; what the scope's body gave or raised stands.
fn close_scope(
    gate: &Gate,
    engine: &Engine,
    spot: &Spot,
    frame: &Frame,
    result: Result<Dynamic, Raised>,
) -> Result<Dynamic, Raised> {
    let mut result = result;
    loop {
        // Stopped: the engine runs what may still be run once all branches have come to rest.
        if gate.is_ending() {
            return result;
        }
        let Some(close) = next_in(gate, &frame.path) else {
            gate.session().handles.end_within(&frame.path);
            return result;
        };
        let mut end = BodyEnd::Failed;
        if let Ok(value) = &result {
            match kept(gate, value) {
                Ok(value) => end = BodyEnd::Finished(value),
                Err(why) => result = Err(why.into()),
            }
        }
        let begun = begin_closes(gate, &frame.path, end, spot);
        let closed = begun.and_then(|()| run_close(gate, engine, spot, frame, &close, false));
        if let Err(error) = closed {
            if gate.is_ending() {
                // Cut off by the stop: it is taken up again with the others.
                gate.session().ledger().forget_within(&close_path(&close.scope, &close.name));
                gate.session().closes().push(close);
            }
            // The first failure is the one to tell; the close stays owed.
            result = result.and(Err(error));
        }
    }
}

/// Records that the closes of a scope begin, once.
fn begin_closes(gate: &Gate, scope: &ScopePath, end: BodyEnd, spot: &Spot) -> Result<(), Raised> {
    if gate.session().journal.history(|history| history.closing.contains_key(scope)) {
        return Ok(());
    }
    gate.record(Event::ClosesBegun { scope: scope.clone(), end }, spot.position).map(|_| ())
}

fn kept(gate: &Gate, value: &Dynamic) -> Result<Value, String> {
    let secrets = &gate.session().secrets;
    let value = to_value(value).map_err(|why| messages::what_is_returned_cannot_be_kept(&why))?;
    Ok(secrets.shown(value))
}

/// Takes the newest close of a scope; then, what was left open in it by a process before this one.
fn next_in(gate: &Gate, scope: &ScopePath) -> Option<OpenClose> {
    let session = gate.session();
    let mut live = session.closes();
    if let Some(at) = live.iter().rposition(|close| close.scope == *scope) {
        return Some(live.remove(at));
    }
    let mut owed = session.owed();
    owed.iter().rposition(|close| close.scope.is_within(scope)).map(|at| owed.remove(at))
}

fn run_close(
    gate: &Gate,
    engine: &Engine,
    spot: &Spot,
    frame: &Frame,
    close: &OpenClose,
    closing: bool,
) -> Result<(), Raised> {
    let session = gate.session();
    let path = close_path(&close.scope, &close.name);
    let inner = Frame {
        closing: closing || frame.closing,
        approval: close.approval,
        ..frame.inner(path.clone(), close.close.fn_name())
    };
    let args = if close.value == Value::Unit { Vec::new() } else { vec![to_dynamic(close.value.clone())] };
    let args = fit(gate, close, args);
    let closed = scope::within(inner.clone(), || {
        let result = call_closure(engine, &close.global, spot.position, &close.close, args);
        // A close may hold something itself.
        close_scope(gate, engine, spot, &inner, result)
    });
    if let Err(error) = closed {
        let calls = ScriptError::of(&error).map(|error| error.calls).unwrap_or_default();
        session.failed_closes().extend(calls);
        return Err(error);
    }
    let closed = Event::HoldClosed { scope: close.scope.clone(), name: close.name.clone() };
    gate.record(closed, spot.position)?;
    let hold = close.scope.inner(&Segment::Hold(&close.name));
    session.handles.end_within(&hold);
    session.ledger().forget_within(&hold);
    Ok(())
}

/// Calls of a close have keys of their own, apart from those of the open.
fn close_path(scope: &ScopePath, name: &str) -> ScopePath {
    scope.inner(&Segment::Hold(name)).inner(&Segment::Step("close"))
}

/// A close may take what was opened or not: `|it| …` or `|| …`.
fn fit(gate: &Gate, close: &OpenClose, mut args: Vec<Dynamic>) -> Vec<Dynamic> {
    let parameters = gate.session().sites.get(&close.source).and_then(|sites| sites.parameters(close.close.fn_name()));
    if let Some(parameters) = parameters {
        args.resize(parameters.saturating_sub(close.close.curry().len()), Dynamic::UNIT);
    }
    args
}

/// Runs every close that is still open after the run has stopped, newest first. Gives those that failed and are still owed, with
/// their errors.
pub fn close_all(gate: &Gate, engine: &Engine, frame: &Frame) -> Vec<(String, Raised)> {
    let mut failed = Vec::new();
    loop {
        let session = gate.session();
        let live = session.closes().pop();
        let Some(close) = live.or_else(|| session.owed().pop()) else { return failed };
        let spot = Spot { file: session.main.clone(), position: rhai::Position::NONE };
        let begun = begin_closes(gate, &close.scope, BodyEnd::Failed, &spot);
        let closed = begun.and_then(|()| run_close(gate, engine, &spot, frame, &close, true));
        if let Err(error) = closed {
            failed.push((close.name, error));
        }
    }
}

/// The close of what a dead process left open. `close` is its closure without what it captured, `global` the state of the source
/// that holds it. The approval that was given when it was opened holds for as long as it is open.
#[must_use]
pub fn owed_close(gate: &Gate, open: &OpenHold, mut close: FnPtr, global: GlobalRuntimeState) -> OpenClose {
    let secrets = &gate.session().secrets;
    close.set_curry(open.close.captured.iter().cloned().map(|value| to_dynamic(secrets.armed(value))));
    let bound_to = close_binding(gate, &open.scope.inner(&Segment::Hold(&open.name)), close.fn_name());
    let approval = gate.session().journal.history(|history| history.approvals.get(&bound_to).map(|open| open.seq));
    OpenClose {
        scope: open.scope.clone(),
        name: open.name.clone(),
        value: secrets.armed(open.value.clone()),
        source: open.close.source.clone(),
        close,
        global,
        approval,
    }
}
