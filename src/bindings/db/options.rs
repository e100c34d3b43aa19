//! The options of the functions, with their defaults and the manual's text.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::marker::Marker;
use super::parameters::{Parameters, Step};
use super::tls::Tls;
use crate::binding::SinkText;
use crate::messages::bindings_db as messages;
use crate::model::duration::Span;
use crate::model::failure::Failure;

/// How many rows are taken when nothing is said.
const ROWS: u64 = 1_000;
/// How many rows can be asked for: they are kept in memory and in the journal.
const ROWS_MAX: u64 = 100_000;

/// Declares the argument structs, which share how a database is reached.
macro_rules! arguments {
    ($($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)* })+) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// The database: `postgres://user@host:5432/name`, `mysql://user@host:3306/name`, or `sqlite:path` below the project. It
            /// may be a secret whole, or have a secret as its password; a password in plain text is refused.
            pub url: SinkText,
            $($(#[$doc])* pub $field: $type,)*
            /// The password; may be a secret.
            #[serde(default)]
            pub password: Option<SinkText>,
            /// Where a URL that is a secret leads, as `host:port/name`: permissions go by it, and the call is refused when the secret
            /// leads elsewhere.
            #[serde(default)]
            pub at: Option<String>,
            /// How much of TLS is asked for, unless the URL says it with `sslmode`: `verify-full`, and on this machine `prefer`.
            #[serde(default)]
            pub tls: Option<Tls>,
            /// A PEM file (below the project, or absolute) of authorities to trust besides the public ones.
            #[serde(default)]
            pub ca_file: Option<String>,
            /// How long the statements may take.
            #[serde(default = "timeout")]
            pub timeout: Span,
            /// How long connecting may take, TLS and password included.
            #[serde(default = "connect_timeout")]
            pub connect_timeout: Span,
            /// How long a statement may wait for a lock. MySQL counts in whole seconds.
            #[serde(default = "lock_timeout")]
            pub lock_timeout: Span,
        }

        impl $name {
            /// What is said of how to reach the database.
            ///
            /// # Errors
            /// A time-out of nothing.
            pub fn reach(&self) -> Result<Reach, Failure> {
                let reach = Reach {
                    url: self.url.clone(),
                    password: self.password.clone(),
                    at: self.at.clone(),
                    tls: self.tls,
                    ca_file: self.ca_file.clone(),
                    timeout: self.timeout.0,
                    connect_timeout: self.connect_timeout.0,
                    lock_timeout: self.lock_timeout.0,
                };
                reach.checked()
            }

            /// How long the gate lets a call take: a little more than the call allows itself, so that it ends in words of its own.
            #[must_use]
            pub fn time_limit(&self) -> Duration {
                self.timeout.0.saturating_add(self.connect_timeout.0).saturating_add(Duration::from_secs(5))
            }
        }
    )+};
}

arguments! {
    /// What `db::query` takes.
    QueryArgs {
        /// One statement that reads. Parameters stand in it as `$1` (PostgreSQL) or `?` (MySQL, SQLite).
        sql: String,
        /// The parameters, in order; secrets may stand in them. They are bound, never written into the text.
        #[serde(default)]
        params: Parameters,
        /// How many rows the result may have, at most 100,000; more is an error. Besides, it may have 8 MiB.
        #[serde(default = "max_rows")]
        max_rows: u64,
    }

    /// What `db::explain` takes.
    ExplainArgs {
        /// One statement.
        sql: String,
        /// The parameters, in order; secrets may stand in them.
        #[serde(default)]
        params: Parameters,
    }

    /// What `db::ensure` takes.
    EnsureArgs {
        /// One statement whose repetition is harmless, such as `insert … on conflict do nothing` or `create table if not exists …`.
        sql: String,
        /// The parameters, in order; secrets may stand in them. They are bound, never written into the text.
        #[serde(default)]
        params: Parameters,
        /// How many rows `returning` may give, at most 100,000; with more, nothing is changed.
        #[serde(default = "max_rows")]
        max_rows: u64,
    }

    /// What `db::execute` takes.
    ExecuteArgs {
        /// One statement. `drop`, `truncate` and `delete` without `where` are known as *destroy* by it.
        sql: String,
        /// The parameters, in order; secrets may stand in them. They are bound, never written into the text.
        #[serde(default)]
        params: Parameters,
        /// How many rows `returning` may give, at most 100,000; with more, nothing is changed.
        #[serde(default = "max_rows")]
        max_rows: u64,
        /// Whether a row that marks the call as done is written in the same transaction, so that a later look can tell whether it
        /// happened: `true` for the table `runbook_marker`, or the name of another one. It is created when it is missing.
        #[serde(default)]
        marker: Marker,
        /// Whether the statement runs outside of a transaction, as `vacuum` or `create index concurrently` must.
        #[serde(default)]
        autocommit: bool,
    }

    /// What `db::transaction` takes.
    TransactionArgs {
        /// The statements, in order: each a text, or a list of a text and its parameters. Secrets may stand in parameters.
        statements: Vec<Step>,
        /// How many rows all `returning` together may give, at most 100,000; with more, nothing is changed.
        #[serde(default = "max_rows")]
        max_rows: u64,
        /// Whether a row that marks the call as done is written in the same transaction, so that a later look can tell whether it
        /// happened: `true` for the table `runbook_marker`, or the name of another one. It is created when it is missing.
        #[serde(default)]
        marker: Marker,
    }
}

fn timeout() -> Span {
    Span(Duration::from_secs(30))
}

fn connect_timeout() -> Span {
    Span(Duration::from_secs(10))
}

fn lock_timeout() -> Span {
    Span(Duration::from_secs(5))
}

fn max_rows() -> u64 {
    ROWS
}

/// Checks a row limit.
///
/// # Errors
/// More than can be asked for.
pub fn rows(max_rows: u64) -> Result<usize, Failure> {
    match usize::try_from(max_rows) {
        Ok(rows) if max_rows <= ROWS_MAX => Ok(rows),
        _ => Err(Failure::invalid(messages::max_rows_is_too_large(ROWS_MAX))),
    }
}

/// How to reach a database, the same for each function.
#[derive(Clone, Debug)]
pub struct Reach {
    /// The URL as written.
    pub url: SinkText,
    /// The password as written.
    pub password: Option<SinkText>,
    /// Where a secret URL leads.
    pub at: Option<String>,
    /// How much of TLS.
    pub tls: Option<Tls>,
    /// Authorities besides the public ones.
    pub ca_file: Option<String>,
    /// How long the statements may take.
    pub timeout: Duration,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long to wait for a lock.
    pub lock_timeout: Duration,
}

impl Reach {
    fn checked(self) -> Result<Self, Failure> {
        let spans =
            [("timeout", self.timeout), ("connect_timeout", self.connect_timeout), ("lock_timeout", self.lock_timeout)];
        for (option, span) in spans {
            // The servers take zero for "no limit", and count in milliseconds in 32 bits.
            if span.is_zero() || span.as_millis() > 2_000_000_000 {
                return Err(Failure::invalid(messages::no_such_time_out(option)));
            }
        }
        if let Some(path) = &self.ca_file {
            super::tls::check_path(path)?;
        }
        Ok(self)
    }
}
