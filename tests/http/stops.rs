//! A call that is stopped while it is under way.

use runbook::model::failure::FailureKind;
use serde_json::json;

use crate::bench::{Bench, failed};
use crate::server::{Reply, Server, answer};

#[tokio::test]
async fn a_call_stopped_before_it_began_sends_nothing() {
    let server = Server::plain(|_| answer(200, &[], "")).await;
    for name in ["http::get", "http::post"] {
        let bench = Bench::new();
        bench.cancel.cancel();
        failed(bench.call(name, &server.url("/"), json!({})).await, FailureKind::Interrupted);
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_write_stopped_after_it_was_sent_is_in_doubt_and_a_read_is_not() {
    for (name, kind) in [
        ("http::get", FailureKind::Interrupted),
        ("http::post", FailureKind::Unknown),
        ("http::delete", FailureKind::Unknown),
    ] {
        let (bench, server) = (Bench::new(), Server::plain(|_| Reply::Hang(Vec::new())).await);
        let url = server.url("/");
        let (result, ()) = tokio::join!(bench.call(name, &url, json!({})), async {
            server.arrival().await;
            bench.cancel.cancel();
        });
        failed(result, kind);
    }
}

#[tokio::test]
async fn when_the_run_is_to_stop_a_read_ends_and_a_write_goes_on_to_its_end() {
    let (bench, server) = (Bench::new(), Server::plain(|_| Reply::Hang(Vec::new())).await);
    let url = server.url("/");
    let (result, ()) = tokio::join!(bench.call("http::get", &url, json!({})), async {
        server.arrival().await;
        bench.stopping.cancel();
    });
    failed(result, FailureKind::Interrupted);

    let bench = Bench::new();
    let stopping = bench.stopping.clone();
    let server = Server::plain(move |_| {
        stopping.cancel();
        answer(200, &[], "done")
    })
    .await;
    let got = bench.call("http::post", &server.url("/"), json!({})).await.expect("an answer");
    assert_eq!(*got.at("/body"), "done");
}
