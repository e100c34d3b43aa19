//! What a host function needs around it, for tests: a project in a folder of its own, a clock that can be turned.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use runbook::binding::{Context, Declaration, Progress};
use runbook::model::failure::Failure;
use runbook::model::secret::SecretRef;
use runbook::model::value::Value;
use runbook::world::clock::{Clock, SystemClock};
use runbook::world::guardian::Program;
use runbook::world::person::Nobody;
use runbook::world::secrets::Secrets;
use runbook::world::shared::Shared;
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

/// No environment is guarded here.
const NO_GUARD: &runbook::model::guard::Guard = &runbook::model::guard::Guard { aws_account: None, aws_region: None };

/// How long a test waits for something that ought to happen at once.
const PATIENCE: Duration = Duration::from_secs(20);

/// A clock that stands still until it is turned.
#[derive(Clone)]
pub struct TurnedClock(Arc<tokio::sync::watch::Sender<Duration>>);

impl TurnedClock {
    pub fn new() -> Self {
        TurnedClock(Arc::new(tokio::sync::watch::Sender::new(Duration::ZERO)))
    }

    pub fn turn(&self, by: Duration) {
        self.0.send_modify(|now| *now += by);
    }

    /// Turns the clock by `step` again and again until `until` resolves.
    pub async fn turn_until<T>(&self, step: Duration, until: impl Future<Output = T>) -> T {
        let mut until = std::pin::pin!(until);
        loop {
            tokio::select! {
                biased;
                done = &mut until => return done,
                () = SystemClock.sleep(Duration::from_millis(1)) => self.turn(step),
            }
        }
    }
}

impl Clock for TurnedClock {
    fn now(&self) -> Timestamp {
        let start: Timestamp = "2026-01-02T03:04:05Z".parse().expect("time");
        start + *self.0.borrow()
    }

    fn monotonic(&self) -> Duration {
        *self.0.borrow()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut watch = self.0.subscribe();
        let until = *self.0.borrow() + duration;
        Box::pin(async move {
            watch.wait_for(|now| *now >= until).await.expect("the clock lives");
        })
    }
}

/// Everything around a call.
pub struct Host {
    pub project: tempfile::TempDir,
    pub secrets: Secrets,
    pub shared: Shared,
    pub cancel: CancellationToken,
    pub stopping: CancellationToken,
    pub token: String,
    clock: Box<dyn Clock>,
    shown: Arc<Mutex<Vec<Progress>>>,
    show: Box<dyn Fn(Progress) + Send + Sync>,
}

impl Host {
    pub fn new() -> Self {
        Self::with_clock(SystemClock)
    }

    pub fn with_clock(clock: impl Clock + 'static) -> Self {
        let shared = Shared::default();
        let program = PathBuf::from(env!("CARGO_BIN_EXE_runbook"));
        shared.get(|| Ok::<_, std::io::Error>(Program(program))).expect("guardian program");
        let shown = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&shown);
        Host {
            project: tempfile::tempdir().expect("folder"),
            secrets: Secrets::new("nonce"),
            shared,
            cancel: CancellationToken::new(),
            stopping: CancellationToken::new(),
            token: "5f0c5a4e-0000-4000-8000-000000000001".to_owned(),
            clock: Box::new(clock),
            shown,
            show: Box::new(move |progress| sink.lock().expect("lock").push(progress)),
        }
    }

    pub fn context(&self) -> Context<'_> {
        Context {
            clock: &*self.clock,
            person: &Nobody,
            secrets: &self.secrets,
            shared: &self.shared,
            guard: NO_GUARD,
            function: "",
            project: self.project.path(),
            run: "r-test",
            token: &self.token,
            cancel: self.cancel.clone(),
            stopping: self.stopping.clone(),
            progress: &*self.show,
            opened: None,
            keep: &drop,
        }
    }

    /// Makes a call the way the gate does: gather, check, perform.
    pub async fn call(&self, name: &str, arguments: Json) -> Result<Value, Failure> {
        let declaration = declaration(name);
        let args = declaration.gather(given(arguments)).expect("arguments by position and name");
        declaration.check(&args)?;
        declaration.live(&args, &self.context()).await
    }

    /// What would have to be permitted.
    pub fn wants(name: &str, arguments: Json) -> Result<Vec<String>, Failure> {
        let declaration = declaration(name);
        let args = declaration.gather(given(arguments)).expect("arguments by position and name");
        Ok(declaration.check(&args)?.wants.iter().map(|want| want.line()).collect())
    }

    /// What was shown while calls were under way.
    pub fn shown(&self) -> Vec<Progress> {
        self.shown.lock().expect("lock").clone()
    }

    /// Adds a secret and gives its token.
    pub fn secret(&self, name: &str, value: &str) -> String {
        let reference = SecretRef { provider: "param".to_owned(), name: name.to_owned() };
        self.secrets.add(reference, Zeroizing::new(value.to_owned()))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.project.path().join(name)
    }

    /// Puts an executable script into the project and gives the name to run it by.
    pub fn script(&self, name: &str, body: &str) -> String {
        use std::os::unix::fs::PermissionsExt;
        // The file must not be open for writing in a child that another thread forks meanwhile, or it can't be run (ETXTBSY):
        // written under another name by a program of its own, it never is.
        let text = self.path(&format!("{name}.text"));
        std::fs::write(&text, format!("#!/bin/sh\n{body}\n")).expect("write");
        std::fs::set_permissions(&text, std::fs::Permissions::from_mode(0o755)).expect("mode");
        let copied = std::process::Command::new("cp").args([&text, &self.path(name)]).status().expect("cp");
        assert!(copied.success());
        format!("./{name}")
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_default()
    }
}

/// The declaration of a host function.
pub fn declaration(name: &str) -> &'static Declaration {
    use std::sync::OnceLock;
    static ALL: OnceLock<runbook::binding::Registry> = OnceLock::new();
    ALL.get_or_init(runbook::bindings::all).get(name).unwrap_or_else(|| panic!("no function `{name}`"))
}

/// Arguments as a script gives them, from a JSON list.
pub fn given(arguments: Json) -> Vec<Value> {
    match arguments {
        Json::Array(items) => items.into_iter().map(|item| Value::from_plain_json(item).expect("value")).collect(),
        other => panic!("arguments are a list: {other}"),
    }
}

/// One member of a result.
pub fn member<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.as_map().and_then(|map| map.get(name)).unwrap_or_else(|| panic!("no `{name}` in {value:?}"))
}

/// Waits until `condition` holds.
pub async fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = SystemClock.monotonic() + PATIENCE;
    while !condition() {
        assert!(SystemClock.monotonic() < deadline, "waited too long until {what}");
        SystemClock.sleep(Duration::from_millis(5)).await;
    }
}

/// Whether a process lives: there, and more than what its parent has not yet asked after.
pub fn lives(pid: &str) -> bool {
    let state = std::process::Command::new("ps").args(["-o", "stat=", "-p", pid.trim()]).output().expect("ps");
    let state = String::from_utf8_lossy(&state.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}
