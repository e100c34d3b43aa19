//! Holds between processes: an advisory lock on a file for each run and environment, released by the system when the holder
//! dies. The file says who holds it.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::private::{self, unusable};
use crate::journal::{Hold, JournalError};
use crate::model::entry::content_hash;
use crate::model::run::{RunId, Who};

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

fn hold(folder: &Path, name: &str, holder: &Holder) -> Result<Hold, JournalError> {
    private::folder(folder)?;
    let path = folder.join(name);
    let locking = || format!("locking `{}`", path.display());
    loop {
        let mut file = private::open_new_or_existing(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&mut file)),
            Err(TryLockError::Error(error)) => return Err(unusable(locking(), &error)),
        }
        if !is_at(&file, &path) {
            continue;
        }
        // Who holds it is a courtesy: on a full disk the lock holds all the same.
        let facts = serde_json::to_vec(holder).unwrap_or_default();
        let _ = file.set_len(0).and_then(|()| file.write_all(&facts));
        return Ok(Hold::new(Held { file, path }));
    }
}

fn held(file: &mut File) -> JournalError {
    let mut facts = String::new();
    let holder = file.read_to_string(&mut facts).ok().and_then(|_| serde_json::from_str::<Holder>(&facts).ok());
    match holder {
        Some(Holder { by, run }) => JournalError::Held { by: Some(by), run },
        None => JournalError::Held { by: None, run: None },
    }
}

/// Whether the open file is still the one of that name, and not one that its last holder removed.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(named)) => open.dev() == named.dev() && open.ino() == named.ino(),
        _ => false,
    }
}
