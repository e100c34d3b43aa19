//! A run as a tree of its steps on a terminal. What is over stays in the scrollback as plain text; only what goes on is drawn
//! over, less than ten times a second.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::node::{Node, Standing, WIDTH_MAX};
use super::words::{self, so_far};
use super::{Act, Beginning, Ending, View};
use crate::binding::Progress;
use crate::engine::listener::Listener;
use crate::messages::Language;
use crate::model::call::Call;
use crate::model::duration;
use crate::model::effect::Effect;
use crate::model::entry::{DivergenceChoice, Entry, Event, Seq, SettledBy, StepChoice, Verdict, WaitEnd};
use crate::model::failure::{FailureKind, Outcome};
use crate::model::run::{Mode, RunState, StopKind};
use crate::model::scope::ScopePath;
use crate::world::clock::Clock;
use crate::world::escape;
use crate::world::terminal::Screen;
use crate::world::width::{truncate, width, wrap};

/// The shortest time between two drawings.
const DRAW_EVERY: Duration = Duration::from_millis(110);

/// The live tree of a run's steps.
pub struct Tree {
    screen: Arc<Screen>,
    clock: Arc<dyn Clock>,
    zone: TimeZone,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    run: String,
    plan: bool,
    /// Steps and calls of the script itself that are not over, and what is in them.
    roots: Vec<Node>,
    /// Lines that are over and not yet written.
    over: Vec<String>,
    calls: BTreeMap<Seq, Call>,
    waits: BTreeMap<Seq, (ScopePath, String)>,
    drawn: Option<Duration>,
    ended: bool,
}

impl State {
    /// The innermost step that holds `scope`; nothing for the script itself.
    fn step(&mut self, scope: &ScopePath) -> Option<&mut Node> {
        fn inner<'a>(nodes: &'a mut [Node], scope: &ScopePath) -> Option<&'a mut Node> {
            // The latest first: a step may have been begun twice, by a resume.
            let node = nodes.iter_mut().rev().find(|node| !node.scope.is_root() && scope.is_within(&node.scope))?;
            if node.children.iter().any(|child| !child.scope.is_root() && scope.is_within(&child.scope)) {
                inner(&mut node.children, scope)
            } else {
                Some(node)
            }
        }
        inner(&mut self.roots, scope)
    }

    /// The step whose scope is exactly this one.
    fn exactly(&mut self, scope: &ScopePath) -> Option<&mut Node> {
        self.step(scope).filter(|node| node.scope == *scope)
    }

    /// Puts a line into the step that holds `scope`, or at the end.
    fn add(&mut self, scope: &ScopePath, node: Node) {
        match self.step(scope) {
            Some(step) => step.children.push(node),
            None => self.roots.push(node),
        }
    }

    /// The line of a call in the script's own scope.
    fn at_root(&mut self, key: &str) -> Option<&mut Node> {
        self.roots.iter_mut().rev().find(|node| node.key == key && !node.is_over())
    }
}

impl Tree {
    /// A tree on `screen`, with times in the zone of this machine.
    #[must_use]
    pub fn new(screen: Arc<Screen>, clock: Arc<dyn Clock>) -> Self {
        Self::in_zone(screen, clock, TimeZone::system())
    }

