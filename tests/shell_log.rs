//! `runbook log --as shell`: what a shell makes of it is what the run did.

mod lab;
mod program;

use std::process::Command;

use lab::counting::{Answer, CountingServer, Received};
use program::Project;

const SCRIPT: &str = r#"
let text = "it's $(here) & 日本語";
http::get(`${url}/a`, #{ query: #{ q: text, n: 3, all: ["x", "y z"], none: () }, headers: #{ "x-one": text }, timeout: "5s" });
http::head(`${url}/head?kept=1`);
http::post(`${url}/json`, #{ json: #{ name: text, list: [1, true, ()] } });
http::put(`${url}/text`, #{ body: text, headers: #{ "content-type": "text/plain" } });
http::post(`${url}/form`, #{ form: #{ name: text, other: "a=b&c" } });
http::get(`${url}/moved`, #{ follow_redirects: 2 });
http::get(`http://site.example:${port}/elsewhere`, #{ connect_to: `127.0.0.1:${port}` });
process::change(["sh", "-c", "cat >> out; printf %s \"$WORD\" >> out"], #{ cwd: "sub", stdin: text, env: #{ WORD: text } });
"#;

/// What makes a request what it is.
fn facts(received: &Received) -> [String; 6] {
    let header = |name: &str| received.header(name).unwrap_or_default().to_owned();
    let (path, query) = (received.path.clone(), received.query.clone().unwrap_or_default());
    [received.method.clone(), path, query, header("x-one"), header("host"), received.body_text().to_owned()]
}

#[test]
fn a_shell_makes_the_same_requests_and_runs_the_same_programs() {
    let server = CountingServer::start();
    server.otherwise(Answer::text("fine"));
    server.answer("GET", "/moved", [Answer::redirect(302, "/there"), Answer::redirect(302, "/there")]);
    let project = Project::new();
    let text = format!(
        "const RUNBOOK = #{{ name: \"requests\", version: \"1.0.0\", summary: \"Asks\", \
         permissions: [\"http:* http://127.0.0.1:*/*\", \"http:* http://site.example:*/*\", \"http:connect 127.0.0.1:*\", \"process:change sh *\"] }};\n\
         let port = {};\nlet url = `http://127.0.0.1:${{port}}`;{SCRIPT}",
        server.port()
    );
    std::fs::create_dir(project.root().join("runbooks")).unwrap();
    std::fs::create_dir(project.root().join("sub")).unwrap();
    std::fs::write(project.root().join("runbooks/requests.rhai"), text).unwrap();
    let mut run = project.command(&["run", "requests", "--yes"]);
    let ran = run.output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let out = project.root().join("sub/out");
    let written = std::fs::read_to_string(&out).unwrap();
    std::fs::remove_file(&out).unwrap();
    let by_run: Vec<_> = server.received().iter().map(facts).collect();
    let shown = project.command(&["runs", "--output", "json"]).output().unwrap();
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    let run = shown["runs"][0]["run"].as_str().unwrap();
    let commands = project.run(&["log", run, "--as", "shell"]).with(0).stdout;
    let by_shell = Command::new("sh").arg("-c").arg(&commands).current_dir(project.root()).output().unwrap();
    assert!(by_shell.status.success(), "{commands}\n{}", String::from_utf8_lossy(&by_shell.stderr));
    let by_shell: Vec<_> = server.received().iter().skip(by_run.len()).map(facts).collect();
    assert_eq!(by_shell, by_run, "{commands}");
    assert_eq!(by_run.len(), 8);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), written, "{commands}");
    assert_eq!(written.matches("it's $(here) & 日本語").count(), 2);
}
