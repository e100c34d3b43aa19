//! The engine in this process: what a call costs, what a durable step costs, how long a resume takes.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use runbook::binding::{Context, Declaration, Described, Example, HostFunction, Registry, Settle};
use runbook::engine::listener::Silent;
use runbook::engine::run::{Host, NewRun, start};
use runbook::engine::sandbox::{Limits, set_up_process};
use runbook::journal::memory::MemoryBackend;
use runbook::journal::sqlite::SqliteBackend;
use runbook::journal::{Backend, Opening};
use runbook::model::entry::{FORMAT, RunStart, content_hash};
use runbook::model::failure::Failure;
use runbook::model::permission::Want;
use runbook::model::run::{Mode, RunId, RunState, Who};
use runbook::model::value::Value;
use runbook::policy::Policy;
use runbook::world::clock::SystemClock;
use runbook::world::person::Nobody;
use runbook::world::{LiveWorld, Settled};

use crate::processes::{Project, succeeds, written};
use crate::report::{processor_time_of_children, tell, tell_ratio, timed};

const CALLS: u32 = 20_000;
const STEPS: u32 = 3_000;
const ROUNDS: usize = 7;
const LONG: u64 = 100_000;

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Number {
    n: i64,
}

/// Does nothing, so that what is measured is the way to it.
struct Look;
struct Make;

impl Described for Look {
    const NAME: &'static str = "figures::look";
    const SUMMARY: &'static str = "Gives its argument";
    const POSITIONAL: &'static [&'static str] = &["n"];
    const EXAMPLES: &'static [Example] = &[];
    type Args = Number;
    type Output = i64;
}

impl HostFunction for Look {
    const PERMISSIONS: &'static [&'static str] = &["figures:look x"];

    fn wants(_: &Number) -> Result<Vec<Want>, Failure> {
        Ok(vec![Want::new("figures:look", "x")])
    }

    fn time_limit(_: &Number) -> Duration {
        Duration::from_secs(1)
    }

    async fn live(args: Number, _: &Context<'_>) -> Result<i64, Failure> {
        Ok(args.n)
    }
}

impl Described for Make {
    const NAME: &'static str = "figures::make";
    const SUMMARY: &'static str = "Gives its argument";
    const POSITIONAL: &'static [&'static str] = &["n"];
    const EXAMPLES: &'static [Example] = &[];
    type Args = Number;
    type Output = i64;
}

/// What a change does when durable steps are measured: the floor, so that step and floor come in turn on the same disk.
struct Turns {
    raw: File,
    ended: Option<Instant>,
    floor: Vec<Duration>,
    steps: Vec<Duration>,
}

static TURNS: Mutex<Option<Turns>> = Mutex::new(None);

impl Turns {
    fn turn(&mut self) {
        // From the end of one change to the beginning of the next: one outcome and one intent have become durable.
        self.steps.extend(self.ended.map(|ended| ended.elapsed()));
        let raw = &mut self.raw;
        self.floor.push(timed(|| {
            for _ in 0..2 {
                raw.write_all(&[b'x'; 200]).unwrap();
                raw.sync_data().unwrap();
            }
        }));
        self.ended = Some(Instant::now());
    }
}

impl HostFunction for Make {
    const PERMISSIONS: &'static [&'static str] = &["figures:make x"];

    fn wants(_: &Number) -> Result<Vec<Want>, Failure> {
        Ok(vec![Want::new("figures:make", "x")])
    }

    fn time_limit(_: &Number) -> Duration {
        Duration::from_secs(1)
    }

    async fn live(args: Number, _: &Context<'_>) -> Result<i64, Failure> {
        if let Some(turns) = TURNS.lock().unwrap().as_mut() {
            turns.turn();
        }
        Ok(args.n)
    }
}

impl Settle for Make {
    const BY_AUTHOR: bool = false;
    const ENDS_WITH_US: bool = true;

    async fn settle(_: Number, _: &Context<'_>) -> Settled {
        Settled::DidNotHappen
    }
}

fn me() -> Who {
    Who { user: "figures".to_owned(), host: "here".to_owned(), pid: std::process::id() }
}

/// Runs a script from its beginning; gives how it stood at the end.
fn run(backend: &Arc<dyn Backend>, registry: &Arc<Registry>, project: &Path, id: u128, body: &str) -> RunState {
    set_up_process();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let text = written("", body);
    let permissions = ["figures:look x", "figures:make x", "fs:read go"];
    let new = NewRun {
        run: RunId::from_bits(id, 8),
        start: RunStart {
            guard: runbook::model::guard::Guard::default(),
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            runbook: "figures".to_owned(),
            version: "1.0.0".to_owned(),
            script: "figures.rhai".to_owned(),
            sources: BTreeMap::from([("figures.rhai".to_owned(), content_hash(text.as_bytes()))]),
            params: Value::Map(BTreeMap::new()),
            secrets: BTreeMap::new(),
            environment: None,
            mode: Mode::Normal,
            permissions: permissions.map(str::to_owned).into(),
            project: project.display().to_string(),
            by: me(),
            nested: BTreeMap::new(),
            time_limit_s: 3_600,
        },
        sources: BTreeMap::from([("figures.rhai".to_owned(), text)]),
        secrets: BTreeMap::new(),
    };
    let host = Host {
        opening: Opening { backend: Arc::clone(backend), clock: Arc::new(SystemClock), observer: Arc::new(|_| ()) },
        world: Arc::new(LiveWorld::new(Arc::new(Nobody))),
        registry: Arc::clone(registry),
        listener: Arc::new(Silent),
        policy: Policy::default(),
        by: me(),
        runtime: runtime.handle().clone(),
        project: project.to_owned(),
        yes: false,
        plan: false,
        // The journal in memory lies in the same heap as the script.
        limits: Limits { heap_bytes: 8 << 30, ..Limits::default() },
        on_switch: None,
        nonce: "n".to_owned(),
        fingerprints: None,
    };
    start(host, new).unwrap().state
}

