//! The tables of the journal file and how an empty file comes to be. What is in the tables is no business of this file.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::failure;
use super::file::wait;
use super::private::{self, unusable};
use crate::journal::JournalError;
use crate::messages::journal as messages;
use crate::model::entry::FORMAT;

/// Marks an SQLite file as a journal of this program: `rbjl` (<https://sqlite.org/pragma.html#pragma_application_id>).
pub const APPLICATION_ID: u32 = 0x7262_6a6c;

/// The tables, and the rules that hold for whoever writes to them.
///
/// `run` and `journal` repeat what `entry` says about its newest rows. That makes lists and beginnings cheap, and it shows
/// when the newest entries of a run are missing, which a chain of hashes alone can't show.
const TABLES: &str = "
CREATE TABLE entry (
    run TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL,
    PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE run (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, newest_seq INTEGER NOT NULL, newest_hash TEXT NOT NULL
) STRICT;
CREATE TABLE journal (
    only INTEGER PRIMARY KEY CHECK (only = 1), entries INTEGER NOT NULL, newest_hash TEXT NOT NULL
) STRICT;
CREATE TABLE content (hash TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
INSERT INTO journal VALUES (1, 0, '');

CREATE TRIGGER entry_taken BEFORE INSERT ON entry
    WHEN NEW.seq <= (SELECT newest_seq FROM run WHERE id = NEW.run)
    BEGIN SELECT RAISE(ABORT, 'an entry of that number is stored already: somebody else wrote to the run'); END;
CREATE TRIGGER entry_gap BEFORE INSERT ON entry
    WHEN NEW.seq > 1 + coalesce((SELECT newest_seq FROM run WHERE id = NEW.run), 0) OR NEW.seq < 1
    BEGIN SELECT RAISE(ABORT, 'the entry does not follow the newest one of its run'); END;
CREATE TRIGGER entry_counted AFTER INSERT ON entry BEGIN
    INSERT INTO run (id, newest_seq, newest_hash) VALUES (NEW.run, NEW.seq, NEW.hash)
        ON CONFLICT (id) DO UPDATE SET newest_seq = excluded.newest_seq, newest_hash = excluded.newest_hash;
    UPDATE journal SET entries = entries + 1, newest_hash = NEW.hash;
END;

CREATE TRIGGER entry_unchanged BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_kept BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER content_unchanged BEFORE UPDATE ON content BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
";

/// The rules that only taking whole runs out may break, in the transaction that does.
pub const KEPT: &str = "
CREATE TRIGGER entry_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER run_kept BEFORE DELETE ON run BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER content_kept BEFORE DELETE ON content BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
";

/// Whether there is a table of that name: those beside the journal are made when they are first needed.
///
/// # Errors
/// As SQLite says.
pub async fn has_table(connection: &mut SqliteConnection, name: &str) -> Result<bool, sqlx::Error> {
    let query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?";
    Ok(sqlx::query(query).bind(name).fetch_optional(connection).await?.is_some())
}

/// Makes an empty journal at `file`, unless one appears there meanwhile.
///
/// Once this returns, the file survives a loss of power. It is made under another name and moved into place when it is whole,
/// so that a file of that name is never empty: an empty one has lost its content.
///
/// # Errors
/// Storage that fails; a write-ahead log whose journal is missing.
pub fn create(file: &Path) -> Result<(), JournalError> {
    let making = || messages::making_the_journal(file.display());
    let folder = file.parent().unwrap_or(file);
    let alone = private::open_new_or_existing(&folder.join("journal.lock"))?;
    alone.lock().map_err(|error| unusable(making(), &error))?;
    if file.exists() {
        return Ok(());
    }
    let log = beside(file, "-wal");
    if log.exists() {
        let what = messages::is_missing_while_is_there(file.display(), log.display());
        return Err(JournalError::Damaged { run: String::new(), seq: 0, what });
    }
    let new = beside(file, ".new");
    for stale in [new.clone(), beside(&new, "-journal"), beside(&new, "-wal"), beside(&new, "-shm")] {
        match fs::remove_file(stale) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(unusable(making(), &error)),
            _ => {}
        }
    }
    private::open_new_or_existing(&new)?;
    fill(&new).map_err(|error| failure::of(making(), None, &error))?;
    File::open(&new).and_then(|file| file.sync_all()).map_err(|error| unusable(making(), &error))?;
    fs::rename(&new, file).map_err(|error| unusable(making(), &error))?;
    private::sync_folder(folder)
}

fn fill(file: &Path) -> Result<(), sqlx::Error> {
    wait(async {
        // Synced once, as a whole, by the caller.
        let options = SqliteConnectOptions::new()
            .filename(file)
            .synchronous(SqliteSynchronous::Off)
            .journal_mode(SqliteJournalMode::Memory)
            .disable_statement_logging();
        let mut connection = options.connect().await?;
        let marks = format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT};");
        let all = format!("BEGIN; {TABLES} {KEPT} {marks} COMMIT; PRAGMA journal_mode = WAL;");
        sqlx::raw_sql(sqlx::AssertSqlSafe(all)).execute(&mut connection).await?;
        connection.close().await
    })
}

/// The path with `suffix` added to its name.
pub fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
