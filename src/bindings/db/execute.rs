//! `db::execute`.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::options::{ExecuteArgs, rows};
use super::statement::Use;
use super::work::{Done, Job, Written};
use crate::binding::{Context, Described, Example, HostFunction, Settle};
use crate::model::effect::Effect;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::model::value::Value;
use crate::world::Settled;

/// Runs one statement that changes data, in a transaction of its own.
pub struct Execute;

/// What a statement did.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Executed {
    /// How many rows it changed: for MySQL, how many it found to change.
    pub affected: u64,
    /// The rows of `returning`, as maps.
    pub rows: Vec<Value>,
    /// How long it took, connecting included, in milliseconds.
    pub took_ms: u64,
}

impl Executed {
    /// What the only statement of a write did.
    #[must_use]
    pub fn of(done: Done) -> Self {
        let Done { mut written, took_ms } = done;
        let Written { affected, rows } = written.pop().unwrap_or(Written { affected: 0, rows: Vec::new() });
        Executed { affected, rows, took_ms }
    }
}

impl Described for Execute {
    const NAME: &'static str = "db::execute";
    const SUMMARY: &'static str = "runs one statement that changes data; with a marker, a crash can be settled";
    const POSITIONAL: &'static [&'static str] = &["url", "sql"];
    const EXAMPLES: &'static [Example] = &[
        Example {
            title: "Add to a balance, once, whatever happens",
            script: r#"db::execute("postgres://app@db.example.com/shop", "update accounts set credit = credit + $1 where id = $2", #{
    password: secret::env("PGPASSWORD"), params: ["12.50", 7], marker: true,
});"#,
        },
        Example {
            title: "Without a marker the author says how to look",
            script: r#"let url = "postgres://app@db.example.com/shop";
let password = secret::env("PGPASSWORD");
db::execute(url, "insert into notes (id, text) values ($1, $2)", #{
    password: password, params: [42, "moved to the new host"],
    settle: || {
        let found = db::query(url, "select id from notes where id = 42", #{ password: password });
        #{ happened: found.rows.len() > 0 }
    },
});"#,
        },
    ];
    type Args = ExecuteArgs;
    type Output = Executed;
}

fn job(args: &ExecuteArgs) -> Result<Job<'_>, Failure> {
    Ok(Job {
        reach: args.reach()?,
        used: Use::Change,
        statements: vec![(&args.sql, &args.params)],
        max_rows: rows(args.max_rows)?,
        marker: args.marker.table()?,
        autocommit: args.autocommit,
    })
}

impl HostFunction for Execute {
    const PERMISSIONS: &'static [&'static str] = &["db:execute HOST:PORT/DATABASE"];

    fn wants(args: &ExecuteArgs) -> Result<Vec<Want>, Failure> {
        job(args)?.wants("db:execute")
    }

    fn time_limit(args: &ExecuteArgs) -> Duration {
        args.time_limit()
    }

    fn effect(args: &ExecuteArgs, declared: Effect) -> Effect {
        job(args).map_or(declared, |job| job.effect(declared))
    }

    async fn live(args: ExecuteArgs, context: &Context<'_>) -> Result<Executed, Failure> {
        job(&args)?.write(context).await.map(Executed::of)
    }
}

impl Settle for Execute {
    const BY_AUTHOR: bool = true;
    // A commit on its way reaches the server without us.
    const ENDS_WITH_US: bool = false;

    async fn settle(args: ExecuteArgs, context: &Context<'_>) -> Settled {
        match job(&args) {
            Ok(job) => match job.settle(context).await {
                Settled::Happened(marked) => Settled::Happened(executed(marked)),
                other => other,
            },
            Err(failure) => Settled::Unknown(failure.message),
        }
    }
}

/// What a marker recorded, in the form that the call gives; how long it took is not known.
fn executed(marked: Value) -> Value {
    let mut first = match marked {
        Value::List(written) => written.into_iter().next().unwrap_or_default(),
        other => other,
    };
    if let Value::Map(map) = &mut first {
        map.insert("took_ms".to_owned(), Value::Int(0));
    }
    first
}
