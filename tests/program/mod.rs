//! The real program, run in a project folder of its own with a journal of its own. Include it with `mod program;`.

// Each test binary uses its own part, so `expect` would be unfulfilled in some.
#![allow(dead_code, reason = "a test binary uses only what it needs")]

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder to run the program in, with nothing of this machine's settings.
pub struct Project {
    folder: tempfile::TempDir,
}

/// What a run of the program left.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Project {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the project");
        std::fs::create_dir(folder.path().join("project")).expect("the project's folder");
        Project { folder }
    }

    /// The folder that the program runs in.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// The program with `arguments`, ready to be started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runbook"));
        command
            .args(arguments)
            .current_dir(self.root())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("LANG", "C.UTF-8")
            .env("RUNBOOK_STATE_DIR", self.folder.path().join("state"));
        command
    }

    /// Runs the program to its end, asking nobody, and fails when it leaves a process behind.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, &[])
    }

    /// The same with variables of the environment.
    pub fn run_with(&self, arguments: &[&str], variables: &[(&str, String)]) -> Ended {
        let mut command = self.command(arguments);
        command.envs(variables.iter().map(|(name, value)| (*name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let child = command.spawn().expect("the program starts");
        let group = child.id();
        let output = child.wait_with_output().expect("the program ends");
        let left = members(group);
        assert!(left.is_empty(), "{arguments:?} left processes behind: {left:?}");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let code = output.status.code().unwrap_or_else(|| panic!("{arguments:?} was ended by {}", output.status));
        Ended { code, stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Ended {
    /// Fails unless the exit code is `code`.
    #[track_caller]
    pub fn with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Fails unless what a person watches holds all of `texts`.
    #[track_caller]
    pub fn telling(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stderr.contains(text), "`{text}` is not told:\n{}", self.stderr);
        }
        self
    }

    /// Standard output as one JSON value.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}:\n{}\n{}", self.stdout, self.stderr))
    }
}

/// The processes of a group that still run; a zombie runs nothing.
fn members(group: u32) -> Vec<String> {
    let member = |process: &Path| {
        let stat = std::fs::read_to_string(process.join("stat")).ok()?;
        // The name in parentheses may hold spaces; after it come state, parent and process group.
        let (name, rest) = stat.rsplit_once(") ")?;
        let mut fields = rest.split(' ');
        let (state, of) = (fields.next()?, fields.nth(1)?);
        (state != "Z" && of == group.to_string()).then(|| name.to_owned())
    };
    let processes = std::fs::read_dir("/proc").expect("/proc is needed");
    processes.flatten().filter_map(|process| member(&process.path())).collect()
}
