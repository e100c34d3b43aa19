//! A run in the laboratory: begun, crashed, resumed, cancelled, and looked at.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use runbook::engine::listener::Silent;
use runbook::engine::run::{self, Host, NewRun, ResumeOptions, Verdict};
use runbook::engine::sandbox::Limits;
use runbook::engine::skip::Skip;
use runbook::engine::stop::StopSwitch;
use runbook::journal::memory::MemoryBackend;
use runbook::journal::{self, Backend, Opening};
use runbook::model::diagnostic::Diagnostic;
use runbook::model::entry::{Entry, Event, FORMAT, RunStart, content_hash};
use runbook::model::history::History;
use runbook::model::run::{Mode, RunId, RunState, StopKind, Who};
use runbook::model::secret::SecretRef;
use runbook::model::value::Value;
use runbook::policy::Policy;
use runbook::world::secrets::FingerprintKey;
use zeroize::Zeroizing;

use crate::cloud::{Cloud, CountingWorld, Fault, OnCall};
use crate::crash::{Crash, Mortal, Side};
use crate::functions;
use crate::people::{JumpingClock, Scripted};

/// The name of the main script.
pub const MAIN: &str = "main.rhai";

/// A run in the laboratory.
pub struct Lab {
    pub backend: Arc<dyn Backend>,
    pub cloud: Arc<Mutex<Cloud>>,
    pub clock: JumpingClock,
    pub person: Scripted,
    pub crash: Arc<Crash>,
    pub sources: BTreeMap<String, String>,
    pub permissions: Vec<String>,
    pub params: Value,
    pub secrets: BTreeMap<String, (SecretRef, String)>,
    pub mode: Mode,
    pub policy: Policy,
    pub environment: Option<String>,
    /// What the environment says for parameters of nested runbooks.
    pub nested: BTreeMap<String, BTreeMap<String, Value>>,
    pub yes: bool,
    pub skip: Vec<Skip>,
    pub limits: Limits,
    pub unstable_tokens: bool,
    /// Seen before each call, with the switch that stops the run.
    pub on_call: Option<Arc<Seen>>,
}

/// Sees a call by its function's name, with the switch that stops the run.
pub type Seen = dyn Fn(&str, &StopSwitch) + Send + Sync;

fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        // Closures have the same names in every process only with a fixed seed, as the program sets it.
        runbook::engine::sandbox::set_up_process();
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
    })
}

pub fn run_id() -> RunId {
    "r-9q4w".parse().expect("an id")
}

impl Lab {
    pub fn new(script: &str) -> Self {
        Lab {
            backend: Arc::new(MemoryBackend::default()),
            cloud: Arc::default(),
            clock: JumpingClock::new(),
            person: Scripted::default(),
            crash: Arc::default(),
            sources: BTreeMap::from([(MAIN.to_owned(), script.to_owned())]),
            permissions: ["read", "ensure", "change", "post", "blind", "destroy"]
                .iter()
                .map(|verb| format!("cloud:{verb} *"))
                .collect(),
            params: Value::Map(BTreeMap::new()),
            secrets: BTreeMap::new(),
            mode: Mode::Normal,
            policy: Policy::default(),
            environment: None,
            nested: BTreeMap::new(),
            yes: false,
            skip: Vec::new(),
            limits: Limits::default(),
            unstable_tokens: false,
            on_call: None,
        }
    }

    pub fn module(mut self, name: &str, text: &str) -> Self {
        self.sources.insert(name.to_owned(), text.to_owned());
        self
    }

    pub fn fault(self, name: &str, faults: &[Fault]) -> Self {
        self.cloud().fault(name, faults);
        self
    }

    pub fn on_call(mut self, see: impl Fn(&str, &StopSwitch) + Send + Sync + 'static) -> Self {
        self.on_call = Some(Arc::new(see));
        self
    }

