//! `runbook check --fix`: what is certain is mended, everything else stays as it is.

use crate::program::Home;

const WRONG: &str = r#"//! # 台数を変える
const RUNBOOK = #{
    name: "scale", version: "1.0.0", summary: "Change the number",
    params: #{ cluster: #{ type: "string" }, count: #{ type: "int" } },
    permissions: ["process:read uname *", "http:get https://example.com/*", "process:change rm *"],
};
let now = "障害"; let number = params.coutn;
step("見る", || { log(`今 ${now}`); proces::read(["uname", "-s"]); process::raed(["uname", "-a"], #{ timeuot: "5s" }) });
outptu(numbr);
"#;

const MENDED: &str = r#"//! # 台数を変える
const RUNBOOK = #{
    name: "scale", version: "1.0.0", summary: "Change the number",
    params: #{ cluster: #{ type: "string" }, count: #{ type: "int" } },
    permissions: ["process:read uname *"],
};
let now = "障害"; let number = params.count;
step("見る", || { log(`今 ${now}`); process::read(["uname", "-s"]); process::read(["uname", "-a"], #{ timeout: "5s" }) });
output(number);
"#;

/// Something is wrong, and nothing says for certain what was meant.
const UNSURE: &str = r#"const RUNBOOK = #{ name: "unsure", version: "1.0.0", summary: "x", permissions: [] };
let cat = 1; let cut = 2; log(cot); http::get("https://example.com/"); nothing_like_it();
"#;

#[test]
fn names_and_unused_permissions_are_mended_and_the_rest_is_told() {
    let home = Home::with(&[("runbooks/scale.rhai", WRONG)]);
    let before = home.run(&["check"]);
    assert_eq!(before.code, 3, "{before}");
    assert!(before.stderr.contains("`runbook check --fix` can mend"), "{before}");
    assert_eq!(home.text("runbooks/scale.rhai"), WRONG, "a check changes nothing");
    let fixed = home.run(&["check", "--fix"]);
    assert_eq!(home.text("runbooks/scale.rhai"), MENDED, "{fixed}");
    assert_eq!(fixed.code, 0, "{fixed}");
    for told in ["`coutn` is now `count`", "`outptu` is now `output`", "\"process:change rm *\" is taken out"] {
        assert!(fixed.stderr.contains(told), "{told}\n{fixed}");
    }
    let again = home.run(&["check", "--fix", "--output", "json"]);
    let report: serde_json::Value = serde_json::from_str(&again.stdout).expect("JSON");
    assert_eq!((&report["repaired"], &report["error_count"]), (&serde_json::json!([]), &0.into()), "{again}");
    assert_eq!(home.text("runbooks/scale.rhai"), MENDED);
}

#[test]
fn what_is_not_certain_and_what_is_not_ours_stays_byte_for_byte() {
    let home = Home::with(&[("runbooks/unsure.rhai", UNSURE)]);
    let outside = tempfile::tempdir().expect("a folder");
    std::fs::write(outside.path().join("other.rhai"), "fn f() { lgo(1) }\n").expect("writes");
    std::os::unix::fs::symlink(outside.path().join("other.rhai"), home.path("runbooks/other.rhai")).expect("a link");
    let fixed = home.run(&["check", "unsure", "./runbooks/other.rhai", "--fix"]);
    assert_eq!(fixed.code, 3, "{fixed}");
    assert_eq!(home.text("runbooks/unsure.rhai"), UNSURE);
    assert_eq!(std::fs::read_to_string(outside.path().join("other.rhai")).expect("reads"), "fn f() { lgo(1) }\n");
    assert!(!fixed.stderr.contains("is now"), "{fixed}");
}
