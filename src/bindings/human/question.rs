//! Putting a question to the person, and what it means when no answer comes.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::binding::Context;
use crate::messages::{Language, bindings as messages};
use crate::model::duration::{self, Span};
use crate::model::failure::{Failure, FailureKind};
use crate::model::value::Value;
use crate::world::clock;
use crate::world::person::{Answer, Question};

/// The answer to `question`, within `timeout` where there is one. Blocks the script's thread; ends when the run is stopping.
///
/// # Errors
/// `NeedsPerson` when nobody is there or nobody has answered in time, `Interrupted` when the person stops here or the question was taken back.
pub(super) fn put(
    name: &str,
    question: &Question,
    timeout: Option<Span>,
    context: &Context<'_>,
) -> Result<Value, Failure> {
    let open = context.stopping.child_token();
    let answer = match timeout {
        None => context.person.ask(question, context.token, &open),
        Some(Span(limit)) => ask_within(limit, question.clone(), context, &open),
    };
    match (answer, timeout) {
        (Answer::Withdrawn, Some(Span(limit))) if !context.stopping.is_cancelled() => {
            let limit = duration::say(limit);
            Err(Failure::new(FailureKind::NeedsPerson, messages::was_not_answered_in_time(name, &limit))
                .details(Value::from(limit))
                .hint(messages::answer_it_on_a_terminal(context.run)))
        }
        (answer, _) => given(name, answer, context),
    }
}

/// Asks, and takes the question back after `limit`.
fn ask_within(limit: Duration, question: Question, context: &Context<'_>, open: &CancellationToken) -> Answer {
    let by = jiff::SignedDuration::try_from(limit).ok().and_then(|limit| context.clock.now().checked_add(limit).ok());
    let question = match by {
        Some(by) => question.with_remark(&messages::answer_by(clock::of_day(by), duration::say(limit))),
        None => question,
    };
    let answered = CancellationToken::new();
    let runtime = tokio::runtime::Handle::current();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            runtime.block_on(async {
                tokio::select! {
                    () = answered.cancelled() => {}
                    () = context.clock.sleep(limit) => open.cancel(),
                }
            });
        });
        let answer = context.person.ask(&question, context.token, open);
        answered.cancel();
        answer
    })
}

fn given(name: &str, answer: Answer, context: &Context<'_>) -> Result<Value, Failure> {
    match answer {
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

/// The text that the person reads.
pub(super) fn in_language(text: String, japanese: Option<String>) -> String {
    match (Language::current(), japanese) {
        (Language::Japanese, Some(japanese)) => japanese,
        _ => text,
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
