//! MariaDB: its types both ways, and what is different from PostgreSQL.

use runbook::model::failure::FailureKind;
use serde_json::{Value as Json, json};
use sqlx::{Connection as _, Executor as _, MySqlConnection};

use crate::lab::mariadb::{MariaDb, PASSWORD};
use crate::peer::{Peer, fact};

/// A type, a value as a script gives it, and the value as a script gets it.
fn all() -> Vec<(&'static str, Json, Json)> {
    let same = |kind: &'static str, value: Json| (kind, value.clone(), value);
    let text = |kind: &'static str, text: &str| (kind, json!(text), json!(text));
    vec![
        same("tinyint", json!(-128)),
        same("tinyint unsigned", json!(255)),
        ("bool", json!(true), json!(1)),
        same("smallint", json!(-32768)),
        same("mediumint", json!(-8_388_608)),
        same("int", json!(-2_147_483_648)),
        same("int unsigned", json!(4_294_967_295_u32)),
        same("bigint", json!(i64::MIN)),
        text("bigint unsigned", "18446744073709551615"),
        same("bigint unsigned", json!(i64::MAX)),
        same("float", json!(0.1)),
        same("double", json!(0.1)),
        text("decimal(40,10)", "123456789012345678901234567890.0123456789"),
        ("decimal(10,2)", json!(1.5), json!("1.50")),
        same("bit(5)", json!(21)),
        text("date", "2026-02-28"),
        text("date", "0000-00-00"),
        ("datetime(6)", json!("2026-01-02 03:04:05.5"), json!("2026-01-02T03:04:05.5")),
        ("timestamp(3) null", json!("2026-01-02 03:04:05.678"), json!("2026-01-02T03:04:05.678Z")),
        text("time(6)", "-100:00:01.5"),
        same("year", json!(2026)),
        text("char(5)", "abc"),
        text("varchar(50)", "日本 'quoted' \\ \" ? ; --"),
        text("varchar(50) character set utf8mb4 collate utf8mb4_bin", "binary collation"),
        text("text", "long"),
        text("longtext", "longer"),
        ("binary(3)", json!("abc"), json!({ "$bytes": "YWJj" })),
        ("varbinary(10)", json!("abc"), json!({ "$bytes": "YWJj" })),
        ("blob", json!("abc"), json!({ "$bytes": "YWJj" })),
        text("enum('small','large')", "large"),
        text("set('a','b','c')", "a,c"),
        // MariaDB's `json` is text.
        ("json", json!({ "a": [1, null] }), json!("{\"a\":[1,null]}")),
        text("uuid", "5f0c5a4e-0000-4000-8000-000000000001"),
        text("inet6", "2001:db8::1"),
    ]
}

