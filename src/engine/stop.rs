//! Why a run stops. Sticky: Rhai can't promise that a script does not swallow an error, so the gate keeps the reason and every
//! later call fails, whatever the script does.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::sandbox::Watch;
use crate::model::diagnostic::Diagnostic;
use crate::model::run::StopKind;

/// Why a run stops, and what is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// Why.
    pub kind: StopKind,
    /// What is told.
    pub diagnostic: Diagnostic,
}

/// The order to stop, shared by all that works for a run.
pub struct StopSwitch {
    reason: Mutex<Option<Stop>>,
    stopping: CancellationToken,
    cancel: CancellationToken,
    watch: Arc<Watch>,
}

impl StopSwitch {
    /// Not stopped.
    #[must_use]
    pub fn new(watch: Arc<Watch>) -> Self {
        StopSwitch {
            reason: Mutex::new(None),
            stopping: CancellationToken::new(),
            cancel: CancellationToken::new(),
            watch,
        }
    }

    /// Stops the run. The first reason stays; nothing can take it back.
    pub fn stop(&self, stop: Stop) {
        let mut reason = self.reason.lock().unwrap_or_else(PoisonError::into_inner);
        reason.get_or_insert(stop);
        drop(reason);
        self.watch.stop();
        self.stopping.cancel();
    }

    /// Ends the calls in flight now, instead of letting writes finish.
    pub fn cancel_calls(&self) {
        self.cancel.cancel();
    }

    /// Why the run stops, if it does.
    #[must_use]
    pub fn reason(&self) -> Option<Stop> {
        self.reason.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the run stops.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopping.is_cancelled()
    }

    /// Cancelled as soon as the run is to stop.
    #[must_use]
    pub fn stopping(&self) -> &CancellationToken {
        &self.stopping
    }

    /// Cancelled when calls in flight must end now.
    #[must_use]
    pub fn cancel(&self) -> &CancellationToken {
        &self.cancel
    }
}
