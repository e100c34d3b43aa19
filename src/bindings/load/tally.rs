//! What was seen of the requests so far.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use hdrhistogram::Histogram;
use schemars::JsonSchema;
use serde::Serialize;

use crate::messages::bindings_load as messages;
use crate::model::failure::Failure;

/// The longest time that can be told apart, in microseconds: two hours.
const MICROS_MAX: u64 = 2 * 60 * 60 * 1_000_000;

/// From which request on the share of failed ones is looked at.
const JUDGED_FROM: usize = 100;

/// Among how many of the last requests the share of failed ones is looked at.
const JUDGED_MAX: usize = 1_000;

/// The key of failures beyond [`KINDS_MAX`], and that of requests without an answer in time. For programs, so in no language.
const OTHERS: &str = "others";
/// See [`OTHERS`].
pub const TIMED_OUT: &str = "timed out";
/// A request that was not sent, since all connections were busy for as long as one may take.
pub const NOT_SENT: &str = "not sent";

/// How many kinds of failure are told apart.
const KINDS_MAX: usize = 20;

/// What came of one request.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The status of the answer; nothing where there was none.
    pub status: Option<u16>,
    /// Whether it was answered well.
    pub is_ok: bool,
    /// Why there was no answer.
    pub why: String,
    /// The bytes of the answer's body.
    pub bytes: u64,
    /// From when it was due to its end.
    pub latency: Duration,
    /// From when it was sent to its end.
    pub service: Duration,
}

/// What was seen of all.
pub struct Tally {
    /// How many have ended.
    pub requests: u64,
    /// How many were answered well.
    pub ok: u64,
    statuses: BTreeMap<String, u64>,
    errors: BTreeMap<String, u64>,
    bytes: u64,
    recent: VecDeque<bool>,
    recent_failed: usize,
    latency: Histogram<u64>,
    service: Histogram<u64>,
}

/// Percentiles of times, in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Times {
    /// The shortest.
    pub min: f64,
    /// The mean.
    pub mean: f64,
    /// Half of the requests took no longer.
    pub p50: f64,
    /// 90 % took no longer.
    pub p90: f64,
    /// 95 % took no longer.
    pub p95: f64,
    /// 99 % took no longer.
    pub p99: f64,
    /// 99.9 % took no longer.
    pub p99_9: f64,
    /// The longest.
    pub max: f64,
}

/// How many requests took how long.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Bucket {
    /// Up to how many milliseconds.
    pub up_to_ms: f64,
    /// How many took longer than the bucket before, and no longer than this.
    pub count: u64,
}

impl Tally {
    /// Nothing yet.
    ///
    /// # Errors
    /// Never with these bounds; the library says no more than that.
    pub fn new() -> Result<Self, Failure> {
        let histogram = || Histogram::new_with_bounds(1, MICROS_MAX, 3);
        let made = |error: hdrhistogram::CreationError| Failure::failed(messages::no_histogram(error));
        Ok(Tally {
            requests: 0,
            ok: 0,
            statuses: BTreeMap::new(),
            errors: BTreeMap::new(),
            bytes: 0,
            recent: VecDeque::with_capacity(JUDGED_MAX),
            recent_failed: 0,
            latency: histogram().map_err(made)?,
            service: histogram().map_err(made)?,
        })
    }

    /// Counts one.
    pub fn add(&mut self, outcome: Outcome) {
        self.requests += 1;
        self.ok += u64::from(outcome.is_ok);
        self.bytes = self.bytes.saturating_add(outcome.bytes);
        let (of, key) = match outcome.status {
            Some(status) => (&mut self.statuses, status.to_string()),
            None => (&mut self.errors, outcome.why),
        };
        // What was refused at once would make a broken server look quick.
        let counts = outcome.status.is_some() || key == TIMED_OUT || key == NOT_SENT;
        let is_full = of.len() >= KINDS_MAX && !of.contains_key(&key);
        *of.entry(if is_full { OTHERS.to_owned() } else { key }).or_default() += 1;
        if counts {
            self.latency.saturating_record(micros(outcome.latency));
            self.service.saturating_record(micros(outcome.service));
        }
        if self.recent.len() >= JUDGED_MAX && self.recent.pop_front() == Some(false) {
            self.recent_failed -= 1;
        }
        self.recent.push_back(outcome.is_ok);
        self.recent_failed += usize::from(!outcome.is_ok);
    }

