//! What every kind of journal storage must do. One suite (`tests/journal.rs`) holds each of them to it.

use std::any::Any;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::error::JournalError;
use super::origin::{Origin, Transfer};
use super::tombstone::Pruned;
use crate::model::entry::{Entry, Seq};
use crate::model::run::{RunId, Who};
use crate::model::value::Value;

/// Keeps others out until it is dropped, also when the process dies.
pub struct Hold {
    #[expect(dead_code, reason = "held for its drop")]
    guard: Box<dyn Any + Send + Sync>,
    lock: Option<Arc<OwnedFd>>,
}

impl Hold {
    /// A hold that ends when `guard` is dropped.
    pub fn new(guard: impl Any + Send + Sync) -> Self {
        Hold { guard: Box::new(guard), lock: None }
    }

    /// The same. When the process dies, the hold lasts as long as anybody has `lock` open.
    pub fn with_lock(guard: impl Any + Send + Sync, lock: OwnedFd) -> Self {
        Hold { guard: Box::new(guard), lock: Some(Arc::new(lock)) }
    }

    /// The open file with which another process can keep the hold beyond our death; nothing when this one ends with us.
    #[must_use]
    pub fn lock(&self) -> Option<Arc<OwnedFd>> {
        self.lock.clone()
    }
}

/// A run at a glance: its first and newest entry.
#[derive(Clone, Debug)]
pub struct RunSummary {
    /// The entry that began it.
    pub first: Entry,
    /// Its newest entry.
    pub newest: Entry,
}

/// A question that a run has posted for whoever can answer it.
#[derive(Clone, Debug, PartialEq)]
pub struct Posted {
    /// What it is about; the same when it is asked again.
    pub about: String,
    /// The question, as JSON.
    pub question: String,
    /// When it was posted first: RFC 3339, UTC.
    pub at: String,
    /// The answer, once somebody gave one.
    pub answer: Option<PostedAnswer>,
}

/// An answer from elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PostedAnswer {
    /// What was answered.
    pub value: Value,
    /// By whom.
    pub by: Who,
    /// When: RFC 3339, UTC.
    pub at: String,
}

/// Storage for entries and contents. Append-only; each method is atomic and safe with several processes at once.
pub trait Backend: Send + Sync {
    /// Stores the entry that begins a run, with the contents it refers to (`(hash, bytes)`). `make` gets the hash of the newest entry of the whole journal (empty when there is
    /// none) and is called inside the transaction, so that no other run can begin between.
    ///
    /// Once this returns the entry survives a loss of power.
    ///
    /// # Errors
    /// [`JournalError::Taken`] when a run of that id is stored already; storage that fails.
    fn create(
        &self,
        run: &RunId,
        contents: &[(String, Vec<u8>)],
        make: &mut dyn FnMut(&str) -> Result<Entry, JournalError>,
    ) -> Result<Entry, JournalError>;

    /// Stores entries of one run, in order, all or none, with the contents they refer to (`(hash, bytes)`).
    ///
    /// Once this returns they survive a loss of power. When it fails, they may or may not be stored.
    ///
    /// # Errors
    /// Storage that fails; an entry whose number is taken (somebody else wrote to the run).
    fn append(&self, entries: &[Entry], contents: &[(String, Vec<u8>)]) -> Result<(), JournalError>;

    /// Takes in runs of another journal, all of them or none, with everything they refer to (`(hash, bytes)`), and marks what was
    /// added as coming from there. A run that is here already gets what it lacks. Gives for each how many entries were added.
    ///
    /// The entries must be whole and verified, and each run held by the caller. Once this returns they survive a loss of power.
    ///
    /// # Errors
    /// [`JournalError::Differs`] when a run that is here is another one; storage that fails.
    fn import(
        &self,
        runs: &[Vec<Entry>],
        contents: &[(String, Vec<u8>)],
        transfer: &Transfer,
    ) -> Result<Vec<usize>, JournalError>;

