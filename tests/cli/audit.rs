//! `runbook audit verify` over a journal that is as it was written, and over one that somebody has changed.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::program::Home;

const NOTE: &str = r#"const RUNBOOK = #{ name: "note", version: "0.1.0", permissions: ["fs:write note"] };
step("write", || fs::write("note", "text"));
"#;

/// Changes the journal's file as somebody would who has a tool for it.
pub fn tamper(home: &Home, statements: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let all = format!(
        "DROP TRIGGER IF EXISTS entry_unchanged; DROP TRIGGER IF EXISTS entry_kept; DROP TRIGGER IF EXISTS content_kept; \
         DROP TRIGGER IF EXISTS content_unchanged; DROP TRIGGER IF EXISTS run_kept; {statements}"
    );
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(home.path("state/journal.sqlite"));
        let mut connection = options.connect().await.expect("opens");
        sqlx::raw_sql(sqlx::AssertSqlSafe(all)).execute(&mut connection).await.expect("runs");
        connection.close().await.expect("closes");
    });
}

fn home() -> Home {
    let home = Home::with(&[("runbooks/note.rhai", NOTE)]);
    for _ in 0..3 {
        assert_eq!(home.run(&["run", "note"]).code, 0);
    }
    home
}

#[test]
fn a_journal_as_it_was_written_is_found_whole() {
    let home = home();
    let seen = home.run(&["audit", "verify"]);
    assert_eq!(seen.code, 0, "{seen}");
    assert!(seen.stdout.contains("runs: 3") && seen.stdout.matches('✓').count() == 5, "{seen}");
    let machine = home.run(&["audit", "verify", "--since", "1h", "--output", "json"]);
    let machine: serde_json::Value = serde_json::from_str(&machine.stdout).expect("JSON");
    assert_eq!((&machine["type"], &machine["valid"], &machine["runs"]), (&"audit".into(), &true.into(), &3.into()));
    let run = home.newest_run();
    assert!(home.run(&["audit", "verify", "--run", &run]).stdout.contains("runs: 1"));
    assert_eq!(home.run(&["audit", "verify", "--since", "soon"]).code, 2);
}

#[test]
fn what_somebody_has_changed_is_found() {
    for (statements, told) in [
        ("UPDATE entry SET body = replace(body, 'note', 'etc') WHERE seq = 3", "✗ hash chains"),
        ("UPDATE entry SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 2", "✗ hash chains"),
        ("UPDATE content SET bytes = CAST('other' AS BLOB)", "✗ contents"),
        ("DELETE FROM content", "✗ contents"),
        ("DELETE FROM entry WHERE seq = 3", "✗ hash chains"),
    ] {
        let home = home();
        tamper(&home, statements);
        let seen = home.run(&["audit", "verify"]);
        assert!(seen.code == 3 && seen.stdout.contains(told), "{statements}\n{seen}");
    }
    // A run that was taken away whole, and the counts with it.
    let home = home();
    tamper(
        &home,
        "DELETE FROM entry WHERE run = (SELECT id FROM run WHERE number = 1); \
         UPDATE journal SET entries = entries - (SELECT newest_seq FROM run WHERE number = 1); \
         DELETE FROM run WHERE number = 1",
    );
    let seen = home.run(&["audit", "verify"]);
    assert!(seen.code == 3 && seen.stdout.contains("follows no entry"), "{seen}");
}
