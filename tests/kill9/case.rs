//! One run against a server of its own: started, ended by whatever means, taken up until it is done, and held against what the
//! server counted.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use runbook::journal::sqlite::SqliteBackend;
use runbook::journal::{Backend, read};
use runbook::model::entry::{Event, RunStart};
use runbook::model::run::{RunId, RunState, Who};

use crate::gate::Gate;
use crate::lab::counting::{Answer, CountingServer};

/// Longest that one process may take: something hangs then.
const PATIENCE: Duration = Duration::from_secs(60);

/// Attempts after which a run can't be said to get on.
const RESUMES_MAX: usize = 40;

/// A runbook and what it must have done when it is done, once each.
pub struct Script {
    pub name: &'static str,
    pub text: String,
    /// Paths of POST requests.
    pub changes: &'static [&'static str],
    /// Paths of PUT requests.
    pub ensures: &'static [&'static str],
    /// Files that a program appended to.
    pub files: &'static [&'static str],
    pub has_door: bool,
}

pub fn everything() -> Script {
    Script {
        name: "everything",
        text: include_str!("everything.rhai").to_owned(),
        changes: &[
            "/effects/outside-of-steps",
            "/effects/first",
            "/effects/while-held",
            "/effects/left",
            "/effects/left-deeper",
            "/effects/right",
            "/effects/item-x",
            "/effects/item-y",
            "/effects/retried",
            "/effects/waited",
            "/effects/lost",
            "/effects/behind-the-door",
        ],
        ensures: &[
            "/wanted/before",
            "/wanted/first",
            "/wanted/door/open",
            "/wanted/door/close",
            "/wanted/tidy",
            "/wanted/right",
            "/wanted/flaky",
        ],
        files: &["first", "branch"],
        has_door: true,
    }
}

pub fn small() -> Script {
    Script {
        name: "small",
        text: include_str!("small.rhai").to_owned(),
        changes: &["/effects/one", "/effects/three"],
        ensures: &["/wanted/one"],
        files: &["two"],
        has_door: false,
    }
}

/// What keeps the program waiting until the test has ended it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trap {
    Nothing,
    /// The server has carried out the first such request and does not answer.
    Answer(String, String),
    /// A request stands before the door and does not reach the server.
    Door,
}

/// What came of taking a run up until it was done.
#[derive(Debug, Default, Clone, Copy)]
pub struct Finished {
    /// How many processes it took after the first.
    pub resumes: usize,
    /// Whether the first process had not even begun the run.
    pub begun_anew: bool,
    /// Whether the first process had ended the run.
    pub was_done: bool,
}

/// A run's surroundings: a project, a journal, a server.
pub struct Case {
    pub script: Script,
    pub server: Arc<CountingServer>,
    pub gate: Gate,
    folder: tempfile::TempDir,
}

impl Case {
    pub fn new(script: Script) -> Self {
        Self::with(script, &Trap::Nothing)
    }

