//! Addresses that no request goes to, however they are written. A counting server stands where the request would have ended.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::IpAddr;

use runbook::bindings::http::Names;
use runbook::model::failure::FailureKind;
use serde_json::json;

use crate::bench::{Bench, failed};
use crate::server::{Server, answer};

/// Forty ways to write what must not be asked.
const HOSTS: [&str; 40] = [
    "169.254.169.254",
    "169.254.169.254:80",
    "169.254.169.254:8080",
    "169.254.169.254.",
    "2852039166",
    "0xa9fea9fe",
    "0XA9FEA9FE",
    "0xa9.0xfe.0xa9.0xfe",
    "0xa9.254.0xa9.254",
    "0251.0376.0251.0376",
    "025177524776",
    "00000251.0376.0251.0376",
    "169.254.43518",
    "169.16689662",
    "169.254.170.2",
    "169.254.170.23",
    "169.254.0.1",
    "169.254.255.255",
    "%31%36%39.254.169.254",
    "１６９．２５４．１６９．２５４",
    "169。254。169。254",
    "①⑥⑨.254.169.254",
    "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]",
    "[0:0:0:0:0:ffff:a9fe:a9fe]",
    "[::169.254.169.254]",
    "[64:ff9b::169.254.169.254]",
    "[64:ff9b:1::169.254.169.254]",
    "[2002:a9fe:a9fe::]",
    "[fe80::1]",
    "[fe80::a9fe:a9fe]",
    "[febf:ffff::1]",
    "[fd00:ec2::254]",
    "[fd00:0ec2:0:0:0:0:0:0254]",
    "[fd20:ce::254]",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "metadata.google.internal",
    "METADATA.Google.Internal.",
];

fn urls() -> impl Iterator<Item = String> {
    HOSTS.iter().map(|host| format!("http://{host}/latest/meta-data/iam/security-credentials/"))
}

#[tokio::test]
async fn no_spelling_in_a_url_is_asked() {
    let trap = Server::plain(|_| answer(200, &[], "AKIA")).await;
    for url in urls() {
        for name in ["http::get", "http::post"] {
            failed(Bench::new().call(name, &url, json!({})).await, FailureKind::Refused);
            // Even when the connection would go elsewhere.
            failed(
                Bench::new().call(name, &url, json!({"connect_to": trap.address.to_string()})).await,
                FailureKind::Refused,
            );
        }
    }
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn no_spelling_in_connect_to_is_connected_to() {
    for host in HOSTS.iter().filter(|host| !host.contains('%')) {
        let result = Bench::new().call("http::get", "http://site.test/", json!({"connect_to": host})).await;
        failed(result, FailureKind::Refused);
    }
}

#[tokio::test]
async fn no_redirect_leads_there() {
    for url in urls() {
        let away = url.clone();
        let server = Server::plain(move |_| answer(302, &[("location", &away)], "")).await;
        let result = Bench::new().call("http::get", &server.url("/"), json!({"follow_redirects": 5})).await;
        let failure = failed(result, FailureKind::Refused);
        assert!(failure.message.contains("no request goes there"), "{url}: {failure}");
        assert_eq!(server.connections(), 1, "{url}");
    }
}

#[tokio::test]
async fn no_name_leads_there() {
    let trap = Server::plain(|_| answer(200, &[], "AKIA")).await;
    let local: IpAddr = trap.address.ip();
    let address = |text: &str| -> IpAddr { text.parse().expect(text) };
    let table: BTreeMap<String, Vec<IpAddr>> = [
        ("plain.test", vec![address("169.254.169.254")]),
        ("mapped.test", vec![address("::ffff:169.254.169.254")]),
        ("nat64.test", vec![address("64:ff9b::a9fe:a9fe")]),
        ("v6.test", vec![address("fd00:ec2::254")]),
        ("local.test", vec![address("fe80::1")]),
        // A good address first does not help, nor last.
        ("first.test", vec![local, address("169.254.169.254")]),
        ("last.test", vec![address("169.254.169.254"), local]),
        ("good.test", vec![local]),
    ]
    .into_iter()
    .map(|(name, addresses)| (name.to_owned(), addresses))
    .collect();
    let bench = Bench::new();
    bench.shared.get(|| Ok::<_, Infallible>(Names::fixed(table.clone()))).expect("names");
    let to = |name: &str| json!({"connect_to": format!("{name}:{}", trap.address.port())});
    for name in table.keys().filter(|name| *name != "good.test") {
        let failure = failed(bench.call("http::get", "http://site.test/", to(name)).await, FailureKind::Refused);
        assert!(failure.message.contains(name.as_str()), "{failure}");
    }
    assert_eq!(trap.connections(), 0);
    // The trap would have been sprung: the same call with a good name reaches it.
    let got = bench.call("http::get", "http://site.test/", to("good.test")).await.expect("an answer");
    assert!(got.at("/timings/dns_ms").is_u64());
    assert_eq!(trap.connections(), 1);
}
