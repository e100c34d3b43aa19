//! AWS without anybody to call: what `check` finds, what the manual says, what is refused before anything is sent.

mod program;

use program::{Ended, Project};

fn check(body: &str) -> Ended {
    let project = Project::new();
    let text = format!(
        "const RUNBOOK = #{{ name: \"it\", version: \"1.0.0\", permissions: [\"aws:ecs:*\", \"aws:rds:*\"] }};\n{body}\n"
    );
    std::fs::write(project.root().join("it.rhai"), text).expect("a runbook");
    project.run(&["check", "./it.rhai"])
}

#[test]
fn check_finds_what_the_model_does_not_know_with_its_place() {
    let found = check(
        r#"let size = "2";
ecs::update_service(#{ cluster: "c", sevice: "s", desiredCount: "2" });
ecs::run_task(#{
    taskDefinition: "web", launchType: "FARGTE", count: size,
    networkConfiguration: #{ awsvpcConfiguration: #{ subnets: "subnet-1", assignPublicIP: "DISABLED" } },
});
rds::create_db_cluster(#{ Engine: "aurora-postgresql", Tags: [#{ Key: 1 }] });
ecs::describe_servces(#{});
ecs::wait_service_stable(#{});"#,
    );
    let found = found.with(3);
    insta::assert_snapshot!(
        found.stderr.replace(&found.stderr[found.stderr.rfind("1 runbook").expect("a count")..], "")
    );
}

#[test]
fn a_service_or_operation_that_is_mistyped_is_answered_with_the_one_that_was_meant() {
    let project = Project::new();
    for (asked, meant) in
        [("ecs::describe_service", "did you mean `ecs::describe_services`?"), ("ecss", "did you mean")]
    {
        project.run(&["manual", asked]).with(2).telling(&[meant]);
    }
}

#[test]
fn the_manual_tells_members_effect_permission_and_where_aws_describes_it() {
    let project = Project::new();
    let told = project.run(&["manual", "ecs::stop_task"]).with(0);
    insta::assert_snapshot!(told.stdout);
    let all = project.run(&["manual", "acm"]).with(0).stdout;
    for function in ["acm::request_certificate", "acm::wait_certificate_validated", "acm::describe_certificate"] {
        assert!(all.contains(function), "{all}");
    }
}

#[test]
fn an_operation_that_streams_events_is_refused_before_anything_is_sent() {
    let project = Project::new();
    let text = r#"const RUNBOOK = #{ name: "it", version: "1.0.0", permissions: ["aws:logs:StartLiveTail"] };
let group = "arn:aws:logs:ap-northeast-1:123456789012:log-group:web";
logs::start_live_tail(#{ logGroupIdentifiers: [group] })"#;
    std::fs::write(project.root().join("it.rhai"), text).expect("a runbook");
    project.run(&["run", "./it.rhai"]).with(1).telling(&["`StartLiveTail` streams events"]);
}

#[test]
fn the_tables_are_those_of_the_version_that_the_notice_names() {
    let source = &runbook::bindings::aws::tables::embedded().expect("tables").source;
    assert!(include_str!("../models/aws/NOTICE").contains(source.as_str()), "{source}");
}
