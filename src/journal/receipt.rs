//! The proof that an entry was stored. Making a call takes one, so that no call is made without its entry.

use crate::model::call::Call;
use crate::model::entry::Seq;

/// Proof that a call is in the journal: for a write, its intent is on disk; for a read, it will be recorded with its result.
///
/// Only a journal makes one, and it can't be copied: one entry, one call.
#[derive(Debug)]
pub struct Receipt {
    call: Call,
    begun: Option<Seq>,
}

impl Receipt {
    pub(super) fn new(call: Call, begun: Option<Seq>) -> Self {
        Receipt { call, begun }
    }

    /// The call it was given for.
    #[must_use]
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// The number of the intent; nothing for a read.
    #[must_use]
    pub fn begun(&self) -> Option<Seq> {
        self.begun
    }

    pub(super) fn into_call(self) -> Call {
        self.call
    }
}
