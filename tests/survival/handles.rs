//! DESIGN §3 on handles: "A handle (a tunnel) is journaled as its recipe, opened again at first use on the same local port, and
//! hashed by its recipe."

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use runbook::binding::{Context, Declaration, Described, Example, HostFunction};
use runbook::model::code::Code;
use runbook::model::failure::Failure;
use runbook::model::permission::Want;
use runbook::model::run::StopKind;
use runbook::model::value::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cloud::Fault;
use crate::lab::{Lab, assert_done, assert_stopped};

/// What became of the ways of one name; tests use names of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Way {
    opened: u16,
    open: u16,
    broken: bool,
}

static WAYS: Mutex<BTreeMap<String, Way>> = Mutex::new(BTreeMap::new());

fn change(name: &str, change: impl FnOnce(&mut Way)) -> Way {
    let mut ways = WAYS.lock().unwrap();
    let way = ways.entry(name.to_owned()).or_default();
    change(way);
    *way
}

fn way(name: &str) -> Way {
    change(name, |_| ())
}

/// How often it was opened, and how often it is open.
fn opened_and_open(name: &str) -> (u16, u16) {
    let way = way(name);
    (way.opened, way.open)
}

struct Open(String);

impl Drop for Open {
    fn drop(&mut self) {
        change(&self.0, |way| way.open -= 1);
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    name: String,
}

#[derive(Serialize, JsonSchema)]
struct Port {
    port: i64,
}

/// Opens a way: on another port each time, unless it was open before.
struct Ways;

impl Described for Ways {
    const NAME: &'static str = "way::open";
    const SUMMARY: &'static str = "Opens a way";
    const POSITIONAL: &'static [&'static str] = &["name"];
    const EXAMPLES: &'static [Example] = &[];
    type Args = Arguments;
    type Output = Port;
}

impl HostFunction for Ways {
    const PERMISSIONS: &'static [&'static str] = &[];

    fn wants(_: &Arguments) -> Result<Vec<Want>, Failure> {
        Ok(Vec::new())
    }

    fn time_limit(_: &Arguments) -> Duration {
        Duration::from_secs(60)
    }

    async fn live(args: Arguments, context: &Context<'_>) -> Result<Port, Failure> {
        let way = way(&args.name);
        if way.broken {
            return Err(Failure::failed("the way is broken"));
        }
        change(&args.name, |way| {
            way.opened += 1;
            way.open += 1;
        });
        (context.keep)(Box::new(Open(args.name)));
        let before = context.opened.and_then(Value::as_map).and_then(|gave| gave.get("port"));
        let port = before.and_then(|port| if let Value::Int(port) = port { Some(*port) } else { None });
        Ok(Port { port: port.unwrap_or(i64::from(way.opened) + 1) })
    }
}

/// The declaration, for the laboratory's registry.
pub fn declaration() -> Declaration {
    Declaration::handle::<Ways>()
}

