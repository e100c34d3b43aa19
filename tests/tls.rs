//! `tls::inspect` against a server in each condition.

mod lab;
mod program;

use lab::tls_servers::{Condition, NAME, TlsServers};
use program::Project;
use serde_json::{Value as Json, json};

fn inspect(servers: &TlsServers, condition: Condition, options: &str) -> Json {
    let project = Project::new();
    std::fs::create_dir(project.root().join("runbooks")).expect("a folder");
    let text = format!(
        r#"const RUNBOOK = #{{ name: "look", version: "1.0.0", permissions: ["tls:connect *"] }};
        tls::inspect("{NAME}", #{{ connect_to: "{}", ca_file: "{}" }} + #{{ {options} }})"#,
        servers.address(condition),
        servers.ca_file().display(),
    );
    std::fs::write(project.root().join("runbooks/look.rhai"), text).expect("a runbook");
    project.run(&["run", "look"]).with(0).json()
}

#[test]
fn a_good_certificate_is_told_with_its_chain() {
    let servers = TlsServers::start();
    let seen = inspect(&servers, Condition::Good, r#"alpn: ["h2"]"#);
    assert_eq!((&seen["trusted"], &seen["reason"], &seen["why"]), (&json!(true), &Json::Null, &json!("")), "{seen:#}");
    assert_eq!(seen["name_matches"], true);
    assert!(matches!(seen["days_left"].as_i64(), Some(89 | 90)), "{seen:#}");
    assert_eq!(seen["version"], "TLS 1.3");
    assert_eq!(seen["protocol"], "h2");
    assert!(seen["cipher"].as_str().is_some_and(|cipher| cipher.starts_with("TLS_AES_")), "{seen:#}");
    assert_eq!(seen["chain"].as_array().map(Vec::len), Some(2));
    let leaf = &seen["chain"][0];
    assert_eq!((&leaf["names"], &leaf["is_ca"]), (&json!([NAME]), &json!(false)));
    assert_eq!((&leaf["key"], &leaf["signature"]), (&json!("EC P-256"), &json!("ecdsa-with-SHA256")));
    assert_eq!((&seen["chain"][1]["is_ca"], &seen["chain"][1]["self_issued"]), (&json!(true), &json!(true)));
    assert_eq!(seen["versions"], json!({ "TLS 1.0": false, "TLS 1.1": false, "TLS 1.2": true, "TLS 1.3": true }));
    assert_eq!((&seen["ciphers"], &seen["stapled"]), (&json!({}), &Json::Null));
}

#[test]
fn why_a_certificate_is_not_trusted_is_told_precisely() {
    let servers = TlsServers::start();
    for (condition, reason, why, name_matches) in [
        (Condition::Expired, "expired", "ended to be valid at", true),
        (Condition::WrongName, "wrong_name", "it is not for `shop.example.test`, only for other.example", false),
        (Condition::UnknownAuthority, "unknown_issuer", "no trusted authority is called", true),
        (Condition::SelfSigned, "self_signed", "signed by nobody but itself", true),
    ] {
        let seen = inspect(&servers, condition, "versions: false");
        assert_eq!((&seen["trusted"], &seen["reason"]), (&json!(false), &json!(reason)), "{condition:?}: {seen:#}");
        assert!(seen["why"].as_str().is_some_and(|told| told.contains(why)), "{condition:?}: {seen:#}");
        assert_eq!(seen["name_matches"], name_matches, "{condition:?}");
        assert!(!seen["chain"].as_array().expect("a chain").is_empty(), "{condition:?}");
    }
    let soon = inspect(&servers, Condition::SoonExpiring, "versions: false");
    assert_eq!(soon["trusted"], true);
    assert!(matches!(soon["days_left"].as_i64(), Some(2 | 3)), "{soon:#}");
    let expired = inspect(&servers, Condition::Expired, "versions: false");
    assert!(matches!(expired["days_left"].as_i64(), Some(-31 | -30)), "{expired:#}");
}

#[test]
fn versions_and_cipher_suites_are_those_that_openssl_finds() {
    let servers = TlsServers::start();
    for condition in [Condition::Good, Condition::Only12, Condition::Old] {
        let seen = inspect(&servers, condition, "ciphers: true");
        let at = servers.address(condition).to_string();
        for (version, flag) in
            [("TLS 1.0", "-tls1"), ("TLS 1.1", "-tls1_1"), ("TLS 1.2", "-tls1_2"), ("TLS 1.3", "-tls1_3")]
        {
            let ours = seen["versions"][version].as_bool().expect("a yes or no");
            assert_eq!(ours, openssl_speaks(&at, flag, None), "{condition:?} {version}");
            assert_eq!(seen["ciphers"].get(version).is_some(), ours, "{condition:?} {version}");
        }
        let of_12 = seen["ciphers"]["TLS 1.2"].as_array().expect("suites");
        let names: Vec<&str> = of_12.iter().filter_map(Json::as_str).collect();
        assert!(names.contains(&"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"), "{names:?}");
        assert!(!names.iter().any(|name| name.contains("NULL") || name.contains("_RSA_WITH_RC4")), "{names:?}");
        assert!(openssl_speaks(&at, "-tls1_2", Some("ECDHE-ECDSA-AES256-GCM-SHA384")));
        let weak = "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA";
        let found = openssl_speaks(&at, "-tls1_2", Some("ECDHE-ECDSA-AES256-SHA"));
        assert_eq!(names.contains(&weak), found, "{condition:?}: {names:?}");
    }
}

/// Whether OpenSSL comes to a handshake in this version.
fn openssl_speaks(at: &str, version: &str, cipher: Option<&str>) -> bool {
    let mut command = std::process::Command::new("openssl");
    command.args(["s_client", "-connect", at, "-servername", NAME, version]);
    command.args(["-cipher", cipher.unwrap_or("ALL:@SECLEVEL=0")]).stdin(std::process::Stdio::null());
    let output = command.output().expect("openssl is installed: apt-get install openssl");
    let said = String::from_utf8_lossy(&output.stdout);
    said.lines().any(|line| line.trim_start().starts_with("New, TLS") && !line.contains("(NONE)"))
}

#[test]
fn a_status_that_comes_along_is_read() {
    let servers = TlsServers::start();
    let seen = inspect(&servers, Condition::Stapled, "versions: false");
    let stapled = &seen["stapled"];
    assert_eq!(stapled["status"], "good", "{seen:#}");
    let time = |field: &str| stapled[field].as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
    assert!(time("this_update").is_some_and(|from| Some(from) < time("next_update")), "{seen:#}");
}

#[test]
fn wrong_input_and_a_server_that_is_not_there_are_errors() {
    let project = Project::new();
    std::fs::create_dir(project.root().join("runbooks")).expect("a folder");
    // Bound and never listening: nobody takes connections there.
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("a port");
    let nobody = socket.local_addr().expect("an address");
    for (call, code, told) in [
        (r#"tls::inspect("a b")"#.to_owned(), 3, "`a b` is no name or address of a server"),
        (r#"tls::inspect("a.test", #{ connect_to: "a.test" })"#.to_owned(), 3, "`a.test` is not `host:port`"),
        (r#"tls::inspect("a.test", #{ ca_file: "../ca.pem" })"#.to_owned(), 3, "`ca_file` can't be"),
        (format!(r#"tls::inspect("a.test", #{{ connect_to: "{nobody}" }})"#), 1, "can't be connected to"),
    ] {
        let text = format!(
            "const RUNBOOK = #{{ name: \"look\", version: \"1.0.0\", permissions: [\"tls:connect *\"] }};\n{call}"
        );
        std::fs::write(project.root().join("runbooks/look.rhai"), text).expect("a runbook");
        let ended = project.run(&["run", "look"]).with(code);
        assert!(ended.stderr.contains(told), "{call}: {}", ended.stderr);
    }
}

#[test]
fn a_database_begins_tls_when_it_is_asked_and_a_web_server_does_not() {
    let (database, servers) = (lab::postgres::Postgres::start(), TlsServers::start());
    let project = Project::new();
    std::fs::create_dir(project.root().join("runbooks")).expect("a folder");
    let look = |host: &str, at: &str, more: &str| {
        let text = format!(
            r#"const RUNBOOK = #{{ name: "look", version: "1.0.0", permissions: ["tls:connect *"] }};
            tls::inspect("{host}", #{{ connect_to: "{at}", ca_file: "{}", starttls: "postgres", timeout: "5s" }} + #{{ {more} }})"#,
            database.ca_file().display(),
        );
        std::fs::write(project.root().join("runbooks/look.rhai"), text).expect("a runbook");
        project.run(&["run", "look"])
    };
    let at = format!("127.0.0.1:{}", database.port());
    let seen = look("localhost", &at, "").with(0).json();
    assert_eq!((&seen["trusted"], &seen["version"]), (&json!(true), &json!("TLS 1.3")), "{seen:#}");
    assert_eq!(seen["versions"]["TLS 1.2"], true);
    let wrong = look("db.example", &at, "versions: false").with(0).json();
    assert_eq!(wrong["reason"], "wrong_name", "{wrong:#}");
    let web = look(NAME, &servers.address(Condition::Good).to_string(), "");
    assert!(web.code == 1 && web.stderr.contains("tls::inspect"), "{}", web.stderr);
}
