//! The person who runs a runbook: asked, shown, never assumed to be there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::model::run::Who;
use crate::model::value::Value;

/// What a person is asked. All text comes from scripts and services, and is shown with control characters made visible.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Question {
    /// Yes or no.
    Confirm {
        /// The question.
        text: String,
    },
    /// One of several.
    Choose {
        /// The question.
        text: String,
        /// What can be chosen.
        options: Vec<String>,
    },
    /// A line of text.
    Text {
        /// The question.
        text: String,
        /// Taken when nothing is typed.
        default: Option<String>,
    },
    /// A line that is not shown.
    Secret {
        /// The question.
        text: String,
    },
    /// Something to be done by hand.
    ByHand {
        /// What to do.
        text: String,
        /// Values to copy, by label.
        values: BTreeMap<String, String>,
        /// Whether the person must write what was seen.
        evidence: bool,
    },
    /// Approval of one exact call. Only the engine writes this text.
    Approve {
        /// What is approved, line by line.
        shown: Vec<String>,
        /// What must be typed.
        phrase: String,
    },
    /// A decision of the engine: one of several, the safe one last.
    Decide {
        /// What happened, line by line.
        shown: Vec<String>,
        /// The choices.
        choices: Vec<String>,
    },
}

impl Question {
    /// The question in words.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Question::Confirm { text }
            | Question::Choose { text, .. }
            | Question::Text { text, .. }
            | Question::Secret { text }
            | Question::ByHand { text, .. } => text,
            Question::Approve { shown, .. } | Question::Decide { shown, .. } => {
                shown.first().map_or("", String::as_str)
            }
        }
    }

    /// The same question with words after it.
    #[must_use]
    pub fn with_remark(mut self, remark: &str) -> Self {
        match &mut self {
            Question::Confirm { text }
            | Question::Choose { text, .. }
            | Question::Text { text, .. }
            | Question::Secret { text }
            | Question::ByHand { text, .. } => *text = format!("{text} ({remark})"),
            Question::Approve { shown, .. } | Question::Decide { shown, .. } => shown.push(remark.to_owned()),
        }
        self
    }

    /// Whether it can be answered from another terminal: a secret is typed where it is used, and what the engine must know is
    /// decided by who sees it.
    #[must_use]
    pub fn can_be_posted(&self) -> bool {
        !matches!(self, Question::Secret { .. } | Question::Decide { .. })
    }

    /// Whether this is the form of an answer to it.
    #[must_use]
    pub fn takes(&self, answer: &Value) -> bool {
        match (self, answer) {
            (Question::Confirm { .. } | Question::Approve { .. }, Value::Bool(_)) => true,
            (Question::Choose { options, .. }, Value::Int(index)) => {
                usize::try_from(*index).is_ok_and(|index| index < options.len())
            }
            (Question::Decide { choices, .. }, Value::Int(index)) => {
                usize::try_from(*index).is_ok_and(|index| index < choices.len())
            }
            (Question::Text { .. } | Question::Secret { .. }, Value::Text(_)) => true,
            (Question::ByHand { evidence: false, .. }, Value::Bool(done)) => *done,
            (Question::ByHand { evidence: true, .. }, Value::Text(seen)) => !seen.is_empty(),
            _ => false,
        }
    }
}

/// What came of asking.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The answer: a bool, a text, or the index of the choice.
    Given(Value),
    /// The person wants to stop here.
    Stop,
    /// Nobody is there to answer.
    Nobody,
    /// The question was taken back: the run is stopping.
    Withdrawn,
}

/// Who answered from another terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// Who.
    pub by: Who,
    /// When: RFC 3339, UTC.
    pub at: String,
}

/// Asks a person.
pub trait Person: Send + Sync {
    /// Whether somebody can answer.
    fn is_there(&self) -> bool;

    /// Asks, and waits for the answer until `cancel`. Typed-ahead input is discarded first. `about` names what is asked about: the
    /// same when it is asked again after a crash, another for anything else in the run.
    fn ask(&self, question: &Question, about: &str, cancel: &CancellationToken) -> Answer;

    /// Who gave the last answer, and when, if it was not the person at this terminal. Told once.
    fn answered_elsewhere(&self) -> Option<Elsewhere> {
        None
    }
}

/// Nobody: every question stays unanswered. For runs without a terminal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Person for Nobody {
    fn is_there(&self) -> bool {
        false
    }

    fn ask(&self, _: &Question, _: &str, _: &CancellationToken) -> Answer {
        Answer::Nobody
    }
}
