//! Writes: what is sent, and what is known when the answer is lost.

use runbook::model::failure::FailureKind;
use runbook::model::value::Value;
use runbook::world::Settled;
use serde_json::{Value as Json, json};

use crate::bench::{Bench, TOKEN, failed, reason};
use crate::server::{Reply, Server, answer};

#[tokio::test]
async fn a_lost_answer_leaves_a_write_in_doubt_and_is_never_sent_again() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec();
    for reply in [
        Reply::Close,
        Reply::Bytes(b"HTTP/1.1 20".to_vec()),
        Reply::Bytes(half),
        Reply::Bytes(b"nonsense\r\n\r\n".to_vec()),
    ] {
        for name in ["http::put", "http::post", "http::delete"] {
            let reply = reply.clone();
            let server = Server::plain(move |_| reply.clone()).await;
            let failure =
                failed(Bench::new().call(name, &server.url("/orders"), json!({})).await, FailureKind::Unknown);
            assert!(failure.message.contains("may or may not"), "{failure}");
            assert_eq!((server.received().len(), server.connections()), (1, 1), "{name}");
        }
    }
}

#[tokio::test]
async fn a_lost_answer_fails_a_read() {
    let server = Server::plain(|_| Reply::Close).await;
    let failure = failed(Bench::new().call("http::get", &server.url("/"), json!({})).await, FailureKind::Failed);
    assert_eq!(reason(&failure), "answer_lost");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_write_whose_answer_takes_too_long_is_in_doubt() {
    let server = Server::plain(|_| Reply::Hang(Vec::new())).await;
    let call = Bench::new();
    let failure =
        failed(call.call("http::post", &server.url("/"), json!({"timeout": "300ms"})).await, FailureKind::Unknown);
    assert_eq!(reason(&failure), "timeout");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_write_whose_answer_is_too_large_still_tells_its_status() {
    let server = Server::plain(|_| answer(201, &[("x-id", "7")], "x".repeat(1000))).await;
    for name in ["http::put", "http::post", "http::delete"] {
        let got = Bench::new().call(name, &server.url("/"), json!({"body_limit": 10})).await.expect("an answer");
        assert_eq!(
            (got.at("/status"), got.at("/headers/x-id"), got.at("/body")),
            (&json!(201), &json!("7"), &Json::Null)
        );
        assert!(got.at("/body_missing").as_str().is_some_and(|why| why.contains("larger than 10 bytes")));
    }
}

#[tokio::test]
async fn bodies_go_out_as_they_are_named() {
    let server = Server::plain(|_| answer(200, &[], "")).await;
    for (options, kind, body) in [
        (json!({}), None, ""),
        (json!({"body": "plain"}), Some("text/plain; charset=utf-8"), "plain"),
        (json!({"body": "<a/>", "headers": {"Content-Type": "application/xml"}}), Some("application/xml"), "<a/>"),
        (json!({"json": {"b": [1, 2.5, null, "x"]}}), Some("application/json"), r#"{"b":[1,2.5,null,"x"]}"#),
        (json!({"form": {"a": "1 & 2", "b": ""}}), Some("application/x-www-form-urlencoded"), "a=1+%26+2&b="),
    ] {
        for name in ["http::put", "http::post"] {
            Bench::new().call(name, &server.url("/"), options.clone()).await.expect("an answer");
            let sent = server.received().pop().expect("a request");
            assert_eq!(
                (sent.header("content-type"), String::from_utf8_lossy(&sent.body).as_ref()),
                (kind, body),
                "{options}"
            );
            assert_eq!(sent.header("idempotency-key"), Some(TOKEN));
        }
    }
}

#[tokio::test]
async fn a_key_of_the_script_s_own_is_sent_instead_of_the_token() {
    let server = Server::plain(|_| answer(200, &[], "")).await;
    let options = json!({"headers": {"Idempotency-Key": "mine"}});
    Bench::new().call("http::put", &server.url("/"), options).await.expect("an answer");
    let sent = server.only();
    assert_eq!(sent.header("idempotency-key"), Some("mine"));
    assert_eq!(sent.head.to_lowercase().matches("idempotency-key").count(), 1);
}

#[tokio::test]
async fn whether_a_post_or_delete_arrived_is_left_to_the_author_or_a_person() {
    let bench = Bench::new();
    let server = Server::plain(|_| answer(404, &[], "")).await;
    for name in ["http::post", "http::delete"] {
        assert!(bench.declaration(name).author_settles);
        match bench.settle(name, &server.url("/orders")).await {
            Settled::Unknown(evidence) => assert!(evidence.contains("/orders"), "{evidence}"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(server.connections(), 0);
    assert_eq!(bench.declaration("http::put").sinks().collect::<Vec<_>>(), ["body", "json", "form", "headers"]);
    assert_ne!(bench.args("http::get", "http://a.test/", &json!({})), Value::Unit);
}
