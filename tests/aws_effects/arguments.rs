//! Argument rules, as examples.

use runbook::bindings::aws::reviewed::arguments::{self, looks_like_apex};
use runbook::bindings::aws::reviewed::effects::{Facts, effect};
use runbook::model::effect::Effect;
use runbook::model::value::Value as Planned;
use serde_json::{Value, json};

fn of(service: &str, operation: &str, arguments: &Value) -> (Effect, Vec<&'static str>) {
    let plain = effect(service, operation, &Facts::default()).effect;
    let arguments = runbook::model::value::Value::from_plain_json(arguments.clone()).expect("a value");
    let argued = arguments::effect(service, operation, plain, &arguments);
    (argued.effect, argued.reasons.iter().map(|reason| reason.why).collect())
}

#[test]
fn a_dry_run_is_a_read_whatever_else_the_call_says() {
    let (effect, _) = of("ec2", "TerminateInstances", &json!({ "InstanceIds": ["i-1"], "DryRun": true }));
    assert_eq!(effect, Effect::Read);
    let (effect, _) = of("ec2", "TerminateInstances", &json!({ "InstanceIds": ["i-1"], "DryRun": false }));
    assert_eq!(effect, Effect::Destroy);
    // Another service's member of that name says nothing.
    let (effect, _) = of("ecs", "RunTask", &json!({ "DryRun": true }));
    assert_eq!(effect, Effect::Change);
}

#[test]
fn switching_a_guard_off_is_a_destroy() {
    let (effect, why) = of("rds", "ModifyDBCluster", &json!({ "DeletionProtection": false }));
    assert_eq!((effect, why), (Effect::Destroy, vec!["deletion protection is switched off"]));
    let (effect, _) = of("rds", "ModifyDBCluster", &json!({ "DeletionProtection": true }));
    assert_eq!(effect, Effect::Ensure);
    let off = json!({ "Attributes": [
        { "Key": "idle_timeout.timeout_seconds", "Value": "60" },
        { "Key": "deletion_protection.enabled", "Value": "false" },
    ] });
    assert_eq!(of("elbv2", "ModifyLoadBalancerAttributes", &off).0, Effect::Destroy);
    let other = json!({ "Attributes": [{ "Key": "access_logs.s3.enabled", "Value": "false" }] });
    assert_eq!(of("elbv2", "ModifyLoadBalancerAttributes", &other).0, Effect::Ensure);
}

#[test]
fn a_service_taken_to_zero_is_a_destroy_and_a_forced_rollout_a_change() {
    assert_eq!(of("ecs", "UpdateService", &json!({ "desiredCount": 2 })).0, Effect::Ensure);
    assert_eq!(of("ecs", "UpdateService", &json!({ "forceNewDeployment": true })).0, Effect::Change);
    assert_eq!(of("ecs", "UpdateService", &json!({ "desiredCount": 0 })).0, Effect::Destroy);
}

#[test]
fn records_are_ensured_but_deletions_delegations_and_the_apex_are_destroys() {
    let record = |action: &str, name: &str, kind: &str| {
        json!({ "ChangeBatch": { "Changes": [
            { "Action": "UPSERT", "ResourceRecordSet": { "Name": "api.example.com.", "Type": "A" } },
            { "Action": action, "ResourceRecordSet": { "Name": name, "Type": kind } },
        ] } })
    };
    let of = |arguments| of("route53", "ChangeResourceRecordSets", &arguments).0;
    assert_eq!(of(record("UPSERT", "www.example.com.", "CNAME")), Effect::Ensure);
    assert_eq!(of(record("CREATE", "www.example.com.", "CNAME")), Effect::Ensure);
    assert_eq!(of(record("DELETE", "www.example.com.", "CNAME")), Effect::Destroy);
    assert_eq!(of(record("UPSERT", "staging.example.com.", "NS")), Effect::Destroy);
    assert_eq!(of(record("UPSERT", "example.com.", "A")), Effect::Destroy);
}

#[test]
fn names_that_look_like_a_zones_own() {
    assert!(looks_like_apex("example.com."));
    assert!(looks_like_apex("example.co.jp"));
    assert!(!looks_like_apex("www.example.com"));
    assert!(!looks_like_apex("_acme-challenge.example.com"));
    assert!(!looks_like_apex("www.example.jp"));
}

#[test]
fn a_deletion_says_what_makes_it_worse() {
    let (effect, why) = of("rds", "DeleteDBCluster", &json!({ "SkipFinalSnapshot": true }));
    assert_eq!((effect, why), (Effect::Destroy, vec!["no last snapshot is made"]));
    assert_eq!(of("rds", "DeleteDBCluster", &json!({ "SkipFinalSnapshot": false })).1, Vec::<&str>::new());
}

#[test]
fn writes_in_bulk_are_as_bad_as_their_worst_part() {
    let write = |what: &str| json!({ "RequestItems": { "table": [{ what: { "Key": {} } }] } });
    assert_eq!(of("dynamodb", "BatchWriteItem", &write("PutRequest")).0, Effect::Ensure);
    assert_eq!(of("dynamodb", "BatchWriteItem", &write("DeleteRequest")).0, Effect::Destroy);
}

#[test]
fn statements_are_raised_by_a_word_and_never_lowered() {
    let sql = |text: &str| of("rds_data", "ExecuteStatement", &json!({ "sql": text })).0;
    assert_eq!(sql("select 1"), Effect::Change);
    assert_eq!(sql("BEGIN; Drop\ttable users"), Effect::Destroy);
    assert_eq!(sql("select deleted_at from users"), Effect::Change);
}

#[test]
fn what_is_not_known_yet_counts_as_the_worse() {
    let map = |members: &[(&str, Planned)]| {
        Planned::Map(members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    };
    let scaled = map(&[("desiredCount", Planned::Unknown), ("service", Planned::from("web"))]);
    let argued = arguments::effect("ecs", "UpdateService", Effect::Ensure, &scaled);
    assert_eq!(argued.effect, Effect::Destroy);
    assert!(!argued.reasons[0].certain);
    let maybe_dry = map(&[("DryRun", Planned::Unknown)]);
    assert_eq!(arguments::effect("ec2", "RunInstances", Effect::Ensure, &maybe_dry).effect, Effect::Ensure);
    let whole = arguments::effect("route53", "ChangeResourceRecordSets", Effect::Ensure, &Planned::Unknown);
    assert_eq!(whole.effect, Effect::Destroy);
}
