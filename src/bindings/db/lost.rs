//! Why there is no answer, and what is known then: nothing was changed, or the end of the transaction was sent and its answer lost.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::error::DatabaseError;
use sqlx::mysql::MySqlDatabaseError;
use sqlx::postgres::{PgDatabaseError, PgErrorPosition, PgSeverity};

use super::target::System;
use super::tls::is_loopback;
use crate::binding::Context;
use crate::messages::bindings_db as messages;
use crate::model::failure::{Failure, FailureKind};
use crate::model::value::Value;

/// How far a call has come.
#[derive(Debug, Default)]
pub struct Stage {
    connected: AtomicBool,
    committing: AtomicBool,
}

impl Stage {
    /// The connection stands.
    pub fn has_connected(&self) {
        self.connected.store(true, Ordering::Release);
    }

    /// What can't be taken back is sent next: a commit, or a statement that commits by itself.
    pub fn commits(&self) {
        self.committing.store(true, Ordering::Release);
    }

    /// The server has answered the last that could not be taken back: nothing is in doubt.
    pub fn has_answered(&self) {
        self.committing.store(false, Ordering::Release);
    }

    /// Whether it was ended too late to know what came of it.
    #[must_use]
    pub fn is_committing(&self) -> bool {
        self.committing.load(Ordering::Acquire)
    }
}

/// What ended a call from our side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// A person or the run's end.
    Stopped,
    /// The time for all of it is over.
    TimedOut,
}

/// A failure while the work is under way.
#[derive(Debug)]
pub enum Trouble {
    /// The driver's.
    Sql(sqlx::Error),
    /// Ours, in words already.
    Told(Failure),
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        Trouble::Sql(error)
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Trouble::Told(failure)
    }
}

/// Where a call was going, for messages.
pub struct Way<'a> {
    /// The system.
    pub system: System,
    /// The target as permissions name it.
    pub to: &'a str,
    /// The host, where there is one.
    pub host: &'a str,
    /// How far it came.
    pub stage: &'a Stage,
}

