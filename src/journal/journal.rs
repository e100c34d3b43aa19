//! One run's record while this process holds it.

use std::iter;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use super::backend::{Backend, Hold};
use super::content;
use super::error::JournalError;
use super::parallel;
use super::receipt::Receipt;
use crate::messages::journal as messages;
use crate::model::call::Call;
use crate::model::entry::{Entry, Event, RunStart, Seq, content_hash};
use crate::model::failure::Outcome;
use crate::model::history::History;
use crate::model::run::{RunId, Who};
use crate::world::clock::{self, Clock};

/// A run with fewer calls is freed where it stands: a thread costs more.
const MANY_CALLS: usize = 10_000;

/// Sees each entry once it is recorded: screens, machine output.
pub type EntryObserver = Arc<dyn Fn(&Entry) + Send + Sync>;

/// Takes out of an event what must not be recorded.
pub type EventFilter = Box<dyn Fn(&mut Event) + Send + Sync>;

/// What a journal needs besides its backend.
#[derive(Clone)]
pub struct Opening {
    /// Where entries are stored.
    pub backend: Arc<dyn Backend>,
    /// Stamps them.
    pub clock: Arc<dyn Clock>,
    /// Sees them.
    pub observer: EntryObserver,
}

/// The record of one run. Held by one process; shared by its script threads.
pub struct Journal {
    opening: Opening,
    run: RunId,
    pending: Mutex<Pending>,
    hold: Hold,
    filter: OnceLock<EventFilter>,
}

struct Pending {
    history: History,
    entries: Vec<Entry>,
    contents: Vec<(String, Vec<u8>)>,
    lost: Option<JournalError>,
}

impl Journal {
    /// Begins a run: takes `run`, stores its sources and its first entry.
    ///
    /// # Errors
    /// A taken id, a held run, storage that fails.
    pub fn start(opening: Opening, run: RunId, start: RunStart, sources: Vec<String>) -> Result<Self, JournalError> {
        let hold = opening.backend.hold_run(&run, &start.by)?;
        // With the entry that names them: no crash leaves a run without its sources, and none are pruned in between.
        let sources: Vec<_> =
            sources.into_iter().map(|text| (content_hash(text.as_bytes()), text.into_bytes())).collect();
        let at = clock::stamp(opening.clock.now());
        let event = Event::RunStarted(Box::new(start));
        let first = opening.backend.create(&run, &sources, &mut |previous| {
            Entry::after(previous, &run, 1, at.clone(), event.clone()).map_err(|error| unwritable(&error))
        })?;
        (opening.observer)(&first);
        let history = History::begin(&first).map_err(|what| JournalError::illegal(run.as_str(), &what))?;
        let pending = Pending { history, entries: Vec::new(), contents: Vec::new(), lost: None };
        Ok(Journal { opening, run, pending: Mutex::new(pending), hold, filter: OnceLock::new() })
    }

    /// Takes up a run that was begun before.
    ///
    /// # Errors
    /// No such run, a held one, a damaged one, storage that fails.
    pub fn open(opening: Opening, run: RunId, by: &Who) -> Result<Self, JournalError> {
        Self::open_known(opening, run, by, None)
    }

