//! The tables beside the journal that say something of a run, in the order it was said: `run`, and `facts` as JSON.

use std::fmt::Display;

use serde::de::DeserializeOwned;
use sqlx::Row;

use super::failure;
use super::file::{Doing, File};
use super::schema::has_table;
use crate::journal::JournalError;
use crate::model::run::RunId;

/// What such a table says, oldest first; nothing where the table was never needed. `unreadable` tells of which run, and why.
///
/// # Errors
/// Storage that fails; rows that are not as they were written.
pub fn all<T: DeserializeOwned>(
    file: &File,
    table: &'static str,
    unreadable: impl Fn(&str, &dyn Display) -> String,
) -> Result<Vec<(RunId, T)>, JournalError> {
    let rows = file.with(Doing::Reading, async |connection| {
        if !has_table(connection, table).await? {
            return Ok(Vec::new());
        }
        let query = sqlx::AssertSqlSafe(format!("SELECT run, facts FROM {table} ORDER BY number"));
        let rows = sqlx::query(query).fetch_all(connection).await?;
        let of = |row: &sqlx::sqlite::SqliteRow| Ok((row.try_get(0)?, row.try_get(1)?));
        Ok(rows.iter().map(of).collect::<Result<Vec<(String, String)>, sqlx::Error>>()?)
    })?;
    let read = |(run, facts): (String, String)| {
        let damaged = |why: &dyn Display| failure::damaged(unreadable(&run, why));
        let id: RunId = run.parse().map_err(|error| damaged(&error))?;
        let facts = serde_json::from_str(&facts).map_err(|error| damaged(&error))?;
        Ok((id, facts))
    };
    rows.into_iter().map(read).collect()
}
