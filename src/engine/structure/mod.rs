//! The words that give a run its structure (`step`, `parallel`, `retry`, …), and the entries of the host functions. All of them
//! lead to the gate.

mod attempt;
mod hold;
mod host;
mod nested;
mod parallel;
mod renamed;
mod retry;
mod say;
mod step;
mod undo;
mod wait;

use rhai::{Dynamic, Engine, FnPtr, GlobalRuntimeState, NativeCallContext, Position};

pub use hold::{close_all, in_scope, owed_close};
pub use step::message_of;
pub use undo::undo_all;

use super::error::{Raised, ScriptError};
use super::gate::{Gate, Spot};
use super::sandbox::{call_closure, call_site};
use super::scope::{self, Frame};
use crate::messages::engine as messages;
use crate::model::code::Code;
use crate::model::scope::ScopePath;

/// Registers everything that a script may call besides the language itself.
pub fn register(engine: &mut Engine, gate: &Gate) {
    host::register(engine, gate);
    step::register(engine, gate);
    parallel::register(engine, gate);
    retry::register(engine, gate);
    wait::register(engine, gate);
    hold::register(engine, gate);
    undo::register(engine, gate);
    attempt::register(engine, gate);
    say::register(engine, gate);
}

/// A call from a script to one of our words: where it stands, and what is needed to call closures back.
struct Caller<'a> {
    engine: &'a Engine,
    global: GlobalRuntimeState,
    spot: Spot,
}

impl<'a> Caller<'a> {
    fn of(context: &'a NativeCallContext<'a>) -> Self {
        let (file, position) = call_site(context);
        Caller {
            engine: context.engine(),
            global: context.global_runtime_state().clone(),
            spot: Spot { file: file.unwrap_or_default().to_owned(), position },
        }
    }

    fn position(&self) -> Position {
        self.spot.position
    }

    fn call(&self, closure: &FnPtr, args: Vec<Dynamic>) -> Result<Dynamic, Raised> {
        call_closure(self.engine, &self.global, self.position(), closure, args)
    }

    fn frame(&self) -> Result<Frame, Raised> {
        scope::current().ok_or_else(|| self.error(Code::Bug, messages::called_outside_a_run()))
    }

    fn error(&self, code: Code, message: impl Into<String>) -> Raised {
        ScriptError::new(code, message).raise(self.position())
    }

    fn site(&self, gate: &Gate, frame: &Frame, name: &str) -> String {
        let (line, column) = (self.position().line().unwrap_or(0), self.position().position().unwrap_or(0));
        gate.session().site(&self.spot.file, line, column, frame.body.as_deref(), name)
    }

    /// The key text of this place, told apart from earlier uses of it in the same scope.
    fn nth_site(&self, gate: &Gate, frame: &Frame, name: &str) -> String {
        let site = self.site(gate, frame, name);
        match gate.session().ledger().nth(&frame.path, &site) {
            1 => site,
            nth => format!("{site}.{nth}"),
        }
    }

    /// Takes the name of a scope; names are used once.
    fn take_name(&self, gate: &Gate, path: &ScopePath, what: &str) -> Result<(), Raised> {
        if gate.session().ledger().take_name(path) {
            return Ok(());
        }
        let name = path.title().unwrap_or_default();
        Err(self.error(Code::StepTwice, messages::two_names_are_the_same(what, &name)))
    }
}
