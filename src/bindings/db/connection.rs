//! A connection to whichever system: opened, put into a transaction, asked, ended.

use super::answer::{Answer, Room};
use super::lost::Trouble;
use super::options::Reach;
use super::target::{Server, System, Target};
use super::{mysql, postgres, sqlite};
use crate::binding::Context;
use crate::model::value::Value;

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read.
    ReadOnly,
    /// Write as well.
    ReadWrite,
    /// Write as well, each statement by itself.
    Autocommit,
}

/// A connection.
pub enum Connection {
    /// To PostgreSQL.
    Postgres(postgres::Session),
    /// To MySQL or MariaDB.
    MySql(mysql::Session),
    /// To a file.
    Sqlite(sqlite::Session),
}

/// What preparing a statement tells.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// The columns of its result.
    pub columns: Vec<super::answer::Column>,
    /// The types of its parameters; without types where the system has none for them.
    pub parameters: Vec<Option<String>>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// What the driver says, and files that can't be used.
    pub async fn open(target: &Target, reach: &Reach, access: Access, context: &Context<'_>) -> Result<Self, Trouble> {
        Ok(match target {
            Target::Server(server @ Server { system: System::Postgres, .. }) => {
                Connection::Postgres(postgres::Session::open(server, reach, context).await?)
            }
            Target::Server(server) => Connection::MySql(mysql::Session::open(server, reach, context).await?),
            Target::File(path) => Connection::Sqlite(sqlite::Session::open(path, reach, access, context).await?),
        })
    }

    /// Begins the transaction, with its time-outs.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn begin(&mut self, access: Access, reach: &Reach) -> Result<(), Trouble> {
        match self {
            Connection::Postgres(session) => session.begin(access, reach).await,
            Connection::MySql(session) => session.begin(access, reach).await,
            Connection::Sqlite(session) => session.begin(access).await,
        }
    }

    /// Prepares a statement without running it.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn prepare(&mut self, sql: &str) -> Result<Prepared, Trouble> {
        match self {
            Connection::Postgres(session) => session.prepare(sql).await.map(|prepared| prepared.told()),
            Connection::MySql(session) => session.prepare(sql).await,
            Connection::Sqlite(session) => session.prepare(sql).await,
        }
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// What the driver says; parameters that don't fit; a result that is too large.
    pub async fn run(&mut self, sql: &str, params: &[Value], room: &mut Room) -> Result<Answer, Trouble> {
        match self {
            Connection::Postgres(session) => session.run(sql, params, room).await,
            Connection::MySql(session) => session.run(sql, params, room).await,
            Connection::Sqlite(session) => session.run(sql, params, room).await,
        }
    }

    /// Ends the transaction: `commit` or `rollback`.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn end(&mut self, word: &'static str) -> Result<(), sqlx::Error> {
        match self {
            Connection::Postgres(session) => session.simple(word).await,
            Connection::MySql(session) => session.simple(word).await,
            Connection::Sqlite(session) => session.simple(word).await,
        }
    }

    /// Says goodbye. What the server answers no longer matters.
    pub async fn close(self) {
        let _ended = match self {
            Connection::Postgres(session) => session.close().await,
            Connection::MySql(session) => session.close().await,
            Connection::Sqlite(session) => session.close().await,
        };
    }
}
