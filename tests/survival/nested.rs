//! Runbooks inside runbooks: part of the run, with parameters and permissions of their own.

use runbook::model::code::Code;
use runbook::model::run::StopKind;
use runbook::model::value::Value;

use crate::cloud::Fault;
use crate::lab::{Lab, assert_done, assert_stopped};

/// A runbook that may change what its parameter names, and read anything.
pub const INNER: &str = r#"
const RUNBOOK = #{
    name: "inner", version: "1.2.0", summary: "Changes one thing",
    params: #{ what: #{ type: "string", doc: "What" }, times: #{ type: "int", doc: "How often", defaults_to: 1 } },
    permissions: ["cloud:read *", "cloud:change ${what}"],
};
fn once(what) { cloud::change(what) }
cleanup("leave", || cloud::read("left"));
for i in 0..params.times { step(`round ${i}`, || { cloud::read("seen"); once(params.what) }); }
cloud::read(params.what)
"#;

fn lab(script: &str) -> Lab {
    let mut lab = Lab::new(script).module("runbook:inner", INNER);
    lab.permissions.push("runbook:inner@^1".to_owned());
    lab
}

// "Nested runbooks are part of the run: same pinned sources", "its own parameters", "returns the last value"
#[test]
fn a_nested_runbook_has_parameters_of_its_own_and_returns_its_last_value() {
    let mut lab = lab(r#"
        let a = runbook::run("inner", #{ what: "x", times: 3 });
        let b = runbook::run("inner", #{ what: "y" });
        step("s", || { runbook::run("inner", #{ what: "y" }); cloud::change("last") });
        [a, b, params.what]
        "#)
    .fault("last", &[Fault::Fail]);
    lab.params = Value::Map([("what".to_owned(), Value::from("mine"))].into());
    assert_stopped(&lab.run(), StopKind::Failed);
    let verdict = lab.resume();
    assert_done(&verdict);
    assert_eq!(verdict.value, Value::List(vec![Value::Int(3), Value::Int(1), Value::from("mine")]));
    assert_eq!((lab.times("x"), lab.times("y"), lab.requests("seen")), (3, 2, 5), "a finished one never runs again");
}

// "permissions intersect"
#[test]
fn a_nested_runbook_may_do_what_both_it_and_those_around_it_may() {
    let script = r#"try { runbook::run("inner", #{ what: "x" }) } catch {} cloud::change("after")"#;
    let narrow = lab(script);
    let narrow = Lab { permissions: vec!["runbook:inner".to_owned(), "cloud:read *".to_owned()], ..narrow };
    assert_stopped(&narrow.run(), StopKind::Refused);
    let wide = lab(r#"runbook::run("inner", #{ what: "x" })"#);
    let wide = Lab { sources: wide.sources.clone(), ..wide }
        .module("runbook:inner", &INNER.replace("cloud:change ${what}", "cloud:ensure x"));
    assert_stopped(&wide.run(), StopKind::Refused);
    assert_eq!(narrow.cloud().done.len() + wide.cloud().done.len(), 0);
    // And it must be named, in its version.
    for line in ["cloud:read *", "runbook:inner@^2", "runbook:other"] {
        let lab = lab(script);
        let lab = Lab { permissions: vec![line.to_owned()], ..lab };
        let verdict = lab.run();
        assert_stopped(&verdict, StopKind::Refused);
        assert!(verdict.diagnostic.is_some_and(|told| told.next[0].contains("runbook:inner@^1.2.0")));
    }
}

#[test]
fn wrong_parameters_are_an_error_before_anything_is_run() {
    for (call, code) in [
        (r#"runbook::run("inner")"#, Code::ParameterRequired),
        (r#"runbook::run("inner", #{ what: 5 })"#, Code::BadParameter),
        (r#"runbook::run("inner", #{ what: "x", tims: 1 })"#, Code::UnknownParameter),
        (r#"runbook::run("iner", #{ what: "x" })"#, Code::NoSuchRunbook),
    ] {
        let lab = lab(call);
        let verdict = lab.run();
        assert_stopped(&verdict, StopKind::Failed);
        assert_eq!(verdict.diagnostic.map(|told| told.code), Some(code), "{call}");
        assert_eq!(lab.cloud().requests.len(), 0);
    }
}

// "other parameters for a begun one are diverged"
#[test]
fn other_parameters_for_a_begun_one_are_diverged() {
    let lab = lab(r#"
        runbook::run("inner", #{ what: if cloud::read("flag") == () { "old" } else { "new" } });
        cloud::change("last")
        "#);
    lab.run_killed_in("old", 1);
    lab.cloud().held.insert("flag".to_owned(), Value::Bool(true));
    assert_stopped(&lab.resume(), StopKind::Diverged);
    assert_eq!(lab.times("new"), 0);
    lab.person.decides(0);
    assert_done(&lab.resume());
    assert_eq!((lab.times("old"), lab.times("new")), (1, 0));
}

// "a failure is an exception in the parent; one gate"
#[test]
fn a_failure_is_an_exception_in_the_parent_and_no_runbook_runs_itself() {
    let one = lab(r#"let r = attempt(|| runbook::run("inner", #{ what: "x" })); cloud::change("after"); r.ok"#)
        .fault("x", &[Fault::Fail]);
    let verdict = one.run();
    assert_done(&verdict);
    assert_eq!((verdict.value, one.times("after")), (Value::Bool(false), 1));
    let text = INNER
        .replace("cloud:read *", "runbook:inner")
        .replace("fn once", "runbook::run(\"inner\", #{ what: \"x\" }); fn once");
    let mut itself = Lab::new(r#"runbook::run("inner", #{ what: "x" })"#).module("runbook:inner", &text);
    itself.permissions.push("runbook:inner".to_owned());
    let verdict = itself.run();
    assert_stopped(&verdict, StopKind::Failed);
    assert!(verdict.diagnostic.is_some_and(|told| told.message.contains("runs itself")));
}
