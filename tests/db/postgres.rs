//! PostgreSQL: what a call may do, how long it may take, what is known when it fails.

use runbook::model::failure::FailureKind;
use runbook::model::value::Value;
use runbook::world::Settled;
use serde_json::{Value as Json, json};
use sqlx::{Connection as _, Executor as _, PgConnection, Row as _};

use crate::host::{Host, declaration, given, member};
use crate::lab::postgres::{PASSWORD, Postgres};
use crate::peer::{Peer, fact};

fn peer(server: &Postgres) -> Peer {
    Peer::server(server.url(), PASSWORD, server.ca_file())
}

/// A connection that is not of the program.
async fn beside(server: &Postgres) -> PgConnection {
    let options: sqlx::postgres::PgConnectOptions = server.url().parse().expect("options");
    PgConnection::connect_with(&options.password(PASSWORD)).await.expect("a connection")
}

/// A table whose rows wait, when they are committed, for the advisory lock 1.
async fn waits_in_commit(peer: &Peer) {
    peer.must("create table slow (id int primary key)", json!([])).await;
    let wait = "create function wait() returns trigger language plpgsql as \
                $$ begin perform pg_advisory_xact_lock(1); return null; end $$";
    peer.must(wait, json!([])).await;
    let trigger = "create constraint trigger wait after insert on slow initially deferred for each row \
                   execute function wait()";
    peer.must(trigger, json!([])).await;
}

