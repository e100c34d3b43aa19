//! Defects that an engine could have, planted at its seams: the crash proof must find each of them. An engine with a defect is
//! the real one behind a journal or a world that behaves as if it had it.

use std::sync::{Arc, Mutex};

use runbook::journal::{Backend, JournalError};
use runbook::model::entry::{Entry, Event, Seq};
use runbook::model::run::{RunId, Who};

use crate::crash_proof::{Draw, Tally, crash_everywhere};
use crate::lab::Lab;
use crate::scripts::SCRIPTS;

/// What is wrong with the journal.
#[derive(Clone, Copy, PartialEq)]
enum Defect {
    /// A call in doubt is not seen on resume, and so made again.
    RepeatsDoubt,
    /// An intent is stored only with what comes after it.
    LosesIntent,
    /// A read is stored one append after the write that it came before.
    KeepsReadsBack,
}

/// Entries and contents that are stored too late.
type Late = (Vec<Entry>, Vec<(String, Vec<u8>)>);

struct Defective {
    inner: Arc<dyn Backend>,
    defect: Defect,
    late: Mutex<Late>,
}

impl Backend for Defective {
    fn create(
        &self,
        run: &RunId,
        contents: &[(String, Vec<u8>)],
        make: &mut dyn FnMut(&str) -> Result<Entry, JournalError>,
    ) -> Result<Entry, JournalError> {
        self.inner.create(run, contents, make)
    }

    fn append(&self, entries: &[Entry], contents: &[(String, Vec<u8>)]) -> Result<(), JournalError> {
        let mut late = self.late.lock().unwrap();
        match self.defect {
            Defect::RepeatsDoubt => self.inner.append(entries, contents),
            Defect::LosesIntent => {
                late.0.extend(entries.iter().cloned());
                late.1.extend(contents.iter().cloned());
                if matches!(entries.last().map(|entry| &entry.event), Some(Event::CallBegun { .. })) {
                    return Ok(());
                }
                let (entries, contents) = std::mem::take(&mut *late);
                self.inner.append(&entries, &contents)
            }
            Defect::KeepsReadsBack => {
                let is_read = |entry: &&Entry| matches!(entry.event, Event::CallMade { .. });
                let mut stored: Vec<Entry> = entries.iter().filter(|entry| !is_read(entry)).cloned().collect();
                stored.extend(std::mem::take(&mut late.0));
                late.0.extend(entries.iter().filter(is_read).cloned());
                self.inner.append(&stored, contents)
            }
        }
    }

    fn entries(&self, run: &RunId, from: Seq) -> Result<Vec<Entry>, JournalError> {
        let mut entries = self.inner.entries(run, from)?;
        // A process that is dead holds nothing back.
        *self.late.lock().unwrap() = Default::default();
        if self.defect == Defect::RepeatsDoubt {
            let by = Who { user: String::new(), host: String::new(), pid: 0 };
            let ended: Vec<Seq> = entries
                .iter()
                .filter_map(|entry| match entry.event {
                    Event::CallEnded { call, .. } | Event::CallSettled { call, .. } => Some(call),
                    _ => None,
                })
                .collect();
            for entry in &mut entries {
                if matches!(entry.event, Event::CallBegun { .. }) && !ended.contains(&entry.seq) {
                    entry.event = Event::Noted { text: String::new(), by: by.clone() };
                }
            }
        }
        Ok(entries)
    }

    leave_the_rest_to_inner!();
}

/// The check must find something wrong with an engine that is changed so; a check that can't even begin has found it.
fn is_caught(change: &dyn Fn(&mut Lab)) -> bool {
    ["calls", "steps"].iter().any(|name| {
        let script = SCRIPTS.iter().find(|script| script.name == *name).expect("a script");
        let (mut draw, _) = Draw::seeded();
        let mut tally = Tally::default();
        let check = std::panic::AssertUnwindSafe(|| crash_everywhere(script, &mut draw, change, &mut tally));
        std::panic::catch_unwind(check).is_err() || !tally.wrong.is_empty()
    })
}

fn with(defect: Defect) -> impl Fn(&mut Lab) {
    move |lab| {
        lab.backend = Arc::new(Defective { inner: Arc::clone(&lab.backend), defect, late: Mutex::default() });
    }
}

#[test]
fn the_engine_as_it_is_passes_the_check() {
    assert!(!is_caught(&|_| {}));
}

#[test]
fn an_engine_that_repeats_a_change_in_doubt_is_caught() {
    assert!(is_caught(&with(Defect::RepeatsDoubt)));
}

#[test]
fn an_engine_that_loses_an_intent_is_caught() {
    assert!(is_caught(&with(Defect::LosesIntent)));
}

#[test]
fn an_engine_whose_tokens_change_is_caught() {
    assert!(is_caught(&|lab| lab.unstable_tokens = true));
}

#[test]
fn an_engine_that_does_not_store_reads_with_the_next_write_is_caught() {
    assert!(is_caught(&with(Defect::KeepsReadsBack)));
}
