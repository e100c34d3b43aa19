//! `runbook manual` and `runbook init`: what a script can call, for people, programs and editors.

use crate::program::{Done, Home};

#[test]
fn a_function_a_word_and_a_namespace_are_explained_and_a_typing_mistake_is_told() {
    let home = Home::with(&[]);
    let one = home.run(&["manual", "http::get"]);
    assert_eq!(one.code, 0, "{one}");
    for part in ["http::get(url, #{ … })", "effect: read", "timeout", "status", "gives"] {
        assert!(one.stdout.contains(part), "{part}\n{one}");
    }
    assert!(home.run(&["manual", "step"]).stdout.contains("once finished it never runs again"));
    let namespace = home.run(&["manual", "fs"]).stdout;
    assert!(namespace.contains("fs::read") && !namespace.contains("human::ask"), "{namespace}");
    let all = home.run(&["manual"]).stdout;
    assert!(["step", "http::get", "human::confirm"].iter().all(|name| all.contains(name)), "{all}");
    for (wrong, meant) in [("http::gte", "http::get"), ("setp", "step"), ("choose", "human::choose")] {
        let told = home.run(&["manual", wrong]);
        assert!(told.code == 2 && told.stderr.contains(&format!("did you mean `{meant}`?")), "{told}");
    }
    let machine = home.run(&["manual", "process::change", "--output", "json"]).stdout;
    let machine: serde_json::Value = serde_json::from_str(&machine).expect("JSON");
    assert_eq!((&machine["type"], &machine["entries"][0]["effect"]), (&"manual".into(), &"change".into()));
}

#[test]
fn a_code_is_explained_in_both_languages() {
    let home = Home::with(&[]);
    let page = home.run(&["explain", "RB0701"]);
    assert!(page.code == 0 && page.stdout.contains("runbook settle"), "{page}");
    assert!(home.run(&["explain", "rb0701", "--lang", "ja"]).stdout.contains("不明"));
    assert!(home.run(&["explain"]).stdout.lines().count() > 40);
    let wrong = home.run(&["explain", "RB0799"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("there is no code"), "{wrong}");
}

#[test]
fn init_makes_a_project_that_runs_and_never_overwrites_a_persons_file() {
    let home = Home::with(&[]);
    let made = home.run(&["init"]);
    assert!(made.code == 0 && made.stderr.matches("created").count() == 3, "{made}");
    assert_eq!(home.run(&["check"]).code, 0);
    let done = home.run(&["run", "hello"]);
    assert!(done.code == 0 && home.text("hello.txt") == "hello world, from Linux", "{done}");

    std::fs::write(home.path("runbook.toml"), "lang = \"en\"\n").expect("written");
    std::fs::write(home.path(".rhai/runbook.d.rhai"), "old").expect("written");
    let again = home.run(&["init"]);
    assert!(!made.stderr.contains("Tab"), "no shell is known: {made}");
    let mut of_bash = home.command(&["init"]);
    of_bash.env("SHELL", "/usr/bin/bash");
    let tip = Done::of(of_bash);
    assert!(tip.stderr.contains("echo 'source <(COMPLETE=bash runbook)' >> ~/.bashrc"), "{tip}");
    assert!(again.code == 0 && again.stderr.contains("left as it is runbook.toml"), "{again}");
    assert_eq!(home.text("runbook.toml"), "lang = \"en\"\n");
    let definitions = home.text(".rhai/runbook.d.rhai");
    assert!(definitions.starts_with("module static;\n"), "{definitions}");
    for part in [
        "\nlet params: Map;\n",
        "\nfn step(name: String, closure: Fn) -> ?;",
        "\nmodule http {\n",
        "    fn get(url: String, options: Map) -> Map;",
        "    fn read(path: String) -> ?;",
        "    fn exists(path: String) -> bool;",
        "    fn read(argv: Array, options: Map) -> Map;",
    ] {
        assert!(definitions.contains(part), "{part}");
    }
    assert_eq!(definitions.matches('{').count(), definitions.matches('}').count(), "whole modules");
}
