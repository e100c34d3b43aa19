//! Databases in runbooks, through the real program: permissions, secrets, approvals, and a crash in the middle of a commit.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::{Connection as _, Executor as _, PgConnection, Row as _};

use crate::lab::postgres::{PASSWORD, Postgres};
use crate::program::Project;

fn runbook(project: &Project, permissions: &[String], script: &str) {
    let permissions = serde_json::to_string(permissions).expect("JSON");
    let text = format!(
        "//! Works with a database.\nconst RUNBOOK = #{{ name: \"data\", version: \"0.1.0\", permissions: {permissions} }};\n{script}\n"
    );
    std::fs::create_dir_all(project.root().join("runbooks")).expect("a folder");
    std::fs::write(project.root().join("runbooks/data.rhai"), text).expect("writes");
    std::fs::write(project.root().join("runbook.toml"), "").expect("writes");
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn a_query_needs_its_permission_and_a_drop_needs_an_approval() {
    let project = Project::new();
    let script = r#"db::ensure("sqlite:app.db", "create table if not exists t (id integer primary key)");
db::ensure("sqlite:app.db", "insert or ignore into t values (?)", #{ params: [7] });
db::query("sqlite:app.db", "select id from t").rows"#;
    runbook(&project, &strings(&["db:ensure sqlite:app.db", "db:query sqlite:*.db"]), script);
    let ended = project.run(&["run", "data", "--yes"]).with(0);
    assert_eq!(ended.json(), json!([{ "id": 7 }]));
    project.run(&["check", "data"]).with(0);

    runbook(
        &project,
        &strings(&["db:query sqlite:other.db"]),
        r#"db::query("sqlite:app.db", "select id from t").rows"#,
    );
    project.run(&["run", "data"]).with(3).telling(&["add \"db:query sqlite:app.db\" to `permissions`"]);
    // Known from the URL alone, whatever the rest is.
    let script = r#"let n = [1]; db::query("postgres://a@db.example.com/shop", "select $1::int", #{ params: n }).rows"#;
    runbook(&project, &strings(&["db:query db.example.com:5433/shop"]), script);
    project.run(&["check", "data"]).with(3).telling(&["add \"db:query db.example.com:5432/shop\" to `permissions`"]);
    let script = r#"let host = "x".to_upper(); db::transaction(`postgres://a@${host}/shop`, ["values (1)"])"#;
    runbook(&project, &strings(&["db:execute *:5432/shop"]), script);
    project.run(&["check", "data"]).with(0);

    runbook(&project, &strings(&["db:execute sqlite:app.db"]), r#"db::execute("sqlite:app.db", "drop table t")"#);
    project.run(&["run", "data", "--yes"]).with(5).telling(&["db::execute"]);
    assert_eq!(project.run(&["plan", "data"]).code, 0);
}

/// A server whose table waits in the commit for a lock that is held.
struct Slow {
    // Closed before the server ends, which waits for its sessions: fields drop in this order.
    holds: PgConnection,
    looks: PgConnection,
    runtime: tokio::runtime::Runtime,
    server: Postgres,
}

impl Slow {
    fn start() -> Self {
        let server = Postgres::start();
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let options: sqlx::postgres::PgConnectOptions = server.url().parse().expect("options");
        let options = options.password(PASSWORD);
        let (holds, looks) = runtime.block_on(async {
            let mut looks = PgConnection::connect_with(&options).await.expect("a connection");
            let mut holds = PgConnection::connect_with(&options).await.expect("a connection");
            let setting = "create table slow (id serial primary key);
                create function wait() returns trigger language plpgsql as
                    $$ begin perform pg_advisory_xact_lock(1); return null; end $$;
                create constraint trigger wait after insert on slow initially deferred for each row
                    execute function wait()";
            looks.execute(sqlx::raw_sql(setting)).await.expect("setting");
            holds.execute("select pg_advisory_lock(1)").await.expect("lock");
            (holds, looks)
        });
        Slow { holds, looks, runtime, server }
    }

    fn number(&mut self, sql: &'static str) -> i64 {
        let looks = &mut self.looks;
        self.runtime.block_on(async { looks.fetch_one(sql).await.expect("a row").get(0) })
    }

    fn until(&mut self, sql: &'static str, wanted: i64) {
        let begun = Instant::now();
        while self.number(sql) != wanted {
            assert!(begun.elapsed() < Duration::from_secs(60), "waited too long until {sql} is {wanted}");
            std::thread::yield_now();
        }
    }
}

#[test]
fn a_commit_that_outlives_a_killed_run_is_found_by_its_marker_and_not_made_again() {
    let mut slow = Slow::start();
    let project = Project::new();
    let (url, ca) = (slow.server.url(), slow.server.ca_file().display().to_string());
    let script = format!(
        "let reach = #{{ password: secret::env(\"PASSWORD_OF_DB\"), ca_file: \"{ca}\", tls: \"verify-ca\" }};\n\
         let done = db::execute(\"{url}\", \"insert into slow default values returning id\", reach + #{{ marker: true }});\n\
         #{{ id: done.rows[0].id, in_all: db::query(\"{url}\", \"select count(*) as n from slow\", reach).rows[0].n }}"
    );
    let target = slow.server.target();
    let permissions =
        [format!("db:execute {target}"), format!("db:query {target}"), "secret:env PASSWORD_OF_DB".to_owned()];
    runbook(&project, &permissions, &script);
    let mut command = project.command(&["run", "data", "--yes"]);
    command.env("PASSWORD_OF_DB", PASSWORD).stdin(Stdio::null()).stdout(Stdio::null());
    let mut run = command.spawn().expect("the program starts");
    slow.until("select count(*) from pg_locks where locktype = 'advisory' and not granted", 1);
    // The commit is on its way: the server has it, and nobody here will hear of it.
    run.kill().expect("killed");
    run.wait().expect("reaped");
    let holds = &mut slow.holds;
    slow.runtime.block_on(holds.execute("select pg_advisory_unlock(1)")).expect("unlock");
    slow.until("select count(*) from slow", 1);

    let mut command = project.command(&["resume", "--yes"]);
    let output = command.env("PASSWORD_OF_DB", PASSWORD).stdin(Stdio::null()).output().expect("the program ends");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    let value: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}\n{err}"));
    assert_eq!(value, json!({ "id": 1, "in_all": 1 }));
    assert!(err.contains("verdict=happened"), "{err}");

    never_kept(&project, PASSWORD);
    assert!(!err.contains(PASSWORD) && !out.contains(PASSWORD));
}

/// Fails when a text stands in what the program keeps of a run.
fn never_kept(project: &Project, text: &str) {
    let mut files = vec![project.root().with_file_name("state")];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else if let Ok(bytes) = std::fs::read(&path) {
            let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!found, "`{text}` stands in {}", path.display());
        }
    }
}

