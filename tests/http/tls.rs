//! TLS against servers with certificates of our own authority: good ones, and each kind of bad one.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use runbook::model::failure::{Failure, FailureKind};
use serde_json::json;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, SupportedProtocolVersion, version};

use crate::bench::{Bench, Got, failed, reason};
use crate::server::{Server, answer};

struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("params");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().expect("key");
        Authority { issuer: CertifiedIssuer::self_signed(params, key).expect("authority") }
    }

    /// The project's file `ca.pem` with this authority in it.
    fn trusted_by(&self, bench: &Bench) {
        std::fs::write(bench.project().join("ca.pem"), self.issuer.pem()).expect("written");
    }

    fn acceptor(
        &self,
        names: &[&str],
        years: (i32, i32),
        versions: &[&'static SupportedProtocolVersion],
        alpn: &[&str],
    ) -> TlsAcceptor {
        let mut params =
            CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).expect("params");
        params.not_before = date_time_ymd(years.0, 1, 1);
        params.not_after = date_time_ymd(years.1, 1, 1);
        params.distinguished_name.push(DnType::CommonName, "server");
        let key = KeyPair::generate().expect("key");
        let certificate = params.signed_by(&key, &self.issuer).expect("certificate");
        let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).expect("key"),
            )
            .expect("config");
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }
}

const BOTH: &[&SupportedProtocolVersion] = &[&version::TLS13, &version::TLS12];
const LONG: (i32, i32) = (2020, 2099);

async fn get(bench: &Bench, server: &Server, url: &str) -> Result<Got, Failure> {
    bench.call("http::get", url, json!({"connect_to": server.address.to_string(), "ca_file": "ca.pem"})).await
}

#[tokio::test]
async fn a_good_certificate_is_told_with_its_facts() {
    let (bench, authority) = (Bench::new(), Authority::new("Our CA"));
    authority.trusted_by(&bench);
    for (versions, word) in [(BOTH, "TLS 1.3"), (&[&version::TLS12][..], "TLS 1.2")] {
        let acceptor = authority.acceptor(&["site.test", "www.site.test"], LONG, versions, &[]);
        let server = Server::tls(acceptor, |_| answer(200, &[], "hello")).await;
        let got = get(&bench, &server, "https://site.test/").await.expect("an answer");
        assert_eq!((got.at("/body"), got.at("/tls/version")), (&json!("hello"), &json!(word)));
        assert_eq!(*got.at("/tls/names"), json!(["site.test", "www.site.test"]));
        assert!(got.at("/tls/subject").as_str().is_some_and(|subject| subject.contains("CN=server")));
        assert!(got.at("/tls/issuer").as_str().is_some_and(|issuer| issuer.contains("CN=Our CA")));
        assert_eq!(*got.at("/tls/not_after"), "2099-01-01T00:00:00Z");
        assert!(got.at("/tls/days_left").as_i64().is_some_and(|days| days > 20_000));
        assert!(got.at("/timings/tls_ms").is_u64() && got.at("/timings/connect_ms").is_u64());
        let sent = server.only();
        assert_eq!((sent.sni.as_deref(), sent.header("host")), (Some("site.test"), Some("site.test")));
    }
}

#[tokio::test]
async fn a_port_in_the_url_stays_in_the_host_header_when_another_is_connected_to() {
    let (bench, authority) = (Bench::new(), Authority::new("Our CA"));
    authority.trusted_by(&bench);
    let acceptor = authority.acceptor(&["site.test"], LONG, BOTH, &["h2", "http/1.1"]);
    let server = Server::tls(acceptor, |_| answer(200, &[], "")).await;
    let got = get(&bench, &server, "https://site.test:8443/").await.expect("an answer");
    let sent = server.only();
    assert_eq!((sent.sni.as_deref(), sent.header("host")), (Some("site.test"), Some("site.test:8443")));
    assert_eq!(*got.at("/url"), "https://site.test:8443/");
}

