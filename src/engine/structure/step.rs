//! `step(name, || …)`: a named part of a run. Finished once, it is finished for good.

use rhai::{Dynamic, Engine, FnPtr, NativeCallContext};

use super::{Caller, hold, renamed};
use crate::engine::conversion::{not_known_yet, to_dynamic, to_value};
use crate::engine::error::{Raised, terminated};
use crate::engine::gate::Gate;
use crate::engine::sandbox::{Fault, unshared};
use crate::engine::scope::{self, Frame};
use crate::messages::engine as messages;
use crate::model::code::Code;
use crate::model::entry::Event;
use crate::model::scope::{ScopePath, Segment};
use crate::model::value::Value;

pub(super) fn register(engine: &mut Engine, gate: &Gate) {
    let gate = gate.clone();
    engine.register_fn("step", move |context: NativeCallContext, name: &str, body: FnPtr| -> Result<Dynamic, Raised> {
        let caller = Caller::of(&context);
        gate.open(caller.position())?;
        let frame = caller.frame()?;
        if frame.polling {
            return Err(caller.error(Code::WriteInWait, messages::a_step_cannot_stand_inside_wait_until_only()));
        }
        let path = frame.path.inner(&Segment::Step(&gate.session().secrets.name(name)));
        caller.take_name(&gate, &path, "step")?;
        renamed::decide(&gate, &caller, &path)?;
        run(&gate, &caller, &frame, path, &body, Vec::new())
    });
}

/// Runs the body of a step or branch in its scope, unless it is finished.
pub(super) fn run(
    gate: &Gate,
    caller: &Caller<'_>,
    frame: &Frame,
    path: ScopePath,
    body: &FnPtr,
    args: Vec<Dynamic>,
) -> Result<Dynamic, Raised> {
    let session = gate.session();
    let finished = session.journal.history(|history| history.finished.get(&path.whatever_attempt()).cloned());
    if let Some(value) = finished {
        session.listener.replayed_step(&path);
        return Ok(to_dynamic(session.secrets.armed(value)));
    }
    // The closure gets copies of what it captured, so that only its value leaves.
    let body = unshared(body)?;
    gate.record(Event::StepBegun { scope: path.clone() }, caller.position())?;
    scope::note_failed(None);
    let inner = frame.inner(path.clone(), body.fn_name());
    let result = hold::in_scope(gate, caller.engine, &caller.spot, &inner, || caller.call(&body, args));
    finish(gate, caller, &path, result)
}

pub(super) fn finish(
    gate: &Gate,
    caller: &Caller<'_>,
    path: &ScopePath,
    result: Result<Dynamic, Raised>,
) -> Result<Dynamic, Raised> {
    let session = gate.session();
    // A stop that the body swallowed is still a stop.
    if gate.is_ending() {
        return Err(result.err().unwrap_or_else(|| terminated(caller.position())));
    }
    match result {
        Ok(value) => {
            let kept = to_value(&value).map_err(|why| {
                let name = path.title().unwrap_or_default();
                caller.error(Code::ScriptFailed, messages::what_the_step_returns_cannot_be_kept(&name, &why))
            })?;
            let unasked = session.journal.history(|history| session.ledger().unasked_within(history, path));
            let kept = session.secrets.shown(kept);
            gate.record(Event::StepFinished { scope: path.clone(), value: kept, unasked }, caller.position())?;
            Ok(value)
        }
        Err(error) if session.plan && Fault::of(&error, "").message.contains(&not_known_yet()) => {
            session.listener.depends(path, &Fault::of(&error, "").message);
            Ok(to_dynamic(Value::Unknown))
        }
        Err(error) => {
            gate.record(Event::StepFailed { scope: path.clone(), error: message_of(&error) }, caller.position())?;
            Err(error)
        }
    }
}

/// The error as one line for people.
#[must_use]
pub fn message_of(error: &Raised) -> String {
    match crate::engine::error::ScriptError::of(error) {
        Some(raised) => match raised.function {
            Some(function) => format!("`{function}`: {}", raised.message),
            None => raised.message,
        },
        None => Fault::of(error, "").message,
    }
}
