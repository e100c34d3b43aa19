//! Looking at runs and settling them, when all is not well around them.

use std::process::Stdio;

use serde_json::Value as Json;

use crate::program::{self, Done, Home};

const CUT: &str = r#"const RUNBOOK = #{ name: "cut", version: "0.1.0", permissions: ["process:change *"] };
step("cut", || process::change(["sh", "-c", "kill -9 $(ps -o ppid= -p $$)"]));
step("after", || process::change(["touch", "after"]));
"#;
/// Cuts itself the first time only.
const CUT_ONCE: &str = r#"const RUNBOOK = #{ name: "once", version: "0.1.0", permissions: ["process:change *"] };
step("cut", || process::change(["sh", "-c", "test -e tried || { touch tried; kill -9 $(ps -o ppid= -p $$); }"]));
"#;
const LONG: &str =
    "const RUNBOOK = #{ name: \"long\", version: \"0.1.0\" };\nstep(\"wait\", || time::sleep(\"1h\"));\n";
const HELLO: &str = "const RUNBOOK = #{ name: \"hello\", version: \"0.1.0\" };\n\"hello\"\n";
/// A change that takes no notice of being asked to stop.
const STUBBORN: &str = r#"const RUNBOOK = #{ name: "stubborn", version: "0.1.0", permissions: ["process:change *"] };
step("work", || process::change(["sh", "-c", "trap '' INT TERM; touch begun; while :; do sleep 0.05; done"]));
"#;

fn json(home: &Home, arguments: &[&str]) -> Json {
    let done = home.run(&[arguments, &["--output", "json"]].concat());
    serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{done}"))
}

/// A run that died in the middle of a change, and the number of that call.
fn cut(runbook: &str, home: &Home) -> (String, String) {
    assert_eq!(home.run(&["run", runbook]).code, -9);
    let run = home.newest_run();
    let call = json(home, &["report", &run])["in_doubt"][0].to_string();
    (run, call)
}

#[test]
fn a_run_is_told_of_when_what_was_around_it_is_gone() {
    let home = Home::with(&[("runbooks/cut.rhai", CUT), ("envs/prod.toml", "")]);
    assert_eq!(home.run(&["run", "cut", "--env", "prod"]).code, -9);
    std::fs::remove_dir_all(home.path("envs")).expect("removes");
    std::fs::remove_dir_all(home.path("runbooks")).expect("removes");
    let run = home.newest_run();
    let call = json(&home, &["report", &run])["in_doubt"][0].to_string();
    let commands: &[&[&str]] = &[
        &["runs"],
        &["report", &run],
        &["show", &run],
        &["settle", &run],
        &["settle", &run, &call, "--did-not-happen"],
    ];
    for arguments in commands {
        let done = home.run(arguments);
        assert_eq!(done.code, 0, "{arguments:?}\n{done}");
    }
    assert_eq!(home.run(&["resume", &run]).code, 2, "a resume needs the environment's policy");
}

#[test]
fn every_command_says_the_same_of_how_a_run_stands() {
    let home = Home::with(&[("runbooks/once.rhai", CUT_ONCE)]);
    let (run, call) = cut("once", &home);
    let stands = |word: &str| {
        assert_eq!(home.state_of(&run), word);
        assert_eq!(json(&home, &["report", &run])["state"], word);
        let shown = home.run(&["show", &run]);
        assert!(shown.stdout.lines().next().is_some_and(|line| line.ends_with(word)), "{shown}");
        assert_eq!(json(&home, &["runs", "--state", word])["runs"][0]["run"], run.as_str());
    };
    stands("died");
    assert_eq!(home.run(&["resume", "--non-interactive"]).code, 7);
    stands("in doubt");
    assert_eq!(home.run(&["settle", &run, &call, "--did-not-happen", "--reason", "no trace of it"]).code, 0);
    stands("settled");
    let settlement = json(&home, &["show", &run, "--call", &call])["call"]["settlement"].clone();
    assert_eq!((&settlement["happened"], &settlement["evidence"]), (&false.into(), &"no trace of it".into()));
    assert_eq!(home.run(&["resume"]).code, 0);
    stands("done");
}

#[test]
fn settling_refuses_what_makes_no_sense_and_records_nothing_then() {
    let home = Home::with(&[("runbooks/cut.rhai", CUT), ("runbooks/hello.rhai", HELLO)]);
    assert_eq!(home.run(&["run", "hello"]).code, 0);
    let ended = home.newest_run();
    let (run, call) = cut("cut", &home);
    let before = json(&home, &["report", &run])["last_at"].clone();
    let cases: &[(&[&str], i32, &[&str])] = &[
        (&["settle", &run, "--did-not-happen"], 2, &["RB0201", "number of the call", &call]),
        (&["settle", &run, "999", "--did-not-happen"], 2, &["RB0201", "call 999", "not in doubt", "runbook settle"]),
        (&["settle", &run, "999"], 2, &["RB0201", "not in doubt"]),
        (&["settle", &run, &call, "--happened", "arn:aws:x"], 2, &["RB0201", "not JSON", "stands in quotes"]),
        (&["settle", &run, &call, "--happened", "--did-not-happen"], 2, &["cannot be used with"]),
        (&["settle", &ended, &call, "--did-not-happen"], 2, &["RB0905", "runbook report"]),
        (&["settle"], 2, &["RUN"]),
    ];
    for (arguments, code, told) in cases {
        let done = home.run(arguments);
        assert_eq!((done.code, done.stdout.as_str()), (*code, ""), "{arguments:?}\n{done}");
        for text in *told {
            assert!(done.stderr.contains(text), "{arguments:?} does not say {text}\n{done}");
        }
    }
    assert_eq!(json(&home, &["report", &run])["last_at"], before);
}

