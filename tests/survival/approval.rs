//! DESIGN §3, §4 and §8 on approvals: what needs one, what uses one up, what it holds for.

use std::sync::Arc;
use std::time::Duration;

use runbook::model::code::Code;
use runbook::model::entry::Event;
use runbook::model::run::{RunState, StopKind};
use runbook::model::value::Value;
use runbook::world::person::Answer;

use crate::cloud::Fault;
use crate::lab::{Lab, assert_done, assert_stopped};

// "An intent uses up its approval; making the call again needs it unexpired, with source, arguments and account unchanged."
#[test]
fn an_intent_uses_up_its_approval_and_the_same_call_may_be_made_again_until_it_expires() {
    for (passes, asked) in [(10, 1), (3600, 2)] {
        let lab = Lab::new(r#"cloud::destroy("db"); cloud::change("after")"#).fault("db", &[Fault::Fail]);
        lab.person.approves();
        assert_stopped(&lab.run(), StopKind::Failed);
        lab.clock.jump(Duration::from_secs(passes));
        assert_done(&lab.resume());
        assert_eq!(lab.person.asked().len(), asked, "after {passes} s");
    }
    // Equal calls need an approval each.
    let lab = Lab::new(r#"cloud::destroy("db"); cloud::destroy("db"); for i in 0..2 { cloud::destroy("x") }"#);
    lab.person.approves();
    assert_done(&lab.run());
    assert_eq!(lab.person.asked().len(), 4);
    // Another source is another question.
    let lab = Lab::new(r#"cloud::destroy("db")"#).fault("db", &[Fault::Fail]);
    lab.person.approves();
    assert_stopped(&lab.run(), StopKind::Failed);
    assert_done(&lab.resume_edited(r#"cloud::destroy("db"); 1"#));
    assert_eq!(lab.person.asked().len(), 2);
}

// An approval that was given before a crash, and not used, is not asked for again.
#[test]
fn an_approval_outlives_a_crash_before_its_call() {
    let lab = Lab::new(r#"cloud::destroy("db")"#);
    lab.person.approves();
    lab.run_killed_before("db", 1);
    let asked = lab.person.asked().len();
    assert_done(&lab.resume());
    assert_eq!((lab.person.asked().len(), lab.times("db")), (asked, 1));
}

// §4 "destroy: a permission and an approval, always"; §8 "--yes answers plain confirmations only. Unattended runs never approve
// themselves."
#[test]
fn a_destroy_is_always_approved_and_yes_never_gives_it() {
    for yes in [false, true] {
        let mut lab = Lab::new(r#"cloud::destroy("db")"#);
        lab.yes = yes;
        assert_stopped(&lab.run(), StopKind::Waiting);
        assert_eq!(lab.requests("db"), 0);
        lab.person.when(|_| Some(Answer::Given(Value::Bool(false))));
        assert_stopped(&lab.resume(), StopKind::Refused);
        assert_eq!(lab.requests("db"), 0);
        lab.person.leaves();
        lab.person.approves();
        assert_done(&lab.resume());
        assert_eq!(lab.times("db"), 1);
    }
    let mut lab = Lab::new(r#"if human::confirm("sure?") { cloud::change("c") }"#);
    lab.yes = true;
    assert_done(&lab.run());
    assert_eq!(lab.times("c"), 1);
    let mut lab = Lab::new(r#"human::approve("sure?")"#);
    lab.yes = true;
    assert_stopped(&lab.run(), StopKind::Waiting);
}

// §4 "a permission; confirmation where the policy says so"
#[test]
fn a_confirmation_that_the_policy_wants_is_asked_for() {
    for (answer, kind, times) in
        [(Some(true), None, 1), (Some(false), Some(StopKind::Refused), 0), (None, Some(StopKind::Waiting), 0)]
    {
        let mut lab = Lab::new(r#"cloud::change("c")"#);
        lab.policy.confirm.insert(runbook::model::effect::Effect::Change);
        if let Some(answer) = answer {
            lab.person.when(move |_| Some(Answer::Given(Value::Bool(answer))));
        }
        let verdict = lab.run();
        assert_eq!(verdict.state, kind.map_or(RunState::Done, RunState::Stopped));
        assert_eq!(lab.times("c"), times);
    }
}

// §8 "Undeclared → refused, by name, with the line to add."
#[test]
fn what_is_not_permitted_is_refused_with_the_line_to_add() {
    for function in ["read", "ensure", "change", "post", "destroy"] {
        let mut lab = Lab::new(&format!(r#"cloud::{function}("secret-door")"#));
        lab.permissions = vec!["cloud:read public*".to_owned()];
        let verdict = lab.run();
        assert_stopped(&verdict, StopKind::Refused);
        let diagnostic = verdict.diagnostic.expect("told");
        assert_eq!(diagnostic.code, Code::NotPermitted);
        assert!(diagnostic.next.iter().any(|next| next.contains(&format!("\"cloud:{function} secret-door\""))));
        assert_eq!(lab.cloud().requests.len(), 0);
        assert_eq!(lab.count(|event| matches!(event, Event::CallRefused { .. })), 1);
    }
}

// Read-only mode.
#[test]
fn a_read_only_run_reads_and_never_writes() {
    for function in ["ensure", "change", "post", "destroy"] {
        let mut lab = Lab::new(&format!(r#"cloud::read("r"); cloud::{function}("w")"#));
        lab.mode = runbook::model::run::Mode::ReadOnly;
        lab.person.approves();
        assert_stopped(&lab.run(), StopKind::Refused);
        assert_eq!((lab.requests("r"), lab.requests("w")), (1, 0), "{function}");
    }
}

// "Two runs on one environment: a run with changes holds its environment; read-only runs are free."
#[test]
fn a_run_with_changes_holds_its_environment() {
    let mut lab = Lab::new(r#"cloud::change("c")"#);
    lab.environment = Some("prod".to_owned());
    let who = runbook::model::run::Who { user: "x".to_owned(), host: "y".to_owned(), pid: 2 };
    let held = lab.backend.hold_environment("prod", &"r-2345".parse().expect("an id"), &who).expect("free");
    let error = lab.begin(None).expect_err("held by another run");
    assert_eq!(error.code, Code::EnvironmentHeld);
    assert!(lab.backend.runs().expect("runs").is_empty());
    let mut reader = Lab::new(r#"cloud::read("c")"#);
    reader.backend = Arc::clone(&lab.backend);
    reader.environment = Some("prod".to_owned());
    assert_done(&reader.run());
    drop(held);
}