    /// A tree with times in `zone`.
    #[must_use]
    pub fn in_zone(screen: Arc<Screen>, clock: Arc<dyn Clock>, zone: TimeZone) -> Self {
        Tree { screen, clock, zone, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pick<'a>(&self, english: &'a str, japanese: &'a str) -> &'a str {
        self.screen.looks().language.pick(english, japanese)
    }

    /// Changes what is known, then draws if the last drawing is long enough ago.
    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        change(&mut state);
        let now = self.clock.monotonic();
        if state.drawn.is_none_or(|drawn| now.saturating_sub(drawn) >= DRAW_EVERY) {
            self.draw(&mut state);
        }
    }

    fn draw(&self, state: &mut State) {
        state.drawn = Some(self.clock.monotonic());
        let looks = self.screen.looks();
        let columns = self.screen.columns();
        let now = self.clock.now();
        let (over, going): (Vec<Node>, Vec<Node>) =
            std::mem::take(&mut state.roots).into_iter().partition(Node::is_over);
        state.roots = going;
        let mut lines = std::mem::take(&mut state.over);
        lines.extend(over.iter().flat_map(|node| node.rows(0, &looks, columns, now)));
        let tail = state.roots.iter().flat_map(|node| node.rows(0, &looks, columns, now)).collect();
        self.screen.show(&lines, tail);
    }

    /// A call begins: its step shows it, or it has a line of its own where it stands in no step.
    fn calling_in(&self, state: &mut State, call: &Call) {
        let words = words::call(call);
        let asks = words::asks_person(call);
        let node = if state.step(&call.key.scope).is_some() {
            state.step(&call.key.scope)
        } else {
            let key = call_key(call);
            if state.at_root(&key).is_none() {
                let mut node = Node::new(ScopePath::root(), words.clone(), Some(self.clock.now()));
                node.key.clone_from(&key);
                state.roots.push(node);
            }
            state.at_root(&key)
        };
        if let Some(node) = node {
            node.effect = node.effect.max(Some(call.effect));
            node.asks_person |= asks;
            if node.key.is_empty() {
                node.detail = words;
            }
        }
    }

    fn ended(state: &mut State, call: &Call, outcome: &Outcome, took_ms: u64) {
        let key = call_key(call);
        let took = Some(Duration::from_millis(took_ms));
        let in_doubt = matches!(outcome, Outcome::Failed(failure) if failure.kind == FailureKind::Unknown);
        let failure = match outcome {
            Outcome::Ok(_) => String::new(),
            Outcome::Failed(failure) => escape::line(&failure.message).into_owned(),
        };
        if let Some(step) = state.step(&call.key.scope) {
            step.doubt |= in_doubt;
            step.detail = if in_doubt { failure } else { String::new() };
            step.effect = step.effect.max(Some(call.effect));
        } else if let Some(node) = state.at_root(&key) {
            let standing = match outcome {
                Outcome::Ok(_) => Standing::Done,
                Outcome::Failed(_) if in_doubt => Standing::InDoubt,
                Outcome::Failed(_) => Standing::Failed,
            };
            node.detail = failure;
            node.end(standing, took);
        }
    }

    fn step_ended(state: &mut State, entry: &Entry, scope: &ScopePath, standing: Standing, detail: String) {
        let at: Option<Timestamp> = entry.at.parse().ok();
        if state.exactly(scope).is_none() {
            state.add(scope, Node::new(scope.clone(), title(scope), None));
        }
        if let Some(step) = state.exactly(scope) {
            let took = step.begun.zip(at).and_then(|(begun, at)| Duration::try_from(at.duration_since(begun)).ok());
            // What it would have been replaced by is said by its own lines.
            step.detail = detail;
            step.end(standing, took);
        }
    }

    fn say(&self, scope: &ScopePath, text: &str) {
        let lines: Vec<Node> = escape::lines(text).map(Node::said).collect();
        self.change(|state| lines.into_iter().for_each(|line| state.add(scope, line)));
    }

    fn time_of_day(&self, at: &str) -> Option<String> {
        let at: Timestamp = at.parse().ok()?;
        Some(self.zone.to_datetime(at).strftime("%H:%M").to_string())
    }

    fn waits(&self, scope: &ScopePath, what: &str, detail: &str) {
        let what = escape::line(what).into_owned();
        let words = match (what.is_empty(), detail.is_empty()) {
            (true, _) => detail.to_owned(),
            (_, true) => what.clone(),
            _ => format!("{what}: {detail}"),
        };
        let detail = detail.to_owned();
        let now = self.clock.now();
        self.change(|state| {
            if let Some(step) = state.step(scope) {
                step.effect = step.effect.max(Some(Effect::Read));
                step.detail = words;
                return;
            }
            let key = format!("wait {what}");
            if state.at_root(&key).is_none() {
                let mut node = Node::new(ScopePath::root(), what, Some(now));
                node.key.clone_from(&key);
                node.effect = Some(Effect::Read);
                state.roots.push(node);
            }
            if let Some(node) = state.at_root(&key) {
                node.detail = detail;
            }
        });
    }
}

fn call_key(call: &Call) -> String {
    format!("call {} {} {}", call.key.site, call.key.args_hash, call.key.occurrence)
}

fn title(scope: &ScopePath) -> String {
    escape::line(&scope.title().unwrap_or_default()).into_owned()
}

impl View for Tree {
    fn begin(&self, beginning: &Beginning) {
        let looks = self.screen.looks();
        let whole = self.screen.columns().saturating_sub(1).min(WIDTH_MAX);
        let glyph = match beginning.act {
            Act::Resume => looks.pick("↺", "<"),
            Act::Run | Act::Plan | Act::Rehearsal => looks.pick("▶", ">"),
        };
        let name = escape::line(&format!("{}@{}", beginning.runbook, beginning.version)).into_owned();
        let mut facts = vec![escape::line(&beginning.by.to_string()).into_owned()];
        facts.extend(beginning.environment.as_ref().map(|environment| escape::line(environment).into_owned()));
        match beginning.act {
            Act::Plan => facts.push(
                self.pick("plan: reads are real, writes are not sent", "計画: 読み取りのみ実行、書き込みは送りません")
                    .to_owned(),
            ),
            Act::Rehearsal => facts.push(self.pick("world: simulated", "模擬環境").to_owned()),
            Act::Run | Act::Resume => {}
        }
        if beginning.mode == Mode::ReadOnly {
            facts.push(self.pick("read-only", "読み取り専用").to_owned());
        }
        let head = format!("{glyph} {}  {name}", beginning.run);
        let facts = facts.join("  ");
        let mut lines = Vec::new();
        if width(&head) + 2 + width(&facts) <= whole {
            lines.push(format!("{}  {facts}", looks.strong(&head)));
        } else {
            lines.push(looks.strong(&truncate(&head, whole, looks.ellipsis())));
            lines.extend(wrap(&facts, whole - 2).iter().map(|line| format!("  {}", line.trim())));
        }
        self.change(|state| {
            state.run = beginning.run.to_string();
            state.plan = beginning.act == Act::Plan;
            state.over.extend(lines);
        });
    }

