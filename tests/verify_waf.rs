//! The shipped runbook `verify-waf`, run by the real program against a real site: it passes where a firewall stands, and
//! fails where none does, at the step that says why.

mod lab;
mod program;

use lab::site::{Access, Answers, Certificate, DOMAIN, Site, SiteOptions, Waf};
use program::{Ended, Project};

const PASSES: &str = "an ordinary request passes";
const ODD: &str = "a request that only looks odd passes";
const REFUSED: &str = "attacks are refused";

/// Runs `verify-waf` by `verb` against `site`.
fn verify(verb: &[&str], site: &Site) -> Ended {
    let port = format!("port={}", site.https_port());
    let domain = format!("domain={}", site.domain());
    let ca_file = format!("ca_file={}", site.ca_file().display());
    let connect_to = format!("connect_to={}", site.https_address());
    let values = ["--set", &domain, "--set", &port, "--set", &ca_file, "--set", &connect_to];
    Project::new().run(&[verb, &["verify-waf"], &values].concat())
}

fn run(options: SiteOptions) -> Ended {
    verify(&["run"], &Site::start(options))
}

/// The line of a step that is done.
fn done(step: &str) -> String {
    format!("done  step=\"{step}\"\n")
}

/// How the line of a step that failed goes on.
fn failed(step: &str) -> String {
    format!("failed step=\"{step}\" error=")
}

/// A certificate that was issued `days` days before its end has whole days left: one less, once a second has passed.
#[track_caller]
fn days_left_are_told(ended: &Ended, days: i64) {
    let left = ended.json()["certificate"]["days_left"].as_i64().expect("a number");
    assert!(left == days || left == days - 1, "{left} days left of {days}");
    let told = format!("certificate valid for {left} more days");
    assert!(ended.stderr.contains(&told), "`{told}` is not told:\n{}", ended.stderr);
}

#[test]
fn it_passes_a_site_behind_a_firewall() {
    let site = Site::start(SiteOptions::default());
    let ended = verify(&["run"], &site).with(0).telling(&[&done(PASSES), &done(ODD), &done(REFUSED)]);
    let value = ended.json();
    assert_eq!(value["ordinary"], 200);
    assert_eq!(value["odd"], 200);
    assert_eq!(value["attacks"], serde_json::json!({ "cross_site_scripting": 403, "sql_injection": 403 }));
    days_left_are_told(&ended, 90);

    let log = site.access_log();
    let mut seen: Vec<(&str, u16)> = log.iter().map(|access| (access.target.as_str(), access.status)).collect();
    seen.sort_unstable();
    assert_eq!(
        seen,
        [
            ("/", 200),
            ("/?id=1%27%20OR%20%271%27=%271", 403),
            ("/?q=%3Cscript%3Ealert(%27XSS%27)%3C/script%3E", 403),
            ("/?q=O%27Brien", 200),
        ],
        "four requests and no more, as URLs that are valid"
    );
    let ordinary = |access: &Access| access.method == "GET" && access.host == DOMAIN && access.scheme == "https";
    assert!(log.iter().all(ordinary), "{log:?}");
}

#[test]
fn its_verdict_is_json_where_a_program_asks() {
    let verdict = verify(&["run", "--output", "json"], &Site::start(SiteOptions::default())).with(0).json();
    assert_eq!((&verdict["v"], &verdict["type"]), (&serde_json::json!(1), &serde_json::json!("verdict")));
    assert_eq!(verdict["state"], "done");
    assert_eq!(verdict["exit"]["code"], 0);
    assert_eq!(verdict["writes"], 0);
    assert_eq!(verdict["value"]["attacks"]["sql_injection"], 403);
    assert!(verdict["diagnostic"].is_null());
}

#[test]
fn its_failure_is_json_as_well() {
    let site = Site::start(SiteOptions { waf: Waf::Off, ..SiteOptions::default() });
    let verdict = verify(&["run", "--output", "json"], &site).with(1).json();
    assert_eq!(verdict["exit"]["code"], 1);
    assert_eq!(verdict["diagnostic"]["code"], "RB0501");
}

#[test]
fn its_events_are_one_object_a_line() {
    let ended = verify(&["run", "--output", "ndjson"], &Site::start(SiteOptions::default())).with(0);
    let events: Vec<serde_json::Value> =
        ended.stdout.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect();
    assert!(events.iter().all(|event| event["v"] == 1 && event["type"].is_string()), "{}", ended.stdout);
    for step in [PASSES, ODD, REFUSED] {
        assert!(events.iter().any(|event| event.to_string().contains(step)), "{step}: {}", ended.stdout);
    }
}

