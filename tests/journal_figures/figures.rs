//! Measures the journal file against the floor of the disk it lies on: `cargo run --example journal-figures -- FOLDER`.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use runbook::journal::sqlite::SqliteBackend;
use runbook::journal::{Backend, read};
use runbook::model::call::{Call, CallKey};
use runbook::model::effect::Effect;
use runbook::model::entry::{Entry, Event, FORMAT, RunStart, Seq};
use runbook::model::failure::Outcome;
use runbook::model::run::{Mode, RunId, Who};
use runbook::model::scope::ScopePath;
use runbook::model::value::Value;

const AT: &str = "2026-01-02T03:04:05.000000Z";
const STEPS: u64 = 1_000;
const LONG: u64 = 100_000;
const MANY: u128 = 2_000;

fn main() {
    let parent = std::env::args().nth(1).expect("usage: journal-figures FOLDER");
    let scratch = tempfile::tempdir_in(parent).unwrap();
    let folder = scratch.path().join("state");

    let from = Instant::now();
    drop(SqliteBackend::open(&folder).unwrap());
    tell("make and open a new journal", from.elapsed());
    let backend = SqliteBackend::open(&folder).unwrap();

    let (one, two) = (raw(&scratch.path().join("raw"), false), raw(&scratch.path().join("raw"), true));
    tell("floor: append 200 bytes and fdatasync, p50", median(one));
    tell("floor: the same twice (one durable step), p50", median(two));
    let mut head = begin(&backend, 1);
    let (mut commits, mut steps) = (Vec::new(), Vec::new());
    for _ in 0..STEPS {
        let (from, begun) = (Instant::now(), next(&head, begun(head.seq + 1)));
        backend.append(std::slice::from_ref(&begun), &[]).unwrap();
        commits.push(from.elapsed());
        head = next(&begun, ended(begun.seq));
        backend.append(std::slice::from_ref(&head), &[]).unwrap();
        steps.push(from.elapsed());
    }
    tell("journal: one commit, p50", median(commits));
    tell("journal: intent and outcome (one durable step), p50", median(steps));

    let mut entries = vec![begin(&backend, 2)];
    while (entries.len() as u64) < LONG {
        let last = entries.last().unwrap();
        let event = if last.seq % 2 == 1 { begun(last.seq + 1) } else { ended(last.seq) };
        entries.push(next(last, event));
    }
    backend.append(&entries[1..], &[]).unwrap();
    let times: Vec<_> =
        (0..5).map(|_| timed(|| assert_eq!(backend.entries(&id(2), 1).unwrap().len() as u64, LONG))).collect();
    tell(&format!("read a run of {LONG} entries"), median(times));
    let before = processor_time();
    assert_eq!(backend.entries(&id(2), 1).unwrap().len() as u64, LONG);
    tell("the same, in time of the processor on all threads", processor_time() - before);
    let bodies: Vec<_> = entries.iter().map(|entry| entry.body.as_str()).collect();
    tell("of that, JSON", timed(|| bodies.iter().for_each(|body| drop(serde_json::from_str::<Event>(body).unwrap()))));
    tell("the same, verified and folded into a history", timed(|| drop(read(&backend, &id(2)).unwrap())));

    for run in 3..=MANY {
        begin(&backend, run);
    }
    tell(
        &format!("list {MANY} runs"),
        median((0..5).map(|_| timed(|| assert_eq!(backend.runs().unwrap().len() as u128, MANY))).collect()),
    );
    drop(backend);
    let (mut opens, mut closes) = (Vec::new(), Vec::new());
    for _ in 0..50 {
        let from = Instant::now();
        let backend = SqliteBackend::open(&folder).unwrap();
        opens.push(from.elapsed());
        closes.push(timed(|| drop(backend)));
    }
    tell("open an existing journal, p50", median(opens));
    tell("close it, p50", median(closes));
}

fn tell(what: &str, took: Duration) {
    println!("{what}: {:.3} ms", took.as_secs_f64() * 1e3);
}

fn timed(work: impl FnOnce()) -> Duration {
    let from = Instant::now();
    work();
    from.elapsed()
}

/// Time that this process has used, whatever else the machine is doing.
fn processor_time() -> Duration {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(used.tv_sec.cast_unsigned(), u32::try_from(used.tv_nsec).unwrap())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn raw(path: &Path, twice: bool) -> Vec<Duration> {
    let mut file: File = OpenOptions::new().append(true).create(true).open(path).unwrap();
    let mut append = || {
        file.write_all(&[b'x'; 200]).unwrap();
        file.sync_data().unwrap();
    };
    (0..STEPS).map(|_| timed(|| (0..=u8::from(twice)).for_each(|_| append()))).collect()
}

fn id(number: u128) -> RunId {
    RunId::from_bits(number, 6)
}

fn begin(backend: &dyn Backend, number: u128) -> Entry {
    let run = id(number);
    let start = RunStart {
        format: FORMAT,
        program: "0.1.0".to_owned(),
        runbook: "figures".to_owned(),
        version: "1.0.0".to_owned(),
        script: "figures".to_owned(),
        sources: BTreeMap::new(),
        params: Value::Map(BTreeMap::new()),
        secrets: BTreeMap::new(),
        environment: None,
        mode: Mode::Normal,
        guard: runbook::model::guard::Guard::default(),
        permissions: Vec::new(),
        project: "/".to_owned(),
        by: Who { user: "sam".to_owned(), host: "desk".to_owned(), pid: 1 },
        nested: BTreeMap::new(),
        time_limit_s: 3600,
    };
    let event = Event::RunStarted(Box::new(start));
    backend
        .create(&run, &[], &mut |before| Ok(Entry::after(before, &run, 1, AT.to_owned(), event.clone()).unwrap()))
        .unwrap()
}

fn next(before: &Entry, event: Event) -> Entry {
    Entry::after(&before.hash, &before.run, before.seq + 1, AT.to_owned(), event).unwrap()
}

fn begun(number: Seq) -> Event {
    let key = CallKey {
        scope: ScopePath::root(),
        site: "http::post~1".into(),
        args_hash: format!("{number:064x}").into(),
        occurrence: 0,
    };
    let args = Value::Map(BTreeMap::from([("url".to_owned(), Value::Text(format!("https://example.com/{number}")))]));
    let call = Call {
        function: "http::post".to_owned(),
        effect: Effect::Change,
        key,
        args,
        token: "t".to_owned(),
        place: None,
    };
    Event::CallBegun { call: Box::new(call), deadline: AT.to_owned(), approval: None }
}

fn ended(call: Seq) -> Event {
    Event::CallEnded { call, outcome: Outcome::Ok(Value::Text("done".to_owned())), took_ms: 12 }
}
