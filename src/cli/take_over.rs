//! A run that was imported unfinished may still be going on where it comes from. Nobody here can see that, so a person says.

use tokio_util::sync::CancellationToken;

use super::conduct::person;
use super::desk::Desk;
use super::resume::Taken;
use crate::engine::gate::journal_diagnostic;
use crate::messages::archive as messages;
use crate::messages::resume;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::entry::Event;
use crate::model::value::Value;
use crate::world::person::{Answer, Question};

/// Whether `command` may go on with a run: it began here, has been taken up here since it was imported, or a person says that it
/// has stopped where it comes from.
///
/// # Errors
/// Nobody says so; a journal that can't be read.
pub(super) fn allowed(desk: &Desk, taken: &Taken, is_said: bool, command: &str) -> Result<(), Box<Diagnostic>> {
    let told = |error| Box::new(journal_diagnostic(&error));
    let run = &taken.run;
    let origins = taken.backend.origins().map_err(told)?;
    let Some((_, origin)) = origins.into_iter().rev().find(|(imported, _)| imported == run) else { return Ok(()) };
    let since = taken.backend.entries(run, origin.last + 1).map_err(told)?;
    let is_taken_up = since.iter().any(|entry| matches!(entry.event, Event::RunResumed { .. }));
    if is_said || is_taken_up || taken.history.state.is_final() {
        return Ok(());
    }
    let by = taken.history.by.to_string();
    let person = person(desk);
    if person.is_there() {
        let question = Question::Confirm { text: messages::take_over(run, &by) };
        if matches!(person.ask(&question, "", &CancellationToken::new()), Answer::Given(Value::Bool(true))) {
            return Ok(());
        }
    }
    let diagnostic = Diagnostic::error(Code::RunElsewhere, messages::elsewhere(run, &by)).note(messages::done_twice());
    Err(Box::new(diagnostic.state(resume::nothing_was_run()).next(messages::take_over_next(command, run))))
}
