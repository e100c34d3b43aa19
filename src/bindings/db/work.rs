//! The work of a call: connect, begin, run, end, each within its time, and what is known when it is cut off.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answer::{Answer, Room};
use super::connection::{Access, Connection};
use super::lost::{Ended, Stage, Trouble, Way};
use super::marker::{self, Seen, Table};
use super::options::Reach;
use super::parameters::Parameters;
use super::statement::{Statement, Use};
use super::target::{Place, System, Target, revealed};
use crate::binding::Context;
use crate::messages::bindings_db as messages;
use crate::model::duration::say;
use crate::model::effect::Effect;
use crate::model::failure::{Failure, FailureKind};
use crate::model::permission::Want;
use crate::model::value::Value;
use crate::world::Settled;

/// How long after its own time-out a server may take to say so.
const GRACE: std::time::Duration = std::time::Duration::from_secs(2);

/// What a call is to do.
pub struct Job<'a> {
    /// How to reach the database.
    pub reach: Reach,
    /// What its statements are for.
    pub used: Use,
    /// The statements, in order.
    pub statements: Vec<(&'a str, &'a Parameters)>,
    /// How many rows may come.
    pub max_rows: usize,
    /// The table of the marker.
    pub marker: Option<&'a str>,
    /// Whether each statement stands for itself.
    pub autocommit: bool,
}

/// What one statement of a write gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Written {
    /// How many rows it changed: for MySQL, how many it found to change.
    pub affected: u64,
    /// The rows of `returning`, as maps.
    pub rows: Vec<Value>,
}

/// What the statements of a write gave, and whether an earlier attempt had done it.
pub struct Done {
    /// For each statement.
    pub written: Vec<Written>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

impl Job<'_> {
    /// What the call must be permitted.
    ///
    /// # Errors
    /// Arguments that make no call.
    pub fn wants(&self, action: &str) -> Result<Vec<Want>, Failure> {
        let place = Place::of(&self.reach)?;
        if let Some(system) = place.system() {
            self.looked_at(system)?;
        }
        Ok(vec![place.want(action, &self.reach)])
    }

    /// The effect of the statements as their text plainly shows it. What a secret URL leads to is not known yet: then it is the
    /// highest that the text has for any system.
    pub fn effect(&self, declared: Effect) -> Effect {
        let known = Place::of(&self.reach).ok().and_then(|place| place.system());
        let systems = known.map_or_else(|| vec![System::Postgres, System::MySql, System::Sqlite], |one| vec![one]);
        let effects = systems.iter().flat_map(|system| {
            self.statements.iter().filter_map(|(sql, _)| Statement::of(sql, *system, self.used).ok())
        });
        effects.map(|statement| statement.effect(declared)).max().unwrap_or(declared)
    }

    fn looked_at(&self, system: System) -> Result<Vec<Statement>, Failure> {
        if self.statements.is_empty() {
            return Err(Failure::invalid(messages::no_statement()));
        }
        if self.autocommit && self.marker.is_some() {
            return Err(Failure::invalid(messages::a_marker_needs_a_transaction()));
        }
        let looked: Result<Vec<_>, _> =
            self.statements.iter().map(|(sql, _)| Statement::of(sql, system, self.used)).collect();
        let looked = looked?;
        if let Some(alone) = looked.iter().find(|statement| system == System::MySql && statement.commits_by_itself())
            && self.marker.is_some()
        {
            let shown = alone.verb().to_ascii_lowercase();
            return Err(Failure::refused(messages::commits_by_itself(&shown)).hint(messages::no_marker_for_it()));
        }
        Ok(looked)
    }

