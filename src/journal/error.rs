//! What can go wrong with a journal.

use crate::messages::journal as messages;
use crate::model::history::IllegalHistory;
use crate::model::run::Who;

/// What can go wrong with a journal. The variants are the branches that somebody takes.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
pub enum JournalError {
    /// It can't be written or read now; whether the last write was stored is unknown.
    #[error("{what}: {why}")]
    Unavailable {
        /// What was tried, with the path.
        what: String,
        /// What the system said.
        why: String,
    },
    /// Written by a newer program.
    #[error("{}", messages::the_journal_has_format_and_this_program(.found, .known))]
    Newer {
        /// Its format.
        found: u32,
        /// The newest this program knows.
        known: u32,
    },
    /// What is stored is not what was written.
    #[error("{}", messages::place_is_damaged(where_damaged(run, *seq), .what))]
    Damaged {
        /// The run; empty when the damage can't be laid to one.
        run: String,
        /// The entry; 0 when the damage can't be laid to one.
        seq: u64,
        /// What is wrong.
        what: String,
    },
    /// No run of that id.
    #[error("{}", messages::there_is_no_run(.0))]
    NoSuchRun(String),
    /// Another process holds the run or environment.
    #[error("{}", messages::held_by(.by.as_ref().map_or_else(messages::another_process, |who| messages::process_of(who, who.pid))))]
    Held {
        /// Who, if that is known.
        by: Option<Who>,
        /// The run of the holder, for an environment.
        run: Option<String>,
    },
    /// The run's id is taken.
    #[error("{}", messages::the_id_is_taken())]
    Taken,
    /// A run of that id is there, and it is another than the one that was to be imported.
    #[error("{}", crate::messages::archive::differs(.0))]
    Differs(String),
    /// Other users can read it.
    #[error("{}", messages::others_can_read_it(.path, format!("{mode:o}")))]
    Exposed {
        /// The file or folder.
        path: String,
        /// Its mode.
        mode: u32,
    },
}

impl JournalError {
    /// Entries that no run can have written.
    #[must_use]
    pub fn illegal(run: &str, what: &IllegalHistory) -> Self {
        let seq = match what {
            IllegalHistory::NoBeginning => 1,
            IllegalHistory::Gap { expected, .. } => *expected,
            IllegalHistory::Event { seq, .. } => *seq,
        };
        JournalError::Damaged { run: run.to_owned(), seq, what: what.to_string() }
    }
}

fn where_damaged(run: &str, seq: u64) -> String {
    match (run, seq) {
        ("", _) => messages::the_journal(),
        (run, 0) => messages::run(run),
        (run, seq) => messages::entry_of_run(seq, run),
    }
}
