//! How a program is asked to stop: SIGINT first, so that it can save its state, then TERM, and KILL last.

use std::time::Duration;

use rustix::process::{Pid, Signal};
use tokio_util::sync::CancellationToken;

use crate::world::clock::Clock;

/// How long each request is given before the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pace {
    after_interrupt: Duration,
    after_term: Duration,
}

impl Pace {
    /// After a time limit, or when a run stops: a program may have state to save.
    pub(super) const PATIENT: Pace =
        Pace { after_interrupt: Duration::from_secs(10), after_term: Duration::from_secs(5) };

    /// When the call must end now.
    pub(super) const SHORT: Pace = Pace { after_interrupt: Duration::from_secs(2), after_term: Duration::from_secs(1) };

    /// The longest a program and what it started can take to stop, with some room.
    pub(super) const fn longest(self) -> Duration {
        Duration::from_secs(self.after_interrupt.as_secs() + self.after_term.as_secs() + LEFTOVERS.as_secs() + 5)
    }
}

/// How long what a program left behind in its group has after TERM.
const LEFTOVERS: Duration = Duration::from_secs(5);

/// How often a group is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Asks a group to stop, step by step, until `ended` resolves. When `now` is cancelled on the way, the rest goes at the short
/// pace.
pub(super) async fn stop<T>(
    group: Pid,
    mut ended: impl Future<Output = T> + Unpin,
    mut pace: Pace,
    now: &CancellationToken,
    clock: &dyn Clock,
) -> T {
    for signal in [Signal::INT, Signal::TERM] {
        send(group, signal);
        let grace = |pace: Pace| if signal == Signal::INT { pace.after_interrupt } else { pace.after_term };
        tokio::select! {
            biased;
            end = &mut ended => return end,
            () = now.cancelled(), if pace != Pace::SHORT => {
                pace = Pace::SHORT;
                tokio::select! {
                    biased;
                    end = &mut ended => return end,
                    () = clock.sleep(grace(pace)) => {}
                }
            }
            () = clock.sleep(grace(pace)) => {}
        }
    }
    send(group, Signal::KILL);
    ended.await
}

/// Ends what a program that is gone left behind in its group. Gives whether there was anything.
pub(super) async fn end_leftovers(group: Pid, clock: &dyn Clock) -> bool {
    if !lives(group) {
        return false;
    }
    send(group, Signal::TERM);
    let until = clock.monotonic().saturating_add(LEFTOVERS);
    while lives(group) {
        if clock.monotonic() >= until {
            send(group, Signal::KILL);
            break;
        }
        clock.sleep(LOOK_EVERY).await;
    }
    true
}

/// Sends a signal to every process of a group.
pub(super) fn send(group: Pid, signal: Signal) {
    // The only answers are that nobody is left, or that nobody is left whom we may signal.
    let _nobody = rustix::process::kill_process_group(group, signal);
}

fn lives(group: Pid) -> bool {
    rustix::process::test_kill_process_group(group).is_ok()
}