    /// Runs the statements as reads.
    ///
    /// # Errors
    /// Whatever kept them from giving a result; nothing was changed.
    pub async fn read(&self, context: &Context<'_>) -> Result<(Vec<Answer>, u64), Failure> {
        let began = context.clock.monotonic();
        let work = async |target: &Target, stage: &Stage| {
            let mut connection = self.connected(target, Access::ReadOnly, stage, context).await?;
            connection.begin(Access::ReadOnly, &self.reach).await?;
            let mut room = Room::new(self.max_rows);
            let mut answers = Vec::new();
            for (sql, params) in &self.statements {
                answers.push(connection.run(sql, &params.reveal(context)?, &mut room).await?);
            }
            connection.end("rollback").await?;
            connection.close().await;
            Ok(answers)
        };
        let answers = self.within(context, work).await?;
        Ok((answers, took_ms(began, context)))
    }

    /// Runs the statements as a write: all or nothing.
    ///
    /// # Errors
    /// Whatever kept them from being done. `Unknown` when the end of the transaction was sent and its answer lost; else nothing was
    /// changed.
    pub async fn write(&self, context: &Context<'_>) -> Result<Done, Failure> {
        let began = context.clock.monotonic();
        let access = if self.autocommit { Access::Autocommit } else { Access::ReadWrite };
        let work = async |target: &Target, stage: &Stage| {
            let looked = self.looked_at(target.system())?;
            let params: Vec<Vec<Value>> =
                self.statements.iter().map(|(_, params)| params.reveal(context)).collect::<Result<_, _>>()?;
            let table = self.marker.map(|name| Table { name, system: target.system() });
            let mut connection = self.connected(target, access, stage, context).await?;
            if let (Some(table), System::MySql) = (&table, target.system()) {
                table.make(&mut connection).await?;
            }
            connection.begin(access, &self.reach).await?;
            if let Some(table) = &table {
                table.make(&mut connection).await?;
                if let Some(earlier) = table.find(&mut connection, context.token).await? {
                    let written: Result<Vec<Written>, _> = serde_json::from_value(earlier.to_json());
                    connection.end("rollback").await?;
                    connection.close().await;
                    return written.map_err(|_| Failure::failed(messages::the_marker_is_not_ours(table.name)).into());
                }
                table.take(&mut connection, context).await?;
            }
            let mut room = Room::new(self.max_rows);
            let mut written = Vec::new();
            for (((sql, _), params), statement) in self.statements.iter().zip(&params).zip(&looked) {
                let commits = self.autocommit || target.system() == System::MySql && statement.commits_by_itself();
                if commits {
                    stage.commits();
                }
                let answer = connection.run(sql, params, &mut room).await?;
                stage.has_answered();
                written.push(Written { affected: answer.affected, rows: answer.rows });
            }
            if let Some(table) = &table {
                let result = serde_json::to_string(&written).unwrap_or_default();
                table.note(&mut connection, context.token, result).await?;
            }
            if !self.autocommit {
                stage.commits();
                connection.end("commit").await?;
                stage.has_answered();
            }
            connection.close().await;
            Ok(written)
        };
        let written = self.within(context, work).await?;
        Ok(Done { written, took_ms: took_ms(began, context) })
    }

    /// Prepares and explains the one statement. Nothing is run.
    ///
    /// # Errors
    /// Whatever kept it from being explained.
    pub async fn explain(
        &self,
        context: &Context<'_>,
    ) -> Result<(System, super::connection::Prepared, Answer, Statement), Failure> {
        let work = async |target: &Target, stage: &Stage| {
            let system = target.system();
            let statement = self.looked_at(system)?.remove(0);
            // MySQL refuses to explain a write in a transaction that reads only.
            let access = if system == System::MySql { Access::ReadWrite } else { Access::ReadOnly };
            let mut connection = self.connected(target, access, stage, context).await?;
            connection.begin(access, &self.reach).await?;
            let Some((sql, params)) = self.statements.first() else {
                return Err(Failure::invalid(messages::no_statement()).into());
            };
            let prepared = connection.prepare(sql).await?;
            let explained = match system {
                System::Postgres => Some(format!("explain (format json) {sql}")),
                System::MySql => Some(format!("explain {sql}")),
                System::Sqlite => None,
            };
            let plan = match explained {
                Some(sql) => connection.run(&sql, &params.reveal(context)?, &mut Room::new(self.max_rows)).await?,
                None => Answer::default(),
            };
            connection.end("rollback").await?;
            connection.close().await;
            Ok((system, prepared, plan, statement))
        };
        self.within(context, work).await
    }

