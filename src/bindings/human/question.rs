//! Putting a question to the person, and what it means when no answer comes.

use crate::binding::Context;
use crate::model::failure::{Failure, FailureKind};
use crate::model::value::Value;
use crate::world::person::{Answer, Question};

/// The answer to `question`. Blocks the script's thread; ends when the run is stopping.
///
/// # Errors
/// `NeedsPerson` when nobody is there, `Interrupted` when the person stops here or the question was taken back.
pub(super) fn put(name: &str, question: &Question, context: &Context<'_>) -> Result<Value, Failure> {
    match context.person.ask(question, context.token, &context.stopping) {
        Answer::Given(value) => Ok(value),
        Answer::Stop => {
            Err(Failure::new(FailureKind::Interrupted, format!("`{name}` was not answered: stopped by the person")))
        }
        Answer::Withdrawn => {
            Err(Failure::new(FailureKind::Interrupted, format!("`{name}` was not answered: the run is stopping")))
        }
        Answer::Nobody => {
            Err(Failure::new(FailureKind::NeedsPerson, format!("`{name}` needs a person, and nobody is there"))
                .hint(format!("answer it on a terminal: `runbook resume {}`", context.run)))
        }
    }
}

/// A question without words can't be answered.
///
/// # Errors
/// An empty text.
pub(super) fn worded(name: &str, text: &str) -> Result<(), Failure> {
    if text.trim().is_empty() { Err(Failure::invalid(format!("`{name}` needs a text to show"))) } else { Ok(()) }
}

/// What a person at another kind of terminal answered in a form that this question does not have; a bug there.
pub(super) fn unexpected(name: &str, value: &Value) -> Failure {
    Failure::failed(format!("`{name}` was answered with {}, which is no answer to it", value.kind()))
}
