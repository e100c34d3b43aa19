//! The program in a home of its own: project, journal and environment are one temporary folder.

use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A project with its journal in `state/`.
pub struct Home(tempfile::TempDir);

/// What a command said and how it ended; a signal is its number, negative.
pub struct Done {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    /// A project of these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            std::fs::write(path, text).expect("writes");
        }
        Home(folder)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("reads")
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runbook"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        command.env_clear().env("PATH", std::env::var_os("PATH").expect("a PATH")).env("HOME", self.0.path());
        command
            .env("RUNBOOK_STATE_DIR", self.path("state"))
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .env("COLUMNS", "100");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Done {
        Done::of(self.command(arguments))
    }

    pub fn newest_run(&self) -> String {
        self.runs()[0]["run"].as_str().expect("an id").to_owned()
    }

    pub fn state_of(&self, run: &str) -> String {
        let runs = self.runs();
        let line = runs.as_array().expect("a list").iter().find(|line| line["run"] == run).expect("the run").clone();
        line["state"].as_str().expect("a state").to_owned()
    }

    fn runs(&self) -> serde_json::Value {
        let done = self.run(&["runs", "--output", "json"]);
        let object: serde_json::Value = serde_json::from_str(&done.stdout).unwrap_or_else(|_| panic!("{done}"));
        object["runs"].clone()
    }
}

impl Done {
    pub fn of(mut command: Command) -> Self {
        let output = command.output().expect("runs");
        let code = output.status.code().unwrap_or_else(|| -output.status.signal().expect("a signal"));
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Done { code, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Waits for a child whose error output was read up to here.
    pub fn end_of(mut child: Child, mut told: String) -> Self {
        if let Some(mut rest) = child.stderr.take() {
            rest.read_to_string(&mut told).expect("reads");
        }
        let status = child.wait().expect("ends");
        Done {
            code: status.code().unwrap_or_else(|| -status.signal().expect("a signal")),
            stdout: String::new(),
            stderr: told,
        }
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit {}\n--- stdout\n{}--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

/// Reads a child's error output up to the line that has `word` as its second.
pub fn read_until(child: &mut Child, word: &str) -> String {
    let stream = child.stderr.take().expect("piped");
    let mut reader = BufReader::with_capacity(1, stream);
    let mut told = String::new();
    loop {
        let mut line = String::new();
        assert!(reader.read_line(&mut line).expect("reads") > 0, "it ended before `{word}`:\n{told}");
        told.push_str(&line);
        if line.split_whitespace().nth(2) == Some(word) {
            child.stderr = Some(reader.into_inner());
            return told;
        }
    }
}

/// Reads a child's error output up to the line that holds `text`.
pub fn read_until_text(child: &mut Child, text: &str) -> String {
    let mut reader = BufReader::with_capacity(1, child.stderr.take().expect("piped"));
    let mut told = String::new();
    while !told.contains(text) {
        assert!(reader.read_line(&mut told).expect("reads") > 0, "it ended before `{text}`:\n{told}");
    }
    child.stderr = Some(reader.into_inner());
    told
}

/// Waits until something is so, at most a minute.
pub fn until(is_so: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "it did not come to be");
        std::thread::yield_now();
    }
}

/// Sends a signal by name.
pub fn kill(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
}

pub fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("mode");
}

/// Makes what differs from run to run the same in snapshots. Columns keep their width.
pub fn same_every_time() -> insta::Settings {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"r-[2-9a-kmnp-z]{4}\b", "r-8m3x");
    settings.add_filter(&format!("op1@{host}"), "op1@host");
    settings.add_filter(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", "2026-11-25 03:12:40Z");
    settings.add_filter(r"\b\d\d:\d\d:\d\dZ", "03:12:40Z");
    settings.add_filter(r" \d+(\.\d)?s\b", " 0.1s");
    settings.add_filter(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "[token]");
    settings.add_filter(r"Journal: \S+", "Journal: [folder]");
    settings.add_filter(r"記録: [^（]+（", "記録: [folder]（");
    settings
}
