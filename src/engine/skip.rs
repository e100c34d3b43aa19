//! Steps that a person leaves out of a run: which one is meant, and whether it can be left out.

use crate::messages::resume as messages;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, did_you_mean};
use crate::model::history::{History, StepState};
use crate::model::scope::ScopePath;
use crate::model::value::Value;

/// A step that is left out.
#[derive(Clone, Debug)]
pub struct Skip {
    /// Its name as it is shown (`outer › inner`), or its own name where only one step has it.
    pub step: String,
    /// What stands for its value.
    pub value: Value,
    /// Why.
    pub reason: String,
}

/// The step that a person wants to leave out: one that was begun and is not finished, with nothing in doubt inside.
pub(super) fn scope_of(history: &History, named: &str) -> Result<ScopePath, Box<Diagnostic>> {
    let wrong = |message: String| Diagnostic::error(Code::Usage, message).state(messages::nothing_was_run());
    let left = || history.steps.iter().filter(|step| matches!(step.state, StepState::Open | StepState::Failed));
    let shown: Vec<String> = left().map(|step| step.scope.to_string()).collect();
    let fitting: Vec<&ScopePath> = match left().find(|step| step.scope.to_string() == named) {
        Some(step) => vec![&step.scope],
        None => left().map(|step| &step.scope).filter(|scope| scope.title().as_deref() == Some(named)).collect(),
    };
    let scope = match fitting.as_slice() {
        [scope] => (*scope).clone(),
        [] => {
            let finished = history.steps.iter().find(|step| step.scope.to_string() == named);
            let diagnostic = match finished {
                Some(_) => wrong(messages::step_is_finished(named)),
                None => wrong(messages::no_step_to_skip(named)),
            };
            let known = shown.iter().map(String::as_str);
            return Err(Box::new(match did_you_mean(named, known) {
                Some(step) => diagnostic.next(messages::did_you_mean_skip(step)),
                None if shown.is_empty() => diagnostic.note(messages::no_step_is_left()),
                None => diagnostic.note(messages::steps_left(shown.join(", "))),
            }));
        }
        several => {
            let several: Vec<String> = several.iter().map(ToString::to_string).collect();
            return Err(Box::new(wrong(messages::several_steps(named)).note(several.join(", "))));
        }
    };
    let doubts = history.in_doubt().filter(|recorded| recorded.call.key.scope.is_within(&scope));
    let doubts: Vec<String> = doubts.map(|recorded| recorded.seq.to_string()).collect();
    if doubts.is_empty() {
        return Ok(scope);
    }
    let next = format!("runbook settle {} {}", history.run, doubts.join(" "));
    Err(Box::new(wrong(messages::step_is_in_doubt(named)).next(next)))
}
