//! A journal that lives as long as its process: for rehearsals and tests. A "crash" drops the run that used it and keeps this.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::backend::{Backend, Hold, Posted, PostedAnswer, RunSummary};
use super::content;
use super::error::JournalError;
use super::origin::{self, Origin, Transfer};
use super::tombstone::Pruned;
use crate::messages::journal as messages;
use crate::model::entry::{Entry, Seq};
use crate::model::run::{RunId, Who};

/// Entries and contents in memory.
#[derive(Clone, Default)]
pub struct MemoryBackend {
    stored: Arc<Mutex<Stored>>,
    held: Arc<Mutex<HashSet<String>>>,
}

#[derive(Default)]
struct Stored {
    runs: Vec<RunId>,
    entries: HashMap<RunId, Vec<Entry>>,
    contents: BTreeMap<String, Vec<u8>>,
    posted: HashMap<RunId, Vec<Posted>>,
    origins: Vec<(RunId, Origin)>,
    pruned: Vec<Pruned>,
    newest: String,
}

struct Release {
    held: Arc<Mutex<HashSet<String>>>,
    name: String,
}

impl Drop for Release {
    fn drop(&mut self) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}

impl MemoryBackend {
    fn stored(&self) -> MutexGuard<'_, Stored> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hold(&self, name: String) -> Result<Hold, JournalError> {
        let fresh = self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
        if fresh {
            Ok(Hold::new(Release { held: Arc::clone(&self.held), name }))
        } else {
            Err(JournalError::Held { by: None, run: None })
        }
    }
}

impl Backend for MemoryBackend {
    fn create(
        &self,
        run: &RunId,
        contents: &[(String, Vec<u8>)],
        make: &mut dyn FnMut(&str) -> Result<Entry, JournalError>,
    ) -> Result<Entry, JournalError> {
        let mut stored = self.stored();
        if stored.entries.contains_key(run) {
            return Err(JournalError::Taken);
        }
        let entry = make(&stored.newest)?;
        stored.newest.clone_from(&entry.hash);
        stored.runs.push(run.clone());
        stored.entries.insert(run.clone(), vec![entry.clone()]);
        stored.contents.extend(contents.iter().cloned());
        Ok(entry)
    }

    fn append(&self, entries: &[Entry], contents: &[(String, Vec<u8>)]) -> Result<(), JournalError> {
        let mut stored = self.stored();
        let refused =
            |why: &str| Err(JournalError::Unavailable { what: messages::storing_an_entry(), why: why.to_owned() });
        let mut known: HashMap<&RunId, Seq> = HashMap::new();
        for entry in entries {
            let last = known
                .entry(&entry.run)
                .or_insert_with(|| stored.entries.get(&entry.run).map_or(0, |entries| entries.len() as Seq));
            match entry.seq {
                1 => return refused(&messages::the_first_entry_of_a_run_cannot_be()),
                seq if seq <= *last => {
                    return refused(&messages::an_entry_of_that_number_is_stored_already());
                }
                seq if seq > *last + 1 => return refused(&messages::the_entry_does_not_follow_the_newest_one()),
                seq => *last = seq,
            }
        }
        for entry in entries {
            stored.newest.clone_from(&entry.hash);
            stored.entries.entry(entry.run.clone()).or_default().push(entry.clone());
        }
        stored.contents.extend(contents.iter().cloned());
        Ok(())
    }

    fn import(
        &self,
        runs: &[Vec<Entry>],
        contents: &[(String, Vec<u8>)],
        transfer: &Transfer,
    ) -> Result<Vec<usize>, JournalError> {
        let mut stored = self.stored();
        let lacking = |entries: &Vec<Entry>| {
            let run = entries.first().map(|first| &first.run);
            let here = run.and_then(|run| stored.entries.get(run)).map_or(&[][..], Vec::as_slice);
            let newest = here.last().map(|newest| (newest.seq, newest.hash.clone()));
            let hash_of = |seq| here.iter().find(|entry| entry.seq == seq).map(|entry| entry.hash.clone());
            origin::lacking(entries, newest, hash_of).map(<[Entry]>::to_vec)
        };
        let added = runs.iter().map(lacking).collect::<Result<Vec<_>, _>>()?;
        for entries in &added {
            let (Some(origin), Some(run)) = (Origin::of(entries, transfer), entries.first().map(|first| &first.run))
            else {
                continue;
            };
            stored.newest.clone_from(&origin.head);
            if !stored.runs.contains(run) {
                stored.runs.push(run.clone());
            }
            stored.origins.push((run.clone(), origin));
            stored.entries.entry(run.clone()).or_default().extend_from_slice(entries);
        }
        stored.contents.extend(contents.iter().cloned());
        Ok(added.iter().map(Vec::len).collect())
    }

    fn origins(&self) -> Result<Vec<(RunId, Origin)>, JournalError> {
        Ok(self.stored().origins.clone())
    }

