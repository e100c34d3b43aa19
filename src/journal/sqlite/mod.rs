//! The journal in one SQLite file, shared by the processes of one person on one machine. Durable: write-ahead log with
//! `synchronous=FULL`, because a lost intent is the one thing that makes a silent double.

mod failure;
mod locks;
mod private;
mod rows;
mod schema;

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteRow, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use super::backend::{Backend, Hold, RunSummary};
use super::content::{self, FillError};
use super::error::JournalError;
use crate::model::entry::{Entry, FORMAT, Seq, content_hash};
use crate::model::run::{RunId, Who};
use rows::Stored;

/// How many entries are read at once.
const PAGE: i64 = 500;

/// When SQLite waits for the disk (<https://sqlite.org/pragma.html#pragma_synchronous>).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Synchronous {
    /// At each commit. The only level that keeps the promises of [`Backend`].
    #[default]
    Full,
    /// At checkpoints: the newest commits can be lost with the power.
    Normal,
    /// Never.
    Off,
}

/// How the file is used. The default is what [`SqliteBackend::open`] uses.
#[derive(Clone, Copy, Debug)]
pub struct SqliteOptions {
    /// How long a write waits for another process; 5 seconds by default.
    pub busy_timeout: Duration,
    /// When it waits for the disk.
    pub synchronous: Synchronous,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        SqliteOptions { busy_timeout: Duration::from_secs(5), synchronous: Synchronous::Full }
    }
}

/// A journal in a folder of its own: `journal.sqlite` and the locks.
pub struct SqliteBackend {
    folder: PathBuf,
    file: PathBuf,
    options: SqliteOptions,
    /// Nothing after a failure: what a connection still holds then can't be known, and the next use makes a new one.
    connection: Mutex<Option<Link>>,
}

impl SqliteBackend {
    /// Opens the journal in `folder`; makes folder and file when they are missing, for the owner alone.
    ///
    /// # Errors
    /// [`JournalError::Exposed`] when others can read it, [`JournalError::Newer`] before anything is written,
    /// [`JournalError::Damaged`] for a file that is no journal; storage that fails.
    pub fn open(folder: &Path) -> Result<Self, JournalError> {
        Self::open_with(folder, SqliteOptions::default())
    }

    /// The same, with other options.
    ///
    /// # Errors
    /// As [`SqliteBackend::open`].
    pub fn open_with(folder: &Path, options: SqliteOptions) -> Result<Self, JournalError> {
        private::folder(folder)?;
        let file = folder.join("journal.sqlite");
        if !file.exists() {
            schema::create(&file)?;
        }
        let backend = SqliteBackend { folder: folder.to_owned(), file, options, connection: Mutex::new(None) };
        let link = backend.connect()?;
        *backend.connection.lock().unwrap_or_else(PoisonError::into_inner) = Some(link);
        Ok(backend)
    }

    fn connect(&self) -> Result<Link, JournalError> {
        for path in [self.file.clone(), schema::beside(&self.file, "-wal"), schema::beside(&self.file, "-shm")] {
            private::check_if_there(&path)?;
        }
        let log = std::fs::metadata(schema::beside(&self.file, "-wal"));
        let options = self.connect_options();
        if log.as_ref().is_ok_and(|log| log.len() > 0) {
            // Closing a connection that may write moves what is in the log into the file. One that only reads leaves both as
            // they are, should they be of a newer program.
            wait(self.marked(&options.clone().read_only(true), async |connection| Ok(connection.close().await?)))?;
        }
        let options = match log {
            // Without a log beside it nobody can be writing, and SQLite could not make the files it needs to share it.
            Err(_) if is_read_only(&self.file) => options.immutable(true).read_only(true),
            _ => options,
        };
        let connection = wait(self.marked(&options, async |mut connection| {
            let row = sqlx::query("PRAGMA journal_mode").fetch_one(&mut connection).await?;
            if row.try_get::<String, _>(0)? != "wal" {
                // Somebody copied the rows into a new file.
                sqlx::query("PRAGMA journal_mode = WAL").execute(&mut connection).await?;
            }
            Ok(connection)
        }))?;
        Ok(Link { connection, is_log_named: false })
    }

