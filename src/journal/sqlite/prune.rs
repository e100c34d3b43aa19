//! Runs that are taken out of the file, and what is left of them: a table beside the journal, made when it is first needed, and
//! append-only as the journal is. Nothing but this takes anything out.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::TryStreamExt;
use sqlx::{Connection, Row, SqliteConnection};

use super::file::{Doing, File, Trouble};
use super::schema::{KEPT, has_table};
use super::{facts, failure};
use crate::journal::{JournalError, Pruned, content};
use crate::messages::journal as messages;

/// Lifts [`KEPT`] for the transaction that puts it back.
const LIFT: &str =
    "DROP TRIGGER IF EXISTS entry_kept; DROP TRIGGER IF EXISTS run_kept; DROP TRIGGER IF EXISTS content_kept;";

/// Those hashes of a run that other runs, or the next one, begin after.
const FOLLOWED: &str = "
SELECT hash FROM entry WHERE run = ?1 AND
    (hash IN (SELECT previous FROM entry WHERE seq = 1 AND run <> ?1) OR hash = (SELECT newest_hash FROM journal)) ORDER BY seq";

/// Takes the runs out.
pub(super) fn prune(file: &File, runs: &[Pruned]) -> Result<(), JournalError> {
    let mut unneeded: BTreeSet<String> = runs.iter().flat_map(|run| run.contents.iter().cloned()).collect();
    let go: BTreeSet<&str> = runs.iter().map(|run| run.run.as_str()).collect();
    // The long look at everything else keeps nobody from writing; what is written meanwhile is looked at below.
    let seen = file.with(Doing::Reading, async |connection| {
        let mut transaction = connection.begin().await?;
        let seen = keep_named(&mut transaction, &BTreeMap::new(), &go, &mut unneeded).await?;
        transaction.commit().await?;
        Ok(seen)
    })?;
    file.with(Doing::Writing, async |connection| {
        // What is taken out is not left in the file's free pages.
        sqlx::raw_sql("PRAGMA secure_delete = ON").execute(&mut *connection).await?;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        keep_named(&mut transaction, &seen, &go, &mut unneeded).await?;
        sqlx::raw_sql(LIFT).execute(&mut *transaction).await?;
        for run in runs {
            bury(&mut transaction, run).await?;
        }
        for run in runs {
            take_out(&mut transaction, run).await?;
        }
        for hash in &unneeded {
            sqlx::query("DELETE FROM content WHERE hash = ?").bind(hash.as_str()).execute(&mut *transaction).await?;
        }
        sqlx::raw_sql(KEPT).execute(&mut *transaction).await?;
        Ok(transaction.commit().await?)
    })
}

/// Takes out of `unneeded` what runs that do not go refer to in entries after those that were seen; gives how far it has seen.
async fn keep_named(
    connection: &mut SqliteConnection,
    seen: &BTreeMap<String, i64>,
    go: &BTreeSet<&str>,
    unneeded: &mut BTreeSet<String>,
) -> Result<BTreeMap<String, i64>, sqlx::Error> {
    let rows = sqlx::query("SELECT id, newest_seq FROM run").fetch_all(&mut *connection).await?;
    let mut newest = BTreeMap::new();
    for row in rows {
        newest.insert(row.try_get::<String, _>(0)?, row.try_get::<i64, _>(1)?);
    }
    for (run, last) in newest.iter().filter(|(run, _)| !go.contains(run.as_str())) {
        let from = seen.get(run).copied().unwrap_or(0);
        if from >= *last {
            continue;
        }
        let query = "SELECT body FROM entry WHERE run = ? AND seq > ?";
        let mut bodies = sqlx::query(query).bind(run.as_str()).bind(from).fetch(&mut *connection);
        while let Some(body) = bodies.try_next().await? {
            content::keep_named(body.try_get(0)?, unneeded);
        }
    }
    Ok(newest)
}

/// Makes sure that the run is as its tombstone says, and stores that.
async fn bury(connection: &mut SqliteConnection, run: &Pruned) -> Result<(), Trouble> {
    let id = run.run.as_str();
    let newest =
        sqlx::query("SELECT newest_seq, newest_hash FROM run WHERE id = ?").bind(id).fetch_optional(&mut *connection);
    let newest = match newest.await? {
        Some(row) => Some((row.try_get::<i64, _>(0)?.cast_unsigned(), row.try_get::<String, _>(1)?)),
        None => None,
    };
    if newest != Some((run.entries, run.head.clone())) {
        return Err(Trouble::Ours(JournalError::NoSuchRun(id.to_owned())));
    }
    let followed = sqlx::query(FOLLOWED).bind(id).fetch_all(&mut *connection).await?;
    let followed = followed.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let stone = Pruned { followed, ..run.clone() };
    let facts = serde_json::to_string(&stone).map_err(|error| failure::damaged(messages::its_tombstone(id, &error)))?;
    Ok(super::facts::add(connection, "pruned", id, &facts).await?)
}

async fn take_out(connection: &mut SqliteConnection, run: &Pruned) -> Result<(), sqlx::Error> {
    let id = run.run.as_str();
    for query in ["DELETE FROM entry WHERE run = ?", "DELETE FROM run WHERE id = ?"] {
        sqlx::query(query).bind(id).execute(&mut *connection).await?;
    }
    if has_table(connection, "question").await? {
        sqlx::query("DELETE FROM question WHERE run = ?").bind(id).execute(&mut *connection).await?;
    }
    let query = "UPDATE journal SET entries = entries - ?";
    sqlx::query(query).bind(run.entries.cast_signed()).execute(connection).await?;
    Ok(())
}

pub(super) fn all(file: &File) -> Result<Vec<Pruned>, JournalError> {
    let stones = facts::all(file, "pruned", |run, why| messages::its_tombstone(run, why))?;
    Ok(stones.into_iter().map(|(_, stone)| stone).collect())
}

/// Rewrites the file without its free pages.
pub(super) fn compact(file: &File) -> Result<(), JournalError> {
    file.with(Doing::Writing, async |connection| {
        sqlx::raw_sql("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)").execute(connection).await?;
        Ok(())
    })
}