#[tokio::test]
async fn a_bad_certificate_is_refused_in_words_and_nothing_is_sent() {
    let (bench, ours, other) = (Bench::new(), Authority::new("Our CA"), Authority::new("Another CA"));
    ours.trusted_by(&bench);
    for (acceptor, why, said) in [
        (ours.acceptor(&["site.test"], (2020, 2024), BOTH, &[]), "expired", "expired at 2024-01-01T00:00:00Z"),
        (
            ours.acceptor(&["site.test"], (2098, 2099), BOTH, &[]),
            "not_valid_yet",
            "valid only from 2098-01-01T00:00:00Z",
        ),
        (
            ours.acceptor(&["a.test", "b.test"], LONG, BOTH, &[]),
            "wrong_name",
            "is for `a.test`, `b.test`, not for `site.test`",
        ),
        (other.acceptor(&["site.test"], LONG, BOTH, &[]), "unknown_issuer", "CN=Another CA"),
    ] {
        let server = Server::tls(acceptor, |_| answer(200, &[], "")).await;
        let failure = failed(get(&bench, &server, "https://site.test/").await, FailureKind::Failed);
        assert_eq!(reason(&failure), why, "{failure}");
        assert!(failure.message.contains(said), "{failure}");
        let details = failure.details.as_map().expect("details");
        assert!(details.get("tls").and_then(|tls| tls.as_map()).is_some_and(|tls| tls.contains_key("not_after")));
        // A write is not in doubt either: it never left.
        let options = json!({"connect_to": server.address.to_string(), "ca_file": "ca.pem", "body": "x"});
        failed(bench.call("http::post", "https://site.test/", options).await, FailureKind::Failed);
        assert_eq!(server.received().len(), 0);
    }
}

#[tokio::test]
async fn without_ca_file_our_authority_is_not_trusted() {
    let (bench, authority) = (Bench::new(), Authority::new("Our CA"));
    let server = Server::tls(authority.acceptor(&["site.test"], LONG, BOTH, &[]), |_| answer(200, &[], "")).await;
    let options = json!({"connect_to": server.address.to_string()});
    let failure = failed(bench.call("http::get", "https://site.test/", options).await, FailureKind::Failed);
    assert_eq!(reason(&failure), "unknown_issuer");
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn a_server_without_tls_is_named_as_such() {
    let bench = Bench::new();
    Authority::new("Our CA").trusted_by(&bench);
    // It greets as soon as somebody comes, like a mail server: that is no TLS record.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
    });
    let options = json!({"connect_to": address.to_string(), "ca_file": "ca.pem"});
    let failure = failed(bench.call("http::get", "https://site.test/", options).await, FailureKind::Unavailable);
    assert_eq!(reason(&failure), "tls");
    assert!(failure.message.contains("does not speak TLS"), "{failure}");
}

#[tokio::test]
async fn a_ca_file_that_is_none_is_invalid() {
    let bench = Bench::new();
    std::fs::write(bench.project().join("empty.pem"), "no certificate here").expect("written");
    std::fs::write(
        bench.project().join("broken.pem"),
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .expect("written");
    for (file, said) in
        [("none.pem", "can't be read"), ("empty.pem", "holds no certificate"), ("broken.pem", "can't be used")]
    {
        let failure = failed(
            bench.call("http::get", "https://127.0.0.1:1/", json!({"ca_file": file})).await,
            FailureKind::Invalid,
        );
        assert!(failure.message.contains(said), "{file}: {failure}");
    }
}

#[tokio::test]
async fn http_2_is_spoken_where_the_server_can() {
    let (bench, authority) = (Bench::new(), Authority::new("Our CA"));
    authority.trusted_by(&bench);
    let acceptor = authority.acceptor(&["site.test"], LONG, BOTH, &["h2"]);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let served = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client");
        let mut connection = h2::server::handshake(acceptor.accept(stream).await.expect("TLS")).await.expect("HTTP/2");
        let mut asked = Vec::new();
        while let Some(Ok((request, mut respond))) = connection.accept().await {
            asked.push(request.uri().to_string());
            let mut body = respond.send_response(http::Response::new(()), false).expect("an answer");
            body.send_data("two".into(), true).expect("a body");
        }
        asked
    });
    let options = json!({"connect_to": address.to_string(), "ca_file": "ca.pem"});
    let got = bench.call("http::get", "https://site.test/x", options).await.expect("an answer");
    assert_eq!((got.at("/http_version"), got.at("/body")), (&json!("HTTP/2"), &json!("two")));
    assert_eq!(served.await.expect("served"), ["https://site.test/x"]);
}
