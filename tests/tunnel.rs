//! `process::tunnel` with a real bastion: what it leads to, when it ends, and that a resume opens the same one again.

mod lab;
mod program;

use std::net::{Ipv4Addr, TcpStream};
use std::process::Stdio;

use lab::bastion::Bastion;
use lab::counting::{Answer, CountingServer};
use program::Project;

/// A project whose runbook `behind` has `body`, with `tunnel` for the way to the server.
fn project(bastion: &Bastion, server: &CountingServer, body: &str) -> Project {
    let project = Project::new();
    std::fs::create_dir(project.root().join("runbooks")).unwrap();
    let words = serde_json::to_string(&bastion.tunnel_to(server.port())).unwrap();
    let text = format!(
        "//! What is behind a bastion.\n\
         const RUNBOOK = #{{ name: \"behind\", version: \"1.0.0\", summary: \"Reach it\", \
         permissions: [\"process:read ssh *\", \"http:* http://127.0.0.1:*/*\"] }};\n\
         fn way() {{ process::tunnel({words}) }}\n{body}"
    );
    std::fs::write(project.root().join("runbooks/behind.rhai"), text).unwrap();
    project
}

fn takes_connections(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// The local ports that requests came through, in order.
fn ports(server: &CountingServer) -> Vec<u16> {
    let of = |host: &str| host.rsplit(':').next().and_then(|port| port.parse().ok());
    server.received().iter().filter_map(|request| of(request.header("host")?)).collect()
}

#[test]
fn it_leads_through_the_bastion_and_ends_with_its_step() {
    let (bastion, server) = (Bastion::start(), CountingServer::start());
    server.otherwise(Answer::text("behind"));
    let project = project(
        &bastion,
        &server,
        "let port = step(\"reach it\", || { let t = way(); [t.local_port, http::get(`http://127.0.0.1:${t.local_port}/`).body] });\nport",
    );
    let ended = project.run(&["run", "behind", "--output", "json"]).with(0);
    let value = &ended.json()["value"];
    assert_eq!(value[1], "behind");
    assert!(!takes_connections(u16::try_from(value[0].as_u64().unwrap()).unwrap()));
    server.assert_count("GET", "/", 1);
}

#[test]
fn after_kill_9_a_resume_opens_it_again_on_the_same_port() {
    let (bastion, server) = (Bastion::start(), CountingServer::start());
    server.answer("GET", "/wait", [Answer::text("never").held(), Answer::text("go on")]);
    server.otherwise(Answer::text("done"));
    let project = project(
        &bastion,
        &server,
        "let t = way();\nlet url = `http://127.0.0.1:${t.local_port}`;\n\
         step(\"first\", || { http::post(`${url}/first`); });\nhttp::get(`${url}/wait`);\n\
         step(\"second\", || { http::post(`${url}/second`); });\nt.local_port",
    );
    let mut run = project.command(&["run", "behind"]);
    let mut run = run.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    server.wait_for("GET", "/wait", 1);
    run.kill().unwrap();
    run.wait().unwrap();
    let resumed = project.run(&["resume", "--output", "json"]).with(0);
    for (method, path, times) in [("POST", "/first", 1), ("GET", "/wait", 2), ("POST", "/second", 1)] {
        server.assert_count(method, path, times);
    }
    let port = u16::try_from(resumed.json()["value"].as_u64().unwrap()).unwrap();
    assert_eq!(ports(&server), [port; 4]);
    assert!(!takes_connections(port));
}

#[test]
fn a_program_that_opens_nothing_is_told_with_its_own_words() {
    let (bastion, server) = (Bastion::start(), CountingServer::start());
    let project = project(
        &bastion,
        &server,
        "process::tunnel([\"ssh\", \"-F\", \"none\", \"-o\", \"BatchMode=yes\", \"-N\", \"-L\", \"{port}:127.0.0.1:1\", \"-p\", \"1\", \"127.0.0.1\"]);",
    );
    project.run(&["run", "behind"]).with(1).telling(&["`ssh` ended before it took connections", "Connection refused"]);
}

#[test]
fn a_port_that_another_has_is_told_before_anything_is_started() {
    let (bastion, server) = (Bastion::start(), CountingServer::start());
    let taken = server.port();
    let body = format!("process::tunnel([\"ssh\", \"-N\", \"bastion\"], #{{ port: {taken} }});");
    project(&bastion, &server, &body)
        .run(&["run", "behind"])
        .with(1)
        .telling(&[&format!("the local port {taken} can't be used"), "ss -ltnp"]);
}

#[test]
fn words_that_name_no_local_port_are_refused() {
    let (bastion, server) = (Bastion::start(), CountingServer::start());
    let body = "process::tunnel([\"ssh\", \"-N\", \"bastion\"]);";
    project(&bastion, &server, body).run(&["run", "behind"]).with(3).telling(&["which local port", "{port}"]);
}
