//! `db::transaction`.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::options::{TransactionArgs, rows};
use super::statement::Use;
use super::work::{Job, Written};
use crate::binding::{Context, Described, Example, HostFunction, Settle};
use crate::model::effect::Effect;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::model::value::Value;
use crate::world::Settled;

/// Runs several statements in one transaction: all of them, or none.
pub struct Transaction;

/// What the statements did.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Committed {
    /// What each did, in order.
    pub results: Vec<Written>,
    /// How long it took, connecting included, in milliseconds.
    pub took_ms: u64,
}

impl Described for Transaction {
    const NAME: &'static str = "db::transaction";
    const SUMMARY: &'static str = "runs several statements in one transaction, all of them or none";
    const POSITIONAL: &'static [&'static str] = &["url", "statements"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "Move an amount",
        script: r#"db::transaction("postgres://app@db.example.com/shop", [
    ["update accounts set credit = credit - $1 where id = $2", ["12.50", 7]],
    ["update accounts set credit = credit + $1 where id = $2", ["12.50", 8]],
], #{ password: secret::env("PGPASSWORD"), marker: true });"#,
    }];
    type Args = TransactionArgs;
    type Output = Committed;
}

fn job(args: &TransactionArgs) -> Result<Job<'_>, Failure> {
    Ok(Job {
        reach: args.reach()?,
        used: Use::Step,
        statements: args.statements.iter().map(|step| (step.sql.as_str(), &step.params)).collect(),
        max_rows: rows(args.max_rows)?,
        marker: args.marker.table()?,
        autocommit: false,
    })
}

impl HostFunction for Transaction {
    const PERMISSIONS: &'static [&'static str] = &["db:execute HOST:PORT/DATABASE"];

    fn wants(args: &TransactionArgs) -> Result<Vec<Want>, Failure> {
        job(args)?.wants("db:execute")
    }

    fn time_limit(args: &TransactionArgs) -> Duration {
        args.time_limit()
    }

    fn effect(args: &TransactionArgs, declared: Effect) -> Effect {
        job(args).map_or(declared, |job| job.effect(declared))
    }

    async fn live(args: TransactionArgs, context: &Context<'_>) -> Result<Committed, Failure> {
        let done = job(&args)?.write(context).await?;
        Ok(Committed { results: done.written, took_ms: done.took_ms })
    }
}

impl Settle for Transaction {
    const BY_AUTHOR: bool = true;
    // A commit on its way reaches the server without us.
    const ENDS_WITH_US: bool = false;

    async fn settle(args: TransactionArgs, context: &Context<'_>) -> Settled {
        match job(&args) {
            Ok(job) => match job.settle(context).await {
                Settled::Happened(results) => Settled::Happened(Value::Map(
                    [("results".to_owned(), results), ("took_ms".to_owned(), Value::Int(0))].into(),
                )),
                other => other,
            },
            Err(failure) => Settled::Unknown(failure.message),
        }
    }
}