    fn prune(&self, runs: &[Pruned]) -> Result<(), JournalError> {
        let mut stored = self.stored();
        for run in runs {
            let newest = stored.entries.get(&run.run).and_then(|entries| entries.last());
            if newest.map(|newest| (newest.seq, &newest.hash)) != Some((run.entries, &run.head)) {
                return Err(JournalError::NoSuchRun(run.run.to_string()));
            }
        }
        let goes = |run: &RunId| runs.iter().any(|gone| gone.run == *run);
        for run in runs {
            let others = stored.entries.iter().filter(|(other, _)| **other != run.run);
            let follow: HashSet<&String> = others.filter_map(|(_, entries)| Some(&entries.first()?.previous)).collect();
            let own = stored.entries.get(&run.run).into_iter().flatten().map(|entry| &entry.hash);
            let followed = own.filter(|hash| follow.contains(hash) || **hash == stored.newest).cloned().collect();
            stored.pruned.push(Pruned { followed, ..run.clone() });
        }
        let mut unneeded: BTreeSet<String> = runs.iter().flat_map(|run| run.contents.iter().cloned()).collect();
        stored.runs.retain(|run| !goes(run));
        stored.entries.retain(|run, _| !goes(run));
        stored.posted.retain(|run, _| !goes(run));
        stored.entries.values().flatten().for_each(|entry| content::keep_named(&entry.body, &mut unneeded));
        stored.contents.retain(|hash, _| !unneeded.contains(hash));
        Ok(())
    }

    fn pruned(&self) -> Result<Vec<Pruned>, JournalError> {
        Ok(self.stored().pruned.clone())
    }

    fn compact(&self) -> Result<(), JournalError> {
        Ok(())
    }

    fn entries(&self, run: &RunId, from: Seq) -> Result<Vec<Entry>, JournalError> {
        let entries = {
            let stored = self.stored();
            let entries = stored.entries.get(run).ok_or_else(|| JournalError::NoSuchRun(run.to_string()))?;
            entries.iter().filter(|entry| entry.seq >= from).cloned().collect::<Vec<_>>()
        };
        // Read back from the stored bytes, as any backend would.
        entries
            .into_iter()
            .map(|entry| match content::fill_in(&entry.body, &|hash| self.content(hash)) {
                Ok(event) => Ok(Entry { event, ..entry }),
                Err(error) => {
                    Err(JournalError::Damaged { run: run.to_string(), seq: entry.seq, what: error.to_string() })
                }
            })
            .collect()
    }

    fn runs(&self) -> Result<Vec<RunSummary>, JournalError> {
        let stored = self.stored();
        let summary = |run| {
            let entries: &Vec<Entry> = stored.entries.get(run)?;
            Some(RunSummary { first: entries.first()?.clone(), newest: entries.last()?.clone() })
        };
        Ok(stored.runs.iter().rev().filter_map(summary).collect())
    }

    fn content(&self, hash: &str) -> Result<Vec<u8>, JournalError> {
        let missing = || JournalError::Damaged { run: String::new(), seq: 0, what: messages::content_is_missing(hash) };
        self.stored().contents.get(hash).cloned().ok_or_else(missing)
    }

    fn hold_run(&self, run: &RunId, _: &Who) -> Result<Hold, JournalError> {
        self.hold(format!("run {run}"))
    }

    fn is_held(&self, run: &RunId, _: &Who) -> bool {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).contains(&format!("run {run}"))
    }

    fn is_ending(&self, _: &RunId, _: &Who) -> bool {
        // It dies with its process.
        false
    }

    fn post(&self, run: &RunId, about: &str, question: &str, at: &str) -> Result<(), JournalError> {
        let mut stored = self.stored();
        let posted = stored.posted.entry(run.clone()).or_default();
        if posted.iter().all(|known| known.about != about) {
            let (about, question, at) = (about.to_owned(), question.to_owned(), at.to_owned());
            posted.push(Posted { about, question, at, answer: None });
        }
        Ok(())
    }

    fn posted(&self, run: &RunId) -> Result<Vec<Posted>, JournalError> {
        Ok(self.stored().posted.get(run).cloned().unwrap_or_default())
    }

    fn answer(&self, run: &RunId, about: &str, answer: &PostedAnswer) -> Result<bool, JournalError> {
        let mut stored = self.stored();
        let open = stored.posted.entry(run.clone()).or_default().iter_mut();
        let open = open.filter(|known| known.answer.is_none()).find(|known| known.about == about);
        Ok(open.map(|open| open.answer = Some(answer.clone())).is_some())
    }

    fn take_back(&self, run: &RunId, about: &str) -> Result<(), JournalError> {
        self.stored().posted.entry(run.clone()).or_default().retain(|known| known.about != about);
        Ok(())
    }

    fn hold_environment(&self, environment: &str, _: &RunId, _: &Who) -> Result<Hold, JournalError> {
        self.hold(format!("environment {environment}"))
    }

    fn place(&self) -> String {
        "memory".to_owned()
    }
}
