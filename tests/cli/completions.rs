//! What a shell is offered, asked for as shells ask.

use crate::program::{Done, Home};

const HELLO: &str = r#"const RUNBOOK = #{
    name: "hello", version: "0.1.0", summary: "Say hello", summary_ja: "あいさつする",
    params: #{ who: #{ type: "string", doc: "Who is greeted", defaults_to: "world" }, count: #{ type: "int", defaults_to: 1 } },
};
"#;

/// What fish is offered for the last word of a line: a value and a description a line.
fn offered(home: &Home, line: &[&str], variables: &[(&str, &str)]) -> String {
    let mut command = home.command(&[]);
    command.arg("--").arg("runbook").args(line).env("COMPLETE", "fish").envs(variables.iter().copied());
    let done = Done::of(command);
    assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{done}");
    done.stdout
}

#[test]
fn a_shell_is_offered_what_is_there_and_nothing_is_made() {
    let home = Home::with(&[("runbooks/hello.rhai", HELLO), ("envs/prod.toml", ""), ("runbook.toml", "")]);
    assert!(offered(&home, &["ru"], &[]).contains("run\t"));
    let runbooks = offered(&home, &["run", ""], &[]);
    assert!(runbooks.contains("hello\tSay hello") && runbooks.contains("verify-waf\t"), "{runbooks}");
    assert!(offered(&home, &["run", "he"], &[("RUNBOOK_LANG", "ja")]).contains("hello\tあいさつする"));
    assert!(offered(&home, &["run", "hello", "--env", ""], &[]).contains("prod"));
    let parameters = offered(&home, &["run", "hello", "--set", ""], &[]);
    assert!(parameters.contains("who=\tWho is greeted") && parameters.contains("count="), "{parameters}");
    let other = offered(&home, &["run", "hello", "--set", "wh"], &[]);
    assert!(other.contains("who=") && !other.contains("count="), "{other}");
    assert!(!home.path("state").exists(), "nothing is made by asking");

    assert_eq!(home.run(&["run", "hello"]).code, 0);
    let run = home.newest_run();
    let runs = offered(&home, &["report", "r-"], &[]);
    assert!(runs.contains(&format!("{run}\thello 0.1.0")), "{runs}");
}

#[test]
fn a_search_finds_runbooks_in_both_languages_best_first() {
    let other = "//! # Renew\n//! Says hello to nobody.\nconst RUNBOOK = #{ name: \"renew\", version: \"0.1.0\", tags: [\"tls\"] };\n";
    let home = Home::with(&[("runbooks/hello.rhai", HELLO), ("runbooks/renew.rhai", other)]);
    let found = home.run(&["search", "hello"]).stdout;
    let names: Vec<&str> = found.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["hello", "renew"], "the name counts more than the prose");
    assert!(home.run(&["search", "あいさつ"]).stdout.contains("hello"));
    assert!(home.run(&["search", "hello", "tls"]).stdout.starts_with("renew"), "all words");
    let nothing = home.run(&["search", "aurora"]);
    assert!(nothing.code == 0 && nothing.stdout.is_empty() && nothing.stderr.contains("aurora"), "{nothing}");
    assert_eq!(home.run(&["search"]).code, 2);
}

#[test]
fn each_shell_is_told_what_to_do() {
    let home = Home::with(&[]);
    let told = home.run(&["completions", "bash"]);
    assert_eq!(told.stdout, "# put this into ~/.bashrc\nsource <(COMPLETE=bash runbook)\n");
    assert_eq!(home.run(&["completions"]).stdout.lines().count(), 6);
    let script = Done::of({
        let mut command = home.command(&[]);
        command.env("COMPLETE", "bash");
        command
    });
    assert!(script.code == 0 && script.stdout.contains("complete "), "{script}");
}