    fn connect_options(&self) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(&self.file)
            .busy_timeout(self.options.busy_timeout)
            .synchronous(match self.options.synchronous {
                Synchronous::Full => SqliteSynchronous::Full,
                Synchronous::Normal => SqliteSynchronous::Normal,
                Synchronous::Off => SqliteSynchronous::Off,
            })
            // On macOS the plain call does not reach the disk.
            .pragma("fullfsync", "ON")
            .pragma("checkpoint_fullfsync", "ON")
            .pragma("cell_size_check", "ON")
            .pragma("trusted_schema", "OFF")
            .disable_statement_logging()
    }

    /// Opens the file, checks whose it is, and goes on with `then`.
    ///
    /// Only SQLite opens the file: were it opened here and closed, all locks of this process on it would be gone
    /// (<https://sqlite.org/howtocorrupt.html>, section 2.2).
    async fn marked<T>(
        &self,
        options: &SqliteConnectOptions,
        then: impl AsyncFnOnce(SqliteConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, JournalError> {
        let opening = |error| self.failed(format!("opening the journal `{}`", self.file.display()), &error);
        let mut connection = options.connect().await.map_err(opening)?;
        let row = sqlx::query("SELECT application_id, user_version FROM pragma_application_id, pragma_user_version")
            .fetch_one(&mut connection)
            .await;
        let marks = row.and_then(|row| Ok((row.try_get::<u32, _>(0)?, row.try_get::<u32, _>(1)?)));
        let refused = match marks {
            Err(error) => opening(error),
            Ok((schema::APPLICATION_ID, 1..=FORMAT)) => return then(connection).await.map_err(opening),
            Ok((schema::APPLICATION_ID, found)) if found > FORMAT => JournalError::Newer { found, known: FORMAT },
            Ok(_) => failure::damaged(format!("`{}` is no journal of this program", self.file.display())),
        };
        let _ = connection.close().await;
        Err(refused)
    }

    /// Works with the connection; gives it up when the work failed.
    fn with<T>(
        &self,
        doing: Doing,
        work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, Trouble>,
    ) -> Result<T, JournalError> {
        let mut guard = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let mut link = match guard.take() {
            Some(link) => link,
            None => self.connect()?,
        };
        if doing == Doing::Writing && !link.is_log_named && self.options.synchronous == Synchronous::Full {
            // SQLite does this as well when it begins a log, but takes no notice of a failure.
            private::sync_folder(&self.folder)?;
            link.is_log_named = true;
        }
        match wait(work(&mut link.connection)) {
            Ok(value) => {
                *guard = Some(link);
                Ok(value)
            }
            Err(trouble) => {
                // Closed before the error is told, so that nothing of the failed work is still locked.
                let _ = wait(link.connection.close());
                Err(match trouble {
                    Trouble::Ours(error) => error,
                    Trouble::Theirs(error) => self.failed(format!("{doing} the journal `{}`", self.file.display()), &error),
                })
            }
        }
    }

    fn failed(&self, what: String, error: &sqlx::Error) -> JournalError {
        failure::of(what, Some(self.options.busy_timeout), error)
    }

    fn headless(&self) -> JournalError {
        failure::damaged(format!("`{}` has lost its head", self.file.display()))
    }

    fn filled_in(&self, run: &RunId, entry: Stored) -> Result<Entry, JournalError> {
        let Stored { seq, at, body, previous, hash } = entry;
        let damaged = |what: String| JournalError::Damaged { run: run.to_string(), seq, what };
        match content::fill_in(&body, &|hash| self.content(hash)) {
            Ok(event) => Ok(Entry { run: run.clone(), seq, at, event, body, previous, hash }),
            Err(FillError::Content(JournalError::Damaged { what, .. })) => Err(damaged(what)),
            Err(FillError::Content(other)) => Err(other),
            Err(FillError::Malformed(error)) => Err(damaged(error.to_string())),
        }
    }

    fn summary(&self, listed: Listed) -> Result<RunSummary, JournalError> {
        let Listed { id, newest_seq, newest_hash, first, newest } = listed;
        let damaged = |seq, what: &str| JournalError::Damaged { run: id.clone(), seq, what: what.to_owned() };
        let run: RunId = id.parse().map_err(|_| damaged(0, "its id is not one"))?;
        let read = |packed: Option<String>, seq: Seq| {
            let entry = packed.as_deref().and_then(rows::unpack).and_then(|mut entries| entries.pop());
            let entry = entry.filter(|entry| entry.seq == seq).ok_or_else(|| damaged(seq, "it is missing"))?;
            let entry = self.filled_in(&run, entry)?;
            if entry.is_intact() { Ok(entry) } else { Err(damaged(seq, "its hash is not the one it was stored with")) }
        };
        let first = read(first, 1)?;
        let newest = if newest_seq == 1 { first.clone() } else { read(newest, newest_seq.cast_unsigned())? };
        if newest.hash != newest_hash {
            return Err(damaged(newest.seq, "it is not the run's newest entry"));
        }
        Ok(RunSummary { first, newest })
    }
}

impl Drop for SqliteBackend {
    fn drop(&mut self) {
        if let Some(link) = self.connection.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            // What is committed is on disk already; closing only tidies up.
            let _ = wait(link.connection.close());
        }
    }
}

