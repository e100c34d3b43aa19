//! Runs of other journals, and where they come from. A table beside the journal, made when it is first needed, and append-only as
//! the journal is: what was taken in stays known as such.

use sqlx::{Connection, Row, SqliteConnection};

use super::file::{Doing, File, Trouble};
use super::{facts, failure};
use super::{insert, keep};
use crate::journal::origin::lacking;
use crate::journal::{JournalError, Origin, Transfer};
use crate::messages::journal as messages;
use crate::model::entry::Entry;
use crate::model::run::RunId;

pub(super) fn import(
    file: &File,
    runs: &[Vec<Entry>],
    contents: &[(String, Vec<u8>)],
    transfer: &Transfer,
) -> Result<Vec<usize>, JournalError> {
    file.with(Doing::Writing, async |connection| {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        let mut added = Vec::new();
        for entries in runs {
            let lacking = lacking_of(&mut transaction, entries).await?;
            added.push(lacking.len());
            let Some(origin) = Origin::of(lacking, transfer) else { continue };
            for entry in lacking {
                insert(&mut transaction, entry).await?;
            }
            let run = entries.first().map(|first| first.run.as_str()).unwrap_or_default();
            let facts =
                serde_json::to_string(&origin).map_err(|error| failure::damaged(messages::its_origin(run, &error)))?;
            super::facts::add(&mut transaction, "origin", run, &facts).await?;
        }
        if added.iter().any(|added| *added > 0) {
            keep(&mut transaction, contents).await?;
        }
        transaction.commit().await?;
        Ok(added)
    })
}

/// The entries of a run that the journal lacks.
async fn lacking_of<'a>(connection: &mut SqliteConnection, entries: &'a [Entry]) -> Result<&'a [Entry], Trouble> {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Ok(entries) };
    let newest = sqlx::query("SELECT newest_seq, newest_hash FROM run WHERE id = ?")
        .bind(first.run.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    let newest = match newest {
        Some(row) => Some((row.try_get::<i64, _>(0)?.cast_unsigned(), row.try_get(1)?)),
        None => None,
    };
    let same = sqlx::query("SELECT hash FROM entry WHERE run = ? AND seq = ?")
        .bind(first.run.as_str())
        .bind(last.seq.cast_signed())
        .fetch_optional(&mut *connection)
        .await?;
    let same: Option<String> = same.map(|row| row.try_get(0)).transpose()?;
    Ok(lacking(entries, newest, |_| same)?)
}

pub(super) fn all(file: &File) -> Result<Vec<(RunId, Origin)>, JournalError> {
    facts::all(file, "origin", |run, why| messages::its_origin(run, why))
}
