//! DESIGN §3 on doubt: an intent without an end, and what became of it.

use runbook::model::run::StopKind;
use runbook::model::value::Value;
use runbook::world::person::Question;

use crate::cloud::Fault;
use crate::lab::{Lab, assert_done, assert_stopped};

// "an ensure, or a call with an idempotency token that the service still remembers, is repeated with the same token (derived
// from run id and key)"
#[test]
fn an_ensure_in_doubt_is_repeated_with_the_same_token() {
    let lab = Lab::new(r#"cloud::ensure("e", #{ value: 1 }); cloud::change("c")"#);
    lab.run_killed_in("e", 1);
    assert_done(&lab.resume());
    let cloud = lab.cloud();
    let tokens: Vec<_> = cloud.requests.iter().filter(|r| r.name == "e").map(|r| r.token.clone()).collect();
    assert_eq!(tokens.len(), 2);
    assert_eq!(tokens[0], tokens[1]);
    assert_eq!(cloud.times("e"), 1);
}

// "Otherwise the binding's settle looks whether it happened: found → its result is adopted; proven absent → made"
#[test]
fn found_is_adopted_and_proven_absent_is_made() {
    for (fault, requests) in [(Fault::LoseAnswer, 1), (Fault::LoseRequest, 2)] {
        // While the process lives.
        let lab = Lab::new(r#"cloud::change("c")"#).fault("c", std::slice::from_ref(&fault));
        let verdict = lab.run();
        assert_done(&verdict);
        assert_eq!(verdict.value, Value::Int(1), "{fault:?}");
        assert_eq!((lab.times("c"), lab.requests("c")), (1, requests), "{fault:?}");
        // Only after its deadline may it be said not to have happened.
        let waited = lab.clock.passed().as_secs() >= 60;
        assert_eq!(waited, fault == Fault::LoseRequest);
    }
}

// "unknown → a person decides, with the evidence; unattended the run stops as in doubt"
#[test]
fn what_nobody_can_know_is_decided_by_a_person_or_stops_the_run() {
    for (choice, times) in [(0, 1), (1, 2)] {
        let lab = Lab::new(r#"cloud::blind("knock"); cloud::change("after")"#).fault("knock", &[Fault::LoseAnswer]);
        let verdict = lab.run();
        assert_stopped(&verdict, StopKind::InDoubt);
        assert_eq!(verdict.in_doubt, 1);
        assert_eq!((lab.times("knock"), lab.times("after")), (1, 0));
        // A resume that nobody attends stops again, and makes nothing.
        assert_stopped(&lab.resume(), StopKind::InDoubt);
        assert_eq!(lab.requests("knock"), 1);
        lab.person.decides(choice);
        assert_done(&lab.resume());
        let asked = lab.person.asked();
        let Some(Question::Decide { shown, .. }) = asked.last() else { panic!("{asked:?}") };
        assert!(shown.iter().any(|line| line.contains("leaves no trace")), "the evidence: {shown:?}");
        assert_eq!(lab.times("knock"), times);
    }
}

// "http::post and process::change can't know: the author gives settle: || …, else a person is asked"
#[test]
fn the_author_says_how_to_settle() {
    let settles = |said: &str| format!(r#"cloud::post("letter", #{{ settle: || {said} }}); cloud::change("after")"#);
    for (said, kind, times) in [
        (r#"#{ happened: cloud::read("letter") != (), value: 7 }"#, None, 1),
        ("#{ happened: false }", None, 2),
        ("()", Some(StopKind::InDoubt), 1),
        ("5", Some(StopKind::InDoubt), 1),
        (r#"throw "no""#, Some(StopKind::InDoubt), 1),
        // What looks may only read.
        (r#"{ cloud::change("sneaky"); #{ happened: false } }"#, Some(StopKind::Refused), 1),
    ] {
        let lab = Lab::new(&settles(said)).fault("letter", &[Fault::LoseAnswer]);
        let verdict = lab.run();
        match kind {
            Some(kind) => assert_stopped(&verdict, kind),
            None => assert_done(&verdict),
        }
        assert_eq!(lab.times("letter"), times, "{said}");
        assert_eq!(lab.requests("sneaky"), 0);
    }
    // After a crash, when the script reaches it.
    let lab = Lab::new(&settles(r#"#{ happened: cloud::read("letter") != () }"#));
    lab.run_killed_in("letter", 1);
    assert_done(&lab.resume());
    assert_eq!(lab.times("letter"), 1);
}

// "Absence is an answer only after the call's deadline", also when it is the author who says so: what was on its way may arrive.
#[test]
fn a_no_of_the_author_is_taken_only_when_nothing_can_be_on_its_way_any_more() {
    let lab = Lab::new(
        r#"cloud::post("letter", #{ settle: || #{ happened: cloud::read("arrived") == 2 } }); cloud::change("after")"#,
    )
    .fault("letter", &[Fault::LoseAnswer]);
    lab.cloud().on_read.insert("arrived".to_owned(), vec![Value::Int(1), Value::Int(2)]);
    assert_done(&lab.run());
    assert_eq!((lab.requests("arrived"), lab.times("letter"), lab.times("after")), (2, 1, 1));
}

// "the rest when the script reaches the call, and what it no longer reaches is put to a person"
#[test]
fn a_doubt_that_the_script_no_longer_reaches_is_put_to_a_person() {
    let lab = Lab::new(r#"if cloud::read("flag") == () { cloud::blind("knock") } cloud::change("after")"#);
    lab.run_killed_in("knock", 1);
    lab.cloud().held.insert("flag".to_owned(), Value::Bool(true));
    let verdict = lab.resume();
    assert_stopped(&verdict, StopKind::InDoubt);
    assert_eq!(lab.times("after"), 1, "the script ran to its end");
    lab.person.decides(0);
    assert_done(&lab.resume());
    assert_eq!((lab.times("knock"), lab.times("after")), (1, 1));
}

// "In doubt is never an error that a script can catch."
#[test]
fn doubt_can_not_be_caught() {
    for wrap in [
        "try { W } catch { cloud::change(\"caught\") }",
        "attempt(|| W); cloud::change(\"caught\")",
        "retry(#{ times: 3 }, || W); cloud::change(\"caught\")",
        "try { [1].map(|x| W) } catch {} cloud::change(\"caught\")",
    ] {
        let script = wrap.replace('W', r#"cloud::blind("knock")"#);
        let lab = Lab::new(&script).fault("knock", &[Fault::LoseAnswer]);
        assert_stopped(&lab.run(), StopKind::InDoubt);
        assert_eq!((lab.requests("knock"), lab.requests("caught")), (1, 0), "{script}");
    }
}