    fn entry(&self, entry: &Entry) {
        let root = ScopePath::root();
        match &entry.event {
            // `begin` and `end` show these; an undo that is registered is shown when it is made.
            Event::RunStarted(_) | Event::RunResumed { .. } | Event::Stopped { .. } | Event::Done { .. } => {}
            Event::Output { .. } | Event::UndoRegistered { .. } | Event::HoldOpened { .. } => {}
            Event::ClosesBegun { .. } | Event::NestedBegun { .. } => {}
            Event::CallBegun { call, .. } => self.change(|state| {
                state.calls.insert(entry.seq, (**call).clone());
                self.calling_in(state, call);
            }),
            Event::CallEnded { call, outcome, took_ms } => self.change(|state| {
                if let Some(begun) = state.calls.remove(call) {
                    Self::ended(state, &begun, outcome, *took_ms);
                }
            }),
            Event::CallMade { call, outcome, took_ms } => self.change(|state| {
                self.calling_in(state, call);
                Self::ended(state, call, outcome, *took_ms);
            }),
            Event::CallRetried { call, function, attempt, reason, wait_ms } => {
                let wait = duration::say(Duration::from_millis(*wait_ms));
                let function = escape::line(function);
                let reason = escape::line(reason);
                let words = match self.screen.looks().language {
                    Language::English => format!("{function}: try {attempt} in {wait}: {reason}"),
                    Language::Japanese => format!("{function}: {wait} 後に {attempt} 回目: {reason}"),
                };
                self.change(|state| {
                    let scope = call.and_then(|call| state.calls.get(&call)).map(|call| call.key.scope.clone());
                    if let Some(step) = scope.and_then(|scope| state.step(&scope)) {
                        step.detail = words;
                    }
                });
            }
            Event::CallSettled { call, verdict, by, evidence } => {
                let verdict = match verdict {
                    Verdict::Happened(_) => self.pick("it happened", "実行されていました"),
                    Verdict::DidNotHappen => self.pick("it did not happen", "実行されていませんでした"),
                };
                let by = match by {
                    SettledBy::Binding => String::new(),
                    SettledBy::Author => " (settle)".to_owned(),
                    SettledBy::Person(who) => format!(" ({who})"),
                };
                let settled = self.pick("settled", "確認");
                self.say(&root, &format!("{settled} #{call}: {verdict}{by} — {evidence}"));
            }
            Event::Diverged { scope, choice, by, .. } => {
                let choice = match choice {
                    DivergenceChoice::Both => self.pick("done as well", "両方を実行"),
                    DivergenceChoice::Earlier => self.pick("the earlier call is kept", "以前の結果を使用"),
                };
                self.say(scope, &format!("{}: {choice} ({by})", self.pick("diverged", "記録との相違")));
            }
            Event::StepDiverged { scope, earlier, choice, by } => {
                let choice = match choice {
                    StepChoice::Renamed => self.pick("the same step, renamed", "同じステップの改名"),
                    StepChoice::Other => self.pick("another step", "別のステップ"),
                };
                self.say(scope, &format!("{}: {earlier}: {choice} ({by})", self.pick("diverged", "記録との相違")));
            }
            Event::CallRefused { function, effect, scope, reason } => {
                let badge = words::badge(*effect, self.screen.looks().language);
                self.say(scope, &format!("{badge} {function} {}: {reason}", self.pick("refused", "拒否")));
            }
            Event::Approved { by, shown, .. } => {
                let what = shown.lines().next().unwrap_or_default();
                let words = match self.screen.looks().language {
                    Language::English => format!("{by} approved: {what}"),
                    Language::Japanese => format!("{by} が承認しました: {what}"),
                };
                self.say(&root, &words);
            }
            Event::StepBegun { scope } => self.change(|state| {
                let begun = entry.at.parse().ok();
                match state.exactly(scope).filter(|step| !step.is_over()) {
                    Some(step) => step.begun = begun,
                    None => state.add(scope, Node::new(scope.clone(), title(scope), begun)),
                }
            }),
            Event::StepFinished { scope, value, unasked } => {
                let mut detail = value.as_text().filter(|text| !text.contains('\n')).unwrap_or_default().to_owned();
                if !unasked.is_empty() {
                    let seqs = unasked.iter().map(|seq| format!("#{seq}")).collect::<Vec<_>>().join(" ");
                    let words = self
                        .pick("made before and not asked for again:", "以前に実行され今回は求められなかった書き込み:");
                    detail = format!("{words} {seqs}");
                }
                let detail = escape::line(&detail).into_owned();
                self.change(|state| {
                    let planned = state
                        .exactly(scope)
                        .is_some_and(|step| step.children.iter().any(|it| it.standing == Standing::ToCome));
                    let standing = if planned { Standing::ToCome } else { Standing::Done };
                    let replayed =
                        state.exactly(scope).map(|step| step.detail.clone()).filter(|it| it == self.not_sent_again());
                    let detail = if detail.is_empty() { replayed.unwrap_or_default() } else { detail };
                    Self::step_ended(state, entry, scope, standing, detail);
                });
            }
            Event::StepFailed { scope, error } => {
                let error = escape::line(error).into_owned();
                self.change(|state| {
                    let doubt = state.exactly(scope).is_some_and(|step| step.doubt);
                    let standing = if doubt { Standing::InDoubt } else { Standing::Failed };
                    Self::step_ended(state, entry, scope, standing, error);
                });
            }
            Event::StepSkipped { scope, reason, by, .. } => {
                let detail = escape::line(&format!("{}: {reason} ({by})", self.pick("skipped", "省略"))).into_owned();
                self.change(|state| Self::step_ended(state, entry, scope, Standing::Skipped, detail));
            }
            Event::AttemptBegun { scope, attempt } => {
                if *attempt > 1 {
                    self.say(scope, &format!("{} {attempt}", self.pick("attempt", "試行")));
                }
            }
            Event::WaitBegun { scope, what, deadline, .. } => {
                self.state().waits.insert(entry.seq, (scope.clone(), what.clone()));
                let until = self.time_of_day(deadline).map(|time| match self.screen.looks().language {
                    Language::English => format!("until {time}"),
                    Language::Japanese => format!("{time} まで"),
                });
                self.waits(scope, what, &until.unwrap_or_default());
            }
            Event::WaitEnded { wait, end, .. } => self.change(|state| {
                let Some((scope, what)) = state.waits.remove(wait) else { return };
                let now = entry.at.parse::<Timestamp>().ok();
                if let Some(step) = state.step(&scope) {
                    step.detail.clear();
                } else if let Some(node) = state.at_root(&format!("wait {}", escape::line(&what))) {
                    let took =
                        node.begun.zip(now).and_then(|(begun, at)| Duration::try_from(at.duration_since(begun)).ok());
                    node.detail.clear();
                    node.end(if matches!(end, WaitEnd::TimedOut) { Standing::Failed } else { Standing::Done }, took);
                }
            }),
            Event::HoldClosed { scope, name } => self.say(scope, &format!("{} {name}", self.pick("closed", "後始末"))),
            Event::UndoBegun { by } => self.say(&root, &format!("{} ({by})", self.pick("undoing", "取り消しを開始"))),
            Event::Undone { scope, name } => self.say(scope, &format!("{} {name}", self.pick("undone", "取り消し"))),
            Event::Logged { scope, text } => self.say(scope, text),
            Event::Noted { text, by } => self.say(&root, &format!("{} ({by}): {text}", self.pick("note", "メモ"))),
            Event::Cancelled { by, reason } => {
                let reason = reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
                self.say(&root, &format!("{} ({by}){reason}", self.pick("cancelled", "取りやめ")));
            }
        }
    }

