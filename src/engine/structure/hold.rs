//! `hold(name, || open, |it| close)` and `cleanup(name, || …)`: pairs what must be undone with what made it.

use rhai::{Dynamic, Engine, FnPtr, NativeCallContext};

use super::Caller;
use crate::engine::conversion::{to_dynamic, to_value};
use crate::engine::error::Raised;
use crate::engine::gate::{Gate, Spot};
use crate::engine::sandbox::{call_closure, unshared};
use crate::engine::scope::{self, Frame};
use crate::engine::session::OpenClose;
use crate::model::code::Code;
use crate::model::effect::Effect;
use crate::model::entry::{Event, content_hash};
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
    let frame = caller.frame()?;
    if frame.polling {
        return Err(caller.error(Code::WriteInWait, "`hold` can't stand inside `wait_until`: only reads may"));
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
        .map_err(|why| caller.error(Code::ScriptFailed, format!("what `{name}` opened can't be kept: {why}")))?;
    let session = gate.session();
    let recipe = session
        .recipe(&caller.spot.file, &close)
        .map_err(|why| caller.error(Code::ScriptFailed, format!("the close of `{name}` can't be kept: {why}")))?;
    let shown = session.secrets.mask_value(session.secrets.shown(kept.clone()));
    gate.record(
        Event::HoldOpened { scope: frame.path.clone(), name: name.to_owned(), value: shown, close: recipe },
        caller.position(),
    )?;
    let close = OpenClose {
        scope: frame.path.clone(),
        name: name.to_owned(),
        value: kept,
        close,
        global: caller.global.clone(),
        approval,
    };
    session.closes().push(close);
    Ok(value)
}

/// A close that destroys is approved when it is opened: later there may be nobody to ask.
fn approve_close(gate: &Gate, caller: &Caller<'_>, path: &ScopePath, close: &FnPtr) -> Result<Option<u64>, Raised> {
    let session = gate.session();
    let destroys: Vec<String> = session
        .sites_of(&caller.spot.file)
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
    let run = session.journal.run();
    let bound_to =
        content_hash(format!("runbook-close-v1\u{1f}{run}\u{1f}{}\u{1f}{}", path.as_str(), close.fn_name()).as_bytes());
    let mut lines = vec![format!("{} the close of `{}`", Effect::Destroy.badge(), path.title().unwrap_or_default())];
    lines.push(format!("calls      {}", destroys.join(", ")));
    gate.approved(&bound_to, lines, &caller.spot).map(Some)
}

/// Runs the closes of a scope that ends, newest first; what the scope's body gave or raised stands.
pub fn close_scope(
    gate: &Gate,
    engine: &Engine,
    spot: &Spot,
    frame: &Frame,
    result: Result<Dynamic, Raised>,
) -> Result<Dynamic, Raised> {
    // Stopped: the engine runs what may still be run once all branches have come to rest.
    if gate.session().stop.is_stopped() {
        return result;
    }
    let mut result = result;
    loop {
        let next = gate.session().closes().iter().rposition(|close| close.scope == frame.path);
        let Some(next) = next else { return result };
        let close = gate.session().closes().remove(next);
        let closed = run_close(gate, engine, spot, frame, &close, false);
        if gate.session().stop.is_stopped() {
            return result;
        }
        if let Err(error) = closed {
            // The first failure is the one to tell; the close stays owed.
            result = result.and(Err(error));
        }
    }
}

fn run_close(
    gate: &Gate,
    engine: &Engine,
    spot: &Spot,
    frame: &Frame,
    close: &OpenClose,
    closing: bool,
) -> Result<(), Raised> {
    let path = close_path(&close.scope, &close.name);
    let inner = Frame { closing, approval: close.approval, ..frame.inner(path, close.close.fn_name()) };
    let args = if close.value == Value::Unit { Vec::new() } else { vec![to_dynamic(close.value.clone())] };
    let args = fit(&close.close, args, gate, &spot.file);
    let _: Dynamic = scope::within(inner, || call_closure(engine, &close.global, spot.position, &close.close, args))?;
    let closed = Event::HoldClosed { scope: close.scope.clone(), name: close.name.clone() };
    gate.record(closed, spot.position)?;
    gate.session().ledger().forget_within(&close.scope.inner(&Segment::Hold(&close.name)));
    Ok(())
}

/// Calls of a close have keys of their own, apart from those of the open.
fn close_path(scope: &ScopePath, name: &str) -> ScopePath {
    scope.inner(&Segment::Hold(name)).inner(&Segment::Step("close"))
}

/// A close may take what was opened or not: `|it| …` or `|| …`.
fn fit(closure: &FnPtr, mut args: Vec<Dynamic>, gate: &Gate, file: &str) -> Vec<Dynamic> {
    let parameters = gate.session().sites_of(file).and_then(|sites| sites.parameters(closure.fn_name()));
    if let Some(parameters) = parameters {
        args.resize(parameters.saturating_sub(closure.curry().len()), Dynamic::UNIT);
    }
    args
}

/// Runs every close that is still open after the run has stopped, newest first. Gives the names of those that failed and are
/// still owed.
pub fn close_all(gate: &Gate, engine: &Engine, frame: &Frame) -> Vec<(String, String)> {
    let mut owed = Vec::new();
    loop {
        let Some(close) = gate.session().closes().pop() else { return owed };
        let spot = Spot { file: gate.session().main.clone(), position: rhai::Position::NONE };
        if let Err(error) = run_close(gate, engine, &spot, frame, &close, true) {
            owed.push((close.name, super::step::message_of(&error)));
        }
    }
}

/// Makes a close of what a dead process left open. `close` is its closure without what it captured, `global` the state of the
/// source that holds it.
///
/// # Errors
/// What the close raises.
pub fn close_recipe(
    gate: &Gate,
    engine: &Engine,
    global: &rhai::GlobalRuntimeState,
    mut close: FnPtr,
    frame: &Frame,
    open: &crate::model::history::OpenHold,
) -> Result<(), Raised> {
    close.set_curry(open.close.captured.iter().cloned().map(to_dynamic));
    let close = OpenClose {
        scope: open.scope.clone(),
        name: open.name.clone(),
        value: open.value.clone(),
        close,
        global: global.clone(),
        approval: None,
    };
    let spot = Spot { file: open.close.source.clone(), position: rhai::Position::NONE };
    run_close(gate, engine, &spot, frame, &close, true)
}
