//! The shipped runbook `verify-tls`, run by the real program against a server in each condition.

mod lab;
mod program;

use lab::tls_servers::{Condition, NAME, TlsServers};
use program::{Ended, Project};
use serde_json::json;

fn verify(servers: &TlsServers, condition: Condition, more: &[&str]) -> Ended {
    let domain = format!("domain={NAME}");
    let ca_file = format!("ca_file={}", servers.ca_file().display());
    let connect_to = format!("connect_to={}", servers.address(condition));
    let set = ["run", "verify-tls", "--set", &domain, "--set", &ca_file, "--set", &connect_to];
    Project::new().run(&[&set, more].concat())
}

#[test]
fn a_good_server_passes_and_what_was_seen_is_the_result() {
    let servers = TlsServers::start();
    let value = verify(&servers, Condition::Good, &[]).with(0).json();
    assert_eq!((&value["names"], &value["key"]), (&json!([NAME]), &json!("EC P-256")));
    assert_eq!(value["versions"], json!(["TLS 1.2", "TLS 1.3"]));
    let stapled = verify(&servers, Condition::Stapled, &[]).with(0).json();
    assert_eq!(stapled["stapled"]["status"], "good");
}

#[test]
fn each_fault_fails_its_step_with_the_reason() {
    let servers = TlsServers::start();
    let (trusted, valid, versions) =
        ("the certificate is trusted", "it is valid for a while", "the versions of TLS are today's");
    for (condition, step, told) in [
        (Condition::SoonExpiring, valid, "more days, until"),
        (Condition::Expired, trusted, "ended to be valid at"),
        (Condition::WrongName, trusted, "only for other.example"),
        (Condition::UnknownAuthority, trusted, "no trusted authority is called"),
        (Condition::SelfSigned, trusted, "signed by nobody but itself"),
        (Condition::Only12, versions, "TLS 1.3 is not offered, only [\"TLS 1.2\"]"),
        (Condition::Old, versions, "old versions are on: [\"TLS 1.0\", \"TLS 1.1\"]"),
    ] {
        let ended = verify(&servers, condition, &[]).with(1);
        assert!(ended.stderr.contains(&format!("failed step=\"{step}\"")), "{condition:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(told), "{condition:?}: {}", ended.stderr);
    }
    verify(&servers, Condition::SoonExpiring, &["--set", "min_days=1"]).with(0);
    verify(&servers, Condition::Only12, &["--set", "require_tls13=false"]).with(0);
}