    fn tick(&self) {
        let mut state = self.state();
        if !state.ended {
            self.draw(&mut state);
        }
    }

    fn end(&self, ending: &Ending) {
        let looks = self.screen.looks();
        let left = match ending.state {
            RunState::Stopped(StopKind::Failed | StopKind::TimedOut | StopKind::Refused) => Standing::Failed,
            RunState::Stopped(StopKind::Bug | StopKind::Journal) => Standing::Failed,
            RunState::Done => Standing::Done,
            RunState::Stopped(_) | RunState::Running | RunState::Cancelled => Standing::Paused,
        };
        let mut state = self.state();
        for node in &mut state.roots {
            close(node, left);
        }
        let verdict = self.verdict(&state, ending);
        self.draw(&mut state);
        state.ended = true;
        drop(state);
        let mut lines = verdict;
        let next = self.pick("next: ", "次: ");
        for (n, command) in ending.next.iter().enumerate() {
            let before = if n == 0 { next.to_owned() } else { " ".repeat(width(next)) };
            // Whole, so that it can be copied.
            lines.push(format!("{before}{}", looks.strong(&escape::line(command))));
        }
        self.screen.show(&lines, Vec::new());
    }
}

/// Ends what still goes on when the run stops; a step with a call in doubt is in doubt.
fn close(node: &mut Node, left: Standing) {
    node.children.iter_mut().for_each(|child| close(child, left));
    if !node.is_over() {
        let doubt = node.doubt || node.children.iter().any(|child| child.standing == Standing::InDoubt);
        node.end(if doubt { Standing::InDoubt } else { left }, None);
    }
}

impl Tree {
    fn not_sent_again(&self) -> &'static str {
        self.screen.looks().language.pick("not sent again", "再送なし")
    }

