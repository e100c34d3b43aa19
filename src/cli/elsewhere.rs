//! The person at the terminal, or whoever answers from another one: what a run asks is posted beside the journal, and the first
//! answer stands.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::engine::asking::APPROVAL_HOLDS;
use crate::journal::{Backend, PostedAnswer};
use crate::messages::answers as messages;
use crate::model::run::RunId;
use crate::model::value::Value;
use crate::world::clock::{self, Clock};
use crate::world::escape;
use crate::world::person::{Answer, Elsewhere, Person, Question};
use crate::world::terminal::Screen;

/// How often an open question looks for an answer from elsewhere.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Whoever answers first.
pub struct Anybody {
    here: Arc<dyn Person>,
    screen: Arc<Screen>,
    backend: Arc<dyn Backend>,
    run: RunId,
    clock: Arc<dyn Clock>,
    runtime: Handle,
    last: Mutex<Option<Elsewhere>>,
}

impl Anybody {
    /// Whoever answers first: the person `here`, or somebody who finds the question of `run` in `backend`.
    #[must_use]
    pub fn of(
        here: Arc<dyn Person>,
        screen: Arc<Screen>,
        backend: Arc<dyn Backend>,
        run: RunId,
        clock: Arc<dyn Clock>,
        runtime: Handle,
    ) -> Self {
        Anybody { here, screen, backend, run, clock, runtime, last: Mutex::default() }
    }

    /// Asks here while it looks for an answer from elsewhere.
    fn ask_here(&self, question: &Question, about: &str, cancel: &CancellationToken) -> (Answer, Option<PostedAnswer>) {
        let found: Arc<Mutex<Option<PostedAnswer>>> = Arc::default();
        let open = cancel.child_token();
        let looking = self.runtime.spawn({
            let (open, found, clock) = (open.clone(), Arc::clone(&found), Arc::clone(&self.clock));
            let (backend, run, about) = (Arc::clone(&self.backend), self.run.clone(), about.to_owned());
            let question = question.clone();
            async move {
                while !open.is_cancelled() {
                    tokio::select! {
                        () = open.cancelled() => return,
                        () = clock.sleep(LOOK_EVERY) => {}
                    }
                    // A journal that can't be read is met by the run itself.
                    if let Some(answer) = answer_of(&*backend, &run, &about, &question) {
                        *found.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
                        open.cancel();
                    }
                }
            }
        });
        let answer = self.here.ask(question, about, &open);
        open.cancel();
        looking.abort();
        let found = found.lock().unwrap_or_else(PoisonError::into_inner).take();
        (answer, found)
    }

    /// Whether an approval was given so long ago that it holds no more. Other answers hold.
    fn has_expired(&self, question: &Question, answer: &PostedAnswer) -> bool {
        let expires = clock::later(&answer.at, APPROVAL_HOLDS);
        let left = expires.and_then(|expires| clock::until(&*self.clock, &expires));
        matches!(question, Question::Approve { .. }) && left.is_none_or(|left| left.is_zero())
    }

    fn take(&self, question: &Question, about: &str, answer: PostedAnswer) -> Answer {
        let PostedAnswer { value, by, at } = answer;
        // A no ends the run and is not remembered by it: who takes the run up again is asked again, as after a no given here.
        if value == Value::Bool(false) && matches!(question, Question::Confirm { .. } | Question::Approve { .. }) {
            let _left = self.backend.take_back(&self.run, about);
        }
        self.screen.watch(&escape::line(&messages::answered_elsewhere(&by, &at)));
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Elsewhere { by, at });
        Answer::Given(value)
    }
}

fn answer_of(backend: &dyn Backend, run: &RunId, about: &str, question: &Question) -> Option<PostedAnswer> {
    let posted = backend.posted(run).ok()?.into_iter().find(|posted| posted.about == about)?;
    posted.answer.filter(|answer| question.takes(&answer.value))
}

impl Person for Anybody {
    fn is_there(&self) -> bool {
        self.here.is_there()
    }

    fn ask(&self, question: &Question, about: &str, cancel: &CancellationToken) -> Answer {
        // Who answered an earlier question has nothing to do with this one.
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
        if about.is_empty() || !question.can_be_posted() {
            return self.here.ask(question, about, cancel);
        }
        if let Some(answer) = answer_of(&*self.backend, &self.run, about, question) {
            if !self.has_expired(question, &answer) {
                return self.take(question, about, answer);
            }
            // Given too long ago: whoever approves must see how things are now. Asked anew.
            let _left = self.backend.take_back(&self.run, about);
        }
        let at = clock::stamp(self.clock.now());
        let posted = serde_json::to_string(question).map(|text| self.backend.post(&self.run, about, &text, &at));
        if !matches!(posted, Ok(Ok(()))) {
            // It can still be answered here.
            return self.here.ask(question, about, cancel);
        }
        let (answer, found) = self.ask_here(question, about, cancel);
        match (answer, found) {
            (Answer::Withdrawn, Some(found)) if !cancel.is_cancelled() => self.take(question, about, found),
            (Answer::Given(value), _) => {
                // Left behind, it would only be told to people as open.
                let _left = self.backend.take_back(&self.run, about);
                Answer::Given(value)
            }
            (answer, _) => answer,
        }
    }

    fn answered_elsewhere(&self) -> Option<Elsewhere> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
