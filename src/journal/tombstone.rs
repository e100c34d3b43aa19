//! What stays of a run that was taken out of the journal. It is no entry: those of other runs stay as they were written, and each that
//! began after an entry of this run finds its hash here.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::content;
use crate::model::entry::{Entry, Seq};
use crate::model::history::History;
use crate::model::run::{RunId, Who};

/// A run that was pruned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pruned {
    /// Its id.
    pub run: RunId,
    /// The name of its runbook.
    pub runbook: String,
    /// The version of that.
    pub version: String,
    /// Who started it.
    pub started_by: Who,
    /// When it began: RFC 3339, UTC.
    pub started_at: String,
    /// When its last entry was written: RFC 3339, UTC.
    pub last_at: String,
    /// How it ended: `done` or `cancelled`.
    pub state: String,
    /// How many entries it had.
    pub entries: Seq,
    /// The hash of its last one.
    pub head: String,
    /// The hash of the entry that its first one followed; empty for the first run of a journal.
    pub follows: String,
    /// Those of its hashes that runs after it follow, or the next one will.
    pub followed: Vec<String>,
    /// The hashes of everything that it referred to.
    #[serde(skip)]
    pub contents: BTreeSet<String>,
    /// Who took it out.
    pub pruned_by: Who,
    /// When: RFC 3339, UTC.
    pub pruned_at: String,
}

impl Pruned {
    /// The tombstone of a verified run; the journal fills in what other runs follow. Nothing for one that has not ended.
    #[must_use]
    pub fn of(entries: &[Entry], history: &History, by: &Who, at: &str) -> Option<Self> {
        let start = &history.start;
        history.state.is_final().then_some(())?;
        Some(Pruned {
            run: history.run.clone(),
            runbook: start.runbook.clone(),
            version: start.version.clone(),
            started_by: start.by.clone(),
            started_at: history.started_at.clone(),
            last_at: history.last_at.clone(),
            state: history.state.word().to_owned(),
            entries: history.last_seq,
            head: history.head.clone(),
            follows: entries.first()?.previous.clone(),
            followed: Vec::new(),
            contents: entries.iter().flat_map(content::of).collect(),
            pruned_by: by.clone(),
            pruned_at: at.to_owned(),
        })
    }
}