    fn verdict(&self, state: &State, ending: &Ending) -> Vec<String> {
        let looks = self.screen.looks();
        let took = duration::say(ending.took);
        let run = &state.run;
        let (glyph, words) = match ending.state {
            RunState::Done => (looks.good(looks.pick("✓", "+")), self.pick("done in", "完了 所要").to_owned()),
            RunState::Cancelled => {
                (looks.faint(looks.pick("✗", "x")), self.pick("cancelled after", "取りやめ 所要").to_owned())
            }
            RunState::Running => (looks.notable(looks.pick("●", "*")), self.pick("running for", "実行中").to_owned()),
            RunState::Stopped(kind) => {
                let glyph = match kind {
                    StopKind::InDoubt | StopKind::Diverged => looks.bad("?"),
                    StopKind::Waiting | StopKind::Interrupted | StopKind::Terminated | StopKind::HungUp => {
                        looks.notable(looks.pick("⏸", "="))
                    }
                    _ => looks.bad(looks.pick("✗", "x")),
                };
                (glyph, format!("{run} {} {}", self.stopped(kind), self.pick("after", "所要")))
            }
        };
        let counts = match (looks.language, ending.writes) {
            (Language::Japanese, n) => format!("書き込み {n} 件, 不明 {} 件", ending.in_doubt),
            (_, 1) => format!("1 write, {} in doubt", ending.in_doubt),
            (_, n) => format!("{n} writes, {} in doubt", ending.in_doubt),
        };
        let whole = self.screen.columns().saturating_sub(1).min(WIDTH_MAX);
        let wrapped = wrap(&format!("{words} {took}, {counts}"), whole - 2).into_iter().enumerate();
        let mut lines: Vec<String> = wrapped
            .map(|(n, line)| format!("{} {}", if n == 0 { glyph.as_str() } else { " " }, line.trim_end()))
            .collect();
        if ending.writes == 0 && ending.in_doubt == 0 {
            lines.push(self.pick("Nothing was changed.", "何も変更していません。").to_owned());
        }
        lines
    }

