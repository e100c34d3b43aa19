//! `runbook approve`: gives the approval that a run waits for, from another terminal than its own. Only a person at a terminal can.

use std::process::ExitCode;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::answer::{open, store};
use super::conduct::person;
use super::desk::Desk;
use super::found::Found;
use crate::messages::answers as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::value::Value;
use crate::world::person::{Answer, Question};

/// Approve what a run waits for, from another terminal
#[derive(Debug, Args)]
#[command(
    after_help = "Shows the exact call and asks for the phrase, on a terminal. The approval is for that call of that run alone, and \
                  holds for 30 minutes."
)]
pub struct Approve {
    /// Its id, or the beginning of it
    run: String,
}

impl Approve {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let found = match Found::find(desk, &self.run) {
            Ok(found) => found,
            Err(code) => return code,
        };
        match approve(desk, &found) {
            Ok(()) => ExitCode::SUCCESS,
            Err(diagnostic) => desk.fail(&diagnostic.state(messages::nothing_was_answered())),
        }
    }
}

fn approve(desk: &Desk, found: &Found) -> Result<(), Box<Diagnostic>> {
    let (posted, question) = open(found)?;
    if !matches!(question, Question::Approve { .. }) {
        let diagnostic = Diagnostic::error(Code::Usage, messages::is_no_approval(&found.run));
        return Err(Box::new(diagnostic.next(messages::answer_it(&found.run))));
    }
    match person(desk).ask(&question, "", &CancellationToken::new()) {
        Answer::Given(value) => {
            let declined = value == Value::Bool(false);
            store(desk, found, &posted, value)?;
            if declined {
                desk.screen.watch(&messages::declined(&found.run));
            }
            Ok(())
        }
        Answer::Nobody => Err(Box::new(Diagnostic::error(Code::Waiting, messages::approved_at_a_terminal_only()))),
        Answer::Stop | Answer::Withdrawn => {
            Err(Box::new(Diagnostic::error(Code::Interrupted, messages::nothing_was_answered())))
        }
    }
}