    /// Whether so many of the last requests failed that the load ends.
    #[must_use]
    pub fn is_too_bad(&self, share: f64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "there are at most a thousand")]
        let failed = self.recent_failed as f64 / self.recent.len().max(1) as f64;
        share < 1.0 && self.recent.len() >= JUDGED_FROM && failed >= share
    }

    /// How many gave no good answer.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.requests - self.ok
    }

    /// How long requests took from when they were due.
    #[must_use]
    pub fn latency(&self) -> Times {
        times(&self.latency)
    }

    /// How long requests took from when they were sent.
    #[must_use]
    pub fn service(&self) -> Times {
        times(&self.service)
    }

    /// How often each status came.
    #[must_use]
    pub fn statuses(&self) -> BTreeMap<String, u64> {
        self.statuses.clone()
    }

    /// How often there was no answer, by why.
    #[must_use]
    pub fn errors(&self) -> BTreeMap<String, u64> {
        self.errors.clone()
    }

    /// The bytes of all bodies.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The latencies as a histogram whose buckets double from a tenth of a millisecond.
    #[must_use]
    pub fn histogram(&self) -> Vec<Bucket> {
        let mut buckets: Vec<Bucket> = Vec::new();
        for step in self.latency.iter_log(100, 2.0) {
            let bucket =
                Bucket { up_to_ms: millis(step.value_iterated_to()), count: step.count_since_last_iteration() };
            if bucket.count > 0 || !buckets.is_empty() {
                buckets.push(bucket);
            }
        }
        buckets
    }
}

fn times(histogram: &Histogram<u64>) -> Times {
    let at = |quantile: f64| millis(histogram.value_at_quantile(quantile));
    Times {
        min: millis(histogram.min()),
        mean: rounded(histogram.mean() / 1000.0),
        p50: at(0.5),
        p90: at(0.9),
        p95: at(0.95),
        p99: at(0.99),
        p99_9: at(0.999),
        max: millis(histogram.max()),
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1)
}

fn millis(micros: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "two hours in microseconds fit a float exactly")]
    let micros = micros as f64;
    rounded(micros / 1000.0)
}

/// To a microsecond.
fn rounded(millis: f64) -> f64 {
    (millis * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(ok: bool, latency: u64, service: u64) -> Outcome {
        Outcome {
            status: Some(if ok { 200 } else { 500 }),
            is_ok: ok,
            why: String::new(),
            bytes: 10,
            latency: Duration::from_millis(latency),
            service: Duration::from_millis(service),
        }
    }

    #[test]
    fn waiting_counts_in_the_latency_and_not_in_the_service_time() {
        let mut tally = Tally::new().unwrap();
        (0..99).for_each(|_| tally.add(ended(true, 10, 10)));
        tally.add(ended(true, 500, 10));
        let (latency, service) = (tally.latency(), tally.service());
        assert!((latency.p50 - 10.0).abs() < 0.02 && (latency.max - 500.0).abs() < 1.0, "{latency:?}");
        assert!((service.max - 10.0).abs() < 0.02, "{service:?}");
        assert_eq!(tally.histogram().iter().map(|bucket| bucket.count).sum::<u64>(), 100);
        assert_eq!(tally.bytes(), 1000);
    }

    #[test]
    fn what_was_refused_at_once_does_not_make_a_server_look_quick() {
        let mut tally = Tally::new().unwrap();
        tally.add(ended(true, 100, 100));
        (0..9).for_each(|_| tally.add(Outcome { status: None, why: "refused".to_owned(), ..ended(false, 1, 1) }));
        tally.add(Outcome { status: None, why: TIMED_OUT.to_owned(), ..ended(false, 900, 900) });
        assert!(tally.latency().p50 > 99.0 && tally.latency().max > 899.0);
        assert_eq!(tally.errors().get("refused"), Some(&9));
    }

    #[test]
    fn the_share_of_failures_is_judged_once_there_are_enough() {
        let mut tally = Tally::new().unwrap();
        (0..99).for_each(|_| tally.add(ended(false, 1, 1)));
        assert!(!tally.is_too_bad(0.5));
        tally.add(ended(true, 1, 1));
        assert!(tally.is_too_bad(0.5) && tally.is_too_bad(0.99));
        assert!(!tally.is_too_bad(1.0), "never");
        assert_eq!(tally.failed(), 99);
        (0..5_000).for_each(|_| tally.add(ended(true, 1, 1)));
        (0..499).for_each(|_| tally.add(ended(false, 1, 1)));
        assert!(!tally.is_too_bad(0.5));
        tally.add(ended(false, 1, 1));
        assert!(tally.is_too_bad(0.5), "half of the last thousand");
    }
}
