//! A plan for machines: what is seen, what would be done and what can't be known yet, in order, beside what people watch.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value as Json, json};

use super::{Beginning, Ending, View};
use crate::binding::Progress;
use crate::engine::listener::{Listener, Poll};
use crate::model::call::Call;
use crate::model::entry::{Entry, Event};
use crate::model::run::RunState;
use crate::model::scope::ScopePath;

/// Shows a plan through another view, and keeps what it says.
pub struct Planned {
    shown: Arc<dyn View>,
    said: Mutex<Vec<Json>>,
}

impl Planned {
    /// Keeps what is shown by `shown`.
    #[must_use]
    pub fn beside(shown: Arc<dyn View>) -> Self {
        Planned { shown, said: Mutex::default() }
    }

    /// What was kept, in order.
    #[must_use]
    pub fn take(&self) -> Vec<Json> {
        std::mem::take(&mut self.said.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, action: &str, call: &Call, asks: Option<&str>) {
        self.say(json!({
            "action": action, "function": call.function, "effect": call.effect, "scope": call.key.scope,
            "steps": call.key.scope.names(), "args": call.args, "asks": asks, "place": call.place,
        }));
    }

    fn say(&self, json: Json) {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).push(json);
    }
}

impl View for Planned {
    fn begin(&self, beginning: &Beginning) {
        self.shown.begin(beginning);
    }

    fn entry(&self, entry: &Entry) {
        if let Event::CallMade { call, .. } = &entry.event {
            self.keep("made", call, None);
        }
        self.shown.entry(entry);
    }

    fn come_to_rest(&self, state: RunState) {
        self.shown.come_to_rest(state);
    }

    fn tick(&self) {
        self.shown.tick();
    }

    fn end(&self, ending: &Ending) {
        self.shown.end(ending);
    }
}

impl Listener for Planned {
    fn calling(&self, call: &Call) {
        self.shown.calling(call);
    }

    fn progress(&self, call: &Call, progress: &Progress) {
        self.shown.progress(call, progress);
    }

    fn replayed_call(&self, call: &Call) {
        self.shown.replayed_call(call);
    }

    fn replayed_step(&self, scope: &ScopePath) {
        self.shown.replayed_step(scope);
    }

    fn waiting(&self, scope: &ScopePath, what: &str, poll: &Poll<'_>) {
        self.shown.waiting(scope, what, poll);
    }

    fn asking(&self, on: bool) {
        self.shown.asking(on);
    }

    fn would(&self, call: &Call, asks: Option<&'static str>) {
        self.keep("would", call, asks);
        self.shown.would(call, asks);
    }

    fn depends(&self, scope: &ScopePath, on: &str) {
        self.say(json!({ "action": "unknown", "scope": scope, "steps": scope.names(), "why": on }));
        self.shown.depends(scope, on);
    }
}
