//! What a run looks like while it goes: a live tree on a terminal, plain lines in pipes and CI, JSON for machines. All three
//! are fed the same: the journal's entries, and what the gate tells its listener between them.

mod lines;
mod ndjson;
mod node;
mod planned;
mod tree;
pub(super) mod words;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

pub use lines::Lines;
pub use ndjson::Ndjson;
pub use planned::Planned;
pub use tree::Tree;

use crate::engine::listener::Listener;
use crate::model::entry::Entry;
use crate::model::run::{Mode, RunId, RunState, Who};
use crate::world::clock::Clock;
use crate::world::terminal::Screen;

/// How often [`keep_up`] lets a view catch up.
const TICK: Duration = Duration::from_millis(125);

/// What is known when a run begins or is taken up again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// The run.
    pub run: RunId,
    /// The runbook's name.
    pub runbook: String,
    /// Its version.
    pub version: String,
    /// Who runs it now.
    pub by: Who,
    /// The environment, if one was given.
    pub environment: Option<String>,
    /// Whether it may write.
    pub mode: Mode,
    /// What is done with it.
    pub act: Act,
}

/// What is done with a runbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It is run.
    Run,
    /// A run of it is taken up again.
    Resume,
    /// It is planned: reads are real, writes are not sent.
    Plan,
    /// It is run in a simulated world.
    Rehearsal,
}

/// What is known when a run ends or stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// How it stands now.
    pub state: RunState,
    /// The exit code of the command.
    pub exit_code: u8,
    /// How long it took this time.
    pub took: Duration,
    /// How many writes happened in the whole run.
    pub writes: u64,
    /// How many calls are in doubt.
    pub in_doubt: u64,
    /// What to type next, the likeliest first.
    pub next: Vec<String>,
}

/// A way to show a run. Nothing here fails: a screen that went away is no reason to stop.
pub trait View: Listener {
    /// A run begins, or is taken up again.
    fn begin(&self, beginning: &Beginning);
    /// An entry was recorded.
    fn entry(&self, entry: &Entry);
    /// The run has stopped or ended so, and what still goes on comes to rest: shown before it is told why.
    fn come_to_rest(&self, state: RunState);
    /// Time has passed: live lines are drawn anew, long waits give a sign of life.
    fn tick(&self);
    /// The run ended or stopped.
    fn end(&self, ending: &Ending);
}

/// The view that fits what people watch: the tree where lines can be drawn over, plain lines elsewhere and where they are
/// asked for (in CI).
#[must_use]
pub fn fitting(screen: Arc<Screen>, clock: Arc<dyn Clock>, plain: bool) -> Arc<dyn View> {
    if screen.looks().redraws && !plain {
        Arc::new(Tree::new(screen, clock))
    } else {
        Arc::new(Lines::new(screen, clock))
    }
}

/// Lets `view` catch up eight times a second until `stop`.
pub async fn keep_up(view: Arc<dyn View>, clock: Arc<dyn Clock>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = clock.sleep(TICK) => view.tick(),
        }
    }
}

#[cfg(test)]
mod fixture;
