//! Made-up runs for the tests of the views: entries and notices in the order a gate gives them, under a clock that is turned.

use std::future::Future;
use std::io::Write;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;

use super::{Act, Beginning, Ending, View};
use crate::binding::Progress;
use crate::engine::listener::Poll;
use crate::messages::Language;
use crate::model::call::{Call, CallKey};
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::effect::Effect;
use crate::model::entry::{Entry, Event, RunStart, SettledBy, Verdict, WaitEnd};
use crate::model::failure::{Failure, Outcome};
use crate::model::run::{Mode, RunId, RunState, StopKind, Who};
use crate::model::scope::{ScopePath, Segment};
use crate::model::value::Value;
use crate::world::clock::{self, Clock};
use crate::world::terminal::{Looks, Screen};

/// Takes what is written.
#[derive(Clone, Default)]
pub(super) struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    /// A screen, and the papers that it writes to.
    pub(super) fn screen(columns: usize, redraws: bool) -> (Arc<Screen>, Paper, Paper) {
        Self::screen_with(columns, Looks { redraws, ..Looks::default() })
    }

    pub(super) fn screen_with(columns: usize, looks: Looks) -> (Arc<Screen>, Paper, Paper) {
        let (watched, results) = (Paper::default(), Paper::default());
        let screen = Screen::on(looks, columns, 24, Box::new(watched.clone()), Box::new(results.clone()));
        (Arc::new(screen), watched, results)
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("unpoisoned").clone()).expect("text")
    }

    /// What was written since the last time.
    pub(super) fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().expect("unpoisoned"))).expect("text")
    }

    /// What a terminal of that width shows, with what scrolled away above it.
    pub(super) fn terminal(&self, columns: usize) -> String {
        let size = |n: usize| std::num::NonZero::new(u16::try_from(n).expect("a size")).expect("a size");
        let mut parser = vt100::Parser::new(size(200), size(columns), 0);
        parser.process(self.text().replace('\n', "\r\n").as_bytes());
        parser.screen().contents().trim_end().to_owned()
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("unpoisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A clock that stands until it is turned.
pub(super) struct Turned(Mutex<Duration>);

impl Clock for Turned {
    fn now(&self) -> Timestamp {
        let begun: Timestamp = "2026-11-24T03:12:40Z".parse().expect("a time");
        begun + jiff::SignedDuration::try_from(self.monotonic()).expect("a duration")
    }

    fn monotonic(&self) -> Duration {
        *self.0.lock().expect("unpoisoned")
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::ready(()))
    }
}

/// What a view is told, one after the other.
pub(super) enum Moment {
    Begin(Beginning),
    Entry(Event),
    Calling(Call),
    Progress(Call, Progress),
    ReplayedCall(Call),
    ReplayedStep(ScopePath),
    Waiting(ScopePath, String, u64, Duration),
    Would(Call),
    Depends(ScopePath, String),
    /// Time passes, and the view may catch up.
    Pass(Duration),
    End(Ending),
}

/// Tells a view a made-up run.
pub(super) struct Stage {
    clock: Arc<Turned>,
}

impl Stage {
    pub(super) fn new() -> Self {
        Stage { clock: Arc::new(Turned(Mutex::default())) }
    }

    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock) as Arc<dyn Clock>
    }

    pub(super) fn play(&self, view: &dyn View, moments: &[Moment]) {
        let mut seq = 0;
        let mut previous = String::new();
        for moment in moments {
            match moment {
                Moment::Begin(beginning) => view.begin(beginning),
                Moment::Entry(event) => {
                    seq += 1;
                    let at = clock::stamp(self.clock.now());
                    let entry = Entry::after(&previous, &run(), seq, at, event.clone()).expect("an entry");
                    previous.clone_from(&entry.hash);
                    view.entry(&entry);
                }
                Moment::Calling(call) => view.calling(call),
                Moment::Progress(call, progress) => view.progress(call, progress),
                Moment::ReplayedCall(call) => view.replayed_call(call),
                Moment::ReplayedStep(scope) => view.replayed_step(scope),
                Moment::Waiting(scope, what, polls, next_in) => {
                    view.waiting(scope, what, &Poll { seen: "", polls: *polls, next_in: *next_in });
                }
                Moment::Would(call) => view.would(call, (call.effect == Effect::Destroy).then_some("approval")),
                Moment::Depends(scope, on) => view.depends(scope, on),
                Moment::Pass(duration) => {
                    *self.clock.0.lock().expect("unpoisoned") += *duration;
                    view.tick();
                }
                Moment::End(ending) => view.end(ending),
            }
        }
    }
}