    /// Looks whether a write happened: by its marker, else it can't be told.
    pub async fn settle(&self, context: &Context<'_>) -> Settled {
        let place = match Place::of(&self.reach) {
            Ok(place) => place.want("", &self.reach).target,
            Err(failure) => return Settled::Unknown(failure.message),
        };
        let Some(name) = self.marker else { return Settled::Unknown(messages::no_marker_to_look_for(&place)) };
        let work = async |target: &Target, stage: &Stage| {
            let looked = marker::look(target, name, &self.reach, context).await?;
            stage.has_connected();
            Ok(looked)
        };
        match self.within(context, work).await {
            Ok(Seen::Row(result)) => Settled::Happened(result),
            Ok(Seen::NoRow) => Settled::DidNotHappen,
            Err(failure) => Settled::Unknown(messages::looked_for_the_marker_in_vain(name, &failure.message)),
        }
    }

    async fn connected(
        &self,
        target: &Target,
        access: Access,
        stage: &Stage,
        context: &Context<'_>,
    ) -> Result<Connection, Trouble> {
        let connection = tokio::select! {
            connection = Connection::open(target, &self.reach, access, context) => connection?,
            () = context.clock.sleep(self.reach.connect_timeout) => {
                let to = target.to_string();
                let way = Way { system: target.system(), to: &to, host: "", stage };
                return Err(way.no_connection_within(say(self.reach.connect_timeout)).into());
            }
        };
        stage.has_connected();
        Ok(connection)
    }

    /// Does the work within its time, unless it is stopped. What is cut off is dropped, and its connection with it: the server rolls
    /// back what was not committed.
    async fn within<T>(
        &self,
        context: &Context<'_>,
        work: impl AsyncFnOnce(&Target, &Stage) -> Result<T, Trouble>,
    ) -> Result<T, Failure> {
        let target = revealed(&self.reach, context)?;
        if matches!(self.used, Use::Read | Use::Explain) {
            self.looked_at(target.system())?;
        }
        let stage = Stage::default();
        let to = target.to_string();
        let host = if let Target::Server(server) = &target { server.host.as_str() } else { "" };
        let way = Way { system: target.system(), to: &to, host, stage: &stage };
        // A write goes on to its end when the run is to stop; only a cancellation ends it.
        let reads = matches!(self.used, Use::Read | Use::Explain);
        let stopping = async { if reads { context.stopping.cancelled().await } else { std::future::pending().await } };
        let time = self.reach.connect_timeout.saturating_add(self.reach.timeout).saturating_add(GRACE);
        tokio::select! {
            biased;
            () = context.cancel.cancelled() => Err(way.ended(Ended::Stopped)),
            () = stopping => Err(way.ended(Ended::Stopped)),
            done = work(&target, &stage) => done.map_err(|trouble| told(&way, trouble, context)),
            () = context.clock.sleep(time) => Err(way.ended(Ended::TimedOut)),
        }
    }
}

/// What is known after trouble. A result that was too large, of a statement that had committed by itself, was done all the same.
fn told(way: &Way<'_>, trouble: Trouble, context: &Context<'_>) -> Failure {
    let committing = way.stage.is_committing();
    let failure = way.failed(trouble, context);
    let was_told = failure.kind == FailureKind::Failed && failure.details == Value::Unit;
    if committing && was_told {
        return Failure { kind: FailureKind::Unknown, ..failure };
    }
    failure
}

fn took_ms(began: std::time::Duration, context: &Context<'_>) -> u64 {
    let took = context.clock.monotonic().saturating_sub(began);
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}