#[tokio::test]
async fn mariadb_keeps_the_same_promises() {
    let server = MariaDb::start();
    let mut peer = Peer::server(server.url(), PASSWORD, server.ca_file());
    every_type(&peer).await;

    // Reads only, one statement, whole or an error, and over TLS.
    peer.must("create table t (id int primary key, name varchar(20)) engine=innodb", json!([])).await;
    peer.must("insert into t values (?, ?), (2, 'b')", json!([1, "a'; drop table t"])).await;
    let cipher = peer.rows("show session status like 'Ssl_version'", json!([])).await;
    assert_eq!(cipher[0]["Value"], "TLSv1.3");
    peer.must("create function sneak() returns int begin insert into t values (9, 'x'); return 1; end", json!([]))
        .await;
    let failure = peer.query("select sneak() as a", json!({})).await.expect_err("reads only");
    assert_eq!(fact(&failure, "errno"), 1792.into(), "{failure:?}");
    for sql in ["select 1 as a; drop table t", "select 1 as a /*! ; drop table t */", "select 1 into outfile '/tmp/x'"]
    {
        assert_eq!(peer.query(sql, json!({})).await.expect_err(sql).kind, FailureKind::Refused, "{sql}");
    }
    let failure = peer.query("select * from t", json!({ "max_rows": 1 })).await.expect_err("too many");
    assert!(failure.message.contains("more than 1 rows"), "{failure:?}");
    let failure = peer.query("select ? as a", json!({})).await.expect_err("no parameter");
    assert!(failure.message.contains("1 parameters, and 0"), "{failure:?}");

    // Time-outs.
    let failure = peer.query("select sleep(60) as a", json!({ "timeout": "300ms" })).await.expect_err("slow");
    assert_eq!(fact(&failure, "errno"), 1969.into(), "{failure:?}");
    let options: sqlx::mysql::MySqlConnectOptions = server.url().parse().expect("options");
    let mut other = MySqlConnection::connect_with(&options.password(PASSWORD)).await.expect("a connection");
    other.execute(sqlx::raw_sql("start transaction")).await.expect("begin");
    other.execute("update t set name = 'x' where id = 1").await.expect("lock");
    let update = "update t set name = 'y' where id = 1";
    let failure = peer.execute(update, json!({ "lock_timeout": "1s" })).await.expect_err("locked");
    assert_eq!((failure.kind, fact(&failure, "errno")), (FailureKind::Unavailable, 1205.into()));
    other.execute(sqlx::raw_sql("rollback")).await.expect("rollback");

    // All or nothing, once, and found again.
    let steps = json!([["insert into t values (?, 'c')", [3]], "insert into t values (1, 'again')"]);
    let failure = peer.call("db::transaction", steps, json!({})).await.expect_err("twice");
    assert_eq!((fact(&failure, "errno"), fact(&failure, "sqlstate")), (1062.into(), "23000".into()));
    let add = "insert into t select max(id) + 1, 'new' from t";
    let first = peer.execute(add, json!({ "marker": true })).await.expect("done").to_json();
    let again = peer.execute(add, json!({ "marker": true })).await.expect("known").to_json();
    assert_eq!((&first["affected"], &again["affected"]), (&json!(1), &json!(1)));
    assert_eq!(peer.rows("select max(id) as n from t", json!([])).await, json!([{ "n": 3 }]));
    let table = "create table other (id int)";
    let failure = peer.execute(table, json!({ "marker": true })).await.expect_err("commits by itself");
    assert_eq!(failure.kind, FailureKind::Refused);
    peer.host.token = "another".to_owned();
    let ensured = peer.call("db::ensure", "create table if not exists other (id int)".into(), json!({})).await;
    ensured.expect("there");

    // What the server expects.
    let told = peer.call("db::explain", "delete from t where id > 0".into(), json!({})).await.expect("plan").to_json();
    assert_eq!((&told["statement"], &told["rows_estimate"]), (&json!("delete"), &json!(3)));
    assert_eq!(peer.rows("select count(*) as n from t", json!([])).await, json!([{ "n": 3 }]));

    // Who is who.
    let wrong = peer.host.secret("wrong", "not the password");
    let failure = peer.query("select 1 as a", json!({ "password": wrong })).await.expect_err("password");
    assert_eq!(fact(&failure, "errno"), 1045.into());
    for (options, reason) in [(json!({ "ca_file": null }), "authority"), (json!({ "tls": "verify-full" }), "name")] {
        let failure = peer.query("select 1 as a", options).await.expect_err(reason);
        assert_eq!((failure.kind, fact(&failure, "reason")), (FailureKind::Failed, "tls".into()), "{failure:?}");
    }
    let missing = Peer { url: format!("{}x", peer.url), ..peer };
    assert_eq!(fact(&missing.query("select 1 as a", json!({})).await.expect_err("no database"), "errno"), 1049.into());
}

async fn every_type(peer: &Peer) {
    let all = all();
    let columns: Vec<String> = all.iter().enumerate().map(|(at, (kind, ..))| format!("c{at} {kind}")).collect();
    peer.must(&format!("create table every_type ({})", columns.join(", ")), json!([])).await;
    let holes = vec!["?"; all.len()].join(", ");
    let given: Vec<&Json> = all.iter().map(|(_, given, _)| given).collect();
    // Dates of zeros are for servers that were told to take them.
    let insert = format!("insert into every_type values ({holes})");
    peer.must(&format!("set statement sql_mode = '' for {insert}"), json!(given)).await;
    let row = peer.rows("select * from every_type", json!([])).await;
    for (at, (kind, given, got)) in all.iter().enumerate() {
        assert_eq!(&row[0][format!("c{at}")], got, "{kind} given {given}");
    }
    let nothing: Vec<Json> = all.iter().map(|_| Json::Null).collect();
    peer.must("delete from every_type where true", json!([])).await;
    peer.must(&insert, json!(nothing)).await;
    let row = peer.rows("select * from every_type", json!([])).await;
    assert!(row[0].as_object().expect("a row").values().all(Json::is_null), "{row}");
}
