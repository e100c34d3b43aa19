//! What a script sees of an answer.

use runbook::model::effect::Effect;
use serde_json::{Value as Json, json};

use crate::bench::Bench;
use crate::server::{Reply, Server, answer};

#[tokio::test]
async fn an_answer_is_status_headers_body_and_timings() {
    let server = Server::plain(|_| {
        answer(
            200,
            &[("Content-Type", "text/plain"), ("X-Twice", "a"), ("x-twice", "b"), ("set-cookie", "k=v")],
            "grüß dich",
        )
    })
    .await;
    let got = Bench::new().call("http::get", &server.url("/health"), json!({})).await.expect("an answer");
    assert_eq!(*got.at("/status"), 200);
    assert_eq!(*got.at("/url"), server.url("/health"));
    assert_eq!(*got.at("/body"), "grüß dich");
    assert_eq!(*got.at("/headers/x-twice"), "a, b");
    assert_eq!(*got.at("/headers/set-cookie"), "k=v");
    assert_eq!(*got.at("/http_version"), "HTTP/1.1");
    assert_eq!(*got.at("/remote_address"), server.address.to_string());
    for none in ["/json", "/location", "/tls", "/body_missing", "/timings/dns_ms", "/timings/tls_ms"] {
        assert_eq!(*got.at(none), Json::Null, "{none}");
    }
    for timing in ["/timings/connect_ms", "/timings/first_byte_ms", "/timings/total_ms"] {
        assert!(got.at(timing).is_u64(), "{timing}");
    }
    let sent = server.only();
    assert_eq!(sent.header("user-agent"), Some(concat!("runbook/", env!("CARGO_PKG_VERSION"))));
    assert_eq!((sent.header("cookie"), sent.header("idempotency-key")), (None, None));
}

#[tokio::test]
async fn an_error_status_is_a_result() {
    for status in [400, 403, 404, 500, 503] {
        let server = Server::plain(move |_| answer(status, &[], "no")).await;
        let got = Bench::new().call("http::get", &server.url("/"), json!({})).await.expect("an answer");
        assert_eq!(*got.at("/status"), status);
    }
}

#[tokio::test]
async fn json_is_there_as_a_value_when_it_is_json() {
    for (kind, body, json) in [
        (
            "application/json",
            r#"{"a":[1,2.5,null,"x"],"$bytes":"YQ=="}"#,
            json!({"a": [1, 2.5, null, "x"], "$bytes": "YQ=="}),
        ),
        ("application/problem+json; charset=utf-8", "[true]", json!([true])),
        ("application/json", "{not json", Json::Null),
        ("text/plain", "[1]", Json::Null),
        ("application/json", "", Json::Null),
    ] {
        let server = Server::plain(move |_| answer(200, &[("content-type", kind)], body)).await;
        let got = Bench::new().call("http::get", &server.url("/"), json!({})).await.expect("an answer");
        assert_eq!(*got.at("/json"), json, "{kind} {body}");
        assert_eq!(*got.at("/body"), body);
    }
}

#[tokio::test]
async fn a_body_that_is_no_text_is_bytes() {
    let server = Server::plain(|_| answer(200, &[], [0xff, 0x00, 0xfe])).await;
    let got = Bench::new().call("http::get", &server.url("/"), json!({})).await.expect("an answer");
    assert_eq!(*got.at("/body"), json!({"$bytes": "/wD+"}));
}

#[tokio::test]
async fn head_has_no_body_and_shows_the_headers() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\ncontent-encoding: gzip\r\nx-a: 1\r\n\r\n".to_vec();
    let server = Server::plain(move |_| Reply::Bytes(head.clone())).await;
    let got = Bench::new().call("http::head", &server.url("/"), json!({})).await.expect("an answer");
    assert_eq!((got.at("/status"), got.at("/body"), got.at("/headers/x-a")), (&json!(200), &json!(""), &json!("1")));
    assert_eq!(server.only().line, "HEAD / HTTP/1.1");
}