// "opened again at first use on the same local port": the arguments that hold it are the same, so nothing is done twice.
#[test]
fn a_resume_opens_it_again_before_the_first_call_that_is_made_and_it_comes_out_the_same() {
    let script = r#"let t = way::open("again"); cloud::change(`a-${t.port}`); cloud::change(`b-${t.port}`)"#;
    let lab = Lab::new(script).fault("b-1", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    assert_eq!(opened_and_open("again"), (1, 0));
    assert_done(&lab.resume());
    assert_eq!(opened_and_open("again"), (2, 0));
    assert_eq!((lab.times("a-1"), lab.times("b-1"), lab.requests("b-2")), (1, 1, 0));
}

// "at first use": what the journal answers is no use.
#[test]
fn a_resume_that_makes_no_call_opens_nothing() {
    let lab = Lab::new(r#"let t = way::open("unused"); cloud::change("a"); if params.fail { throw "x" }"#);
    let failing = Lab { params: Value::Map(BTreeMap::from([("fail".to_owned(), Value::Bool(true))])), ..lab };
    assert_stopped(&failing.run(), StopKind::Failed);
    assert_stopped(&failing.resume(), StopKind::Failed);
    assert_eq!(opened_and_open("unused"), (1, 0));
}

#[test]
fn it_ends_with_its_step_or_hold_and_a_finished_step_opens_nothing_again() {
    let script = r#"
        step("s", || { let t = way::open("step"); cloud::change(`a-${t.port}`) });
        hold("h", || way::open("hold"), |t| cloud::change(`close-${t.port}`));
        cloud::change("last");
    "#;
    let lab = Lab::new(script).fault("last", &[Fault::Fail]).on_call(|name, _| {
        let expected = match name {
            "a-1" => [1, 0],
            "close-1" | "last" => [0, 1],
            other => panic!("{other}"),
        };
        assert_eq!([way("step").open, way("hold").open], expected, "{name}");
    });
    assert_stopped(&lab.run(), StopKind::Failed);
    assert_eq!((opened_and_open("step"), opened_and_open("hold")), ((1, 0), (1, 0)));
    // The hold was closed when the run stopped, so it opens anew; its second close is another call.
    let lab = Lab { on_call: None, ..lab };
    assert_done(&lab.resume());
    assert_eq!((opened_and_open("step"), opened_and_open("hold")), ((1, 0), (2, 0)));
}

#[test]
fn one_that_cannot_be_opened_again_fails_the_call_that_needs_it_and_is_tried_again() {
    let lab =
        Lab::new(r#"let t = way::open("broken"); cloud::change("a"); cloud::change("b")"#).fault("b", &[Fault::Fail]);
    assert_stopped(&lab.run(), StopKind::Failed);
    change("broken", |way| way.broken = true);
    let verdict = lab.resume();
    assert_stopped(&verdict, StopKind::Failed);
    assert!(verdict.diagnostic.unwrap().message.contains("the way is broken"));
    assert_eq!(lab.requests("b"), 1);
    change("broken", |way| way.broken = false);
    assert_done(&lab.resume());
    assert_eq!((lab.times("a"), lab.times("b")), (1, 1));
}

// DESIGN §3 on holds: "After kill -9 … the closes are owed: … paid by resume or cancel." What a close needs is open then.
#[test]
fn an_owed_close_finds_what_was_open_around_it() {
    let script = r#"
        let t = way::open("around");
        hold("h", || way::open("inside"), |i| cloud::change(`close-${i.port}`));
        cloud::change("work");
    "#;
    for end in ["cancel", "resume"] {
        let script = script.replace("around", &format!("around {end}")).replace("inside", &format!("inside {end}"));
        let lab = Lab::new(&script);
        lab.run_killed_before("work", 1);
        let ways = [format!("around {end}"), format!("inside {end}")];
        let seen = ways.clone();
        // The laboratory ran it undisturbed first, to find the moment. What was killed let go of nothing.
        for name in &ways {
            change(name, |way| way.open = 0);
        }
        let lab = lab.on_call(move |name, _| {
            if name == "close-2" {
                assert_eq!(seen.each_ref().map(|way| opened_and_open(way)), [(3, 1), (3, 1)]);
            }
        });
        if end == "cancel" {
            lab.cancel(false).unwrap();
        } else {
            assert_done(&lab.resume());
        }
        assert_eq!(lab.times("close-2"), 1, "{end}");
        assert_eq!(ways.each_ref().map(|way| opened_and_open(way)), [(3, 0), (3, 0)], "{end}");
    }
}

#[test]
fn none_is_opened_inside_a_wait() {
    let verdict = Lab::new(r#"wait_until(#{ timeout: 5 }, || { way::open("wait"); true })"#).run();
    assert_stopped(&verdict, StopKind::Failed);
    assert_eq!(verdict.diagnostic.map(|told| told.code), Some(Code::WriteInWait));
    assert_eq!(opened_and_open("wait"), (0, 0));
}
