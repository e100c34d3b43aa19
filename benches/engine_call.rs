//! What a call costs in the engine, with a journal in memory and a world that answers at once; and what a resume of a long journal
//! costs. Prints figures: `cargo bench --bench engine_call`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use runbook::binding::{Context, Declaration, Described, Example, HostFunction, Registry};
use runbook::engine::listener::Silent;
use runbook::engine::run::{self, Host, NewRun, ResumeOptions};
use runbook::engine::sandbox::{Limits, set_up_process};
use runbook::journal::memory::MemoryBackend;
use runbook::journal::{Backend, Opening};
use runbook::model::entry::{FORMAT, RunStart, content_hash};
use runbook::model::failure::Failure;
use runbook::model::permission::Want;
use runbook::model::run::{Mode, RunId, RunState, Who};
use runbook::model::value::Value;
use runbook::policy::Policy;
use runbook::world::LiveWorld;
use runbook::world::clock::SystemClock;
use runbook::world::person::Nobody;
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// A number.
    n: i64,
}

macro_rules! function {
    ($type:ident, $name:literal) => {
        struct $type;

        impl Described for $type {
            const NAME: &'static str = $name;
            const SUMMARY: &'static str = "Answers at once";
            const POSITIONAL: &'static [&'static str] = &["n"];
            const EXAMPLES: &'static [Example] = &[];
            type Args = Arguments;
            type Output = i64;
        }

        impl HostFunction for $type {
            fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
                Ok(vec![Want::new("bench:call", args.n.to_string())])
            }

            fn time_limit(_: &Arguments) -> Duration {
                Duration::from_secs(60)
            }

            async fn live(args: Arguments, _: &Context<'_>) -> Result<i64, Failure> {
                if args.n < 0 { Err(Failure::failed("negative")) } else { Ok(args.n) }
            }
        }
    };
}

function!(Read, "bench::read");
function!(Ensure, "bench::ensure");

fn host(backend: &Arc<dyn Backend>, runtime: &tokio::runtime::Runtime) -> Host {
    Host {
        opening: Opening { backend: Arc::clone(backend), clock: Arc::new(SystemClock), observer: Arc::new(|_| ()) },
        world: Arc::new(LiveWorld::new(Arc::new(Nobody))),
        registry: Arc::new(Registry::of([Declaration::read::<Read>(), Declaration::ensure::<Ensure>()])),
        listener: Arc::new(Silent),
        policy: Policy::default(),
        by: who(),
        runtime: runtime.handle().clone(),
        project: PathBuf::from("/"),
        yes: false,
        plan: false,
        limits: Limits { heap_bytes: 4 << 30, ..Limits::default() },
        on_switch: None,
        nonce: "n".to_owned(),
    }
}

fn who() -> Who {
    Who { user: "bench".to_owned(), host: "bench".to_owned(), pid: 1 }
}

fn timed(what: &str, calls: u32, act: impl FnOnce()) {
    let begun = Instant::now();
    act();
    let took = begun.elapsed();
    println!("{what:<44} {took:>10.1?}  {:>8.2?} a call", took / calls);
}

fn main() {
    set_up_process();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let run: RunId = "r-2345".parse().expect("an id");
    let begin = |script: &str| {
        let backend: Arc<dyn Backend> = Arc::new(MemoryBackend::default());
        let start = RunStart {
            format: FORMAT,
            program: "bench".to_owned(),
            runbook: "bench".to_owned(),
            version: "1.0.0".to_owned(),
            script: "main.rhai".to_owned(),
            sources: BTreeMap::from([("main.rhai".to_owned(), content_hash(script.as_bytes()))]),
            params: Value::Map(BTreeMap::new()),
            secrets: BTreeMap::new(),
            environment: None,
            mode: Mode::Normal,
            permissions: vec!["bench:call *".to_owned()],
            project: "/".to_owned(),
            by: who(),
            time_limit_s: 24 * 3600,
        };
        let sources = BTreeMap::from([("main.rhai".to_owned(), script.to_owned())]);
        let new = NewRun { run: run.clone(), start, sources, secrets: BTreeMap::new() };
        let verdict = run::start(host(&backend, &runtime), new).expect("begins");
        (backend, verdict)
    };
    let resume = |backend: &Arc<dyn Backend>| {
        run::resume(host(backend, &runtime), &run, ResumeOptions::default(), &mut |_, _| None).expect("is taken up")
    };
    for calls in [10_000u32, 100_000] {
        for function in ["read", "ensure"] {
            let script = format!("for i in 0..{calls} {{ bench::{function}(i); }}");
            timed(&format!("{calls} calls of bench::{function}"), calls, || {
                assert_eq!(begin(&script).1.state, RunState::Done);
            });
        }
        let script = format!("for i in 0..{calls} {{ bench::ensure(i); }} bench::ensure(-1)");
        let (backend, _) = begin(&script);
        timed(&format!("resume over {calls} recorded ensures"), calls, || {
            assert_ne!(resume(&backend).state, RunState::Done);
        });
        let script = format!("for i in 0..{calls} {{ step(`s${{i}}`, || bench::ensure(i)); }} bench::ensure(-1)");
        let mut stopped = None;
        timed(&format!("{calls} steps with an ensure each"), calls, || stopped = Some(begin(&script).0));
        let backend = stopped.expect("begun");
        timed(&format!("resume over {calls} finished steps"), calls, || {
            assert_ne!(resume(&backend).state, RunState::Done);
        });
        let script = format!(
            "for i in 0..{calls} {{ bench::ensure(i); }} if bench::read(1) == 1 {{ attempt(|| bench::ensure(-2)); }}
             for i in 0..{} {{ step(`s${{i}}`, || attempt(|| bench::ensure(-1))); }} bench::ensure(-1)",
            calls / 10
        );
        let mut stopped = None;
        timed(&format!("{} steps after {calls} ensures", calls / 10), calls, || stopped = Some(begin(&script).0));
        drop(stopped);
    }
}