    /// The same, with what was read of the run before it was held: it is read again only when it has grown since.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn open_known(opening: Opening, run: RunId, by: &Who, known: Option<History>) -> Result<Self, JournalError> {
        let hold = opening.backend.hold_run(&run, by)?;
        let known = known.filter(|known| known.run == run);
        let history = match known {
            Some(known) if opening.backend.entries(&run, known.last_seq + 1)?.is_empty() => known,
            _ => read(&*opening.backend, &run)?,
        };
        let pending = Pending { history, entries: Vec::new(), contents: Vec::new(), lost: None };
        Ok(Journal { opening, run, pending: Mutex::new(pending), hold, filter: OnceLock::new() })
    }

    /// From now on every event goes through `filter` before it is recorded and seen. There is one; a second is not taken.
    pub fn filter(&self, filter: EventFilter) {
        let _first_stays = self.filter.set(filter);
    }

    /// The run's id.
    #[must_use]
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// The backend it is stored in.
    #[must_use]
    pub fn backend(&self) -> &Arc<dyn Backend> {
        &self.opening.backend
    }

    /// The open file with which another process can keep the run held beyond our death.
    #[must_use]
    pub fn lock(&self) -> Option<Arc<OwnedFd>> {
        self.hold.lock()
    }

    /// Records that a write is about to be made.
    ///
    /// Once this returns, a resumed run finds the call and treats it as in doubt. Until then the call has not been made, so
    /// losing the entry loses nothing.
    ///
    /// # Errors
    /// Storage that fails: the call must not be made.
    pub fn begin(&self, call: Call, deadline: Duration, approval: Option<Seq>) -> Result<Receipt, JournalError> {
        let deadline = clock::deadline(&*self.opening.clock, deadline);
        let event = Event::CallBegun { call: Box::new(call.clone()), deadline, approval };
        let seq = self.record(event)?;
        Ok(Receipt::new(call, Some(seq)))
    }

    /// Admits a read: it is recorded together with its result, and waits for the next durable entry.
    ///
    /// # Errors
    /// A journal that is lost already: no more calls are made.
    pub fn admit(&self, call: Call) -> Result<Receipt, JournalError> {
        self.pending().usable()?;
        Ok(Receipt::new(call, None))
    }

    /// Records what came of a call. For a write, once this returns a resumed run gives this outcome and does not make the call.
    ///
    /// # Errors
    /// Storage that fails: the write stays in doubt.
    pub fn finish(&self, receipt: Receipt, outcome: Outcome, took: Duration) -> Result<Seq, JournalError> {
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        match receipt.begun() {
            Some(call) => self.record(Event::CallEnded { call, outcome, took_ms }).map(|_| call),
            None => self.record(Event::CallMade { call: Box::new(receipt.into_call()), outcome, took_ms }),
        }
    }

    /// Records an event; durable events are on disk once this returns.
    ///
    /// # Errors
    /// Storage that fails; after that the journal is lost for this process and every later call fails the same way.
    pub fn record(&self, mut event: Event) -> Result<Seq, JournalError> {
        if let Some(filter) = self.filter.get() {
            filter(&mut event);
        }
        let mut pending = self.pending();
        pending.usable()?;
        let durable = event.is_durable();
        let seq = pending.history.last_seq + 1;
        let at = clock::stamp(self.opening.clock.now());
        let (body, contents) = content::take_out(&event).map_err(|error| unwritable(&error))?;
        let entry = Entry::of_body(&pending.history.head, &self.run, seq, at, event, body);
        pending.history.apply(&entry).map_err(|what| JournalError::illegal(self.run.as_str(), &what))?;
        pending.entries.push(entry);
        pending.contents.extend(contents);
        // Seen once it is recorded and in order, therefore under the lock.
        let stored = if durable { self.store(&mut pending)? } else { Vec::new() };
        if let Some(entry) = stored.last().or(pending.entries.last()) {
            (self.opening.observer)(entry);
        }
        Ok(seq)
    }

    /// Stores what waits.
    ///
    /// # Errors
    /// Storage that fails.
    pub fn flush(&self) -> Result<(), JournalError> {
        let mut pending = self.pending();
        pending.usable()?;
        if pending.entries.is_empty() { Ok(()) } else { self.store(&mut pending).map(|_| ()) }
    }

    /// Keeps content that the next entry refers to, to be stored with it.
    pub fn keep_content(&self, bytes: &[u8]) {
        self.pending().contents.push((content_hash(bytes), bytes.to_vec()));
    }

    /// Looks at what the entries add up to.
    pub fn history<T>(&self, look: impl FnOnce(&History) -> T) -> T {
        look(&self.pending().history)
    }

    fn store(&self, pending: &mut Pending) -> Result<Vec<Entry>, JournalError> {
        let entries = std::mem::take(&mut pending.entries);
        let contents = std::mem::take(&mut pending.contents);
        let stored = self.opening.backend.append(&entries, &contents);
        stored.inspect_err(|error| pending.lost = Some(error.clone())).map(|()| entries)
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Journal {
    /// Freeing what a long run remembers takes a tenth as long as reading it, and nobody needs to wait for that. The hold is given
    /// back at once.
    fn drop(&mut self) {
        let history = &mut self.pending.get_mut().unwrap_or_else(PoisonError::into_inner).history;
        if history.calls.len() < MANY_CALLS {
            return;
        }
        let remembered = (std::mem::take(&mut history.calls), std::mem::take(&mut history.newest));
        // Where no thread can be started it is freed here, as the closure is.
        let _freeing = thread::Builder::new().name("freeing".to_owned()).spawn(move || drop(remembered));
    }
}

impl Pending {
    fn usable(&self) -> Result<(), JournalError> {
        self.lost.clone().map_or(Ok(()), Err)
    }
}

/// What a run's entries add up to, for a process that only looks.
///
/// # Errors
/// No such run, a damaged one, storage that fails.
pub fn read(backend: &dyn Backend, run: &RunId) -> Result<History, JournalError> {
    let entries = backend.entries(run, 1)?;
    verify(run, &entries)?;
    History::of_all(entries).map_err(|what| JournalError::illegal(run.as_str(), &what))
}

/// Whether each entry is as it was written and follows the one before.
///
/// # Errors
/// [`JournalError::Damaged`] with the first entry that is not.
pub fn verify(run: &RunId, entries: &[Entry]) -> Result<(), JournalError> {
    let with_before = iter::once(None).chain(entries.iter().map(Some)).zip(entries).collect();
    parallel::each(with_before, |(before, entry): (Option<&Entry>, &Entry)| {
        let follows = before.is_none_or(|before| entry.previous == before.hash);
        if follows && entry.is_intact() {
            return Ok(());
        }
        let what = if follows {
            messages::its_hash_is_not_the_one_it_was()
        } else {
            messages::it_does_not_follow_the_entry_before()
        };
        Err(JournalError::Damaged { run: run.to_string(), seq: entry.seq, what })
    })
    .map(|_: Vec<()>| ())
}

fn unwritable(error: &serde_json::Error) -> JournalError {
    JournalError::Unavailable { what: messages::writing_an_entry_as_json(), why: error.to_string() }
}
