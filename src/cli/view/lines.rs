//! A run as plain lines, for pipes and CI: `time run word key=value`. One record is one line, whatever foreign text says; the
//! words stay the same in every language.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::words::{plain, so_far};
use super::{Act, Beginning, Ending, View};
use crate::binding::Progress;
use crate::engine::listener::{Listener, Poll};
use crate::model::call::Call;
use crate::model::entry::{DivergenceChoice, Entry, Event, Seq, SettledBy, StepChoice, Verdict, WaitEnd};
use crate::model::failure::{Failure, FailureKind, Outcome};
use crate::model::run::{Mode, RunState};
use crate::model::scope::ScopePath;
use crate::model::value::Value;
use crate::world::clock::{self, Clock};
use crate::world::escape;
use crate::world::terminal::Screen;
use crate::world::width::truncate;

/// How long nothing is said before what is under way gives a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// How many calls in a row are told one by one that were given from the journal.
const REPLAYED_MAX: u64 = 20;
/// The columns that one value may take.
const VALUE_MAX: usize = 160;

/// One line for each thing that happens.
pub struct Lines {
    screen: Arc<Screen>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    run: String,
    /// Whether it is a plan: what reads tell was really seen, and nothing else happened.
    is_plan: bool,
    /// Calls and waits under way, by what they are known by.
    open: BTreeMap<String, Open>,
    begun: BTreeMap<Seq, Call>,
    waits: BTreeMap<Seq, String>,
    /// Calls in a row that were given from the journal.
    replayed: u64,
    said: Duration,
}

struct Open {
    /// What a heartbeat says of it.
    words: String,
    since: Duration,
    /// What was seen of it last; empty for nothing.
    seen: String,
    polls: Option<u64>,
    /// Until when it waits: RFC 3339.
    deadline: Option<String>,
}

/// One line in the making.
struct Line(String);

impl Line {
    fn word(mut self, word: &str) -> Self {
        self.0.push(' ');
        self.0.push_str(&harmless(word));
        self
    }

    fn pair(mut self, key: &str, value: &str) -> Self {
        let value = harmless(value);
        let value = truncate(&value, VALUE_MAX, "…");
        let quoted = value.is_empty() || value.contains([' ', '"', '=', '\u{3000}']);
        let value = if quoted { format!("\"{}\"", value.replace('"', "\\\"")) } else { value.into_owned() };
        self.0.push_str(&format!(" {key}={value}"));
        self
    }

    fn scope(self, scope: &ScopePath) -> Self {
        if scope.is_root() { self } else { self.pair("step", &scope.to_string()) }
    }

    fn arguments(self, args: &Value) -> Self {
        let given = args.as_map().into_iter().flatten();
        given
            .filter(|(_, value)| **value != Value::Unit)
            .fold(self, |line, (name, value)| line.pair(&harmless(name), &plain(value)))
    }

    fn failure(self, failure: &Failure) -> Self {
        self.pair("error", &failure.message)
    }
}

/// Foreign text on one line. A CI that obeys `##[…]` anywhere in a line finds none.
fn harmless(text: &str) -> String {
    escape::line(text).replace("##[", "##\\x5b")
}

