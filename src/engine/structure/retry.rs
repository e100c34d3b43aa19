//! `retry(#{ times, backoff }, || …)`: repeats its closure, writes included, but never a step that finished inside.

use std::time::Duration;

use rhai::{Dynamic, Engine, FnPtr, Map, NativeCallContext};

use super::{Caller, hold};
use crate::engine::conversion::to_value;
use crate::engine::error::{Raised, terminated};
use crate::engine::gate::Gate;
use crate::engine::sandbox::unshared;
use crate::engine::words::RETRY_OPTIONS;
use crate::messages::engine as messages;
use crate::model::code::Code;
use crate::model::entry::Event;
use crate::model::scope::Segment;
use crate::model::value::Value;

/// How often `retry` tries when the script does not say.
const TIMES: u32 = 3;

/// How long it waits before the second attempt when the script does not say; twice as long before each later one.
const BACKOFF: Duration = Duration::from_secs(2);

/// The longest wait between two attempts.
const BACKOFF_MAX: Duration = Duration::from_secs(60);

pub(super) fn register(engine: &mut Engine, gate: &Gate) {
    let gate = gate.clone();
    engine.register_fn(
        "retry",
        move |context: NativeCallContext, options: Map, body: FnPtr| -> Result<Dynamic, Raised> {
            let caller = Caller::of(&context);
            gate.open(caller.position())?;
            let (times, backoff) = read_options(&caller, &options)?;
            let frame = caller.frame()?;
            if frame.polling {
                return Err(caller.error(Code::WriteInWait, messages::retry_cannot_stand_inside_wait_until_only()));
            }
            let body = unshared(&body)?;
            let site = caller.nth_site(&gate, &frame, "retry");
            let session = gate.session();
            let of_all = frame.path.inner(&Segment::Attempt(&site, 0)).all_attempts();
            // A resume enters the attempt that was begun last.
            let mut attempt =
                session.journal.history(|history| history.attempts.get(&of_all).copied()).unwrap_or(0).max(1);
            loop {
                let path = frame.path.inner(&Segment::Attempt(&site, attempt));
                let begun = session.journal.history(|history| history.attempts.get(&of_all).copied());
                if begun.is_none_or(|begun| begun < attempt) {
                    gate.record(Event::AttemptBegun { scope: path.clone(), attempt }, caller.position())?;
                }
                let inner = frame.inner(path, body.fn_name());
                let result =
                    hold::in_scope(&gate, caller.engine, &caller.spot, &inner, || caller.call(&body, Vec::new()));
                if gate.is_ending() {
                    return Err(terminated(caller.position()));
                }
                match result {
                    Ok(value) => return Ok(value),
                    Err(error) if attempt >= times => return Err(error),
                    Err(_) => {}
                }
                gate.pause(backoff.saturating_mul(2u32.saturating_pow(attempt - 1)).min(BACKOFF_MAX));
                gate.open(caller.position())?;
                attempt += 1;
            }
        },
    );
}

fn read_options(caller: &Caller<'_>, options: &Map) -> Result<(u32, Duration), Raised> {
    let (mut times, mut backoff) = (TIMES, BACKOFF);
    for (name, value) in options {
        match name.as_str() {
            "times" => {
                let wrong = || caller.error(Code::WrongArguments, messages::times_of_retry_is_a_number_from());
                times = value
                    .as_int()
                    .ok()
                    .and_then(|n| u32::try_from(n).ok())
                    .filter(|n| (1..=100).contains(n))
                    .ok_or_else(wrong)?;
            }
            "backoff" => backoff = duration(caller, "backoff", value)?,
            other => return Err(unknown_option(caller, "retry", other, RETRY_OPTIONS)),
        }
    }
    Ok((times, backoff))
}

/// A duration that a script gave: `"10m"`, or a number of seconds.
pub(super) fn duration(caller: &Caller<'_>, name: &str, value: &Dynamic) -> Result<Duration, Raised> {
    let value = to_value(value).unwrap_or(Value::Unit);
    let parsed: Result<crate::model::duration::Span, _> = serde_json::from_value(value.to_json());
    parsed.map(|span| span.0).map_err(|error| caller.error(Code::WrongArguments, format!("`{name}`: {error}")))
}

/// An option that one of our words does not have.
pub(super) fn unknown_option(caller: &Caller<'_>, word: &str, option: &str, known: &[&str]) -> Raised {
    let mut error = crate::engine::error::ScriptError::new(Code::UnknownOption, messages::has_no_option(word, option));
    error.hint = crate::model::diagnostic::did_you_mean(option, known.iter().copied()).map(messages::did_you_mean);
    error.raise(caller.position())
}
