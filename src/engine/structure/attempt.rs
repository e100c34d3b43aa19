//! `attempt(|| …)`: an error as a value, since `try` is no expression. A stop of the run is never one.

use rhai::{Dynamic, Engine, FnPtr, Map, NativeCallContext};

use super::Caller;
use crate::engine::error::{Raised, ScriptError, terminated};
use crate::engine::gate::Gate;
use crate::engine::sandbox::Fault;

pub(super) fn register(engine: &mut Engine, gate: &Gate) {
    let gate = gate.clone();
    engine.register_fn("attempt", move |context: NativeCallContext, body: FnPtr| -> Result<Map, Raised> {
        let caller = Caller::of(&context);
        gate.open(caller.position())?;
        let result = caller.call(&body, Vec::new());
        if gate.is_ending() {
            return Err(terminated(caller.position()));
        }
        let mut map = Map::new();
        match result {
            Ok(value) => {
                map.insert("ok".into(), true.into());
                map.insert("value".into(), value);
                map.insert("error".into(), Dynamic::UNIT);
            }
            Err(error) => {
                let told = ScriptError::of(&error)
                    .unwrap_or_else(|| ScriptError { message: Fault::of(&error, "").message, ..Default::default() });
                map.insert("ok".into(), false.into());
                map.insert("value".into(), Dynamic::UNIT);
                map.insert("error".into(), told.to_map().into());
            }
        }
        Ok(map)
    });
}
