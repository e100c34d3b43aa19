//! `db::explain`.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Answer, Column};
use super::options::ExplainArgs;
use super::statement::Use;
use super::target::System;
use super::work::Job;
use crate::binding::{Context, Described, Example, HostFunction};
use crate::model::effect::Effect;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::model::value::Value;

/// How many rows a plan may have.
const ROWS_MAX: usize = 10_000;

/// Asks the server what a statement would do, without doing it: it is prepared, and explained without `analyze`.
pub struct Explain;

/// What the server says of a statement.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Explained {
    /// What kind of statement it is: `select`, `insert`, `update`, `delete`, ….
    pub statement: String,
    /// Whether its text plainly destroys.
    pub destroys: bool,
    /// How many rows the server expects it to give, or to change; nothing for SQLite, which does not say.
    pub rows_estimate: Option<i64>,
    /// The columns that it gives.
    pub columns: Vec<Column>,
    /// How many parameters it has, as their types; a type is nothing where the system has none for them.
    pub parameters: Vec<Option<String>>,
    /// The server's plan: for PostgreSQL as `explain (format json)` gives it, for MySQL the rows of `explain`.
    pub plan: Value,
}

impl Described for Explain {
    const NAME: &'static str = "db::explain";
    const SUMMARY: &'static str = "tells what a statement would do, by the server's plan and types, without running it";
    const POSITIONAL: &'static [&'static str] = &["url", "sql"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "Look before deleting",
        script: r#"let url = "postgres://app@db.example.com/shop";
let plan = db::explain(url, "delete from sessions where seen < now() - interval '30 days'", #{
    password: secret::env("PGPASSWORD"),
});
log(`about ${plan.rows_estimate} sessions would go`);"#,
    }];
    type Args = ExplainArgs;
    type Output = Explained;
}

fn job(args: &ExplainArgs) -> Result<Job<'_>, Failure> {
    Ok(Job {
        reach: args.reach()?,
        used: Use::Explain,
        statements: vec![(&args.sql, &args.params)],
        max_rows: ROWS_MAX,
        marker: None,
        autocommit: false,
    })
}

impl HostFunction for Explain {
    const PERMISSIONS: &'static [&'static str] = &["db:query HOST:PORT/DATABASE"];

    fn wants(args: &ExplainArgs) -> Result<Vec<Want>, Failure> {
        job(args)?.wants("db:query")
    }

    fn time_limit(args: &ExplainArgs) -> Duration {
        args.time_limit()
    }

    async fn live(args: ExplainArgs, context: &Context<'_>) -> Result<Explained, Failure> {
        let (system, prepared, answer, statement) = job(&args)?.explain(context).await?;
        let (rows_estimate, plan) = match system {
            System::Postgres => of_postgres(answer),
            System::MySql => of_mysql(answer),
            System::Sqlite => (None, Value::Unit),
        };
        Ok(Explained {
            statement: statement.verb().to_ascii_lowercase(),
            destroys: statement.effect(Effect::Change) == Effect::Destroy,
            rows_estimate,
            columns: prepared.columns,
            parameters: prepared.parameters,
            plan,
        })
    }
}

/// One row of one cell: a list of one plan.
fn of_postgres(answer: Answer) -> (Option<i64>, Value) {
    let cell = answer.rows.into_iter().next().and_then(|row| match row {
        Value::Map(row) => row.into_values().next(),
        _ => None,
    });
    let plan = match cell {
        Some(Value::List(plans)) => plans.into_iter().next().unwrap_or_default(),
        other => other.unwrap_or_default(),
    };
    let top = plan.as_map().and_then(|plan| plan.get("Plan")).and_then(Value::as_map);
    let estimate = top.and_then(|top| {
        // The node that changes gives no rows by itself; those below it are what it changes.
        let changes = top.get("Node Type").and_then(Value::as_text) == Some("ModifyTable");
        match (changes, top.get("Plans")) {
            (true, Some(Value::List(below))) => below.iter().map(|plan| rows_of(plan.as_map()?)).sum(),
            _ => rows_of(top),
        }
    });
    (estimate, plan)
}

fn rows_of(node: &std::collections::BTreeMap<String, Value>) -> Option<i64> {
    match node.get("Plan Rows") {
        Some(Value::Int(rows)) => Some(*rows),
        _ => None,
    }
}

/// A row for each table in turn: what is expected of all is the product.
fn of_mysql(answer: Answer) -> (Option<i64>, Value) {
    let rows = answer.rows.iter().filter_map(|row| match row.as_map()?.get("rows") {
        Some(Value::Int(rows)) => Some(*rows),
        // MariaDB writes it as text.
        Some(Value::Text(rows)) => rows.parse().ok(),
        _ => None,
    });
    let estimate = rows.reduce(i64::saturating_mul);
    (estimate, Value::List(answer.rows))
}
