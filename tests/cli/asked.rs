//! What `runbook check` tells of the policy: before which calls a person is asked.

use serde_json::Value as Json;

use crate::program::Home;

const MOVE: &str = r#"const RUNBOOK = #{
    name: "move", version: "0.1.0",
    permissions: ["process:change *", "process:destroy *", "process:ensure *"],
};
step("a", || process::change(["cp", "a", "b"]));
step("b", || process::change(["cp", "b", "c"]));
step("c", || process::destroy(["rm", "a"]));
process::ensure(["touch", "d"]);
"#;

#[test]
fn a_check_says_what_the_policy_of_the_environment_asks_first() {
    let home = Home::with(&[
        ("runbooks/move.rhai", MOVE),
        ("envs/prod.toml", "[policy]\nconfirm = [\"change\"]\n"),
        ("runbook.toml", ""),
    ]);
    let without = home.run(&["check"]);
    assert_eq!(without.code, 0, "{without}");
    assert!(without.stderr.contains("move: an approval is asked before calls: 1 (runbooks/move.rhai:7)"), "{without}");
    assert!(!without.stderr.contains("confirmation"), "{without}");
    let with = home.run(&["check", "--env", "prod"]);
    let asked = "move: a confirmation is asked before calls: 2 (runbooks/move.rhai:5, runbooks/move.rhai:6)";
    assert!(with.code == 0 && with.stderr.contains(asked), "{with}");
    let machine: Json =
        serde_json::from_str(&home.run(&["check", "--env", "prod", "--output", "json"]).stdout).expect("JSON");
    assert_eq!((&machine["valid"], &machine["asked"][2]["asks"]), (&true.into(), &"approval".into()));
    // What it says is what a plan says.
    let plan: Json =
        serde_json::from_str(&home.run(&["plan", "move", "--env", "prod", "--output", "json"]).stdout).expect("JSON");
    let asks = |calls: &Json| -> Vec<String> {
        let calls = calls.as_array().expect("calls").iter();
        calls.filter_map(|call| call["asks"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(asks(&plan["calls"]), asks(&machine["asked"]));
    assert_eq!(home.run(&["check", "--env", "nowhere"]).code, 2);
}
