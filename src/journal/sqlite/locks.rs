//! Holds between processes: an advisory lock on a file for each run and environment, released by the system when the holder
//! and those to whom it lent the open file (its guardian) are dead. The file says who holds it.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::Pid;
use serde::{Deserialize, Serialize};

use super::private::{self, unusable};
use crate::journal::{Hold, JournalError};
use crate::messages::journal as messages;
use crate::model::entry::content_hash;
use crate::model::run::{RunId, Who};

/// How often, and after which waits, a lock is tried whose holder is dead: its guardian keeps the file open until the programs
/// of the run have ended (at most two of its graces of 5 s), and a child that it had just forked until it becomes its program.
const TRIES_AFTER_DEATH: u32 = 600;
const WAIT_AFTER_DEATH: Duration = Duration::from_millis(20);

/// What a lock file says about its holder.
#[derive(Serialize, Deserialize)]
struct Holder {
    by: Who,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<String>,
}

/// A lock that is held; let go when dropped.
struct Held {
    file: File,
    path: PathBuf,
}

impl Drop for Held {
    fn drop(&mut self) {
        // Removed while it is still locked: whoever opened it before finds, once the lock is theirs, that it is gone, and
        // looks again. A file that stays behind does no harm.
        let _ = fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}

/// Takes a run.
///
/// # Errors
/// [`JournalError::Held`]; a lock file that can't be used.
pub fn hold_run(folder: &Path, run: &RunId, by: &Who) -> Result<Hold, JournalError> {
    hold(folder, &format!("run-{run}"), &Holder { by: by.clone(), run: None })
}

/// Takes an environment for a run.
///
/// # Errors
/// [`JournalError::Held`]; a lock file that can't be used.
pub fn hold_environment(folder: &Path, environment: &str, run: &RunId, by: &Who) -> Result<Hold, JournalError> {
    let plain = environment.len() <= 64 && environment.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    // A point, which no plain name has, keeps the two kinds apart.
    let name = if plain { environment.to_owned() } else { format!("{}.hash", content_hash(environment.as_bytes())) };
    hold(folder, &format!("environment-{name}"), &Holder { by: by.clone(), run: Some(run.to_string()) })
}

/// Whether a run is held by a process that is not known to be dead. Takes nothing: a shared lock keeps a holder out no longer
/// than it takes to let go of it, and whoever tries just then finds no living holder and tries again.
pub fn is_held(folder: &Path, run: &RunId, by: &Who) -> bool {
    kept_by(folder, run).is_some_and(|holder| holder.is_none_or(|holder| !is_dead(&holder.by, by)))
}

/// Whether a run is still kept for a process that is dead: by its guardian, until its programs have ended.
pub fn is_ending(folder: &Path, run: &RunId, by: &Who) -> bool {
    kept_by(folder, run).flatten().is_some_and(|holder| is_dead(&holder.by, by))
}

/// For whom a run is kept, where that is known; nothing when it is free.
fn kept_by(folder: &Path, run: &RunId) -> Option<Option<Holder>> {
    let mut file = File::open(folder.join(format!("run-{run}"))).ok()?;
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)).then(|| read_holder(&mut file))
}

fn hold(folder: &Path, name: &str, holder: &Holder) -> Result<Hold, JournalError> {
    private::folder(folder)?;
    let path = folder.join(name);
    let locking = || messages::locking_of(path.display());
    let mut tries = 0;
    loop {
        let mut file = private::open_new_or_existing(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let other = read_holder(&mut file);
                if tries < TRIES_AFTER_DEATH && other.as_ref().is_some_and(|other| is_dead(&other.by, &holder.by)) {
                    tries += 1;
                    wait();
                    continue;
                }
                return Err(held(other));
            }
            Err(TryLockError::Error(error)) => return Err(unusable(locking(), &error)),
        }
        if !is_at(&file, &path) {
            continue;
        }
        // Who holds it is a courtesy: on a full disk the lock holds all the same.
        let facts = serde_json::to_vec(holder).unwrap_or_default();
        let _ = file.set_len(0).and_then(|()| file.write_all(&facts));
        let lent = file.try_clone().map_err(|error| unusable(locking(), &error))?;
        return Ok(Hold::with_lock(Held { file, path }, lent.into()));
    }
}

fn read_holder(file: &mut File) -> Option<Holder> {
    let mut facts = String::new();
    file.read_to_string(&mut facts).ok().and_then(|_| serde_json::from_str(&facts).ok())
}

fn held(holder: Option<Holder>) -> JournalError {
    match holder {
        Some(Holder { by, run }) => JournalError::Held { by: Some(by), run },
        None => JournalError::Held { by: None, run: None },
    }
}

/// Whether a holder is known not to live any more; what runs on another machine is not known.
fn is_dead(holder: &Who, me: &Who) -> bool {
    let process = i32::try_from(holder.pid).ok().and_then(Pid::from_raw);
    holder.host == me.host
        && process.is_some_and(|process| rustix::process::test_kill_process(process) == Err(rustix::io::Errno::SRCH))
}

#[expect(
    clippy::disallowed_methods,
    reason = "waits for another process of this machine, where no clock can be turned"
)]
fn wait() {
    std::thread::sleep(WAIT_AFTER_DEATH);
}

/// Whether the open file is still the one of that name, and not one that its last holder removed.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(named)) => open.dev() == named.dev() && open.ino() == named.ino(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;
    use std::thread;

    use super::*;

    #[test]
    fn a_lock_that_outlives_its_dead_holder_is_waited_for_and_a_living_holder_is_told() {
        let folder = tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir().expect("a folder");
        let run = RunId::from_bits(1, 4);
        let who = |pid| Who { user: "sam".to_owned(), host: "desk".to_owned(), pid };
        let mut gone = Command::new("true").spawn().expect("a process");
        gone.wait().expect("it ends");
        let left = hold_run(folder.path(), &run, &who(gone.id())).expect("free");
        let taken = thread::scope(|threads| {
            let waiting = threads.spawn(|| hold_run(folder.path(), &run, &who(std::process::id())));
            drop(left);
            waiting.join().expect("no panic").expect("let in once the lock is free")
        });
        let refused = hold_run(folder.path(), &run, &who(gone.id()));
        assert!(matches!(refused, Err(JournalError::Held { by: Some(by), .. }) if by.pid == std::process::id()));
        drop(taken);
    }
}
