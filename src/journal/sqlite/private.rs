//! Files and folders that only their owner can read: made so, and refused when they are not.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use crate::journal::JournalError;
use crate::messages::journal as messages;

/// Makes the folder, and those above it that are missing, for the owner alone; one that is there must be so already.
///
/// # Errors
/// [`JournalError::Exposed`]; a folder that can't be made.
pub fn folder(path: &Path) -> Result<(), JournalError> {
    let making = || messages::making_the_folder(path.display());
    if !path.exists() {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| unusable(making(), &error))?;
        path.parent().map_or(Ok(()), sync_folder)?;
    }
    check(path)
}

/// Makes what was added to or renamed in a folder survive a loss of power.
///
/// # Errors
/// Storage that fails.
pub fn sync_folder(path: &Path) -> Result<(), JournalError> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let synced = File::open(path).and_then(|folder| folder.sync_all());
    synced.map_err(|error| unusable(messages::storing_the_folder_at(path.display()), &error))
}

/// Refuses a file or folder that others can read or write.
///
/// # Errors
/// [`JournalError::Exposed`]; one that is not there.
pub fn check(path: &Path) -> Result<(), JournalError> {
    check_found(path, fs::metadata(path))
}

/// The same, for a file that may be missing.
///
/// # Errors
/// [`JournalError::Exposed`]; one that can't be looked at.
pub fn check_if_there(path: &Path) -> Result<(), JournalError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        found => check_found(path, found),
    }
}

/// Opens a file for reading and writing, with mode 0600 when it is made here.
///
/// # Errors
/// [`JournalError::Exposed`]; one that can't be opened.
pub fn open_new_or_existing(path: &Path) -> Result<File, JournalError> {
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    let file = opened.map_err(|error| unusable(messages::opening_of(path.display()), &error))?;
    check(path)?;
    Ok(file)
}

/// The error for a file that the system does not give.
pub fn unusable(what: String, error: &io::Error) -> JournalError {
    JournalError::Unavailable { what, why: error.to_string() }
}

fn check_found(path: &Path, found: io::Result<fs::Metadata>) -> Result<(), JournalError> {
    let found = found.map_err(|error| unusable(messages::reading_of(path.display()), &error))?;
    let mode = found.permissions().mode() & 0o7777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(JournalError::Exposed { path: path.display().to_string(), mode }) }
}
