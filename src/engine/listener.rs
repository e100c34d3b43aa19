//! What a run tells besides its entries, for those who show it.

use std::sync::Arc;

use crate::binding::Progress;
use crate::model::call::Call;
use crate::model::scope::ScopePath;
use crate::world::secrets::Secrets;

/// A look of a wait after which it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Poll<'a> {
    /// What the script says that it saw; empty when it says nothing.
    pub seen: &'a str,
    /// How often it has looked.
    pub polls: u64,
    /// When it looks again.
    pub next_in: std::time::Duration,
}

/// Hears what happens between entries. Must never block for long and never fail.
pub trait Listener: Send + Sync {
    /// A call is about to be made; reads are recorded only with their result.
    fn calling(&self, call: &Call);
    /// A call under way has something to show.
    fn progress(&self, call: &Call, progress: &Progress);
    /// A recorded write was given from the journal instead of being made again.
    fn replayed_call(&self, call: &Call);
    /// A finished step was given from the journal instead of being run again.
    fn replayed_step(&self, scope: &ScopePath);
    /// A wait looked and goes on waiting.
    fn waiting(&self, scope: &ScopePath, what: &str, poll: &Poll<'_>);
    /// A question is about to be on the screen (`true`), or was answered (`false`).
    fn asking(&self, on: bool);
    /// In a plan: a write that would be made, and what a person would be asked for first (`confirmation`, `approval`).
    fn would(&self, call: &Call, asks: Option<&'static str>);
    /// In a plan: from here on the step depends on what is not known yet.
    fn depends(&self, scope: &ScopePath, on: &str);
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Listener for Silent {
    fn calling(&self, _: &Call) {}
    fn progress(&self, _: &Call, _: &Progress) {}
    fn replayed_call(&self, _: &Call) {}
    fn replayed_step(&self, _: &ScopePath) {}
    fn waiting(&self, _: &ScopePath, _: &str, _: &Poll<'_>) {}
    fn asking(&self, _: bool) {}
    fn would(&self, _: &Call, _: Option<&'static str>) {}
    fn depends(&self, _: &ScopePath, _: &str) {}
}

/// Hears what a run tells once what must not leave is taken out of it. The arguments of a call are clean when the call is made.
pub struct Cleaned {
    listener: Arc<dyn Listener>,
    secrets: Arc<Secrets>,
}

impl Cleaned {
    /// What `listener` may hear of a run with these secrets.
    #[must_use]
    pub fn of(listener: Arc<dyn Listener>, secrets: Arc<Secrets>) -> Self {
        Cleaned { listener, secrets }
    }

    fn clean(&self, text: &str) -> String {
        let mut text = text.to_owned();
        self.secrets.clean(&mut text);
        text
    }
}

impl Listener for Cleaned {
    fn calling(&self, call: &Call) {
        self.listener.calling(call);
    }

    fn progress(&self, call: &Call, progress: &Progress) {
        let progress = match progress {
            Progress::Line { from, text } => Progress::Line { from: from.clone(), text: self.clean(text) },
            Progress::State(text) => Progress::State(self.clean(text)),
            Progress::Remark(text) => Progress::Remark(self.clean(text)),
            Progress::Levels { text, levels } => Progress::Levels { text: self.clean(text), levels: levels.clone() },
        };
        self.listener.progress(call, &progress);
    }

    fn replayed_call(&self, call: &Call) {
        self.listener.replayed_call(call);
    }

    fn replayed_step(&self, scope: &ScopePath) {
        self.listener.replayed_step(scope);
    }

    fn waiting(&self, scope: &ScopePath, what: &str, poll: &Poll<'_>) {
        self.listener.waiting(scope, &self.clean(what), &Poll { seen: &self.clean(poll.seen), ..*poll });
    }

    fn asking(&self, on: bool) {
        self.listener.asking(on);
    }

    fn would(&self, call: &Call, asks: Option<&'static str>) {
        self.listener.would(call, asks);
    }

    fn depends(&self, scope: &ScopePath, on: &str) {
        self.listener.depends(scope, &self.clean(on));
    }
}
