//! Closures that a host function was given: calling them, keeping them, moving them to another thread.

use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, GlobalRuntimeState, Map, NativeCallContext, Position};

use crate::messages::script as messages;

/// Nesting of captured values that is copied.
const DEPTH: usize = 64;

/// Values that are copied, over all captures of one closure. Two captures that hold each other many times would make
/// copies without end.
const VALUES: usize = 1_000_000;

/// Returns where a host function was called: the file, and the position in it.
///
/// `NativeCallContext::call_source` names the wrong file in a closure that another file calls.
pub fn call_site<'c>(context: &'c NativeCallContext) -> (Option<&'c str>, Position) {
    let file = context.namespaces().last().and_then(|functions| functions.id()).or_else(|| context.call_source());
    (file, context.call_position())
}

/// Calls a closure.
///
/// `global` is a clone of [`NativeCallContext::global_runtime_state`] of the call that got the closure; it may be kept
/// and used on any script thread. `position` is that call's, for errors.
///
/// # Errors
///
/// What the closure raises.
pub fn call_closure(
    engine: &Engine,
    global: &GlobalRuntimeState,
    position: Position,
    closure: &FnPtr,
    args: Vec<Dynamic>,
) -> Result<Dynamic, Box<EvalAltResult>> {
    let context = NativeCallContext::new_with_all_fields(engine, closure.fn_name(), None, global, position);
    closure.call_raw(&context, None, args)
}

/// Returns the closure with its own copies of all that it captured.
///
/// Captured variables are locked cells that closures share: two threads that use one fail with "data race" after 50 ms.
///
/// # Errors
///
/// When a captured value contains itself (a closure that captured itself), is nested more than 64 levels deep, or
/// consists of more than a million values, and when another thread has it locked.
pub fn unshared(closure: &FnPtr) -> Result<FnPtr, Box<EvalAltResult>> {
    copy_of_closure(closure, DEPTH, &mut { VALUES })
}

fn copy_of_closure(closure: &FnPtr, depth: usize, left: &mut usize) -> Result<FnPtr, Box<EvalAltResult>> {
    let captured: Vec<Dynamic> =
        closure.iter_curry().map(|value| copy_of(value, depth, left)).collect::<Result<_, _>>()?;
    let mut copy = closure.clone();
    copy.set_curry(captured);
    Ok(copy)
}

fn copy_of(value: &Dynamic, depth: usize, left: &mut usize) -> Result<Dynamic, Box<EvalAltResult>> {
    *left = left.checked_sub(1).ok_or(messages::a_captured_value_is_too_large_to_be())?;
    let depth = depth.checked_sub(1).ok_or(messages::a_captured_value_contains_itself())?;
    if let Some(array) = value.read_lock::<Array>() {
        return array.iter().map(|item| copy_of(item, depth, left)).collect::<Result<Array, _>>().map(Dynamic::from);
    }
    if let Some(map) = value.read_lock::<Map>() {
        return map
            .iter()
            .map(|(key, item)| Ok((key.clone(), copy_of(item, depth, left)?)))
            .collect::<Result<Map, Box<EvalAltResult>>>()
            .map(Dynamic::from);
    }
    if let Some(closure) = value.read_lock::<FnPtr>() {
        return copy_of_closure(&closure, depth, left).map(Dynamic::from);
    }
    if value.is_shared() && value.read_lock::<Dynamic>().is_none() {
        return Err(messages::a_captured_value_is_in_use_by_another().into());
    }
    Ok(value.flatten_clone())
}
