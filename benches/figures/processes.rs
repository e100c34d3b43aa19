//! The program as a process: how long it takes to start, what it costs in memory, how many waits it carries.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::report::{processor_time_of_children, tell, timed};

const STARTS: usize = 41;

/// A project with a journal of its own.
pub struct Project(tempfile::TempDir);

impl Project {
    pub fn new(runbooks: &[(&str, &str)]) -> Self {
        let private = fs::Permissions::from_mode(0o700);
        let project = Project(tempfile::Builder::new().permissions(private).tempdir().unwrap());
        fs::write(project.path().join("runbook.toml"), "").unwrap();
        for (name, text) in runbooks {
            fs::write(project.path().join(name), text).unwrap();
        }
        project
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn state(&self) -> PathBuf {
        self.path().join("state")
    }

    pub fn runbook(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runbook"));
        command.args(arguments).current_dir(self.path()).env("RUNBOOK_STATE_DIR", self.state()).env_remove("CI");
        command.env("RUNBOOK_NON_INTERACTIVE", "true");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

pub fn succeeds(mut command: Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}

/// A runbook with this body.
pub fn written(permissions: &str, body: &str) -> String {
    format!("const RUNBOOK = #{{ name: \"figures\", version: \"1.0.0\", permissions: [{permissions}] }};\n{body}\n")
}

pub fn start_up() {
    let one_step = written("", "step(\"only\", || 1);");
    let project = Project::new(&[("one-step.rhai", &one_step)]);
    let (mut nothing, mut version, mut list, mut run) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    succeeds(project.runbook(&["run", "./one-step.rhai"]));
    for _ in 0..STARTS {
        nothing.push(timed(|| succeeds(Command::new("true"))));
        version.push(timed(|| succeeds(project.runbook(&["--version"]))));
        list.push(timed(|| succeeds(project.runbook(&["list"]))));
        run.push(timed(|| succeeds(project.runbook(&["run", "./one-step.rhai"]))));
    }
    tell("floor: a process that does nothing (`true`)", &nothing);
    tell("`runbook --version`", &version);
    tell("`runbook list`", &list);
    tell("`runbook run` of one step", &run);
    for arguments in [["list"].as_slice(), &["run", "./one-step.rhai"]] {
        let before = processor_time_of_children();
        (0..STARTS).for_each(|_| succeeds(project.runbook(arguments)));
        let used = processor_time_of_children() - before;
        println!(
            "  of that, time of the processor for `runbook {}`: {:.1} ms",
            arguments[0],
            used.as_secs_f64() * 1e3 / STARTS as f64
        );
    }
}

/// A runbook of 2,000 lines as people write them, and the same with 199 mistakes.
pub fn check() {
    let part = |n: usize| {
        format!(
            "// Part {n}.\nstep(\"part {n}\", || {{\n    let answer = http::get(`https://h{n}.example.com/`, #{{ timeout: \"5s\" }});\n    \
             if answer.status != 200 {{ fail(`part {n}: ${{answer.status}}`) }}\n    let seen = process::read([\"uname\", \"-a\"]);\n    \
             for word in seen.stdout.split() {{\n        if word.len() > 3 {{ log(`word ${{word}}`) }}\n    }}\n    \
             fs::write(\"out-{n}\", answer.body);\n}});\n"
        )
    };
    let parts: String = (0..199).map(part).collect();
    let permissions = "\"http:get https://*.example.com/*\", \"process:read uname *\", \"fs:write *\"";
    let good = written(permissions, &parts);
    let bad = good.replace("word.len()", "wrod.len()");
    let lines = good.lines().count();
    let project = Project::new(&[("good.rhai", &good), ("bad.rhai", &bad)]);
    let (mut clean, mut wrong) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        clean.push(timed(|| succeeds(project.runbook(&["check", "./good.rhai"]))));
        wrong.push(timed(|| {
            let output = project.runbook(&["check", "./bad.rhai"]).output().unwrap();
            assert_eq!(output.status.code(), Some(3), "{output:?}");
        }));
    }
    tell(&format!("`runbook check` of {lines} lines"), &clean);
    tell("the same with 199 errors", &wrong);
}

pub fn memory() {
    let sleeps = written("", "step(\"only\", || { time::sleep(\"400ms\"); 1 });");
    let asks = written(
        "\"http:get http://127.0.0.1/*\", \"http:get http://127.0.0.1:*/*\"",
        "step(\"only\", || { for n in 0..10 { http::get(params.url); } time::sleep(\"400ms\"); 1 });",
    );
    let asks = asks.replace("version:", "params: #{ url: #{ type: \"url\", doc: \"What to ask\" } }, version:");
    let project = Project::new(&[("sleeps.rhai", &sleeps), ("asks.rhai", &asks)]);
    let url = format!("url={}", serve());
    let peak = peak_kib(project.runbook(&["run", "./sleeps.rhai"]).spawn().unwrap());
    println!("  peak resident memory of a run of one step: {:.1} MiB", peak as f64 / 1024.0);
    let peak = peak_kib(project.runbook(&["run", "./asks.rhai", "--set", &url]).spawn().unwrap());
    println!("  the same with ten HTTP requests: {:.1} MiB", peak as f64 / 1024.0);
}

pub fn parallel_waits() {
    let body = "let items = []; for n in 0..1000 { items.push(n); }\n\
                parallel_map(items, |n| wait_until(#{ what: \"the word\", every: \"500ms\", timeout: \"5m\" }, || fs::exists(\"go\")));";
    let project = Project::new(&[("waits.rhai", &written("\"fs:read go\"", body))]);
    let child = project.runbook(&["run", "./waits.rhai"]).spawn().unwrap();
    let go = project.path().join("go");
    let telling = thread::spawn(move || {
        thread::sleep(Duration::from_secs(5));
        fs::write(go, "").unwrap();
    });
    let mut peak = 0;
    let took = timed(|| peak = peak_kib(child));
    telling.join().unwrap();
    println!(
        "  1,000 waits at once, looking every 500 ms, told to end after 5 s: ended after {:.1} s, peak resident memory {:.1} MiB",
        took.as_secs_f64(),
        peak as f64 / 1024.0
    );
}

pub fn requests() {
    let body = "let url = params.url; step(\"only\", || { for n in 0..200 { http::get(url); } 1 });";
    let text = written("\"http:get http://127.0.0.1:*/*\"", body)
        .replace("version:", "params: #{ url: #{ type: \"url\", doc: \"What to ask\" } }, version:");
    let project = Project::new(&[("asks.rhai", &text)]);
    let url = format!("url={}", serve());
    let times: Vec<_> =
        (0..9).map(|_| timed(|| succeeds(project.runbook(&["run", "./asks.rhai", "--set", &url])))).collect();
    tell("a run of 200 `http::get` to this machine", &times);
}

/// A server that answers every request alike.
fn serve() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            if stream.read(&mut request).is_ok() {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
            }
        }
    });
    url
}

/// The most memory that a process has had resident, in KiB. Read while it lives: the system keeps the highest value.
fn peak_kib(mut child: Child) -> u64 {
    let mut peak = 0;
    loop {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let read = line.and_then(|line| line.trim().split(' ').next()).and_then(|number| number.parse().ok());
        peak = peak.max(read.unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            return peak;
        }
        thread::sleep(Duration::from_millis(5));
    }
}
