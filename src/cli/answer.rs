//! `runbook answer`: answers what a run asks, from another terminal than its own.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::arguments::Output;
use super::conduct::person;
use super::desk::Desk;
use super::found::Found;
use super::machine;
use crate::engine::gate::journal_diagnostic;
use crate::journal::{Posted, PostedAnswer};
use crate::messages::answers as messages;
use crate::messages::questions;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::value::Value;
use crate::world::clock::{self, Clock, SystemClock};
use crate::world::escape;
use crate::world::person::{Answer as Said, Question};

/// Answer what a run asks, from another terminal
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runbook answer r-8m3x              be asked here\n  runbook answer r-8m3x yes\n  \
                  runbook answer r-8m3x 'roll back'  one of the choices, or its number\n\nAn approval is given with `runbook approve`."
)]
pub struct Answer {
    /// Its id, or the beginning of it
    run: String,

    /// The answer: yes or no, one of the choices or its number, a text; `done` or what was seen for work by hand
    value: Option<String>,
}

impl Answer {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let found = match Found::find(desk, &self.run) {
            Ok(found) => found,
            Err(code) => return code,
        };
        let done = open(&found).and_then(|(posted, question)| {
            if matches!(question, Question::Approve { .. }) {
                let diagnostic = Diagnostic::error(Code::Usage, messages::is_an_approval(&found.run));
                return Err(Box::new(diagnostic.next(messages::approve_it(&found.run))));
            }
            let value = match &self.value {
                Some(text) => read(&question, text).ok_or_else(|| does_not_fit(&question, text))?,
                None => asked(desk, &found, &question)?,
            };
            store(desk, &found, &posted, value)
        });
        done.map_or_else(
            |diagnostic| desk.fail(&diagnostic.state(messages::nothing_was_answered())),
            |()| ExitCode::SUCCESS,
        )
    }
}

/// The question that a run has open.
///
/// # Errors
/// None.
pub(super) fn open(found: &Found) -> Result<(Posted, Question), Box<Diagnostic>> {
    let posted = found.backend.posted(&found.run).map_err(|error| Box::new(journal_diagnostic(&error)))?;
    let open = posted.into_iter().rev().filter(|posted| posted.answer.is_none() && !found.history.state.is_final());
    open.filter_map(|posted| serde_json::from_str(&posted.question).ok().map(|question| (posted, question)))
        .next()
        .ok_or_else(|| {
            let diagnostic = Diagnostic::error(Code::NothingAsked, messages::asks_nothing(&found.run));
            Box::new(diagnostic.next(messages::see_how_it_stands(&found.run)))
        })
}

/// What a person types here.
fn asked(desk: &Desk, found: &Found, question: &Question) -> Result<Value, Box<Diagnostic>> {
    match person(desk).ask(question, "", &CancellationToken::new()) {
        Said::Given(value) => Ok(value),
        Said::Nobody => {
            let answers = answers(question);
            let example = answers.first().cloned().unwrap_or_else(|| "TEXT".to_owned());
            let diagnostic = Diagnostic::error(Code::Usage, messages::needs_a_value());
            let diagnostic = diagnostic.note(escape::line(question.text()).into_owned()).note(can_be(question));
            Err(Box::new(diagnostic.next(messages::give_the_answer(&found.run, quoted(&example)))))
        }
        Said::Stop | Said::Withdrawn => {
            Err(Box::new(Diagnostic::error(Code::Interrupted, messages::nothing_was_answered())))
        }
    }
}

/// Keeps the answer; whoever runs the run takes it.
///
/// # Errors
/// Somebody was faster; storage that fails.
pub(super) fn store(desk: &Desk, found: &Found, posted: &Posted, value: Value) -> Result<(), Box<Diagnostic>> {
    let answer = PostedAnswer { value: value.clone(), by: desk.by.clone(), at: clock::stamp(SystemClock.now()) };
    let stands = found.backend.answer(&found.run, &posted.about, &answer);
    if !stands.map_err(|error| Box::new(journal_diagnostic(&error)))? {
        let diagnostic = Diagnostic::error(Code::NothingAsked, messages::answered_already());
        return Err(Box::new(diagnostic.next(messages::see_how_it_stands(&found.run))));
    }
    let waits = found.backend.is_held(&found.run, &desk.by);
    if desk.output != Output::Text {
        let fields =
            json!({ "run": found.run.as_str(), "value": value.to_json(), "by": answer.by, "is_running": waits });
        machine::object(desk, "answered", fields);
        return Ok(());
    }
    desk.screen.watch(&if waits { messages::the_run_goes_on(&found.run) } else { messages::resume_it(&found.run) });
    Ok(())
}

fn does_not_fit(question: &Question, text: &str) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error(Code::Usage, messages::does_not_fit(escape::line(text)));
    Box::new(diagnostic.note(escape::line(question.text()).into_owned()).note(can_be(question)))
}

fn can_be(question: &Question) -> String {
    let answers = answers(question);
    if answers.is_empty() { messages::any_text() } else { messages::one_of(escape::line(&answers.join(", "))) }
}

/// The answers that a question can have; nothing where it is any text.
fn answers(question: &Question) -> Vec<String> {
    match question {
        Question::Confirm { .. } => vec!["yes".to_owned(), "no".to_owned()],
        Question::Choose { options, .. } => options.clone(),
        Question::ByHand { evidence: false, .. } => vec!["done".to_owned()],
        _ => Vec::new(),
    }
}

/// The answer that a text stands for; nothing when it stands for none.
fn read(question: &Question, text: &str) -> Option<Value> {
    match question {
        Question::Confirm { .. } => match text.to_lowercase().as_str() {
            typed if questions::YES.contains(&typed) => Some(Value::Bool(true)),
            typed if questions::NO.contains(&typed) => Some(Value::Bool(false)),
            _ => None,
        },
        Question::Choose { options, .. } => {
            let number = || text.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let index = options.iter().position(|option| option == text).or_else(number)?;
            let index = i64::try_from(index).ok().filter(|_| index < options.len())?;
            Some(Value::Int(index))
        }
        Question::Text { .. } => Some(Value::from(text)),
        Question::ByHand { evidence: true, .. } => (!text.trim().is_empty()).then(|| Value::from(text.trim())),
        Question::ByHand { evidence: false, .. } => (text == "done").then_some(Value::Bool(true)),
        Question::Secret { .. } | Question::Approve { .. } | Question::Decide { .. } => None,
    }
}

fn quoted(text: &str) -> String {
    let plain = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "-_./:".contains(c));
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
