//! The journal in one SQLite file, shared by the processes of one person on one machine. Durable: write-ahead log with
//! `synchronous=FULL`, because a lost intent is the one thing that makes a silent double.

mod facts;
mod failure;
mod file;
mod locks;
mod origins;
mod private;
mod prune;
mod questions;
mod rows;
mod schema;

use std::path::{Path, PathBuf};
use std::thread;

use sqlx::sqlite::SqliteRow;
use sqlx::{Connection, Row, SqliteConnection};

use super::backend::{Backend, Hold, Posted, PostedAnswer, RunSummary};
use super::content::{self, FillError};
use super::error::JournalError;
use super::origin::{Origin, Transfer};
use super::parallel;
use super::tombstone::Pruned;
use crate::messages::journal as messages;
use crate::model::entry::{Entry, Seq, content_hash};
use crate::model::run::{RunId, Who};
use file::{Doing, File, Trouble};
use rows::Stored;

pub use file::{SqliteOptions, Synchronous};

/// The name of the journal's file in its folder.
pub const FILE_NAME: &str = "journal.sqlite";

/// How many entries are read at once.
const PAGE: i64 = 500;

/// A journal in a folder of its own: `journal.sqlite` and the locks.
pub struct SqliteBackend {
    folder: PathBuf,
    journal: File,
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
        let file = folder.join(FILE_NAME);
        if !file.exists() {
            schema::create(&file)?;
        }
        Ok(SqliteBackend { folder: folder.to_owned(), journal: File::open(file, options)? })
    }

    fn headless(&self) -> JournalError {
        failure::damaged(messages::has_lost_its_head(self.journal.path().display()))
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
        let run: RunId = id.parse().map_err(|_| damaged(0, &messages::its_id_is_not_one()))?;
        let read = |packed: Option<String>, seq: Seq| {
            let entry = packed.as_deref().and_then(rows::unpack).and_then(|mut entries| entries.pop());
            let entry =
                entry.filter(|entry| entry.seq == seq).ok_or_else(|| damaged(seq, &messages::it_is_missing()))?;
            let entry = self.filled_in(&run, entry)?;
            if entry.is_intact() { Ok(entry) } else { Err(damaged(seq, &messages::its_hash_is_not_the_one_it_was())) }
        };
        let first = read(first, 1)?;
        let newest = if newest_seq == 1 { first.clone() } else { read(newest, newest_seq.cast_unsigned())? };
        if newest.hash != newest_hash {
            return Err(damaged(newest.seq, &messages::it_is_not_the_run_s_newest_entry()));
        }
        Ok(RunSummary { first, newest })
    }
}

impl Backend for SqliteBackend {
    fn create(
        &self,
        run: &RunId,
        contents: &[(String, Vec<u8>)],
        make: &mut dyn FnMut(&str) -> Result<Entry, JournalError>,
    ) -> Result<Entry, JournalError> {
        self.journal.with(Doing::Writing, async |connection| {
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
            keep(&mut transaction, contents).await?;
            insert(&mut transaction, &entry).await?;
            transaction.commit().await?;
            Ok(entry)
        })
    }

    fn append(&self, entries: &[Entry], contents: &[(String, Vec<u8>)]) -> Result<(), JournalError> {
        if entries.is_empty() && contents.is_empty() {
            return Ok(());
        }
        self.journal.with(Doing::Writing, async |connection| {
            let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
            keep(&mut transaction, contents).await?;
            for entry in entries {
                if entry.seq == 1 {
                    return Err(Trouble::Ours(JournalError::Unavailable {
                        what: messages::writing_the_journal(self.journal.path().display()),
                        why: messages::the_first_entry_of_a_run_cannot_be(),
                    }));
                }
                insert(&mut transaction, entry).await?;
            }
            Ok(transaction.commit().await?)
        })
    }

    fn import(
        &self,
        runs: &[Vec<Entry>],
        contents: &[(String, Vec<u8>)],
        transfer: &Transfer,
    ) -> Result<Vec<usize>, JournalError> {
        origins::import(&self.journal, runs, contents, transfer)
    }

    fn origins(&self) -> Result<Vec<(RunId, Origin)>, JournalError> {
        origins::all(&self.journal)
    }

    fn prune(&self, runs: &[Pruned]) -> Result<(), JournalError> {
        prune::prune(&self.journal, runs)
    }

    fn pruned(&self) -> Result<Vec<Pruned>, JournalError> {
        prune::all(&self.journal)
    }

    fn compact(&self) -> Result<(), JournalError> {
        prune::compact(&self.journal)
    }

