//! Runs that are carried from one journal to another: `runbook runs export` and `runbook runs import`.

use std::process::{Command, Stdio};

use serde_json::Value as Json;

use crate::program::{Done, Home};

/// Fails at its second step until there is a file.
const SHIP: &str = r#"const RUNBOOK = #{ name: "ship", version: "1.2.0", permissions: ["fs:write *", "fs:read *"] };
step("pack", || { let text = "x"; text.pad(20_000, "x"); fs::write("packed", text) });
step("send", || { fs::read("ready"); fs::write("sent", "yes") });
"#;

fn home() -> Home {
    let home = Home::with(&[("runbooks/ship.rhai", SHIP)]);
    assert_eq!(home.run(&["run", "ship"]).code, 1);
    home
}

/// Exports the newest run of `from` into a file of `to`.
fn carried(from: &Home, to: &Home) -> String {
    let file = to.path("ship.jsonl");
    let done = from.run(&["runs", "export", &from.newest_run(), "-o", file.to_str().expect("text")]);
    assert_eq!(done.code, 0, "{done}");
    std::fs::read_to_string(file).expect("reads")
}

fn imported(home: &Home) -> Json {
    let done = home.run(&["runs", "import", "ship.jsonl", "--output", "json"]);
    assert_eq!(done.code, 0, "{done}");
    serde_json::from_str(&done.stdout).expect("JSON")
}

#[test]
fn a_run_is_told_and_audited_where_it_was_imported_as_where_it_was_made() {
    let (here, there) = (home(), Home::with(&[]));
    let run = here.newest_run();
    carried(&here, &there);
    let done = there.run(&["runs", "import", "ship.jsonl"]);
    assert_eq!(done.code, 0, "{done}");
    assert!(done.stdout.contains("ship@1.2.0  imported, entries:"), "{done}");
    assert!(done.stderr.contains(&format!("{run} is not finished")), "{done}");
    for command in [&["report", &run][..], &["log", &run], &["show", &run]] {
        assert_eq!(there.run(command).stdout, here.run(command).stdout, "{command:?}");
    }
    let audit = there.run(&["audit", "verify"]);
    assert_eq!(audit.code, 0, "{audit}");
    assert!(audit.stdout.contains(&format!("{run}#1–")) && audit.stdout.contains("; imported by "), "{audit}");
    // A run of its own follows the imported one, and the chain of the journal stays whole.
    let note = r#"const RUNBOOK = #{ name: "note", version: "0.1.0" };"#;
    std::fs::write(there.path("note.rhai"), note).expect("writes");
    assert_eq!(there.run(&["run", "./note.rhai"]).code, 0);
    let audit: Json = serde_json::from_str(&there.run(&["audit", "verify", "--output", "json"]).stdout).expect("JSON");
    assert_eq!((&audit["valid"], &audit["runs"], &audit["imported"][0]["run"]), (&true.into(), &2.into(), &run.into()));
}

#[test]
fn importing_again_changes_nothing_and_what_a_run_did_since_is_added() {
    let (here, there) = (home(), Home::with(&[]));
    carried(&here, &there);
    assert_eq!(imported(&there)["runs"][0]["became"], "imported");
    assert_eq!(imported(&there)["runs"][0]["became"], "already_here");
    std::fs::write(here.path("ready"), "").expect("writes");
    assert_eq!(here.run(&["resume"]).code, 0);
    carried(&here, &there);
    let again = imported(&there);
    assert_eq!((&again["runs"][0]["became"], &again["runs"][0]["finished"]), (&"extended".into(), &true.into()));
    assert_eq!(there.state_of(&here.newest_run()), "done");
    assert_eq!(there.run(&["audit", "verify"]).code, 0);
}

