//! The file and the one connection that a process has to it: how it is opened, checked and given up. What is asked of it is no
//! business of this file.

use std::fmt;
use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use super::{failure, private, schema};
use crate::journal::JournalError;
use crate::messages::journal as messages;
use crate::model::entry::FORMAT;

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

/// The journal's file.
pub struct File {
    path: PathBuf,
    options: SqliteOptions,
    /// Nothing after a failure: what a connection still holds then can't be known, and the next use makes a new one.
    link: Mutex<Option<Link>>,
}

impl File {
    /// Opens a file that is there.
    ///
    /// # Errors
    /// One that is exposed, newer, damaged or can't be used.
    pub fn open(path: PathBuf, options: SqliteOptions) -> Result<Self, JournalError> {
        let mut file = File { path, options, link: Mutex::new(None) };
        file.link = Mutex::new(Some(file.connect()?));
        Ok(file)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn connect(&self) -> Result<Link, JournalError> {
        for path in [self.path.clone(), schema::beside(&self.path, "-wal"), schema::beside(&self.path, "-shm")] {
            private::check_if_there(&path)?;
        }
        let log = fs::metadata(schema::beside(&self.path, "-wal"));
        let options = self.connect_options();
        if log.as_ref().is_ok_and(|log| log.len() > 0) {
            // Closing a connection that may write moves what is in the log into the file. One that only reads leaves both as
            // they are, should they be of a newer program.
            wait(self.marked(&options.clone().read_only(true), async |connection| Ok(connection.close().await?)))?;
        }
        let options = match log {
            // Without a log beside it nobody can be writing, and SQLite could not make the files it needs to share it.
            Err(_) if is_read_only(&self.path) => options.immutable(true).read_only(true),
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
            .filename(&self.path)
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
        let opening = |error| self.failed(messages::opening_the_journal(self.path.display()), &error);
        let mut connection = options.connect().await.map_err(opening)?;
        let row = sqlx::query("SELECT application_id, user_version FROM pragma_application_id, pragma_user_version")
            .fetch_one(&mut connection)
            .await;
        let marks = row.and_then(|row| Ok((row.try_get::<u32, _>(0)?, row.try_get::<u32, _>(1)?)));
        let refused = match marks {
            Err(error) => opening(error),
            Ok((schema::APPLICATION_ID, 1..=FORMAT)) => return then(connection).await.map_err(opening),
            Ok((schema::APPLICATION_ID, found)) if found > FORMAT => JournalError::Newer { found, known: FORMAT },
            Ok(_) => failure::damaged(messages::is_no_journal_of_this_program(self.path.display())),
        };
        let _ = connection.close().await;
        Err(refused)
    }

    /// Works with the connection; gives it up when the work failed.
    ///
    /// # Errors
    /// Those of the work; a connection that can't be made.
    pub fn with<T>(
        &self,
        doing: Doing,
        work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, Trouble>,
    ) -> Result<T, JournalError> {
        let mut guard = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        let mut link = match guard.take() {
            Some(link) => link,
            None => self.connect()?,
        };
        if doing == Doing::Writing && !link.is_log_named && self.options.synchronous == Synchronous::Full {
            // SQLite does this as well when it begins a log, but takes no notice of a failure.
            private::sync_folder(self.path.parent().unwrap_or(&self.path))?;
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
                    Trouble::Theirs(error) => {
                        self.failed(messages::doing_something_with_the_journal(doing, self.path.display()), &error)
                    }
                })
            }
        }
    }

    /// The error for work that SQLite refused.
    pub fn failed(&self, what: String, error: &sqlx::Error) -> JournalError {
        failure::of(what, Some(self.options.busy_timeout), error)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        if let Some(link) = self.link.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            // What is committed is on disk already; closing only tidies up.
            let _ = wait(link.connection.close());
        }
    }
}

/// A connection.
struct Link {
    connection: SqliteConnection,
    /// Whether the name of the log is known to survive a loss of power.
    is_log_named: bool,
}

/// What is done with the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Looking at what is committed.
    Reading,
    /// Adding to it.
    Writing,
}

impl fmt::Display for Doing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Doing::Reading => messages::reading(),
            Doing::Writing => messages::writing(),
        })
    }
}

/// Why work with a connection ended: for a reason of ours, or of SQLite's.
pub enum Trouble {
    /// Of ours.
    Ours(JournalError),
    /// Of SQLite's.
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

fn is_read_only(file: &Path) -> bool {
    rustix::fs::statvfs(file).is_ok_and(|facts| facts.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY))
}

/// Blocks until `work` is done. The connection has a thread of its own and needs no runtime; so this costs nothing at start
/// and can be dropped anywhere.
pub fn wait<T>(work: impl Future<Output = T>) -> T {
    futures_executor::block_on(work)
}