impl Lines {
    /// A view that writes to the standard error of `screen`.
    #[must_use]
    pub fn new(screen: Arc<Screen>, clock: Arc<dyn Clock>) -> Self {
        Lines { screen, clock, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> String {
        clock::stamp(self.clock.now())
    }

    fn say(&self, at: &str, word: &str, rest: impl FnOnce(Line) -> Line) {
        let replayed = std::mem::take(&mut self.state().replayed);
        if replayed > REPLAYED_MAX {
            let more = (replayed - REPLAYED_MAX).to_string();
            self.tell(at, "replay", |line| line.pair("more", &more));
        }
        self.tell(at, word, rest);
    }

    fn tell(&self, at: &str, word: &str, rest: impl FnOnce(Line) -> Line) {
        let mut state = self.state();
        let time = at.parse::<Timestamp>().map_or_else(|_| harmless(at), |at| at.strftime("%H:%M:%SZ").to_string());
        let line = rest(Line(format!("{time} {} {word:<5}", state.run)));
        state.said = self.clock.monotonic();
        drop(state);
        self.screen.watch(line.0.trim_end());
    }

    fn opened(&self, key: String, words: String, deadline: Option<String>) {
        let since = self.clock.monotonic();
        self.state().open.entry(key).or_insert(Open { words, since, seen: String::new(), polls: None, deadline });
    }

    fn ended(&self, at: &str, call: &Call, outcome: &Outcome, took_ms: u64) {
        self.state().open.remove(&call_key(call));
        let took = format!("{took_ms}ms");
        let facts = |line: Line| {
            line.word(&call.function)
                .word(&took)
                .pair("effect", call.effect.word())
                .scope(&call.key.scope)
                .arguments(&call.args)
        };
        match outcome {
            Outcome::Ok(_) => {
                let word = if self.state().is_plan { "seen" } else { "ok" };
                self.say(at, word, facts);
            }
            Outcome::Failed(failure) if failure.kind == FailureKind::Unknown => {
                self.say(at, "doubt", |line| facts(line).failure(failure));
            }
            Outcome::Failed(failure) => self.say(at, "fail", |line| facts(line).failure(failure)),
        }
    }
}

fn call_key(call: &Call) -> String {
    format!("call {} {} {}", call.key.scope.as_str(), call.key.site, call.key.occurrence)
}

fn wait_key(scope: &ScopePath, what: &str) -> String {
    format!("wait {} {what}", scope.as_str())
}

impl View for Lines {
    fn begin(&self, beginning: &Beginning) {
        let mut state = self.state();
        state.run = beginning.run.to_string();
        state.is_plan = beginning.act == Act::Plan;
        drop(state);
        let word = match beginning.act {
            Act::Run | Act::Rehearsal => "start",
            Act::Resume => "resume",
            Act::Plan => "plan",
        };
        self.say(&self.now(), word, |line| {
            let line = line.word(&format!("{}@{}", beginning.runbook, beginning.version));
            let line = line.pair("by", &beginning.by.to_string());
            let mode = match beginning.mode {
                Mode::Normal => line,
                Mode::ReadOnly => line.pair("mode", "read_only"),
            };
            let line = if beginning.act == Act::Rehearsal { mode.pair("world", "simulated") } else { mode };
            match &beginning.environment {
                Some(environment) => line.pair("environment", environment),
                None => line,
            }
        });
    }

    fn entry(&self, entry: &Entry) {
        let at = entry.at.as_str();
        match &entry.event {
            // `begin` and `end` say these.
            Event::RunStarted(_) | Event::RunResumed { .. } | Event::Stopped { .. } | Event::Done { .. } => {}
            Event::ClosesBegun { .. } | Event::NestedBegun { .. } | Event::SecretRead { .. } => {}
            Event::CallBegun { call, .. } => {
                self.opened(call_key(call), harmless(&call.function), None);
                self.state().begun.insert(entry.seq, (**call).clone());
                self.say(at, "begin", |line| {
                    line.word(&call.function)
                        .pair("effect", call.effect.word())
                        .scope(&call.key.scope)
                        .arguments(&call.args)
                });
            }
            Event::CallEnded { call, outcome, took_ms } => {
                let begun = self.state().begun.remove(call);
                if let Some(begun) = begun {
                    self.ended(at, &begun, outcome, *took_ms);
                }
            }
            Event::CallMade { call, outcome, took_ms } => self.ended(at, call, outcome, *took_ms),
            Event::CallRetried { function, attempt, reason, wait_ms, .. } => self.say(at, "retry", |line| {
                line.word(function)
                    .pair("attempt", &attempt.to_string())
                    .pair("in", &format!("{wait_ms}ms"))
                    .pair("error", reason)
            }),
            Event::CallSettled { call, verdict, by, evidence } => self.say(at, "settled", |line| {
                let verdict = match verdict {
                    Verdict::Happened(_) => "happened",
                    Verdict::DidNotHappen => "did_not_happen",
                };
                let by = match by {
                    SettledBy::Binding => "binding".to_owned(),
                    SettledBy::Author => "author".to_owned(),
                    SettledBy::Person(who) => who.to_string(),
                };
                line.pair("call", &call.to_string()).pair("verdict", verdict).pair("by", &by).pair("evidence", evidence)
            }),
            Event::Diverged { scope, site, earlier, choice, by, .. } => self.say(at, "diverged", |line| {
                let choice = match choice {
                    DivergenceChoice::Both => "both",
                    DivergenceChoice::Earlier => "earlier",
                };
                let line = line.pair("site", site).scope(scope).pair("earlier", &earlier.to_string());
                line.pair("choice", choice).pair("by", &by.to_string())
            }),
            Event::StepDiverged { scope, earlier, choice, by } => self.say(at, "diverged", |line| {
                let choice = match choice {
                    StepChoice::Renamed => "renamed",
                    StepChoice::Other => "other",
                };
                line.scope(scope)
                    .pair("earlier", &earlier.to_string())
                    .pair("choice", choice)
                    .pair("by", &by.to_string())
            }),
            Event::CallRefused { function, effect, scope, reason } => self.say(at, "refused", |line| {
                line.word(function).pair("effect", effect.word()).scope(scope).pair("reason", reason)
            }),
            Event::Approved { shown, by, expires, .. } => self.say(at, "approved", |line| {
                line.pair("by", &by.to_string()).pair("expires", expires).pair("shown", shown)
            }),
            Event::StepBegun { scope } => self.say(at, "step", |line| line.scope(scope)),
            Event::StepFinished { scope, unasked, .. } => self.say(at, "done", |line| {
                let line = line.scope(scope);
                if unasked.is_empty() { line } else { line.pair("unasked", &numbers(unasked)) }
            }),
            Event::StepFailed { scope, error } => self.say(at, "failed", |line| line.scope(scope).pair("error", error)),
            Event::StepSkipped { scope, reason, by, .. } => {
                self.say(at, "skip", |line| line.scope(scope).pair("reason", reason).pair("by", &by.to_string()));
            }
            Event::AttemptBegun { scope, attempt } => {
                self.say(at, "attempt", |line| line.word(&attempt.to_string()).scope(scope));
            }
            Event::WaitBegun { scope, what, deadline, .. } => {
                let words = Line(String::new()).pair("what", what).scope(scope).0;
                self.opened(wait_key(scope, what), words, Some(deadline.clone()));
                self.state().waits.insert(entry.seq, wait_key(scope, what));
                self.say(at, "wait", |line| line.pair("what", what).scope(scope).pair("until", deadline));
            }
            Event::WaitEnded { wait, polls, end, .. } => {
                let mut state = self.state();
                let key = state.waits.remove(wait).unwrap_or_default();
                let words = state.open.remove(&key).map(|open| open.words).unwrap_or_default();
                drop(state);
                let word = if matches!(end, WaitEnd::TimedOut) { "timeout" } else { "came" };
                self.say(at, word, |line| Line(line.0 + words.as_str()).pair("polls", &polls.to_string()));
            }
            Event::HoldOpened { scope, name, .. } => self.say(at, "open", |line| line.pair("hold", name).scope(scope)),
            Event::HoldClosed { scope, name } => self.say(at, "close", |line| line.pair("hold", name).scope(scope)),
            Event::UndoRegistered { scope, name, .. } => {
                self.say(at, "undoable", |line| line.pair("undo", name).scope(scope))
            }
            Event::UndoBegun { by } => self.say(at, "undo", |line| line.pair("by", &by.to_string())),
            Event::Undone { scope, name } => self.say(at, "undone", |line| line.pair("undo", name).scope(scope)),
            Event::Logged { scope, text } => self.say(at, "log", |line| line.scope(scope).pair("text", text)),
            Event::Output { value } => self.say(at, "output", |line| line.pair("value", &plain(value))),
            Event::Noted { text, by } => {
                self.say(at, "note", |line| line.pair("by", &by.to_string()).pair("text", text))
            }
            Event::Cancelled { by, reason } => self.say(at, "cancelled", |line| {
                let line = line.pair("by", &by.to_string());
                match reason {
                    Some(reason) => line.pair("reason", reason),
                    None => line,
                }
            }),
        }
    }

    fn come_to_rest(&self, _: RunState) {}

    fn tick(&self) {
        let now = self.clock.monotonic();
        let state = self.state();
        if state.open.is_empty() || now.saturating_sub(state.said) < HEARTBEAT {
            return;
        }
        let beats: Vec<String> = state
            .open
            .values()
            .map(|open| {
                let elapsed = so_far(now.saturating_sub(open.since));
                let mut line = Line(format!(" {}", open.words.trim_start())).pair("elapsed", &elapsed.replace(' ', ""));
                if let Some(polls) = open.polls {
                    line = line.pair("polls", &polls.to_string());
                }
                if !open.seen.is_empty() {
                    line = line.pair("seen", &open.seen);
                }
                if let Some(left) = open.deadline.as_ref().and_then(|deadline| clock::until(&*self.clock, deadline)) {
                    line = line.pair("left", &so_far(left).replace(' ', ""));
                }
                line.0
            })
            .collect();
        drop(state);
        for beat in beats {
            self.say(&self.now(), "waiting", |line| Line(line.0 + beat.as_str()));
        }
    }

    fn end(&self, ending: &Ending) {
        self.say(&self.now(), "end", |line| {
            let line = line.word(&ending.state.word().replace(' ', "_"));
            let line = line
                .pair("exit", &ending.exit_code.to_string())
                .pair("took", &format!("{}ms", ending.took.as_millis()));
            let line = line.pair("writes", &ending.writes.to_string()).pair("in_doubt", &ending.in_doubt.to_string());
            ending.next.iter().fold(line, |line, next| line.pair("next", next))
        });
    }
}

impl Listener for Lines {
    // The line comes with the entry; until then a long call is worth a sign of life.
    fn calling(&self, call: &Call) {
        self.opened(call_key(call), harmless(&call.function), None);
    }

    fn progress(&self, call: &Call, progress: &Progress) {
        // Twice a second is too often for lines: a heartbeat tells it.
        if let Progress::Levels { text, .. } = progress {
            if let Some(open) = self.state().open.get_mut(&call_key(call)) {
                open.seen.clone_from(text);
            }
            return;
        }
        self.say(&self.now(), "out", |line| {
            let line = line.word(&call.function);
            match progress {
                Progress::Line { from, text } => line.pair("from", from).pair("text", text),
                Progress::Remark(remark) => line.pair("remark", remark),
                Progress::State(state) | Progress::Levels { text: state, .. } => line.pair("state", state),
            }
        });
    }

    fn replayed_call(&self, call: &Call) {
        let mut state = self.state();
        state.open.remove(&call_key(call));
        state.replayed += 1;
        if state.replayed > REPLAYED_MAX {
            return;
        }
        drop(state);
        self.tell(&self.now(), "replay", |line| {
            line.word(&call.function).pair("effect", call.effect.word()).scope(&call.key.scope)
        });
    }

    fn replayed_step(&self, scope: &ScopePath) {
        self.say(&self.now(), "replay", |line| line.scope(scope));
    }

    fn waiting(&self, scope: &ScopePath, what: &str, poll: &Poll<'_>) {
        let since = self.clock.monotonic();
        let words = Line(String::new()).pair("what", what).scope(scope).0;
        let mut state = self.state();
        let new = Open { words, since, seen: String::new(), polls: None, deadline: None };
        let open = state.open.entry(wait_key(scope, what)).or_insert(new);
        open.polls = Some(poll.polls);
        poll.seen.clone_into(&mut open.seen);
    }

    fn asking(&self, _: bool) {}

    fn would(&self, call: &Call, asks: Option<&'static str>) {
        self.say(&self.now(), "would", |line| {
            let line = line.word(&call.function).pair("effect", call.effect.word());
            let line = if let Some(asks) = asks { line.pair("asks", asks) } else { line };
            line.scope(&call.key.scope).arguments(&call.args)
        });
    }

    fn depends(&self, scope: &ScopePath, on: &str) {
        self.say(&self.now(), "unknown", |line| line.scope(scope).pair("on", on));
    }
}

fn numbers(seqs: &[Seq]) -> String {
    seqs.iter().map(Seq::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{self, Paper};
    use super::*;

    fn shown(moments: &[fixture::Moment]) -> String {
        let (screen, watched, _) = Paper::screen(80, false);
        let stage = fixture::Stage::new();
        let view = Lines::new(screen, stage.clock());
        stage.play(&view, moments);
        watched.text()
    }

    #[test]
    fn a_run_in_ci_is_one_stable_line_for_each_thing() {
        insta::assert_snapshot!(shown(&fixture::waf()));
    }

    #[test]
    fn a_resumed_run_says_what_was_not_sent_again_and_waits_give_signs_of_life() {
        insta::assert_snapshot!(shown(&fixture::resumed()));
    }

    #[test]
    fn a_run_that_stops_in_doubt_says_so() {
        insta::assert_snapshot!(shown(&fixture::in_doubt()));
    }

    #[test]
    fn no_attack_reaches_a_line_raw_or_makes_a_second_one() {
        for (name, attack) in fixture::attacks() {
            let (screen, watched, _) = Paper::screen(80, false);
            let stage = fixture::Stage::new();
            let view = Lines::new(screen, stage.clock());
            stage.play(&view, &fixture::attacked(&attack));
            let text = watched.text();
            assert!(text.lines().count() > 8, "{text}");
            for line in text.lines() {
                fixture::assert_harmless(&name, line);
                assert!(line.starts_with("03:1"), "{name} forged a line: {line}");
                assert!(!line.contains("##["), "{name}: {line}");
            }
        }
    }
}
