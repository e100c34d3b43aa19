//! Threads that scripts run on.

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{Builder, Scope, ScopedJoinHandle};

use crate::messages::script as messages;

/// Stack of a script thread, in bytes. The system commits it page by page as it is used. 64 call levels need 2.5 MiB
/// in release and 15 MiB in debug builds; the rest is for dropping deeply nested values.
const STACK_BYTES: usize = 64 << 20;

/// Name of script threads, as shown by `ps` and debuggers.
const NAME: &str = "script";

thread_local! {
    static RUNS_SCRIPT: Cell<bool> = const { Cell::new(false) };
}

/// A native function panicked while a script ran. It is a bug of ours or of Rhai, never of the script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", messages::a_script_thread_panicked(.0))]
pub struct ScriptPanicked(pub String);

/// Runs `f` on a script thread of its own and waits for it.
///
/// # Errors
///
/// [`ScriptPanicked`] with the panic's message, or when the system has no thread to give.
pub fn on_script_thread<T: Send>(f: impl FnOnce() -> T + Send) -> Result<T, ScriptPanicked> {
    std::thread::scope(|scope| join(spawn_scoped(scope, f).map_err(no_thread)?))
}

/// Starts `f` on a script thread that ends with `scope`, for branches that run at the same time.
///
/// # Errors
///
/// When the system has no thread to give.
pub fn spawn_scoped<'scope, 'env, T: Send + 'scope>(
    scope: &'scope Scope<'scope, 'env>,
    f: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScriptThread<'scope, T>> {
    Builder::new()
        .name(NAME.into())
        .stack_size(STACK_BYTES)
        .spawn_scoped(scope, move || {
            RUNS_SCRIPT.set(true);
            // What `f` shares is either dropped with it or guarded by locks and atomics, so nothing half-made is seen.
            catch_unwind(AssertUnwindSafe(f)).map_err(|panic| message(&*panic))
        })
        .map(ScriptThread)
}

/// A script thread that was started by [`spawn_scoped`].
pub struct ScriptThread<'scope, T>(ScopedJoinHandle<'scope, Result<T, String>>);

impl<T> ScriptThread<'_, T> {
    /// Waits until the thread ends and returns what it returned.
    ///
    /// # Errors
    ///
    /// [`ScriptPanicked`] with the panic's message.
    pub fn join(self) -> Result<T, ScriptPanicked> {
        join(self)
    }
}

impl<T> fmt::Debug for ScriptThread<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScriptThread")
    }
}

/// Returns whether the calling thread runs a script, so that a panic on it reaches the engine as an error.
pub(super) fn runs_script() -> bool {
    RUNS_SCRIPT.get()
}

fn join<T>(thread: ScriptThread<'_, T>) -> Result<T, ScriptPanicked> {
    match thread.0.join() {
        Ok(done) => done.map_err(ScriptPanicked),
        Err(panic) => Err(ScriptPanicked(message(&*panic))),
    }
}

fn no_thread(error: io::Error) -> ScriptPanicked {
    ScriptPanicked(messages::no_thread_could_be_started(&error))
}

fn message(panic: &(dyn Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text.clone()
    } else {
        messages::no_message()
    }
}
