//! MySQL and MariaDB. Every statement goes through the prepared protocol, which takes one statement only; values come in its binary
//! form and are read here by their types.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use sqlx::mysql::{MySql, MySqlArguments, MySqlConnectOptions, MySqlConnection, MySqlRow, MySqlSslMode, MySqlTypeInfo};
use sqlx::{Arguments as _, AssertSqlSafe, Column as _, ConnectOptions as _, Connection as _, Decode, Either};
use sqlx::{Executor as _, Row as _, SqlSafeStr as _, Statement as _, Type, TypeInfo as _, ValueRef as _};

use super::answer::{Answer, Column, Room, Rows};
use super::connection::{Access, Prepared};
use super::lost::Trouble;
use super::options::Reach;
use super::parameters::{self, misfit, plain_json};
use super::target::Server;
use super::tls::{Tls, authorities};
use crate::binding::Context;
use crate::model::value::Value;

/// A connection to a MySQL or MariaDB server.
pub struct Session(MySqlConnection);

impl Session {
    /// Connects.
    ///
    /// # Errors
    /// What the driver says; a `ca_file` that can't be used.
    pub async fn open(server: &Server, reach: &Reach, context: &Context<'_>) -> Result<Self, Trouble> {
        let mode = match server.tls {
            Tls::Disable => MySqlSslMode::Disabled,
            Tls::Prefer => MySqlSslMode::Preferred,
            Tls::Require => MySqlSslMode::Required,
            Tls::VerifyCa => MySqlSslMode::VerifyCa,
            Tls::VerifyFull => MySqlSslMode::VerifyIdentity,
        };
        // The server's own way of reading SQL is kept: statements mean what they mean in any other client.
        let mut options = MySqlConnectOptions::new()
            .host(&server.host)
            .port(server.port)
            .username(&server.user)
            .ssl_mode(mode)
            .ssl_ca_from_pem(authorities(reach.ca_file.as_deref(), context)?)
            .pipes_as_concat(false)
            .no_engine_substitution(false)
            .disable_statement_logging();
        if let Some(password) = &server.password {
            options = options.password(password);
        }
        if !server.database.is_empty() {
            options = options.database(&server.database);
        }
        Ok(Session(options.connect().await?))
    }

    /// Begins the transaction with its time-outs.
    ///
    /// # Errors
    /// What the server says.
    pub async fn begin(&mut self, access: Access, reach: &Reach) -> Result<(), Trouble> {
        let version: String = sqlx::raw_sql("select version()").fetch_one(&mut self.0).await?.try_get_unchecked(0)?;
        let seconds = |span: Duration| span.as_secs() + u64::from(span.subsec_nanos() > 0);
        let lock = seconds(reach.lock_timeout).min(u64::from(u32::MAX >> 2));
        let limit = if version.contains("MariaDB") {
            format!("max_statement_time = {:.3}", reach.timeout.as_secs_f64())
        } else {
            // It holds for `select` only; for the rest our own clock ends the call.
            format!("max_execution_time = {}", reach.timeout.as_millis().max(1))
        };
        let settings = format!("set session {limit}, innodb_lock_wait_timeout = {lock}, lock_wait_timeout = {lock}");
        sqlx::raw_sql(AssertSqlSafe(settings)).execute(&mut self.0).await?;
        match access {
            Access::ReadOnly => {
                // For the session as well, should something end the transaction.
                self.simple("set session transaction read only").await?;
                self.simple("start transaction read only").await?;
            }
            Access::ReadWrite => self.simple("start transaction read write").await?,
            Access::Autocommit => self.simple("set session autocommit = 1").await?,
        }
        Ok(())
    }