#[test]
fn without_the_firewall_it_fails_where_the_attacks_should_be_refused() {
    let ended = run(SiteOptions { waf: Waf::Off, ..SiteOptions::default() });
    failed_at_the_attacks(ended);
}

#[test]
fn a_site_that_answers_200_to_everything_fails_in_the_same_place() {
    let options = SiteOptions { waf: Waf::Off, answers: Answers::AlwaysOk, ..SiteOptions::default() };
    failed_at_the_attacks(run(options));
}

#[track_caller]
fn failed_at_the_attacks(ended: Ended) {
    let ended = ended.with(1).telling(&[
        &done(PASSES),
        &done(ODD),
        &failed(REFUSED),
        "2 branches failed",
        "was answered with 200, where 403 was expected",
        "verify-waf.rhai:",
    ]);
    assert_eq!(ended.stdout, "", "a run that failed has no result");
}

#[test]
fn an_expired_certificate_fails_the_first_step_and_is_told() {
    let options = SiteOptions { certificate: Certificate::Expired, ..SiteOptions::default() };
    let ended = run(options).with(1).telling(&[&failed(PASSES), "expired", "verify-waf.rhai:"]);
    assert!(!ended.stderr.contains(REFUSED), "nothing after the first step:\n{}", ended.stderr);
}

#[test]
fn a_certificate_for_another_name_fails_the_first_step_and_is_told() {
    let options = SiteOptions { certificate: Certificate::WrongName, ..SiteOptions::default() };
    run(options).with(1).telling(&[&failed(PASSES), "other.example", DOMAIN, "verify-waf.rhai:"]);
}

#[test]
fn a_certificate_that_ends_soon_passes_and_the_days_are_told() {
    let options = SiteOptions { certificate: Certificate::SoonExpiring, ..SiteOptions::default() };
    days_left_are_told(&run(options).with(0), 3);
}

#[test]
fn an_authority_that_nobody_trusts_fails_the_first_step() {
    let site = Site::start(SiteOptions::default());
    let port = format!("port={}", site.https_port());
    let connect_to = format!("connect_to={}", site.https_address());
    let domain = format!("domain={DOMAIN}");
    let arguments = ["run", "verify-waf", "--set", &domain, "--set", &port, "--set", &connect_to];
    Project::new().run(&arguments).with(1).telling(&[&failed(PASSES)]);
}

#[test]
fn it_only_reads_so_a_read_only_run_is_whole() {
    let site = Site::start(SiteOptions::default());
    verify(&["run", "--read-only"], &site).with(0).telling(&[REFUSED]);
    assert_eq!(site.access_log().len(), 4);
}

#[test]
fn its_plan_is_the_whole_procedure_and_changes_nothing() {
    let site = Site::start(SiteOptions::default());
    verify(&["plan"], &site).with(0).telling(&[PASSES, ODD, REFUSED, "Nothing was changed."]);
    assert_eq!(site.access_log().len(), 4, "reads are real in a plan");
}

#[test]
fn the_check_finds_nothing_in_it() {
    let ended = Project::new().run(&["check", "verify-waf"]).with(0);
    assert_eq!(format!("{}{}", ended.stdout, ended.stderr).trim(), "0 errors, 0 warnings, 1 runbook");
}

#[test]
fn values_that_make_no_sense_are_refused_before_anything_is_asked() {
    let project = Project::new();
    let cases: &[(&[&str], &str)] = &[
        (&[], "RB0205"),
        (&["--set", "domain=not a domain"], "RB0204"),
        (&["--set", "domain=shop.example.test", "--set", "port=70000"], "RB0204"),
        (&["--set", "domain=shop.example.test", "--set", "path=health"], "RB0204"),
        (&["--set", "domain=shop.example.test", "--set", "ca_file=missing.pem"], "RB0204"),
        (&["--set", "domain=shop.example.test", "--set", "conect_to=127.0.0.1:1"], "RB0203"),
    ];
    for (values, code) in cases {
        let arguments = [&["run", "verify-waf", "--non-interactive"], *values].concat();
        project.run(&arguments).with(2).telling(&[code, "nothing was run"]);
    }
}
