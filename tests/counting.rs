//! The laboratory's counting server does to a client what it says, and counts exactly what arrived.

mod lab;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use futures_util::StreamExt;
use lab::counting::{Answer, CountingServer};

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

#[tokio::test]
async fn requests_are_counted_by_method_and_path_whatever_their_query() {
    let server = CountingServer::start();
    server.answer("POST", "/orders", [Answer::status(201).header("x-order", "7").body("made")]);
    let answer = client().post(server.url("/orders?a=1")).header("x-token", "t").body("one").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["x-order"].to_str().unwrap()), (201, "7"));
    assert_eq!(answer.text().await.unwrap(), "made");
    client().post(server.url("/orders?a=2")).send().await.unwrap();
    assert_eq!(client().get(server.url("/orders")).send().await.unwrap().status(), 404);

    server.assert_count("POST", "/orders", 2);
    server.assert_count("GET", "/orders", 1);
    let first = &server.received()[0];
    assert_eq!((first.query.as_deref(), first.header("X-Token"), first.body_text()), (Some("a=1"), Some("t"), "one"));
}

#[tokio::test]
async fn a_body_sent_in_chunks_arrives_whole() {
    let server = CountingServer::start();
    let chunks = futures_util::stream::iter(["one ", "two ", "three"].map(Ok::<_, std::io::Error>));
    client().put(server.url("/file")).body(reqwest::Body::wrap_stream(chunks)).send().await.unwrap();
    assert_eq!(server.received()[0].body_text(), "one two three");
}

#[tokio::test]
async fn answers_follow_one_another_and_the_last_stays() {
    let server = CountingServer::start();
    server.answer("GET", "/", [Answer::status(503), Answer::text("ready")]);
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(client().get(server.url("/")).send().await.unwrap().status().as_u16());
    }
    assert_eq!(seen, [503, 200, 200]);
}

#[tokio::test]
async fn an_answer_can_depend_on_the_request() {
    let server = CountingServer::start();
    server.answer_with("POST", "/echo", |request, nth| Answer::text(&format!("{nth} {}", request.body_text())));
    let ask = |body| async move { client().post(body).body("x").send().await.unwrap().text().await.unwrap() };
    assert_eq!(ask(server.url("/echo")).await, "0 x");
    assert_eq!(ask(server.url("/echo")).await, "1 x");
}

#[tokio::test]
async fn a_lost_answer_leaves_a_counted_request_and_an_error() {
    let server = CountingServer::start();
    server.answer("POST", "/lost", [Answer::lost()]);
    server.answer("POST", "/reset", [Answer::reset()]);
    for path in ["/lost", "/reset"] {
        // An own client for each, so that no kept connection makes the client try a second time.
        client().post(server.url(path)).send().await.expect_err("no answer was sent");
        server.assert_count("POST", path, 1);
    }
}

#[test]
fn a_reset_is_a_reset_and_a_lost_answer_is_an_orderly_close() {
    let server = CountingServer::start();
    server.answer("GET", "/lost", [Answer::lost()]);
    server.answer("GET", "/reset", [Answer::reset()]);
    let end = |path: &str| {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        stream.read(&mut [0]).map_err(|cause| cause.kind())
    };
    assert_eq!(end("/lost"), Ok(0));
    assert_eq!(end("/reset"), Err(std::io::ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn a_held_answer_waits_while_the_request_is_counted() {
    let server = std::sync::Arc::new(CountingServer::start());
    server.answer("POST", "/slow", [Answer::text("late").held()]);
    let request = tokio::spawn(client().post(server.url("/slow")).send());
    let watched = std::sync::Arc::clone(&server);
    tokio::task::spawn_blocking(move || watched.wait_for("POST", "/slow", 1)).await.unwrap();
    assert!(!request.is_finished());
    server.release();
    assert_eq!(request.await.unwrap().unwrap().text().await.unwrap(), "late");
}

#[test]
fn a_client_that_stops_in_the_middle_of_its_request_is_not_counted() {
    let server = CountingServer::start();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(b"POST /orders HTTP/1.1\r\ncontent-length: 10\r\n\r\nhalf").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    // The server closes too, once it has seen that the rest never comes.
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    server.assert_count("POST", "/orders", 0);
}

#[tokio::test]
async fn bodies_can_be_huge_endless_torn_or_dripping() {
    let server = CountingServer::start();
    server.answer("GET", "/huge", [Answer::huge(3_000_000)]);
    server.answer("GET", "/endless", [Answer::endless()]);
    server.answer("GET", "/torn", [Answer::torn("0123456789")]);
    server.answer("GET", "/drip", [Answer::text("abcdef").drip(2, Duration::from_millis(1))]);

    let get = async |path| client().get(server.url(path)).send().await.unwrap();
    assert_eq!(get("/huge").await.bytes().await.unwrap().len(), 3_000_000);
    get("/torn").await.bytes().await.expect_err("half of the promised body");
    assert_eq!(get("/drip").await.text().await.unwrap(), "abcdef");

    let mut endless = get("/endless").await.bytes_stream();
    let mut seen = 0;
    while seen < 10_000_000 {
        seen += endless.next().await.expect("it never ends").unwrap().len();
    }
}

#[tokio::test]
async fn redirects_and_delays_are_sent_as_told() {
    let server = CountingServer::start();
    server.answer("GET", "/old", [Answer::redirect(302, "/new").delay(Duration::from_millis(30))]);
    let begun = std::time::Instant::now();
    let answer = client().get(server.url("/old")).send().await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(30));
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (302, "/new"));
    server.assert_count("GET", "/new", 0);
}

#[tokio::test]
async fn a_dropped_server_hangs_up_on_those_it_keeps_waiting() {
    let server = CountingServer::start();
    server.answer("GET", "/held", [Answer::text("never").held()]);
    let address = server.address();
    let request = tokio::spawn(client().get(server.url("/held")).send());
    tokio::task::spawn_blocking(move || {
        server.wait_for("GET", "/held", 1);
        drop(server);
    })
    .await
    .unwrap();
    request.await.unwrap().expect_err("hung up");
    TcpStream::connect(address).expect_err("closed");
}
