//! A step of an edited text that was never seen before, while a recorded one beside it with writes can come no more: perhaps it is
//! the same step under another name. A person says; unattended the run stops.

use super::Caller;
use crate::engine::error::Raised;
use crate::engine::gate::Gate;
use crate::messages::engine as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::entry::{Event, StepChoice};
use crate::model::history::History;
use crate::model::run::StopKind;
use crate::model::scope::ScopePath;
use crate::model::value::Value;
use crate::world::person::{Answer, Question};

/// Has a person decide about the step at `path`, if it may be another one renamed.
///
/// # Errors
/// The error that ends the script, when nobody decides.
pub(super) fn decide(gate: &Gate, caller: &Caller<'_>, path: &ScopePath) -> Result<(), Raised> {
    let session = gate.session();
    let gone = session.journal.history(|history| {
        if history.is_edited() && !history.has_step(path) { gone_beside(gate, history, path) } else { None }
    });
    let Some(earlier) = gone else { return Ok(()) };
    let (name, before) = (path.step_name().unwrap_or_default(), earlier.step_name().unwrap_or_default());
    let shown = vec![
        messages::the_step_was_never_begun_and_the_edited(&name, &before),
        messages::written_in(&before, session.journal.history(|history| written_in(history, &earlier).join(", "))),
    ];
    let choices = vec![
        messages::the_same_step_renamed_what_was_done(),
        messages::another_step_do_it_as_well(),
        messages::stop_here(),
    ];
    let choice = match gate.ask(&Question::Decide { shown: shown.clone(), choices }, "") {
        Answer::Given(Value::Int(0)) => StepChoice::Renamed,
        Answer::Given(Value::Int(1)) => StepChoice::Other,
        _ => {
            let diagnostic = Diagnostic::error(Code::Diverged, shown.first().cloned().unwrap_or_default())
                .at(caller.spot.place(), "step".len(), "")
                .note(shown.get(1).cloned().unwrap_or_default())
                .state(messages::nothing_was_sent())
                .next(messages::choose_on_a_terminal(session.journal.run()));
            return Err(gate.stop(StopKind::Diverged, diagnostic, caller.position()));
        }
    };
    let event = Event::StepDiverged { scope: path.clone(), earlier: earlier.clone(), choice, by: session.by.clone() };
    gate.record(event, caller.position())?;
    if choice == StepChoice::Renamed {
        session.journal.history(|history| session.ledger().take_over(history));
        for owed in session.owed().iter_mut() {
            if let Some(scope) = owed.scope.moved(&earlier, path) {
                owed.scope = scope;
            }
        }
    }
    Ok(())
}

/// A recorded step beside this one, with writes, that this attempt has not asked for and that no text can name any more.
fn gone_beside(gate: &Gate, history: &History, path: &ScopePath) -> Option<ScopePath> {
    let session = gate.session();
    let around = path.around();
    let beside = history.steps.iter().map(|step| &step.scope).filter(|scope| scope.around() == around);
    let mut gone = beside.filter(|scope| {
        let can_come = scope.step_name().is_none_or(|name| session.step_names.iter().any(|names| names.can_be(&name)));
        !can_come && !session.ledger().has_name(scope) && !written_in(history, scope).is_empty()
    });
    gone.next().cloned()
}

/// The functions of the writes in a step that happened, or may have.
fn written_in(history: &History, scope: &ScopePath) -> Vec<String> {
    let calls =
        history.calls.values().filter(|call| call.call.effect.is_write() && call.call.key.scope.is_within(scope));
    let written = calls.filter(|call| call.has_happened() || call.is_in_doubt());
    written.map(|call| format!("`{}`", call.call.function)).collect()
}
