//! Putting a question to the person, and what it means when no answer comes.

use crate::binding::Context;
use crate::messages::bindings as messages;
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
            Err(Failure::new(FailureKind::Interrupted, messages::was_not_answered_stopped_by_the_person(name)))
        }
        Answer::Withdrawn => {
            Err(Failure::new(FailureKind::Interrupted, messages::was_not_answered_the_run_is_stopping(name)))
        }
        Answer::Nobody => {
            Err(Failure::new(FailureKind::NeedsPerson, messages::needs_a_person_and_nobody_is_there(name))
                .hint(messages::answer_it_on_a_terminal(context.run)))
        }
    }
}

/// A question without words can't be answered.
///
/// # Errors
/// An empty text.
pub(super) fn worded(name: &str, text: &str) -> Result<(), Failure> {
    if text.trim().is_empty() { Err(Failure::invalid(messages::needs_a_text_to_show(name))) } else { Ok(()) }
}

/// What a person at another kind of terminal answered in a form that this question does not have; a bug there.
pub(super) fn unexpected(name: &str, value: &Value) -> Failure {
    Failure::failed(messages::was_answered_with_which_is_no_answer(name, value.kind()))
}
