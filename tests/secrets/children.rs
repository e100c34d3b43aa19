//! What programs get of secrets: a variable, standard input or a private file, nothing else, and nothing that stays.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::program::{Done, Home, until};

const KEY: &str = "hunter2-and-more";

fn home(script: &str) -> Home {
    let header = r#"const RUNBOOK = #{ name: "keys", version: "0.1.0",
        permissions: ["process:read *", "process:change *", "secret:env KEY", "fs:read *"] };
"#;
    Home::with(&[("runbooks/keys.rhai", &format!("{header}{script}"))])
}

fn command(home: &Home, arguments: &[&str]) -> Command {
    let mut command = home.command(arguments);
    command.env("KEY", KEY);
    command
}

fn private_folders(home: &Home) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(home.path("state/private")).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

#[test]
fn a_secret_in_a_file_is_for_the_program_alone_and_gone_with_it() {
    let home = home(
        r#"let key = secret::env("KEY");
process::read(["sh", "-c", "stat -c %a \"$KEY_FILE\"; stat -c %a \"$(dirname \"$KEY_FILE\")\"; wc -c < \"$KEY_FILE\"; mkdir \"$(dirname \"$KEY_FILE\")/more\"; echo \"$KEY_FILE\" > where"],
    #{ files: #{ KEY_FILE: `key=${key}` } }).stdout.split("\n")"#,
    );
    let done = Done::of(command(&home, &["run", "keys"]));
    let value: serde_json::Value = serde_json::from_str(&done.stdout).unwrap_or_else(|_| panic!("{done}"));
    assert_eq!(value, serde_json::json!(["600", "700", "20", ""]), "{done}");
    assert!(home.text("where").contains("/state/private/secrets-"), "{}", home.text("where"));
    assert!(private_folders(&home).is_empty());
}

#[test]
fn private_files_are_kept_in_memory_where_the_system_has_a_private_place_there() {
    let home = home(r#"process::read(["sh", "-c", "echo $F"], #{ files: #{ F: secret::env("KEY") } }).stdout"#);
    for (mode, place) in [(0o700, "run/runbook/secrets-"), (0o755, "state/private/secrets-")] {
        std::fs::create_dir_all(home.path("run")).expect("a folder");
        crate::program::mode(&home.path("run"), mode);
        let mut command = command(&home, &["run", "keys"]);
        command.env("XDG_RUNTIME_DIR", home.path("run"));
        let done = Done::of(command);
        assert!(done.stdout.contains(place), "{done}");
    }
}

#[test]
fn an_argument_of_a_program_never_holds_a_secret_whatever_form_it_came_in() {
    let encoded = "aHVudGVyMi1hbmQtbW9yZQ==";
    for text in [KEY, encoded] {
        let home = home(r#"secret::env("KEY"); process::change(["touch", fs::read("it")])"#);
        std::fs::write(home.path("it"), text).expect("writes");
        let done = Done::of(command(&home, &["run", "keys"]));
        assert_eq!(done.code, 1, "{done}");
        assert!(done.stderr.contains("an argument holds a secret") && done.stderr.contains("***(KEY)"), "{done}");
        assert!(!done.stderr.contains(text) && !home.path(text).exists(), "{done}");
    }
}

#[test]
fn a_program_finds_nothing_of_our_environment_but_what_it_was_given() {
    let home = home(r#"secret::env("KEY"); process::read(["env"]).stdout"#);
    let mut command = command(&home, &["run", "keys"]);
    command.env("OTHER", "x").env("LC_TIME", "C");
    let done = Done::of(command);
    let mut names: Vec<&str> =
        done.stdout.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
    names.sort_unstable();
    assert_eq!(names, ["HOME", "LANG", "LC_TIME", "PATH", "TZ"], "{done}");
}

/// Starts a run whose program has a secret in a file and waits to be ended.
fn waiting(home: &Home) -> (Child, PathBuf) {
    let mut command = command(home, &["run", "keys"]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
    until(|| home.path("where").exists() && home.text("where").ends_with('\n'));
    let path = PathBuf::from(home.text("where").trim());
    assert_eq!(std::fs::read_to_string(&path).expect("reads"), KEY);
    (child, path)
}

const WAITS: &str = r#"process::change(["sh", "-c", "echo $$ > pid; echo \"$F\" > w; mv w where; exec sleep 600"],
    #{ files: #{ F: secret::env("KEY") } })"#;

fn killed(pid: u32) {
    assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().expect("kill").success());
}

#[test]
fn private_files_are_gone_after_kill_9() {
    let home = home(WAITS);
    let (mut child, path) = waiting(&home);
    killed(child.id());
    child.wait().expect("ends");
    until(|| !path.exists() && private_folders(&home).is_empty());
}

/// The guardian of a run, by its parent and its argument.
fn guardian_of(run: u32) -> u32 {
    let read = |path: PathBuf| std::fs::read(path).unwrap_or_default();
    let processes = std::fs::read_dir("/proc").expect("/proc").flatten();
    let mut pids = processes.filter_map(|entry| entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()));
    pids.find(|pid| {
        let proc = Path::new("/proc").join(pid.to_string());
        let stat = String::from_utf8_lossy(&read(proc.join("stat"))).into_owned();
        let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
        parent == Some(run) && String::from_utf8_lossy(&read(proc.join("cmdline"))).contains("__guard")
    })
    .expect("a guardian")
}

#[test]
fn private_files_that_the_guardian_could_not_remove_are_swept_away_by_the_next_run() {
    let home = home(WAITS);
    let (mut child, path) = waiting(&home);
    let guardian = guardian_of(child.id());
    assert_eq!(std::fs::read(format!("/proc/{guardian}/environ")).expect("reads"), b"", "it has no environment");
    // Another run leaves alone what is minded.
    let other = "const RUNBOOK = #{ name: \"other\", version: \"0.1.0\" };\n1";
    std::fs::write(home.path("runbooks/other.rhai"), other).expect("writes");
    assert_eq!(home.run(&["run", "other"]).code, 0);
    assert!(path.exists());
    killed(guardian);
    killed(child.id());
    child.wait().expect("ends");
    killed(home.text("pid").trim().parse().expect("a number"));
    assert!(path.exists(), "nobody was left to remove it");
    assert_eq!(home.run(&["run", "other"]).code, 0);
    assert!(!path.exists());
}
