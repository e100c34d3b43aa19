//! Limits on size and time.

use std::io::Write as _;
use std::time::Duration;

use runbook::model::failure::FailureKind;
use serde_json::json;

use crate::bench::{Bench, failed, reason};
use crate::server::{Reply, Server, answer, closed_port};

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not() {
    let server = Server::plain(|_| answer(200, &[], "x".repeat(1000))).await;
    let got = Bench::new().call("http::get", &server.url("/"), json!({"body_limit": 1000})).await.expect("an answer");
    assert_eq!(got.at("/body").as_str().map(str::len), Some(1000));
    let failure =
        failed(Bench::new().call("http::get", &server.url("/"), json!({"body_limit": 999})).await, FailureKind::Failed);
    assert!(failure.message.contains("larger than 999 bytes"), "{failure}");
}

#[tokio::test]
async fn a_bomb_is_counted_unpacked() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..256 {
        packed.write_all(&vec![0; 1 << 20]).expect("memory");
    }
    let bomb = packed.finish().expect("memory");
    assert!(bomb.len() < 1 << 20);
    let before = peak_kib();
    let server = Server::plain(move |_| answer(200, &[("content-encoding", "gzip")], &bomb)).await;
    let failure = failed(Bench::new().call("http::get", &server.url("/"), json!({})).await, FailureKind::Failed);
    assert!(failure.message.contains("larger than 8388608 bytes"), "{failure}");
    // The body is 256 MiB unpacked; what is kept is 8, and a growing buffer is there twice for a moment.
    let grown = peak_kib() - before;
    assert!(grown < 64 << 10, "memory grew by {grown} KiB");
}

/// The most memory this process has held. The test is in a process of its own under nextest; under `cargo test` the others
/// hold little.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("procfs");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a peak");
    line.split_whitespace().nth(1).expect("a number").parse().expect("a number")
}

#[tokio::test]
async fn a_packed_body_is_unpacked() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(b"hello").expect("memory");
    let packed = packed.finish().expect("memory");
    let server = Server::plain(move |_| answer(200, &[("content-encoding", "gzip")], &packed)).await;
    let got = Bench::new().call("http::get", &server.url("/"), json!({})).await.expect("an answer");
    assert_eq!(*got.at("/body"), "hello");
}

#[tokio::test]
async fn a_slow_drip_ends_with_the_time_for_all_of_it() {
    let server = Server::plain(|_| Reply::Drip(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n".to_vec())).await;
    let (bench, url) = (Bench::new(), server.url("/"));
    let call = bench.call("http::get", &url, json!({"timeout": "300ms"}));
    let ended = tokio::time::timeout(Duration::from_secs(20), call).await.expect("it ends by itself");
    let failure = failed(ended, FailureKind::Failed);
    assert_eq!(reason(&failure), "timeout");
    assert!(failure.message.contains("within 0.3s after it had begun to answer with status 200"), "{failure}");
}

#[tokio::test]
async fn a_body_that_ends_early_is_no_answer() {
    let server = Server::plain(|_| Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec())).await;
    let failure = failed(Bench::new().call("http::get", &server.url("/"), json!({})).await, FailureKind::Failed);
    assert_eq!(reason(&failure), "answer_lost");
}

#[tokio::test]
async fn a_refused_connection_means_that_nothing_was_done() {
    let closed = closed_port();
    for name in ["http::get", "http::head", "http::put", "http::post", "http::delete"] {
        let failure =
            failed(Bench::new().call(name, &format!("http://{closed}/"), json!({})).await, FailureKind::Unavailable);
        assert_eq!(reason(&failure), "refused");
        assert_eq!(
            failure.message,
            format!("`127.0.0.1:{}` could not be connected to: connection refused", closed.port())
        );
    }
}

#[tokio::test]
async fn a_name_without_address_means_that_nothing_was_done() {
    let bench = Bench::new();
    bench
        .shared
        .get(|| {
            Ok::<_, std::convert::Infallible>(runbook::bindings::http::Names::fixed(std::collections::BTreeMap::new()))
        })
        .expect("names");
    let options = json!({"connect_to": "nowhere.test:80"});
    let failure = failed(bench.call("http::post", "http://site.test/", options).await, FailureKind::Unavailable);
    assert_eq!(reason(&failure), "no_address");
    assert!(failure.message.contains("nowhere.test"), "{failure}");
}

#[tokio::test]
async fn a_handshake_that_never_ends_means_that_nothing_was_done() {
    // It takes the connection and reads, but does not speak TLS back.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    for (options, said) in [
        (json!({"connect_timeout": "200ms"}), "did not finish its TLS handshake within 0.2s"),
        (json!({"timeout": "200ms"}), "had no connection within 0.2s"),
    ] {
        let failure = failed(
            Bench::new().call("http::post", &format!("https://{address}/"), options).await,
            FailureKind::Unavailable,
        );
        assert_eq!(reason(&failure), "timeout");
        assert!(failure.message.contains(said), "{failure}");
    }
    drop(listener);
}
