//! A file that a command writes for the person who gave it: what runs did is nobody's business but its owner's.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Writes `text` to a file that only its owner can read, and stores it.
///
/// # Errors
/// A file that can't be made or written.
pub fn write(file: &Path, text: &str) -> io::Result<()> {
    let mut opened = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    opened.write_all(text.as_bytes())?;
    opened.sync_all().or_else(|error| match error.kind() {
        // A pipe or a device.
        io::ErrorKind::InvalidInput => Ok(()),
        _ => Err(error),
    })
}
