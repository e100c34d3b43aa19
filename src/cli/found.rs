//! A run as commands that only look find it: nothing around it (environment, project) needs to be there any more.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;

use super::desk::Desk;
use crate::engine::gate::journal_diagnostic;
use crate::journal::{self, Backend, JournalError};
use crate::messages::command_line as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::entry::Entry;
use crate::model::history::History;
use crate::model::run::RunId;
use crate::report::standing::Standing;

/// A run that was found.
pub struct Found {
    /// Where it is stored.
    pub backend: Arc<dyn Backend>,
    /// Its id.
    pub run: RunId,
    /// Its entries, oldest first.
    pub entries: Vec<Entry>,
    /// What they add up to.
    pub history: History,
    /// How it stands now.
    pub standing: Standing,
}

impl Found {
    /// Finds the run that a person means.
    ///
    /// # Errors
    /// No such run, or one that can't be read: it has been told, and this is the exit code.
    pub fn find(desk: &Desk, run: &str) -> Result<Self, ExitCode> {
        let backend = desk.journal().map_err(|diagnostic| desk.fail(&diagnostic))?;
        let run = desk.run_of(&*backend, Some(run)).map_err(|diagnostic| desk.fail(&diagnostic))?;
        Self::read(desk, backend, run).map_err(|error| desk.fail(&journal_diagnostic(&error)))
    }

    /// The same; the newest run when nobody says which.
    ///
    /// # Errors
    /// As [`Found::find`], and no run at all.
    pub fn named_or_newest(desk: &Desk, run: Option<&str>) -> Result<Self, ExitCode> {
        if let Some(run) = run {
            return Self::find(desk, run);
        }
        let backend = desk.journal().map_err(|diagnostic| desk.fail(&diagnostic))?;
        let runs = backend.runs().map_err(|error| desk.fail(&journal_diagnostic(&error)))?;
        let newest = runs.first().map(|newest| newest.first.run.clone()).ok_or_else(|| {
            let diagnostic = Diagnostic::error(Code::NoSuchRun, messages::there_is_no_run_yet());
            desk.fail(&diagnostic.next(messages::see_what_can_be_run()))
        })?;
        Self::read(desk, backend, newest).map_err(|error| desk.fail(&journal_diagnostic(&error)))
    }

    /// Reads a run of the journal.
    ///
    /// # Errors
    /// A damaged one; storage that fails.
    pub fn read(desk: &Desk, backend: Arc<dyn Backend>, run: RunId) -> Result<Self, JournalError> {
        let entries = backend.entries(&run, 1)?;
        journal::verify(&run, &entries)?;
        let history = History::of(&entries).map_err(|what| JournalError::illegal(run.as_str(), &what))?;
        let standing = Standing::of(&history, || backend.is_held(&run, &desk.by));
        Ok(Found { backend, run, entries, history, standing })
    }

    /// The texts in force, for messages.
    #[must_use]
    pub fn sources(&self) -> BTreeMap<String, String> {
        pinned(&*self.backend, &self.history)
    }
}

/// The texts in force of a run; those that can't be read are left out.
pub(super) fn pinned(backend: &dyn Backend, history: &History) -> BTreeMap<String, String> {
    let text = |hash: &String| backend.content(hash).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    history.sources.iter().filter_map(|(name, hash)| Some((name.clone(), text(hash)?))).collect()
}
