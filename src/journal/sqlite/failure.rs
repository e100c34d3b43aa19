//! What SQLite said, in our words. Result codes: <https://sqlite.org/rescode.html>.

use std::time::Duration;

use crate::journal::JournalError;
use crate::messages::journal as messages;

/// The error for an action that failed; `patience` is how long it waited for others, if it did.
pub fn of(what: String, patience: Option<Duration>, error: &sqlx::Error) -> JournalError {
    let sqlx::Error::Database(said) = error else {
        return match error {
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => damaged(format!("{what}: {error}")),
            other => JournalError::Unavailable { what, why: other.to_string() },
        };
    };
    let code: u32 = said.code().and_then(|code| code.parse().ok()).unwrap_or(1);
    let message = said.message();
    match code & 0xff {
        // SQLITE_CORRUPT, SQLITE_NOTADB
        11 | 26 => damaged(format!("{what}: {message}")),
        // SQLITE_BUSY, SQLITE_LOCKED
        5 | 6 => {
            let waited = patience.map(|time| messages::locked_for_more_than(format!("{time:?}"))).unwrap_or_default();
            JournalError::Unavailable { what, why: messages::another_process_keeps_it_locked(&waited) }
        }
        // SQLITE_IOERR
        10 => {
            let step = io_step(code).map(|step| messages::while_doing(&step)).unwrap_or_default();
            JournalError::Unavailable { what, why: format!("{message}{step}") }
        }
        // SQLITE_CONSTRAINT with a message of our own, from a trigger
        19 if code >> 8 == 7 => JournalError::Unavailable { what, why: own(message) },
        19 => JournalError::Unavailable { what, why: messages::an_entry_of_that_number_is_stored_already() },
        _ => JournalError::Unavailable { what, why: message.to_owned() },
    }
}

/// The error for content that is not what was written, where no entry can be named.
pub fn damaged(what: String) -> JournalError {
    JournalError::Damaged { run: String::new(), seq: 0, what }
}

/// What a trigger of ours says, whose text is a part of the journal's format.
fn own(said: &str) -> String {
    if said.starts_with("an entry of that number") {
        messages::an_entry_of_that_number_is_stored_already()
    } else if said.starts_with("the entry does not follow") {
        messages::the_entry_does_not_follow_the_newest_one()
    } else {
        messages::the_journal_is_append_only()
    }
}

fn io_step(code: u32) -> Option<String> {
    Some(match code >> 8 {
        1 | 2 => messages::reading(),
        3 => messages::writing(),
        4 => messages::storing_what_was_written(),
        5 => messages::storing_the_folder(),
        6 => messages::truncating(),
        7 => messages::looking_at_the_file(),
        15 => messages::locking(),
        18..=21 => messages::using_the_shared_index(),
        _ => return None,
    })
}
