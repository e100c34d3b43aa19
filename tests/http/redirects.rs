//! Redirects: shown, or followed on the same server only.

use runbook::model::failure::FailureKind;
use serde_json::json;

use crate::bench::{Bench, failed};
use crate::server::{Received, Reply, Server, answer};

fn chain(request: &Received) -> Reply {
    match request.path() {
        "/1" => answer(301, &[("location", "/2")], ""),
        "/2" => answer(307, &[("location", "3?x=1#part")], ""),
        "/loop" => answer(302, &[("location", "/loop")], ""),
        _ => answer(200, &[], "here"),
    }
}

#[tokio::test]
async fn a_redirect_is_the_result_unless_asked_to_be_followed() {
    let server = Server::plain(chain).await;
    let got = Bench::new().call("http::get", &server.url("/1"), json!({})).await.expect("an answer");
    assert_eq!((got.at("/status"), got.at("/location")), (&json!(301), &json!(server.url("/2"))));
    assert_eq!((got.at("/redirects"), server.connections()), (&json!([]), 1));
}

#[tokio::test]
async fn a_redirect_that_is_followed_shows_its_hops() {
    let server = Server::plain(chain).await;
    let got =
        Bench::new().call("http::get", &server.url("/1"), json!({"follow_redirects": 2})).await.expect("an answer");
    assert_eq!(
        (got.at("/status"), got.at("/body"), got.at("/url")),
        (&json!(200), &json!("here"), &json!(server.url("/3?x=1")))
    );
    assert_eq!(
        *got.at("/redirects"),
        json!([
            {"status": 301, "url": server.url("/1"), "location": server.url("/2")},
            {"status": 307, "url": server.url("/2"), "location": server.url("/3?x=1")},
        ])
    );
}

#[tokio::test]
async fn one_redirect_too_many_is_refused() {
    let server = Server::plain(chain).await;
    let failure = failed(
        Bench::new().call("http::get", &server.url("/loop"), json!({"follow_redirects": 5})).await,
        FailureKind::Refused,
    );
    assert!(failure.message.contains("more than 5 times"), "{failure}");
    assert_eq!(server.connections(), 6);
}

#[tokio::test]
async fn a_redirect_to_another_server_is_not_followed_and_no_header_goes_there() {
    let other = Server::plain(|_| answer(200, &[], "")).await;
    let away = other.url("/take");
    let server = Server::plain(move |_| answer(302, &[("location", &away)], "")).await;
    let options = json!({"follow_redirects": 3, "headers": {"authorization": "Bearer x"}});
    let failure = failed(Bench::new().call("http::get", &server.url("/"), options).await, FailureKind::Refused);
    assert!(failure.message.contains("another server"), "{failure}");
    assert_eq!((server.connections(), other.connections()), (1, 0));
}

#[tokio::test]
async fn writes_stay_where_they_were_sent() {
    for (name, status) in [("http::put", 307), ("http::post", 308), ("http::delete", 302)] {
        let server = Server::plain(move |_| answer(status, &[("location", "/other")], "")).await;
        let got = Bench::new().call(name, &server.url("/"), json!({})).await.expect("an answer");
        assert_eq!((got.at("/status"), got.at("/location")), (&json!(status), &json!(server.url("/other"))));
        assert_eq!(server.connections(), 1, "{name}");
    }
}
