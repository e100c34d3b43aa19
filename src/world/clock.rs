//! Time. The only place that reads the real clock, so that a rehearsal can turn its own.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Tells the time and waits.
pub trait Clock: Send + Sync {
    /// The wall-clock time. May jump; order never depends on it.
    fn now(&self) -> Timestamp;

    /// Time since some fixed moment of this process; never goes back. For measuring how long something took.
    fn monotonic(&self) -> Duration;

    /// Waits for `duration`.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the real clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn monotonic(&self) -> Duration {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that really waits")]
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// What `work` gives, if it does within `limit`.
pub async fn within<T>(clock: &dyn Clock, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        done = work => Some(done),
        () = clock.sleep(limit) => None,
    }
}

/// A time as entries store it: RFC 3339, UTC, microseconds.
#[must_use]
pub fn stamp(at: Timestamp) -> String {
    format!("{at:.6}")
}

/// The time of day in the zone of this machine, as people read it: `14:05:10`.
#[must_use]
pub fn of_day(at: Timestamp) -> String {
    TimeZone::system().to_datetime(at).strftime("%H:%M:%S").to_string()
}

/// The time until `deadline` as entries store it; zero when it has passed, nothing when it is no time.
#[must_use]
pub fn until(clock: &dyn Clock, deadline: &str) -> Option<Duration> {
    let deadline: Timestamp = deadline.parse().ok()?;
    Some(Duration::try_from(deadline.duration_since(clock.now())).unwrap_or(Duration::ZERO))
}

/// The wall-clock time `after` from a time as entries store it; nothing when it is no time.
#[must_use]
pub fn later(at: &str, after: Duration) -> Option<String> {
    let after = jiff::SignedDuration::try_from(after).unwrap_or(jiff::SignedDuration::MAX);
    let at: Timestamp = at.parse().ok()?;
    Some(stamp(at.saturating_add(after).unwrap_or(Timestamp::MAX)))
}

/// The wall-clock time `after` from now, as entries store it.
#[must_use]
pub fn deadline(clock: &dyn Clock, after: Duration) -> String {
    let after = jiff::SignedDuration::try_from(after).unwrap_or(jiff::SignedDuration::MAX);
    stamp(clock.now().saturating_add(after).unwrap_or(Timestamp::MAX))
}
