//! `wait_until(#{ what, every, timeout }, || …)` and `time::sleep(duration)`: waits that survive a crash with their deadline.

use std::time::Duration;

use rhai::{Dynamic, Engine, FnPtr, Map, Module, NativeCallContext};

use super::Caller;
use super::retry::{duration, unknown_option};
use crate::engine::conversion::{to_dynamic, to_value};
use crate::engine::error::{Raised, terminated};
use crate::engine::gate::Gate;
use crate::engine::listener::Poll;
use crate::engine::sandbox::unshared;
use crate::engine::scope::{self, Frame};
use crate::engine::words::WAIT_OPTIONS;
use crate::messages::engine as messages;
use crate::model::code::Code;
use crate::model::entry::{Event, Seq, WaitEnd};
use crate::model::value::Value;
use crate::world::clock;

/// How often a wait looks when the script does not say.
const EVERY: Duration = Duration::from_secs(10);

/// How long a wait lasts when the script does not say.
const TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// The name of `not_yet`, and of the key in the map that it gives.
const NOT_YET: &str = "not_yet";

/// Deadlines are wall time: a laptop that slept must notice within this.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

struct Wait {
    what: String,
    every: Duration,
    timeout: Duration,
}

pub(super) fn register(engine: &mut Engine, gate: &Gate) {
    register_not_yet(engine);
    let gate = gate.clone();
    engine.register_fn(
        "wait_until",
        move |context: NativeCallContext, options: Map, body: FnPtr| -> Result<Dynamic, Raised> {
            let caller = Caller::of(&context);
            gate.open(caller.position())?;
            let frame = caller.frame()?;
            if frame.polling {
                return Err(caller.error(Code::WriteInWait, messages::a_wait_cannot_stand_inside_another_only()));
            }
            let wait = read_options(&caller, &options)?;
            let body = unshared(&body)?;
            let site = caller.nth_site(&gate, &frame, "wait_until");
            let recorded = gate
                .session()
                .journal
                .history(|history| history.waits.get(&(frame.path.clone(), site.clone())).cloned());
            if gate.session().plan {
                // One look is enough to tell how things stand; a plan does not wait.
                let inner = Frame { polling: true, ..frame.inner(frame.path.clone(), body.fn_name()) };
                let seen = scope::within(inner, || caller.call(&body, Vec::new()))?;
                return Ok(if has_come(&seen) { seen } else { to_dynamic(Value::Unknown) });
            }
            // A wait that a crash or Ctrl-C cut keeps its deadline; one that ended is made anew, like any read.
            let (seq, deadline) = match recorded.filter(|wait| wait.end.is_none()) {
                Some(wait) => (wait.seq, wait.deadline),
                None => begin(&gate, &caller, &frame, &site, &wait.what, wait.timeout)?,
            };
            poll(&gate, &caller, &frame, &wait, &body, seq, &deadline)
        },
    );
}

fn poll(
    gate: &Gate,
    caller: &Caller<'_>,
    frame: &Frame,
    wait: &Wait,
    body: &FnPtr,
    seq: Seq,
    deadline: &str,
) -> Result<Dynamic, Raised> {
    let session = gate.session();
    let inner = Frame { polling: true, ..frame.inner(frame.path.clone(), body.fn_name()) };
    let mut polls = 0;
    loop {
        polls += 1;
        let seen = scope::within(inner.clone(), || caller.call(body, Vec::new()))?;
        if gate.is_ending() {
            return Err(terminated(caller.position()));
        }
        let kept = to_value(&seen)
            .map_err(|why| caller.error(Code::ScriptFailed, messages::what_the_wait_saw_cannot_be_kept(&why)))?;
        let kept = session.secrets.shown(kept);
        let remark = remark(&seen);
        if has_come(&seen) {
            gate.record(
                Event::WaitEnded { wait: seq, polls, last: Value::Unit, end: WaitEnd::Came(kept) },
                caller.position(),
            )?;
            return Ok(seen);
        }
        let left = clock::until(session.world.clock(), deadline).unwrap_or_default();
        if left.is_zero() {
            gate.record(Event::WaitEnded { wait: seq, polls, last: kept, end: WaitEnd::TimedOut }, caller.position())?;
            let message = messages::waited_for_in_vain_polls_until(&wait.what, polls, deadline);
            let message = match remark {
                Some(remark) => messages::and_seen_last(message, session.secrets.mask(&remark)),
                None => message,
            };
            return Err(caller.error(Code::WaitTimedOut, message));
        }
        let next_in = wait.every.min(left);
        let poll = Poll { seen: remark.as_deref().unwrap_or_default(), polls, next_in };
        session.listener.waiting(&frame.path, &wait.what, &poll);
        sleep_until(gate, &clock::deadline(session.world.clock(), next_in));
        gate.open(caller.position())?;
    }
}

