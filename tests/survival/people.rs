//! A person who answers by rules, and a clock that jumps instead of waiting.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use runbook::model::value::Value;
use runbook::world::clock::Clock;
use runbook::world::person::{Answer, Person, Question};
use tokio_util::sync::CancellationToken;

/// Longer sleeps are limits that must not be reached, not waits.
const LIMIT: Duration = Duration::from_secs(24 * 3600);

/// A clock that jumps when somebody sleeps on it.
#[derive(Clone)]
pub struct JumpingClock(Arc<Mutex<Duration>>);

impl JumpingClock {
    pub fn new() -> Self {
        JumpingClock(Arc::new(Mutex::new(Duration::ZERO)))
    }

    pub fn jump(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }

    pub fn passed(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

impl Clock for JumpingClock {
    fn now(&self) -> Timestamp {
        let start: Timestamp = "2026-01-02T03:04:05Z".parse().expect("a time");
        start + self.passed()
    }

    fn monotonic(&self) -> Duration {
        self.passed()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        if duration >= LIMIT {
            return Box::pin(std::future::pending());
        }
        Box::pin(async move { self.jump(duration) })
    }
}

type Rule = Box<dyn FnMut(&Question) -> Option<Answer> + Send>;

/// A person who answers each question by the first rule that has an answer, and keeps all questions.
#[derive(Clone, Default)]
pub struct Scripted(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    rules: Vec<Rule>,
    asked: Vec<Question>,
}

impl Scripted {
    pub fn when(&self, rule: impl FnMut(&Question) -> Option<Answer> + Send + 'static) {
        self.0.lock().unwrap().rules.push(Box::new(rule));
    }

    /// Approves what is to be approved.
    pub fn approves(&self) {
        self.when(|question| matches!(question, Question::Approve { .. }).then(|| Answer::Given(Value::Bool(true))));
    }

    /// Takes the choice with this number at every decision of the engine.
    pub fn decides(&self, choice: i64) {
        self.when(move |question| {
            matches!(question, Question::Decide { .. }).then_some(Answer::Given(Value::Int(choice)))
        });
    }

    pub fn leaves(&self) {
        self.0.lock().unwrap().rules.clear();
    }

    pub fn asked(&self) -> Vec<Question> {
        self.0.lock().unwrap().asked.clone()
    }
}

impl Person for Scripted {
    fn is_there(&self) -> bool {
        !self.0.lock().unwrap().rules.is_empty()
    }

    fn ask(&self, question: &Question, _: &str, cancel: &CancellationToken) -> Answer {
        if cancel.is_cancelled() {
            return Answer::Withdrawn;
        }
        let mut inner = self.0.lock().unwrap();
        inner.asked.push(question.clone());
        inner.rules.iter_mut().find_map(|rule| rule(question)).unwrap_or(Answer::Nobody)
    }
}
