//! A run: its id, who made it, its state, and why it stops.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::messages::model as messages;
use crate::messages::standing;

/// The id of a run: `r-` and four or more characters that people can read to each other (no `0`, `1`, `l`, `o`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(#[serde(with = "super::shared_text")] Arc<str>);

/// Text that is no run id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", messages::is_not_a_run_id(.0))]
pub struct NotARunId(pub String);

impl RunId {
    const LETTERS: &[u8; 32] = b"23456789abcdefghijkmnpqrstuvwxyz";

    /// An id of `length` characters drawn from random `bits`.
    #[must_use]
    pub fn from_bits(bits: u128, length: usize) -> Self {
        let letters = (0..length.min(25)).map(|i| {
            let index = (bits >> (5 * i)) & 31;
            char::from(Self::LETTERS[usize::try_from(index).unwrap_or(0)])
        });
        RunId(format!("r-{}", letters.collect::<String>()).into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RunId {
    type Err = NotARunId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotARunId(text.to_owned());
        let letters = text.strip_prefix("r-").ok_or_else(wrong)?;
        if letters.is_empty() || letters.len() > 25 || !letters.bytes().all(|b| Self::LETTERS.contains(&b)) {
            return Err(wrong());
        }
        Ok(RunId(text.into()))
    }
}

/// Who runs or decides, from where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The login name.
    pub user: String,
    /// The machine's name.
    pub host: String,
    /// The process.
    pub pid: u32,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.user, self.host)
    }
}

/// Why a run is not running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopKind {
    /// The script or a call failed.
    Failed,
    /// A call was refused, by permissions, policy, mode or a person.
    Refused,
    /// Waits for a person's answer or approval.
    Waiting,
    /// A write may or may not have happened.
    InDoubt,
    /// The script asks for something other than what was done.
    Diverged,
    /// Ctrl-C.
    Interrupted,
    /// Asked to terminate.
    Terminated,
    /// The terminal went away.
    HungUp,
    /// The journal could not be written, or the run is no longer held.
    Journal,
    /// Took longer than it may.
    TimedOut,
    /// Nobody, or somebody else, is logged in at AWS.
    Credentials,
    /// A bug of the program.
    Bug,
}

impl StopKind {
    /// The exit code of a command whose run stopped so.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            StopKind::Failed | StopKind::Journal | StopKind::TimedOut => 1,
            StopKind::Credentials => 4,
            StopKind::Refused => 6,
            StopKind::Waiting => 5,
            StopKind::InDoubt | StopKind::Diverged => 7,
            StopKind::Bug => 70,
            StopKind::HungUp => 129,
            StopKind::Interrupted => 130,
            StopKind::Terminated => 143,
        }
    }

    /// Whether the closes of what the run holds may still be run.
    ///
    /// Not where the journal is lost (nothing could be recorded), nor in doubt or diverged (a person decides first): there
    /// they are owed.
    #[must_use]
    pub fn allows_closes(self) -> bool {
        !matches!(self, StopKind::Journal | StopKind::InDoubt | StopKind::Diverged | StopKind::Bug | StopKind::Waiting)
    }

    /// The word for it in machine output and on the command line, the same in every language.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            StopKind::Failed => "failed",
            StopKind::Refused => "refused",
            StopKind::Waiting => "waiting",
            StopKind::InDoubt => "in doubt",
            StopKind::Diverged => "diverged",
            StopKind::Interrupted => "interrupted",
            StopKind::Terminated => "terminated",
            StopKind::HungUp => "hung up",
            StopKind::Journal => "journal lost",
            StopKind::TimedOut => "timed out",
            StopKind::Credentials => "credentials",
            StopKind::Bug => "bug",
        }
    }

    /// The same as people read it, in the language of the process.
    #[must_use]
    pub fn told(self) -> String {
        match self {
            StopKind::Failed => standing::failed(),
            StopKind::Refused => standing::refused(),
            StopKind::Waiting => standing::waiting(),
            StopKind::InDoubt => standing::in_doubt(),
            StopKind::Diverged => standing::diverged(),
            StopKind::Interrupted => standing::interrupted(),
            StopKind::Terminated => standing::terminated(),
            StopKind::HungUp => standing::hung_up(),
            StopKind::Journal => standing::journal_lost(),
            StopKind::TimedOut => standing::timed_out(),
            StopKind::Credentials => standing::credentials(),
            StopKind::Bug => standing::bug(),
        }
    }
}

/// Whether a run may write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Reads and writes.
    #[default]
    Normal,
    /// Every effect but read is refused.
    ReadOnly,
}

/// The state of a run, derived from its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Begun, and neither stopped nor ended: a process holds it, or it died.
    Running,
    /// Not running, can be resumed.
    Stopped(StopKind),
    /// Ended well.
    Done,
    /// Ended for good by a person.
    Cancelled,
}

impl RunState {
    /// Whether nothing can follow.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, RunState::Done | RunState::Cancelled)
    }

    /// The word for it in machine output and on the command line, the same in every language.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            RunState::Running => "running",
            RunState::Stopped(kind) => kind.word(),
            RunState::Done => "done",
            RunState::Cancelled => "cancelled",
        }
    }

    /// The same as people read it, in the language of the process.
    #[must_use]
    pub fn told(self) -> String {
        match self {
            RunState::Running => standing::running(),
            RunState::Stopped(kind) => kind.told(),
            RunState::Done => standing::done(),
            RunState::Cancelled => standing::cancelled(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_short_and_read_back() {
        let id = RunId::from_bits(0x1234_5678_9abc_def0, 4);
        assert_eq!(id.as_str().len(), 6);
        assert_eq!(id.as_str().parse(), Ok(id));
        for wrong in ["8m3x", "r-", "r-0l1o", "r-8M3X", "r-8m3x/.."] {
            assert!(wrong.parse::<RunId>().is_err(), "{wrong}");
        }
    }
}
