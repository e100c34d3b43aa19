//! Effects of operations, as examples.

use runbook::bindings::aws::reviewed::effects::{By, Decided, Facts, effect, highest};
use runbook::model::effect::Effect;

fn of(service: &str, operation: &str) -> Effect {
    effect(service, operation, &Facts::default()).effect
}

#[test]
fn the_beginning_of_a_name_decides() {
    assert_eq!(of("ecs", "DescribeServices"), Effect::Read);
    assert_eq!(of("ecr", "BatchGetImage"), Effect::Read);
    assert_eq!(of("iam", "PutRolePolicy"), Effect::Ensure);
    assert_eq!(of("ecs", "UpdateService"), Effect::Ensure);
    assert_eq!(of("ecs", "RegisterTaskDefinition"), Effect::Change);
    assert_eq!(of("rds", "DeleteDBCluster"), Effect::Destroy);
    assert_eq!(of("ec2", "PurchaseReservedInstancesOffering"), Effect::Destroy);
}

#[test]
fn a_beginning_ends_where_a_word_ends_and_the_longest_wins() {
    assert_eq!(of("anything", "Getaway"), Effect::Change);
    assert_eq!(of("anything", "GetDNSSEC"), Effect::Read);
    assert_eq!(of("ec2", "DeleteTags"), Effect::Ensure);
    assert_eq!(of("rds", "RemoveTagsFromResource"), Effect::Ensure);
    assert_eq!(of("events", "RemoveTargets"), Effect::Change);
}

#[test]
fn what_nobody_has_looked_at_is_a_change() {
    let decided = effect("anything", "FrobnicateWidget", &Facts::default());
    assert_eq!(decided, Decided { effect: Effect::Change, by: By::Rule("no known beginning") });
}

#[test]
fn a_token_makes_a_repeat_safe_but_no_loss_milder() {
    let token = Facts { has_token: true, ..Facts::default() };
    assert_eq!(effect("ec2", "CreateNatGateway", &token).effect, Effect::Ensure);
    assert_eq!(effect("ec2", "DeleteSecondaryNetwork", &token).effect, Effect::Destroy);
    assert_eq!(effect("ec2", "DisassociateTrunkInterface", &token).effect, Effect::Change);
    assert_eq!(effect("anything", "GetWithToken", &token).effect, Effect::Ensure);
    // The model doesn't mark this one; `tokens.toml` does.
    assert_eq!(of("acm", "RequestCertificate"), Effect::Ensure);
    // This one's repeat is answered by an error, so it is no ensure.
    assert_eq!(of("route53", "CreateHostedZone"), Effect::Change);
}

#[test]
fn a_reads_name_on_a_request_that_writes_is_a_change() {
    let put = Facts { http_method: "PUT", ..Facts::default() };
    assert_eq!(effect("anything", "GetSomething", &put).effect, Effect::Change);
}

#[test]
fn the_known_traps() {
    for (service, operation) in [
        ("sts", "AssumeRole"),
        ("sts", "GetSessionToken"),
        ("ecr", "GetAuthorizationToken"),
        ("redshift", "GetClusterCredentials"),
        ("cognito_identity", "GetId"),
        ("ssm", "StartSession"),
        ("s3", "CreateSession"),
        ("iot", "ConfirmTopicRuleDestination"),
        ("iam", "GenerateCredentialReport"),
        ("sagemaker", "GetScalingConfigurationRecommendation"),
    ] {
        assert_eq!(of(service, operation), Effect::Ensure, "{service} {operation}");
    }
    for (service, operation) in [
        ("sqs", "ReceiveMessage"),
        ("stepfunctions", "GetActivityTask"),
        ("swf", "PollForDecisionTask"),
        ("codepipeline", "PollForJobs"),
        ("appconfigdata", "GetLatestConfiguration"),
        ("rds_data", "ExecuteStatement"),
        ("athena", "StartQueryExecution"),
        ("ecs", "RunTask"),
        ("ecs", "StopTask"),
    ] {
        assert_eq!(of(service, operation), Effect::Change, "{service} {operation}");
    }
    for (service, operation) in [
        ("kms", "Decrypt"),
        ("kms", "GenerateDataKey"),
        ("wafv2", "CheckCapacity"),
        ("iam", "SimulatePrincipalPolicy"),
        ("route53", "TestDNSAnswer"),
        ("cloudformation", "ValidateTemplate"),
    ] {
        assert_eq!(of(service, operation), Effect::Read, "{service} {operation}");
    }
}

#[test]
fn arguments_can_only_be_as_bad_as_the_highest_effect_says() {
    assert_eq!(highest("route53", "ChangeResourceRecordSets", &Facts::default()), Effect::Destroy);
    assert_eq!(highest("rds", "ModifyDBCluster", &Facts::default()), Effect::Destroy);
    assert_eq!(highest("ecs", "DescribeServices", &Facts::default()), Effect::Read);
    // A dry run is possible, which makes nothing worse.
    assert_eq!(highest("ec2", "StartInstances", &Facts::default()), Effect::Ensure);
}