    /// Prepares a statement: the server refuses more than one, and tells how many parameters it has.
    ///
    /// # Errors
    /// What the server says.
    pub async fn prepare(&mut self, sql: &str) -> Result<Prepared, Trouble> {
        let statement = (&mut self.0).prepare(AssertSqlSafe(sql.to_owned()).into_sql_str()).await?;
        let column = |column: &sqlx::mysql::MySqlColumn| Column {
            name: column.name().to_owned(),
            kind: type_name(column.type_info()),
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
    /// What the server says; parameters that don't fit; a result that is too large.
    pub async fn run(&mut self, sql: &str, params: &[Value], room: &mut Room) -> Result<Answer, Trouble> {
        let prepared = self.prepare(sql).await?;
        parameters::count(params.len(), prepared.parameters.len())?;
        let mut rows = Rows::new(prepared.columns, room)?;
        let arguments = arguments(params)?;
        let mut affected = 0_u64;
        let query = sqlx::query_with::<MySql, _>(AssertSqlSafe(sql.to_owned()), arguments);
        let mut answers = (&mut self.0).fetch_many(query);
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
    /// What the server says.
    pub async fn simple(&mut self, words: &'static str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(words).execute(&mut self.0).await.map(|_| ())
    }

    /// Says goodbye.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn close(self) -> Result<(), sqlx::Error> {
        self.0.close().await
    }
}

/// The server makes of a text whatever type the column has.
fn arguments(params: &[Value]) -> Result<MySqlArguments, Trouble> {
    let mut arguments = MySqlArguments::default();
    for (at, value) in params.iter().enumerate() {
        let added = match value {
            Value::Unit => arguments.add(None::<String>),
            Value::Bool(b) => arguments.add(*b),
            Value::Int(n) => arguments.add(*n),
            Value::Float(x) if x.is_finite() => arguments.add(*x),
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

fn values(row: &MySqlRow) -> Result<Vec<Value>, Trouble> {
    let mut values = Vec::with_capacity(row.len());
    for (at, column) in row.columns().iter().enumerate() {
        let raw = row.try_get_raw(at)?;
        let kind = column.type_info();
        // A date of zeros counts as null for the driver, though it has a value.
        let zero = raw.is_null() && matches!(kind.name(), "DATE" | "DATETIME" | "TIMESTAMP");
        let bytes = <&[u8] as Decode<MySql>>::decode(raw).ok();
        values.push(match bytes {
            None => Value::Unit,
            Some(_) if zero => zero_date(kind.name()).into(),
            Some(bytes) => value(bytes, kind),
        });
    }
    Ok(values)
}

fn zero_date(kind: &str) -> &'static str {
    if kind == "DATE" { "0000-00-00" } else { "0000-00-00T00:00:00" }
}

/// A value from the binary form of the protocol (MySQL Internals, "Binary Protocol Value").
fn value(bytes: &[u8], kind: &MySqlTypeInfo) -> Value {
    let number = little_endian(bytes);
    let signed = sign_extended(number, bytes.len());
    let utf8 = || std::str::from_utf8(bytes).ok();
    let read = match kind.name() {
        "BOOLEAN" | "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "BIGINT" => Some(Value::Int(signed)),
        "TINYINT UNSIGNED" | "SMALLINT UNSIGNED" | "MEDIUMINT UNSIGNED" | "INT UNSIGNED" | "BIGINT UNSIGNED"
        | "YEAR" => Some(whole(number)),
        "BIT" => Some(whole(bytes.iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte)))),
        // Its own digits, not those that it has as a wider number.
        "FLOAT" => bytes.try_into().ok().and_then(|b| f32::from_le_bytes(b).to_string().parse().ok()).map(Value::Float),
        "DOUBLE" => bytes.try_into().ok().map(|b| Value::Float(f64::from_le_bytes(b))),
        "DATE" => date(bytes).map(Value::Text),
        // A `timestamp` is a moment, shown in the session's time zone, which is UTC; a `datetime` is what a clock shows somewhere.
        "TIMESTAMP" => moment(bytes).map(|text| Value::Text(format!("{text}Z"))),
        "DATETIME" => moment(bytes).map(Value::Text),
        "TIME" => span(bytes).map(Value::Text),
        "JSON" => utf8().and_then(|text| serde_json::from_str(text).ok()).and_then(|j| Value::from_plain_json(j).ok()),
        "DECIMAL" | "ENUM" | "SET" => utf8().map(Value::from),
        "GEOMETRY" => None,
        _ if is_text(kind) => utf8().map(Value::from),
        _ => None,
    };
    read.unwrap_or_else(|| Value::Bytes(bytes.to_vec()))
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn sign_extended(number: u64, bytes: usize) -> i64 {
    let unused = 64_u32.saturating_sub(u32::try_from(bytes).unwrap_or(8).saturating_mul(8)).min(63);
    (number << unused).cast_signed() >> unused
}

/// A number past 63 bits is text, so that no digit is lost.
fn whole(number: u64) -> Value {
    i64::try_from(number).map_or_else(|_| Value::Text(number.to_string()), Value::Int)
}

/// Length, then year, month and day.
fn date(bytes: &[u8]) -> Option<String> {
    let year = little_endian(bytes.get(1..3)?);
    Some(format!("{year:04}-{:02}-{:02}", bytes.get(3)?, bytes.get(4)?))
}

/// Length, then as much of date, time and microseconds as is not zero.
fn moment(bytes: &[u8]) -> Option<String> {
    let part = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let micros = little_endian(bytes.get(8..12).unwrap_or_default());
    Some(format!("{}T{:02}:{:02}:{:02}{}", date(bytes)?, part(5), part(6), part(7), fraction(micros)))
}

/// Length, sign, days, hours, minutes, seconds, microseconds.
fn span(bytes: &[u8]) -> Option<String> {
    if bytes.first() == Some(&0) {
        return Some("00:00:00".to_owned());
    }
    let sign = if bytes.get(1)? == &1 { "-" } else { "" };
    let hours = little_endian(bytes.get(2..6)?) * 24 + u64::from(*bytes.get(6)?);
    let micros = little_endian(bytes.get(9..13).unwrap_or_default());
    Some(format!("{sign}{hours:02}:{:02}:{:02}{}", bytes.get(7)?, bytes.get(8)?, fraction(micros)))
}

fn fraction(micros: u64) -> String {
    if micros == 0 { String::new() } else { format!(".{micros:06}").trim_end_matches('0').to_owned() }
}

/// Whether bytes of this type are text: those of any collation but `binary`.
fn is_text(kind: &MySqlTypeInfo) -> bool {
    <str as Type<MySql>>::compatible(kind)
}

/// A type's name as MySQL shows it in lower case. The driver tells text of a binary collation from bytes, but not by the name.
fn type_name(kind: &MySqlTypeInfo) -> String {
    let name = kind.name().to_lowercase();
    match name.as_str() {
        "boolean" => "tinyint(1)".to_owned(),
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" if is_text(kind) => {
            name.replace("varbinary", "varchar").replace("binary", "char").replace("blob", "text")
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_sign_and_their_digits() {
        for (bytes, number) in [(&[0xff][..], -1), (&[0x7f][..], 127), (&[0, 0x80][..], -32768), (&[1, 0, 0, 0][..], 1)]
        {
            assert_eq!(sign_extended(little_endian(bytes), bytes.len()), number);
        }
        assert_eq!(sign_extended(little_endian(&[0xff; 8]), 8), -1);
        assert_eq!(whole(u64::MAX), Value::Text("18446744073709551615".to_owned()));
    }

    #[test]
    fn times_have_only_the_parts_that_were_sent() {
        assert_eq!(moment(&[4, 0xea, 7, 1, 2]).as_deref(), Some("2026-01-02T00:00:00"));
        assert_eq!(moment(&[7, 0xea, 7, 1, 2, 3, 4, 5]).as_deref(), Some("2026-01-02T03:04:05"));
        assert_eq!(moment(&[11, 0xea, 7, 1, 2, 3, 4, 5, 0x20, 0xa1, 7, 0]).as_deref(), Some("2026-01-02T03:04:05.5"));
        assert_eq!(span(&[8, 1, 1, 0, 0, 0, 2, 3, 4]).as_deref(), Some("-26:03:04"));
        assert_eq!(span(&[0]).as_deref(), Some("00:00:00"));
    }
}