#[test]
fn a_secret_parameter_reaches_the_database_and_nothing_else() {
    const KEY: &str = "key-that-nobody-may-see";
    let project = Project::new();
    let script = r#"let key = secret::env("KEY_OF_APP");
db::ensure("sqlite:app.db", "create table if not exists keys (name text, value text unique)");
db::execute("sqlite:app.db", "insert into keys values (?, ?)", #{ params: ["app", key], marker: true });
let again = attempt(|| db::execute("sqlite:app.db", "insert into keys values (?, ?)", #{ params: ["other", key] }));
let found = db::query("sqlite:app.db", "select value, length(value) as n from keys where value = ?", #{ params: [key] });
#{ rows: found.rows, again: again.error.message }"#;
    let permissions =
        ["db:ensure sqlite:app.db", "db:execute sqlite:app.db", "db:query sqlite:app.db", "secret:env KEY_OF_APP"];
    runbook(&project, &strings(&permissions), script);
    let mut command = project.command(&["run", "data", "--yes"]);
    let output = command.env("KEY_OF_APP", KEY).stdin(Stdio::null()).output().expect("the program ends");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    let value: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}\n{err}"));
    assert_eq!(value["rows"][0]["n"], json!(KEY.len()), "{out}");
    assert!(value["again"].as_str().is_some_and(|why| why.contains("UNIQUE constraint failed")), "{out}");
    assert!(!out.contains(KEY) && !err.contains(KEY), "{out}\n{err}");
    never_kept(&project, KEY);

    // In a statement's text it has no place.
    let script = r#"let key = secret::env("KEY_OF_APP"); db::transaction("sqlite:app.db", [`delete from keys where value = '${key}'`])"#;
    runbook(&project, &strings(&["db:execute sqlite:app.db", "secret:env KEY_OF_APP"]), script);
    let mut command = project.command(&["run", "data", "--yes"]);
    let output = command.env("KEY_OF_APP", KEY).stdin(Stdio::null()).output().expect("the program ends");
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && err.contains("a secret stands in the statement's text"), "{err}");
}
