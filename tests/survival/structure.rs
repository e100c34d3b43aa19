//! DESIGN §3, sentence by sentence: retry, waits, holds, undo, parallel, journal trouble.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use runbook::engine::sandbox::Limits;
use runbook::journal::{Backend, JournalError};
use runbook::model::code::Code;
use runbook::model::entry::{Entry, Event};
use runbook::model::run::{RunId, RunState, StopKind};
use runbook::model::value::Value;
use runbook::world::person::{Answer, Question};

use crate::cloud::Fault;
use crate::crash::Side;
use crate::lab::{Lab, assert_done, assert_stopped};

// "retry repeats its closure, writes included, but never a step that finished inside; resume enters the attempt that was begun
// last."
#[test]
fn a_retry_repeats_writes_but_no_finished_step_and_is_entered_at_its_last_attempt() {
    let lab = Lab::new(
        r#"
        retry(#{ times: 3, backoff: "1s" }, || {
            cloud::change("write");
            step("once", || cloud::change("once"));
            cloud::change("flaky")
        });
        cloud::change("last")
        "#,
    )
    .fault("flaky", &[Fault::Fail])
    .fault("last", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    assert_eq!([lab.times("write"), lab.times("once"), lab.requests("flaky")], [2, 1, 2]);
    assert_done(&lab.resume());
    assert_eq!([lab.times("write"), lab.times("once"), lab.requests("flaky")], [2, 1, 2]);
    assert_eq!(lab.count(|event| matches!(event, Event::AttemptBegun { .. })), 2);
}

