//! The free texts of an event: all that scripts, services and programs said, so that what must not be recorded can be taken out of
//! it. What the engine itself wrote to find its way (scopes, sites, hashes, times) is no free text.

use super::diagnostic::Diagnostic;
use super::entry::{BodyEnd, ClosureRecipe, Event, Verdict, WaitEnd};
use super::failure::{Failure, Outcome};
use super::value::Value;

/// Changes one text in place.
pub type Rewrite<'a> = &'a mut dyn FnMut(&mut String);

impl Event {
    /// Gives each free text to `rewrite`.
    pub fn rewrite(&mut self, rewrite: Rewrite<'_>) {
        match self {
            Event::CallBegun { call, .. } => call.args.rewrite(rewrite),
            Event::CallEnded { outcome, .. } => outcome.rewrite(rewrite),
            Event::CallMade { call, outcome, .. } => {
                call.args.rewrite(rewrite);
                outcome.rewrite(rewrite);
            }
            Event::CallRetried { reason: text, .. }
            | Event::CallRefused { reason: text, .. }
            | Event::Approved { shown: text, .. }
            | Event::StepFailed { error: text, .. }
            | Event::WaitBegun { what: text, .. }
            | Event::Logged { text, .. }
            | Event::Noted { text, .. } => rewrite(text),
            Event::CallSettled { verdict, evidence, .. } => {
                if let Verdict::Happened(value) = verdict {
                    value.rewrite(rewrite);
                }
                rewrite(evidence);
            }
            Event::NestedBegun { value, .. }
            | Event::StepFinished { value, .. }
            | Event::Output { value }
            | Event::Done { value, .. } => value.rewrite(rewrite),
            Event::WaitEnded { last, end, .. } => {
                last.rewrite(rewrite);
                if let WaitEnd::Came(value) = end {
                    value.rewrite(rewrite);
                }
            }
            Event::HoldOpened { value, close, .. } => {
                value.rewrite(rewrite);
                close.rewrite(rewrite);
            }
            Event::ClosesBegun { end: BodyEnd::Finished(value), .. } => value.rewrite(rewrite),
            Event::UndoRegistered { undo, .. } => undo.rewrite(rewrite),
            Event::StepSkipped { value, reason, .. } => {
                value.rewrite(rewrite);
                rewrite(reason);
            }
            Event::Stopped { diagnostic, .. } => diagnostic.rewrite(rewrite),
            Event::Cancelled { reason, .. } => reason.iter_mut().for_each(rewrite),
            // Its reference and its call hold names alone, by which it is found again.
            Event::RunStarted(_)
            | Event::SecretRead { .. }
            | Event::RunResumed { .. }
            | Event::Diverged { .. }
            | Event::StepDiverged { .. }
            | Event::StepBegun { .. }
            | Event::AttemptBegun { .. }
            | Event::ClosesBegun { end: BodyEnd::Failed, .. }
            | Event::HoldClosed { .. }
            | Event::UndoBegun { .. }
            | Event::Undone { .. } => {}
        }
    }
}

impl ClosureRecipe {
    fn rewrite(&mut self, rewrite: Rewrite<'_>) {
        self.captured.iter_mut().for_each(|value| value.rewrite(rewrite));
    }
}

impl Outcome {
    /// Gives each of its texts to `rewrite`.
    pub fn rewrite(&mut self, rewrite: Rewrite<'_>) {
        match self {
            Outcome::Ok(value) => value.rewrite(rewrite),
            Outcome::Failed(failure) => failure.rewrite(rewrite),
        }
    }
}

impl Failure {
    fn rewrite(&mut self, rewrite: Rewrite<'_>) {
        rewrite(&mut self.message);
        self.hint.iter_mut().for_each(&mut *rewrite);
        self.details.rewrite(rewrite);
    }
}

impl Diagnostic {
    /// Gives each of its texts to `rewrite`.
    pub fn rewrite(&mut self, rewrite: Rewrite<'_>) {
        rewrite(&mut self.message);
        self.label.iter_mut().for_each(|label| rewrite(&mut label.text));
        self.notes.iter_mut().chain(&mut self.state).chain(&mut self.next).for_each(rewrite);
    }
}

impl Value {
    /// Gives each text in it to `rewrite`, keys of maps as well.
    pub fn rewrite(&mut self, rewrite: Rewrite<'_>) {
        match self {
            Value::Text(text) => rewrite(text),
            Value::List(items) => items.iter_mut().for_each(|item| item.rewrite(rewrite)),
            Value::Map(map) => {
                let pairs = std::mem::take(map).into_iter();
                *map = pairs
                    .map(|(mut key, mut item)| {
                        rewrite(&mut key);
                        item.rewrite(rewrite);
                        (key, item)
                    })
                    .collect();
            }
            Value::Bytes(bytes) => {
                // Bytes that are no text are looked at as if they were: a secret in them is text.
                let mut text = String::from_utf8_lossy(bytes).into_owned();
                let before = text.clone();
                rewrite(&mut text);
                if text != before {
                    *bytes = text.into_bytes();
                }
            }
            Value::Unit | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Char(_) | Value::Unknown => {}
        }
    }
}
