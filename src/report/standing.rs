//! How a run stands for people: its state, told apart where the journal alone can't.

use crate::model::history::History;
use crate::model::run::{RunState, StopKind};

/// The words for all standings, as `runbook runs --state` takes them.
pub const WORDS: [&str; 17] = [
    "running",
    "died",
    "settled",
    "done",
    "cancelled",
    StopKind::Failed.word(),
    StopKind::Refused.word(),
    StopKind::Waiting.word(),
    StopKind::InDoubt.word(),
    StopKind::Diverged.word(),
    StopKind::Interrupted.word(),
    StopKind::Terminated.word(),
    StopKind::HungUp.word(),
    StopKind::Journal.word(),
    StopKind::TimedOut.word(),
    StopKind::Credentials.word(),
    StopKind::Bug.word(),
];

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A process holds it.
    Running,
    /// It neither stopped nor ended, and no process holds it.
    Died,
    /// It stopped in doubt, and somebody has settled all of it since.
    Settled,
    /// It stopped.
    Stopped(StopKind),
    /// It ended well.
    Done,
    /// A person ended it for good.
    Cancelled,
}

impl Standing {
    /// How a run with this history stands. `is_held` tells whether a process holds it; it is asked only where that matters.
    pub fn of(history: &History, is_held: impl FnOnce() -> bool) -> Self {
        match history.state {
            RunState::Running if is_held() => Standing::Running,
            RunState::Running => Standing::Died,
            RunState::Stopped(StopKind::InDoubt) if history.in_doubt().next().is_none() => Standing::Settled,
            RunState::Stopped(kind) => Standing::Stopped(kind),
            RunState::Done => Standing::Done,
            RunState::Cancelled => Standing::Cancelled,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Standing::Running => "running",
            Standing::Died => "died",
            Standing::Settled => "settled",
            Standing::Stopped(kind) => kind.word(),
            Standing::Done => "done",
            Standing::Cancelled => "cancelled",
        }
    }

    /// Whether `runbook resume` takes it up.
    #[must_use]
    pub fn is_resumable(self) -> bool {
        matches!(self, Standing::Died | Standing::Settled | Standing::Stopped(_))
    }
}
