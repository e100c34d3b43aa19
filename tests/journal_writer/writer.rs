//! A small run in a process of its own, for tests that stop it, starve it or cut its power. Its effects are lines in a world
//! file outside the journal's folder; what it says on standard output it has been promised by the journal.
//!
//! `write`: makes steps 1 to N, each with an intent before and an outcome after its effect, and resumes what was begun.
//! `careless`: the same without intents; a control that must be caught. `hold-run`, `hold-environment`, `lock`: keeps others
//! out until standard input ends.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use runbook::journal::sqlite::{SqliteBackend, SqliteOptions, Synchronous};
use runbook::journal::{Backend, Journal, JournalError, Opening};
use runbook::model::call::{Call, CallKey};
use runbook::model::effect::Effect;
use runbook::model::entry::{Event, FORMAT, RunStart, SettledBy, Verdict, content_hash};
use runbook::model::failure::Outcome;
use runbook::model::run::{Mode, RunId, RunState};
use runbook::model::scope::ScopePath;
use runbook::model::value::Value;
use runbook::world::clock::SystemClock;
use runbook::world::process_facts::who;
use sqlx::{ConnectOptions, Connection};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((command, named)) = arguments.split_first() else {
        eprintln!("usage: journal-writer COMMAND NAME=VALUE…");
        return ExitCode::from(2);
    };
    let named: BTreeMap<&str, &str> = named.iter().filter_map(|argument| argument.split_once('=')).collect();
    let folder = Path::new(named["folder"]);
    let done = match command.as_str() {
        "write" | "careless" => open(&named).and_then(|backend| {
            let world = PathBuf::from(named["world"]);
            let steps = named.get("steps").map_or(4, |steps| steps.parse().unwrap());
            let writer = Writer { backend, run: run(&named), world, careless: command == "careless" };
            writer.write(steps)
        }),
        "hold-run" => open(&named).and_then(|backend| backend.hold_run(&run(&named), &who())).map(kept),
        "hold-environment" => {
            open(&named).and_then(|backend| backend.hold_environment(named["name"], &run(&named), &who())).map(kept)
        }
        "lock" => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("journal.sqlite"));
            let transaction = futures_executor::block_on(async {
                let mut connection = options.connect().await.unwrap();
                let transaction = connection.begin_with("BEGIN EXCLUSIVE").await.unwrap();
                kept(&transaction);
                transaction.rollback().await
            });
            transaction.unwrap();
            Ok(())
        }
        other => panic!("no command `{other}`"),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(3)
        }
    }
}

fn run(named: &BTreeMap<&str, &str>) -> RunId {
    named.get("run").unwrap_or(&"r-2222").parse().unwrap()
}

fn open(named: &BTreeMap<&str, &str>) -> Result<Arc<dyn Backend>, JournalError> {
    let mut options = SqliteOptions::default();
    if let Some(time) = named.get("busy_ms") {
        options.busy_timeout = Duration::from_millis(time.parse().unwrap());
    }
    options.synchronous = match named.get("synchronous").copied() {
        None | Some("full") => Synchronous::Full,
        Some("normal") => Synchronous::Normal,
        Some("off") => Synchronous::Off,
        Some(other) => panic!("no level `{other}`"),
    };
    Ok(Arc::new(SqliteBackend::open_with(Path::new(named["folder"]), options)?))
}

/// Keeps `what` until standard input ends.
fn kept<T>(what: T) {
    say("kept");
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    drop(what);
}

/// One line in one write, so that a reader never sees a part of it.
fn say(line: &str) {
    // A reader that went away must not look like a journal that failed.
    let _ = std::io::stdout().write_all(format!("{line}\n").as_bytes());
    let _ = std::io::stdout().flush();
}

struct Writer {
    backend: Arc<dyn Backend>,
    run: RunId,
    world: PathBuf,
    careless: bool,
}

impl Writer {
    fn write(&self, steps: u64) -> Result<(), JournalError> {
        let opening =
            Opening { backend: Arc::clone(&self.backend), clock: Arc::new(SystemClock), observer: Arc::new(|_| {}) };
        let journal = match Journal::open(opening.clone(), self.run.clone(), &who()) {
            Err(JournalError::NoSuchRun(_)) => {
                let source = "journal-writer".to_owned();
                Journal::start(opening, self.run.clone(), self.start(&source), vec![source])?
            }
            opened => opened?,
        };
        if journal.history(|history| history.state == RunState::Done) {
            say("done");
            return Ok(());
        }
        self.settle(&journal)?;
        for step in 1..=steps {
            let call = self.call(step);
            let happened = journal.history(|history| {
                history.calls.values().any(|recorded| recorded.call.key == call.key && recorded.has_happened())
            });
            if happened {
                continue;
            }
            if self.careless {
                let receipt = journal.admit(call.clone())?;
                self.affect(&call);
                journal.finish(receipt, Outcome::Ok(Value::Unit), Duration::ZERO)?;
                journal.flush()?;
            } else {
                let receipt = journal.begin(call.clone(), Duration::from_secs(60), None)?;
                say(&format!("begun {step}"));
                self.affect(&call);
                journal.finish(receipt, Outcome::Ok(Value::Unit), Duration::ZERO)?;
            }
            say(&format!("ended {step}"));
        }
        journal.record(Event::Done { value: Value::Unit, unasked: Vec::new() })?;
        say("done");
        Ok(())
    }

    /// Looks at the world for each call in doubt.
    fn settle(&self, journal: &Journal) -> Result<(), JournalError> {
        let world = fs::read_to_string(&self.world).unwrap_or_default();
        let doubts: Vec<_> =
            journal.history(|history| history.in_doubt().map(|doubt| (doubt.seq, doubt.call.clone())).collect());
        for (call, doubt) in doubts {
            let happened = world.lines().any(|line| line == doubt.token);
            let verdict = if happened { Verdict::Happened(Value::Unit) } else { Verdict::DidNotHappen };
            let evidence = "the world file".to_owned();
            journal.record(Event::CallSettled { call, verdict, by: SettledBy::Binding, evidence })?;
        }
        Ok(())
    }

    fn affect(&self, call: &Call) {
        let mut world = OpenOptions::new().append(true).create(true).open(&self.world).unwrap();
        world.write_all(format!("{}\n", call.token).as_bytes()).unwrap();
    }

    fn call(&self, step: u64) -> Call {
        let key = CallKey {
            scope: ScopePath::root(),
            site: "world::append~1".into(),
            args_hash: content_hash(step.to_string().as_bytes()).into(),
            occurrence: 0,
        };
        let args = Value::Map(BTreeMap::from([("step".to_owned(), Value::Int(step.cast_signed()))]));
        let token = format!("{} {step}", self.run);
        Call { function: "world::append".to_owned(), effect: Effect::Change, key, args, token, place: None }
    }

    fn start(&self, source: &str) -> RunStart {
        RunStart {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            runbook: "journal-writer".to_owned(),
            version: "1.0.0".to_owned(),
            script: "journal-writer".to_owned(),
            sources: BTreeMap::from([("journal-writer".to_owned(), content_hash(source.as_bytes()))]),
            params: Value::Map(BTreeMap::new()),
            secrets: BTreeMap::new(),
            environment: None,
            mode: Mode::Normal,
            guard: runbook::model::guard::Guard::default(),
            permissions: Vec::new(),
            project: "/".to_owned(),
            by: who(),
            nested: BTreeMap::new(),
            time_limit_s: 60,
        }
    }
}