#[test]
fn an_imported_run_is_taken_up_only_when_somebody_says_that_it_has_stopped_elsewhere() {
    let (here, there) = (home(), Home::with(&[]));
    let run = here.newest_run();
    carried(&here, &there);
    imported(&there);
    for command in ["resume", "cancel"] {
        let refused = there.run(&[command, &run]);
        assert_eq!(refused.code, 8, "{refused}");
        assert!(refused.stderr.contains("RB0803"), "{refused}");
        assert!(refused.stderr.contains(&format!("runbook {command} {run} --take-over")), "{refused}");
    }
    // It works in the folder that it is taken up in.
    assert_eq!(there.run(&["resume", &run, "--take-over"]).code, 1, "it fails again");
    std::fs::write(there.path("ready"), "").expect("writes");
    assert_eq!(there.run(&["resume", &run]).code, 0, "it was taken over once");
    // Home again, where it was not gone on with meanwhile.
    carried(&there, &here);
    assert_eq!(imported(&here)["runs"][0]["became"], "extended");
    assert_eq!(here.run(&["audit", "verify"]).code, 0);
}

#[test]
fn a_run_that_went_on_in_both_places_is_refused() {
    let (here, there) = (home(), Home::with(&[]));
    let run = here.newest_run();
    carried(&here, &there);
    imported(&there);
    assert_eq!(here.run(&["note", &run, "here"]).code, 0);
    assert_eq!(there.run(&["note", &run, "there"]).code, 0);
    carried(&here, &there);
    let refused = there.run(&["runs", "import", "ship.jsonl"]);
    assert_eq!(refused.code, 1, "{refused}");
    assert!(refused.stderr.contains("RB0908") && refused.stderr.contains("nothing was imported"), "{refused}");
}

#[test]
fn a_file_that_is_not_as_it_was_written_is_refused_before_anything_is_stored() {
    let (here, there) = (home(), Home::with(&[]));
    let whole = carried(&here, &there);
    let lines: Vec<&str> = whole.lines().collect();
    let damaged = [
        String::new(),
        "{}".to_owned(),
        "{\"type\":\"plan\",\"v\":1}".to_owned(),
        lines[1..].join("\n"),
        lines[..lines.len() - 1].join("\n"),
        [&lines[..1], &lines[2..]].concat().join("\n"),
        whole.replacen("pack", "pock", 1),
        whole.replacen("fs::write", "fs::wrote", 1),
        whole.replacen("\"seq\":3", "\"seq\":4", 1),
        format!("{whole}{}", lines[lines.len() - 1]),
        format!("{whole}{whole}"),
        whole.replace(&here.newest_run(), "r-8m3x"),
        whole.replace(&here.newest_run(), "../x"),
    ];
    for text in damaged {
        std::fs::write(there.path("ship.jsonl"), &text).expect("writes");
        let refused = there.run(&["runs", "import", "ship.jsonl"]);
        assert_eq!(refused.code, 1, "{refused}");
        assert!(refused.stderr.contains("RB0907") && refused.stderr.contains("nothing was imported"), "{refused}");
        assert!(!there.path("state/journal.sqlite").exists() || there.run(&["runs"]).stdout.is_empty());
    }
    std::fs::write(there.path("ship.jsonl"), whole.replacen("\"format\":1", "\"format\":99", 1)).expect("writes");
    let refused = there.run(&["runs", "import", "ship.jsonl"]);
    assert!(refused.code == 1 && refused.stderr.contains("RB0902"), "{refused}");
    let missing = there.run(&["runs", "import", "nowhere.jsonl"]);
    assert!(missing.code == 2 && missing.stderr.contains("RB0207"), "{missing}");
}

#[test]
fn an_export_goes_through_a_pipe_and_its_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (here, there) = (home(), Home::with(&[]));
    carried(&here, &there);
    assert_eq!(std::fs::metadata(there.path("ship.jsonl")).expect("is there").permissions().mode() & 0o777, 0o600);
    let mut export = here.command(&["runs", "export", &here.newest_run()]);
    let mut export = export.stdout(Stdio::piped()).spawn().expect("starts");
    let mut import: Command = there.command(&["runs", "import", "-"]);
    import.stdin(export.stdout.take().expect("piped"));
    let done = Done::of(import);
    assert!(export.wait().expect("ends").success());
    assert_eq!(done.code, 0, "{done}");
    let again = here.run(&["runs", "export", "r-zzzz", "-o", "x"]);
    assert!(again.code == 2 && again.stderr.contains("RB0904") && !here.path("x").exists(), "{again}");
}
