//! Secrets: filled in on the way out, and nowhere else.

use runbook::model::failure::FailureKind;
use runbook::model::secret::SecretRef;
use serde_json::json;
use zeroize::Zeroizing;

use crate::bench::{Bench, failed};
use crate::server::{Server, answer};

const VALUE: &str = "hunter2-and-more";

fn token(bench: &Bench, name: &str, value: &str) -> String {
    bench
        .secrets
        .add(SecretRef { provider: "param".to_owned(), name: name.to_owned() }, Zeroizing::new(value.to_owned()))
}

#[tokio::test]
async fn a_secret_is_filled_in_for_the_server_and_stays_a_token_in_the_arguments() {
    let (bench, server) = (Bench::new(), Server::plain(|_| answer(200, &[], "")).await);
    let token = token(&bench, "key", VALUE);
    for (options, body) in [
        (json!({"body": format!("k={token}")}), format!("k={VALUE}")),
        (json!({"json": {"a": [{"k": token}]}}), format!(r#"{{"a":[{{"k":"{VALUE}"}}]}}"#)),
        (json!({"form": {"k": token}}), format!("k={VALUE}")),
    ] {
        let mut options = options;
        options["headers"] = json!({"authorization": format!("Bearer {token}")});
        let written = bench.args("http::post", &server.url("/"), &options);
        let checked = bench.check("http::post", &server.url("/"), &options).expect("arguments");
        assert!(!format!("{written:?} {checked:?}").contains(VALUE));
        assert!(bench.secrets.token_path(&written).is_some());
        bench.call("http::post", &server.url("/"), options).await.expect("an answer");
        let sent = server.received().pop().expect("a request");
        assert_eq!(sent.header("authorization"), Some(format!("Bearer {VALUE}").as_str()));
        assert_eq!(String::from_utf8_lossy(&sent.body), body);
    }
}

#[tokio::test]
async fn a_secret_that_can_t_stand_in_a_header_is_not_shown() {
    let (bench, server) = (Bench::new(), Server::plain(|_| answer(200, &[], "")).await);
    let token = token(&bench, "key", "two\nlines");
    let options = json!({"headers": {"x-key": token}});
    let failure = failed(bench.call("http::get", &server.url("/"), options).await, FailureKind::Invalid);
    assert!(failure.message.contains("`x-key`") && !format!("{failure:?}").contains("lines"), "{failure:?}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_secret_is_no_name() {
    let (bench, server) = (Bench::new(), Server::plain(|_| answer(200, &[], "")).await);
    let token = token(&bench, "key", VALUE);
    for option in ["json", "form", "headers"] {
        let options = json!({ option: { token.as_str(): "x" } });
        failed(bench.call("http::post", &server.url("/"), options).await, FailureKind::Invalid);
    }
    assert_eq!(server.connections(), 0);
}
