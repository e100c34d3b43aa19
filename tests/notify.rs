//! `notify::` against a server that takes messages, refuses them or is not there.

mod lab;
mod program;

use lab::counting::{Answer, CountingServer};
use program::{Ended, Project};
use serde_json::{Value as Json, json};

const PERMISSIONS: &str =
    r#""notify:webhook http://127.0.0.1:*/*", "notify:webhook secret:env:HOOK", "notify:summary", "secret:env HOOK""#;

struct Told {
    ended: Ended,
    project: Project,
}

/// Runs `body`, with the server's address as `URL` in it and in the variable `HOOK`.
fn run(server: &CountingServer, body: &str, variables: &[(&str, &str)]) -> Told {
    let project = Project::new();
    std::fs::create_dir(project.root().join("runbooks")).expect("a folder");
    let url = format!("http://{}/services/T0/B0/Very-Secret-Token", server.address());
    let text = format!(
        "const RUNBOOK = #{{ name: \"tell\", version: \"1.0.0\", permissions: [{PERMISSIONS}] }};\n{}",
        body.replace("URL", &url)
    );
    std::fs::write(project.root().join("runbooks/tell.rhai"), text).expect("a runbook");
    let mut command = project.command(&["run", "tell"]);
    command.env("HOOK", &url).envs(variables.iter().copied()).stdin(std::process::Stdio::null());
    let output = command.output().expect("the program ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let code = output.status.code().expect("a code");
    Told { ended: Ended { code, stdout: text(output.stdout), stderr: text(output.stderr) }, project }
}

#[test]
fn a_message_arrives_as_json_and_as_slack_takes_it() {
    let server = CountingServer::start();
    server.answer("POST", "/services/T0/B0/Very-Secret-Token", [Answer::text("ok")]);
    let told = run(
        &server,
        r#"let hook = notify::webhook("URL", #{ run: 1, texts: ["a", ()] }, #{ headers: #{ "x-key": "k" } });
        let slack = notify::slack(secret::env("HOOK"), "<!channel> *web* & api", #{ thread_ts: "1.2", blocks: [#{ type: "divider" }] });
        let raw = notify::slack("URL", "<!channel>", #{ raw: true });
        [hook, slack, raw]"#,
        &[],
    );
    let delivered = json!({ "delivered": true, "status": 200, "why": "" });
    assert_eq!(told.ended.with(0).json(), json!([delivered, delivered, delivered]));
    let received = server.received();
    let bodies: Vec<Json> =
        received.iter().map(|request| serde_json::from_str(request.body_text()).expect("JSON")).collect();
    assert_eq!(bodies[0], json!({ "run": 1, "texts": ["a", null] }));
    assert_eq!(received[0].header("x-key"), Some("k"));
    assert_eq!(received[0].header("content-type"), Some("application/json"));
    let blocks = json!([{ "type": "divider" }]);
    let text = "&lt;!channel&gt; *web* &amp; api";
    assert_eq!(bodies[1], json!({ "text": text, "blocks": blocks, "thread_ts": "1.2" }));
    assert_eq!(bodies[2], json!({ "text": "<!channel>" }));
}

#[test]
fn what_does_not_arrive_is_told_and_fails_nothing_unless_it_must_arrive() {
    let server = CountingServer::start();
    server.answer("POST", "/services/T0/B0/Very-Secret-Token", [Answer::status(404).body("no_team")]);
    let told = run(&server, r#"notify::slack(secret::env("HOOK"), "hello")"#, &[]);
    assert_eq!(told.ended.code, 0, "{}", told.ended.stderr);
    let result = told.ended.json();
    assert_eq!((&result["delivered"], &result["status"]), (&json!(false), &json!(404)));
    assert_eq!(result["why"], "it was answered with 404: no_team");

    let told = run(&server, r#"notify::slack(secret::env("HOOK"), "hello", #{ required: true })"#, &[]);
    assert!(told.ended.code == 1 && told.ended.stderr.contains("was not delivered"), "{}", told.ended.stderr);
    assert!(!told.ended.stderr.contains("Very-Secret-Token"), "{}", told.ended.stderr);

    // Nobody is there, nobody answers in time, and the connection breaks.
    server.answer("POST", "/services/T0/B0/Very-Secret-Token", [Answer::lost()]);
    let told = run(
        &server,
        r#"[notify::webhook("http://127.0.0.1:1/x", #{}), notify::webhook(secret::env("HOOK"), #{}, #{ timeout: "10s" })]"#,
        &[],
    );
    let results = told.ended.with(0).json();
    assert_eq!((&results[0]["delivered"], &results[0]["status"]), (&json!(false), &Json::Null));
    assert_eq!(results[1]["delivered"], false);
    for result in results.as_array().expect("two") {
        let why = result["why"].as_str().expect("a reason");
        assert!(!why.is_empty() && !why.contains("Secret"), "{why}");
    }
}

#[test]
fn a_secret_address_stands_nowhere_and_needs_a_permission_by_its_name() {
    let server = CountingServer::start();
    server.answer("POST", "/services/T0/B0/Very-Secret-Token", [Answer::text("ok")]);
    let told = run(&server, r#"notify::slack(secret::env("HOOK"), "hello")"#, &[]);
    assert_eq!(told.ended.code, 0);
    let journal = std::fs::read(told.project.root().parent().expect("a folder").join("state/journal.sqlite"));
    let journal = journal.expect("the journal");
    assert!(!journal.windows(17).any(|window| window == b"Very-Secret-Token"));
    let report = told.project.run(&["report", "--format", "markdown"]).with(0);
    assert!(
        !report.stdout.contains("Very-Secret-Token") && report.stdout.contains("secret:env:HOOK"),
        "{}",
        report.stdout
    );

    let project = Project::new();
    std::fs::create_dir(project.root().join("runbooks")).expect("a folder");
    let text = r#"const RUNBOOK = #{ name: "tell", version: "1.0.0", permissions: ["secret:env HOOK"] };
notify::slack(secret::env("HOOK"), "hello")"#;
    std::fs::write(project.root().join("runbooks/tell.rhai"), text).expect("a runbook");
    let mut command = project.command(&["run", "tell"]);
    let output = command.env("HOOK", "http://127.0.0.1:1/").output().expect("ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("notify:webhook secret:env:HOOK"), "the line to add is told: {said}");
}

#[test]
fn wrong_arguments_are_errors_before_anything_is_sent() {
    let server = CountingServer::start();
    for (call, told) in [
        (r#"notify::slack("URL", " ")"#, "the text is empty"),
        (r#"notify::webhook("ftp://127.0.0.1/", #{})"#, "does not begin with `https://`"),
        (r#"notify::webhook("nowhere", #{})"#, "`url` is no URL"),
        (r#"notify::webhook("http://169.254.169.254/", #{})"#, "metadata service"),
        (r#"notify::webhook("http://127.0.0.1/" + secret::env("HOOK"), #{})"#, "must be a secret as a whole"),
    ] {
        let ended = run(&server, call, &[]).ended;
        assert!(ended.code != 0 && ended.stderr.contains(told), "{call}: {}", ended.stderr);
    }
    assert!(server.received().is_empty());
}

#[test]
fn the_summary_of_a_workflow_step_gets_what_is_added_and_elsewhere_nothing_happens() {
    let server = CountingServer::start();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("summary.md");
    std::fs::write(&file, "before\n").expect("writes");
    let script = r###"notify::summary("## Found\n\n| a |\n| - |\n")"###;
    let told = run(&server, script, &[("GITHUB_STEP_SUMMARY", file.to_str().expect("UTF-8"))]);
    assert_eq!(told.ended.with(0).json(), json!({ "written": true, "why": "" }));
    assert_eq!(std::fs::read_to_string(&file).expect("reads"), "before\n## Found\n\n| a |\n| - |\n");
    let told = run(&server, script, &[]);
    let result = told.ended.with(0).json();
    assert_eq!(result["written"], false);
    assert!(result["why"].as_str().is_some_and(|why| why.contains("GITHUB_STEP_SUMMARY")), "{result}");
}

#[test]
fn a_hook_that_was_set_up_wrongly_fails_nothing_and_tells_nothing_of_the_secret() {
    let server = CountingServer::start();
    for hook in ["hUnter2:rest-of-it", "not a url", "http://169.254.169.254/x", "http://127.0.0.1:1/x"] {
        let told = run(&server, r#"notify::slack(secret::env("HOOK"), "hello")"#, &[("HOOK", hook)]);
        assert_eq!(told.ended.code, 0, "{hook}: {}", told.ended.stderr);
        let result = told.ended.json();
        assert_eq!(result["delivered"], false, "{hook}");
        let said = format!("{result}{}", told.ended.stderr).to_lowercase();
        assert!(said.contains("was not delivered") && !said.contains("hunter2"), "{hook}: {said}");
    }
}

#[test]
fn a_secret_may_stand_in_the_payload_and_a_receiver_can_drop_what_comes_twice() {
    let server = CountingServer::start();
    server.answer("POST", "/services/T0/B0/Very-Secret-Token", [Answer::text("ok")]);
    let script = r#"notify::webhook("URL", #{ routing_key: secret::env("HOOK"), event: #{ text: "down" } })"#;
    let told = run(&server, script, &[("HOOK", "a-long-routing-key")]);
    assert_eq!(told.ended.with(0).json()["delivered"], true);
    let request = &server.received()[0];
    let body: Json = serde_json::from_str(request.body_text()).expect("JSON");
    assert_eq!(body, json!({ "routing_key": "a-long-routing-key", "event": { "text": "down" } }));
    assert!(request.header("idempotency-key").is_some_and(|key| !key.is_empty()));
}
