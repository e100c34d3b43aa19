//! `db::ensure`.

use std::time::Duration;

use super::execute::Executed;
use super::options::{EnsureArgs, rows};
use super::statement::Use;
use super::work::Job;
use crate::binding::{Context, Described, Example, HostFunction};
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// Runs one statement whose repetition is harmless: the author says so, by the name of the call.
pub struct Ensure;

impl Described for Ensure {
    const NAME: &'static str = "db::ensure";
    const SUMMARY: &'static str = "runs one statement whose repetition is harmless; made again after a crash";
    const POSITIONAL: &'static [&'static str] = &["url", "sql"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A row that must be there",
        script: r#"db::ensure("postgres://app@db.example.com/shop", "insert into flags (name) values ($1) on conflict do nothing", #{
    password: secret::env("PGPASSWORD"), params: ["banner"],
});"#,
    }];
    type Args = EnsureArgs;
    type Output = Executed;
}

fn job(args: &EnsureArgs) -> Result<Job<'_>, Failure> {
    Ok(Job {
        reach: args.reach()?,
        used: Use::Ensure,
        statements: vec![(&args.sql, &args.params)],
        max_rows: rows(args.max_rows)?,
        marker: None,
        autocommit: false,
    })
}

impl HostFunction for Ensure {
    const PERMISSIONS: &'static [&'static str] = &["db:ensure HOST:PORT/DATABASE"];

    fn wants(args: &EnsureArgs) -> Result<Vec<Want>, Failure> {
        job(args)?.wants("db:ensure")
    }

    fn time_limit(args: &EnsureArgs) -> Duration {
        args.time_limit()
    }

    async fn live(args: EnsureArgs, context: &Context<'_>) -> Result<Executed, Failure> {
        job(&args)?.write(context).await.map(Executed::of)
    }
}
