//! What a Japanese reader sees of each command, whole, where layout matters on screens of 40, 80 and 120 columns.

use crate::program::{Done, Home, same_every_time};

const NOTE: &str = r#"//! # Write a note
//! Writes a note and reads it again.
const RUNBOOK = #{
    name: "incident/note", version: "1.4.0", summary: "Write a note", summary_ja: "メモを書いて読み直す", tags: ["note"],
    params: #{
        text: #{ type: "string", doc: "What it says", doc_ja: "メモの内容" },
        times: #{ type: "int", min: 1, max: 3, defaults_to: 1, doc: "How often", doc_ja: "回数" },
    },
    permissions: ["fs:write notes/*", "fs:read notes/*", "process:read false"],
    requires: #{ sh: "*" },
};
step("書き込み", || fs::write("notes/a.txt", params.text));
step("読み直し", || { log(`内容: ${fs::read("notes/a.txt")}`); attempt(|| process::read(["false"])); });
output(#{ length: params.text.len() });
"#;
const FAILS: &str = r#"const RUNBOOK = #{
    name: "fails", version: "0.2.0", summary: "Fails", summary_ja: "失敗する", permissions: ["fs:write a.txt", "fs:read b.txt"],
};
step("書き込み", || fs::write("a.txt", "x"));
step("読み込み", || fs::read("b.txt"));
"#;
const WRONG: &str = r#"const RUNBOOK = #{ name: "wrong", version: "0.1.0", params: #{ cluster: #{ type: "string" } }, permissions: ["fs:read a"] };
step("見る", || http::get("https://example.com/", #{ tiemout: "1s" }));
step("見る", || log(params.clster));
"#;
/// Changes something by a program that kills the one that runs it: a crash in the middle of a change.
const CUT: &str = r#"const RUNBOOK = #{ name: "cut", version: "0.1.0", permissions: ["process:change *"] };
step("切断", || process::change(["sh", "-c", "kill -9 $(ps -o ppid= -p $$)"]));
"#;

fn home() -> Home {
    Home::with(&[
        ("runbooks/incident/note.rhai", NOTE),
        ("runbooks/fails.rhai", FAILS),
        ("runbooks/cut.rhai", CUT),
        ("wrong.rhai", WRONG),
    ])
}

fn seen_at(home: &Home, columns: usize, arguments: &[&str]) -> String {
    let mut command = home.command(arguments);
    command.env("COLUMNS", columns.to_string()).env("USER", "op1").env("RUNBOOK_LANG", "ja");
    let done = Done::of(command);
    format!("$ runbook {}\n{}{}exit {}", arguments.join(" "), done.stdout, done.stderr, done.code)
}

fn seen(home: &Home, arguments: &[&str]) -> String {
    seen_at(home, 80, arguments)
}

/// A line of a moment is as wide as two stamps, which only wide screens have room for.
fn at_wide_ones(home: &Home, arguments: &[&str]) -> String {
    [80, 120].map(|columns| format!("== {columns}\n{}", seen_at(home, columns, arguments))).join("\n\n")
}

fn at_each_width(home: &Home, arguments: &[&str]) -> String {
    [40, 80, 120].map(|columns| format!("== {columns}\n{}", seen_at(home, columns, arguments))).join("\n\n")
}

macro_rules! assert_seen {
    ($seen:expr) => {{
        let seen = $seen;
        let mut settings = same_every_time();
        settings.add_filter(r"\b\d+ms\b", "1ms");
        settings.add_filter(r"WHO +SINCE", "WHO       SINCE");
        settings.bind(|| insta::assert_snapshot!(seen));
    }};
}

#[test]
fn the_program_and_its_help() {
    let home = home();
    assert_seen!(
        [&[][..], &["--help"], &["-h"], &["settle", "--help"]].map(|arguments| seen(&home, arguments)).join("\n\n")
    );
}

#[test]
fn help_is_laid_out_for_the_screen() {
    let home = home();
    let seen = at_each_width(&home, &["run", "--help"]);
    for (section, columns) in seen.split("== ").skip(1).zip([40, 80, 120]) {
        let own = section.lines().filter(|line| !line.starts_with("$ ") && !line.contains("使い方"));
        for line in own {
            assert!(runbook::world::width::width(line) <= columns, "{columns}: {line}");
        }
    }
    assert_seen!(seen);
}

#[test]
fn the_language_is_asked_for_by_flag_wherever_it_stands_and_by_variable() {
    let home = home();
    let flagged = |arguments: &[&str]| home.run(arguments).stdout;
    let asked = seen(&home, &["run", "--help"]);
    assert!(asked.contains("ランブックを実行する"), "{asked}");
    for arguments in
        [&["--lang", "ja", "run", "--help"][..], &["run", "--help", "--lang=ja"], &["run", "--lang", "ja", "-h"]]
    {
        assert!(flagged(arguments).contains("ランブックを実行する"), "{arguments:?}");
    }
    assert!(flagged(&["run", "--help"]).contains("Run a runbook"));
}

#[test]
fn a_command_line_that_is_wrong() {
    let home = home();
    let cases: &[&[&str]] = &[
        &["run"],
        &["rn"],
        &["run", "--colr", "x"],
        &["list", "--output", "xml"],
        &["run", "x", "--set", "y"],
        &["run", "x", "--set"],
        &["settle", "r-8m3x", "x"],
        &["settle", "r-8m3x", "1", "--happened", "--did-not-happen"],
        &["run", "x", "--yes", "--yes"],
    ];
    assert_seen!(cases.iter().map(|arguments| seen(&home, arguments)).collect::<Vec<_>>().join("\n\n"));
}

#[test]
fn runbooks_are_listed_and_shown() {
    let home = home();
    assert_seen!(
        [at_each_width(&home, &["list", "note"]), at_each_width(&home, &["show", "incident/note"])].join("\n\n")
    );
}

#[test]
fn a_plan_a_run_and_what_is_told_of_it() {
    let home = home();
    let plan = seen(&home, &["plan", "incident/note", "--set", "text=abc"]);
    let run = seen(&home, &["run", "incident/note", "--set", "text=abc"]);
    let fails = at_each_width(&home, &["run", "fails"]);
    let failed = home.newest_run();
    let told =
        [at_wide_ones(&home, &["report", &failed]), seen(&home, &["show", &failed]), seen_at(&home, 120, &["runs"])];
    let other = [
        seen(&home, &["runs", "--state", "faild"]),
        seen(&home, &["show", &failed, "--call", "99"]),
        seen(&home, &["report", "r-zzzz"]),
        seen(&home, &["cancel", &failed]),
        seen(&home, &["resume", &failed]),
    ];
    let all: Vec<String> = [plan, run, fails].into_iter().chain(told).chain(other).collect();
    assert_seen!(all.join("\n\n"));
}

#[test]
fn what_is_in_doubt() {
    let home = home();
    home.run(&["run", "cut"]);
    let run = home.newest_run();
    let seen_all = [
        seen(&home, &["resume", &run]),
        seen(&home, &["settle", &run]),
        seen(&home, &["settle", &run, "--did-not-happen"]),
        seen(&home, &["settle", &run, "99", "--did-not-happen"]),
    ];
    // Whether the killed process's own programs are gone already is a matter of moments.
    let all = seen_all.join("\n\n");
    let lines: Vec<&str> = all
        .lines()
        .filter(|line| !line.contains("実行していたプロセスは終了しています。起動したプログラムの終了を待っています"))
        .collect();
    assert_seen!(lines.join("\n"));
}

#[test]
fn what_a_check_finds() {
    let home = home();
    assert_seen!(at_each_width(&home, &["check", "wrong.rhai"]));
}

#[test]
fn values_of_parameters_that_are_wrong() {
    let home = home();
    let cases: &[&[&str]] = &[
        &["run", "incident/note"],
        &["run", "incident/note", "--set", "text=a", "--set", "times=11"],
        &["run", "incident/note", "--set", "text=a", "--set", "times=many"],
        &["run", "incident/note", "--set", "txt=a"],
        &["run", "incident/nte"],
        &["run", "./none.rhai"],
        &["run", "incident/note", "--env", "prod"],
        &["new", "No Good"],
        &["new", "fails"],
    ];
    assert_seen!(cases.iter().map(|arguments| seen(&home, arguments)).collect::<Vec<_>>().join("\n\n"));
}
