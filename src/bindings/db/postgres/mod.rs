//! PostgreSQL: how a connection is made and a statement run. A statement without parameters is sent by the simple protocol, whose
//! values are text for every type; one with parameters by the extended protocol, which is binary both ways.

mod bind;
mod render;
mod text;

use std::time::Duration;

use futures_util::TryStreamExt as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow, PgSslMode, PgStatement, PgTypeInfo, Postgres};
use sqlx::{
    AssertSqlSafe, Column as _, ConnectOptions as _, Connection as _, Either, Executor as _, Row as _, SqlSafeStr as _,
};
use sqlx::{Statement as _, TypeInfo as _};

use super::answer::{Answer, Column, Room, Rows};
use super::connection::{Access, Prepared};
use super::lost::Trouble;
use super::options::Reach;
use super::parameters;
use super::target::Server;
use super::tls::{Tls, authorities};
use crate::binding::Context;
use crate::model::value::Value;

/// A connection to a PostgreSQL server.
pub struct Session(PgConnection);

/// A prepared statement.
pub struct Ready(PgStatement);

impl Ready {
    /// What it tells of itself.
    #[must_use]
    pub fn told(&self) -> Prepared {
        Prepared {
            columns: self.columns(),
            parameters: self.parameters().iter().map(|kind| Some(type_name(kind))).collect(),
        }
    }

    fn columns(&self) -> Vec<Column> {
        let column = |column: &sqlx::postgres::PgColumn| Column {
            name: column.name().to_owned(),
            kind: type_name(column.type_info()),
        };
        self.0.columns().iter().map(column).collect()
    }

    fn types(&self) -> Vec<PgTypeInfo> {
        self.0.columns().iter().map(|column| column.type_info().clone()).collect()
    }

    fn parameters(&self) -> Vec<PgTypeInfo> {
        match self.0.parameters() {
            Some(Either::Left(types)) => types.to_vec(),
            _ => Vec::new(),
        }
    }
}

impl Session {
    /// Connects.
    ///
    /// # Errors
    /// What the driver says; a `ca_file` that can't be used.
    pub async fn open(server: &Server, reach: &Reach, context: &Context<'_>) -> Result<Self, Trouble> {
        let mode = match server.tls {
            Tls::Disable => PgSslMode::Disable,
            Tls::Prefer => PgSslMode::Prefer,
            Tls::Require => PgSslMode::Require,
            Tls::VerifyCa => PgSslMode::VerifyCa,
            Tls::VerifyFull => PgSslMode::VerifyFull,
        };
        // The library takes what is not set from `PG…` variables of this machine; a call is to depend on its arguments alone. There
        // is no way to unset `PGOPTIONS` and a client certificate (`PGSSLCERT`, `PGSSLKEY`).
        let options = PgConnectOptions::new_without_pgpass()
            .host(&server.host)
            .port(server.port)
            .username(&server.user)
            .password(server.password.as_deref().unwrap_or_default())
            .database(&server.database)
            .application_name("runbook")
            .ssl_mode(mode)
            .ssl_root_cert_from_pem(authorities(reach.ca_file.as_deref(), context)?)
            .disable_statement_logging();
        Ok(Session(options.connect().await?))
    }

    /// Begins the transaction with its time-outs.
    ///
    /// # Errors
    /// What the server says.
    pub async fn begin(&mut self, access: Access, reach: &Reach) -> Result<(), Trouble> {
        let (begin, local) = match access {
            Access::ReadOnly => ("begin read only; ", "local "),
            Access::ReadWrite => ("begin read write; ", "local "),
            Access::Autocommit => ("", ""),
        };
        let ms = |span: Duration| span.as_millis().max(1);
        let (statement, lock) = (ms(reach.timeout), ms(reach.lock_timeout));
        let text = format!(
            "{begin}set {local}statement_timeout = {statement}; set {local}lock_timeout = {lock}; \
             set {local}intervalstyle = postgres; set {local}bytea_output = hex"
        );
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut self.0).await?;
        Ok(())
    }

    /// Prepares a statement: the server refuses more than one, and tells the types.
    ///
    /// # Errors
    /// What the server says.
    pub async fn prepare(&mut self, sql: &str) -> Result<Ready, Trouble> {
        Ok(Ready(self.0.prepare(AssertSqlSafe(sql.to_owned()).into_sql_str()).await?))
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// What the server says; parameters that don't fit; a result that is too large.
    pub async fn run(&mut self, sql: &str, params: &[Value], room: &mut Room) -> Result<Answer, Trouble> {
        let ready = self.prepare(sql).await?;
        let (types, wanted) = (ready.types(), ready.parameters());
        parameters::count(params.len(), wanted.len())?;
        let mut rows = Rows::new(ready.columns(), room)?;
        let mut affected = 0_u64;
        let sql = AssertSqlSafe(sql.to_owned());
        if params.is_empty() {
            let mut answers = sqlx::raw_sql(sql).fetch_many(&mut self.0);
            while let Some(next) = answers.try_next().await? {
                match next {
                    Either::Left(done) => affected = affected.saturating_add(done.rows_affected()),
                    Either::Right(row) => rows.take(of_text(&row, &types)?)?,
                }
            }
            drop(answers);
            return Ok(rows.finish(affected));
        }
        let arguments = bind::arguments(&mut self.0, params, &wanted).await?;
        let mut left = render::Left::default();
        let mut answers = (&mut self.0).fetch_many(sqlx::query_with::<Postgres, _>(sql, arguments));
        while let Some(next) = answers.try_next().await? {
            match next {
                Either::Left(done) => affected = affected.saturating_add(done.rows_affected()),
                Either::Right(row) => rows.take(left.row(&row, &types)?)?,
            }
        }
        drop(answers);
        left.fill(&mut self.0, &types, rows.cells()).await?;
        Ok(rows.finish(affected))
    }

    /// A statement of one word.
    ///
    /// # Errors
    /// What the server says.
    pub async fn simple(&mut self, word: &'static str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(word).execute(&mut self.0).await.map(|_| ())
    }

    /// Says goodbye.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn close(self) -> Result<(), sqlx::Error> {
        self.0.close().await
    }
}

fn of_text(row: &PgRow, types: &[PgTypeInfo]) -> Result<Vec<Value>, Trouble> {
    let mut values = Vec::with_capacity(types.len());
    for (at, kind) in types.iter().enumerate() {
        let raw = row.try_get_raw(at)?;
        let text = if sqlx::ValueRef::is_null(&raw) { None } else { Some(raw.as_str().map_err(sqlx::Error::Decode)?) };
        values.push(text.map_or(Value::Unit, |text| text::value(text, kind)));
    }
    Ok(values)
}

/// A type's name as psql shows it in lower case: `int4`, `timestamptz`, `text[]`, `mood`.
fn type_name(kind: &PgTypeInfo) -> String {
    let name = kind.name();
    if name.contains(|c: char| c.is_lowercase() || c == '"') { name.to_owned() } else { name.to_lowercase() }
}
