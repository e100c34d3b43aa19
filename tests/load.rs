//! `load::run` against servers that are fast, slow, stall or fail.

mod lab;
mod program;

use std::time::Duration;

use lab::counting::{Answer, CountingServer};
use program::{Ended, Project};
use serde_json::{Value as Json, json};

fn project(script: &str) -> Project {
    let project = Project::new();
    std::fs::create_dir(project.root().join("runbooks")).expect("a folder");
    let permissions = r#""load:run http://127.0.0.1:*/*", "secret:env KEY""#;
    let text =
        format!("const RUNBOOK = #{{ name: \"load\", version: \"1.0.0\", permissions: [{permissions}] }};\n{script}");
    std::fs::write(project.root().join("runbooks/load.rhai"), text).expect("a runbook");
    project
}

fn run(server: &CountingServer, options: &str) -> Ended {
    project(&format!(r#"load::run("{}", #{{ {options} }})"#, server.url("/"))).run(&["run", "load"])
}

fn number(value: &Json) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn every_request_that_is_due_is_made_once_and_counted() {
    let server = CountingServer::start();
    server.answer("GET", "/", [Answer::text("hello")]);
    let seen = run(&server, r#"rate: 100.0, duration: "1s", connections: 4"#).with(0).json();
    assert_eq!((&seen["requests"], &seen["ok"], &seen["failed"]), (&json!(100), &json!(100), &json!(0)), "{seen:#}");
    assert_eq!(server.count("GET", "/"), 100);
    assert_eq!((&seen["statuses"], &seen["errors"]), (&json!({ "200": 100 }), &json!({})));
    assert_eq!((&seen["bytes"], &seen["stopped"]), (&json!(500), &json!("")));
    // The last one is due after 990 ms, and none is made much before it is due.
    assert!(number(&seen["took_ms"]) >= 985.0, "{seen:#}");
    let histogram = seen["histogram"].as_array().expect("buckets");
    assert_eq!(histogram.iter().map(|bucket| bucket["count"].as_u64().expect("a count")).sum::<u64>(), 100);
    let times = &seen["latency_ms"];
    let rising = ["min", "p50", "p90", "p95", "p99", "p99_9", "max"].map(|name| number(&times[name]));
    assert!(rising.is_sorted(), "{seen:#}");
}

#[test]
fn a_server_that_stalls_shows_in_the_latency_of_all_who_came_meanwhile() {
    let server = CountingServer::start();
    server.answer_with("GET", "/", |_, nth| {
        let answer = Answer::text("");
        if nth == 50 { answer.delay(Duration::from_millis(600)) } else { answer }
    });
    let seen = run(&server, r#"rate: 100.0, duration: "2s", connections: 1"#).with(0).json();
    assert_eq!(seen["requests"], 200);
    // About 60 of 200 requests were due during the stall and waited 300 ms on average; only one was slow when it was sent.
    let (latency, service) = (number(&seen["latency_ms"]["p90"]), number(&seen["service_ms"]["p90"]));
    assert!(latency >= 200.0 && service < latency / 2.0, "{seen:#}");
    assert!(number(&seen["service_ms"]["max"]) >= 600.0);
}

#[test]
fn it_ends_at_the_cap_and_when_too_many_fail() {
    let server = CountingServer::start();
    server.answer("GET", "/", [Answer::text("")]);
    let capped = run(&server, r#"rate: 200.0, duration: "10m", max_requests: 30"#).with(0).json();
    assert_eq!((&capped["requests"], &capped["stopped"]), (&json!(30), &json!("max_requests")));
    assert_eq!(server.count("GET", "/"), 30);

    server.answer("GET", "/", [Answer::status(503)]);
    let failing = run(&server, r#"rate: 1000.0, duration: "10m", stop_at_errors: 0.2"#).with(0).json();
    assert_eq!(failing["stopped"], "errors");
    let made = failing["requests"].as_u64().expect("a number");
    assert!((100..=120).contains(&made), "{failing:#}");
    assert_eq!(failing["failed"], made);
    let expected = run(&server, r#"rate: 200.0, duration: "500ms", expect: [503]"#).with(0).json();
    assert_eq!((&expected["ok"], &expected["stopped"]), (&json!(100), &json!("")));
}

#[test]
fn answers_that_never_come_are_errors_by_their_reason() {
    let server = CountingServer::start();
    server.answer_with("POST", "/", |request, nth| {
        assert_eq!((request.body_text(), request.header("x-key")), ("load", Some("of-service")));
        if nth % 2 == 0 { Answer::lost() } else { Answer::text("").held() }
    });
    let script = format!(
        r#"load::run("{}", #{{ rate: 40.0, duration: "500ms", method: "POST", body: "load", timeout: "200ms", stop_at_errors: 1.0,
            headers: #{{ "x-key": secret::env("KEY") }} }})"#,
        server.url("/")
    );
    let project = project(&script);
    let mut command = project.command(&["run", "load"]);
    let output = command.env("KEY", "of-service").args(["--lang", "ja"]).output().expect("ends");
    let seen: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&seen["requests"], &seen["ok"]), (&json!(20), &json!(0)), "{seen:#}");
    assert_eq!(seen["errors"]["timed out"], 10, "{seen:#}");
    assert_eq!(seen["statuses"], json!({}));
}

#[test]
fn a_plan_sends_nothing_and_wrong_arguments_are_told() {
    let server = CountingServer::start();
    let options = r#"rate: 10.0, duration: "1s""#;
    let planned = project(&format!(r#"load::run("{}", #{{ {options} }})"#, server.url("/")));
    let plan = planned.run(&["plan", "load"]).with(0);
    assert!(plan.stderr.contains("load::run") || plan.stdout.contains("load::run"), "{plan:?}");
    for (options, told) in [
        (r#"rate: 0.0, duration: "1s""#, "`rate` is more than 0"),
        (r#"rate: 1.0, duration: "2h""#, "at most an hour"),
        (r#"rate: 1.0, duration: "1s", connections: 0"#, "`connections` are from 1 to 1000"),
        (r#"rate: 1.0, duration: "1s", max_requests: 0"#, "`max_requests` are from 1"),
        (r#"rate: 1.0, duration: "1s", stop_at_errors: 2.0"#, "a share from 0 to 1"),
        (r#"rate: 1.0, duration: "1s", connect_to: "x""#, "no address with a port"),
        (r#"rate: 1.0, duration: "1s", headers: #{ host: "other.example" }"#, "the header `host` follows from the URL"),
    ] {
        let ended = run(&server, options);
        assert!(ended.code != 0 && ended.stderr.contains(told), "{options}: {}", ended.stderr);
    }
    let refused = project(&format!(r#"load::run("http://169.254.169.254/", #{{ {options} }})"#)).run(&["run", "load"]);
    assert!(refused.code != 0 && refused.stderr.contains("metadata"), "{}", refused.stderr);
    let unasked = Project::new();
    std::fs::create_dir(unasked.root().join("runbooks")).expect("a folder");
    let text = format!(
        "const RUNBOOK = #{{ name: \"load\", version: \"1.0.0\" }};\nload::run(\"{}\", #{{ {options} }})",
        server.url("/")
    );
    std::fs::write(unasked.root().join("runbooks/load.rhai"), text).expect("a runbook");
    let unasked = unasked.run(&["run", "load"]);
    assert!(unasked.code != 0 && unasked.stderr.contains("load:run http://127.0.0.1"), "{}", unasked.stderr);
    assert!(server.received().is_empty());
}

#[test]
fn ctrl_c_ends_it_with_what_was_seen_and_after_kill_9_a_person_is_asked() {
    let server = CountingServer::start();
    server.answer("GET", "/", [Answer::text("")]);
    let script = format!(r#"load::run("{}", #{{ rate: 100.0, duration: "10m" }})"#, server.url("/"));
    let interrupted = project(&script);
    let mut command = interrupted.command(&["run", "load"]);
    let child = command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null()).spawn().expect("starts");
    server.wait_for("GET", "/", 20);
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("sent");
    let code = { child }.wait().expect("ends").code();
    assert_eq!(code, Some(130));
    let report = interrupted.run(&["report", "--output", "json"]).with(0).json();
    let call = &report["calls"][0];
    assert!(call["result"].to_string().contains("interrupted after"), "{call:#}");
    assert!(number(&call["details"]["requests"]) >= 20.0, "what was seen is kept: {call:#}");
    // A resume tells it as what it was; the next one makes the load again.
    let told = interrupted.run(&["resume"]).with(1);
    assert!(told.stderr.contains("interrupted after") && told.stderr.contains("is made again"), "{}", told.stderr);
    let before = server.count("GET", "/");
    let mut command = interrupted.command(&["resume"]);
    let mut child =
        command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null()).spawn().expect("starts");
    server.wait_for("GET", "/", before + 20);
    child.kill().expect("killed");
    child.wait().expect("ends");

    let killed = project(&script);
    let mut command = killed.command(&["run", "load"]);
    let mut child =
        command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null()).spawn().expect("starts");
    let before = server.count("GET", "/");
    server.wait_for("GET", "/", before + 20);
    child.kill().expect("killed");
    child.wait().expect("ends");
    let asked = killed.run(&["resume"]).with(7);
    assert!(asked.stderr.contains("some of it was made"), "{}", asked.stderr);
}
