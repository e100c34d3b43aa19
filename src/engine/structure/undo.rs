//! `undo(name, || …)`: compensation that is offered when a later step fails. A run that has begun to undo can only finish undoing.

use rhai::{Engine, FnPtr, GlobalRuntimeState, NativeCallContext};

use super::Caller;
use crate::engine::conversion::to_dynamic;
use crate::engine::error::Raised;
use crate::engine::gate::Gate;
use crate::engine::sandbox::{call_closure, unshared};
use crate::engine::scope::{self, Frame};
use crate::messages::engine as messages;
use crate::model::code::Code;
use crate::model::entry::{ClosureRecipe, Event};
use crate::model::history::RegisteredUndo;
use crate::model::scope::Segment;

pub(super) fn register(engine: &mut Engine, gate: &Gate) {
    let gate = gate.clone();
    engine.register_fn("undo", move |context: NativeCallContext, name: &str, undo: FnPtr| -> Result<(), Raised> {
        let caller = Caller::of(&context);
        gate.open(caller.position())?;
        let frame = caller.frame()?;
        if frame.polling {
            return Err(caller.error(Code::WriteInWait, messages::undo_cannot_stand_inside_wait_until_only()));
        }
        let name = &gate.session().secrets.name(name);
        caller.take_name(&gate, &frame.path.inner(&Segment::Undo(name)), "undo")?;
        let undo = gate
            .session()
            .recipe(&caller.spot.file, &unshared(&undo)?)
            .map_err(|why| caller.error(Code::ScriptFailed, messages::the_undo_cannot_be_kept(name, &why)))?;
        gate.record(Event::UndoRegistered { scope: frame.path, name: name.to_owned(), undo }, caller.position())?;
        Ok(())
    });
}

/// A closure without what it captured, and the state of the source that holds it.
pub type Prepared = (FnPtr, GlobalRuntimeState);

/// Makes every registered compensation, newest first. `closure_of` gives a closure without what it captured, and the
/// state of the source that holds it.
///
/// # Errors
/// What the first one that fails raises; those before it are done and recorded.
pub fn undo_all(
    gate: &Gate,
    engine: &Engine,
    frame: &Frame,
    closure_of: &mut dyn FnMut(&ClosureRecipe) -> Result<Prepared, Raised>,
) -> Result<(), Raised> {
    loop {
        let next = gate.session().journal.history(|history| history.undos.last().cloned());
        let Some(next) = next else { return Ok(()) };
        let (closure, global) = closure_of(&next.undo)?;
        undo_recipe(gate, engine, &global, closure, frame, &next)?;
    }
}

fn undo_recipe(
    gate: &Gate,
    engine: &Engine,
    global: &GlobalRuntimeState,
    mut closure: FnPtr,
    frame: &Frame,
    registered: &RegisteredUndo,
) -> Result<(), Raised> {
    let secrets = &gate.session().secrets;
    closure.set_curry(registered.undo.captured.iter().cloned().map(|value| to_dynamic(secrets.armed(value))));
    let inner = Frame {
        closing: true,
        ..frame.inner(registered.scope.inner(&Segment::Undo(&registered.name)), closure.fn_name())
    };
    let _: rhai::Dynamic =
        scope::within(inner, || call_closure(engine, global, rhai::Position::NONE, &closure, Vec::new()))?;
    let undone = Event::Undone { scope: registered.scope.clone(), name: registered.name.clone() };
    gate.record(undone, rhai::Position::NONE).map(|_| ())
}