#[tokio::test]
async fn attacks_reach_the_server_encoded() {
    let server = Server::plain(|_| answer(403, &[], "")).await;
    for (written, sent) in [
        ("/?id=1' OR '1'='1", "/?id=1%27%20OR%20%271%27=%271"),
        ("/?q=<script>alert('XSS')</script>", "/?q=%3Cscript%3Ealert(%27XSS%27)%3C/script%3E"),
    ] {
        let got = Bench::new().call("http::get", &server.url(written), json!({})).await.expect("an answer");
        assert_eq!(*got.at("/status"), 403);
        assert_eq!(server.received().last().expect("a request").path(), sent);
    }
}

#[test]
fn what_must_be_permitted_is_the_method_and_the_url_as_it_is_sent() {
    let bench = Bench::new();
    for (name, effect) in [
        ("get", Effect::Read),
        ("head", Effect::Read),
        ("put", Effect::Ensure),
        ("post", Effect::Change),
        ("delete", Effect::Destroy),
    ] {
        let checked = bench
            .check(&format!("http::{name}"), "HTTPS://Example.COM:443?a=b c#part", &json!({"query": {"n": 1}}))
            .expect("arguments");
        let lines: Vec<String> = checked.wants.iter().map(runbook::model::permission::Want::line).collect();
        assert_eq!(lines, [format!("http:{name} https://example.com/?a=b%20c&n=1")]);
        assert_eq!(checked.effect, effect, "{name}");
        assert_eq!(checked.time_limit.as_secs(), 35, "{name}");
    }
}

#[test]
fn arguments_that_make_no_request_are_invalid() {
    let bench = Bench::new();
    for (name, url, options) in [
        ("http::get", "example.com/", json!({})),
        ("http::get", "ftp://example.com/", json!({})),
        ("http::get", "https://user:hunter2@example.com/", json!({})),
        ("http::get", "https://example.com/", json!({"headers": {"host": "evil.test"}})),
        ("http::get", "https://example.com/", json!({"headers": {"Content-Length": "1"}})),
        ("http::get", "https://example.com/", json!({"headers": {"a b": "1"}})),
        ("http::get", "https://example.com/", json!({"timeout": 0})),
        ("http::get", "https://example.com/", json!({"timeout": "soon"})),
        ("http::get", "https://example.com/", json!({"follow_redirects": 21})),
        ("http::get", "https://example.com/", json!({"follow_redirects": -1})),
        ("http::get", "https://example.com/", json!({"body_limit": 1_u64 << 40})),
        ("http::get", "https://example.com/", json!({"ca_file": "../ca.pem"})),
        ("http::get", "https://example.com/", json!({"query": {"a": {"b": 1}}})),
        ("http::get", "https://192.0.2.1/", json!({"connect_to": "192.0.2.2:443"})),
        ("http::post", "https://example.com/", json!({"body": "a", "json": 1})),
    ] {
        let failure = bench.check(name, url, &options).expect_err(url);
        assert_eq!(failure.kind, runbook::model::failure::FailureKind::Invalid, "{name} {url} {options}");
        assert!(!failure.to_string().contains("hunter2"), "{failure}");
    }
}

#[tokio::test]
async fn connect_to_changes_the_address_and_nothing_else() {
    let server = Server::plain(|_| answer(200, &[], "")).await;
    let to = server.address.to_string();
    for (url, host) in [
        ("http://site.test/a".to_owned(), "site.test".to_owned()),
        // A port in the URL stays the one that the server is told.
        ("http://site.test:8099/a".to_owned(), "site.test:8099".to_owned()),
        (format!("http://site.test:{}/a", server.address.port()), format!("site.test:{}", server.address.port())),
    ] {
        let got = Bench::new().call("http::get", &url, json!({"connect_to": to})).await.expect("an answer");
        let sent = server.received().pop().expect("a request");
        assert_eq!((sent.header("host"), sent.path()), (Some(host.as_str()), "/a"));
        assert_eq!((got.at("/url"), got.at("/remote_address")), (&json!(url), &json!(to)));
    }
}
