//! `db::query`.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::answer::Column;
use super::options::{QueryArgs, rows};
use super::statement::Use;
use super::work::Job;
use crate::binding::{Context, Described, Example, HostFunction};
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::model::value::Value;

/// Reads from a database, in a transaction that the server lets read only, and that is rolled back.
pub struct Query;

/// What a query gave.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Found {
    /// The rows, as maps by column. Whole numbers are ints where 64 bits hold them, exact decimals are text, JSON is what it holds,
    /// arrays are lists, moments are text as RFC 3339 writes it, bytes are bytes, `null` is `()`; all else is text as the database
    /// writes it.
    pub rows: Vec<Value>,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// How long it took, connecting included, in milliseconds.
    pub took_ms: u64,
}

impl Described for Query {
    const NAME: &'static str = "db::query";
    const SUMMARY: &'static str = "reads rows from PostgreSQL, MySQL or SQLite, in a read-only transaction";
    const POSITIONAL: &'static [&'static str] = &["url", "sql"];
    const EXAMPLES: &'static [Example] = &[
        Example {
            title: "How many orders wait",
            script: r#"let password = secret::env("PGPASSWORD");
let waiting = db::query("postgres://app@db.example.com/shop", "select count(*) as n from orders where state = $1", #{
    password: password, params: ["waiting"],
});
waiting.rows[0].n"#,
        },
        Example {
            title: "A file below the project",
            script: r#"db::query("sqlite:state/app.db", "select name from users order by name").rows.map(|row| row.name)"#,
        },
    ];
    type Args = QueryArgs;
    type Output = Found;
}

fn job(args: &QueryArgs) -> Result<Job<'_>, Failure> {
    Ok(Job {
        reach: args.reach()?,
        used: Use::Read,
        statements: vec![(&args.sql, &args.params)],
        max_rows: rows(args.max_rows)?,
        marker: None,
        autocommit: false,
    })
}

impl HostFunction for Query {
    const PERMISSIONS: &'static [&'static str] = &["db:query HOST:PORT/DATABASE"];

    fn wants(args: &QueryArgs) -> Result<Vec<Want>, Failure> {
        job(args)?.wants("db:query")
    }

    fn time_limit(args: &QueryArgs) -> Duration {
        args.time_limit()
    }

    async fn live(args: QueryArgs, context: &Context<'_>) -> Result<Found, Failure> {
        let (mut answers, took_ms) = job(&args)?.read(context).await?;
        let answer = answers.pop().unwrap_or_default();
        Ok(Found { rows: answer.rows, columns: answer.columns, took_ms })
    }
}
