//! DESIGN §3, sentence by sentence: steps, keys, intents, waits, divergence.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use runbook::engine::skip::Skip;
use runbook::model::code::Code;
use runbook::model::entry::{Event, SettledBy};
use runbook::model::run::{RunState, StopKind};
use runbook::model::value::Value;
use runbook::world::person::{Answer, Question};

use crate::cloud::Fault;
use crate::lab::{Lab, MAIN, assert_done, assert_stopped};

// "A finished step never runs again. In an unfinished step, what was read is read again, and what was written is not written
// again."
#[test]
fn a_finished_step_never_runs_again_and_an_unfinished_one_reads_again_and_writes_not() {
    let lab = Lab::new(
        r#"
        let a = step("a", || { cloud::read("ra"); cloud::change("wa"); "value of a" });
        step("b", || { cloud::read("rb"); cloud::change("wb"); cloud::change("last") });
        a
        "#,
    )
    .fault("last", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    let verdict = lab.resume();
    assert_done(&verdict);
    assert_eq!(verdict.value, Value::from("value of a"));
    let cloud = lab.cloud();
    assert_eq!((cloud.requests("ra"), cloud.requests("wa")), (1, 1));
    assert_eq!((cloud.requests("rb"), cloud.requests("wb"), cloud.requests("last")), (2, 1, 2));
}

// "What is in doubt is settled first."
#[test]
fn what_is_in_doubt_is_settled_first() {
    for happened in [true, false] {
        let lab = Lab::new(r#"cloud::read("r"); cloud::change("w")"#);
        if happened {
            lab.run_killed_in("w", 1)
        } else {
            lab.run_killed_before("w", 1)
        }
        let verdict = lab.resume();
        assert_done(&verdict);
        assert_eq!(verdict.value, Value::Int(1));
        assert_eq!(lab.times("w"), 1, "{happened}");
        let entries = lab.entries();
        let of = |fits: fn(&Event) -> bool| entries.iter().position(|entry| fits(&entry.event));
        let settled = of(|event| matches!(event, Event::CallSettled { by: SettledBy::Binding, .. })).expect("settled");
        let resumed = of(|event| matches!(event, Event::RunResumed { .. })).expect("resumed");
        assert_eq!(settled, resumed + 1, "before anything of the script");
    }
}

// "The whole script is the outermost step."
#[test]
fn the_whole_script_is_the_outermost_step() {
    let lab =
        Lab::new(r#"cloud::read("r"); cloud::change("w"); cloud::change("last"); 5"#).fault("last", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    let verdict = lab.resume();
    assert_done(&verdict);
    assert_eq!(verdict.value, Value::Int(5));
    assert_eq!((lab.requests("r"), lab.requests("w")), (2, 1));
    // Finished, it can't be taken up again.
    let error = lab.take_up(None, None).expect_err("the run has ended");
    assert_eq!(error.code, Code::RunEnded);
}

// "Two steps of one name in one scope are an error that says: put the item into the name."
#[test]
fn two_steps_of_one_name_in_one_scope_are_an_error() {
    for script in [
        r#"step("a", || 1); step("a", || 2)"#,
        r#"for i in 0..2 { step("a", || i) }"#,
        r#"parallel_map(["x", "x"], |item| item)"#,
        r#"hold("a", || 1, || 2); hold("a", || 1, || 2)"#,
        r#"undo("a", || 1); undo("a", || 2)"#,
    ] {
        let verdict = Lab::new(script).run();
        assert_stopped(&verdict, StopKind::Failed);
        let diagnostic = verdict.diagnostic.expect("told");
        assert_eq!(diagnostic.code, Code::StepTwice, "{script}");
        assert!(diagnostic.message.contains("put the item into the name"), "{}", diagnostic.message);
    }
    // In another scope the name is free.
    assert_done(&Lab::new(r#"step("a", || step("a", || 1)); step("b", || step("a", || 2))"#).run());
}

// "A branch of parallel and an item of parallel_map (keyed by the item, never by its place) is a step."
#[test]
fn an_item_is_known_by_itself_and_not_by_its_place() {
    let lab = Lab::new(
        r#"
        let items = if cloud::read("turned") == () { ["a", "b", "c"] } else { ["c", "b", "a"] };
        parallel_map(items, |item| { cloud::change("w-" + item); if item == "b" { cloud::change("last") } });
        "#,
    )
    .fault("last", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    lab.cloud().held.insert("turned".to_owned(), Value::Bool(true));
    assert_done(&lab.resume());
    for name in ["w-a", "w-b", "w-c"] {
        assert_eq!(lab.times(name), 1, "{name}");
    }
}

// "Keys are structural, never a global counter: an edit in one step leaves the others alone."
#[test]
fn an_edit_in_one_step_leaves_the_others_alone() {
    let lab = Lab::new(
        r#"
        step("a", || { cloud::change("a1"); cloud::change("broken") });
        "#,
    )
    .fault("broken", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    let verdict = lab.resume_edited(
        r#"
        cloud::read("new");
        step("before", || cloud::change("before"));

        step("a", || { cloud::read("other"); cloud::change("a1"); log("x"); cloud::change("broken"); cloud::ensure("more") });
        "#,
    );
    assert_done(&verdict);
    assert_eq!((lab.times("a1"), lab.times("before"), lab.requests("broken")), (1, 1, 2));
}

// "branches cannot race for numbers"
#[test]
fn branches_do_not_race_for_numbers() {
    // Both branches make equal calls at one site, through a function.
    let script = r#"
        fn work() { cloud::change("same"); cloud::change("same") }
        parallel(#{ a: || { work(); cloud::change("a") }, b: || { work(); cloud::change("b") } });
        cloud::change("last")
    "#;
    for _ in 0..8 {
        let lab = Lab::new(script).fault("a", &[Fault::Fail]).fault("b", &[Fault::Fail]).fault("last", &[Fault::Fail]);
        assert_stopped(&lab.run(), StopKind::Failed);
        assert_stopped(&lab.resume(), StopKind::Failed);
        assert_done(&lab.resume());
        assert_eq!(lab.times("same"), 4);
    }
}

// "how many equal calls came before"
#[test]
fn equal_calls_in_a_loop_are_told_apart() {
    let lab =
        Lab::new(r#"for i in 0..5 { cloud::change("same") } cloud::change("last")"#).fault("last", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    assert_done(&lab.resume());
    assert_eq!(lab.times("same"), 5);
    let tokens: std::collections::BTreeSet<_> = lab.cloud().done.iter().map(|done| done.token.clone()).collect();
    assert_eq!(tokens.len(), 6);
}

// "Before an ensure, change or destroy the journal stores an intent durably; after it the outcome, durably. Reads are journaled
// too but wait for the next durable write."
#[test]
fn an_intent_is_stored_before_the_effect_and_reads_wait_for_the_next_write() {
    let seen: Arc<Mutex<Vec<(String, usize)>>> = Arc::default();
    let lab = Lab::new(
        r#"cloud::read("r1"); cloud::ensure("e"); cloud::read("r2"); cloud::change("c"); cloud::destroy("d")"#,
    );
    lab.person.approves();
    let (sees, backend) = (Arc::clone(&seen), Arc::clone(&lab.backend));
    let lab = lab.on_call(move |name, _| {
        let stored = backend.entries(&crate::lab::run_id(), 1).expect("entries");
        let begun = stored.iter().filter(|entry| matches!(entry.event, Event::CallBegun { .. })).count();
        let made = stored.iter().filter(|entry| matches!(entry.event, Event::CallMade { .. })).count();
        sees.lock().unwrap().push((name.to_owned(), begun * 10 + made));
    });
    assert_done(&lab.run());
    let seen = seen.lock().unwrap().clone();
    let expected = [("r1", 0), ("e", 11), ("r2", 11), ("c", 22), ("d", 32)];
    assert_eq!(seen, expected.map(|(name, stored)| (name.to_owned(), stored)));
}

// "a write with outcome ok gives the recorded value and nothing is sent; an error that the script survived is given again; only
// the error that ended the run is made again"
#[test]
fn a_survived_error_is_given_again_and_the_one_that_ended_the_run_is_made_again() {
    let lab = Lab::new(
        r#"
        let a = attempt(|| cloud::change("survived"));
        let told = "";
        try { cloud::change("caught") } catch (error) { told = error.message }
        cloud::change("fine");
        if cloud::change("last") == 1 { a.ok.to_string() + told } else { "twice" }
        "#,
    )
    .fault("survived", &[Fault::Fail])
    .fault("caught", &[Fault::Fail])
    .fault("last", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    let verdict = lab.resume();
    assert_done(&verdict);
    assert_eq!(verdict.value, Value::from("false`caught` failed"));
    let cloud = lab.cloud();
    let asked = ["survived", "caught", "fine", "last"].map(|name| cloud.requests(name));
    assert_eq!(asked, [1, 1, 1, 2]);
}

const MOVED: &str = r#"
    let to = cloud::read("target");
    cloud::change(if to == () { "old" } else { "new" });
    cloud::change("last")
"#;

fn moved() -> Lab {
    let lab = Lab::new(MOVED).fault("last", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    lab.cloud().held.insert("target".to_owned(), Value::Bool(true));
    lab
}

// "only the error that ended the run is made again", also when the script threw one of its own because of it.
#[test]
fn a_call_whose_error_was_caught_to_throw_another_is_made_again() {
    for script in [
        r#"try { cloud::change("w") } catch (e) { throw `could not: ${e.message}` }"#,
        r#"let it = attempt(|| cloud::change("w")); if !it.ok { throw "could not" }"#,
        r#"step("s", || { cleanup("c", || cloud::ensure("left")); try { cloud::change("w") } catch { throw "could not" } })"#,
        r#"parallel(#{ a: || { try { cloud::change("w") } catch { throw "could not" } }, b: || 1 })"#,
        r#"parallel(#{ a: || { try { cloud::change("w") } catch { throw "could not" } }, b: || { throw "as well" } })"#,
    ] {
        let lab = Lab::new(script).fault("w", &[Fault::Fail]);
        assert_stopped(&lab.run(), StopKind::Failed);
        let ends_well = !script.contains("as well");
        assert_eq!(lab.resume().state == RunState::Done, ends_well, "{script}");
        assert_eq!((lab.requests("w"), lab.times("w")), (2, 1), "{script}");
    }
    // What was done after it shows that the script survived it.
    let lab = Lab::new(r#"attempt(|| cloud::change("w")); cloud::change("after"); throw "for another reason""#)
        .fault("w", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    assert_stopped(&lab.resume(), StopKind::Failed);
    assert_eq!((lab.requests("w"), lab.times("after")), (1, 1));
}

// "Diverged is: a change or destroy that was never recorded, while the same call site holds a recorded one that this attempt has
// not asked for. Then nothing is sent; unattended it stops."
#[test]
fn unattended_a_diverged_run_stops_and_nothing_is_sent() {
    let lab = moved();
    let verdict = lab.resume();
    assert_stopped(&verdict, StopKind::Diverged);
    let diagnostic = verdict.diagnostic.expect("told");
    assert_eq!(diagnostic.code, Code::Diverged);
    let notes = diagnostic.notes.join("\n");
    assert!(notes.contains("old") && notes.contains("new"), "the person sees both: {notes}");
    assert_eq!(lab.requests("new"), 0);
    assert_eq!(lab.requests("last"), 1);
    // Nothing is decided: it stops again.
    assert_stopped(&lab.resume(), StopKind::Diverged);
}

// "the person sees both and chooses (do it as well, keep the earlier, stop)"
#[test]
fn a_person_decides_about_a_diverged_call_once() {
    for (choice, kind, new) in [(0, None, 1), (1, None, 0), (2, Some(StopKind::Diverged), 0)] {
        let lab = moved();
        lab.cloud().fault("last", &[Fault::Fail]);
        lab.person.decides(choice);
        let verdict = lab.resume();
        assert_stopped(&verdict, kind.unwrap_or(StopKind::Failed));
        assert_eq!((lab.times("old"), lab.times("new")), (1, new), "choice {choice}");
        lab.person.leaves();
        let verdict = lab.resume();
        match kind {
            Some(kind) => assert_stopped(&verdict, kind),
            None => assert_done(&verdict),
        }
        assert_eq!(lab.person.asked().len(), if kind.is_none() { 1 } else { 2 }, "a decision is remembered");
        assert_eq!((lab.times("old"), lab.times("new")), (1, new), "choice {choice}");
    }
}

// "Diverged is: … that was never recorded": a call that failed and is asked for again is not instead of another.
#[test]
fn a_recorded_call_that_is_made_again_is_not_diverged_by_its_order() {
    let lab = Lab::new(
        r#"
        let names = if cloud::read("turned") == () { ["a", "b"] } else { ["b", "a"] };
        for name in names { cloud::change(name) }
        "#,
    )
    .fault("b", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    lab.cloud().held.insert("turned".to_owned(), Value::Bool(true));
    assert_done(&lab.resume());
    assert_eq!((lab.times("a"), lab.times("b")), (1, 1));
}

// Ensures may follow what they read: repeating one is harmless, and so is another one.
#[test]
fn an_ensure_that_moved_is_not_diverged_but_reported() {
    let lab = Lab::new(
        r#"
        cloud::ensure(if cloud::read("target") == () { "old" } else { "new" });
        cloud::change("last")
        "#,
    )
    .fault("last", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    lab.cloud().held.insert("target".to_owned(), Value::Bool(true));
    let verdict = lab.resume();
    assert_done(&verdict);
    assert_eq!(verdict.unasked.len(), 1);
}

// "What was written and never asked for again is reported when the step ends."
#[test]
fn what_was_written_and_never_asked_for_again_is_reported_when_the_step_ends() {
    let lab = Lab::new(
        r#"
        step("s", || { if cloud::read("flag") == () { cloud::change("gone") } cloud::change("last") });
        "#,
    )
    .fault("last", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    lab.cloud().held.insert("flag".to_owned(), Value::Bool(true));
    let verdict = lab.resume();
    assert_done(&verdict);
    let gone = lab.entries().into_iter().find_map(|entry| match entry.event {
        Event::CallBegun { call, .. } if call.args.to_json().to_string().contains("gone") => Some(entry.seq),
        _ => None,
    });
    assert_eq!(verdict.unasked, [gone.expect("begun")]);
    let reported = |event: &Event| matches!(event, Event::StepFinished { unasked, .. } if unasked.len() == 1);
    assert_eq!(lab.count(reported), 1);
}

// "Scripts need not be deterministic."
#[test]
fn a_script_may_take_another_way() {
    let lab = Lab::new(
        r#"
        if cloud::read("flag") == () { cloud::change("left") } else { cloud::change("right") }
        cloud::change("last")
        "#,
    )
    .fault("last", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    lab.cloud().held.insert("flag".to_owned(), Value::Bool(true));
    let verdict = lab.resume();
    assert_done(&verdict);
    assert_eq!((lab.times("left"), lab.times("right"), verdict.unasked.len()), (1, 1, 1));
}

// "Resume runs the pinned source."
#[test]
fn a_resume_runs_the_pinned_source() {
    let mut lab = Lab::new(r#"cloud::change("old"); cloud::change("last")"#).fault("last", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    lab.sources.insert(MAIN.to_owned(), r#"cloud::change("other")"#.to_owned());
    assert_done(&lab.resume());
    assert_eq!((lab.times("other"), lab.times("last")), (0, 1));
}

// "--edited takes the new text"
#[test]
fn an_edited_text_is_pinned_in_place_of_the_old_one_and_only_when_it_compiles() {
    let lab = Lab::new(r#"cloud::change("a"); cloud::change("last")"#).fault("last", &[Fault::Fail, Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    let broken = std::collections::BTreeMap::from([(MAIN.to_owned(), "cloud::change(".to_owned())]);
    assert_eq!(lab.take_up(None, Some(broken)).expect_err("it does not compile").code, Code::Syntax);
    assert_stopped(&lab.resume(), StopKind::Failed);
    lab.cloud().fault("added", &[Fault::Fail]);
    assert_stopped(
        &lab.resume_edited(r#"cloud::change("a"); cloud::change("last"); cloud::change("added")"#),
        StopKind::Failed,
    );
    assert_done(&lab.resume());
    assert_eq!((lab.times("a"), lab.times("added")), (1, 1));
}

// What keeps a run from beginning takes no place in the journal.
#[test]
fn a_script_that_does_not_compile_leaves_no_run() {
    for script in ["cloud::change(", "nothing + 1", "import \"gone\" as x;"] {
        let lab = Lab::new(script);
        match lab.begin(None) {
            Err(error) => {
                assert_eq!(error.code, Code::Syntax, "{script}");
                assert!(lab.backend.runs().expect("runs").is_empty(), "{script}");
            }
            Ok(verdict) => assert_stopped(&verdict, StopKind::Failed),
        }
    }
}

// "Parameters are pinned as well."
#[test]
fn parameters_are_pinned() {
    let mut lab =
        Lab::new(r#"cloud::change(params.name); cloud::change("last"); params.name"#).fault("last", &[Fault::Fail]);
    lab.params = Value::Map([("name".to_owned(), Value::from("first"))].into());
    assert_stopped(&lab.run(), StopKind::Failed);
    lab.params = Value::Map([("name".to_owned(), Value::from("second"))].into());
    let verdict = lab.resume();
    assert_done(&verdict);
    assert_eq!(verdict.value, Value::from("first"));
    assert_eq!((lab.times("first"), lab.times("second")), (1, 0));
}

// "Answers of people are remembered like writes. Random values, ids and run::started_at are remembered."
#[test]
fn answers_and_drawn_values_are_remembered() {
    let lab = Lab::new(
        r#"
        let answer = human::ask("name?");
        let id = id::uuid();
        let token = id::token();
        cloud::ensure("seen", #{ value: answer + id + token + run::started_at() + run::id() });
        cloud::change("last");
        cloud::read("seen") == answer + id + token + run::started_at() + run::id()
        "#,
    )
    .fault("last", &[Fault::Fail]);
    let count = Arc::new(Mutex::new(0));
    let counts = Arc::clone(&count);
    lab.person.when(move |_| {
        *counts.lock().unwrap() += 1;
        Some(Answer::Given(Value::from(format!("answer {}", counts.lock().unwrap()))))
    });
    assert_stopped(&lab.run(), StopKind::Failed);
    lab.clock.jump(Duration::from_secs(5000));
    let verdict = lab.resume();
    assert_done(&verdict);
    assert_eq!(verdict.value, Value::Bool(true));
    assert_eq!(*count.lock().unwrap(), 1);
    assert_eq!(lab.requests("seen"), 2, "one write, one read");
}

// An answer is durable before anything follows from it.
#[test]
fn an_answer_that_was_given_is_not_asked_for_again_after_a_crash() {
    let lab = Lab::new(r#"let a = human::ask("name?"); cloud::change("w-" + a)"#);
    lab.person.when(|_| Some(Answer::Given(Value::from("kyoto"))));
    lab.run_killed_before("w-kyoto", 1);
    let asked = lab.person.asked().len();
    assert_done(&lab.resume());
    assert_eq!(lab.person.asked().len(), asked);
}

// "time::now() is a read"
#[test]
fn the_time_is_read_again() {
    let lab = Lab::new(r#"let t = time::now(); cloud::change("last"); t"#).fault("last", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    lab.clock.jump(Duration::from_secs(3600));
    let verdict = lab.resume();
    assert_done(&verdict);
    let Value::Text(time) = &verdict.value else { panic!("{:?}", verdict.value) };
    assert!(time.contains("T04:"), "{time}");
}

// "Secrets are read again, never stored; keys hash their provider and name."
#[test]
fn secrets_are_read_again_and_never_stored() {
    let mut lab = Lab::new(
        r#"cloud::change("login", #{ header: "Bearer " + params.password }); log(params.password); cloud::change("last")"#,
    )
    .fault("last", &[Fault::Fail]);
    let reference = runbook::model::secret::SecretRef { provider: "param".to_owned(), name: "password".to_owned() };
    lab.secrets.insert("password".to_owned(), (reference.clone(), "correct-horse".to_owned()));
    assert_stopped(&lab.run(), StopKind::Failed);
    // Another process, another nonce; the value has changed as well.
    lab.secrets.insert("password".to_owned(), (reference, "battery-staple".to_owned()));
    assert_done(&lab.resume());
    assert_eq!(lab.times("login"), 1, "the key is the same");
    for entry in lab.entries() {
        assert!(!entry.body.contains("correct-horse") && !entry.body.contains("battery-staple"), "{}", entry.body);
    }
}

// "a step never seen before, while a recorded sibling with writes is not asked for any more, is diverged, with "the same step,
// renamed" offered"
#[test]
fn a_renamed_step_is_diverged_and_a_person_says_whether_it_is_the_same() {
    const BEFORE: &str = r#"
        step("build", || { cloud::change("build"); step("inner", || cloud::change("inner")) });
        step("ship", || { cloud::change("ship"); cloud::change("broken") });
    "#;
    const AFTER: &str = r#"
        step("compile", || { cloud::change("build"); step("inner", || cloud::change("inner")) });
        step("deliver", || { cloud::change("ship"); cloud::change("broken") });
    "#;
    for (choice, times) in [(0, 1), (1, 2)] {
        let lab = Lab::new(BEFORE).fault("broken", &[Fault::Fail]);
        assert_stopped(&lab.run(), StopKind::Failed);
        let verdict = lab.resume_edited(AFTER);
        assert_stopped(&verdict, StopKind::Diverged);
        assert_eq!(lab.cloud().done.len(), 3, "nothing was sent");
        lab.person.decides(choice);
        assert_done(&lab.resume());
        let asked = lab.person.asked();
        let Some(Question::Decide { choices, .. }) = asked.last() else { panic!("{asked:?}") };
        assert!(choices.first().is_some_and(|choice| choice.starts_with("the same step, renamed")));
        assert_eq!([lab.times("build"), lab.times("inner"), lab.times("ship")], [times; 3], "choice {choice}");
        assert_eq!(lab.count(|event| matches!(event, Event::StepDiverged { .. })), 2);
    }
    // A step that the text still names, or may name, is not gone.
    for after in [
        r#"step("new", || cloud::change("new")); step("build", || 1); step("ship", || { cloud::change("ship"); cloud::change("broken") })"#,
        r#"let s = "build"; for n in ["new", "build"] { step(n, || if n == "new" { cloud::change("new") }) } step("ship", || 1)"#,
    ] {
        let lab = Lab::new(BEFORE).fault("broken", &[Fault::Fail]);
        assert_stopped(&lab.run(), StopKind::Failed);
        assert_done(&lab.resume_edited(after));
        assert_eq!(lab.times("new"), 1);
    }
}

// "removed and reordered steps are reported"
#[test]
fn removed_and_reordered_steps_are_reported() {
    let lab = Lab::new(
        r#"step("a", || cloud::change("a")); step("b", || cloud::change("b")); step("c", || 1); cloud::change("last")"#,
    )
    .fault("last", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    assert_done(&lab.resume_edited(r#"step("b", || cloud::change("b")); step("a", || 2); cloud::change("last")"#));
    let told: Vec<(String, String)> = lab
        .entries()
        .into_iter()
        .filter_map(|entry| match entry.event {
            Event::Logged { scope, text } => Some((scope.to_string(), text)),
            _ => None,
        })
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].0 == "c" && told[0].1.contains("no longer"), "{told:?}");
    assert!(told[1].0 == "a" && told[1].1.contains("another place"), "{told:?}");
    assert_eq!((lab.times("a"), lab.times("b")), (1, 1));
}

// "resume --skip STEP --reason … and --value, recorded and shown in every report"
#[test]
fn a_step_that_is_skipped_is_not_run_and_its_value_stands_for_it() {
    let script = r#"
        let a = step("outer", || { cloud::change("w"); step("inner", || { cloud::change("broken"); 1 }) });
        cloud::change(`after-${a}`);
        a
    "#;
    let lab = Lab::new(script).fault("broken", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    let skip = |step: &str| Skip { step: step.to_owned(), value: Value::Int(7), reason: "done by hand".to_owned() };
    let lab = Lab { skip: vec![skip("outer › inner")], ..lab };
    let verdict = lab.resume();
    assert_done(&verdict);
    assert_eq!((verdict.value, lab.requests("broken"), lab.times("w"), lab.times("after-7")), (Value::Int(7), 1, 1, 1));
    let skipped = lab.entries().into_iter().any(|entry| {
        matches!(entry.event, Event::StepSkipped { reason, value: Value::Int(7), .. } if reason == "done by hand")
    });
    assert!(skipped, "recorded, with the reason");
}

#[test]
fn only_a_step_that_is_begun_not_finished_and_not_in_doubt_can_be_skipped() {
    let skip = |step: &str| vec![Skip { step: step.to_owned(), value: Value::Unit, reason: "r".to_owned() }];
    let told = |lab: &Lab| lab.take_up(None, None).expect_err("it can't be skipped").message;
    let mut lab = Lab::new(r#"step("a", || 1); step("b", || { step("c", || cloud::change("w")) }); step("d", || 1)"#)
        .fault("w", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    for (step, words) in [("a", "is finished"), ("d", "no step `d`"), ("e", "no step `e`")] {
        lab.skip = skip(step);
        assert!(told(&lab).contains(words), "{step}: {}", told(&lab));
        assert_eq!(lab.history().resumes, 0, "nothing was taken up");
    }
    // What is in doubt inside is settled first.
    let doubt = Lab::new(r#"step("s", || cloud::blind("knock"))"#);
    doubt.run_killed_in("knock", 1);
    let doubt = Lab { skip: skip("s"), ..doubt };
    assert!(told(&doubt).contains("settle it first"));
}
