//! The version that an installed program says it has. Asked by the host before a run begins, of programs that a runbook names under
//! `requires` with a version: started with `--version` and nothing else, without the environment of this process.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use regex::Regex;
use rustix::process::{Pid, Signal};
use semver::Version;

/// How long a program may take to say it.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// What is read of its answer at most, in bytes.
const ANSWER_MAX: u64 = 64 * 1024;

/// The version in the answer of `program --version`; nothing when it does not say one, or not in time.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "asked by the host for a runbook's `requires`; no script chooses a word of it"
)]
pub fn of(program: &Path) -> Option<Version> {
    let mut command = Command::new(program);
    command
        .arg("--version")
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    for name in ["PATH", "HOME"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    let mut child = command.current_dir("/").spawn().ok()?;
    let (said, heard) = mpsc::channel();
    for stream in [child.stdout.take().map(boxed), child.stderr.take().map(boxed)].into_iter().flatten() {
        let said = said.clone();
        thread::spawn(move || {
            let mut answer = Vec::new();
            let _cut = stream.take(ANSWER_MAX).read_to_end(&mut answer);
            // Nobody listens any more when it took too long.
            let _late = said.send(String::from_utf8_lossy(&answer).into_owned());
        });
    }
    drop(said);
    let mut version = None;
    // Some say it on standard error.
    while version.is_none() {
        let Ok(answer) = heard.recv_timeout(TIME_LIMIT) else { break };
        version = first_in(&answer);
    }
    // It may have started others, and may go on for ever.
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ended = rustix::process::kill_process_group(group, Signal::KILL);
    }
    let _reaped = child.wait();
    version
}

fn boxed(stream: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(stream)
}

/// The first version in a text: two or three numbers with points between.
fn first_in(text: &str) -> Option<Version> {
    let pattern = Regex::new(r"(\d+)\.(\d+)(?:\.(\d+))?").ok()?;
    let found = pattern.captures(text)?;
    let number = |at: usize| found.get(at).map_or(Some(0), |digits| digits.as_str().parse().ok());
    Some(Version::new(number(1)?, number(2)?, number(3)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_in_what_programs_say() {
        for (text, version) in [
            ("Terraform v1.9.5\non linux_amd64", Some((1, 9, 5))),
            ("git version 2.47.3", Some((2, 47, 3))),
            ("psql (PostgreSQL) 17.6 (Debian 17.6-0+deb13u1)", Some((17, 6, 0))),
            ("aws-cli/2.31.2 Python/3.13.7", Some((2, 31, 2))),
            ("usage: x", None),
        ] {
            assert_eq!(first_in(text), version.map(|(a, b, c)| Version::new(a, b, c)), "{text}");
        }
    }
}
