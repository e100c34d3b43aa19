//! One library of runbooks: a folder, or the one inside the program. Which library a name is looked for in is decided in
//! [`super::library`].

use std::io;
use std::path::{Path, PathBuf};

use super::embedded;
use super::header::is_name;
use crate::messages::project as messages;
use crate::messages::state;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;

/// The longest source that is read, in bytes; parsing takes more than linear time.
pub const SOURCE_MAX: u64 = 128 * 1024;

/// A library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// A folder of the project or of its settings.
    Folder {
        /// The folder.
        root: PathBuf,
        /// The folder in messages: from the project's folder, or as configured.
        shown: String,
        /// Whether it is the project's own.
        of_project: bool,
    },
    /// The library inside the program.
    Embedded,
}

impl Shelf {
    /// The library in words: `project`, the folder as configured, or `built in`.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Shelf::Folder { of_project: true, .. } => "project",
            Shelf::Folder { shown, .. } => shown,
            Shelf::Embedded => "built in",
        }
    }

    /// How messages and the journal name the file of `name`: `runbooks/x.rhai`, `built-in/x.rhai`.
    #[must_use]
    pub fn file(&self, name: &str) -> String {
        match self {
            Shelf::Folder { shown, .. } if shown.is_empty() => format!("{name}.rhai"),
            Shelf::Folder { shown, .. } => format!("{shown}/{name}.rhai"),
            Shelf::Embedded => format!("built-in/{name}.rhai"),
        }
    }

    /// The text under `name`, if there is one. A name can't leave the library: [`is_name`] knows no dots.
    ///
    /// # Errors
    /// A file that can't be read, is too long or is no text.
    pub fn text(&self, name: &str) -> Result<Option<String>, Diagnostic> {
        if !is_name(name) {
            return Ok(None);
        }
        match self {
            Shelf::Folder { root, .. } => read_source(&root.join(format!("{name}.rhai")), &self.file(name)),
            Shelf::Embedded => Ok(embedded::file(name).map(str::to_owned)),
        }
    }

    /// The names of all files in it that could be runbooks or modules, in order. Scenarios (`x.test`) are not among them.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = match self {
            Shelf::Folder { root, .. } => walkdir::WalkDir::new(root)
                .follow_links(true)
                .into_iter()
                // Folders that can't be read, and links in a circle, hold nothing that could be run.
                .filter_map(Result::ok)
                .filter(|entry| entry.file_type().is_file())
                .filter_map(|entry| {
                    let path = entry.path().strip_prefix(root).ok()?.to_str()?.strip_suffix(".rhai")?;
                    Some(path.replace(std::path::MAIN_SEPARATOR, "/"))
                })
                .collect(),
            Shelf::Embedded => embedded::files().map(str::to_owned).collect(),
        };
        names.retain(|name| is_name(name));
        names.sort();
        names
    }
}

/// The text of a source, or nothing where there is no such file.
///
/// # Errors
/// A file that can't be read, is longer than [`SOURCE_MAX`] or is not UTF-8.
pub(crate) fn read_source(path: &Path, shown: &str) -> Result<Option<String>, Diagnostic> {
    let wrong = |why: String| {
        Diagnostic::error(Code::File, messages::cannot_be_read(shown, &why)).state(state::nothing_was_run())
    };
    let length = match std::fs::metadata(path) {
        Ok(facts) if facts.is_dir() => return Ok(None),
        Ok(facts) => facts.len(),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(wrong(error.to_string())),
    };
    if length > SOURCE_MAX {
        return Err(wrong(messages::source_is_too_long(length, SOURCE_MAX)));
    }
    std::fs::read_to_string(path).map(Some).map_err(|error| wrong(error.to_string()))
}
