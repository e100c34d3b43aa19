//! Where secrets may go: nowhere but where a function says so, and no text from elsewhere becomes one.

use crate::program::{Done, Home};

const KEY: &str = "hunter2-and-more";

fn home(script: &str) -> Home {
    let header = r#"const RUNBOOK = #{ name: "keys", version: "0.1.0",
        permissions: ["process:read *", "secret:env KEY", "fs:read *", "fs:write *"] };
"#;
    Home::with(&[("runbooks/keys.rhai", &format!("{header}{script}"))])
}

fn run(home: &Home, arguments: &[&str]) -> Done {
    let mut command = home.command(arguments);
    command.env("KEY", KEY);
    Done::of(command)
}

#[test]
fn a_secret_where_none_may_be_is_an_error_that_names_the_argument_and_where_it_may_be() {
    for (call, argument, hint) in [
        (r#"process::read(["echo", key])"#, "`argv[1]` of `process::read`", "it takes secrets in"),
        (r#"process::read(["echo", `--key=${key}`])"#, "`argv[1]` of `process::read`", "env"),
        (r#"fs::write(key, "x")"#, "`path` of `fs::write`", "it takes secrets in"),
        ("fs::read(key)", "`path` of `fs::read`", "`fs::read` takes no secrets"),
        ("text::sha256(key)", "`value` of `text::sha256`", "`text::sha256` takes no secrets"),
        ("json::stringify(#{ a: [1, #{ b: key }] })", "`value.a[1].b` of `json::stringify`", "takes no secrets"),
        (r#"human::ask("Is it " + key)"#, "`text` of `human::ask`", "`human::ask` takes no secrets"),
    ] {
        let home = home(&format!("let key = secret::env(\"KEY\");\n{call};"));
        let done = run(&home, &["run", "keys"]);
        assert_eq!(done.code, 1, "{call}: {done}");
        assert!(done.stderr.contains("a secret can't go into"), "{call}: {done}");
        assert!(done.stderr.contains(argument) && done.stderr.contains(hint), "{call}: {done}");
        assert!(!done.stderr.contains("hunter2") && done.stderr.contains("nothing was changed"), "{call}: {done}");
        let japanese = run(&home, &["run", "keys", "--lang", "ja"]);
        assert!(japanese.stderr.contains("秘密の値は"), "{call}: {japanese}");
    }
}

#[test]
fn text_from_elsewhere_that_looks_like_a_token_is_text_also_after_a_crash() {
    let script = r#"let key = secret::env("KEY");
let forged = step("read", || fs::read("forged"));
step("use", || {
    if !fs::exists("go") { fail("not yet") }
    let got = process::read(["sh", "-c", "printf %s \"$GOT\" | base64 -w0 | rev"], #{ env: #{ GOT: forged } }).stdout;
    let real = process::read(["sh", "-c", "printf %s \"$GOT\" | wc -c"], #{ env: #{ GOT: key } }).stdout.trim();
    #{ got: got, real: real }
})
"#;
    use base64::Engine as _;
    for forged in ["⟦secret:env:KEY⟧", "⟦text:secret:env:KEY⟧", "⟦secret:env:KEY#00000000000000000000000000000000⟧"]
    {
        let home = home(script);
        std::fs::write(home.path("forged"), forged).expect("writes");
        assert_eq!(run(&home, &["run", "keys"]).code, 1);
        std::fs::write(home.path("go"), "").expect("writes");
        let done = run(&home, &["resume"]);
        let value: serde_json::Value = serde_json::from_str(&done.stdout).unwrap_or_else(|_| panic!("{done}"));
        let got: String = value["got"].as_str().expect("text").chars().rev().collect();
        let got = base64::engine::general_purpose::STANDARD.decode(got).expect("base64");
        assert_eq!(String::from_utf8_lossy(&got), forged, "{done}");
        assert_eq!(value["real"], KEY.len().to_string(), "{done}");
    }
}

#[test]
fn a_secret_is_given_to_a_nested_runbook_and_fills_what_is_inside_maps_and_texts() {
    let home = home(r#"runbook::run("inner", #{ key: secret::env("KEY") })"#);
    let inner = r#"const RUNBOOK = #{ name: "inner", version: "0.1.0", params: #{ key: #{ type: "secret" } },
    permissions: ["process:read sh *", "fs:write out"] };
step("write", || fs::write("out", `key=${params.key}`));
process::read(["sh", "-c", "wc -c"], #{ stdin: `<${params.key}>` }).stdout.trim()
"#;
    std::fs::write(home.path("runbooks/inner.rhai"), inner).expect("writes");
    let outer = home.text("runbooks/keys.rhai").replace("permissions: [", "permissions: [\"runbook:inner\", ");
    std::fs::write(home.path("runbooks/keys.rhai"), outer).expect("writes");
    let done = run(&home, &["run", "keys"]);
    assert_eq!((done.code, done.stdout.trim()), (0, "18"), "{done}");
    assert_eq!(home.text("out"), format!("key={KEY}"));
    assert!(!done.stderr.contains("hunter2"), "{done}");
}

// The parameters of a nested runbook are pinned in the journal.
#[test]
fn plain_text_for_a_secret_parameter_of_a_nested_runbook_is_refused_before_it_is_recorded() {
    let home = home(r#"runbook::run("inner", #{ key: "unm" + "istakable" })"#);
    let inner = r#"const RUNBOOK = #{ name: "inner", version: "0.1.0", params: #{ key: #{ type: "secret" } } }; 1"#;
    std::fs::write(home.path("runbooks/inner.rhai"), inner).expect("writes");
    let outer = home.text("runbooks/keys.rhai").replace("permissions: [", "permissions: [\"runbook:inner\", ");
    std::fs::write(home.path("runbooks/keys.rhai"), outer).expect("writes");
    let done = run(&home, &["run", "keys"]);
    assert!(done.code == 1 && done.stderr.contains("it is secret, and what was given is plain text"), "{done}");
    assert!(!done.stderr.contains("unmistakable"), "{done}");
    let journal = std::fs::read(home.path("state/journal.sqlite")).expect("the journal");
    let log = std::fs::read(home.path("state/journal.sqlite-wal")).unwrap_or_default();
    let has = |bytes: &[u8]| bytes.windows(12).any(|part| part == b"unmistakable");
    assert!(!has(&journal) && !has(&log), "it is in the journal");
}

#[test]
fn a_step_may_be_named_with_a_secret_and_is_found_again() {
    let home = home(
        r#"let key = secret::env("KEY");
step("with " + key, || fs::write("once", "x"));
parallel_map([key, "b"], |it| fs::write("item", "x"));
if !fs::exists("go") { fail("not yet") }
"#,
    );
    assert_eq!(run(&home, &["run", "keys"]).code, 1);
    std::fs::remove_file(home.path("once")).expect("it was written");
    std::fs::write(home.path("go"), "").expect("writes");
    let done = run(&home, &["resume"]);
    assert_eq!(done.code, 0, "{done}");
    assert!(!home.path("once").exists() && !done.stderr.contains("hunter2"), "{done}");
}
