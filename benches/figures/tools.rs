//! A hundred steps, each of which runs one program, by this program and by what people use instead.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::processes::{Project, succeeds, written};
use crate::report::{tell, tell_ratio, timed};

const STEPS: usize = 100;
const ROUNDS: usize = 7;
const ANSIBLE: [&str; 5] =
    ["-i", "localhost,", "-e", "ansible_python_interpreter={{ ansible_playbook_python }}", "hundred.yml"];
/// It takes its time.
const ANSIBLE_ROUNDS: usize = 3;

fn each(line: impl Fn(usize) -> String) -> String {
    (1..=STEPS).fold(String::new(), |mut text, n| {
        writeln!(text, "{}", line(n)).unwrap();
        text
    })
}

/// A program by its name, below `ANSIBLE_BIN` where that is set, else in `PATH`.
fn found(name: &str, folder_variable: &str) -> Option<PathBuf> {
    let named = std::env::var_os(folder_variable).map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    named.into_iter().chain(std::env::split_paths(&path)).map(|folder| folder.join(name)).find(|file| file.is_file())
}

pub fn hundred_steps() {
    let runbook = written(
        "\"process:ensure touch *\"",
        &each(|n| format!("step(\"step {n}\", || process::ensure([\"touch\", \"out/{n}\"]));")),
    );
    let playbook = format!(
        "- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n{}",
        each(|n| format!("    - name: step {n}\n      ansible.builtin.command: touch out/{n}"))
    );
    let project = Project::new(&[
        ("hundred.rhai", &runbook),
        ("hundred.sh", &format!("set -e\n{}", each(|n| format!("touch out/{n}")))),
        ("justfile", &format!("hundred:\n{}", each(|n| format!("    @touch out/{n}")))),
        ("hundred.yml", &playbook),
    ]);
    let by = |program: &PathBuf, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(project.path()).env("ANSIBLE_LOCALHOST_WARNING", "false");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let measured = |command: Command| {
        let out = project.path().join("out");
        let _gone = fs::remove_dir_all(&out);
        fs::create_dir(&out).unwrap();
        let took = timed(|| succeeds(command));
        assert_eq!(fs::read_dir(&out).unwrap().count(), STEPS);
        took
    };
    let (sh, just) = (PathBuf::from("/bin/sh"), found("just", "JUST_BIN"));
    let (mut own, mut shell, mut justs, mut ansibles) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        own.push(measured(project.runbook(&["run", "./hundred.rhai"])));
        shell.push(measured(by(&sh, &["hundred.sh"])));
        justs.extend(just.iter().map(|just| measured(by(just, &["hundred"]))));
    }
    let ansible = found("ansible-playbook", "ANSIBLE_BIN");
    for _ in 0..ANSIBLE_ROUNDS {
        ansibles.extend(ansible.iter().map(|it| measured(by(it, &ANSIBLE))));
    }
    tell("100 programs by `runbook run`, each a step, each change on disk before and after", &own);
    tell("the same by a shell script", &shell);
    for (name, times) in [("just", &justs), ("ansible-playbook", &ansibles)] {
        match times.as_slice() {
            [] => println!("  LEFT OUT: `{name}` is not installed here"),
            times => tell(&format!("the same by `{name}`"), times),
        }
    }
    tell_ratio("`runbook run` to the shell script", &own, &shell);
    if !ansibles.is_empty() {
        tell_ratio("`ansible-playbook` to `runbook run`", &ansibles, &own);
    }
}
