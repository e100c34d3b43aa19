//! SQLite: files below the project, and nothing beside them.

use runbook::model::failure::FailureKind;
use runbook::model::value::Value;
use runbook::world::Settled;
use serde_json::json;

use crate::host::{declaration, given};
use crate::peer::{Peer, fact};

#[tokio::test]
async fn a_file_is_made_by_a_write_and_read_as_it_is() {
    let peer = Peer::file("state/of/app.db");
    assert_eq!(peer.query("select 1 as a", json!({})).await.expect_err("missing").kind, FailureKind::Failed);
    peer.must("create table t (i integer, r real, t text, b blob, any, flag boolean)", json!([])).await;
    let params = json!([i64::MIN, 0.1, "日本 '?'", "x", { "a": [1] }, true]);
    let done = peer.must("insert into t values (?, ?, ?, cast(? as blob), ?, ?) returning rowid as id", params).await;
    assert_eq!(done.to_json()["rows"], json!([{ "id": 1 }]));
    let row = json!([{ "i": i64::MIN, "r": 0.1, "t": "日本 '?'", "b": { "$bytes": "eA==" }, "any": "{\"a\":[1]}", "flag": 1 }]);
    assert_eq!(peer.rows("select * from t where i < ?", json!([0])).await, row);
    assert_eq!(peer.rows("pragma user_version", json!([])).await, json!([{ "user_version": 0 }]));
    peer.must("insert into t (i) values (null)", json!([])).await;
    assert_eq!(peer.rows("select i, t from t where i is null", json!([])).await, json!([{ "i": null, "t": null }]));
}

#[tokio::test]
async fn a_query_reads_one_statement_of_a_file_of_the_project() {
    let peer = Peer::file("app.db");
    peer.must("create table t (id integer primary key)", json!([])).await;
    for sql in ["select 1 as a; drop table t", "attach '/tmp/x.db' as x", "insert into t values (1)"] {
        assert_eq!(peer.query(sql, json!({})).await.expect_err(sql).kind, FailureKind::Refused, "{sql}");
    }
    // The file is opened to be read, whatever a statement says.
    let failure = peer.query("pragma user_version = 7", json!({})).await.expect_err("a write");
    assert_eq!(fact(&failure, "code"), "8".into(), "{failure:?}");
    std::os::unix::fs::symlink("app.db", peer.host.path("link.db")).expect("link");
    for (name, kind) in [("link.db", FailureKind::Refused), ("../app.db", FailureKind::Refused)] {
        let beside = Peer { url: format!("sqlite:{name}"), ..Peer::file("") };
        std::os::unix::fs::symlink(peer.host.path("app.db"), beside.host.path("link.db")).expect("link");
        assert_eq!(beside.query("select 1 as a", json!({})).await.expect_err(name).kind, kind, "{name}");
    }
}

#[tokio::test]
async fn statements_and_locks_have_their_time() {
    let peer = Peer::file("app.db");
    peer.must("create table t (id integer primary key)", json!([])).await;
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) as c from n";
    let options = json!({ "timeout": "100ms", "connect_timeout": "100ms" });
    let failure = peer.query(endless, options).await.expect_err("endless");
    assert_eq!((failure.kind, fact(&failure, "reason")), (FailureKind::Failed, "timeout".into()), "{failure:?}");

    use sqlx::{ConnectOptions as _, Executor as _};
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(peer.host.path("app.db"));
    let mut other = options.connect().await.expect("a connection");
    other.execute("begin immediate").await.expect("lock");
    let failure =
        peer.execute("insert into t values (1)", json!({ "lock_timeout": "50ms" })).await.expect_err("locked");
    assert_eq!((failure.kind, fact(&failure, "code")), (FailureKind::Unavailable, "5".into()));
}

#[tokio::test]
async fn a_marker_tells_whether_a_write_happened() {
    let mut peer = Peer::file("app.db");
    peer.must("create table t (id integer primary key)", json!([])).await;
    let steps = json!(["insert into t values (1)", ["insert into t values (?)", [2]]]);
    let options = json!({ "marker": true });
    let settle = |peer: &Peer| {
        let transaction = declaration("db::transaction");
        let args = transaction.gather(given(json!([peer.url, steps, options]))).expect("arguments");
        (transaction, args)
    };
    let (transaction, args) = settle(&peer);
    assert_eq!(transaction.settle(&args, &peer.host.context()).await, Settled::DidNotHappen);
    let done = peer.call("db::transaction", steps.clone(), options.clone()).await.expect("done");
    let again = peer.call("db::transaction", steps.clone(), options.clone()).await.expect("known");
    assert_eq!(done.to_json()["results"], again.to_json()["results"]);
    let seen = transaction.settle(&args, &peer.host.context()).await;
    assert!(
        matches!(&seen, Settled::Happened(Value::Map(map)) if map["results"].to_json() == done.to_json()["results"])
    );
    peer.host.token = "another".to_owned();
    let failure = peer.call("db::transaction", steps.clone(), options.clone()).await.expect_err("twice");
    assert_eq!(fact(&failure, "code"), "1555".into());
    assert_eq!(transaction.settle(&args, &peer.host.context()).await, Settled::DidNotHappen);
    let failure = peer.execute("select 1", json!({ "marker": "a; drop table t" })).await.expect_err("no name");
    assert_eq!(failure.kind, FailureKind::Invalid);
}