/// Waits until somebody waits for an advisory lock, and gives its process.
async fn waiting(connection: &mut PgConnection) -> i32 {
    let sql = "select pid from pg_locks where locktype = 'advisory' and not granted";
    loop {
        if let Some(row) = connection.fetch_optional(sql).await.expect("locks") {
            return row.get(0);
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_query_reads_and_nothing_else() {
    let server = Postgres::start();
    let peer = peer(&server);
    peer.must("create table t (id int primary key, name text)", json!([])).await;
    peer.must("insert into t values (1, 'a'), (2, 'b')", json!([])).await;
    peer.must("create function sneak() returns int language sql as 'insert into t values (9) returning id'", json!([]))
        .await;

    let found = peer.query("select id, name from t order by id; -- all", json!({})).await.expect("rows");
    assert_eq!(member(&found, "rows").to_json(), json!([{ "id": 1, "name": "a" }, { "id": 2, "name": "b" }]));
    let columns = json!([{ "name": "id", "type": "int4" }, { "name": "name", "type": "text" }]);
    assert_eq!(member(&found, "columns").to_json(), columns);

    for (sql, params) in [("select sneak() as id", json!([])), ("select sneak() as id where $1", json!([true]))] {
        let failure = peer.query(sql, json!({ "params": params })).await.expect_err(sql);
        assert_eq!((failure.kind, fact(&failure, "sqlstate")), (FailureKind::Failed, "25006".into()));
    }
    for sql in ["insert into t values (3, 'c')", "select 1 as a; drop table t", "commit", "copy t to '/tmp/x'"] {
        let failure = peer.query(sql, json!({})).await.expect_err(sql);
        assert_eq!(failure.kind, FailureKind::Refused, "{sql}: {failure:?}");
    }
    let failure = peer.query("select 1 as a, 2 as a", json!({})).await.expect_err("two of one name");
    assert!(failure.message.contains("two columns have the name `a`"), "{failure:?}");
    assert_eq!(peer.rows("show transaction_read_only", json!([])).await[0]["transaction_read_only"], "on");
    assert_eq!(peer.rows("select count(*) as n from t", json!([])).await, json!([{ "n": 2 }]));
    // Whatever the statement's text is, the values of parameters are never part of it.
    let name = "'; drop table t; --";
    assert_eq!(peer.rows("select $1::text as name", json!([name])).await, json!([{ "name": name }]));
}

#[tokio::test]
async fn a_result_is_whole_or_an_error() {
    let server = Postgres::start();
    let peer = peer(&server);
    let series = "select i from generate_series(1, 1001) i";
    let failure = peer.query(series, json!({})).await.expect_err("too many");
    assert!(failure.message.contains("more than 1000 rows (`max_rows`)"), "{failure:?}");
    let found = peer.query(series, json!({ "max_rows": 1001 })).await.expect("rows");
    assert!(matches!(member(&found, "rows"), Value::List(rows) if rows.len() == 1001));
    let failure = peer.query("select repeat('x', 9000000) as a", json!({})).await.expect_err("too large");
    assert!(failure.message.contains("larger than 8 MiB"), "{failure:?}");
    let failure = peer.query("select 1 as a", json!({ "max_rows": 100_001 })).await.expect_err("too much");
    assert_eq!(failure.kind, FailureKind::Invalid);
    // More values than one message of the protocol holds.
    let many = "select i::numeric as a, array[i] as b, now() as c from generate_series(1, $1::int4) i";
    let found = peer.query(many, json!({ "params": [30_000], "max_rows": 30_000 })).await.expect("rows").to_json();
    assert_eq!((&found["rows"][29_999]["a"], &found["rows"][29_999]["b"]), (&json!("30000"), &json!([30_000])));
    // A write with too many rows is not done.
    peer.must("create table t (id int)", json!([])).await;
    let insert = "insert into t select generate_series(1, 5) returning id";
    peer.execute(insert, json!({ "max_rows": 4 })).await.expect_err("too many");
    assert_eq!(peer.rows("select count(*) as n from t", json!([])).await, json!([{ "n": 0 }]));
}

#[tokio::test]
async fn statements_and_locks_have_their_time() {
    let server = Postgres::start();
    let peer = peer(&server);
    let failure = peer.query("select pg_sleep(60)", json!({ "timeout": "200ms" })).await.expect_err("slow");
    assert_eq!((failure.kind, fact(&failure, "sqlstate")), (FailureKind::Failed, "57014".into()));
    assert!(failure.hint.as_deref().is_some_and(|hint| hint.contains("`timeout`")), "{failure:?}");

    peer.must("create table t (id int)", json!([])).await;
    let mut other = beside(&server).await;
    other.execute("begin; lock table t").await.expect("lock");
    let failure =
        peer.execute("insert into t values (1)", json!({ "lock_timeout": "100ms" })).await.expect_err("locked");
    assert_eq!((failure.kind, fact(&failure, "sqlstate")), (FailureKind::Unavailable, "55P03".into()));

    // A person's stop, while the statement runs: nothing was changed, and that is known.
    peer.host.cancel.cancel();
    let failure = peer.execute("insert into t values (1)", json!({})).await.expect_err("stopped");
    assert_eq!(failure.kind, FailureKind::Interrupted, "{failure:?}");
}

#[tokio::test]
async fn a_failure_says_what_the_server_knows() {
    let server = Postgres::start();
    let peer = peer(&server);
    peer.must("create table t (id int primary key, n int not null check (n > 0))", json!([])).await;
    peer.must("insert into t values (1, 1)", json!([])).await;
    let failure = peer.execute("insert into t values (1, 1)", json!({})).await.expect_err("twice");
    assert_eq!(fact(&failure, "sqlstate"), "23505".into());
    assert_eq!(fact(&failure, "constraint"), "t_pkey".into());
    assert_eq!(fact(&failure, "table"), "t".into());
    let failure = peer.query("select nme from t", json!({})).await.expect_err("no column");
    assert_eq!((fact(&failure, "sqlstate"), fact(&failure, "position")), ("42703".into(), Value::Int(8)));
    let failure = peer.query("select 1 as a from missing", json!({})).await.expect_err("no table");
    assert!(failure.message.contains("relation \"missing\" does not exist"), "{failure:?}");
    let failure = peer.execute("vacuum t", json!({})).await.expect_err("in a transaction");
    assert!(failure.hint.as_deref().is_some_and(|hint| hint.contains("autocommit: true")), "{failure:?}");
    peer.execute("vacuum t", json!({ "autocommit": true })).await.expect("vacuum");
    // A secret parameter is not repeated, whatever the server quotes.
    let token = peer.host.secret("key", "very-secret-key");
    let failure = peer.query("select $1::uuid as a", json!({ "params": [token] })).await.expect_err("no uuid");
    assert!(!peer.host.secrets.mask(&format!("{failure:?}")).contains("very-secret-key"));
}

#[tokio::test]
async fn who_the_server_is_and_who_we_are_is_verified() {
    let server = Postgres::start();
    let peer = peer(&server);
    let select = "select ssl, version from pg_stat_ssl where pid = pg_backend_pid()";
    let found = peer.query(select, json!({})).await.expect("TLS").to_json();
    assert_eq!(found["rows"], json!([{ "ssl": true, "version": "TLSv1.3" }]));

    let wrong = peer.host.secret("wrong", "not the password");
    let failure = peer.query("select 1 as a", json!({ "password": wrong })).await.expect_err("password");
    assert_eq!((failure.kind, fact(&failure, "sqlstate")), (FailureKind::Failed, "28P01".into()));
    let failure = peer.query("select 1 as a", json!({ "ca_file": null })).await.expect_err("authority");
    assert_eq!((failure.kind, fact(&failure, "reason")), (FailureKind::Failed, "tls".into()), "{failure:?}");
    assert!(failure.hint.as_deref().is_some_and(|hint| hint.contains("`ca_file`")), "{failure:?}");
    let failure = peer.query("select 1 as a", json!({ "tls": "verify-full" })).await.expect_err("name");
    assert!(failure.hint.as_deref().is_some_and(|hint| hint.contains("through a tunnel")), "{failure:?}");
    let failure = peer.query("select 1 as a", json!({ "tls": "disable" })).await.expect_err("no TLS");
    assert_eq!(fact(&failure, "sqlstate"), "28000".into());

    // The name is the certificate's under `localhost`, and the mode may stand in the URL.
    let by_name = server.url().replace("127.0.0.1", "localhost") + "?sslmode=verify-full";
    let peer = Peer { url: by_name, ..peer };
    peer.query("select 1 as a", json!({ "tls": null })).await.expect("the right name");

    let nobody = Peer { url: "postgres://admin@127.0.0.1:1/x".to_owned(), ..peer };
    let failure = nobody.query("select 1 as a", json!({})).await.expect_err("nobody there");
    assert_eq!((failure.kind, fact(&failure, "reason")), (FailureKind::Unavailable, "refused".into()));
}

#[tokio::test]
async fn a_url_may_be_a_secret_whole_or_in_part() {
    let server = Postgres::start();
    let host = Host::new();
    let mut url = url::Url::parse(&server.url()).expect("URL");
    url.set_password(Some(PASSWORD)).expect("password");
    let whole = host.secret("url", url.as_str());
    let options = json!({ "ca_file": server.ca_file(), "tls": "verify-ca" });
    let select = "select current_user::text as who";
    let found = host.call("db::query", json!([whole, select, options])).await.expect("rows").to_json();
    assert_eq!(found["rows"], json!([{ "who": "admin" }]));

    // As a permission names it, and bound to where it leads.
    assert_eq!(Host::wants("db::query", json!([whole, select])).expect("wants"), ["db:query secret:param:url"]);
    let at = json!([whole, select, { "at": server.target(), "ca_file": server.ca_file() }]);
    let wanted = Host::wants("db::query", at.clone()).expect("wants");
    assert_eq!(wanted, [format!("db:query {}", server.target())]);
    host.call("db::query", at).await.expect("the right place");
    let elsewhere = json!([whole, select, { "at": "db.example:5432/other" }]);
    assert_eq!(host.call("db::query", elsewhere).await.expect_err("elsewhere").kind, FailureKind::Refused);

    // The password alone: it needs no encoding, whatever stands in it.
    let password = host.secret("password", PASSWORD);
    let in_part = server.url().replace("admin@", &format!("admin:{password}@"));
    host.call("db::query", json!([in_part, select, options])).await.expect("rows");

    let plain = json!(["postgres://a:b@h/d", select]);
    assert!(Host::wants("db::query", plain).expect_err("plain").message.contains("plain text"));
}

#[tokio::test]
async fn a_write_is_done_once_whole_or_not_at_all() {
    let server = Postgres::start();
    let mut peer = peer(&server);
    peer.must("create table t (id serial primary key, n numeric not null)", json!([])).await;
    let done = peer.must("insert into t (n) values ($1), ($2) returning id, n", json!(["1.50", 2])).await.to_json();
    assert_eq!(done["affected"], json!(2));
    assert_eq!(done["rows"], json!([{ "id": 1, "n": "1.50" }, { "id": 2, "n": "2" }]));

    let steps = json!([
        ["update t set n = n - $1 where id = $2", [1, 1]],
        "update t set n = n + 1 where id = 2",
        ["delete from t where id = 99"],
    ]);
    let done = peer.call("db::transaction", steps, json!({ "marker": true })).await.expect("all").to_json();
    let affected: Vec<&Json> = done["results"].as_array().expect("results").iter().map(|r| &r["affected"]).collect();
    assert_eq!(affected, [&json!(1), &json!(1), &json!(0)]);
    let broken = json!(["update t set n = 100", "insert into t (n) values (null)"]);
    peer.host.token = "another".to_owned();
    peer.call("db::transaction", broken, json!({})).await.expect_err("not null");
    let sum = "select sum(n) as n from t";
    assert_eq!(peer.rows(sum, json!([])).await, json!([{ "n": "3.50" }]));

    // Under the same token the work is not done again: the first result is given.
    let add = "update t set n = n + 1 where id = 1 returning n";
    let first = peer.execute(add, json!({ "marker": "work.done_by_runbook" })).await.expect_err("no schema");
    assert_eq!(fact(&first, "sqlstate"), "3F000".into());
    peer.must("create schema work", json!([])).await;
    let options = json!({ "marker": "work.done_by_runbook" });
    let first = peer.execute(add, options.clone()).await.expect("done").to_json();
    let again = peer.execute(add, options.clone()).await.expect("known").to_json();
    assert_eq!((&first["rows"], &again["rows"]), (&json!([{ "n": "1.50" }]), &json!([{ "n": "1.50" }])));
    assert_eq!(peer.rows(sum, json!([])).await, json!([{ "n": "4.50" }]));

    // Settling looks for the row.
    assert!(
        matches!(settle(&peer, add, &options).await, Settled::Happened(result) if result.to_json()["rows"] == first["rows"])
    );
    peer.host.token = "a third".to_owned();
    assert_eq!(settle(&peer, add, &options).await, Settled::DidNotHappen);
    assert_eq!(settle(&peer, add, &json!({ "marker": "not_there" })).await, Settled::DidNotHappen);
    assert!(matches!(settle(&peer, add, &json!({})).await, Settled::Unknown(why) if why.contains(&server.target())));
    drop(server);
    assert!(matches!(settle(&peer, add, &options).await, Settled::Unknown(why) if why.contains("done_by_runbook")));
}

async fn settle(peer: &Peer, sql: &str, options: &Json) -> Settled {
    let execute = declaration("db::execute");
    let all = peer.options_with(options);
    let args = execute.gather(given(json!([peer.url, sql, all]))).expect("arguments");
    execute.settle(&args, &peer.host.context()).await
}

#[tokio::test]
async fn a_user_with_few_rights_is_told_what_is_missing_and_uses_a_marker_that_somebody_made() {
    let server = Postgres::start();
    let peer = peer(&server);
    peer.must("create table t (id int)", json!([])).await;
    peer.must("create role few login password 'few-rights-password'", json!([])).await;
    peer.must("grant select, insert on t to few", json!([])).await;
    let password = peer.host.secret("few", "few-rights-password");
    let url = server.url().replace("admin@", "few@");
    let few = Peer { url, options: peer.options_with(&json!({ "password": password })), host: peer.host };
    let insert = "insert into t values (1)";
    let failure = few.execute(insert, json!({ "marker": true })).await.expect_err("no table");
    assert_eq!(fact(&failure, "sqlstate"), "42501".into());
    assert!(failure.hint.as_deref().is_some_and(|hint| hint.contains("`marker`")), "{failure:?}");
    let mut other = beside(&server).await;
    let made = "create table runbook_marker (token text primary key, run text not null, \
                at timestamptz not null default now(), result text); \
                grant select, insert, update on runbook_marker to few";
    other.execute(sqlx::raw_sql(made)).await.expect("made");
    few.execute(insert, json!({ "marker": true })).await.expect("done");
    few.execute(insert, json!({ "marker": true })).await.expect("known");
    assert_eq!(few.rows("select count(*) as n from t", json!([])).await, json!([{ "n": 1 }]));
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_in_doubt() {
    let server = Postgres::start();
    let peer = peer(&server);
    waits_in_commit(&peer).await;
    let mut other = beside(&server).await;
    other.execute("select pg_advisory_lock(1)").await.expect("lock");
    let mut looks = beside(&server).await;

    let insert = "insert into slow values (1)";
    let (failure, ()) = tokio::join!(peer.execute(insert, json!({})), async {
        let pid = waiting(&mut looks).await;
        sqlx::query("select pg_terminate_backend($1)").bind(pid).execute(&mut looks).await.expect("ended");
    });
    let failure = failure.expect_err("the session was ended");
    assert_eq!(failure.kind, FailureKind::Unknown, "{failure:?}");

    let (failure, ()) = tokio::join!(peer.execute(insert, json!({})), async {
        waiting(&mut looks).await;
        peer.host.cancel.cancel();
    });
    assert_eq!(failure.expect_err("stopped").kind, FailureKind::Unknown);
}

#[tokio::test]
async fn what_the_server_expects_is_told_without_running_anything() {
    let server = Postgres::start();
    let peer = peer(&server);
    peer.must("create table t (id int primary key, at timestamptz)", json!([])).await;
    peer.must("insert into t select i, now() from generate_series(1, 500) i", json!([])).await;
    peer.must("analyze t", json!([])).await;
    let told = peer.call("db::explain", json!("delete from t"), json!({})).await.expect("a plan").to_json();
    assert_eq!((&told["statement"], &told["rows_estimate"]), (&json!("delete"), &json!(500)));
    assert_eq!(told["destroys"], json!(true));
    let sql = json!("update t set at = $2 where id = $1 returning id, at");
    let told = peer.call("db::explain", sql, json!({ "params": [1, "2026-01-01"] })).await.expect("a plan").to_json();
    assert_eq!(told["parameters"], json!(["int4", "timestamptz"]));
    assert_eq!(told["columns"][1], json!({ "name": "at", "type": "timestamptz" }));
    assert_eq!(told["rows_estimate"], json!(1));
    assert_eq!(peer.rows("select count(*) as n from t", json!([])).await, json!([{ "n": 500 }]));
}