/// Anything but `false`, nothing and `not_yet(…)` is what was waited for.
fn has_come(seen: &Dynamic) -> bool {
    !seen.is_unit() && !matches!(seen.as_bool(), Ok(false)) && remark(seen).is_none()
}

/// What `not_yet(…)` said.
fn remark(seen: &Dynamic) -> Option<String> {
    let map = seen.as_map_ref().ok().filter(|map| map.len() == 1)?;
    map.get(NOT_YET).and_then(|text| text.clone().into_string().ok())
}

/// `not_yet(text)`: the wait goes on, and people see what was found. A map with one key, so that it can be kept like any value.
fn register_not_yet(engine: &mut Engine) {
    engine.register_fn(NOT_YET, |text: Dynamic| {
        let text = if text.is_string() { text } else { text.to_string().into() };
        Dynamic::from_map(Map::from_iter([(NOT_YET.into(), text)]))
    });
}

fn begin(
    gate: &Gate,
    caller: &Caller<'_>,
    frame: &Frame,
    site: &str,
    what: &str,
    timeout: Duration,
) -> Result<(Seq, String), Raised> {
    let deadline = clock::deadline(gate.session().world.clock(), timeout);
    let event = Event::WaitBegun {
        scope: frame.path.clone(),
        site: site.to_owned(),
        what: what.to_owned(),
        deadline: deadline.clone(),
    };
    Ok((gate.record(event, caller.position())?, deadline))
}

/// Sleeps in pieces, so that a machine that slept or a clock that jumped is noticed. Ends early when the run is to stop.
fn sleep_until(gate: &Gate, deadline: &str) {
    let session = gate.session();
    while let Some(left) = clock::until(session.world.clock(), deadline).filter(|left| !left.is_zero()) {
        if gate.has_stopped() {
            return;
        }
        gate.pause(left.min(LONGEST_SLEEP));
    }
}

fn read_options(caller: &Caller<'_>, options: &Map) -> Result<Wait, Raised> {
    let mut wait = Wait { what: messages::what_was_asked(), every: EVERY, timeout: TIMEOUT };
    for (name, value) in options {
        match name.as_str() {
            "what" => {
                wait.what = value
                    .clone()
                    .into_string()
                    .map_err(|_| caller.error(Code::WrongArguments, messages::what_of_wait_until_is_text()))?
            }
            "every" => wait.every = duration(caller, "every", value)?,
            "timeout" => wait.timeout = duration(caller, "timeout", value)?,
            other => return Err(unknown_option(caller, "wait_until", other, WAIT_OPTIONS)),
        }
    }
    Ok(wait)
}

pub(super) fn register_sleep(module: &mut Module, gate: &Gate) {
    let gate = gate.clone();
    rhai::FuncRegistration::new("sleep").with_volatility(true).set_into_module(
        module,
        move |context: NativeCallContext, length: Dynamic| -> Result<(), Raised> {
            let caller = Caller::of(&context);
            gate.open(caller.position())?;
            let frame = caller.frame()?;
            let length = duration(&caller, "time::sleep", &length)?;
            if gate.session().plan || frame.polling {
                return Ok(());
            }
            let site = caller.nth_site(&gate, &frame, "time::sleep");
            let recorded = gate
                .session()
                .journal
                .history(|history| history.waits.get(&(frame.path.clone(), site.clone())).cloned());
            let (seq, deadline) = match recorded {
                Some(wait) if wait.end.is_some() => return Ok(()),
                Some(wait) => (wait.seq, wait.deadline),
                None => begin(&gate, &caller, &frame, &site, &messages::time_to_pass(), length)?,
            };
            sleep_until(&gate, &deadline);
            gate.open(caller.position())?;
            gate.record(
                Event::WaitEnded { wait: seq, polls: 0, last: Value::Unit, end: WaitEnd::Came(Value::Unit) },
                caller.position(),
            )?;
            Ok(())
        },
    );
}
