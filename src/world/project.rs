//! The project's folder as calls may see it: a path stays below it, and no symbolic link leads out.
//!
//! Each part of a path is opened relative to the folder before it, never following a link, so that a folder swapped for a link in
//! between is refused as well. The opened file is used, never its path again. This is what `openat2` does with
//! `RESOLVE_BENEATH` and `RESOLVE_NO_SYMLINKS`, in a way that every Unix has.

use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, FileType, Mode, OFlags};

use crate::messages::world as messages;
use crate::model::failure::Failure;

/// A path below the project's folder, as a script wrote it, in its plainest form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathBelow(Vec<String>);

impl PathBelow {
    /// Reads a path; `.` is the folder itself.
    ///
    /// # Errors
    /// A path that is absolute, goes up, or can't be one.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        if text.is_empty() || text.contains('\0') {
            return Err(Failure::invalid(messages::a_path_cannot_be_empty_or_hold()));
        }
        if text.starts_with('/') {
            return Err(Failure::refused(messages::is_absolute_paths_are_below_the_project(text)));
        }
        let parts: Vec<String> =
            text.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect();
        if parts.iter().any(|part| part == "..") {
            return Err(Failure::refused(messages::goes_up_with_paths_are_below_the_project(text)));
        }
        Ok(PathBelow(parts))
    }

    /// Reads a path of something inside the folder, not the folder itself.
    ///
    /// # Errors
    /// See [`PathBelow::parse`].
    pub fn parse_inside(text: &str) -> Result<Self, Failure> {
        let path = Self::parse(text)?;
        if path.0.is_empty() { Err(Failure::invalid(messages::is_the_project_s_folder_itself(text))) } else { Ok(path) }
    }

    /// The last part; nothing for the folder itself.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.last().map(String::as_str)
    }
}

impl fmt::Display for PathBelow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { f.write_str(".") } else { f.write_str(&self.0.join("/")) }
    }
}

/// Why a path could not be opened.
#[derive(Debug)]
pub enum Trouble {
    /// It, or a folder on the way, is not there.
    Missing,
    /// This part of it is a symbolic link.
    Link(String),
    /// This part of it is no folder.
    NotAFolder(String),
    /// It is a folder, or neither file nor folder.
    NotAFile,
    /// The system said no.
    Io(io::Error),
}

impl Trouble {
    /// Told about `path`.
    #[must_use]
    pub fn failure(self, path: &PathBelow) -> Failure {
        match self {
            Trouble::Missing => Failure::failed(messages::is_not_there(path)),
            Trouble::Link(part) if part == path.to_string() => {
                Failure::refused(messages::is_a_symbolic_link_and_links_are_not(path))
            }
            Trouble::Link(part) => Failure::refused(messages::in_is_a_symbolic_link_and_links_are(&part, path)),
            Trouble::NotAFolder(part) => Failure::failed(messages::is_not_a_folder(&part)),
            Trouble::NotAFile => Failure::failed(messages::is_not_a_file(path)),
            Trouble::Io(error) => Failure::failed(format!("`{path}`: {}", said(&error))),
        }
    }
}

