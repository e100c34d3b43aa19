//! How each command looks, whole, on a screen of 80 columns.

use crate::program::{Done, Home};

const STEPS: &str = r#"//! # Write a note
//! Writes a note and reads it again.
const RUNBOOK = #{
    name: "incident/note", version: "1.4.0", summary: "Write a note", summary_ja: "メモを書く", tags: ["note"],
    params: #{
        text: #{ type: "string", doc: "What it says", doc_ja: "内容" },
        times: #{ type: "int", min: 1, max: 3, defaults_to: 1 },
    },
    permissions: ["fs:write notes/*", "fs:read notes/*", "process:read false"],
    requires: #{ sh: "*" },
};
fn write(text) { fs::write("notes/a.txt", text) }
step("書き込み", || write(params.text));
step("look", || { log(`read ${fs::read("notes/a.txt")}`); attempt(|| process::read(["false"])); });
output(#{ length: params.text.len() });
"#;
const FAILS: &str =
    "const RUNBOOK = #{ name: \"fails\", version: \"0.2.0\" };\nstep(\"try\", || fail(\"no luck today\"));\n";
const OTHER: &str = "const RUNBOOK = #{ name: \"other\", version: \"0.1.0\" };\n";

fn home() -> Home {
    let files =
        [("runbooks/incident/note.rhai", STEPS), ("runbooks/fails.rhai", FAILS), ("runbooks/moved.rhai", OTHER)];
    Home::with(&files)
}

fn seen(home: &Home, arguments: &[&str]) -> String {
    let mut command = home.command(arguments);
    command.env("COLUMNS", "80").env("USER", "op1");
    let done = Done::of(command);
    format!("$ runbook {}\n{}{}exit {}", arguments.join(" "), done.stdout, done.stderr, done.code)
}

/// What differs from run to run, made the same. Columns keep their width.
macro_rules! assert_looks {
    ($($argument:tt)*) => {{
        let settings = crate::program::same_every_time();
        settings.bind(|| insta::assert_snapshot!($($argument)*));
    }};
}

#[test]
fn the_program_without_a_command_says_what_to_type() {
    assert_looks!(seen(&home(), &[]));
}

#[test]
fn the_help_names_every_command_and_the_exit_codes() {
    assert_looks!(seen(&home(), &["--help"]));
}

#[test]
fn runbooks_are_listed_by_folder_with_badges_and_problems() {
    let home = home();
    assert_looks!(
        [&["list"][..], &["list", "--lang", "ja", "--ascii"], &["list", "NOTE"], &["list", "nothing"]]
            .map(|arguments| seen(&home, arguments))
            .join("\n\n")
    );
}

#[test]
fn a_runbook_is_shown_before_it_is_run() {
    let home = home();
    assert_looks!(
        [&["show", "incident/note"][..], &["show", "incident/note", "--lang", "ja"]]
            .map(|arguments| seen(&home, arguments))
            .join("\n\n")
    );
}

#[test]
fn runs_are_listed_shown_and_reported() {
    let home = home();
    assert!(seen(&home, &["run", "incident/note", "--set", "text=hello"]).ends_with("exit 0"));
    let note = home.newest_run();
    assert!(seen(&home, &["run", "fails"]).ends_with("exit 1"));
    let fails = home.newest_run();
    let report: serde_json::Value =
        serde_json::from_str(&home.run(&["report", &note, "--output", "json"]).stdout).expect("JSON");
    let write = report["calls"][0]["call"].to_string();
    assert_looks!(
        [
            &["report", &note][..],
            &["show", &note],
            &["show", &note, "--call", &write],
            &["report", &fails],
            &["report", &note, "--ascii"],
        ]
        .map(|arguments| seen(&home, arguments))
        .join("\n\n")
    );
}
