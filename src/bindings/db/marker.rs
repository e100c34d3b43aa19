//! The marker row: written in the same transaction as the work, under the call's idempotency token, with the result. Whoever looks
//! later finds it when the work was committed, and only then; a second attempt with the same token can't do the work twice.

use schemars::JsonSchema;
use serde::Deserialize;

use super::answer::Room;
use super::connection::{Access, Connection};
use super::lost::Trouble;
use super::options::Reach;
use super::target::{System, Target};
use crate::binding::Context;
use crate::messages::bindings_db as messages;
use crate::model::failure::Failure;
use crate::model::value::Value;

/// The table when none is named.
const TABLE: &str = "runbook_marker";

/// Whether and where a marker row is written.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Marker {
    /// In the usual table, or not at all.
    Usual(bool),
    /// In this table.
    Table(String),
}

impl Default for Marker {
    fn default() -> Self {
        Marker::Usual(false)
    }
}

impl Marker {
    /// The table, when a marker is wanted.
    ///
    /// # Errors
    /// A name that is more than letters, digits and underscores, with a schema before it or without.
    pub fn table(&self) -> Result<Option<&str>, Failure> {
        let name = match self {
            Marker::Usual(false) => return Ok(None),
            Marker::Usual(true) => TABLE,
            Marker::Table(name) => name,
        };
        let is_word = |part: &str| {
            let first = part.chars().next();
            first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        // It stands in statements as it is.
        if name.split('.').count() > 2 || !name.split('.').all(is_word) || name.len() > 100 {
            return Err(Failure::invalid(messages::no_name_of_a_table(name)));
        }
        Ok(Some(name))
    }
}

/// A marker table on a connection.
pub struct Table<'a> {
    /// Its name.
    pub name: &'a str,
    /// The system.
    pub system: System,
}

impl Table<'_> {
    fn parameter(&self, number: usize) -> String {
        if self.system == System::Postgres { format!("${number}") } else { "?".to_owned() }
    }

    /// Whether it is there.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn exists(&self, connection: &mut Connection) -> Result<bool, Trouble> {
        let (sql, params): (&str, Vec<Value>) = match (self.system, self.name.split_once('.')) {
            (System::Postgres, _) => ("select 1 as found where to_regclass($1) is not null", vec![self.name.into()]),
            (System::MySql, Some((schema, name))) => (
                "select 1 as found from information_schema.tables where table_schema = ? and table_name = ?",
                vec![schema.into(), name.into()],
            ),
            (System::MySql, None) => (
                "select 1 as found from information_schema.tables where table_schema = database() and table_name = ?",
                vec![self.name.into()],
            ),
            (System::Sqlite, _) => {
                ("select 1 as found from sqlite_master where type = 'table' and name = ?", vec![self.name.into()])
            }
        };
        Ok(!connection.run(sql, &params, &mut Room::new(1)).await?.rows.is_empty())
    }

    /// Makes it when it is missing. For MySQL this commits, and must come before the transaction.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn make(&self, connection: &mut Connection) -> Result<(), Trouble> {
        if self.exists(connection).await? {
            return Ok(());
        }
        let columns = match self.system {
            System::Postgres => {
                "token text primary key, run text not null, at timestamptz not null default now(), result text"
            }
            System::MySql => {
                "token varchar(100) primary key, run varchar(100) not null, \
                 at timestamp not null default current_timestamp, result longtext"
            }
            System::Sqlite => {
                "token text primary key, run text not null, at text not null default current_timestamp, result text"
            }
        };
        let sql = format!("create table if not exists {} ({columns})", self.name);
        connection.run(&sql, &[], &mut Room::new(0)).await?;
        Ok(())
    }

    /// The result that is recorded under a token.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn find(&self, connection: &mut Connection, token: &str) -> Result<Option<Value>, Trouble> {
        let sql = format!("select result from {} where token = {}", self.name, self.parameter(1));
        let answer = connection.run(&sql, &[token.into()], &mut Room::new(1)).await?;
        let row = answer.rows.first().and_then(Value::as_map).and_then(|row| row.get("result"));
        Ok(row.map(|result| {
            let json = result.as_text().and_then(|text| serde_json::from_str(text).ok());
            json.and_then(|json| Value::from_json(json).ok()).unwrap_or_default()
        }))
    }

    /// Writes the row before the work: another attempt under the same token waits here until this one has ended.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn take(&self, connection: &mut Connection, context: &Context<'_>) -> Result<(), Trouble> {
        let (first, second) = (self.parameter(1), self.parameter(2));
        let sql = format!("insert into {} (token, run) values ({first}, {second})", self.name);
        connection.run(&sql, &[context.token.into(), context.run.into()], &mut Room::new(0)).await?;
        Ok(())
    }

    /// Records the result of the work.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn note(&self, connection: &mut Connection, token: &str, result: String) -> Result<(), Trouble> {
        let (first, second) = (self.parameter(1), self.parameter(2));
        let sql = format!("update {} set result = {first} where token = {second}", self.name);
        connection.run(&sql, &[result.into(), token.into()], &mut Room::new(0)).await?;
        Ok(())
    }
}

/// What a later look for the marker found.
pub enum Seen {
    /// The row, with the result of the work.
    Row(Value),
    /// A table without the row, or no table.
    NoRow,
}

/// Looks for the marker of a call.
///
/// # Errors
/// What the driver says.
pub async fn look(target: &Target, name: &str, reach: &Reach, context: &Context<'_>) -> Result<Seen, Trouble> {
    let table = Table { name, system: target.system() };
    let mut connection = Connection::open(target, reach, Access::ReadOnly, context).await?;
    connection.begin(Access::ReadOnly, reach).await?;
    let found =
        if table.exists(&mut connection).await? { table.find(&mut connection, context.token).await? } else { None };
    connection.close().await;
    Ok(found.map_or(Seen::NoRow, Seen::Row))
}
