//! Where in which script something stands.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place in a script. Lines and columns count from 1; columns count characters, not bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The name the script was pinned under: a path below the project, or a module's name.
    pub file: String,
    /// The line, from 1; 0 when the engine knows only the file.
    pub line: usize,
    /// The column in characters, from 1; 0 when unknown.
    pub column: usize,
}

impl Place {
    /// A place in `file`.
    #[must_use]
    pub fn new(file: impl Into<String>, line: usize, column: usize) -> Self {
        Place { file: file.into(), line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