#[test]
fn a_run_that_a_process_holds_is_not_settled_by_another() {
    let home = Home::with(&[("runbooks/long.rhai", LONG)]);
    let mut child =
        home.command(&["run", "long"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("starts");
    let told = program::read_until(&mut child, "wait");
    let run = home.newest_run();
    let refused = home.run(&["settle", &run, "2", "--did-not-happen"]);
    assert!(refused.code == 8 && refused.stderr.contains("RB0801"), "{refused}");
    assert_eq!(json(&home, &["report", &run])["state"], "running");
    program::kill(&child, "INT");
    Done::end_of(child, told);
}

#[test]
fn the_list_of_runs_is_narrowed_and_says_when_there_are_more() {
    let home = Home::with(&[("runbooks/hello.rhai", HELLO), ("runbooks/long.rhai", LONG)]);
    for _ in 0..3 {
        assert_eq!(home.run(&["run", "hello"]).code, 0);
    }
    let two = home.run(&["runs", "--limit", "2"]);
    assert!(two.stdout.lines().count() == 3 && two.stderr.contains("--limit 0"), "{two}");
    let objects = home.run(&["runs", "--output", "ndjson"]);
    assert_eq!(objects.stdout.lines().count(), 3, "{objects}");
    assert_eq!(json(&home, &["runs", "--runbook", "long"])["runs"], serde_json::json!([]));
    let wrong = home.run(&["runs", "--state", "faild"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("did you mean `failed`?"), "{wrong}");
    let none = home.run(&["show", &home.newest_run(), "--call", "999"]);
    assert!(none.code == 2 && none.stderr.contains("has no call 999"), "{none}");
}

#[test]
fn one_call_of_a_run_is_told_at_a_glance() {
    let script = r#"const RUNBOOK = #{ name: "glance", version: "0.1.0",
    permissions: ["process:change *", "secret:env KEY"] };
step("send", || process::change(["sh", "-c", "printf done"], #{ env: #{ KEY: secret::env("KEY") } }));
"#;
    let home = Home::with(&[("runbooks/glance.rhai", script)]);
    let mut command = home.command(&["run", "glance"]);
    command.env("KEY", "hunter2-and-more");
    let done = Done::of(command);
    assert_eq!(done.code, 0, "{done}");
    let run = home.newest_run();
    let calls = json(&home, &["report", &run])["calls"].clone();
    let calls = calls.as_array().expect("a list");
    let call = calls.iter().find(|call| call["function"] == "process::change").expect("the change")["call"].to_string();
    let told = home.run(&["show", &run, "--step", &call]).stdout;
    assert!(told.starts_with(&format!("{run}#{call}  [W!] process::change  20")), "{told}");
    for word in ["step      send", "input     {", "secrets   ", "⟦secret:env:KEY⟧", "result    "] {
        assert!(told.lines().any(|line| line.contains(word)), "{word}: {told}");
    }
    assert!(!told.contains("hunter2"), "{told}");
    let japanese = home.run(&["show", &run, "--step", &call, "--lang", "ja"]).stdout;
    assert!(japanese.contains("入力") && japanese.contains("秘密"), "{japanese}");
    let line = json(&home, &["show", &run, "--step", &call])["call"].clone();
    assert!(line["secrets"].as_object().is_some_and(|secrets| secrets.len() == 1), "{line}");
    assert!(home.run(&["--ascii", "show", &run, "--step", &call]).stdout.contains("->"));
    assert_eq!(home.run(&["show", &run, "--step", &call, "--call", &call]).code, 2);
}

#[test]
fn a_second_ctrl_c_ends_a_run_whose_program_does_not_stop() {
    let home = Home::with(&[("runbooks/stubborn.rhai", STUBBORN)]);
    let mut child =
        home.command(&["run", "stubborn"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("starts");
    let mut told = program::read_until(&mut child, "begin");
    program::until(|| home.path("begun").exists());
    program::kill(&child, "INT");
    told.push_str(&program::read_until_text(&mut child, "Again to end now"));
    program::kill(&child, "INT");
    let done = Done::end_of(child, told);
    assert_eq!(done.code, 130, "{done}");
    let run = home.newest_run();
    assert_eq!(json(&home, &["report", &run])["in_doubt"].as_array().map(Vec::len), Some(1), "{done}");
}

#[test]
fn a_journal_of_a_newer_program_is_left_alone() {
    let home = Home::with(&[("runbooks/hello.rhai", HELLO)]);
    assert_eq!(home.run(&["run", "hello"]).code, 0);
    // SQLite keeps `user_version`, our format, in bytes 60 to 63 (https://sqlite.org/fileformat.html, section 1.3).
    let path = home.path("state/journal.sqlite");
    let mut bytes = std::fs::read(&path).expect("reads");
    bytes[60..64].copy_from_slice(&999_u32.to_be_bytes());
    std::fs::write(&path, &bytes).expect("writes");
    for arguments in [&["run", "hello"][..], &["runs"], &["report"], &["resume"]] {
        let refused = home.run(arguments);
        assert!(refused.code == 1 && refused.stderr.contains("RB0902"), "{arguments:?}\n{refused}");
        assert!(refused.stderr.contains("format 999") && refused.stderr.contains("newer program"), "{refused}");
    }
    assert_eq!(std::fs::read(&path).expect("reads"), bytes, "nothing was written");
}
