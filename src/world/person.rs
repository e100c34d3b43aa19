//! The person who runs a runbook: asked, shown, never assumed to be there.

use std::collections::BTreeMap;

use tokio_util::sync::CancellationToken;

use crate::model::value::Value;

/// What a person is asked. All text comes from scripts and services, and is shown with control characters made visible.
#[derive(Clone, Debug, PartialEq)]
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

/// Asks a person.
pub trait Person: Send + Sync {
    /// Whether somebody can answer.
    fn is_there(&self) -> bool;

    /// Asks, and waits for the answer until `cancel`. Typed-ahead input is discarded first.
    fn ask(&self, question: &Question, cancel: &CancellationToken) -> Answer;
}

/// Nobody: every question stays unanswered. For runs without a terminal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Person for Nobody {
    fn is_there(&self) -> bool {
        false
    }

    fn ask(&self, _: &Question, _: &CancellationToken) -> Answer {
        Answer::Nobody
    }
}
