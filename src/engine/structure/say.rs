//! What a script tells: `log(…)` for people, `output(…)` for programs, `fail(…)` and `assert(…)` for the verdict.

use rhai::{Dynamic, Engine, Module, NativeCallContext};

use super::Caller;
use crate::engine::conversion::to_value;
use crate::engine::error::Raised;
use crate::engine::gate::Gate;
use crate::model::code::Code;
use crate::model::entry::Event;
use crate::model::value::Value;

pub(super) fn register(engine: &mut Engine, gate: &Gate) {
    let logging = gate.clone();
    engine.register_fn("log", move |context: NativeCallContext, text: Dynamic| -> Result<(), Raised> {
        let caller = Caller::of(&context);
        logging.open(caller.position())?;
        let frame = caller.frame()?;
        let text = match to_value(&text) {
            Ok(Value::Text(text)) => text,
            Ok(other) => other.to_json().to_string(),
            Err(why) => return Err(caller.error(Code::WrongArguments, format!("`log`: {why}"))),
        };
        if frame.polling {
            return Ok(());
        }
        logging.record(Event::Logged { scope: frame.path, text }, caller.position())?;
        Ok(())
    });
    let giving = gate.clone();
    engine.register_fn("output", move |context: NativeCallContext, value: Dynamic| -> Result<(), Raised> {
        let caller = Caller::of(&context);
        giving.open(caller.position())?;
        let value = to_value(&value).map_err(|why| caller.error(Code::WrongArguments, format!("`output`: {why}")))?;
        giving.record(Event::Output { value: giving.session().secrets.shown(value) }, caller.position())?;
        Ok(())
    });
    engine.register_fn("fail", move |context: NativeCallContext, message: &str| -> Result<(), Raised> {
        Err(Caller::of(&context).error(Code::ScriptFailed, message))
    });
    engine.register_fn(
        "assert",
        move |context: NativeCallContext, condition: bool, message: &str| -> Result<(), Raised> {
            if condition { Ok(()) } else { Err(Caller::of(&context).error(Code::ScriptFailed, message)) }
        },
    );
}

pub(super) fn register_run(module: &mut Module, gate: &Gate) {
    let id = gate.session().journal.run().to_string();
    let started_at = gate.session().journal.history(|history| history.started_at.clone());
    rhai::FuncRegistration::new("id").set_into_module(module, move || id.clone());
    rhai::FuncRegistration::new("started_at").set_into_module(module, move || started_at.clone());
}
