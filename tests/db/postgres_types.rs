//! Every column type of PostgreSQL, both ways: given as a parameter, and read by either protocol.

use serde_json::{Value as Json, json};

use crate::lab::postgres::{PASSWORD, Postgres};
use crate::peer::Peer;

const MOMENT: &str = "2026-01-02T03:04:05.678901Z";

/// A type, a value as a script gives it, and the value as a script gets it.
fn all() -> Vec<(&'static str, Json, Json)> {
    let same = |kind: &'static str, value: Json| (kind, value.clone(), value);
    let text = |kind: &'static str, text: &str| (kind, json!(text), json!(text));
    vec![
        same("bool", json!(true)),
        same("int2", json!(-32768)),
        same("int4", json!(2_147_483_647)),
        same("int8", json!(i64::MIN)),
        ("oid", json!(4_294_967_295_u32), json!(4_294_967_295_u32)),
        same("float4", json!(0.1)),
        same("float8", json!(0.1)),
        ("float8", json!("NaN"), json!({ "$float": "NaN" })),
        ("float4", json!("-Infinity"), json!({ "$float": "-inf" })),
        text("numeric", "123456789012345678901234567890.0123456789"),
        ("numeric(10,2)", json!("1.5"), json!("1.50")),
        ("numeric", json!(7), json!("7")),
        ("numeric", json!(0.25), json!("0.25")),
        text("numeric", "NaN"),
        ("money", json!("12.5"), json!("$12.50")),
        text("text", "日本 'quoted' \\ \" {}, $1 ; --"),
        text("varchar(10)", "ten"),
        ("char(5)", json!("abc"), json!("abc  ")),
        text("name", "a_name"),
        text("\"char\"", "x"),
        ("bytea", json!("\\x00ff10"), json!({ "$bytes": "AP8Q" })),
        ("json", json!({ "b": 1, "a": [1.5, null, "x"] }), json!({ "a": [1.5, null, "x"], "b": 1 })),
        ("json", json!("[1, 2]"), json!([1, 2])),
        ("jsonb", json!([true, { "deep": {} }]), json!([true, { "deep": {} }])),
        ("jsonb", json!("\"a text\""), json!("a text")),
        text("jsonpath", "$.\"a\"[*]"),
        text("uuid", "5f0c5a4e-0000-4000-8000-000000000001"),
        text("date", "2026-02-28"),
        text("date", "infinity"),
        text("date", "0044-03-15 BC"),
        text("time", "23:59:59.999999"),
        text("timetz", "23:59:59+09"),
        ("timestamp", json!("2026-01-02 03:04:05.5"), json!("2026-01-02T03:04:05.5")),
        ("timestamptz", json!("2026-01-02T12:04:05.678901+09:00"), json!(MOMENT)),
        text("timestamptz", "-infinity"),
        ("interval", json!("P1DT2H"), json!("1 day 02:00:00")),
        text("inet", "192.0.2.1/24"),
        text("cidr", "2001:db8::/32"),
        text("macaddr", "08:00:2b:01:02:03"),
        text("macaddr8", "08:00:2b:01:02:03:04:05"),
        text("bit(3)", "101"),
        text("varbit", "10111"),
        text("point", "(1.5,-2)"),
        text("line", "{1,-1,0}"),
        text("lseg", "[(0,0),(1,1)]"),
        text("box", "(2,2),(0,0)"),
        text("path", "((0,0),(1,1),(2,0))"),
        text("polygon", "((0,0),(1,1),(2,0))"),
        text("circle", "<(0,0),2>"),
        text("int4range", "[1,10)"),
        text("numrange", "(1.1,2.2]"),
        text("tstzrange", "[\"2026-01-01 00:00:00+00\",)"),
        text("tsvector", "'fat':2 'rat':3"),
        text("tsquery", "'fat' & 'rat'"),
        text("xml", "<a b=\"c\">d</a>"),
        text("pg_lsn", "16/B374D848"),
        text("pg_snapshot", "10:20:10,14,15"),
        text("regclass", "pg_class"),
        text("xid8", "42"),
        text("mood", "so \"so\", ok"),
        text("pair", "(1,\"a, b\")"),
        same("small", json!(5)),
        same("small_text", json!("ab")),
        same("int4[]", json!([1, null, -3])),
        same("int4[]", json!([[1, 2], [3, 4]])),
        same("int4[]", json!([])),
        same("text[]", json!(["a", "b c", "d\"e\\f", "", "NULL", "{}", "日本"])),
        ("numeric[]", json!(["1.10", 2]), json!(["1.10", "2"])),
        same("bool[]", json!([true, false])),
        same("float8[]", json!([0.1, 1e100])),
        ("timestamptz[]", json!(["2026-01-02 03:04:05.678901Z"]), json!([MOMENT])),
        same("uuid[]", json!(["5f0c5a4e-0000-4000-8000-000000000001"])),
        same("jsonb[]", json!([{ "a": [1] }, 2])),
        same("mood[]", json!(["happy", "so \"so\", ok"])),
        same("pair[]", json!(["(1,x)", "(2,\"a, b\")"])),
        same("small[]", json!([1, 2])),
        ("bytea[]", json!(["\\x00"]), json!([{ "$bytes": "AA==" }])),
        ("box[]", json!("{(2,2),(0,0);(1,1),(0,0)}"), json!(["(2,2),(0,0)", "(1,1),(0,0)"])),
    ]
}