fn figures() -> Arc<Registry> {
    Arc::new(Registry::of([Declaration::read::<Look>(), Declaration::change::<Make>()]))
}

/// The time of each of `count` calls of `body`, less what the run and its loop cost without it.
fn cost(backend: &dyn Fn() -> Arc<dyn Backend>, project: &Path, id: &mut u128, count: u32, body: &str) -> Duration {
    let registry = figures();
    let mut took = [Duration::ZERO; 2];
    for (took, body) in took.iter_mut().zip(["n", body]) {
        let backend = backend();
        *id += 1;
        *took = timed(|| {
            let state = run(&backend, &registry, project, *id, &format!("for n in 0..{count} {{ {body}; }}"));
            assert_eq!(state, RunState::Done);
        });
    }
    took[1].saturating_sub(took[0]) / count
}

pub fn calls() {
    let project = Project::new(&[]);
    let memory = || -> Arc<dyn Backend> { Arc::new(MemoryBackend::default()) };
    let (mut reads, mut writes, mut id) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        reads.push(cost(&memory, project.path(), &mut id, CALLS, "figures::look(n)"));
        writes.push(cost(&memory, project.path(), &mut id, CALLS, "figures::make(n)"));
    }
    tell(&format!("a read that does nothing, journal in memory, {CALLS} calls in a run"), &reads);
    tell(
        &format!("a change that does nothing (intent and outcome), journal in memory, {CALLS} calls in a run"),
        &writes,
    );
}

pub fn durable_steps() {
    let project = Project::new(&[]);
    let backend: Arc<dyn Backend> = Arc::new(SqliteBackend::open(&project.state()).unwrap());
    let raw = OpenOptions::new().append(true).create(true).open(project.state().join("raw")).unwrap();
    *TURNS.lock().unwrap() = Some(Turns { raw, ended: None, floor: Vec::new(), steps: Vec::new() });
    let body = format!("for n in 0..{STEPS} {{ figures::make(n); }}");
    assert_eq!(run(&backend, &figures(), project.path(), 1, &body), RunState::Done);
    let Turns { floor, steps, .. } = TURNS.lock().unwrap().take().unwrap();
    tell("floor: two appends of 200 bytes, each with `fdatasync`", &floor);
    tell("a durable change (intent and outcome), journal on the same disk, in turn with the floor", &steps);
    tell_ratio("ratio", &steps, &floor);
}

pub fn long_resume() {
    // Made through the engine in memory, since each remembered value is a commit; then stored in one go.
    let all = format!("for n in 0..{LONG} {{ id::number(0, n); }}");
    let each = LONG / 1_000 - 2;
    let steps =
        format!("for s in 0..1000 {{ step(`step ${{s}}`, || {{ for n in 0..{each} {{ id::number(0, n); }} }}); }}");
    for (what, calls) in [("no step finished", all), ("1,000 steps finished", steps)] {
        resume(what, &format!("{calls}\nif !fs::exists(\"go\") {{ throw \"not yet\"; }}\n1"));
    }
}

fn resume(what: &str, body: &str) {
    let registry = Arc::new(runbook::bindings::all());
    let project = Project::new(&[]);
    fs::write(project.path().join("figures.rhai"), written("\"fs:read go\"", body)).unwrap();
    let memory: Arc<dyn Backend> = Arc::new(MemoryBackend::default());
    let first = RunId::from_bits(7, 8);
    assert!(matches!(run(&memory, &registry, project.path(), 7, body), RunState::Stopped(_)));
    let entries = memory.entries(&first, 1).unwrap();
    assert!(entries.len() as u64 >= LONG, "{} entries", entries.len());
    println!("  a run of {} entries, {what}, stopped at its end", entries.len());
    let (mut whole, mut read) = (Vec::new(), Vec::new());
    let mut used = Duration::ZERO;
    for _ in 0..ROUNDS {
        let _gone = fs::remove_dir_all(project.state());
        let backend = SqliteBackend::open(&project.state()).unwrap();
        let text = written("", body);
        backend.append(&[], &[(content_hash(text.as_bytes()), text.into_bytes())]).unwrap();
        backend.create(&first, &[], &mut |_| Ok(entries[0].clone())).unwrap();
        backend.append(&entries[1..], &[]).unwrap();
        read.push(timed(|| drop(runbook::journal::read(&backend, &first).unwrap())));
        drop(backend);
        fs::write(project.path().join("go"), "").unwrap();
        let before = processor_time_of_children();
        whole.push(timed(|| succeeds(project.runbook(&["resume", first.as_str()]))));
        used += processor_time_of_children() - before;
        fs::remove_file(project.path().join("go")).unwrap();
    }
    tell("reading it, verified and folded into a history", &read);
    tell("`runbook resume` until the run is done", &whole);
    println!("  of that, time of the processor: {:.2} s", used.as_secs_f64() / ROUNDS as f64);
}