    pub fn cloud(&self) -> MutexGuard<'_, Cloud> {
        self.cloud.lock().unwrap()
    }

    /// How often a write of this name took effect.
    pub fn times(&self, name: &str) -> usize {
        self.cloud().times(name)
    }

    /// How often this name was asked for, reads and failures included.
    pub fn requests(&self, name: &str) -> usize {
        self.cloud().requests(name)
    }

    fn host(&self) -> Host {
        let who = Who { user: "tester".to_owned(), host: "lab".to_owned(), pid: 1 };
        let switch: Arc<Mutex<Option<Arc<StopSwitch>>>> = Arc::default();
        let gets = Arc::clone(&switch);
        let on_call = self.on_call.clone().map(|see| -> OnCall {
            Box::new(move |call| {
                if let Some(switch) = switch.lock().unwrap().as_ref() {
                    see(&functions::name_of(&call.args), switch);
                }
            })
        });
        let world = CountingWorld {
            cloud: Arc::clone(&self.cloud),
            clock: self.clock.clone(),
            person: self.person.clone(),
            crash: Arc::clone(&self.crash),
            on_call,
            unstable_tokens: self.unstable_tokens,
        };
        let backend: Arc<dyn Backend> =
            Arc::new(Mortal { inner: Arc::clone(&self.backend), crash: Arc::clone(&self.crash) });
        Host {
            opening: Opening { backend, clock: Arc::new(self.clock.clone()), observer: Arc::new(|_| ()) },
            world: Arc::new(world),
            registry: Arc::new(functions::registry()),
            listener: Arc::new(Silent),
            policy: self.policy.clone(),
            by: who,
            runtime: runtime().handle().clone(),
            project: PathBuf::from("/nowhere"),
            yes: self.yes,
            plan: false,
            limits: self.limits.clone(),
            on_switch: Some(Box::new(move |stop| *gets.lock().unwrap() = Some(stop))),
            nonce: format!("n{}", self.crash.life()),
            fingerprints: Some(Arc::new(FingerprintKey::of([7; 64]))),
        }
    }

    fn new_run(&self) -> NewRun {
        let hashes = self.sources.iter().map(|(name, text)| (name.clone(), content_hash(text.as_bytes())));
        let start = RunStart {
            guard: runbook::model::guard::Guard::default(),
            format: FORMAT,
            program: "test".to_owned(),
            runbook: "lab".to_owned(),
            version: "1.0.0".to_owned(),
            script: MAIN.to_owned(),
            sources: hashes.collect(),
            params: self.params.clone(),
            secrets: self.secrets.iter().map(|(name, (reference, _))| (name.clone(), reference.clone())).collect(),
            environment: self.environment.clone(),
            mode: self.mode,
            permissions: self.permissions.clone(),
            project: "/nowhere".to_owned(),
            by: Who { user: "tester".to_owned(), host: "lab".to_owned(), pid: 1 },
            nested: self.nested.clone(),
            time_limit_s: 7 * 24 * 3600,
        };
        let secrets = self
            .secrets
            .values()
            .map(|(reference, value)| (reference.clone(), Zeroizing::new(value.clone())))
            .collect();
        NewRun { run: run_id(), start, sources: self.sources.clone(), secrets }
    }

    /// Begins the run; the process dies at operation `at`, if any.
    pub fn begin(&self, at: Option<(usize, Side)>) -> Result<Verdict, Box<Diagnostic>> {
        let _ = runtime();
        self.crash.live(at);
        run::start(self.host(), self.new_run())
    }

    /// Begins the run.
    pub fn run(&self) -> Verdict {
        self.begin(None).expect("the run begins")
    }

    /// Takes the run up again; the process dies at operation `at`, if any.
    pub fn take_up(
        &self,
        at: Option<(usize, Side)>,
        edited: Option<BTreeMap<String, String>>,
    ) -> Result<Verdict, Box<Diagnostic>> {
        self.crash.live(at);
        let mut again =
            |name: &str, _: &SecretRef| self.secrets.get(name).map(|(_, value)| Zeroizing::new(value.clone()));
        run::resume(self.host(), &run_id(), ResumeOptions { edited, known: None, skip: self.skip.clone() }, &mut again)
    }

    /// Takes the run up again.
    pub fn resume(&self) -> Verdict {
        self.take_up(None, None).expect("the run is taken up")
    }

    /// Takes the run up again with another text of the main script.
    pub fn resume_edited(&self, script: &str) -> Verdict {
        let mut sources = self.sources.clone();
        sources.insert(MAIN.to_owned(), script.to_owned());
        self.take_up(None, Some(sources)).expect("the run is taken up")
    }

    /// Ends the run for good.
    pub fn cancel(&self, undo: bool) -> Result<Verdict, Box<Diagnostic>> {
        self.crash.live(None);
        let mut again =
            |name: &str, _: &SecretRef| self.secrets.get(name).map(|(_, value)| Zeroizing::new(value.clone()));
        run::cancel(self.host(), &run_id(), None, undo, &mut again)
    }

    /// The run, killed when a call of `name` (the `nth`, from 1) has arrived and before its answer came.
    pub fn run_killed_in(&self, name: &str, nth: usize) {
        let operation = self.operation_of(name, nth);
        let verdict = self.begin(Some((operation, Side::Inside)));
        assert!(self.crash.is_dead(), "{verdict:?}");
    }

    /// The run, killed before the request of a call of `name` (the `nth`, from 1) has left.
    pub fn run_killed_before(&self, name: &str, nth: usize) {
        let operation = self.operation_of(name, nth);
        let verdict = self.begin(Some((operation, Side::Before)));
        assert!(self.crash.is_dead(), "{verdict:?}");
    }

    /// The number of the operation that the `nth` call of `name` is, found in a trial of the run in a world of its own.
    fn operation_of(&self, name: &str, nth: usize) -> usize {
        let trial = Lab {
            backend: Arc::new(MemoryBackend::default()),
            cloud: Arc::default(),
            clock: JumpingClock::new(),
            person: self.person.clone(),
            crash: Arc::default(),
            sources: self.sources.clone(),
            permissions: self.permissions.clone(),
            params: self.params.clone(),
            secrets: self.secrets.clone(),
            policy: self.policy.clone(),
            environment: self.environment.clone(),
            nested: self.nested.clone(),
            on_call: None,
            ..Lab::new("")
        };
        *trial.cloud() = self.cloud().copy();
        let found: Arc<Mutex<(usize, Option<usize>)>> = Arc::default();
        let (sees, crash, wanted) = (Arc::clone(&found), Arc::clone(&trial.crash), name.to_owned());
        let trial = trial.on_call(move |name, _| {
            if name == wanted {
                let mut sees = sees.lock().unwrap();
                sees.0 += 1;
                if sees.0 == nth {
                    sees.1 = Some(crash.operations());
                }
            }
        });
        let verdict = trial.begin(None);
        let operation = found.lock().unwrap().1;
        operation.unwrap_or_else(|| panic!("no call number {nth} of `{name}`: {verdict:#?}"))
    }

    /// What the journal says.
    pub fn history(&self) -> History {
        journal::read(&*self.backend, &run_id()).expect("a run")
    }

    /// The journal's entries.
    pub fn entries(&self) -> Vec<Entry> {
        self.backend.entries(&run_id(), 1).expect("entries")
    }

    /// How many entries fit.
    pub fn count(&self, fits: impl Fn(&Event) -> bool) -> usize {
        self.entries().iter().filter(|entry| fits(&entry.event)).count()
    }
}

#[track_caller]
pub fn assert_done(verdict: &Verdict) {
    assert_eq!(verdict.state, RunState::Done, "{:#?}", verdict.diagnostic);
}

#[track_caller]
pub fn assert_stopped(verdict: &Verdict, kind: StopKind) {
    assert_eq!(verdict.state, RunState::Stopped(kind), "{:#?}", verdict.diagnostic);
}