/// What the system said, in its words without the number.
fn said(error: &io::Error) -> String {
    let text = error.to_string().to_lowercase();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

impl From<rustix::io::Errno> for Trouble {
    fn from(errno: rustix::io::Errno) -> Self {
        if errno == rustix::io::Errno::NOENT { Trouble::Missing } else { Trouble::Io(errno.into()) }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound { Trouble::Missing } else { Trouble::Io(error) }
    }
}

/// Opens the folder at `path` below `project`.
///
/// # Errors
/// See [`Trouble`].
pub fn open_folder(project: &Path, path: &PathBelow) -> Result<OwnedFd, Trouble> {
    descend(project, &path.0, false)
}

/// Opens the folder that holds the last part of `path`; with `create`, folders on the way that are missing are made, with mode
/// 0700.
///
/// # Errors
/// See [`Trouble`].
pub fn open_parent(project: &Path, path: &PathBelow, create: bool) -> Result<OwnedFd, Trouble> {
    let parents = path.0.split_last().map_or(&[] as &[String], |(_, parents)| parents);
    descend(project, parents, create)
}

/// Opens the file at `path` for reading. Never waits for the other end of a pipe.
///
/// # Errors
/// See [`Trouble`].
pub fn open_file(project: &Path, path: &PathBelow) -> Result<OwnedFd, Trouble> {
    let parent = open_parent(project, path, false)?;
    let Some(name) = path.name() else {
        return Err(Trouble::NotAFile);
    };
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    match rustix::fs::openat(&parent, name, flags, Mode::empty()) {
        Ok(file) => {
            let kind = FileType::from_raw_mode(rustix::fs::fstat(&file)?.st_mode);
            if kind.is_file() { Ok(file) } else { Err(Trouble::NotAFile) }
        }
        Err(errno) => match kind_of(&parent, name) {
            Ok(FileType::Symlink) => Err(Trouble::Link(path.to_string())),
            Ok(FileType::RegularFile) | Err(_) => Err(errno.into()),
            Ok(_) => Err(Trouble::NotAFile),
        },
    }
}

/// What the entry `name` of `folder` is, a link being a link.
///
/// # Errors
/// See [`Trouble`].
pub fn kind_of(folder: &OwnedFd, name: &str) -> Result<FileType, Trouble> {
    let stat = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
    Ok(FileType::from_raw_mode(stat.st_mode))
}

fn descend(project: &Path, parts: &[String], create: bool) -> Result<OwnedFd, Trouble> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut folder = rustix::fs::open(project, flags, Mode::empty())?;
    for (depth, part) in parts.iter().enumerate() {
        let mut opened = rustix::fs::openat(&folder, part, flags | OFlags::NOFOLLOW, Mode::empty());
        if create && matches!(opened, Err(rustix::io::Errno::NOENT)) {
            match rustix::fs::mkdirat(&folder, part, Mode::RWXU) {
                Ok(()) => rustix::fs::fsync(&folder)?,
                Err(rustix::io::Errno::EXIST) => {}
                Err(errno) => return Err(errno.into()),
            }
            opened = rustix::fs::openat(&folder, part, flags | OFlags::NOFOLLOW, Mode::empty());
        }
        folder = opened.map_err(|errno| {
            let so_far = || parts.get(..=depth).unwrap_or_default().join("/");
            match kind_of(&folder, part) {
                Ok(FileType::Symlink) => Trouble::Link(so_far()),
                Ok(FileType::Directory) | Err(_) => errno.into(),
                Ok(_) => Trouble::NotAFolder(so_far()),
            }
        })?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::FailureKind;

    #[test]
    fn paths_are_brought_into_their_plainest_form() {
        for (written, plain) in [("a/b", "a/b"), ("./a//b/", "a/b"), (".", "."), ("a/./b", "a/b"), ("…/日本", "…/日本")]
        {
            assert_eq!(PathBelow::parse(written).expect(written).to_string(), plain);
        }
    }

    #[test]
    fn a_path_that_leaves_the_project_is_refused() {
        for path in ["/etc/passwd", "..", "a/../../b", "../x", "a/..", "//x"] {
            assert_eq!(PathBelow::parse(path).expect_err(path).kind, FailureKind::Refused, "{path}");
        }
        for path in ["", "a\0b"] {
            assert_eq!(PathBelow::parse(path).expect_err("no path").kind, FailureKind::Invalid);
        }
    }

    #[test]
    fn no_link_is_followed_wherever_it_stands() {
        let outside = tempfile::tempdir().expect("folder");
        std::fs::write(outside.path().join("secret"), "x").expect("write");
        let project = tempfile::tempdir().expect("folder");
        std::os::unix::fs::symlink(outside.path(), project.path().join("out")).expect("link");
        std::os::unix::fs::symlink(outside.path().join("secret"), project.path().join("file")).expect("link");
        std::os::unix::fs::symlink("/", project.path().join("root")).expect("link");
        for path in ["out/secret", "file", "root/etc/passwd", "root/../etc"] {
            let Ok(path) = PathBelow::parse(path) else { continue };
            let trouble = open_file(project.path(), &path).expect_err("a link");
            assert_eq!(trouble.failure(&path).kind, FailureKind::Refused, "{path}");
        }
        let out = PathBelow::parse("out").expect("path");
        assert!(matches!(open_folder(project.path(), &out), Err(Trouble::Link(_))));
    }

    #[cfg(not(target_vendor = "apple"))]
    #[test]
    fn a_pipe_is_refused_without_waiting_for_its_other_end() {
        let project = tempfile::tempdir().expect("folder");
        rustix::fs::mknodat(rustix::fs::CWD, project.path().join("pipe"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)
            .expect("pipe");
        let path = PathBelow::parse("pipe").expect("path");
        assert!(matches!(open_file(project.path(), &path), Err(Trouble::NotAFile)));
    }
}
