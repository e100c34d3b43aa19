//! What SQLite said, in our words. Result codes: <https://sqlite.org/rescode.html>.

use std::time::Duration;

use crate::journal::JournalError;

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
            let waited = patience.map(|time| format!(" for more than {time:?}")).unwrap_or_default();
            JournalError::Unavailable { what, why: format!("another process keeps it locked{waited}") }
        }
        // SQLITE_IOERR
        10 => {
            let step = io_step(code).map(|step| format!(" while {step}")).unwrap_or_default();
            JournalError::Unavailable { what, why: format!("{message}{step}") }
        }
        // SQLITE_CONSTRAINT with a message of our own, from a trigger
        19 if code >> 8 == 7 => JournalError::Unavailable { what, why: message.to_owned() },
        19 => JournalError::Unavailable {
            what,
            why: "an entry of that number is stored already: somebody else wrote to the run".to_owned(),
        },
        _ => JournalError::Unavailable { what, why: message.to_owned() },
    }
}

/// The error for content that is not what was written, where no entry can be named.
pub fn damaged(what: String) -> JournalError {
    JournalError::Damaged { run: String::new(), seq: 0, what }
}

fn io_step(code: u32) -> Option<&'static str> {
    Some(match code >> 8 {
        1 | 2 => "reading",
        3 => "writing",
        4 => "storing what was written",
        5 => "storing the folder",
        6 => "truncating",
        7 => "looking at the file",
        15 => "locking",
        18..=21 => "using the shared index",
        _ => return None,
    })
}
