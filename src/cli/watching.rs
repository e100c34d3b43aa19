//! `runbook check --watch`: waits until something that was checked changes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

/// An editor saves in several strokes; it has saved when nothing follows for this long.
const QUIET: Duration = Duration::from_millis(50);

/// Folders that are watched for changes of scripts and of the lock file.
pub(super) struct Watching {
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    folders: BTreeSet<PathBuf>,
}

impl Watching {
    /// Watches nothing yet.
    ///
    /// # Errors
    /// The system can watch nothing (more).
    pub fn new() -> notify::Result<Self> {
        let (tell, events) = channel();
        Ok(Watching { watcher: notify::recommended_watcher(tell)?, events, folders: BTreeSet::new() })
    }

    /// Watches these folders as well, those of them that are there; gives whether one is new.
    ///
    /// # Errors
    /// The system can watch no more.
    pub fn add(&mut self, folders: impl IntoIterator<Item = PathBuf>) -> notify::Result<bool> {
        let mut is_new = false;
        for folder in folders {
            if folder.is_dir() && self.folders.insert(folder.clone()) {
                self.watcher.watch(&folder, RecursiveMode::NonRecursive)?;
                is_new = true;
            }
        }
        Ok(is_new)
    }

    /// Waits until something has changed and is quiet again; gives what.
    ///
    /// # Errors
    /// The system has lost sight.
    pub fn wait(&self) -> notify::Result<BTreeSet<PathBuf>> {
        let mut changed = BTreeSet::new();
        loop {
            let event = if changed.is_empty() {
                self.events.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                self.events.recv_timeout(QUIET)
            };
            match event {
                Ok(event) => changed.extend(concerned(event?)),
                Err(RecvTimeoutError::Timeout) => return Ok(changed),
                Err(RecvTimeoutError::Disconnected) => return Err(notify::Error::generic("")),
            }
        }
    }
}

/// The files of an event that a check reads. Being read is no change.
fn concerned(event: Event) -> impl Iterator<Item = PathBuf> {
    let is_change = !event.kind.is_access();
    let is_read = |path: &Path| path.extension().is_some_and(|extension| extension == "rhai" || extension == "lock");
    event.paths.into_iter().filter(move |path| is_change && is_read(path))
}