impl Backend for SqliteBackend {
    fn create(&self, run: &RunId, make: &mut dyn FnMut(&str) -> Result<Entry, JournalError>) -> Result<Entry, JournalError> {
        self.with(Doing::Writing, async |connection| {
            let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
            let row = sqlx::query("SELECT newest_hash, EXISTS (SELECT 1 FROM run WHERE id = ?) FROM journal")
                .bind(run.as_str())
                .fetch_optional(&mut *transaction)
                .await?;
            let row = row.ok_or_else(|| self.headless())?;
            if row.try_get(1)? {
                return Err(Trouble::Ours(JournalError::Taken));
            }
            let entry = make(row.try_get(0)?)?;
            insert(&mut transaction, &entry).await?;
            transaction.commit().await?;
            Ok(entry)
        })
    }

    fn append(&self, entries: &[Entry], contents: &[(String, Vec<u8>)]) -> Result<(), JournalError> {
        if entries.is_empty() && contents.is_empty() {
            return Ok(());
        }
        self.with(Doing::Writing, async |connection| {
            let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
            for (hash, bytes) in contents {
                sqlx::query("INSERT INTO content (hash, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING")
                    .bind(hash.as_str())
                    .bind(bytes.as_slice())
                    .execute(&mut *transaction)
                    .await?;
            }
            for entry in entries {
                if entry.seq == 1 {
                    return Err(Trouble::Ours(JournalError::Unavailable {
                        what: format!("writing the journal `{}`", self.file.display()),
                        why: "the first entry of a run can't be appended".to_owned(),
                    }));
                }
                insert(&mut transaction, entry).await?;
            }
            Ok(transaction.commit().await?)
        })
    }

    fn entries(&self, run: &RunId, from: Seq) -> Result<Vec<Entry>, JournalError> {
        let id = run.as_str();
        let damaged = |seq, what: &str| JournalError::Damaged { run: id.to_owned(), seq, what: what.to_owned() };
        let (newest, stored) = self.with(Doing::Reading, async |connection| {
            // One transaction, so that the list of runs and the entries are of the same moment.
            let mut transaction = connection.begin().await?;
            let row = sqlx::query("SELECT newest_seq, newest_hash FROM run WHERE id = ?")
                .bind(id)
                .fetch_optional(&mut *transaction)
                .await?;
            let newest = match row {
                Some(row) => Some((row.try_get::<i64, _>(0)?.cast_unsigned(), row.try_get::<String, _>(1)?)),
                None => None,
            };
            // Without a newest entry there must be none at all.
            let mut next = if newest.is_some() { from.max(1) } else { 0 };
            let mut stored: Vec<Stored> = Vec::new();
            loop {
                let row = sqlx::query(rows::ENTRIES)
                    .bind(id)
                    .bind(i64::try_from(next).unwrap_or(i64::MAX))
                    .bind(PAGE)
                    .fetch_one(&mut *transaction)
                    .await?;
                let packed: Option<String> = row.try_get(0)?;
                let page = rows::unpack(&packed.unwrap_or_default()).ok_or_else(|| damaged(next, "it can't be read"))?;
                let Some(last) = page.last() else { break };
                next = last.seq.saturating_add(1);
                stored.extend(page);
            }
            transaction.commit().await?;
            Ok((newest, stored))
        })?;
        let Some((newest, newest_hash)) = newest else {
            return Err(match stored.first() {
                None => JournalError::NoSuchRun(id.to_owned()),
                Some(entry) => damaged(entry.seq, "the run that it belongs to is not listed"),
            });
        };
        let mut expected = from.max(1);
        for entry in &stored {
            if entry.seq != expected {
                return Err(damaged(expected, "it is missing"));
            }
            expected += 1;
        }
        if expected <= newest {
            return Err(damaged(expected, "it is missing"));
        }
        if stored.last().is_some_and(|entry| entry.seq != newest || entry.hash != newest_hash) {
            return Err(damaged(newest, "it is not the run's newest entry"));
        }
        stored.into_iter().map(|entry| self.filled_in(run, entry)).collect()
    }