    fn entries(&self, run: &RunId, from: Seq) -> Result<Vec<Entry>, JournalError> {
        let id = run.as_str();
        let damaged = |seq, what: &str| JournalError::Damaged { run: id.to_owned(), seq, what: what.to_owned() };
        let work = |entry| self.filled_in(run, entry);
        thread::scope(|scope| {
            let mut conveyor = parallel::Conveyor::new(scope, &work);
            let mut expected = from.max(1);
            let mut missing = None;
            let mut last = None;
            let newest = self.journal.with(Doing::Reading, async |connection| {
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
                loop {
                    let row = sqlx::query(rows::ENTRIES)
                        .bind(id)
                        .bind(i64::try_from(next).unwrap_or(i64::MAX))
                        .bind(PAGE)
                        .fetch_one(&mut *transaction)
                        .await?;
                    let packed: Option<String> = row.try_get(0)?;
                    let page = rows::unpack(&packed.unwrap_or_default())
                        .ok_or_else(|| damaged(next, &messages::it_cannot_be_read()))?;
                    let Some(end) = page.last() else { break };
                    next = end.seq.saturating_add(1);
                    last = Some((end.seq, end.hash.clone()));
                    for entry in &page {
                        if missing.is_none() && entry.seq != expected {
                            missing = Some(expected);
                        }
                        expected += 1;
                    }
                    conveyor.push(page);
                }
                transaction.commit().await?;
                Ok(newest)
            })?;
            let Some(newest) = newest else {
                return Err(match last {
                    None => JournalError::NoSuchRun(id.to_owned()),
                    Some((seq, _)) => damaged(seq, &messages::the_run_that_it_belongs_to_is_not()),
                });
            };
            let at_end = (expected <= newest.0).then_some(expected);
            if let Some(missing) = missing.or(at_end) {
                return Err(damaged(missing, &messages::it_is_missing()));
            }
            if last.is_some_and(|last| last != newest) {
                return Err(damaged(newest.0, &messages::it_is_not_the_run_s_newest_entry()));
            }
            conveyor.finish()
        })
    }

    fn runs(&self) -> Result<Vec<RunSummary>, JournalError> {
        let (entries, newest, listed) = self.journal.with(Doing::Reading, async |connection| {
            let mut transaction = connection.begin().await?;
            let head =
                sqlx::query("SELECT entries, newest_hash FROM journal").fetch_optional(&mut *transaction).await?;
            let head = head.ok_or_else(|| self.headless())?;
            let listed = sqlx::query(rows::RUNS).fetch_all(&mut *transaction).await?;
            transaction.commit().await?;
            let listed = listed.iter().map(Listed::of).collect::<Result<Vec<_>, _>>()?;
            Ok((head.try_get::<i64, _>(0)?, head.try_get::<String, _>(1)?, listed))
        })?;
        let counted = listed.iter().fold(0_i64, |sum, run| sum.saturating_add(run.newest_seq));
        let is_newest = || -> Result<bool, JournalError> {
            let is_listed = listed.is_empty() || listed.iter().any(|run| run.newest_hash == newest);
            Ok(is_listed || self.pruned()?.iter().any(|run| run.followed.contains(&newest)))
        };
        if counted != entries || !is_newest()? {
            let what = messages::the_runs_have_entries_and_were_counted_when(counted, entries);
            return Err(failure::damaged(what));
        }
        listed.into_iter().map(|run| self.summary(run)).collect()
    }

    fn content(&self, hash: &str) -> Result<Vec<u8>, JournalError> {
        let bytes: Option<Vec<u8>> = self.journal.with(Doing::Reading, async |connection| {
            let row =
                sqlx::query("SELECT bytes FROM content WHERE hash = ?").bind(hash).fetch_optional(connection).await?;
            Ok(row.map(|row| row.try_get(0)).transpose()?)
        })?;
        match bytes {
            None => Err(failure::damaged(messages::content_is_missing(hash))),
            Some(bytes) if content_hash(&bytes) != hash => {
                Err(failure::damaged(messages::content_is_not_what_was_written(hash)))
            }
            Some(bytes) => Ok(bytes),
        }
    }

    fn hold_run(&self, run: &RunId, by: &Who) -> Result<Hold, JournalError> {
        locks::hold_run(&self.folder.join("locks"), run, by)
    }

    fn is_held(&self, run: &RunId, by: &Who) -> bool {
        locks::is_held(&self.folder.join("locks"), run, by)
    }

    fn is_ending(&self, run: &RunId, by: &Who) -> bool {
        locks::is_ending(&self.folder.join("locks"), run, by)
    }

    fn post(&self, run: &RunId, about: &str, question: &str, at: &str) -> Result<(), JournalError> {
        questions::post(&self.journal, run, about, question, at)
    }

    fn posted(&self, run: &RunId) -> Result<Vec<Posted>, JournalError> {
        questions::posted(&self.journal, run)
    }

    fn answer(&self, run: &RunId, about: &str, answer: &PostedAnswer) -> Result<bool, JournalError> {
        questions::answer(&self.journal, run, about, answer)
    }

    fn take_back(&self, run: &RunId, about: &str) -> Result<(), JournalError> {
        questions::take_back(&self.journal, run, about)
    }

    fn hold_environment(&self, environment: &str, run: &RunId, by: &Who) -> Result<Hold, JournalError> {
        locks::hold_environment(&self.folder.join("locks"), environment, run, by)
    }

    fn private_folder(&self) -> Option<PathBuf> {
        Some(self.folder.join("private"))
    }

    fn place(&self) -> String {
        self.journal.path().display().to_string()
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

async fn keep(connection: &mut SqliteConnection, contents: &[(String, Vec<u8>)]) -> Result<(), sqlx::Error> {
    for (hash, bytes) in contents {
        sqlx::query("INSERT INTO content (hash, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(hash.as_str())
            .bind(bytes.as_slice())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
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