    fn stopped(&self, kind: StopKind) -> &'static str {
        let japanese = match kind {
            StopKind::Failed => "失敗",
            StopKind::Refused => "拒否",
            StopKind::Waiting => "待機中",
            StopKind::InDoubt => "結果不明",
            StopKind::Diverged => "記録と相違",
            StopKind::Interrupted => "中断",
            StopKind::Terminated => "終了要求で中断",
            StopKind::HungUp => "端末切断で中断",
            StopKind::Journal => "記録できず停止",
            StopKind::TimedOut => "時間切れ",
            StopKind::Bug => "内部エラー",
        };
        self.screen.looks().language.pick(kind.word(), japanese)
    }
}

impl Listener for Tree {
    fn calling(&self, call: &Call) {
        self.change(|state| self.calling_in(state, call));
    }

    fn progress(&self, call: &Call, progress: &Progress) {
        let words = match progress {
            Progress::Line { from, text } => format!("{from}: {text}"),
            Progress::State(state) => state.clone(),
        };
        let words = escape::line(&words).into_owned();
        self.change(|state| {
            let key = call_key(call);
            let node =
                if state.step(&call.key.scope).is_some() { state.step(&call.key.scope) } else { state.at_root(&key) };
            if let Some(node) = node {
                node.detail = words;
            }
        });
    }

    fn replayed_call(&self, call: &Call) {
        let words = self.not_sent_again();
        self.change(|state| {
            self.calling_in(state, call);
            let detail = if call.effect.is_write() { words.to_owned() } else { String::new() };
            let key = call_key(call);
            if let Some(step) = state.step(&call.key.scope) {
                step.detail = detail;
            } else if let Some(node) = state.at_root(&key) {
                node.detail = detail;
                node.begun = None;
                node.end(Standing::Replayed, None);
            }
        });
    }

    fn replayed_step(&self, scope: &ScopePath) {
        let detail = self.pick("done before", "実行済み").to_owned();
        self.change(|state| {
            let mut node = Node::new(scope.clone(), title(scope), None);
            node.detail = detail;
            node.standing = Standing::Replayed;
            state.add(scope, node);
        });
    }

    fn waiting(&self, scope: &ScopePath, what: &str, polls: u64, next_in: Duration) {
        let next = so_far(next_in);
        let words = match (self.screen.looks().language, polls) {
            (Language::English, 1) => format!("1 poll, next in {next}"),
            (Language::English, _) => format!("{polls} polls, next in {next}"),
            (Language::Japanese, _) => format!("{polls} 回確認, 次は {next} 後"),
        };
        self.waits(scope, what, &words);
    }

    // The screen itself holds back what is drawn while a question is on it; what led to the question must be seen before.
    fn asking(&self, on: bool) {
        if on {
            self.tick();
        }
    }

    fn would(&self, call: &Call, asks: Option<&'static str>) {
        let asks = match asks {
            Some("approval") => self.pick(" (needs an approval)", "（承認が必要）"),
            Some(_) => self.pick(" (asks for a confirmation)", "（確認あり）"),
            None => "",
        };
        let words = format!("{}{asks}", words::call(call));
        let would = self.pick("would call", "実行予定");
        self.change(|state| {
            let mut node = Node::new(ScopePath::root(), format!("{would} {words}"), None);
            node.effect = Some(call.effect);
            node.standing = Standing::ToCome;
            state.add(&call.key.scope, node);
        });
    }

