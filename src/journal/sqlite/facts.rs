//! The tables beside the journal that say something of a run, in the order it was said: `run`, and `facts` as JSON.

use std::fmt::Display;

use serde::de::DeserializeOwned;
use sqlx::{Row, SqliteConnection};

use super::failure;
use super::file::{Doing, File};
use super::schema::has_table;
use crate::journal::JournalError;
use crate::model::run::RunId;

/// Adds to such a table, which is made when it is first needed and is append-only as the journal is.
///
/// # Errors
/// As SQLite says.
pub async fn add(
    connection: &mut SqliteConnection,
    table: &'static str,
    run: &str,
    facts: &str,
) -> Result<(), sqlx::Error> {
    let rule = "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END";
    let made = format!(
        "CREATE TABLE IF NOT EXISTS {table} (number INTEGER PRIMARY KEY, run TEXT NOT NULL, facts TEXT NOT NULL) STRICT;
         CREATE TRIGGER IF NOT EXISTS {table}_unchanged BEFORE UPDATE ON {table} {rule};
         CREATE TRIGGER IF NOT EXISTS {table}_kept BEFORE DELETE ON {table} {rule};"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(made)).execute(&mut *connection).await?;
    let insert = sqlx::AssertSqlSafe(format!("INSERT INTO {table} (run, facts) VALUES (?, ?)"));
    sqlx::query(insert).bind(run).bind(facts).execute(connection).await?;
    Ok(())
}

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
