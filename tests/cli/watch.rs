//! `runbook check --watch`: checks again whenever a script changes.

use std::io::{BufRead, BufReader, Lines};
use std::process::{ChildStdout, Stdio};

use serde_json::Value as Json;

use crate::program::{Home, kill};

fn next(lines: &mut Lines<BufReader<ChildStdout>>) -> (bool, String) {
    let line = lines.next().expect("another check").expect("reads");
    let found: Json = serde_json::from_str(&line).expect("JSON");
    let first = found["diagnostics"][0]["summary"].as_str().unwrap_or_default().to_owned();
    (found["valid"].as_bool().expect("a verdict"), first)
}

/// As editors save: a new file in place of the old one.
fn save(home: &Home, name: &str, text: &str) {
    std::fs::write(home.path("new"), text).expect("writes");
    std::fs::rename(home.path("new"), home.path(name)).expect("renames");
}

#[test]
fn each_change_of_a_script_a_module_or_a_new_runbook_is_checked_at_once() {
    let head = r#"const RUNBOOK = #{ name: "a", version: "0.1.0" };"#;
    let home = Home::with(&[
        ("runbook.toml", ""),
        ("runbooks/a.rhai", &format!("{head} import \"lib/m\" as m; m::f();")),
        ("runbooks/lib/m.rhai", "fn f() { lgo(1) }"),
    ]);
    let mut child =
        home.command(&["check", "--watch", "--output", "json"]).stdout(Stdio::piped()).spawn().expect("starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    assert!(!next(&mut lines).0, "the module calls what is not there");
    save(&home, "runbooks/lib/m.rhai", "fn f() { log(1) }");
    assert_eq!(next(&mut lines), (true, String::new()));
    save(&home, "runbooks/a.rhai", &format!("{head} lgo(2);"));
    assert!(!next(&mut lines).0);
    save(&home, "runbooks/a.rhai", &format!("{head} lo"));
    assert!(!next(&mut lines).0, "one that does not parse is told as well");
    save(&home, "runbooks/a.rhai", head);
    assert!(next(&mut lines).0);
    save(&home, "runbooks/b.rhai", "const RUNBOOK = #{ name: \"b\" };");
    let (is_valid, first) = next(&mut lines);
    assert!(!is_valid && first.contains("version"), "{first}");
    kill(&child, "INT");
    assert!(!child.wait().expect("ends").success());
}
