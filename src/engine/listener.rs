//! What a run tells besides its entries, for those who show it.

use crate::binding::Progress;
use crate::model::call::Call;
use crate::model::scope::ScopePath;

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
    fn waiting(&self, scope: &ScopePath, what: &str, polls: u64, next_in: std::time::Duration);
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
    fn waiting(&self, _: &ScopePath, _: &str, _: u64, _: std::time::Duration) {}
    fn asking(&self, _: bool) {}
    fn would(&self, _: &Call, _: Option<&'static str>) {}
    fn depends(&self, _: &ScopePath, _: &str) {}
}
