//! Makes the requests. Each is due at a moment that depends on its number alone, so a server that slows down is not asked less, and what
//! requests wait for it counts (that an answer holds back the next question is called coordinated omission).

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::{Client, Method};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::options::Plan;
use super::tally::{NOT_SENT, Outcome, TIMED_OUT, Tally};
use crate::model::failure::Failure;
use crate::world::clock::{Clock as _, SystemClock, within};
use crate::world::web_client;

/// How exactly a timer rings. A request that is due within it is sent at once.
const TIMER: Duration = Duration::from_millis(1);

/// How much of an answer's body is read.
const BODY_MAX: u64 = 64 << 20;

/// What each request is.
pub struct Shot {
    /// The client.
    pub client: Client,
    /// The method.
    pub method: Method,
    /// The address.
    pub url: Url,
    /// Headers by name.
    pub headers: reqwest::header::HeaderMap,
    /// The body.
    pub body: Option<bytes::Bytes>,
    /// The statuses that are good; none: all below 400.
    pub expect: Vec<u16>,
    /// How long one may take.
    pub timeout: Duration,
}

/// Load under way.
pub struct Generator {
    shot: Shot,
    plan: Plan,
    stop_at_errors: f64,
    next: AtomicU64,
    tally: Mutex<Tally>,
    stop: CancellationToken,
    too_bad: AtomicBool,
}

impl Generator {
    /// Load that has not begun.
    ///
    /// # Errors
    /// No memory for its figures.
    pub fn new(shot: Shot, plan: Plan, stop_at_errors: f64) -> Result<Self, Failure> {
        Ok(Generator {
            shot,
            plan,
            stop_at_errors,
            next: AtomicU64::new(0),
            tally: Mutex::new(Tally::new()?),
            stop: CancellationToken::new(),
            too_bad: AtomicBool::new(false),
        })
    }

    /// What was seen so far.
    pub fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it ended since too many failed.
    pub fn was_too_bad(&self) -> bool {
        self.too_bad.load(Ordering::Relaxed)
    }

    /// Begins no further request. Those under way are waited for.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Makes all requests, with at most `connections` under way at once.
    pub async fn run(self: Arc<Self>, connections: u32) {
        let begun = SystemClock.monotonic();
        let mut workers = JoinSet::new();
        for _ in 0..connections {
            let this = Arc::clone(&self);
            workers.spawn(async move { this.work(begun).await });
        }
        while workers.join_next().await.is_some() {}
    }

    async fn work(&self, begun: Duration) {
        loop {
            let nth = self.next.fetch_add(1, Ordering::Relaxed);
            if nth >= self.plan.requests {
                return;
            }
            let due = begun.saturating_add(self.plan.due(nth));
            let left = due.saturating_sub(SystemClock.monotonic());
            if left > TIMER {
                tokio::select! {
                    () = SystemClock.sleep(left.saturating_sub(TIMER)) => {}
                    () = self.stop.cancelled() => return,
                }
            }
            if self.stop.is_cancelled() {
                return;
            }
            let late = SystemClock.monotonic().saturating_sub(due);
            // Without a bound a slow server would be asked long after the load was to end.
            let outcome = if late > self.shot.timeout { not_sent(late) } else { self.shoot(due).await };
            let mut tally = self.tally();
            tally.add(outcome);
            if tally.is_too_bad(self.stop_at_errors) {
                self.too_bad.store(true, Ordering::Relaxed);
                self.stop();
            }
        }
    }

    async fn shoot(&self, due: Duration) -> Outcome {
        let shot = &self.shot;
        let sent = SystemClock.monotonic();
        let exchange = async {
            let mut request = shot.client.request(shot.method.clone(), shot.url.clone()).headers(shot.headers.clone());
            if let Some(body) = &shot.body {
                request = request.body(body.clone());
            }
            let mut answer = request.send().await?;
            let mut bytes = 0;
            while let Some(chunk) = answer.chunk().await? {
                bytes += chunk.len() as u64;
                if bytes > BODY_MAX {
                    break;
                }
            }
            Ok::<_, reqwest::Error>((answer.status().as_u16(), bytes))
        };
        let result = within(&SystemClock, shot.timeout, exchange).await;
        let ended = SystemClock.monotonic();
        let (status, bytes, why) = match result {
            Some(Ok((status, bytes))) => (Some(status), bytes, String::new()),
            Some(Err(error)) => (None, 0, web_client::why(&error)),
            None => (None, 0, TIMED_OUT.to_owned()),
        };
        let is_good = |status: u16| if shot.expect.is_empty() { status < 400 } else { shot.expect.contains(&status) };
        Outcome {
            status,
            is_ok: status.is_some_and(is_good),
            why,
            bytes,
            latency: ended.saturating_sub(due.min(sent)),
            service: ended.saturating_sub(sent),
        }
    }
}

/// A request that nobody was free to make.
fn not_sent(late: Duration) -> Outcome {
    let (why, service) = (NOT_SENT.to_owned(), Duration::ZERO);
    Outcome { status: None, is_ok: false, why, bytes: 0, latency: late, service }
}
