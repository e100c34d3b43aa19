//! Runs that are taken out of the journal: `runbook runs prune`.

use serde_json::Value as Json;

use crate::program::Home;

const NOTE: &str = r#"const RUNBOOK = #{ name: "note", version: "0.1.0" }; log("seen");"#;
const FAILS: &str = r#"const RUNBOOK = #{ name: "fails", version: "0.1.0" }; throw "no";"#;

/// A home with runs of `note`, newest last, and one unfinished run.
fn home() -> (Home, Vec<String>, String) {
    let home = Home::with(&[("runbooks/note.rhai", NOTE), ("runbooks/fails.rhai", FAILS)]);
    let runs = (0..3).map(|_| {
        assert_eq!(home.run(&["run", "note"]).code, 0);
        home.newest_run()
    });
    let runs: Vec<String> = runs.collect();
    assert_eq!(home.run(&["run", "fails"]).code, 1);
    let unfinished = home.newest_run();
    (home, runs, unfinished)
}

#[test]
fn the_newest_of_each_runbook_are_kept_and_the_journal_stays_whole() {
    let (home, runs, unfinished) = home();
    let looked = home.run(&["runs", "prune", "--keep", "1", "--dry-run"]);
    assert_eq!(looked.code, 0, "{looked}");
    assert_eq!(looked.stdout.lines().count(), 2, "{looked}");
    assert!(looked.stderr.contains("would be removed: runs: 2"), "{looked}");
    let done = home.run(&["runs", "prune", "--keep", "1", "--yes", "--output", "json"]);
    let machine: Json = serde_json::from_str(&done.stdout).expect("JSON");
    let gone: Vec<&str> =
        machine["runs"].as_array().expect("runs").iter().filter_map(|run| run["run"].as_str()).collect();
    assert_eq!((done.code, gone), (0, vec![runs[1].as_str(), &runs[0]]));
    let list = home.run(&["runs"]).stdout;
    assert!(list.contains(&runs[2]) && list.contains(&unfinished) && !list.contains(&runs[0]), "{list}");
    assert_eq!(home.run(&["run", "note"]).code, 0);
    let audit = home.run(&["audit", "verify"]);
    assert_eq!(audit.code, 0, "{audit}");
    assert!(audit.stdout.contains(&format!("{}  note@0.1.0, done, entries: ", runs[0])), "{audit}");
    let asked = home.run(&["show", &runs[0]]);
    assert_eq!(asked.code, 2, "{asked}");
    assert!(asked.stderr.contains("(note) was pruned by"), "{asked}");
}

#[test]
fn all_can_go_and_come_back_from_their_export() {
    let (home, runs, _) = home();
    let done = home.run(&["runs", "prune", &runs[0], &runs[1], &runs[2], "--export", "old.jsonl", "--yes"]);
    assert_eq!(done.code, 0, "{done}");
    assert_eq!(home.run(&["audit", "verify"]).code, 0);
    let again = home.run(&["runs", "prune", "--older-than", "0s", "--export", "old.jsonl", "--yes"]);
    assert!(again.stderr.contains("no run that has ended is meant"), "{again}");
    assert_eq!(home.run(&["runs", "import", "old.jsonl"]).code, 0);
    assert_eq!(home.run(&["show", &runs[1]]).code, 0);
    assert_eq!(home.run(&["audit", "verify"]).code, 0);
    let over = home.run(&["runs", "prune", "--older-than", "0s", "--export", "old.jsonl", "--yes"]);
    assert!(
        over.stderr.contains("`old.jsonl` is there already") && over.stderr.contains("nothing was removed"),
        "{over}"
    );
}

#[test]
fn what_could_go_on_stays_and_nobody_is_pruned_unasked() {
    let (home, runs, unfinished) = home();
    let refused = home.run(&["runs", "prune", &unfinished, "--yes"]);
    assert_eq!(refused.code, 2, "{refused}");
    assert!(refused.stderr.contains(&format!("runbook cancel {unfinished}")), "{refused}");
    let unasked = home.run(&["runs", "prune", &runs[0]]);
    assert_eq!(unasked.code, 2, "{unasked}");
    assert!(unasked.stderr.contains("--yes") && unasked.stderr.contains("nothing was removed"), "{unasked}");
    assert_eq!(home.run(&["runs", "prune"]).code, 2);
    assert!(home.run(&["runs", "prune", "--older-than", "1h"]).stderr.contains("no run that has ended is meant"));
    // A note after the end keeps a run no more than it makes it one to resume.
    assert_eq!(home.run(&["cancel", &unfinished, "--reason", "over"]).code, 0);
    assert_eq!(home.run(&["note", &unfinished, "seen"]).code, 0);
    let resumed = home.run(&["resume"]);
    assert!(resumed.stderr.contains("no unfinished run"), "{resumed}");
    assert_eq!(home.run(&["runs", "prune", &unfinished, "--yes"]).code, 0);
}