impl Stage {
    /// Time passes, and the view is not told.
    pub(super) fn play_quietly(&self, duration: Duration) {
        *self.clock.0.lock().expect("unpoisoned") += duration;
    }
}

pub(super) fn run() -> RunId {
    "r-9q4w".parse().expect("an id")
}

pub(super) fn op() -> Who {
    Who { user: "op1".to_owned(), host: "ops-7".to_owned(), pid: 42 }
}

pub(super) fn step(names: &[&str]) -> ScopePath {
    names.iter().fold(ScopePath::root(), |scope, name| scope.inner(&Segment::Step(name)))
}

pub(super) fn call(scope: &ScopePath, function: &str, effect: Effect, args: &[(&str, &str)]) -> Call {
    let args: Value = Value::Map(args.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect());
    let key = CallKey {
        scope: scope.clone(),
        site: format!("{function}~1").into(),
        args_hash: args.hash().into(),
        occurrence: 0,
    };
    Call { function: function.to_owned(), effect, key, args, token: String::new(), place: None }
}

fn started(runbook: &str, act: Act, mode: Mode) -> Vec<Moment> {
    let beginning = Beginning {
        run: run(),
        runbook: runbook.to_owned(),
        version: "2.0.1".to_owned(),
        by: op(),
        environment: Some("prod".to_owned()),
        mode,
        act,
    };
    let start = RunStart {
        format: 1,
        program: "0.1.0".to_owned(),
        runbook: runbook.to_owned(),
        version: "2.0.1".to_owned(),
        script: format!("{runbook}.rhai"),
        sources: std::collections::BTreeMap::new(),
        params: Value::Unit,
        secrets: std::collections::BTreeMap::new(),
        environment: Some("prod".to_owned()),
        mode,
        guard: crate::model::guard::Guard::default(),
        permissions: Vec::new(),
        project: "/project".to_owned(),
        by: op(),
        nested: std::collections::BTreeMap::new(),
        time_limit_s: 3600,
    };
    vec![Moment::Begin(beginning), Moment::Entry(Event::RunStarted(Box::new(start)))]
}

fn made(call: &Call, took_ms: u64, outcome: Outcome) -> [Moment; 3] {
    [
        Moment::Calling(call.clone()),
        Moment::Pass(Duration::from_millis(took_ms)),
        Moment::Entry(Event::CallMade { call: Box::new(call.clone()), outcome, took_ms }),
    ]
}

fn begun(call: &Call) -> [Moment; 2] {
    let deadline = "2026-11-24T03:22:40.000000Z".to_owned();
    let event = Event::CallBegun { call: Box::new(call.clone()), deadline, approval: None };
    [Moment::Calling(call.clone()), Moment::Entry(event)]
}

fn ok() -> Outcome {
    Outcome::Ok(Value::Int(200))
}

fn step_begun(scope: &ScopePath) -> Moment {
    Moment::Entry(Event::StepBegun { scope: scope.clone() })
}

fn step_done(scope: &ScopePath, value: Value) -> Moment {
    Moment::Entry(Event::StepFinished { scope: scope.clone(), value, unasked: Vec::new() })
}

fn ending(state: RunState, exit_code: u8, writes: u64, in_doubt: u64, next: &[&str]) -> Moment {
    Moment::End(Ending {
        state,
        exit_code,
        took: Duration::from_millis(2300),
        writes,
        in_doubt,
        next: next.iter().map(|next| (*next).to_owned()).collect(),
    })
}

fn stopped(kind: StopKind, code: Code, message: &str) -> Moment {
    Moment::Entry(Event::Stopped { kind, diagnostic: Box::new(Diagnostic::error(code, message)), ended_by: Vec::new() })
}

/// A read-only run with parallel branches, one of which fails.
pub(super) fn waf() -> Vec<Moment> {
    let mut moments = started("verify-waf", Act::Run, Mode::ReadOnly);
    let passes = step(&["an ordinary request passes"]);
    moments.push(step_begun(&passes));
    moments.extend(made(
        &call(&passes, "http::get", Effect::Read, &[("url", "https://tidilyspace.app/health")]),
        84,
        ok(),
    ));
    moments.push(step_done(&passes, Value::Text("200, certificate good for 72 days".to_owned())));
    let refused = step(&["attacks are refused"]);
    let branch = |name| refused.inner(&Segment::Branch("parallel~1", name));
    moments.push(step_begun(&refused));
    moments.push(step_begun(&branch("sqli")));
    moments.push(step_begun(&branch("xss")));
    let url = "https://tidilyspace.app/?id=1' OR '1'='1";
    moments.extend(made(&call(&branch("sqli"), "http::get", Effect::Read, &[("url", url)]), 61, ok()));
    moments.push(step_done(&branch("sqli"), Value::Unit));
    moments.push(Moment::Entry(Event::Logged { scope: branch("xss"), text: "two probes to send".to_owned() }));
    let url = "https://tidilyspace.app/?q=<script>alert('XSS')</script>";
    moments.extend(made(&call(&branch("xss"), "http::get", Effect::Read, &[("url", url)]), 1240, ok()));
    let error = "the probe was not blocked: got 200, want 403".to_owned();
    moments.push(Moment::Entry(Event::StepFailed { scope: branch("xss"), error: error.clone() }));
    moments.push(Moment::Entry(Event::StepFailed { scope: refused.clone(), error: "branch `xss` failed".to_owned() }));
    moments.push(stopped(StopKind::Failed, Code::ScriptFailed, &error));
    moments.push(ending(
        RunState::Stopped(StopKind::Failed),
        1,
        0,
        0,
        &["runbook resume r-9q4w", "runbook report r-9q4w"],
    ));
    moments
}