#[test]
fn a_retry_that_was_used_up_gets_one_more_attempt_by_a_resume() {
    let lab = Lab::new(r#"retry(#{ times: 2, backoff: 1 }, || cloud::change("flaky"))"#)
        .fault("flaky", &[Fault::Fail, Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    assert_done(&lab.resume());
    assert_eq!(lab.requests("flaky"), 3);
}

// A retry inside another begins anew in each attempt of the outer one.
#[test]
fn a_retry_inside_another_counts_for_itself() {
    let lab =
        Lab::new(r#"retry(#{ times: 2, backoff: 1 }, || retry(#{ times: 2, backoff: 1 }, || cloud::change("flaky")))"#)
            .fault("flaky", &[Fault::Fail, Fault::Fail, Fault::Fail]);
    assert_done(&lab.run());
    assert_eq!(lab.requests("flaky"), 4);
}

const WAIT: &str = r#"
    wait_until(#{ what: "the flag", every: "1m", timeout: "10m" }, || cloud::read("flag"));
    cloud::change("after")
"#;

// "wait_until: reads only inside; one entry with deadline, number of polls and last observation."
#[test]
fn a_wait_is_one_entry_and_its_inside_may_only_read() {
    let lab = Lab::new(WAIT);
    lab.cloud().on_read.insert("flag".to_owned(), vec![Value::Bool(false), Value::Unit, Value::Int(7)]);
    assert_done(&lab.run());
    assert_eq!(lab.requests("flag"), 3);
    assert_eq!(lab.count(|event| matches!(event, Event::WaitBegun { .. })), 1);
    assert_eq!(lab.count(|event| matches!(event, Event::WaitEnded { polls: 3, .. })), 1);
    assert_eq!(lab.count(|event| matches!(event, Event::CallMade { .. })), 0);
    for inside in [
        r#"cloud::ensure("x")"#,
        r#"cloud::change("x")"#,
        r#"cloud::destroy("x")"#,
        r#"try { cloud::change("x") } catch {}"#,
    ] {
        let lab = Lab::new(&format!("wait_until(#{{ timeout: 5 }}, || {{ {inside}; true }})"));
        lab.person.approves();
        assert_stopped(&lab.run(), StopKind::Refused);
        assert_eq!(lab.requests("x"), 0, "{inside}");
    }
    for inside in [
        "step(\"a\", || 1)",
        "parallel(#{})",
        "retry(#{}, || 1)",
        "hold(\"a\", || 1, || 1)",
        "wait_until(#{}, || 1)",
        "undo(\"a\", || 1)",
        "human::ask(\"x\")",
        "id::uuid()",
    ] {
        let verdict = Lab::new(&format!("wait_until(#{{ timeout: 5 }}, || {{ {inside}; true }})")).run();
        assert_stopped(&verdict, StopKind::Failed);
        assert_eq!(verdict.diagnostic.map(|told| told.code), Some(Code::WriteInWait), "{inside}");
    }
}

// "A crash or Ctrl-C keeps the deadline (one more poll if it has passed); a time-out that was recorded gets a new one on resume."
#[test]
fn a_crash_keeps_the_deadline_and_a_recorded_time_out_gets_a_new_one() {
    let lab = Lab::new(WAIT);
    let _ = lab.begin(Some((2, Side::After)));
    assert!(lab.crash.is_dead());
    assert_eq!(lab.requests("flag"), 1);
    // The deadline has passed: one more poll, then the time-out.
    lab.clock.jump(Duration::from_secs(3600));
    let verdict = lab.resume();
    assert_stopped(&verdict, StopKind::Failed);
    assert_eq!(verdict.diagnostic.map(|told| told.code), Some(Code::WaitTimedOut));
    assert_eq!(lab.requests("flag"), 2);
    assert_eq!(lab.count(|event| matches!(event, Event::WaitBegun { .. })), 1);
    // It was recorded: a new deadline, ten more minutes.
    let before = lab.clock.passed();
    assert_stopped(&lab.resume(), StopKind::Failed);
    assert_eq!((lab.clock.passed() - before).as_secs(), 600);
    assert_eq!(lab.count(|event| matches!(event, Event::WaitBegun { .. })), 2);
    lab.cloud().held.insert("flag".to_owned(), Value::Bool(true));
    assert_done(&lab.resume());
}

#[test]
fn ctrl_c_keeps_the_deadline_of_a_wait() {
    let lab = Lab::new(WAIT).on_call(|name, stop| {
        if name == "flag" {
            stop.stop(interrupted());
        }
    });
    assert_stopped(&lab.run(), StopKind::Interrupted);
    let lab = Lab { on_call: None, ..lab };
    lab.clock.jump(Duration::from_secs(599));
    lab.cloud().on_read.insert("flag".to_owned(), vec![Value::Unit, Value::Bool(true)]);
    assert_done(&lab.resume());
    assert_eq!(lab.count(|event| matches!(event, Event::WaitBegun { .. })), 1);
}

pub fn interrupted() -> runbook::engine::stop::Stop {
    runbook::engine::stop::Stop {
        kind: StopKind::Interrupted,
        diagnostic: runbook::model::diagnostic::Diagnostic::error(Code::Interrupted, "interrupted"),
    }
}

#[test]
fn a_sleep_that_a_crash_cut_goes_on_to_the_same_end() {
    let lab = Lab::new(r#"cloud::change("a"); time::sleep("1h"); cloud::change("b"); cloud::change("last")"#)
        .fault("last", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    let before = lab.clock.passed();
    assert_done(&lab.resume());
    assert_eq!(lab.clock.passed(), before, "it has slept already");
}

// "hold pairs what must be undone with what made it: the close runs when the scope ends, a step is finished only after its closes"
#[test]
fn closes_run_when_their_scope_ends_newest_first_and_before_the_step_is_finished() {
    let lab = Lab::new(
        r#"
        cleanup("script", || cloud::change("close-script"));
        step("s", || {
            let it = hold("a", || { cloud::change("open-a"); "value" }, |it| cloud::change("close-a-" + it));
            hold("b", || cloud::change("open-b"), || cloud::change("close-b"));
            cloud::change("work-" + it)
        });
        cloud::change("after")
        "#,
    );
    assert_done(&lab.run());
    let done: Vec<String> = lab.cloud().done.iter().map(|done| done.name.clone()).collect();
    assert_eq!(done, ["open-a", "open-b", "work-value", "close-b", "close-a-value", "after", "close-script"]);
    let entries = lab.entries();
    let finished =
        entries.iter().position(|entry| matches!(entry.event, Event::StepFinished { .. })).expect("finished");
    let closed = entries.iter().take(finished).filter(|entry| matches!(entry.event, Event::HoldClosed { .. })).count();
    assert_eq!(closed, 2);
}

// "a close forgets the open, so that a resume opens again": after an error or Ctrl-C everything is closed, and opened again.
#[test]
fn a_failed_scope_is_closed_and_a_resume_opens_again_with_another_token() {
    let lab = Lab::new(
        r#"step("s", || { hold("vm", || cloud::ensure("open", #{ value: 1 }), || cloud::destroy("open")); cloud::change("work") })"#,
    )
    .fault("work", &[Fault::Fail]);
    lab.person.approves();
    assert_stopped(&lab.run(), StopKind::Failed);
    assert!(!lab.cloud().held.contains_key("open"));
    assert!(lab.history().holds.is_empty());
    assert_done(&lab.resume());
    assert_eq!(lab.times("open"), 4, "opened and closed twice, with a token each");
    // "Approval for a close that destroys is given when it is opened": each time it is opened.
    assert_eq!(lab.person.asked().len(), 2);
}

#[test]
fn ctrl_c_in_a_step_closes_what_is_open() {
    let lab = Lab::new(
        r#"
        hold("outer", || cloud::change("open-outer"), || { step("x", || cloud::change("close-outer")); cloud::change("closed-outer") });
        step("s", || { hold("vm", || cloud::change("open"), || retry(#{}, || cloud::change("close"))); cloud::change("work"); cloud::change("never") })
        "#,
    )
    .on_call(|name, stop| {
        if name == "work" {
            stop.stop(interrupted());
        }
    });
    let verdict = lab.run();
    assert_stopped(&verdict, StopKind::Interrupted);
    assert!(verdict.owed.is_empty(), "{verdict:?}");
    let done: Vec<String> = lab.cloud().done.iter().map(|done| done.name.clone()).collect();
    assert_eq!(done, ["open-outer", "open", "work", "close", "close-outer", "closed-outer"]);
    let lab = Lab { on_call: None, ..lab };
    assert_done(&lab.resume());
    assert_eq!([lab.times("open"), lab.times("close"), lab.times("work"), lab.times("never")], [2, 2, 1, 1]);
}

const OWED: &str = r#"
    import "crew" as crew;
    crew::guarded("db");
    hold("vm", || { cloud::ensure("vm", #{ value: 1 }); "vm" }, |name| cloud::destroy(name));
    cloud::change("work");
    if cloud::read("flag") != () { 1 } else { cloud::change("after") }
"#;

// "After kill -9, journal loss, doubt or divergence the closes are owed: shown, and paid by resume or cancel." "Approval for a
// close that destroys is given when it is opened."
#[test]
fn owed_closes_are_paid_by_resume_and_by_cancel() {
    for by_cancel in [false, true] {
        let lab = Lab::new(OWED).module("crew", crate::scripts::MODULE);
        lab.person.approves();
        lab.run_killed_in("work", 1);
        let owed: Vec<String> = lab.history().holds.iter().map(|hold| hold.name.clone()).collect();
        assert_eq!(owed, ["tidy db", "vm"]);
        // Nobody is there any more.
        lab.person.leaves();
        let verdict = if by_cancel { lab.cancel(false).expect("cancelled") } else { lab.resume() };
        assert_eq!(verdict.state, if by_cancel { RunState::Cancelled } else { RunState::Done });
        assert!(verdict.owed.is_empty());
        assert!(!lab.cloud().held.contains_key("vm"));
        assert_eq!(
            [lab.times("tidy-db"), lab.times("work"), lab.times("after")],
            [1, 1, i64::from(!by_cancel) as usize]
        );
        let closes: Vec<String> =
            lab.cloud().done.iter().map(|done| format!("{} {}", done.function, done.name)).collect();
        assert_eq!(closes[closes.len() - 2..], ["cloud::destroy vm", "cloud::change tidy-db"], "newest first");
    }
}

#[test]
fn a_hold_that_the_script_no_longer_reaches_is_paid_at_its_end() {
    let lab = Lab::new(
        r#"
        if cloud::read("flag") == () { hold("lock", || cloud::change("lock"), || cloud::change("unlock")); cloud::change("work") }
        cloud::change("after")
        "#,
    );
    lab.run_killed_in("work", 1);
    lab.cloud().held.insert("flag".to_owned(), Value::Bool(true));
    let verdict = lab.resume();
    assert_done(&verdict);
    assert_eq!([lab.times("lock"), lab.times("unlock"), lab.times("after")], [1, 1, 1]);
}

#[test]
fn a_close_that_fails_is_owed_and_made_again() {
    for body in ["cloud::change(\"work\")", "throw \"no\"", "try { throw \"no\" } catch { }"] {
        let script = format!(
            r#"step("s", || {{ hold("vm", || cloud::change("open"), || {{ cloud::change("c1"); cloud::change("c2") }}); {body} }});"#
        );
        let lab = Lab::new(&script).fault("c2", &[Fault::Fail]);
        let verdict = lab.run();
        assert_stopped(&verdict, StopKind::Failed);
        assert_eq!(verdict.owed, ["vm"], "{body}");
        let again = lab.resume();
        assert!(again.owed.is_empty(), "{body}: {:#?}", again.diagnostic);
        assert_eq!(lab.requests("c2"), if body.starts_with("throw") { 3 } else { 2 }, "{body}");
    }
    // A script that survives it is not done while something is owed.
    let lab =
        Lab::new(r#"try { step("s", || { cleanup("x", || cloud::change("c")); 1 }) } catch {} cloud::change("after")"#)
            .fault("c", &[Fault::Fail]);
    let verdict = lab.run();
    assert_stopped(&verdict, StopKind::Failed);
    assert_eq!(verdict.owed, ["x"]);
    assert_done(&lab.resume());
    assert_eq!((lab.times("c"), lab.times("after")), (1, 1));
    // A cancel that can't close does not end the run, and can be tried again.
    let lab = Lab::new(r#"cleanup("x", || cloud::change("c")); cloud::change("work")"#);
    lab.run_killed_in("work", 1);
    lab.cloud().fault("c", &[Fault::Fail]);
    lab.cancel(false).expect_err("the close failed");
    assert_eq!(lab.history().state, RunState::Stopped(StopKind::Failed));
    assert_eq!(lab.cancel(false).expect("cancelled").state, RunState::Cancelled);
}

// "undo registers compensation that is offered when a later step fails; a run that has begun to undo can only finish undoing."
#[test]
fn a_failure_offers_to_undo_newest_first_and_a_run_that_began_to_undo_can_only_finish() {
    const UNDO: &str = r#"
        let name = "x";
        step("a", || { cloud::change("a"); undo("a", || cloud::change("undo-a-" + name)) });
        step("b", || { cloud::change("b"); undo("b", || cloud::change("undo-b-" + name)) });
        cloud::change("c")
    "#;
    // Nobody there: nothing is undone.
    let lab = Lab::new(UNDO).fault("c", &[Fault::Fail, Fault::Fail]);
    let verdict = lab.run();
    assert_stopped(&verdict, StopKind::Failed);
    assert_eq!(verdict.undos, ["a", "b"]);
    // Declined: as before. Then taken.
    lab.person.decides(1);
    assert_stopped(&lab.resume(), StopKind::Failed);
    lab.person.leaves();
    lab.cloud().fault("c", &[Fault::Fail]);
    lab.cloud().fault("undo-a-x", &[Fault::Fail]);
    lab.person.decides(0);
    assert_stopped(&lab.resume(), StopKind::Failed);
    assert!(lab.history().undoing);
    assert_eq!((lab.times("undo-b-x"), lab.times("undo-a-x")), (1, 0));
    let requests = lab.requests("c");
    let verdict = lab.resume();
    assert_eq!(verdict.state, RunState::Cancelled, "{:#?}", verdict.diagnostic);
    assert_eq!((lab.times("undo-b-x"), lab.times("undo-a-x"), lab.requests("c")), (1, 1, requests));
    assert_eq!(lab.history().state, RunState::Cancelled);
    // By cancel as well.
    let lab = Lab::new(UNDO);
    lab.run_killed_in("c", 1);
    assert_eq!(lab.cancel(true).expect("undone").state, RunState::Cancelled);
    assert_eq!((lab.times("undo-b-x"), lab.times("undo-a-x")), (1, 1));
}

// "parallel: a failing branch lets the others reach a safe point; all failures are reported; on resume only unfinished branches
// run."
#[test]
fn a_failing_branch_lets_the_others_finish_and_only_unfinished_ones_run_again() {
    let lab = Lab::new(
        r#"
        let out = parallel(#{
            bad: || { cloud::change("bad-1"); cloud::change("bad-2") },
            good: || { cloud::read("good-r"); for i in 0..20 { cloud::change("good") } "good" },
            worse: || { throw "worse fails" },
        });
        out.good
        "#,
    )
    .fault("bad-2", &[Fault::Fail]);
    let verdict = lab.run();
    assert_stopped(&verdict, StopKind::Failed);
    assert_eq!(lab.times("good"), 20);
    let message = verdict.diagnostic.expect("told").message;
    assert!(
        message.contains("2 branches failed") && message.contains("bad-2") && message.contains("worse fails"),
        "{message}"
    );
    let verdict = lab.resume();
    assert_stopped(&verdict, StopKind::Failed);
    assert_eq!(
        [lab.requests("good"), lab.requests("good-r"), lab.times("bad-1"), lab.requests("bad-2")],
        [20, 1, 1, 2]
    );
}

// "Closures of step, parallel, retry, hold get copies of captured variables; only the return value leaves."
#[test]
fn closures_get_copies_and_only_the_return_value_leaves() {
    for script in [
        r#"let n = 1; step("a", || { n += 1; n }); n"#,
        r#"let n = 1; parallel(#{ a: || { n += 1; n }, b: || { n += 1; n } }); n"#,
        r#"let n = 1; parallel_map([1, 2], |i| { n += i; n }); n"#,
        r#"let n = 1; retry(#{}, || { n += 1; n }); n"#,
        r#"let n = 1; hold("h", || { n += 1; n }, || { n += 1 }); n"#,
        r#"let m = #{ n: 1 }; step("a", || { m.n += 1; m }); m.n"#,
    ] {
        let verdict = Lab::new(script).run();
        assert_done(&verdict);
        assert_eq!(verdict.value, Value::Int(1), "{script}");
    }
}

// "Journal trouble (disk full, lost lease, I/O error) … end the run before the next effect, whatever the script does."
#[test]
fn journal_trouble_ends_the_run_before_the_next_effect() {
    let script = r#"
        for i in 0..20 { try { [i].map(|i| cloud::change("w")); } catch {} attempt(|| cloud::ensure("e")); }
    "#;
    for at in 0..12 {
        let lab = Lab::new(script);
        // Only the journal fails: the world would go on.
        let broken = Arc::new(Failing { inner: Arc::clone(&lab.backend), left: (at + 1).into() });
        let broken: Arc<dyn Backend> = broken;
        let lab = Lab { backend: broken, ..lab };
        let Ok(verdict) = lab.begin(None) else { continue };
        assert_stopped(&verdict, StopKind::Journal);
        let stored = lab.history();
        let known = stored.calls.values().filter(|call| call.call.effect.is_write()).count();
        let effects = lab.cloud().done.len();
        assert!(effects <= known, "{effects} effects, {known} intents stored (at {at})");
    }
}

/// A journal that stops storing.
struct Failing {
    inner: Arc<dyn Backend>,
    left: AtomicI64,
}

impl Backend for Failing {
    fn create(
        &self,
        run: &RunId,
        contents: &[(String, Vec<u8>)],
        make: &mut dyn FnMut(&str) -> Result<Entry, JournalError>,
    ) -> Result<Entry, JournalError> {
        self.inner.create(run, contents, make)
    }

    fn append(&self, entries: &[Entry], contents: &[(String, Vec<u8>)]) -> Result<(), JournalError> {
        if self.left.fetch_sub(1, Ordering::SeqCst) <= 0 {
            let (what, why) = ("storing an entry".to_owned(), "the disk is full".to_owned());
            return Err(JournalError::Unavailable { what, why });
        }
        self.inner.append(entries, contents)
    }

    fn entries(&self, run: &RunId, from: u64) -> Result<Vec<Entry>, JournalError> {
        self.inner.entries(run, from)
    }

    leave_the_rest_to_inner!();
}

// A question to nobody suspends the run; an answer goes on from there.
#[test]
fn a_run_that_waits_for_a_person_goes_on_when_there_is_one() {
    let lab = Lab::new(r#"cloud::change("a"); let x = human::ask("name?"); cloud::change("b-" + x)"#);
    assert_stopped(&lab.run(), StopKind::Waiting);
    assert_eq!(lab.times("a"), 1);
    lab.person.when(|question| matches!(question, Question::Text { .. }).then(|| Answer::Given(Value::from("y"))));
    assert_done(&lab.resume());
    assert_eq!((lab.times("a"), lab.times("b-y")), (1, 1));
}

// What the run remembers of its calls is not memory that its script holds.
#[test]
fn a_run_of_many_calls_is_not_ended_for_the_memory_of_its_own_record() {
    let many = "for n in 0..10_000 { cloud::change(`w-${n}`); }";
    let hoards = "let all = []; for n in 0..10_000 { all.push(`${n}`.to_string() + \"x\".repeat(4_000)); }";
    let limits = Limits { heap_bytes: 16 << 20, ..Limits::default() };
    assert_done(&Lab { limits: limits.clone(), ..Lab::new(many) }.run());
    assert_stopped(&Lab { limits, ..Lab::new(hoards) }.run(), StopKind::Failed);
}
