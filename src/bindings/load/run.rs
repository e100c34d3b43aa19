//! `load::run`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;
use schemars::JsonSchema;
use serde::Serialize;
use tokio_util::task::AbortOnDropHandle;

use super::generator::{Generator, Shot};
use super::options::{Plan, RunArgs};
use super::tally::{Bucket, Times};
use crate::binding::{Context, Described, Example, HostFunction, Progress, Settle};
use crate::messages::bindings_load as messages;
use crate::model::duration;
use crate::model::failure::Failure;
use crate::model::permission::{CONNECT, Want};
use crate::model::value::Value;
use crate::world::Settled;
use crate::world::web_client;

/// How often people are told.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// How many of the last looks stand in the sparkline.
const LEVELS_MAX: usize = 24;

/// Puts load on a web server.
pub struct Run;

/// What was seen.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Load {
    /// How many requests were made.
    requests: u64,
    /// How many were answered well.
    ok: u64,
    /// How many were not.
    failed: u64,
    /// How many ended in a second, over all.
    rate: f64,
    /// How long it took, in milliseconds.
    took_ms: u64,
    /// How often each status came.
    statuses: BTreeMap<String, u64>,
    /// How often there was no answer, by why.
    errors: BTreeMap<String, u64>,
    /// How long requests took, in milliseconds, from when they were due: what somebody has waited who came at that moment. Those that
    /// were refused or broken off do not count.
    latency_ms: Times,
    /// How long requests took, in milliseconds, from when they were sent: what tools show that wait for one answer before the next question.
    service_ms: Times,
    /// The latencies as a histogram.
    histogram: Vec<Bucket>,
    /// The bytes of all bodies.
    bytes: u64,
    /// Why it ended early: `errors` or `max_requests`; empty when it did not.
    stopped: String,
}

impl Described for Run {
    const NAME: &'static str = "load::run";
    const SUMMARY: &'static str =
        "puts load on a web server at a steady rate, and tells how long requests took from when they were due";
    const POSITIONAL: &'static [&'static str] = &["url"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "Fifty requests a second for half a minute, which must be answered within a second",
        script: r#"let seen = load::run("https://shop.example.com/", #{ rate: 50.0, duration: "30s", connections: 20 });
if seen.failed > 0 || seen.latency_ms.p99 > 1000.0 {
    throw `too slow: ${seen.latency_ms.p99} ms, ${seen.failed} failed`;
}"#,
    }];
    type Args = RunArgs;
    type Output = Load;
}

impl HostFunction for Run {
    const PERMISSIONS: &'static [&'static str] = &["load:run URL", "http:connect HOST:PORT, with `connect_to`"];

    fn wants(args: &RunArgs) -> Result<Vec<Want>, Failure> {
        let plan = Plan::of(args)?;
        args.headers.keys().try_for_each(|name| web_client::header_name(name).map(drop))?;
        let mut wants = vec![Want::new("load:run", plan.url.as_str())];
        wants.extend(plan.connect_to.map(|address| Want::new(CONNECT, address.to_string())));
        Ok(wants)
    }

    fn time_limit(args: &RunArgs) -> Duration {
        // The last one may be sent as late as one may take, and take as long again.
        args.duration.0.saturating_add(args.timeout.0.saturating_mul(2)).saturating_add(Duration::from_secs(10))
    }

    async fn live(args: RunArgs, context: &Context<'_>) -> Result<Load, Failure> {
        let plan = Plan::of(&args)?;
        if plan.connect_to.is_none() {
            web_client::check(&plan.url).await?;
        }
        let shot = shot(&args, &plan, context)?;
        let generator = Arc::new(Generator::new(shot, plan.clone(), args.stop_at_errors)?);
        let begun = context.clock.monotonic();
        let running = AbortOnDropHandle::new(tokio::spawn(Arc::clone(&generator).run(args.connections)));
        let is_interrupted = watch(&generator, running, &plan, context).await;
        let took = context.clock.monotonic().saturating_sub(begun);
        let stopped = match (generator.was_too_bad(), plan.is_capped) {
            (true, _) => "errors",
            (false, true) => "max_requests",
            (false, false) => "",
        };
        let seen = seen(&generator, took, stopped);
        if is_interrupted {
            // Half a load is no load: a resume makes it anew.
            let told = messages::was_interrupted(seen.requests, plan.requests);
            let details = serde_json::to_value(&seen).ok().and_then(|json| Value::from_plain_json(json).ok());
            return Err(Failure::failed(told).hint(messages::is_made_again()).details(details.unwrap_or_default()));
        }
        Ok(seen)
    }
}