/// A resumed run: what was done is given from the journal, a wait goes on, a person is asked.
pub(super) fn resumed() -> Vec<Moment> {
    let mut moments = started("demo/wait-acm", Act::Resume, Mode::Normal);
    moments.truncate(1);
    moments.push(Moment::Entry(Event::RunResumed { by: op(), edited: None }));
    moments.push(Moment::ReplayedStep(step(&["find hosted zone tidilyspace.app"])));
    let request = step(&["request certificate *.tidilyspace.app"]);
    moments.push(step_begun(&request));
    moments.push(Moment::ReplayedCall(call(&request, "acm::request_certificate", Effect::Change, &[])));
    moments.push(step_done(&request, Value::Unit));
    let wait = step(&["証明書が発行されるまで待つ"]);
    moments.push(step_begun(&wait));
    moments.push(Moment::Entry(Event::WaitBegun {
        scope: wait.clone(),
        site: "wait_until~1".to_owned(),
        what: "ISSUED".to_owned(),
        deadline: "2026-11-24T03:22:40.000000Z".to_owned(),
    }));
    for polls in 1..=2 {
        moments.push(Moment::Waiting(wait.clone(), "ISSUED".to_owned(), polls, Duration::from_secs(60)));
        moments.push(Moment::Pass(Duration::from_secs(30)));
        moments.push(Moment::Pass(Duration::from_secs(30)));
    }
    let wait_begun = 5;
    let end = WaitEnd::Came(Value::Bool(true));
    moments.push(Moment::Entry(Event::WaitEnded { wait: wait_begun, polls: 3, last: Value::Unit, end }));
    moments.push(step_done(&wait, Value::Unit));
    let asked = step(&["レジストラに NS を登録する"]);
    moments.push(step_begun(&asked));
    moments.extend(made(&call(&asked, "human::do_by_hand", Effect::Read, &[("text", "登録する")]), 42_000, ok()));
    moments.push(step_done(&asked, Value::Unit));
    moments.push(Moment::Entry(Event::Done { value: Value::Unit, unasked: Vec::new() }));
    moments.push(ending(RunState::Done, 0, 1, 0, &["runbook report r-9q4w --open"]));
    moments
}

/// A write that is retried, then nobody knows whether it happened.
pub(super) fn in_doubt() -> Vec<Moment> {
    let mut moments = started("migrate", Act::Run, Mode::Normal);
    let migrate = step(&["migrate"]);
    moments.push(step_begun(&migrate));
    let plan = call(&migrate, "process::ensure", Effect::Ensure, &[("program", "terraform")]);
    moments.extend(begun(&plan));
    let line = Progress::Line { from: "terraform".to_owned(), text: "Plan: 2 to add".to_owned() };
    moments.push(Moment::Progress(plan, line));
    moments.push(Moment::Pass(Duration::from_millis(3100)));
    moments.push(Moment::Entry(Event::CallEnded { call: 3, outcome: ok(), took_ms: 3100 }));
    let task = call(&migrate, "ecs::run_task", Effect::Change, &[("name", "migrate")]);
    moments.push(Moment::Entry(Event::Approved {
        bound_to: String::new(),
        shown: "ecs::run_task\ncluster prod".to_owned(),
        by: op(),
        expires: "2026-11-24T03:30:00.000000Z".to_owned(),
    }));
    moments.extend(begun(&task));
    moments.push(Moment::Entry(Event::CallRetried {
        call: Some(6),
        function: "ecs::run_task".to_owned(),
        attempt: 2,
        reason: "throttled".to_owned(),
        wait_ms: 400,
    }));
    moments.push(Moment::Pass(Duration::from_millis(400)));
    let failure = Failure::unknown("it was sent and no answer came in 30s");
    moments.push(Moment::Entry(Event::CallEnded { call: 6, outcome: Outcome::Failed(failure), took_ms: 30_000 }));
    moments.push(stopped(StopKind::InDoubt, Code::InDoubt, "stopped in doubt at `ecs::run_task`"));
    moments.push(ending(
        RunState::Stopped(StopKind::InDoubt),
        7,
        1,
        1,
        &["runbook resume r-9q4w", "runbook settle r-9q4w 6"],
    ));
    moments
}

