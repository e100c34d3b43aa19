//! SQLite: a file below the project's folder. Values have the storage class that they have, whatever the column was declared as.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::TryStreamExt as _;
use rustix::fs::FileType;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{Arguments as _, AssertSqlSafe, Column as _, ConnectOptions as _, Connection as _, Either};
use sqlx::{Executor as _, Row as _, SqlSafeStr as _, Statement as _, TypeInfo as _, ValueRef as _};

use super::answer::{Answer, Column, Room, Rows};
use super::connection::{Access, Prepared};
use super::lost::Trouble;
use super::options::Reach;
use super::parameters::{self, misfit, plain_json};
use crate::binding::Context;
use crate::messages::bindings_db as messages;
use crate::model::failure::Failure;
use crate::model::value::Value;
use crate::world::project::{self, PathBelow};

/// After how many instructions of its machine SQLite asks whether to go on.
const INSTRUCTIONS: i32 = 1_000;

/// An open file.
pub struct Session {
    connection: Option<SqliteConnection>,
    abandoned: Arc<AtomicBool>,
}

/// SQLite works in a thread of its own, which nobody waits for once a call has ended: the statement is interrupted.
impl Drop for Session {
    fn drop(&mut self) {
        self.abandoned.store(true, Ordering::Release);
    }
}

impl Session {
    /// Opens the file, which a write makes when it is missing, and the folders on the way to it.
    ///
    /// # Errors
    /// A path that leads out of the project or to no file; what the driver says.
    pub async fn open(path: &PathBelow, reach: &Reach, access: Access, context: &Context<'_>) -> Result<Self, Trouble> {
        let creates = access != Access::ReadOnly;
        looked_at(path, creates, context)?;
        let file = context.project.join(path.to_string());
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(creates)
            .read_only(!creates)
            .busy_timeout(reach.lock_timeout)
            .disable_statement_logging();
        let mut connection = options.connect().await?;
        let abandoned = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&abandoned);
        connection.lock_handle().await?.set_progress_handler(INSTRUCTIONS, move || !asked.load(Ordering::Acquire));
        Ok(Session { connection: Some(connection), abandoned })
    }

    fn connection(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        self.connection.as_mut().ok_or(sqlx::Error::WorkerCrashed)
    }

    /// Begins the transaction. One that writes takes the lock at once, so that it can't lose it to another half-way.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn begin(&mut self, access: Access) -> Result<(), Trouble> {
        match access {
            Access::ReadOnly => self.simple("begin").await?,
            Access::ReadWrite => self.simple("begin immediate").await?,
            Access::Autocommit => {}
        }
        Ok(())
    }

    /// Prepares a statement without running it.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn prepare(&mut self, sql: &str) -> Result<Prepared, Trouble> {
        let statement = self.connection()?.prepare(AssertSqlSafe(sql.to_owned()).into_sql_str()).await?;
        let column = |column: &sqlx::sqlite::SqliteColumn| Column {
            name: column.name().to_owned(),
            kind: column.type_info().name().to_lowercase(),
        };
        let parameters = match statement.parameters() {
            Some(Either::Right(count)) => vec![None; count],
            _ => Vec::new(),
        };
        Ok(Prepared { columns: statement.columns().iter().map(column).collect(), parameters })
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// What the driver says; parameters that don't fit; a result that is too large.
    pub async fn run(&mut self, sql: &str, params: &[Value], room: &mut Room) -> Result<Answer, Trouble> {
        let prepared = self.prepare(sql).await?;
        parameters::count(params.len(), prepared.parameters.len())?;
        let mut rows = Rows::new(prepared.columns, room)?;
        let arguments = arguments(params)?;
        let mut affected = 0_u64;
        let query = sqlx::query_with::<Sqlite, _>(AssertSqlSafe(sql.to_owned()), arguments);
        let mut answers = self.connection()?.fetch_many(query);
        while let Some(next) = answers.try_next().await? {
            match next {
                Either::Left(done) => affected = affected.saturating_add(done.rows_affected()),
                Either::Right(row) => rows.take(values(&row)?)?,
            }
        }
        drop(answers);
        Ok(rows.finish(affected))
    }

    /// A statement of a few words.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn simple(&mut self, words: &'static str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(words).execute(self.connection()?).await.map(|_| ())
    }

    /// Closes the file.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn close(mut self) -> Result<(), sqlx::Error> {
        match self.connection.take() {
            Some(connection) => connection.close().await,
            None => Ok(()),
        }
    }
}

/// Refuses what is no file, and whatever a link leads to: SQLite would follow it out of the project.
fn looked_at(path: &PathBelow, may_be_missing: bool, context: &Context<'_>) -> Result<(), Failure> {
    let told = |trouble: project::Trouble| trouble.failure(path);
    let folder = project::open_parent(context.project, path, may_be_missing).map_err(told)?;
    let Some(name) = path.name() else { return Err(Failure::invalid(messages::no_path_of_a_database())) };
    match project::kind_of(&folder, name) {
        Ok(FileType::RegularFile) => Ok(()),
        Ok(_) => Err(Failure::refused(messages::is_no_file_of_a_database(path))),
        Err(project::Trouble::Missing) if may_be_missing => Ok(()),
        Err(trouble) => Err(told(trouble)),
    }
}

fn arguments(params: &[Value]) -> Result<SqliteArguments, Trouble> {
    let mut arguments = SqliteArguments::default();
    for (at, value) in params.iter().enumerate() {
        let added = match value {
            Value::Unit => arguments.add(None::<String>),
            Value::Bool(b) => arguments.add(*b),
            Value::Int(n) => arguments.add(*n),
            Value::Float(x) => arguments.add(*x),
            Value::Text(text) => arguments.add(text.clone()),
            Value::Bytes(bytes) => arguments.add(bytes.clone()),
            Value::List(_) | Value::Map(_) => match plain_json(value) {
                Ok(json) => arguments.add(json.to_string()),
                Err(given) => return Err(misfit(at + 1, "json", given).into()),
            },
            other => return Err(misfit(at + 1, "sql", other.kind()).into()),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

fn values(row: &SqliteRow) -> Result<Vec<Value>, Trouble> {
    let mut values = Vec::with_capacity(row.len());
    for at in 0..row.len() {
        let raw = row.try_get_raw(at)?;
        let class = raw.type_info().name().to_owned();
        values.push(if raw.is_null() {
            Value::Unit
        } else {
            match class.as_str() {
                "INTEGER" => Value::Int(row.try_get_unchecked(at)?),
                "REAL" => Value::Float(row.try_get_unchecked(at)?),
                "BLOB" => Value::Bytes(row.try_get_unchecked(at)?),
                _ => Value::Text(row.try_get_unchecked(at)?),
            }
        });
    }
    Ok(values)
}