    fn runs(&self) -> Result<Vec<RunSummary>, JournalError> {
        let (entries, newest, listed) = self.with(Doing::Reading, async |connection| {
            let mut transaction = connection.begin().await?;
            let head = sqlx::query("SELECT entries, newest_hash FROM journal").fetch_optional(&mut *transaction).await?;
            let head = head.ok_or_else(|| self.headless())?;
            let listed = sqlx::query(rows::RUNS).fetch_all(&mut *transaction).await?;
            transaction.commit().await?;
            let listed = listed.iter().map(Listed::of).collect::<Result<Vec<_>, _>>()?;
            Ok((head.try_get::<i64, _>(0)?, head.try_get::<String, _>(1)?, listed))
        })?;
        let counted = listed.iter().fold(0_i64, |sum, run| sum.saturating_add(run.newest_seq));
        if counted != entries || !(listed.is_empty() || listed.iter().any(|run| run.newest_hash == newest)) {
            let what = format!("the runs have {counted} entries, and {entries} were counted when they were written");
            return Err(failure::damaged(what));
        }
        listed.into_iter().map(|run| self.summary(run)).collect()
    }

    fn content(&self, hash: &str) -> Result<Vec<u8>, JournalError> {
        let bytes: Option<Vec<u8>> = self.with(Doing::Reading, async |connection| {
            let row = sqlx::query("SELECT bytes FROM content WHERE hash = ?").bind(hash).fetch_optional(connection).await?;
            Ok(row.map(|row| row.try_get(0)).transpose()?)
        })?;
        match bytes {
            None => Err(failure::damaged(format!("content {hash} is missing"))),
            Some(bytes) if content_hash(&bytes) != hash => {
                Err(failure::damaged(format!("content {hash} is not what was written")))
            }
            Some(bytes) => Ok(bytes),
        }
    }

    fn hold_run(&self, run: &RunId, by: &Who) -> Result<Hold, JournalError> {
        locks::hold_run(&self.folder.join("locks"), run, by)
    }

    fn hold_environment(&self, environment: &str, run: &RunId, by: &Who) -> Result<Hold, JournalError> {
        locks::hold_environment(&self.folder.join("locks"), environment, run, by)
    }

    fn place(&self) -> String {
        self.file.display().to_string()
    }
}

/// A connection.
struct Link {
    connection: SqliteConnection,
    /// Whether the name of the log is known to survive a loss of power.
    is_log_named: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    Reading,
    Writing,
}

impl fmt::Display for Doing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Doing::Reading => "reading",
            Doing::Writing => "writing",
        })
    }
}

/// A run of the list.
struct Listed {
    id: String,
    newest_seq: i64,
    newest_hash: String,
    first: Option<String>,
    newest: Option<String>,
}

impl Listed {
    fn of(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Listed {
            id: row.try_get(0)?,
            newest_seq: row.try_get(1)?,
            newest_hash: row.try_get(2)?,
            first: row.try_get(3)?,
            newest: row.try_get(4)?,
        })
    }
}

/// Why work with a connection ended: for a reason of ours, or of SQLite's.
enum Trouble {
    Ours(JournalError),
    Theirs(sqlx::Error),
}

impl From<JournalError> for Trouble {
    fn from(error: JournalError) -> Self {
        Trouble::Ours(error)
    }
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        Trouble::Theirs(error)
    }
}

async fn insert(connection: &mut SqliteConnection, entry: &Entry) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO entry (run, seq, at, body, previous, hash) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(entry.run.as_str())
        .bind(entry.seq.cast_signed())
        .bind(entry.at.as_str())
        .bind(entry.body.as_str())
        .bind(entry.previous.as_str())
        .bind(entry.hash.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

fn is_read_only(file: &Path) -> bool {
    rustix::fs::statvfs(file).is_ok_and(|facts| facts.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY))
}

/// Blocks until `work` is done. The connection has a thread of its own and needs no runtime; so this costs nothing at start
/// and can be dropped anywhere.
fn wait<T>(work: impl Future<Output = T>) -> T {
    futures_executor::block_on(work)
}