    /// With something that keeps the program waiting.
    pub fn with(script: Script, trap: &Trap) -> Self {
        let folder = tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir().unwrap();
        for (name, text) in
            [("runbook.toml", ""), ("envs/lab.toml", ""), (&format!("{}.rhai", script.name), script.text.as_str())]
        {
            let file = folder.path().join("project").join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        fs::create_dir(folder.path().join("project/effects")).unwrap();
        let server = Arc::new(CountingServer::start());
        answers(&server, &script, trap);
        let gate = Gate::to(server.address(), *trap == Trap::Door);
        Case { script, server, gate, folder }
    }

    pub fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    pub fn trace(&self) -> PathBuf {
        self.folder.path().join("trace")
    }

    fn program(&self, launcher: &[String]) -> Command {
        let program = env!("CARGO_BIN_EXE_runbook");
        let mut command = match launcher.split_first() {
            None => Command::new(program),
            Some((launcher, arguments)) => {
                let mut command = Command::new(launcher);
                command.args(arguments).arg(program);
                command
            }
        };
        command.current_dir(self.folder.path().join("project")).stdin(Stdio::null());
        for variable in ["CI", "RUNBOOK_ENV", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
            command.env_remove(variable);
        }
        command.env("RUNBOOK_STATE_DIR", self.state()).env("RUNBOOK_NON_INTERACTIVE", "true");
        command
    }

    /// Starts the run, under `launcher` where there is one.
    pub fn begin(&self, launcher: &[String]) -> Process {
        let mut command = self.program(launcher);
        command.args(["run", &format!("./{}.rhai", self.script.name), "--env", "lab"]);
        command.args(["--set", &format!("site={}", self.server.url(""))]);
        if self.script.has_door {
            command.args(["--set", &format!("door={}", self.gate.url())]);
        }
        Process::start(command)
    }

    /// Takes the newest unfinished run up, or the one that is named.
    pub fn resume(&self, run: Option<&RunId>) -> Process {
        let mut command = self.program(&[]);
        command.arg("resume").args(run.map(RunId::as_str));
        Process::start(command)
    }

    /// Takes the run up until it is done; `again` may end a process on the way, whatever it likes.
    pub fn finish(&self, mut again: impl FnMut(usize, &mut Process)) -> Result<Finished, String> {
        let mut finished = Finished::default();
        while finished.resumes < RESUMES_MAX {
            let mut process = match self.states()?.as_slice() {
                [] => {
                    finished.begun_anew = true;
                    self.begin(&[])
                }
                [RunState::Done] => {
                    finished.was_done = finished.resumes == 0;
                    return Ok(finished);
                }
                [_] => self.resume(None),
                several => return Err(format!("there is more than one run: {several:?}")),
            };
            finished.resumes += 1;
            again(finished.resumes, &mut process);
            let (status, said) = process.wait();
            match (status.code(), process.hit) {
                (Some(0), _) => {}
                (code, Some(signal)) if Some(signal) == signal_of(status) || code == Some(128 + signal) => {}
                _ => return Err(format!("it can't be resumed: {status}\n{said}")),
            }
        }
        Err(format!("it is not done after {RESUMES_MAX} resumes"))
    }

    /// The journal as it lies there. In a copy: looking tidies up what a crash left, and the resumed run must meet that as it is.
    fn looked_at(&self) -> Result<Option<(tempfile::TempDir, SqliteBackend)>, String> {
        if !self.state().join("journal.sqlite").exists() {
            return Ok(None);
        }
        let copy = tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir().unwrap();
        for entry in fs::read_dir(self.state()).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
            }
        }
        let backend =
            SqliteBackend::open(copy.path()).map_err(|error| format!("the journal can't be opened: {error}"))?;
        Ok(Some((copy, backend)))
    }

    /// How each run in the journal stands; every entry is verified on the way.
    pub fn states(&self) -> Result<Vec<RunState>, String> {
        let Some((_copy, backend)) = self.looked_at()? else { return Ok(Vec::new()) };
        let runs = backend.runs().map_err(|error| format!("the journal can't be read: {error}"))?;
        let state = |run: &RunId| read(&backend, run).map(|history| history.state);
        runs.iter()
            .map(|run| state(&run.first.run).map_err(|error| format!("the journal is damaged: {error}")))
            .collect()
    }

    /// The only run.
    pub fn run(&self) -> RunId {
        let (_copy, backend) = self.looked_at().unwrap().expect("a journal");
        let runs = backend.runs().unwrap();
        assert_eq!(runs.len(), 1);
        runs[0].first.run.clone()
    }

    /// What is wrong with a run that is done.
    pub fn check(&self) -> Result<(), String> {
        let mut wrong = Vec::new();
        for path in self.script.changes {
            match self.server.count("POST", path) {
                0 => wrong.push(format!("lost: POST {path}")),
                1 => {}
                times => wrong.push(format!("doubled: POST {path} was made {times} times")),
            }
        }
        for path in self.script.ensures.iter().filter(|path| self.server.count("PUT", path) == 0) {
            wrong.push(format!("lost: PUT {path}"));
        }
        for file in self.script.files {
            let text = fs::read_to_string(self.folder.path().join("project/effects").join(file)).unwrap_or_default();
            match text.as_str() {
                "" => wrong.push(format!("lost: the line in {file}")),
                "once\n" => {}
                _ => wrong.push(format!("doubled: {file} holds {text:?}")),
            }
        }
        let known: BTreeSet<_> = self.script.changes.iter().chain(self.script.ensures).copied().collect();
        let received = self.server.received();
        let writes = received.iter().filter(|request| request.method != "GET");
        wrong.extend(
            writes
                .filter(|request| !known.contains(request.path.as_str()))
                .map(|request| format!("nobody asked for {} {}", request.method, request.path)),
        );
        let door = received.iter().rfind(|request| request.path.starts_with("/wanted/door/"));
        if door.is_some_and(|request| request.path != "/wanted/door/close") {
            wrong.push("the door is left open".to_owned());
        }
        wrong.extend(self.check_journal().err());
        wrong.extend(self.check_report().err());
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
    }

    fn check_journal(&self) -> Result<(), String> {
        let (_copy, looked_at) = self.looked_at()?.ok_or("there is no journal")?;
        let damaged = |error| format!("the journal is damaged: {error}");
        let runs = looked_at.runs().map_err(damaged)?;
        let [run] = runs.as_slice() else { return Err(format!("{} runs are recorded", runs.len())) };
        // Reading verifies the chain of hashes.
        let history = read(&looked_at, &run.first.run).map_err(damaged)?;
        if history.state != RunState::Done || history.in_doubt().count() > 0 || !history.holds.is_empty() {
            return Err(format!("the run is {}, with {} holds open", history.state.word(), history.holds.len()));
        }
        let Event::RunStarted(start) = &run.first.event else { return Err("the run does not start".to_owned()) };
        self.check_locks(&run.first.run, start)
    }

    /// Nobody may hold the run or its environment any more.
    fn check_locks(&self, run: &RunId, start: &RunStart) -> Result<(), String> {
        let backend = SqliteBackend::open(&self.state()).map_err(|error| error.to_string())?;
        let me = Who { user: "test".to_owned(), host: "here".to_owned(), pid: std::process::id() };
        let environment = start.environment.as_deref().ok_or("the run has no environment")?;
        let held = backend.hold_run(run, &me).and(backend.hold_environment(environment, run, &me));
        held.map(drop).map_err(|error| format!("a lock is left behind: {error}"))
    }

    fn check_report(&self) -> Result<(), String> {
        let mut command = self.program(&[]);
        command.args(["report", self.run().as_str(), "--output", "json"]);
        let output = command.output().map_err(|error| error.to_string())?;
        let report: serde_json::Value = serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("the report is no JSON: {error}: {}", String::from_utf8_lossy(&output.stderr)))?;
        if output.status.success() && report.is_object() { Ok(()) } else { Err(format!("the report is {report}")) }
    }
}