    /// Which parts of runs come from other journals, in the order they were taken in.
    ///
    /// # Errors
    /// Storage that fails or is damaged.
    fn origins(&self) -> Result<Vec<(RunId, Origin)>, JournalError>;

    /// Takes runs that have ended out of the journal, all of them or none, with the contents that only they refer to. Each leaves its
    /// tombstone, filled in with what other runs follow, so that the rest of the journal stays verifiable.
    ///
    /// The runs must be verified, and each held by the caller. Once this returns they stay out after a loss of power.
    ///
    /// # Errors
    /// [`JournalError::NoSuchRun`], also for one that is not as its tombstone says; storage that fails.
    fn prune(&self, runs: &[Pruned]) -> Result<(), JournalError>;

    /// What was pruned, in the order that it was.
    ///
    /// # Errors
    /// Storage that fails or is damaged.
    fn pruned(&self) -> Result<Vec<Pruned>, JournalError>;

    /// Gives the room of what was pruned back to the disk. Whoever writes meanwhile waits.
    ///
    /// # Errors
    /// Storage that fails; nothing is lost then.
    fn compact(&self) -> Result<(), JournalError>;

    /// The entries of a run from number `from` on, oldest first, their large values filled in.
    ///
    /// # Errors
    /// [`JournalError::NoSuchRun`]; [`JournalError::Damaged`] for what is not as it was written; storage that fails.
    fn entries(&self, run: &RunId, from: Seq) -> Result<Vec<Entry>, JournalError>;

    /// All runs, newest first.
    ///
    /// # Errors
    /// Storage that fails or is damaged.
    fn runs(&self) -> Result<Vec<RunSummary>, JournalError>;

    /// Content by its hash.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] when it is missing or not what its hash says; storage that fails.
    fn content(&self, hash: &str) -> Result<Vec<u8>, JournalError>;

    /// Takes the run for this process.
    ///
    /// # Errors
    /// [`JournalError::Held`] when another has it; storage that fails.
    fn hold_run(&self, run: &RunId, by: &Who) -> Result<Hold, JournalError>;

    /// Whether a living process, as far as is known, holds the run. For those who only look: takes nothing, waits for nothing.
    fn is_held(&self, run: &RunId, by: &Who) -> bool;

    /// Whether the process that held the run is dead, and what it had started still has to end before the run can be held.
    fn is_ending(&self, run: &RunId, by: &Who) -> bool;

    /// Posts what a run asks, for whoever answers from elsewhere; posting it again changes nothing of its answer. No part of the
    /// journal: only the run itself writes there, what was answered with it.
    ///
    /// # Errors
    /// Storage that fails.
    fn post(&self, run: &RunId, about: &str, question: &str, at: &str) -> Result<(), JournalError>;

    /// What a run has posted, oldest first.
    ///
    /// # Errors
    /// Storage that fails.
    fn posted(&self, run: &RunId) -> Result<Vec<Posted>, JournalError>;

    /// Answers what a run has posted; the first answer stands. Gives whether this one does.
    ///
    /// # Errors
    /// Storage that fails.
    fn answer(&self, run: &RunId, about: &str, answer: &PostedAnswer) -> Result<bool, JournalError>;

    /// Takes back what a run has posted: it was answered by itself.
    ///
    /// # Errors
    /// Storage that fails.
    fn take_back(&self, run: &RunId, about: &str) -> Result<(), JournalError>;

    /// Takes an environment for a run with changes.
    ///
    /// # Errors
    /// [`JournalError::Held`] when another run has it; storage that fails.
    fn hold_environment(&self, environment: &str, run: &RunId, by: &Who) -> Result<Hold, JournalError>;

    /// A folder of this machine that is as private as the journal, for files that live as long as a program; nothing where there
    /// is none.
    fn private_folder(&self) -> Option<PathBuf> {
        None
    }

    /// Where it is, for messages.
    fn place(&self) -> String;
}
