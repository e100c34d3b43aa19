//! How a call failed, told apart by what may be done next.

use serde::{Deserialize, Serialize};

use super::value::Value;

/// What is known about the world after a call that gave no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The call can't be made as it was asked for; nothing was sent.
    Invalid,
    /// It was not allowed (a forbidden address, a path outside the project); nothing was sent.
    Refused,
    /// The other side could not be reached; nothing was done. Worth trying again.
    Unavailable,
    /// The other side answered, and the answer is a failure.
    Failed,
    /// It was sent and no answer came: it may or may not have happened.
    Unknown,
    /// It was stopped by a person or by the run's end before anything was sent.
    Interrupted,
    /// It needs an answer, and nobody is there to give one.
    NeedsPerson,
    /// Nobody, or somebody else, is logged in where it goes; nothing was done.
    Credentials,
}

/// A call that gave no result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What is known about the world now.
    pub kind: FailureKind,
    /// What happened: lower case, no full stop, names in backticks.
    pub message: String,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Facts for scripts and reports (a status, an exit code, evidence).
    #[serde(default, skip_serializing_if = "is_unit")]
    pub details: Value,
}

fn is_unit(value: &Value) -> bool {
    *value == Value::Unit
}

impl Failure {
    /// A failure of `kind`.
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Failure { kind, message: message.into(), hint: None, details: Value::Unit }
    }

    /// Arguments that make no call.
    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Invalid, message)
    }

    /// Something that is not allowed.
    #[must_use]
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Refused, message)
    }

    /// Nothing reached, nothing done.
    #[must_use]
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Unavailable, message)
    }

    /// Answered, with a failure.
    #[must_use]
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Failed, message)
    }

    /// Sent, and no answer.
    #[must_use]
    pub fn unknown(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Unknown, message)
    }

    /// With what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With facts for scripts and reports.
    #[must_use]
    pub fn details(mut self, details: Value) -> Self {
        self.details = details;
        self
    }
}

/// What came of a call: its result, or how it failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The result.
    Ok(Value),
    /// How it failed.
    Failed(Failure),
}
