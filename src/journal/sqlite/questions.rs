//! What runs ask whoever can answer from elsewhere. A table beside the journal, made when it is first needed: it is no record, and
//! what comes of an answer is written by the run itself.

use sqlx::{Connection, Row};

use super::failure;
use super::file::{Doing, File};
use super::schema::has_table;
use crate::journal::{JournalError, Posted, PostedAnswer};
use crate::messages::journal as messages;
use crate::model::run::RunId;

const TABLE: &str = "
CREATE TABLE IF NOT EXISTS question (
    run TEXT NOT NULL, about TEXT NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL, answer TEXT, PRIMARY KEY (run, about)
) STRICT";

pub(super) fn post(file: &File, run: &RunId, about: &str, question: &str, at: &str) -> Result<(), JournalError> {
    file.with(Doing::Writing, async |connection| {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(TABLE).execute(&mut *transaction).await?;
        sqlx::query("INSERT INTO question (run, about, text, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(run.as_str())
            .bind(about)
            .bind(question)
            .bind(at)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    })
}

pub(super) fn posted(file: &File, run: &RunId) -> Result<Vec<Posted>, JournalError> {
    let rows = file.with(Doing::Reading, async |connection| {
        if !has_table(connection, "question").await? {
            return Ok(Vec::new());
        }
        let query = "SELECT about, text, at, answer FROM question WHERE run = ? ORDER BY at, rowid";
        let rows = sqlx::query(query).bind(run.as_str()).fetch_all(connection).await?;
        let of = |row: &sqlx::sqlite::SqliteRow| {
            let answer: Option<String> = row.try_get(3)?;
            Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, answer))
        };
        Ok(rows.iter().map(of).collect::<Result<Vec<_>, sqlx::Error>>()?)
    })?;
    let read = |(about, question, at, answer): (String, String, String, Option<String>)| {
        let answer = answer.map(|answer| serde_json::from_str(&answer)).transpose();
        let answer = answer.map_err(|error| failure::damaged(messages::answer_cannot_be_read(run, &error)))?;
        Ok(Posted { about, question, at, answer })
    };
    rows.into_iter().map(read).collect()
}

pub(super) fn answer(file: &File, run: &RunId, about: &str, answer: &PostedAnswer) -> Result<bool, JournalError> {
    let text = serde_json::to_string(answer)
        .map_err(|error| failure::damaged(messages::answer_cannot_be_stored(run, &error)))?;
    file.with(Doing::Writing, async |connection| {
        if !has_table(connection, "question").await? {
            return Ok(false);
        }
        let query = "UPDATE question SET answer = ? WHERE run = ? AND about = ? AND answer IS NULL";
        let changed = sqlx::query(query).bind(text.as_str()).bind(run.as_str()).bind(about).execute(connection).await?;
        Ok(changed.rows_affected() > 0)
    })
}

pub(super) fn take_back(file: &File, run: &RunId, about: &str) -> Result<(), JournalError> {
    file.with(Doing::Writing, async |connection| {
        if has_table(connection, "question").await? {
            let query = "DELETE FROM question WHERE run = ? AND about = ?";
            sqlx::query(query).bind(run.as_str()).bind(about).execute(connection).await?;
        }
        Ok(())
    })
}
