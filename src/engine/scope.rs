//! Where on the current script thread we are: the chain of steps, branches, attempts around the call that is made now.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use crate::model::entry::Seq;
use crate::model::permission::Permission;
use crate::model::scope::ScopePath;

/// A scope that is open on this thread.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Its path.
    pub path: ScopePath,
    /// The closure that is its body; nothing for a script's own scope.
    pub body: Option<String>,
    /// The nested runbook that this is in, by name; nothing for the run's own.
    pub runbook: Option<String>,
    /// Whether only reads may stand here and nothing is journaled: the body of a wait.
    pub polling: bool,
    /// What the runbooks around were granted, outermost first.
    pub granted: Arc<Vec<Vec<Permission>>>,
    /// Whether the engine runs a close after the run has stopped.
    pub closing: bool,
    /// The approval that was given when the hold was opened whose close runs here.
    pub approval: Option<u64>,
}

thread_local! {
    static FRAMES: RefCell<Vec<Frame>> = const { RefCell::new(Vec::new()) };
    static FAILED: Cell<Option<Seq>> = const { Cell::new(None) };
}

/// The call that failed on this thread, while nothing was begun after it. A script that catches its error and throws one of its
/// own right away has ended because of it.
#[must_use]
pub fn failed_call() -> Option<Seq> {
    FAILED.get()
}

/// Notes that a call has failed; or, with nothing, that something new was begun.
pub fn note_failed(call: Option<Seq>) {
    FAILED.set(call);
}

/// The innermost scope of this thread; nothing outside a run.
#[must_use]
pub fn current() -> Option<Frame> {
    FRAMES.with_borrow(|frames| frames.last().cloned())
}

/// Whether the engine runs a close on this thread.
#[must_use]
pub fn is_closing() -> bool {
    FRAMES.with_borrow(|frames| frames.last().is_some_and(|frame| frame.closing))
}

/// Runs `body` inside `frame`.
pub fn within<T>(frame: Frame, body: impl FnOnce() -> T) -> T {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            FRAMES.with_borrow_mut(|frames| frames.pop());
        }
    }
    FRAMES.with_borrow_mut(|frames| frames.push(frame));
    let _leave = Leave;
    body()
}

impl Frame {
    /// The scope of a script.
    #[must_use]
    pub fn of_script(path: ScopePath, granted: Arc<Vec<Vec<Permission>>>) -> Self {
        Frame { path, body: None, runbook: None, polling: false, granted, closing: false, approval: None }
    }

    /// A scope inside this one whose body is the closure `body`.
    #[must_use]
    pub fn inner(&self, path: ScopePath, body: &str) -> Self {
        Frame { path, body: Some(body.to_owned()), ..self.clone() }
    }
}
