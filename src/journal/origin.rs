//! Where runs come from that another journal began, and what an import adds to a run that is here already. What is stored is no
//! part of a run's entries: their hashes stay those they were written with.

use serde::{Deserialize, Serialize};

use super::error::JournalError;
use crate::model::entry::{Entry, Seq};
use crate::model::run::Who;

/// How entries came from one journal into another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// The journal that they come from, as its machine names it.
    pub journal: String,
    /// Who took them out.
    pub exported_by: Who,
    /// When: RFC 3339, UTC.
    pub exported_at: String,
    /// Who put them in here.
    pub imported_by: Who,
    /// When: RFC 3339, UTC.
    pub imported_at: String,
}

/// The part of a run that comes from another journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The first entry that does; 1 when the run began there.
    pub first: Seq,
    /// The last one.
    pub last: Seq,
    /// The hash of the last one.
    pub head: String,
    /// How it came here.
    #[serde(flatten)]
    pub transfer: Transfer,
}

impl Origin {
    /// The mark for `entries`, which came by `transfer`; nothing for none.
    #[must_use]
    pub fn of(entries: &[Entry], transfer: &Transfer) -> Option<Self> {
        let (first, last) = (entries.first()?, entries.last()?);
        Some(Origin { first: first.seq, last: last.seq, head: last.hash.clone(), transfer: transfer.clone() })
    }
}

/// The entries of a whole run that a journal lacks. `newest` is the number and hash of the newest one it has, and `hash_of` gives
/// the hash of any that it has. Entries are chained, so one equal hash stands for all before it.
///
/// # Errors
/// [`JournalError::Differs`] when neither is the beginning of the other.
pub fn lacking(
    entries: &[Entry],
    newest: Option<(Seq, String)>,
    hash_of: impl FnOnce(Seq) -> Option<String>,
) -> Result<&[Entry], JournalError> {
    let Some((newest, hash)) = newest else { return Ok(entries) };
    let run = entries.first().map(|first| first.run.to_string()).unwrap_or_default();
    let split = usize::try_from(newest).unwrap_or(usize::MAX);
    match (entries.get(split.wrapping_sub(1)), entries.last()) {
        (Some(same), _) if same.hash == hash => Ok(entries.get(split..).unwrap_or_default()),
        (None, Some(last)) if hash_of(last.seq).is_some_and(|here| here == last.hash) => Ok(&[]),
        _ => Err(JournalError::Differs(run)),
    }
}