    fn depends(&self, scope: &ScopePath, on: &str) {
        let words = self.pick("from here on it depends on", "ここから先は次に依存します:");
        self.say(scope, &format!("{words} {on}"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{self, Moment, Paper};
    use super::*;

    fn shown(moments: &[Moment], columns: usize, language: Language, ascii: bool) -> String {
        let (screen, watched, _) = Paper::screen_with(columns, fixture::looks(language, ascii));
        let stage = fixture::Stage::new();
        let view = Tree::in_zone(screen, stage.clock(), TimeZone::UTC);
        stage.play(&view, moments);
        let shown = watched.terminal(columns);
        for line in shown.lines() {
            assert!(width(line) <= columns.min(WIDTH_MAX), "too wide: {line}");
        }
        shown
    }

    /// What is on the screen after as many moments.
    fn midway(moments: Vec<Moment>, count: usize, columns: usize, language: Language) -> String {
        let mut moments = moments;
        moments.truncate(count);
        moments.push(Moment::Pass(Duration::from_secs(1)));
        shown(&moments, columns, language, false)
    }

    #[test]
    fn a_failed_run_leaves_its_tree_as_plain_text() {
        insta::assert_snapshot!(shown(&fixture::waf(), 80, Language::English, false));
    }

    #[test]
    fn on_a_narrow_screen_details_stand_below_their_step() {
        insta::assert_snapshot!(shown(&fixture::waf(), 40, Language::English, false));
    }

    #[test]
    fn the_same_tree_is_drawn_in_ascii() {
        let shown = shown(&fixture::waf(), 80, Language::English, true);
        assert!(shown.is_ascii(), "{shown}");
        insta::assert_snapshot!(shown);
    }

    #[test]
    fn a_resumed_run_shows_what_was_not_done_again() {
        insta::assert_snapshot!(shown(&fixture::resumed(), 80, Language::Japanese, false));
    }

    #[test]
    fn a_wait_shows_its_polls_while_it_goes_on() {
        insta::assert_snapshot!(midway(fixture::resumed(), 10, 80, Language::English));
        insta::assert_snapshot!(midway(fixture::resumed(), 10, 40, Language::Japanese));
    }

    #[test]
    fn a_call_in_doubt_is_shown_as_such() {
        insta::assert_snapshot!(shown(&fixture::in_doubt(), 80, Language::English, false));
    }

    #[test]
    fn a_plan_shows_what_would_be_done() {
        insta::assert_snapshot!(shown(&fixture::planned(), 80, Language::Japanese, false));
    }

    #[test]
    fn colour_adds_nothing_that_words_do_not_say() {
        let drawn = |colour| {
            let looks = crate::world::terminal::Looks { colour, ..fixture::looks(Language::English, false) };
            let (screen, watched, _) = Paper::screen_with(80, looks);
            let stage = fixture::Stage::new();
            stage.play(&Tree::in_zone(screen, stage.clock(), TimeZone::UTC), &fixture::waf());
            (watched.text().matches("\x1b[32m").count(), watched.terminal(80))
        };
        let ((none, plain), (some, coloured)) = (drawn(false), drawn(true));
        assert_eq!(plain, coloured);
        assert!(none == 0 && some >= 2, "{none} {some}");
    }

    #[test]
    fn it_is_drawn_less_than_ten_times_a_second() {
        let (screen, watched, _) = Paper::screen_with(80, fixture::looks(Language::English, false));
        let stage = fixture::Stage::new();
        let view = Tree::in_zone(screen, stage.clock(), TimeZone::UTC);
        let scope = fixture::step(&["busy"]);
        stage.play(&view, &[Moment::Entry(Event::StepBegun { scope: scope.clone() })]);
        watched.take();
        let call = fixture::call(&scope, "process::read", Effect::Read, &[]);
        for n in 0..1000 {
            stage.play(&view, &[Moment::Progress(call.clone(), Progress::State(format!("line {n}")))]);
            stage.play_quietly(Duration::from_millis(1));
        }
        let drawings = watched.take().matches("\x1b[J").count();
        assert!((5..10).contains(&drawings), "{drawings} drawings in a second");
    }

    #[test]
    fn no_attack_reaches_the_tree_raw() {
        let ours = regex::Regex::new(r"\r\x1b\[[0-9]+A\x1b\[J|\n").expect("a pattern");
        for (name, attack) in fixture::attacks() {
            let (screen, watched, _) = Paper::screen_with(80, fixture::looks(Language::English, false));
            let stage = fixture::Stage::new();
            let view = Tree::in_zone(screen, stage.clock(), TimeZone::UTC);
            stage.play(&view, &fixture::attacked(&attack));
            fixture::assert_harmless(&name, &ours.replace_all(&watched.text(), ""));
        }
    }
}
