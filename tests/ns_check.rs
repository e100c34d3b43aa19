//! The shipped runbook `ns-check`, run by the real program against a registry whose delegation changes.

mod lab;
mod program;

use std::process::Stdio;

use expectrl::Expect as _;
use expectrl::session::OsSession;
use lab::dns::{Dns, HOSTED, Handed, ZONE};
use program::{Ended, Project};
use serde_json::json;

/// The arguments of a run for the laboratory's zone.
fn arguments(dns: &Dns, wanted: bool) -> Vec<String> {
    let mut set = vec![
        format!("domain={ZONE}"),
        format!("resolver={}", dns.resolver()),
        format!("resolvers={}", dns.resolver()),
        "every=1s".to_owned(),
        "timeout=2m".to_owned(),
    ];
    if wanted {
        set.push(format!("name_servers={}", HOSTED.join(",")));
    }
    let pairs = set.into_iter().flat_map(|pair| ["--set".to_owned(), pair]);
    ["run", "ns-check"].map(str::to_owned).into_iter().chain(pairs).collect()
}

fn run(project: &Project, dns: &Dns, wanted: bool) -> Ended {
    let arguments = arguments(dns, wanted);
    project.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_good_delegation_passes_with_and_without_wanted_servers_and_asks_nobody() {
    let dns = Dns::start();
    for wanted in [true, false] {
        let ended = run(&Project::new(), &dns, wanted).with(0);
        let value = ended.json();
        assert_eq!(value["name_servers"], json!(HOSTED), "{}", ended.stderr);
        assert_eq!((&value["serial"], &value["signatures"]), (&json!(5), &json!("unsigned")));
    }
}

#[test]
fn what_would_break_the_domain_ends_it_with_the_server_and_the_reason() {
    let dns = Dns::start();
    for (handed, told) in [
        (Handed::Lame, "ns1.lame.test is lame (REFUSED)"),
        (Handed::Dead, "ns1.dead.test is dead (TIMEOUT)"),
        (Handed::Behind, "ns1.behind.test is stale (NOERROR)"),
        (Handed::Nothing, "hands out no name server for shop.example"),
        (Handed::Mixed, "ns1.old.test itself says that the name servers are ns1.old.test"),
    ] {
        dns.hand_out(handed);
        let ended = run(&Project::new(), &dns, false).with(1);
        assert!(ended.stderr.contains(told), "{handed:?}: {}", ended.stderr);
        assert!(ended.stderr.contains("nothing was changed"), "{}", ended.stderr);
    }
}

#[test]
fn without_a_person_it_waits_for_one_and_after_the_change_it_goes_on_to_the_end() {
    let (dns, project) = (Dns::start(), Project::new());
    dns.hand_out(Handed::Old);
    let waiting = run(&project, &dns, true).with(5);
    assert!(waiting.stderr.contains("ns1.hosted.test is not handed out"), "{}", waiting.stderr);
    // The person enters them, and says so from elsewhere.
    dns.hand_out(Handed::Good);
    let run = newest(&project);
    project.run(&["answer", &run, "done"]).with(0);
    let value = project.run(&["resume"]).with(0).json();
    assert_eq!(value["name_servers"], json!(HOSTED));
}

fn newest(project: &Project) -> String {
    let runs = project.run(&["runs", "--output", "json"]).with(0).json();
    runs["runs"][0]["run"].as_str().expect("a run").to_owned()
}

#[test]
fn at_a_terminal_the_values_are_shown_and_the_wait_follows_the_change() {
    let (dns, project) = (Dns::start(), Project::new());
    dns.hand_out(Handed::Nothing);
    let arguments = arguments(&dns, true);
    let mut command = project.command(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    command.args(["--color", "never"]).env("TERM", "xterm-256color").stdin(Stdio::inherit());
    let mut terminal = OsSession::spawn(command).expect("starts");
    terminal.set_expect_timeout(Some(std::time::Duration::from_secs(60)));
    terminal.expect("name server 1  ns1.hosted.test").expect("a value to copy");
    terminal.expect("is it done?").expect("asks");
    terminal.send("y\r").expect("answers");
    // Not there yet, and the wait says so.
    terminal.expect("the registry: ").expect("waits");
    dns.hand_out(Handed::Good);
    terminal.expect("resolvers know them").expect("goes on");
    terminal.expect(expectrl::Eof).expect("ends");
}
