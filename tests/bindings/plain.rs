//! The functions that need nothing but their arguments, and the small ones beside them, in tables of cases.

use runbook::binding::Kind;
use runbook::model::failure::{Failure, FailureKind};
use runbook::model::value::Value;
use serde_json::{Value as Json, json};

use crate::host::{Host, TurnedClock, declaration, given};

fn compute(name: &str, arguments: Json) -> Result<Value, Failure> {
    let declaration = declaration(name);
    let args = declaration.gather(given(arguments)).expect("arguments by position and name");
    declaration.check(&args)?;
    declaration.compute(&args)
}

fn gives(cases: impl IntoIterator<Item = (&'static str, Json, Json)>) {
    for (name, arguments, expected) in cases {
        let expected = Value::from_plain_json(expected).expect("value");
        assert_eq!(compute(name, arguments.clone()), Ok(expected), "{name} {arguments}");
    }
}

fn refuses(cases: impl IntoIterator<Item = (&'static str, Json, &'static str)>) {
    for (name, arguments, why) in cases {
        let failure = compute(name, arguments.clone()).expect_err(why);
        assert!(failure.message.contains(why), "{name} {arguments}: {failure}");
        assert_eq!(failure.kind, FailureKind::Invalid);
    }
}

#[test]
fn data_is_read_from_text() {
    gives([
        (
            "json::parse",
            json!([r#" {"a": [1, 2.5, null, true, "x"], "$bytes": "no tag"} "#]),
            json!({ "a": [1, 2.5, null, true, "x"], "$bytes": "no tag" }),
        ),
        ("json::parse", json!(["18446744073709551615"]), json!("18446744073709551615")),
        (
            "toml::parse",
            json!(["a.b = 1\n[[c]]\nd = 2026-01-31T09:00:00Z\n[[c]]\ne = [1.5, \"x\", true]"]),
            json!({ "a": { "b": 1 }, "c": [{ "d": "2026-01-31T09:00:00Z" }, { "e": [1.5, "x", true] }] }),
        ),
        (
            "yaml::parse",
            json!([
                "a: 1\nb: [x, 2.5, null, true]\nc: &c {d: e}\nf: *c\n1: one\nzip: \"007\"\nlong: |\n  two\n  lines\n"
            ]),
            json!({ "a": 1, "b": ["x", 2.5, null, true], "c": { "d": "e" }, "f": { "d": "e" }, "1": "one", "zip": "007", "long": "two\nlines\n" }),
        ),
        (
            "yaml::parse",
            json!(["- 18446744073709551615\n- -5\n- 0x10\n- yes\n- NO\n- ${HOME}\n"]),
            json!(["18446744073709551615", -5, 16, "yes", "NO", "${HOME}"]),
        ),
    ]);
    let float = compute("yaml::parse", json!([".inf"])).expect("reads");
    assert_eq!(float, Value::Float(f64::INFINITY));
}

#[test]
fn what_is_wrong_with_data_is_told_with_line_and_column() {
    refuses([
        ("json::parse", json!(["{\n  \"a\": 1,\n}"]), "line 3, column 1"),
        ("json::parse", json!([""]), "line 1, column 0: EOF"),
        ("toml::parse", json!(["a = 1\nb = = 2\n"]), "line 2, column 5"),
        ("toml::parse", json!(["a = 1\na = 2\n"]), "line 2, column 1: duplicate key"),
        ("yaml::parse", json!(["a: 1\nb: [1, 2\n"]), "line "),
        ("yaml::parse", json!(["a: 1\na: 2\n"]), "line 2, column 1: duplicate"),
        ("yaml::parse", json!(["a: 1\n---\nb: 2\n"]), "line "),
    ]);
}

#[test]
fn data_that_would_take_the_host_down_is_refused() {
    let deep = "[".repeat(100_000);
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: [*g,*g,*g,*g,*g,*g,*g,*g,*g]\n";
    let nested = format!("{}1{}", "[".repeat(80), "]".repeat(80));
    for (name, text) in [
        ("json::parse", deep.clone()),
        ("toml::parse", format!("a = {deep}")),
        ("yaml::parse", deep),
        ("yaml::parse", bomb.to_owned()),
        ("json::parse", nested.clone()),
        ("toml::parse", format!("a = {nested}")),
        ("yaml::parse", nested),
        ("json::parse", format!("\"{}\"", "x".repeat(8 << 20))),
    ] {
        assert_eq!(compute(name, json!([text])).expect_err(name).kind, FailureKind::Invalid);
    }
}

#[test]
fn values_are_written_as_json() {
    gives([
        (
            "json::stringify",
            json!([{ "b": [1, 2.5, null, true, "x\n⟦"], "a": {} }]),
            json!("{\"a\":{},\"b\":[1,2.5,null,true,\"x\\n⟦\"]}"),
        ),
        ("json::stringify", json!([[1], { "pretty": true }]), json!("[\n  1\n]")),
        ("json::stringify", json!([{ "pretty": 1 }, { "pretty": false }]), json!("{\"pretty\":1}")),
    ]);
    let stringify = declaration("json::stringify");
    for (value, why) in
        [(Value::Bytes(vec![1]), "bytes"), (Value::Float(f64::NAN), "NaN"), (Value::Unknown, "not known yet")]
    {
        let args = stringify.gather(vec![Value::List(vec![value])]).expect("arguments");
        assert!(stringify.compute(&args).expect_err(why).message.contains(why));
    }
    let args = stringify.gather(vec![Value::Char('é')]).expect("arguments");
    assert_eq!(stringify.compute(&args), Ok(Value::from("\"é\"")));
}

#[test]
fn texts_are_searched_and_changed() {
    gives([
        ("text::matches", json!(["9f2c1ab", "^[0-9a-f]{7,40}$"]), json!(true)),
        ("text::matches", json!(["", "x"]), json!(false)),
        ("text::find", json!(["none", "[0-9]"]), json!(null)),
        (
            "text::find",
            json!(["v1.4 v2", "v(?<major>[0-9]+)(\\.(?<minor>[0-9]+))?"]),
            json!({ "text": "v1.4", "groups": ["1", ".4", "4"], "names": { "major": "1", "minor": "4" } }),
        ),
        ("text::find", json!(["v2", "v([0-9])(x)?"]), json!({ "text": "v2", "groups": ["2", null], "names": {} })),
        (
            "text::find_all",
            json!(["a1 b22", "[0-9]+"]),
            json!([{ "text": "1", "groups": [], "names": {} }, { "text": "22", "groups": [], "names": {} }]),
        ),
        ("text::replace", json!(["2026-01-31", "([0-9]+)-([0-9]+)-([0-9]+)", "$3.$2.$1"]), json!("31.01.2026")),
        ("text::replace", json!(["日本 x", "x*", "-"]), json!("-日-本- -")),
        ("text::replace", json!(["cost", "cost", "$$5"]), json!("$5")),
        ("text::trim_indent", json!(["\n    one\n      two\n\n    three\n    "]), json!("one\n  two\n\nthree\n")),
        ("text::base64_encode", json!(["user:name"]), json!("dXNlcjpuYW1l")),
        ("text::base64_encode", json!(["a?b>c~", { "url": true }]), json!("YT9iPmN-")),
        ("text::base64_decode", json!(["dXNlcjpu\nYW1lIQ=="]), json!("user:name!")),
        ("text::base64_decode", json!(["YT9iPmN-"]), json!("a?b>c~")),
        ("text::sha256", json!(["abc"]), json!("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")),
        ("text::url_encode", json!(["a b&c/日-._~"]), json!("a%20b%26c%2F%E6%97%A5-._~")),
    ]);
    assert_eq!(compute("text::base64_decode", json!(["/w==", { "form": "bytes" }])), Ok(Value::Bytes(vec![0xff])));
    refuses([
        ("text::matches", json!(["x", "(unclosed"]), "unclosed group"),
        ("text::matches", json!(["x", "(?=look)"]), "look-around"),
        ("text::matches", json!(["x", "((a{1000}){1000}){1000}"]), "too large"),
        ("text::base64_decode", json!(["not base64!"]), "no base64"),
        ("text::base64_decode", json!(["/w=="]), "no UTF-8"),
        ("text::base64_encode", json!([5]), "an integer"),
        ("text::find_all", json!(["x".repeat(100_001), "x"]), "more than 100000 times"),
        ("text::replace", json!(["x".repeat(1 << 20), "x", "y".repeat(1000)]), "would grow"),
    ]);
}

#[test]
fn times_are_read_written_and_reckoned_with() {
    gives([
        ("time::parse", json!(["2026-01-31T09:00:00Z"]), json!(1_769_850_000)),
        ("time::parse", json!(["2026-01-31T18:00:00+09:00"]), json!(1_769_850_000)),
        ("time::parse", json!(["Sat, 31 Jan 2026 09:00:00 GMT"]), json!(1_769_850_000)),
        ("time::parse", json!(["1969-12-31T23:59:59Z"]), json!(-1)),
        ("time::format", json!(["2026-01-31T20:00:00Z", "%Y-%m-%d %H:%M"]), json!("2026-01-31 20:00")),
        (
            "time::format",
            json!(["2026-01-31T20:00:00Z", "%d.%m. %H:%M %Z", { "zone": "Asia/Tokyo" }]),
            json!("01.02. 05:00 JST"),
        ),
        ("time::format", json!(["2026-01-31T20:00:00Z", "%H:%M %z", { "zone": "-03:30" }]), json!("16:30 -0330")),
        ("time::add", json!(["2026-01-31T23:30:00Z", "1h"]), json!("2026-02-01T00:30:00Z")),
        ("time::add", json!(["2026-01-31T23:30:00+01:00", 90]), json!("2026-01-31T22:31:30Z")),
        ("time::subtract", json!(["2026-01-01T00:00:00Z", "250ms"]), json!("2025-12-31T23:59:59.75Z")),
        ("time::seconds", json!(["1h30m"]), json!(5400)),
        ("time::seconds", json!(["250ms"]), json!(0.25)),
        ("time::since", json!(["2026-01-31T09:00:00Z", "2026-01-31T09:01:30Z"]), json!(90)),
        ("time::since", json!(["2026-01-31T09:00:00.5Z", "2026-01-31T09:00:00Z"]), json!(-0.5)),
    ]);
    refuses([
        ("time::parse", json!(["2026-01-31 09:00"]), "no time with an offset"),
        ("time::parse", json!(["yesterday"]), "no time"),
        ("time::format", json!(["2026-01-31T20:00:00Z", "%!"]), "no pattern"),
        ("time::format", json!(["2026-01-31T20:00:00Z", "%H", { "zone": "Mars/Base" }]), "no time zone"),
        ("time::format", json!(["2026-01-31T20:00:00Z", "%H", { "zone": "+99:00" }]), "no time zone"),
        ("time::add", json!(["9999-12-30T00:00:00Z", "30d"]), "no time that far"),
        ("time::seconds", json!(["soon"]), "not a duration"),
    ]);
}

#[tokio::test]
async fn the_clock_is_the_world_s() {
    let clock = TurnedClock::new();
    let host = Host::with_clock(clock.clone());
    assert_eq!(host.call("time::now", json!([])).await, Ok(Value::from("2026-01-02T03:04:05Z")));
    clock.turn(std::time::Duration::from_millis(1500));
    assert_eq!(host.call("time::now", json!([])).await, Ok(Value::from("2026-01-02T03:04:06.5Z")));
    assert_eq!(Host::wants("time::now", json!([])), Ok(vec![]));
}

#[tokio::test]
async fn environment_variables_are_read_by_name() {
    let host = Host::new();
    let path = std::env::var("PATH").expect("PATH");
    assert_eq!(host.call("env::get", json!(["PATH"])).await, Ok(Value::from(path)));
    let missing = "RUNBOOK_NO_SUCH_VARIABLE";
    assert_eq!(host.call("env::get", json!([missing, { "defaults_to": "" }])).await, Ok(Value::from("")));
    let failure = host.call("env::get", json!([missing])).await.expect_err("missing");
    assert!(failure.kind == FailureKind::Failed && failure.message.contains(missing));
    assert_eq!(Host::wants("env::get", json!(["PATH"])).expect("wants"), ["env:read PATH"]);
    for name in ["", "A=B", "A B", "A\u{0}"] {
        assert_eq!(Host::wants("env::get", json!([name])).expect_err("no name").kind, FailureKind::Invalid);
    }
}

#[tokio::test]
async fn ids_are_drawn_in_their_form_and_remembered() {
    let host = Host::new();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..200 {
        for (name, arguments, pattern) in [
            ("id::uuid", json!([]), "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"),
            ("id::token", json!([]), "^[0-9a-z]{24}$"),
            ("id::token", json!([{ "length": 40 }]), "^[0-9a-z]{40}$"),
        ] {
            let id = host.call(name, arguments).await.expect(name);
            let id = id.as_text().expect("text");
            assert!(regex::Regex::new(pattern).expect("pattern").is_match(id), "{name}: {id}");
            assert!(seen.insert(id.to_owned()), "drawn twice: {id}");
        }
    }
    for name in ["id::uuid", "id::token", "id::number"] {
        assert_eq!(declaration(name).kind, Kind::Remembered);
    }
}

#[tokio::test]
async fn numbers_are_drawn_between_their_bounds_and_reach_both() {
    let host = Host::new();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..500 {
        match host.call("id::number", json!([-1, 2])).await.expect("draws") {
            Value::Int(n) => seen.insert(n),
            other => panic!("{other:?}"),
        };
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [-1, 0, 1, 2]);
    assert_eq!(host.call("id::number", json!([7, 7])).await, Ok(Value::Int(7)));
    assert!(matches!(host.call("id::number", json!([i64::MIN, i64::MAX])).await, Ok(Value::Int(_))));
    assert_eq!(Host::wants("id::number", json!([2, 1])).expect_err("empty").kind, FailureKind::Invalid);
    for length in [0, 257] {
        assert_eq!(
            Host::wants("id::token", json!([{ "length": length }])).expect_err("length").kind,
            FailureKind::Invalid
        );
    }
}

#[test]
fn every_function_is_documented_and_has_an_example_of_itself() {
    for declaration in runbook::bindings::all().iter() {
        assert!(!declaration.summary.ends_with('.') && !declaration.summary.is_empty(), "{}", declaration.name);
        assert!(!declaration.examples.is_empty(), "{}", declaration.name);
        for example in declaration.examples {
            assert!(example.script.contains(&format!("{}(", declaration.name)), "{}", declaration.name);
        }
        for parameter in &declaration.parameters {
            assert!(!parameter.doc.is_empty(), "`{}` of {}", parameter.name, declaration.name);
        }
    }
}
