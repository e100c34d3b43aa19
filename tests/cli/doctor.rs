//! `runbook doctor` and `runbook config show`: what this machine is like, and which settings hold.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value as Json, json};

use crate::program::{Done, Home};

const PLAIN: &str =
    "const RUNBOOK = #{ name: \"plain\", version: \"1.0.0\", summary: \"Does little\" };\nlog(\"hello\");\n";
const NEEDS: &str = "const RUNBOOK = #{ name: \"needs\", version: \"1.0.0\", summary: \"Needs much\", \
                     requires: #{ sh: \"*\", no_such_tool: \"*\" } };\n";

fn object(done: &Done) -> Json {
    serde_json::from_str(&done.stdout).unwrap_or_else(|_| panic!("{done}"))
}

/// The checks of one name, each as its state and what it says.
fn checks(doctor: &Json, name: &str) -> Vec<(String, String)> {
    let text = |check: &Json, field: &str| check[field].as_str().expect("text").to_owned();
    let all = doctor["checks"].as_array().expect("a list").iter();
    all.filter(|check| check["name"] == name).map(|check| (text(check, "state"), text(check, "text"))).collect()
}

#[test]
fn a_machine_that_is_ready_is_told_so_and_nothing_is_made() {
    let home = Home::with(&[("runbooks/plain.rhai", PLAIN)]);
    let done = home.run(&["doctor", "--output", "json"]);
    assert_eq!(done.code, 0, "{done}");
    let doctor = object(&done);
    assert_eq!((&doctor["type"], &doctor["ok"]), (&json!("doctor"), &json!(true)));
    let journal = checks(&doctor, "journal");
    assert!(journal[0].0 == "ok" && journal[0].1.contains("not there yet"), "{journal:?}");
    assert!(!home.path("state").exists());
    assert_eq!(home.run(&["run", "plain"]).code, 0);
    let seen = home.run(&["doctor"]);
    assert!(seen.stdout.contains("1 runs, 0 not finished") && seen.stdout.contains("✓ runbooks"), "{seen}");
    assert!(!seen.stdout.contains('✗') && !seen.stdout.contains('\u{1b}'), "{seen}");
}

#[test]
fn what_must_be_mended_is_told_with_what_to_do_and_exit_3() {
    let home = Home::with(&[
        ("runbooks/plain.rhai", PLAIN),
        ("runbooks/needs.rhai", NEEDS),
        ("runbooks/broken.rhai", "const RUNBOOK = #{ name: \"other\", version: \"x\" };\n"),
    ]);
    assert_eq!(home.run(&["run", "plain"]).code, 0);
    std::fs::set_permissions(home.path("state"), std::fs::Permissions::from_mode(0o755)).expect("mode");
    let done = home.run(&["doctor", "--output", "json"]);
    assert_eq!(done.code, 3, "{done}");
    let doctor = object(&done);
    assert_eq!(doctor["ok"], json!(false));
    for (name, told) in [("journal", "RB"), ("runbooks", "1 can't be run"), ("requires", "no_such_tool")] {
        assert!(checks(&doctor, name).iter().any(|(state, text)| state == "error" && text.contains(told)), "{done}");
    }
    assert_eq!(checks(&doctor, "requires").len(), 1, "`sh` is there");
    let seen = home.run(&["doctor"]);
    for next in ["chmod go-rwx", "runbook check broken"] {
        assert!(seen.stdout.contains(next), "{seen}");
    }
}

#[test]
fn it_speaks_both_languages_and_plain_letters() {
    let home = Home::with(&[]);
    let japanese = home.run(&["doctor", "--lang", "ja"]);
    assert!(japanese.stdout.contains("まだありません") && japanese.stdout.contains("質問"), "{japanese}");
    let ascii = home.run(&["doctor", "--ascii"]);
    assert!(ascii.stdout.is_ascii() && ascii.stdout.contains("+ program"), "{ascii}");
}

#[test]
fn every_setting_is_shown_with_the_file_variable_or_flag_it_comes_from() {
    let home = Home::with(&[
        ("runbook.toml", "libraries = [\"shared\"]\n[policy]\nconfirm = [\"change\"]\ndeny = [\"process:* rm *\"]\n"),
        (".config/runbook/config.toml", "lang = \"ja\"\n[policy]\napprove = [\"change\"]\n"),
        ("envs/prod.toml", "[policy]\nconfirm = [\"ensure\"]\nprograms = { \"kubectl get *\" = \"read\" }\n"),
        ("shared/none.rhai", "1"),
    ]);
    let done = home.run(&["config", "show", "--env", "prod", "--output", "json"]);
    assert_eq!(done.code, 0, "{done}");
    let settings = object(&done)["settings"].clone();
    let user = home.path(".config/runbook/config.toml").display().to_string();
    for (key, value, origin) in [
        ("state-dir", json!(home.path("state")), "RUNBOOK_STATE_DIR"),
        ("lang", json!("ja"), user.as_str()),
        ("libraries", json!("shared"), "runbook.toml"),
        ("policy.confirm", json!("change"), "runbook.toml"),
        ("policy.deny", json!("process:* rm *"), "runbook.toml"),
        ("policy.approve", json!("change"), user.as_str()),
        ("policy.confirm", json!("ensure"), "envs/prod.toml"),
        ("policy.programs", json!({ "program": "kubectl get *", "effect": "read" }), "envs/prod.toml"),
    ] {
        let wanted = json!({ "key": key, "value": value, "origin": origin });
        assert!(settings.as_array().expect("a list").contains(&wanted), "{wanted} is not in {settings:#}");
    }
    let seen = home.run(&["config", "show", "--lang", "en", "--state-dir", "elsewhere"]);
    assert!(seen.stdout.contains("policy.confirm") && !seen.stdout.contains("runbook.toml"), "{seen}");
    let with_origin = home.run(&["config", "show", "--origin", "--lang", "en", "--state-dir", "elsewhere"]);
    assert!(with_origin.stdout.contains("--lang") && with_origin.stdout.contains("--state-dir"), "{with_origin}");
    assert_eq!(home.run(&["config", "show", "--env", "prd"]).code, 2);
}