#[tokio::test]
async fn every_column_type_goes_in_and_comes_out() {
    let server = Postgres::start();
    let peer = Peer::server(server.url(), PASSWORD, server.ca_file());
    peer.must("create type mood as enum ('happy', 'so \"so\", ok')", json!([])).await;
    peer.must("create type pair as (n int, t text)", json!([])).await;
    peer.must("create domain small as int check (value < 10)", json!([])).await;
    peer.must("create domain small_text as varchar(2)", json!([])).await;
    let all = all();
    let numbered = || all.iter().enumerate();
    let columns: Vec<String> = numbered().map(|(at, (kind, ..))| format!("c{at} {kind}")).collect();
    peer.must(&format!("create table every_type ({})", columns.join(", ")), json!([])).await;
    let holes: Vec<String> = numbered().map(|(at, _)| format!("${}", at + 1)).collect();
    let given: Vec<&Json> = all.iter().map(|(_, given, _)| given).collect();
    peer.must(&format!("insert into every_type values ({})", holes.join(", ")), json!(given)).await;

    for (protocol, sql, params) in [
        ("text", "select * from every_type", json!([])),
        ("binary", "select * from every_type where $1", json!([true])),
    ] {
        let rows = peer.rows(sql, params).await;
        for (at, (kind, given, got)) in numbered() {
            assert_eq!(&rows[0][format!("c{at}")], got, "{kind} given {given} in the {protocol} protocol");
        }
    }

    // Each of them can be nothing, and be given as nothing.
    let nothing: Vec<Json> = all.iter().map(|_| Json::Null).collect();
    let sql = format!("insert into every_type values ({}) returning *", holes.join(", "));
    let row = peer.must(&sql, json!(nothing)).await.to_json();
    assert!(row["rows"][0].as_object().expect("a row").values().all(Json::is_null), "{row}");
    assert_eq!(row["rows"][0].as_object().expect("a row").len(), all.len());
}

/// The driver knows no multiranges (sqlx 0.9, `TypType`), in a column or as a parameter: they go by way of text.
#[tokio::test]
async fn multiranges_go_as_text() {
    let server = Postgres::start();
    let peer = Peer::server(server.url(), PASSWORD, server.ca_file());
    peer.must("create table t (m int8multirange)", json!([])).await;
    peer.must("insert into t values ($1::text::int8multirange)", json!(["{[1,3),[5,8)}"])).await;
    assert_eq!(peer.rows("select m::text as m from t", json!([])).await, json!([{ "m": "{[1,3),[5,8)}" }]));
    let failure = peer.query("select m from t", json!({})).await.expect_err("not known to the driver");
    assert!(failure.hint.as_deref().is_some_and(|hint| hint.contains("cast the column to `text`")), "{failure:?}");
}

#[tokio::test]
async fn a_parameter_that_its_type_cannot_take_is_told_by_its_number() {
    let server = Postgres::start();
    let peer = Peer::server(server.url(), PASSWORD, server.ca_file());
    for (sql, params, told) in [
        ("select $1::int4 as a, $2::int4 as b", json!([1, true]), "parameter 2 is of type `int4` and can't be a bool"),
        ("select $1::int2 as a", json!([40_000]), "parameter 1 is of type `int2` and can't be 40000"),
        ("select $1::uuid as a", json!(["no uuid"]), "parameter 1 is of type `uuid`"),
        ("select $1::text as a", json!([5]), "parameter 1 is of type `text` and can't be an integer"),
        ("select $1::int4[] as a", json!([["x"]]), "parameter 1 is of type `int4[]`"),
        ("select $1::bytea as a", json!([[1]]), "parameter 1 is of type `bytea` and can't be a list"),
        ("select $1::text as a", json!(["x", "y"]), "the statement has 1 parameters, and 2 are given"),
        ("select 1 as a where $1", json!([]), "the statement has 1 parameters, and 0 are given"),
    ] {
        let failure = peer.query(sql, json!({ "params": params })).await.expect_err(sql);
        assert!(failure.message.contains(told), "{sql}: {failure:?}");
    }
}