fn seen(generator: &Generator, took: Duration, stopped: &str) -> Load {
    let tally = generator.tally();
    #[expect(clippy::cast_precision_loss, reason = "there are at most five million")]
    let rate = tally.requests as f64 / took.as_secs_f64().max(0.001);
    Load {
        requests: tally.requests,
        ok: tally.ok,
        failed: tally.failed(),
        rate: (rate * 10.0).round() / 10.0,
        took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        statuses: tally.statuses(),
        errors: tally.errors(),
        latency_ms: tally.latency(),
        service_ms: tally.service(),
        histogram: tally.histogram(),
        bytes: tally.bytes(),
        stopped: stopped.to_owned(),
    }
}

impl Settle for Run {
    const BY_AUTHOR: bool = true;
    const ENDS_WITH_US: bool = true;

    async fn settle(args: RunArgs, _: &Context<'_>) -> Settled {
        let requests = Plan::of(&args).map_or(0, |plan| plan.requests);
        Settled::Unknown(messages::was_under_way(args.url, requests, duration::say(args.duration.0)))
    }
}

/// Tells people how it goes until it has ended; whether it was stopped on the way.
async fn watch(generator: &Generator, mut running: AbortOnDropHandle<()>, plan: &Plan, context: &Context<'_>) -> bool {
    let mut levels: Vec<u64> = Vec::new();
    let mut before = 0;
    let mut is_interrupted = false;
    loop {
        tokio::select! {
            _ended = &mut running => return is_interrupted,
            () = context.stopping.cancelled(), if !is_interrupted => {
                is_interrupted = true;
                generator.stop();
            }
            () = context.cancel.cancelled() => return true,
            () = context.clock.sleep(TELL_EVERY) => {
                let tally = generator.tally();
                let latency = tally.latency();
                levels.push(tally.requests - before);
                before = tally.requests;
                if levels.len() > LEVELS_MAX {
                    levels.remove(0);
                }
                let text = messages::so_far(
                    tally.requests,
                    plan.requests,
                    tally.failed(),
                    format!("{:.1}", latency.p50),
                    format!("{:.1}", latency.p99),
                );
                drop(tally);
                (context.progress)(Progress::Levels { text, levels: levels.clone() });
            }
        }
    }
}

fn shot(args: &RunArgs, plan: &Plan, context: &Context<'_>) -> Result<Shot, Failure> {
    let mut headers = HeaderMap::new();
    for (name, value) in &args.headers {
        headers.insert(web_client::header_name(name)?, web_client::header_value(name, &value.reveal(context)?)?);
    }
    let body = args.body.as_ref().map(|body| body.reveal(context)).transpose()?;
    let mut builder = web_client::builder(args.ca_file.as_deref(), &plan.url, context.project, context.shared)?
        .pool_max_idle_per_host(usize::try_from(args.connections).unwrap_or(usize::MAX));
    if !args.http2 {
        builder = builder.http1_only();
    }
    if let (Some(address), Some(host)) = (plan.connect_to, plan.url.host_str()) {
        builder = builder.resolve(host, address).no_proxy();
    }
    let client = builder.build().map_err(|error| Failure::failed(messages::no_client(web_client::why(&error))))?;
    Ok(Shot {
        client,
        method: args.method.method(),
        url: plan.url.clone(),
        headers,
        body: body.map(|body| bytes::Bytes::copy_from_slice(body.as_bytes())),
        expect: args.expect.clone(),
        timeout: args.timeout.0,
    })
}
