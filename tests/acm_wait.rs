//! `acm-wait` against moto and real DNS servers.

mod lab;
mod program;

use lab::dns::Dns;
use lab::moto::{Moto, environment};
use program::Project;

#[test]
fn what_is_missing_is_told_until_the_certificate_is_issued() {
    // moto issues a certificate when it is so old, whatever DNS says.
    let (moto, dns) = (Moto::start_with(&[("MOTO_ACM_VALIDATION_WAIT", "8")]), Dns::start());
    let project = Project::new();
    let request = r#"const RUNBOOK = #{ name: "request", version: "1.0.0", permissions: ["aws:acm:RequestCertificate"] };
acm::request_certificate(#{ DomainName: "shop.example", ValidationMethod: "DNS" }).CertificateArn"#;
    std::fs::write(project.root().join("request.rhai"), request).expect("a runbook");
    let variables = environment(&moto.endpoint());
    let arn = project.run_with(&["run", "./request.rhai"], &variables).with(0).stdout;
    let resolver = format!("resolver={}", dns.resolver());
    let set = ["run", "acm-wait", "--set", "domain=shop.example", "--set", &resolver, "--set", "every=200ms"];
    let ended = project.run_with(&set, &variables).with(0);
    let told = ["shop.example: PENDING_VALIDATION", "CNAME must be", "and is NXDOMAIN"];
    let given = ended.json();
    assert_eq!((given["status"].as_str(), given["certificate"].as_str()), (Some("ISSUED"), Some(arn.trim())));
    ended.telling(&told);
}

#[test]
fn a_domain_without_a_certificate_is_told_with_those_that_there_are() {
    let moto = Moto::start();
    let project = Project::new();
    let ended = project.run_with(&["run", "acm-wait", "--set", "domain=none.example"], &environment(&moto.endpoint()));
    ended.with(1).telling(&["no certificate of ACM is for none.example; there are: none"]);
}
