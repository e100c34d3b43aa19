//! AWS calls against moto, beside botocore on the same state; and what is done when something goes wrong on the way.

mod lab;
mod program;

#[path = "aws/calls.rs"]
mod calls;

use std::collections::{BTreeMap, BTreeSet};

use lab::moto::{Fault, Faults, Moto, environment};
use program::{Ended, Project};
use serde_json::{Value as Json, json};

fn project(runbook: &str) -> Project {
    let project = Project::new();
    std::fs::write(project.root().join("it.rhai"), runbook).expect("a runbook");
    project
}

fn run(project: &Project, endpoint: &str, arguments: &[&str]) -> Ended {
    let variables: Vec<(&str, String)> = environment(endpoint);
    project.run_with(arguments, &variables)
}

/// A runbook with these permissions and this text.
fn written(permissions: &[&str], body: &str) -> String {
    let permissions: Vec<String> = permissions.iter().map(|line| format!("\"{line}\"")).collect();
    format!(
        "const RUNBOOK = #{{ name: \"it\", version: \"1.0.0\", permissions: [{}] }};\n{body}\n",
        permissions.join(", ")
    )
}

#[test]
fn what_calls_give_is_what_botocore_gives_on_the_same_state() {
    let all = calls::all();
    let (services, operations) = (
        counted(&all, |call| call.service.clone()),
        counted(&all, |call| format!("{}:{}", call.service, call.operation)),
    );
    assert!(operations >= 120 && services >= 20, "{operations} operations of {services} services");
    let (writes, reads): (Vec<_>, Vec<_>) = all.into_iter().partition(|call| call.is_write);
    let moto = Moto::start();

    // What this program wrote, read by both.
    let made = results(&moto, &calls::runbook(&writes, &BTreeMap::new()));
    let ours = results(&moto, &calls::runbook(&reads, &made));
    let theirs = calls::botocore(&moto.endpoint(), &reads, &made);
    let mut wrong = differences(&reads, &ours, &theirs);

    // What botocore wrote, read by both; and the answers to writes have the same members.
    moto.reset();
    let made_by_them = calls::botocore(&moto.endpoint(), &writes, &BTreeMap::new());
    let ours = results(&moto, &calls::runbook(&reads, &made_by_them));
    let theirs = calls::botocore(&moto.endpoint(), &reads, &made_by_them);
    wrong.extend(differences(&reads, &ours, &theirs));
    for call in &writes {
        let (ours, theirs) = (shape(&made[&call.name]), shape(&made_by_them[&call.name]));
        if ours != theirs {
            wrong.push(format!("{} {}: {ours} and {theirs}", call.service, call.operation));
        }
    }
    println!("{operations} operations of {services} services");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn counted(calls: &[calls::Call], by: impl Fn(&calls::Call) -> String) -> usize {
    calls.iter().map(by).collect::<BTreeSet<_>>().len()
}

fn results(moto: &Moto, runbook: &str) -> BTreeMap<String, Json> {
    let project = project(runbook);
    let ended = run(&project, &moto.endpoint(), &["run", "./it.rhai", "--yes"]).with(0);
    serde_json::from_value(ended.json()).expect("results by name")
}

fn differences(calls: &[calls::Call], ours: &BTreeMap<String, Json>, theirs: &BTreeMap<String, Json>) -> Vec<String> {
    let differs = |call: &calls::Call| {
        let difference = differs_at(&ours[&call.name], &theirs[&call.name], String::new())?;
        Some(format!("{} {}: {difference}", call.service, call.operation))
    };
    calls.iter().filter_map(differs).collect()
}

/// What moto makes anew each time it is asked.
const FLEETING: [&str; 4] =
    [".LatestRestorableTime", ".Versions[0].CreatedDate", ".Versions[0].LastAccessedDate", ".SizeInBytes.Timestamp"];

/// Where two results differ. Two differences are meant: what is secret stays so, and a time is text.
fn differs_at(ours: &Json, theirs: &Json, at: String) -> Option<String> {
    match (ours, theirs) {
        _ if FLEETING.iter().any(|fleeting| at.ends_with(fleeting)) => None,
        (Json::String(text), _) if text.starts_with("⟦secret:aws:") => None,
        (Json::String(text), Json::Object(time)) if time.contains_key("$time") => {
            let ours: jiff::Timestamp = text.parse().unwrap_or_else(|error| panic!("{at}: {text}: {error}"));
            let theirs = time["$time"].as_f64().expect("seconds");
            let ours = ours.as_millisecond() as f64 / 1000.0;
            ((ours - theirs).abs() > 0.0011).then(|| format!("{at}: {ours}, not {theirs}"))
        }
        (Json::Object(ours), Json::Object(theirs)) => {
            let keys: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
            keys.into_iter().find_map(|key| match (ours.get(key), theirs.get(key)) {
                (Some(ours), Some(theirs)) => differs_at(ours, theirs, format!("{at}.{key}")),
                (ours, theirs) => Some(format!("{at}.{key}: {ours:?}, not {theirs:?}")),
            })
        }
        (Json::Array(ours), Json::Array(theirs)) if ours.len() == theirs.len() => ours
            .iter()
            .zip(theirs)
            .enumerate()
            .find_map(|(nth, (ours, theirs))| differs_at(ours, theirs, format!("{at}[{nth}]"))),
        (Json::Number(one), Json::Number(other)) if one.as_f64() == other.as_f64() => None,
        _ => (ours != theirs).then(|| format!("{at}: {ours}, not {theirs}")),
    }
}

/// The members of a result without their values, which differ from one making to the next.
fn shape(value: &Json) -> Json {
    match value {
        Json::Object(map) if map.contains_key("$time") => json!("text"),
        Json::Object(map) => map.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
        Json::Array(items) => items.iter().map(shape).collect(),
        Json::String(_) => json!("text"),
        Json::Number(_) => json!("number"),
        Json::Bool(_) => json!("flag"),
        Json::Null => Json::Null,
    }
}

#[test]
fn a_call_that_is_refused_sends_nothing() {
    let moto = Moto::start();
    let faults = Faults::before(&moto);
    let wrong = [
        (written(&["aws:ecs:UpdateService"], r#"ecs::update_service(#{ cluster: "c", sevice: "s" })"#), 3),
        (written(&[], r#"ecs::list_clusters()"#), 3),
        (written(&["aws:ecs:*"], r#"let n = "2"; ecs::update_service(#{ service: "s", desiredCount: n })"#), 1),
        (written(&["aws:ecs:*"], r#"let d = "c"; ecs::delete_cluster(#{ cluster: d })"#), 5),
    ];
    for (runbook, code) in wrong {
        let project = project(&runbook);
        let ended = run(&project, &faults.endpoint(), &["run", "./it.rhai"]);
        assert_eq!(ended.code, code, "{runbook}\n{}", ended.stderr);
        assert_eq!(faults.requests(), 0, "{runbook}");
    }
}

#[tokio::test]
async fn a_request_that_is_not_what_the_gate_let_through_is_not_sent() {
    use runbook::bindings::aws::client::{Exchange, Permit, Wire};
    use runbook::bindings::aws::tables;
    let server = lab::counting::CountingServer::start();
    let service = tables::service("ecs").expect("tables").expect("ecs").service;
    let config = aws_types::SdkConfig::builder()
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
            aws_credential_types::Credentials::new("AKIAIOSFODNN7EXAMPLE", "not-a-real-key", None, None, "test"),
        ))
        .build();
    let exchange = |permit: Option<Permit>| Exchange {
        wire: std::sync::Arc::new(Wire::new(service)),
        operation: service.operation("delete_cluster").expect("an operation"),
        input: runbook::model::value::Value::from_plain_json(json!({ "cluster": "web" })).expect("a value"),
        endpoint: aws_smithy_types::endpoint::Endpoint::builder().url(server.url("")).build(),
        host_prefix: None,
        bucket_in_host: false,
        region: "ap-northeast-1".to_owned(),
        permit: permit.expect("a function"),
    };
    for (function, region) in [("ecs::update_cluster", "ap-northeast-1"), ("ecs::delete_cluster", "us-east-1")] {
        let sent = exchange(Permit::of(function, vec![region.to_owned()])).send(&config).await;
        assert!(format!("{:?}", sent.expect_err("refused")).contains("not the one that was let through"), "{function}");
    }
    assert_eq!(server.received().len(), 0);
    let sent = exchange(Permit::of("ecs::delete_cluster", vec!["ap-northeast-1".to_owned()])).send(&config).await;
    assert!(sent.is_err(), "the server knows no cluster");
    assert_eq!(server.received().len(), 1);
}

#[test]
fn a_throttled_read_is_tried_again_and_a_write_that_was_refused_is_not_in_doubt() {
    let moto = Moto::start();
    let faults = Faults::before(&moto);
    let read = project(&written(&["aws:ecs:ListClusters"], "ecs::list_clusters()"));
    faults.plan("ListClusters", &[Fault::Refused(400, "ThrottlingException"), Fault::Refused(500, "InternalError")]);
    run(&read, &faults.endpoint(), &["run", "./it.rhai"]).with(0);
    assert_eq!(faults.count("ListClusters"), 3);
    let write = project(&written(&["aws:ecs:CreateCluster"], r#"ecs::create_cluster(#{ clusterName: "web" })"#));
    faults.plan("CreateCluster", &[Fault::Refused(400, "ThrottlingException")]);
    run(&write, &faults.endpoint(), &["run", "./it.rhai"]).with(1).telling(&["ThrottlingException"]);
    assert_eq!(faults.count("CreateCluster"), 1, "a change is not repeated");
}

#[test]
fn a_change_whose_answer_is_lost_is_sent_once_and_is_in_doubt() {
    let moto = Moto::start();
    let faults = Faults::before(&moto);
    let project = project(&written(&["aws:ecs:CreateCluster"], r#"ecs::create_cluster(#{ clusterName: "web" })"#));
    faults.plan("CreateCluster", &[Fault::Lost]);
    run(&project, &faults.endpoint(), &["run", "./it.rhai"]).with(7).telling(&["in doubt"]);
    assert_eq!(faults.count("CreateCluster"), 1);
}

#[test]
fn an_ensure_whose_answer_is_lost_is_repeated_with_the_same_token() {
    let moto = Moto::start();
    let faults = Faults::before(&moto);
    let body = r#"ssm::put_parameter(#{ Name: "/a", Value: "1", Type: "String", Overwrite: true })"#;
    let project = project(&written(&["aws:ssm:PutParameter"], body));
    faults.plan("PutParameter", &[Fault::Lost]);
    run(&project, &faults.endpoint(), &["run", "./it.rhai"]).with(0);
    assert_eq!(faults.count("PutParameter"), 2);
}

#[test]
fn a_denied_call_fails_and_expired_credentials_stop_the_run_until_somebody_logs_in() {
    let moto = Moto::start();
    let faults = Faults::before(&moto);
    let body = r#"ecs::create_cluster(#{ clusterName: "web" }).cluster.clusterName"#;
    let project = project(&written(&["aws:ecs:CreateCluster"], body));
    faults.plan("CreateCluster", &[Fault::Refused(400, "AccessDeniedException")]);
    run(&project, &faults.endpoint(), &["run", "./it.rhai"])
        .with(1)
        .telling(&["AccessDeniedException", "lack a permission"]);
    faults.plan("CreateCluster", &[Fault::Refused(400, "ExpiredTokenException")]);
    let expired = run(&project, &faults.endpoint(), &["run", "./it.rhai"]).with(4);
    let expired = expired.telling(&[
        "error[RB0401]",
        "ExpiredTokenException",
        "log in again, then resume the run",
        "nothing was sent",
    ]);
    assert!(!expired.stderr.contains("in doubt: 1"), "{}", expired.stderr);
    let run_id = expired.stderr.split_once("runbook resume ").expect("what to type next").1;
    let run_id = run_id.split(|c: char| c.is_whitespace() || c == '"').next().expect("a run");
    let resumed = run(&project, &faults.endpoint(), &["resume", run_id]).with(0);
    assert_eq!(resumed.stdout.trim(), "web");
}

#[test]
fn without_credentials_what_was_tried_is_told_and_nothing_is_sent() {
    let moto = Moto::start();
    let faults = Faults::before(&moto);
    let project = project(&written(&["aws:ecs:ListClusters"], "ecs::list_clusters()"));
    let variables: Vec<(&str, String)> =
        environment(&faults.endpoint()).into_iter().filter(|(name, _)| !name.contains("KEY")).collect();
    let ended = project.run_with(&["run", "./it.rhai"], &variables).with(4);
    ended.telling(&["error[RB0401]", "there are no credentials for `ecs:ListClusters`", "aws sso login"]);
    assert_eq!(faults.requests(), 0);
}

#[test]
fn the_wrong_account_or_region_is_refused_before_anything_else() {
    let moto = Moto::start();
    let faults = Faults::before(&moto);
    let guarded = |guard: &str| {
        let text = written(&["aws:ecs:ListClusters"], "ecs::list_clusters()");
        project(&text.replace("permissions:", &format!("guard: #{{ {guard} }}, permissions:")))
    };
    run(
        &guarded(r#"aws_account: "123456789012", aws_region: "ap-northeast-1""#),
        &faults.endpoint(),
        &["run", "./it.rhai"],
    )
    .with(0);
    assert_eq!((faults.count("GetCallerIdentity"), faults.count("ListClusters")), (1, 1));
    let other = run(&guarded(r#"aws_account: "999999999999""#), &faults.endpoint(), &["run", "./it.rhai"]).with(4);
    other.telling(&["the credentials are of account 123456789012, and the environment is 999999999999"]);
    let region = run(&guarded(r#"aws_region: "us-east-1""#), &faults.endpoint(), &["run", "./it.rhai"]).with(4);
    region.telling(&["the region is `ap-northeast-1`, and the environment is in `us-east-1`"]);
    assert_eq!(faults.count("ListClusters"), 1);
}

#[test]
fn a_wait_asks_until_the_model_says_that_it_is_so() {
    let moto = Moto::start();
    let body = r#"let arn = acm::request_certificate(#{ DomainName: "shop.example.test", ValidationMethod: "DNS" }).CertificateArn;
let seen = acm::wait_certificate_validated(#{ CertificateArn: arn }, #{ every: "100ms", timeout: "30s" });
let missing = attempt(|| ecs::wait_services_stable(#{ services: ["none"] }, #{ every: "10ms", timeout: "50ms" }));
#{ status: seen.Certificate.Status, missing: missing.error.message }"#;
    let permissions = ["aws:acm:RequestCertificate", "aws:acm:DescribeCertificate", "aws:ecs:DescribeServices"];
    let project = project(&written(&permissions, body));
    let ended = run(&project, &moto.endpoint(), &["run", "./it.rhai"]).with(0);
    assert_eq!(ended.json()["status"], "ISSUED");
    assert!(
        ended.json()["missing"].as_str().is_some_and(|text| text.contains("ClusterNotFoundException")),
        "{}",
        ended.stdout
    );
}

#[test]
fn the_log_is_commands_of_the_aws_cli_that_do_the_same() {
    let moto = Moto::start();
    let body = r#"ecs::create_cluster(#{ clusterName: "web" });
ecs::describe_clusters(#{ clusters: ["web"], include: ["TAGS"] }, #{ region: "ap-northeast-1" });
let at = time::now();
s3::put_bucket_versioning(#{ Bucket: "b", VersioningConfiguration: #{ Status: "Enabled" } })"#;
    let permissions = ["aws:ecs:CreateCluster", "aws:ecs:DescribeClusters", "aws:s3:PutBucketVersioning"];
    let project = project(&written(&permissions, body));
    run(&project, &moto.endpoint(), &["run", "./it.rhai"]).with(1);
    let log = run(&project, &moto.endpoint(), &["log", "--as", "aws-cli"]).with(0).stdout;
    let commands: Vec<&str> = log.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(
        commands,
        [
            "aws ecs create-cluster --cluster-name web",
            "aws ecs describe-clusters --clusters web --include TAGS --region ap-northeast-1",
            r#"aws s3api put-bucket-versioning --bucket b --versioning-configuration '{"Status":"Enabled"}'"#,
        ]
    );
}

#[test]
fn what_aws_keeps_secret_stays_so() {
    let moto = Moto::start();
    let body = r#"let url = params.url;
ssm::put_parameter(#{ Name: "/shop/URL", Value: url, Type: "SecureString" });
let read = ssm::get_parameter(#{ Name: "/shop/URL", WithDecryption: true }).Parameter;
log(`the URL is ${read.Value}`);
let same = secret::json(secret::template("{{\"a\": \"{url}\"}}", #{ url: read.Value }), "/a");
let token = ecr::get_authorization_token().authorizationData[0].authorizationToken;
#{ name: read.Name, value: read.Value, same: same, token: token }"#;
    let permissions = ["aws:ssm:PutParameter", "aws:ssm:GetParameter", "aws:ecr:GetAuthorizationToken"];
    let text =
        written(&permissions, body).replace("permissions:", r#"params: #{ url: #{ type: "secret" } }, permissions:"#);
    let project = project(&text);
    std::fs::write(project.root().join("url"), "postgresql://dbadmin:hunter2-hunter2@db:5432/app").expect("a secret");
    let ended = run(&project, &moto.endpoint(), &["run", "./it.rhai", "--set-secret", "url=@url"]).with(0);
    let given = ended.json();
    assert_eq!(given["name"], "/shop/URL");
    let shown = "⟦secret:aws:ssm GetParameter /shop/URL Parameter.Value⟧";
    assert_eq!(given["value"], shown);
    assert!(
        given["token"].as_str().is_some_and(|token| token.starts_with("⟦secret:aws:ecr GetAuthorizationToken")),
        "{given}"
    );
    for text in [&ended.stdout, &ended.stderr] {
        assert!(!text.contains("hunter2") && !text.contains("auth-token"), "{text}");
    }
}
