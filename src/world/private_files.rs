//! Files that hold secrets for a program: in a folder of their own that only we can read, gone when the program has ended.
//!
//! Each folder is locked for as long as somebody still minds it: we, or after us the guardian, which keeps the same open folder. One
//! that nobody minds is left over from a process that was killed with its guardian, or from a loss of power, and is swept away when
//! the next run begins.

use std::fs::DirBuilder;
use std::io::{self, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags};

use crate::messages::secrets as messages;

/// What our folders begin with; whatever else stands beside them is not ours.
const PREFIX: &str = "secrets-";

/// Where private folders are made.
#[derive(Clone, Debug, Default)]
pub struct PrivateFiles {
    place: Option<PathBuf>,
}

impl PrivateFiles {
    /// Below the folder that the system keeps in memory for this user, if it is private; else in `folder`.
    #[must_use]
    pub fn of(folder: Option<PathBuf>) -> Self {
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|folder| is_private(folder));
        PrivateFiles { place: runtime.map(|runtime| runtime.join("runbook")).or(folder) }
    }

    /// Removes the folders that nobody minds any more.
    pub fn sweep(&self) {
        let entries = self.place.as_deref().filter(|place| is_private(place)).and_then(|place| place.read_dir().ok());
        for entry in entries.into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(PREFIX)
                && let Ok(folder) = open(&entry.path())
                && rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive).is_ok()
            {
                // What can't be removed stays for the next time.
                let _left = remove(&folder, &entry.path());
            }
        }
    }

    /// A new folder.
    ///
    /// # Errors
    /// A place that others can read, or what the system says.
    pub fn folder(&self) -> io::Result<PrivateFolder> {
        let place = self.place.as_deref().ok_or_else(|| io::Error::other(messages::no_private_folder()))?;
        DirBuilder::new().recursive(true).mode(0o700).create(place)?;
        if !is_private(place) {
            return Err(io::Error::other(messages::others_have_access(place.display())));
        }
        let path = place.join(format!("{PREFIX}{}", uuid::Uuid::new_v4().simple()));
        DirBuilder::new().mode(0o700).create(&path)?;
        let folder = open(&path)?;
        rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive)?;
        Ok(PrivateFolder { path, folder: Arc::new(folder) })
    }
}

/// A folder for the files of one program. It is removed when it is dropped.
pub struct PrivateFolder {
    path: PathBuf,
    folder: Arc<OwnedFd>,
}

impl PrivateFolder {
    /// Writes a file that nobody else can read.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.path.join(name);
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(text.as_bytes())?;
        Ok(path)
    }

    /// The open folder, with its lock, for the guardian.
    #[must_use]
    pub fn open_folder(&self) -> Arc<OwnedFd> {
        Arc::clone(&self.folder)
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // What can't be removed is swept away later.
        let _left = remove(&self.folder, &self.path);
    }
}

/// Removes an open folder of ours, whose path the system tells.
///
/// # Errors
/// What the system says.
pub fn remove_open(folder: &OwnedFd) -> io::Result<()> {
    use std::os::fd::AsRawFd as _;
    let path = std::fs::read_link(format!("/proc/self/fd/{}", folder.as_raw_fd()))?;
    remove(folder, &path)
}

/// Empties the open folder, then removes it. A program may have put more into it, folders as well.
fn remove(folder: &OwnedFd, path: &Path) -> io::Result<()> {
    empty(folder.as_fd())?;
    std::fs::remove_dir(path)
}

fn empty(folder: std::os::fd::BorrowedFd<'_>) -> io::Result<()> {
    for entry in rustix::fs::Dir::read_from(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        if rustix::fs::unlinkat(folder, name, AtFlags::empty()).is_err() {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let inner = rustix::fs::openat(folder, name, flags, Mode::empty())?;
            empty(inner.as_fd())?;
            rustix::fs::unlinkat(folder, name, AtFlags::REMOVEDIR)?;
        }
    }
    Ok(())
}

fn open(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?)
}

/// Whether it is a folder of ours that nobody else can enter.
fn is_private(folder: &Path) -> bool {
    let ours = rustix::process::geteuid().as_raw();
    std::fs::symlink_metadata(folder)
        .is_ok_and(|facts| facts.is_dir() && facts.uid() == ours && facts.mode() & 0o077 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(folder: &Path) -> PrivateFiles {
        PrivateFiles { place: Some(folder.join("private")) }
    }

    #[test]
    fn a_folder_is_private_and_goes_with_all_that_is_in_it() {
        let home = tempfile::tempdir().expect("folder");
        let folder = at(home.path()).folder().expect("made");
        let file = folder.write("KEY", "x").expect("written");
        let mode = |path: &Path| std::fs::metadata(path).expect("there").mode() & 0o777;
        assert_eq!((mode(&file), mode(&folder.path), mode(&home.path().join("private"))), (0o600, 0o700, 0o700));
        std::fs::create_dir_all(folder.path.join("more/and/more")).expect("folders");
        std::fs::write(folder.path.join("more/and/x"), "x").expect("written");
        let path = folder.path.clone();
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn what_nobody_minds_is_swept_away_and_nothing_else() {
        let home = tempfile::tempdir().expect("folder");
        let files = at(home.path());
        let (kept, left) = (files.folder().expect("made"), files.folder().expect("made"));
        left.write("KEY", "x").expect("written");
        std::fs::write(home.path().join("private/other"), "x").expect("written");
        // As a process leaves it that is killed.
        let path = left.path.clone();
        let lock = left.open_folder();
        let _killed = std::mem::ManuallyDrop::new(left);
        files.sweep();
        assert!(path.exists(), "the guardian still minds it");
        rustix::fs::flock(&*lock, FlockOperation::Unlock).expect("unlocked");
        files.sweep();
        assert!(!path.exists() && kept.path.exists() && home.path().join("private/other").exists());
    }

    #[test]
    fn a_place_that_others_can_enter_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().expect("folder");
        std::fs::create_dir(home.path().join("private")).expect("made");
        std::fs::set_permissions(home.path().join("private"), std::fs::Permissions::from_mode(0o755)).expect("mode");
        assert!(at(home.path()).folder().is_err());
    }
}
