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
use crate::engine::listener::{Listener, Poll};
use crate::messages::tree as messages;
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
            Act::Plan => facts.push(messages::plan_reads_are_real_writes_are_not_sent().to_owned()),
            Act::Rehearsal => facts.push(messages::world_simulated()),
            Act::Run | Act::Resume => {}
        }
        if beginning.mode == Mode::ReadOnly {
            facts.push(messages::read_only());
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
            Event::ClosesBegun { .. } | Event::NestedBegun { .. } | Event::SecretRead { .. } => {}
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
                let words = messages::tried_again(function, attempt, wait, reason);
                self.change(|state| {
                    let scope = call.and_then(|call| state.calls.get(&call)).map(|call| call.key.scope.clone());
                    if let Some(step) = scope.and_then(|scope| state.step(&scope)) {
                        step.detail = words;
                    }
                });
            }
            Event::CallSettled { call, verdict, by, evidence } => {
                let verdict = match verdict {
                    Verdict::Happened(_) => messages::it_happened(),
                    Verdict::DidNotHappen => messages::it_did_not_happen(),
                };
                let by = match by {
                    SettledBy::Binding => String::new(),
                    SettledBy::Author => " (settle)".to_owned(),
                    SettledBy::Person(who) => format!(" ({who})"),
                };
                let settled = messages::settled();
                self.say(
                    &root,
                    &format!("{settled} #{call}: {verdict}{by} {} {evidence}", self.screen.looks().pick("—", "-")),
                );
            }
            Event::Diverged { scope, choice, by, .. } => {
                let choice = match choice {
                    DivergenceChoice::Both => messages::done_as_well(),
                    DivergenceChoice::Earlier => messages::the_earlier_call_is_kept(),
                };
                self.say(scope, &format!("{}: {choice} ({by})", messages::diverged()));
            }
            Event::StepDiverged { scope, earlier, choice, by } => {
                let choice = match choice {
                    StepChoice::Renamed => messages::the_same_step_renamed(),
                    StepChoice::Other => messages::another_step(),
                };
                self.say(scope, &format!("{}: {earlier}: {choice} ({by})", messages::diverged()));
            }
            Event::CallRefused { function, effect, scope, reason } => {
                let badge = words::badge(*effect);
                self.say(scope, &format!("{badge} {function} {}: {reason}", messages::refused()));
            }
            Event::Approved { by, shown, .. } => {
                let what = shown.lines().next().unwrap_or_default();
                let words = messages::approved_by(by, what);
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
                    let words = messages::made_before_and_not_asked_for_again();
                    detail = format!("{words} {seqs}");
                }
                let detail = escape::line(&detail).into_owned();
                self.change(|state| {
                    let planned = state
                        .exactly(scope)
                        .is_some_and(|step| step.children.iter().any(|it| it.standing == Standing::ToCome));
                    let standing = if planned { Standing::ToCome } else { Standing::Done };
                    let replayed =
                        state.exactly(scope).map(|step| step.detail.clone()).filter(|it| *it == Self::not_sent_again());
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
                let detail = escape::line(&format!("{}: {reason} ({by})", messages::skipped())).into_owned();
                self.change(|state| Self::step_ended(state, entry, scope, Standing::Skipped, detail));
            }
            Event::AttemptBegun { scope, attempt } => {
                if *attempt > 1 {
                    self.say(scope, &format!("{} {attempt}", messages::attempt()));
                }
            }
            Event::WaitBegun { scope, what, deadline, .. } => {
                self.state().waits.insert(entry.seq, (scope.clone(), what.clone()));
                let until = self.time_of_day(deadline).map(messages::until);
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
            Event::HoldClosed { scope, name } => self.say(scope, &format!("{} {name}", messages::closed())),
            Event::UndoBegun { by } => self.say(&root, &format!("{} ({by})", messages::undoing())),
            Event::Undone { scope, name } => self.say(scope, &format!("{} {name}", messages::undone())),
            Event::Logged { scope, text } => self.say(scope, text),
            Event::Noted { text, by } => self.say(&root, &format!("{} ({by}): {text}", messages::note())),
            Event::Cancelled { by, reason } => {
                let reason = reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
                self.say(&root, &format!("{} ({by}){reason}", messages::cancelled()));
            }
        }
    }

    fn tick(&self) {
        let mut state = self.state();
        if !state.ended {
            self.draw(&mut state);
        }
    }

    fn come_to_rest(&self, state: RunState) {
        let left = match state {
            RunState::Stopped(StopKind::Failed | StopKind::TimedOut | StopKind::Refused | StopKind::Credentials) => {
                Standing::Failed
            }
            RunState::Stopped(StopKind::Bug | StopKind::Journal) => Standing::Failed,
            RunState::Done => Standing::Done,
            RunState::Stopped(_) | RunState::Running | RunState::Cancelled => Standing::Paused,
        };
        let mut state = self.state();
        for node in &mut state.roots {
            close(node, left);
        }
        self.draw(&mut state);
    }

    fn end(&self, ending: &Ending) {
        self.come_to_rest(ending.state);
        let looks = self.screen.looks();
        let mut state = self.state();
        let verdict = self.verdict(&state, ending);
        state.ended = true;
        drop(state);
        let mut lines = verdict;
        let next = messages::next_is();
        for (n, command) in ending.next.iter().enumerate() {
            let before = if n == 0 { next.clone() } else { " ".repeat(width(&next)) };
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
    fn not_sent_again() -> String {
        messages::not_sent_again()
    }

    fn verdict(&self, state: &State, ending: &Ending) -> Vec<String> {
        let looks = self.screen.looks();
        let took = duration::say(ending.took);
        let run = &state.run;
        let (glyph, words) = match ending.state {
            RunState::Done => (looks.good(looks.pick("✓", "+")), messages::done_in()),
            RunState::Cancelled => (looks.faint(looks.pick("✗", "x")), messages::cancelled_after()),
            RunState::Running => (looks.notable(looks.pick("●", "*")), messages::running_for()),
            RunState::Stopped(kind) => {
                let glyph = match kind {
                    StopKind::InDoubt | StopKind::Diverged => looks.bad("?"),
                    StopKind::Waiting | StopKind::Interrupted | StopKind::Terminated | StopKind::HungUp => {
                        looks.notable(looks.pick("⏸", "="))
                    }
                    _ => looks.bad(looks.pick("✗", "x")),
                };
                (glyph, format!("{run} {} {}", kind.told(), messages::after()))
            }
        };
        let counts = match ending.writes {
            1 => messages::counts_of_one_write(ending.in_doubt),
            writes => messages::counts(writes, ending.in_doubt),
        };
        let whole = self.screen.columns().saturating_sub(1).min(WIDTH_MAX);
        let wrapped = wrap(&format!("{words} {took}, {counts}"), whole - 2).into_iter().enumerate();
        let mut lines: Vec<String> = wrapped
            .map(|(n, line)| format!("{} {}", if n == 0 { glyph.as_str() } else { " " }, line.trim_end()))
            .collect();
        if ending.writes == 0 && ending.in_doubt == 0 {
            lines.push(messages::nothing_was_changed());
        }
        lines
    }
}

impl Listener for Tree {
    fn calling(&self, call: &Call) {
        self.change(|state| self.calling_in(state, call));
    }

    fn progress(&self, call: &Call, progress: &Progress) {
        let words = match progress {
            Progress::Remark(text) => return self.say(&call.key.scope, text),
            Progress::Line { from, text } => format!("{from}: {text}"),
            Progress::State(state) => state.clone(),
            Progress::Levels { text, levels } => format!("{} {text}", self.screen.looks().sparkline(levels)),
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
        let words = Self::not_sent_again();
        self.change(|state| {
            self.calling_in(state, call);
            let detail = if call.effect.is_write() { words.clone() } else { String::new() };
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
        let detail = messages::done_before();
        self.change(|state| {
            let mut node = Node::new(scope.clone(), title(scope), None);
            node.detail = detail;
            node.standing = Standing::Replayed;
            state.add(scope, node);
        });
    }

    fn waiting(&self, scope: &ScopePath, what: &str, poll: &Poll<'_>) {
        let next = so_far(poll.next_in);
        let words = match poll.polls {
            1 => messages::one_poll(next),
            polls => messages::polls(polls, next),
        };
        let words = match escape::line(poll.seen) {
            seen if seen.is_empty() => words,
            seen => format!("{seen}, {words}"),
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
            Some("approval") => messages::needs_an_approval(),
            Some(_) => messages::asks_for_a_confirmation(),
            None => String::new(),
        };
        let words = format!("{}{asks}", words::call(call));
        let would = messages::would_call();
        self.change(|state| {
            let mut node = Node::new(ScopePath::root(), format!("{would} {words}"), None);
            node.effect = Some(call.effect);
            node.standing = Standing::ToCome;
            state.add(&call.key.scope, node);
        });
    }

    fn depends(&self, scope: &ScopePath, on: &str) {
        let words = messages::from_here_on_it_depends_on();
        self.say(scope, &format!("{words} {on}"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{self, Moment, Paper};
    use super::*;
    use crate::messages::Language;

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
