//! Crashes: at the k-th operation of journal or world the process dies. From then on everything fails and nothing has an
//! effect, as it is with a dead process.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use runbook::journal::{Backend, JournalError};
use runbook::model::entry::{Entry, Seq};
use runbook::model::run::RunId;

/// What becomes of one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It is done.
    Alive,
    /// The process dies before it: it is not done.
    Before,
    /// The process dies inside it: it is done, and its answer is lost.
    Inside,
    /// The process dies after it.
    After,
    /// The process is dead.
    Dead,
}

/// When the process dies.
#[derive(Default)]
pub struct Crash {
    done: AtomicUsize,
    dead: AtomicBool,
    life: AtomicUsize,
    at: Mutex<Option<(usize, Side)>>,
}

impl Crash {
    /// Begins a new life, which ends at operation `at` (from 0), if any.
    pub fn live(&self, at: Option<(usize, Side)>) {
        self.done.store(0, Ordering::SeqCst);
        self.dead.store(false, Ordering::SeqCst);
        self.life.fetch_add(1, Ordering::SeqCst);
        *self.at.lock().unwrap() = at;
    }

    /// How many operations this life has seen.
    pub fn operations(&self) -> usize {
        self.done.load(Ordering::SeqCst)
    }

    /// The number of this life.
    pub fn life(&self) -> usize {
        self.life.load(Ordering::SeqCst)
    }

    pub fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    pub fn die(&self) {
        self.dead.store(true, Ordering::SeqCst);
    }

    /// What becomes of the operation that is about to be done.
    pub fn operation(&self) -> Side {
        if self.is_dead() {
            return Side::Dead;
        }
        let number = self.done.fetch_add(1, Ordering::SeqCst);
        match *self.at.lock().unwrap() {
            Some((at, side)) if at == number => {
                if side != Side::After {
                    self.die();
                }
                side
            }
            _ => Side::Alive,
        }
    }

    fn through<T>(&self, act: impl FnOnce() -> Result<T, JournalError>) -> Result<T, JournalError> {
        match self.operation() {
            Side::Alive => act(),
            Side::Before | Side::Dead => Err(dead()),
            Side::Inside => act().and(Err(dead())),
            Side::After => {
                let done = act();
                self.die();
                done
            }
        }
    }
}

fn dead() -> JournalError {
    JournalError::Unavailable { what: "storing an entry".to_owned(), why: "the process is dead".to_owned() }
}

/// A journal that dies with its process.
pub struct Mortal {
    pub inner: Arc<dyn Backend>,
    pub crash: Arc<Crash>,
}

impl Backend for Mortal {
    fn create(
        &self,
        run: &RunId,
        contents: &[(String, Vec<u8>)],
        make: &mut dyn FnMut(&str) -> Result<Entry, JournalError>,
    ) -> Result<Entry, JournalError> {
        self.crash.through(|| self.inner.create(run, contents, make))
    }

    fn append(&self, entries: &[Entry], contents: &[(String, Vec<u8>)]) -> Result<(), JournalError> {
        self.crash.through(|| self.inner.append(entries, contents))
    }

    fn entries(&self, run: &RunId, from: Seq) -> Result<Vec<Entry>, JournalError> {
        self.inner.entries(run, from)
    }

    leave_the_rest_to_inner!();
}