fn answers(server: &Arc<CountingServer>, script: &Script, trap: &Trap) {
    let held = |method: &str, path: &str| *trap == Trap::Answer(method.to_owned(), path.to_owned());
    let give = |method: &'static str, path: &str, answers: &[Answer]| {
        let mut answers = answers.to_vec();
        if held(method, path) {
            answers.insert(0, answers[0].clone().held());
        }
        server.answer(method, path, answers);
    };
    for path in script.changes {
        let name = path.strip_prefix("/effects/").unwrap();
        let (counting, seen) = (Arc::downgrade(server), format!("/seen/{name}"));
        let held = held("GET", &seen);
        server.answer_with("GET", &seen, move |_, nth| {
            let count = counting.upgrade().map_or(0, |server| server.count("POST", path));
            let answer = Answer::text(&count.to_string());
            if held && nth == 0 { answer.held() } else { answer }
        });
        give("POST", path, &[if *path == "/effects/lost" { Answer::lost() } else { Answer::text("made") }]);
    }
    for path in script.ensures {
        let made = Answer::text("made");
        let first = if *path == "/wanted/flaky" { Answer::status(503) } else { made.clone() };
        give("PUT", path, &[first, made]);
    }
    give("GET", "/ready", &["no", "no", "yes"].map(Answer::text));
}

/// A process of the program. Killed when the test lets go of it.
pub struct Process {
    child: Child,
    output: tempfile::NamedTempFile,
    /// The signal that was sent to it.
    pub hit: Option<i32>,
}

impl Process {
    fn start(mut command: Command) -> Self {
        // In a file: nobody needs to read a pipe for it to go on, and nothing is lost when it is killed.
        let output = tempfile::NamedTempFile::new().unwrap();
        let written = output.reopen().unwrap();
        command.stdout(written.try_clone().unwrap()).stderr(written);
        Process { child: command.spawn().unwrap(), output, hit: None }
    }

    /// Sends a signal; whether it was still there to get it.
    pub fn signal(&mut self, signal: rustix::process::Signal) -> bool {
        if self.child.try_wait().unwrap().is_some() {
            return false;
        }
        let process = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(process, signal).unwrap();
        self.hit = Some(signal.as_raw());
        true
    }

    pub fn kill(&mut self) -> bool {
        self.signal(rustix::process::Signal::KILL)
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// How it ended, and all it said.
    pub fn wait(&mut self) -> (ExitStatus, String) {
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(began.elapsed() < PATIENCE, "it does not end; it said:\n{}", self.said());
            std::thread::sleep(Duration::from_millis(2));
        };
        (status, self.said())
    }

    pub fn said(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.output.path()).unwrap()).into_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn signal_of(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}