impl Way<'_> {
    /// What is known of a call that we ended.
    #[must_use]
    pub fn ended(&self, ended: Ended) -> Failure {
        let why = match ended {
            Ended::Stopped => messages::was_stopped(self.to),
            Ended::TimedOut => messages::had_no_answer_in_time(self.to),
        };
        if self.stage.is_committing() {
            return in_doubt(&why);
        }
        match ended {
            Ended::Stopped => Failure::new(FailureKind::Interrupted, messages::and_nothing_was_changed(why)),
            Ended::TimedOut => reason("timeout", Failure::failed(messages::and_nothing_was_changed(why))),
        }
    }

    /// What is known of a call whose work failed. Secrets are taken out of what the server says.
    #[must_use]
    pub fn failed(&self, trouble: Trouble, context: &Context<'_>) -> Failure {
        let error = match trouble {
            Trouble::Told(failure) => return failure,
            Trouble::Sql(error) => error,
        };
        match &error {
            sqlx::Error::Database(said) if !(self.stage.is_committing() && ends_the_session(&**said)) => {
                self.said(&**said, context)
            }
            sqlx::Error::Decode(_)
            | sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Encode(_)
            | sqlx::Error::TypeNotFound { .. }
            | sqlx::Error::Protocol(_)
                if self.stage.connected.load(Ordering::Acquire) && !self.stage.is_committing() =>
            {
                Failure::failed(messages::is_not_understood(self.system, self.to, deepest(&error)))
                    .hint(messages::cast_it_to_text())
            }
            _ if self.stage.is_committing() => in_doubt(&messages::lost_its_connection(self.to, deepest(&error))),
            _ if self.stage.connected.load(Ordering::Acquire) => reason(
                "connection_lost",
                Failure::unavailable(messages::and_nothing_was_changed(messages::lost_its_connection(
                    self.to,
                    deepest(&error),
                ))),
            ),
            sqlx::Error::Configuration(why) => Failure::invalid(messages::cannot_be_connected_to(self.to, why)),
            _ => self.not_connected(&error),
        }
    }

    /// No connection within the time for it.
    #[must_use]
    pub fn no_connection_within(&self, limit: String) -> Failure {
        reason("timeout", Failure::unavailable(messages::no_connection_within(self.to, limit)))
    }

    fn not_connected(&self, error: &sqlx::Error) -> Failure {
        let why = deepest(error);
        let tls = matches!(error, sqlx::Error::Tls(_)) || why.contains("certificate");
        let failure = Failure::unavailable(messages::cannot_be_connected_to(self.to, &why));
        if !tls {
            let refused = matches!(error, sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::ConnectionRefused);
            return reason(if refused { "refused" } else { "unreachable" }, failure);
        }
        let hint = if why.contains("UnknownIssuer") {
            messages::name_the_authority()
        } else if why.contains("NotValidForName") || why.contains("not valid for name") {
            if is_loopback(self.host) { messages::through_a_tunnel() } else { messages::look_at_the_name() }
        } else if why.contains("does not support TLS") {
            messages::the_server_has_no_tls()
        } else {
            messages::look_at_the_certificate()
        };
        // The next answer would be the same: not worth trying again.
        reason("tls", Failure { kind: FailureKind::Failed, ..failure }.hint(hint))
    }

    fn said(&self, error: &dyn DatabaseError, context: &Context<'_>) -> Failure {
        let clean = |text: &str| context.secrets.mask(text);
        let code = error.code().map(|code| code.into_owned()).unwrap_or_default();
        let mut details = BTreeMap::from([("message".to_owned(), Value::Text(clean(error.message())))]);
        let mut fact = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                details.insert(name.to_owned(), Value::Text(clean(value)));
            }
        };
        fact(if self.system == System::Sqlite { "code" } else { "sqlstate" }, Some(&code));
        fact("constraint", error.constraint());
        if let Some(error) = error.try_downcast_ref::<PgDatabaseError>() {
            fact("detail", error.detail());
            fact("schema", error.schema());
            fact("table", error.table());
            fact("column", error.column());
            fact("type", error.data_type());
            fact("where", error.r#where());
            fact("server_hint", error.hint());
            if let Some(PgErrorPosition::Original(at)) = error.position() {
                details.insert("position".to_owned(), Value::Int(i64::try_from(at).unwrap_or(i64::MAX)));
            }
        }
        let number = error.try_downcast_ref::<MySqlDatabaseError>().map(MySqlDatabaseError::number);
        if let Some(number) = number {
            details.insert("errno".to_owned(), Value::Int(number.into()));
        }
        let message = messages::says(self.system, self.to, clean(error.message()));
        let (kind, hint) = known(self.system, &code, number);
        let failure = Failure::new(kind, message).details(Value::Map(details));
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

/// What is known of frequent errors: whether another try is worth it, and what to do.
fn known(system: System, code: &str, number: Option<u16>) -> (FailureKind, Option<String>) {
    use FailureKind::{Failed, Unavailable};
    match (system, code, number) {
        (System::Postgres, "28P01" | "28000", _) | (System::MySql, _, Some(1045 | 1698)) => {
            (Failed, Some(messages::look_at_user_and_password()))
        }
        (System::Postgres, "3D000", _) | (System::MySql, _, Some(1049)) => {
            (Failed, Some(messages::look_at_the_database_s_name()))
        }
        (System::Postgres, "42P01", _) | (System::MySql, _, Some(1146)) => (Failed, Some(messages::no_such_table())),
        (System::Postgres, "42501", _) | (System::MySql, _, Some(1044 | 1142 | 1227)) => {
            (Failed, Some(messages::the_user_may_not()))
        }
        (System::Postgres, "57014", _) | (System::MySql, _, Some(1317 | 1969 | 3024)) | (System::Sqlite, "9", _) => {
            (Failed, Some(messages::it_took_too_long()))
        }
        // Rolled back: nothing was done, and another try may well succeed.
        (System::Postgres, "55P03", _) | (System::MySql, _, Some(1205)) | (System::Sqlite, "5" | "6" | "517", _) => {
            (Unavailable, Some(messages::another_holds_the_lock()))
        }
        (System::Postgres, "40001" | "40P01", _) | (System::MySql, _, Some(1213)) => {
            (Unavailable, Some(messages::it_ran_into_another_transaction()))
        }
        (System::Postgres, "53300" | "57P03", _) | (System::MySql, _, Some(1040)) => (Unavailable, None),
        (System::Postgres, "25006", _) | (System::MySql, _, Some(1792)) | (System::Sqlite, "8", _) => {
            (Failed, Some(messages::a_query_reads_only()))
        }
        (System::Postgres, "25001", _) => (Failed, Some(messages::it_cannot_run_in_a_transaction())),
        (System::Postgres, "42P18", _) => (Failed, Some(messages::say_the_parameter_s_type())),
        (System::Postgres, "42883", _) => (Failed, Some(messages::cast_it_to_text())),
        (System::MySql, _, Some(1295)) => (Failed, Some(messages::it_cannot_be_prepared())),
        _ => (Failed, None),
    }
}

/// Whether the server says that it ends the session: then it does not say what came of a commit under way.
fn ends_the_session(error: &dyn DatabaseError) -> bool {
    if let Some(error) = error.try_downcast_ref::<PgDatabaseError>() {
        return matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic);
    }
    let number = error.try_downcast_ref::<MySqlDatabaseError>().map(MySqlDatabaseError::number);
    matches!(number, Some(1053 | 1077 | 1079 | 1080 | 1152 | 1184 | 1927))
}

fn in_doubt(why: &str) -> Failure {
    Failure::unknown(messages::and_it_may_have_been_committed(why)).hint(messages::look_at_the_data())
}

fn reason(word: &str, failure: Failure) -> Failure {
    failure.details(Value::Map(BTreeMap::from([("reason".to_owned(), Value::from(word))])))
}

/// What the last cause in the chain says. An I/O error hides the one that it wraps from `source`.
#[must_use]
pub fn deepest(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    loop {
        let wrapped = last.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        match wrapped.map(|wrapped| wrapped as &(dyn std::error::Error + 'static)).or_else(|| last.source()) {
            Some(next) => last = next,
            None => break,
        }
    }
    match last.downcast_ref::<std::io::Error>() {
        Some(io) if io.raw_os_error().is_some() => io.kind().to_string(),
        _ => last.to_string(),
    }
}