/// A plan: nothing is sent.
pub(super) fn planned() -> Vec<Moment> {
    let mut moments = started("scale-web", Act::Plan, Mode::Normal);
    let look = step(&["現在の状態を確認"]);
    moments.push(step_begun(&look));
    moments.extend(made(&call(&look, "ecs::describe_services", Effect::Read, &[]), 200, ok()));
    moments.push(step_done(&look, Value::Text("running 1 / desired 1".to_owned())));
    let scale = step(&["希望数を変更"]);
    moments.push(step_begun(&scale));
    moments.push(Moment::Would(call(&scale, "ecs::update_service", Effect::Ensure, &[("name", "web")])));
    moments.push(step_done(&scale, Value::Unknown));
    moments.push(Moment::Depends(ScopePath::root(), "the result of `ecs::update_service`".to_owned()));
    moments.push(ending(RunState::Done, 0, 0, 0, &["runbook run scale-web"]));
    moments
}

/// A run in which every text that is not ours is `attack`.
pub(super) fn attacked(attack: &str) -> Vec<Moment> {
    let mut moments = started(attack, Act::Run, Mode::Normal);
    let scope = step(&[attack]);
    let attacked = call(&scope, attack, Effect::Change, &[("url", attack), (attack, "x")]);
    let at_root = call(&ScopePath::root(), "http::get", Effect::Read, &[("url", attack)]);
    moments.extend(made(&at_root, 10, Outcome::Failed(Failure::failed(attack))));
    moments.push(step_begun(&scope));
    moments.extend(begun(&attacked));
    moments
        .push(Moment::Progress(attacked.clone(), Progress::Line { from: attack.to_owned(), text: attack.to_owned() }));
    moments.push(Moment::Pass(Duration::from_secs(1)));
    moments.push(Moment::Progress(attacked.clone(), Progress::State(attack.to_owned())));
    moments.push(Moment::Pass(Duration::from_secs(1)));
    moments.push(Moment::Waiting(scope.clone(), attack.to_owned(), 1, Duration::from_secs(1)));
    moments.push(Moment::Pass(Duration::from_secs(31)));
    moments.push(Moment::Would(attacked.clone()));
    moments.push(Moment::Depends(scope.clone(), attack.to_owned()));
    moments.push(Moment::ReplayedCall(attacked));
    let evidence = attack.to_owned();
    let (verdict, by) = (Verdict::DidNotHappen, SettledBy::Binding);
    moments.push(Moment::Entry(Event::CallSettled { call: 4, verdict, by, evidence }));
    moments.push(Moment::Entry(Event::Logged { scope: scope.clone(), text: attack.to_owned() }));
    moments.push(Moment::Entry(Event::Logged { scope: ScopePath::root(), text: attack.to_owned() }));
    moments.push(Moment::Entry(Event::StepSkipped {
        scope: step(&["skipped"]),
        value: Value::Unit,
        reason: attack.to_owned(),
        by: Who { user: attack.to_owned(), host: attack.to_owned(), pid: 1 },
    }));
    moments.push(Moment::Entry(Event::StepFailed { scope, error: attack.to_owned() }));
    moments.push(ending(RunState::Stopped(StopKind::Failed), 1, 0, 0, &[attack]));
    moments
}

/// The attacks that nothing of may reach a screen, by name. The tests of prompts use the same.
pub(super) fn attacks() -> Vec<(String, String)> {
    let list = include_str!("../../../tests/terminal/attacks.json");
    let attacks: Vec<(String, String)> = serde_json::from_str(list).expect("a list");
    assert!(attacks.len() >= 22, "only {} attacks", attacks.len());
    attacks
}

/// Asserts that a terminal would show `text` and do nothing else.
pub(super) fn assert_harmless(name: &str, text: &str) {
    let bad = regex::Regex::new(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{3164}]").expect("a pattern");
    assert!(!bad.is_match(text), "{name}: {text:?}");
    let marks = regex::Regex::new(r"\p{M}{5}").expect("a pattern");
    assert!(!marks.is_match(text), "{name}: {text:?}");
}

/// How a person of that language sees it on a terminal that can be drawn over.
pub(super) fn looks(language: Language, ascii: bool) -> Looks {
    language.speak();
    Looks { redraws: true, ascii, ..Looks::default() }
}
