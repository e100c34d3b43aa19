//! A run in a terminal that is stopped, resized and taken up again by its shell.

use std::path::Path;
use std::process::Command;

use crate::Terminal;

/// Waits for a file; the two steps around it have finished, and have yet to come.
const WAITS: &str = r#"const RUNBOOK = #{ name: "waits", version: "0.1.0", permissions: ["fs:read *"] };
step("finished before", || 1);
step("wait", || wait_until(#{ what: "the file", every: "100ms", timeout: "10m" }, || fs::exists("go")));
step("comes after", || 1);
"#;

fn shell(home: &Path, columns: u16, line: &str) -> Terminal {
    std::fs::write(home.join("waits.rhai"), WAITS).expect("writes");
    let mut command = Command::new("bash");
    command.args(["--norc", "-c", line]).current_dir(home).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", home).env("LANG", "C.UTF-8");
    command.env("TERM", "linux").env("RUNBOOK_STATE_DIR", home.join("state"));
    command.env("RUNBOOK", env!("CARGO_BIN_EXE_runbook"));
    Terminal::start(columns, command)
}

#[test]
fn ctrl_z_stops_a_run_and_its_shell_takes_it_up_again() {
    let home = tempfile::tempdir().expect("a folder");
    // Job control: the shell gives the terminal to the run, and gets it back when that is stopped.
    let line = r#"set -m; "$RUNBOOK" run ./waits.rhai; echo "stopped: $?"; read -r typed; echo "typed: $typed"; fg; echo "ended: $?""#;
    let mut terminal = shell(home.path(), 80, line);
    terminal.see("the file");
    terminal.press("\x1a");
    terminal.see("stopped: 148");
    // The shell's own line is edited as usual: nothing was left switched off.
    terminal.press("hello\r");
    terminal.see("typed: hello");
    std::fs::write(home.path().join("go"), "").expect("writes");
    terminal.see("ended: 0");
    assert!(terminal.screen().contains("done"), "{}", terminal.screen());
}

// The emulator keeps rows, as the console of Linux does, which it says it is: most terminals break lines anew.
#[test]
fn a_window_that_is_made_narrower_or_wider_during_a_run_shows_each_step_once() {
    for (before, after) in [(100, 44), (100, 64), (44, 100)] {
        let home = tempfile::tempdir().expect("a folder");
        let mut terminal = shell(home.path(), before, r#""$RUNBOOK" run ./waits.rhai; echo "ended: $?""#);
        terminal.see("the file");
        terminal.resize(after);
        let (drawn, live) = (terminal.raw.len(), terminal.screen());
        terminal.until("it drawn anew", |it| it.raw.len() > drawn + live.len());
        std::fs::write(home.path().join("go"), "").expect("writes");
        terminal.see("ended: 0");
        let screen = terminal.screen();
        for step in ["finished before", "✓ wait", "comes after"] {
            assert_eq!(screen.matches(step).count(), 1, "{before} to {after}: {step}\n{screen}");
        }
        let widest = screen.lines().map(|line| line.trim_end().chars().count()).max();
        assert!(widest <= Some(usize::from(before.max(after))), "{screen}");
    }
}

const INCIDENT: &str = r#"const RUNBOOK = #{
    name: "ecs-task-not-starting", version: "1.4.0", summary: "A task does not start", summary_ja: "ECS タスクが起動しない",
    params: #{ service: #{ type: "string" } }, permissions: ["fs:read *", "fs:write web.rev"],
};
let before = step("サービスの状態", || { log("希望 2 / 実行 0 / 保留 1"); 87 });
step("イメージの存在確認", || fs::exists("image"));
let next = human::choose("次に何をしますか？", [`前のタスク定義 web:${before} に戻す`, "ここまでを記録して引き継ぐ"]);
if next.starts_with("前の") {
    step("サービス更新", || fs::write("web.rev", `${before}`));
    step("安定を待つ", || wait_until(#{ what: "実行 2/2", every: "100ms", timeout: "10m" }, || fs::exists("go")));
}
"#;

/// What the screen or a program says, without what differs from run to run.
fn told(text: &str) -> String {
    let mut text = text.trim_end().to_owned();
    for (pattern, with) in [
        (r"r-[0-9a-z]{4,}", "r-XXXX"),
        (r"\d\d/\d\d\(.\) \d\d:\d\d:\d\d [A-Z]+", "DATE"),
        (r"\d{4}-\d\d-\d\d", "DATE"),
        (r"\d\d:\d\d(:\d\d)?", "TIME"),
        (r"\d+(\.\d+)? ?m?s\b", "0s"),
        (r"\d+ (polls|回)", "N $1"),
        (r"プロセス \d+", "PROCESS"),
        (r"uid\d+@[\w.-]+", "USER@HOST"),
        (r" +\n", "\n"),
    ] {
        text = regex::Regex::new(pattern).expect("a pattern").replace_all(&text, with).into_owned();
    }
    text
}

// UX.md §3 and §6, with the bindings that there are.
#[test]
fn an_incident_at_night_in_japanese_is_left_with_ctrl_c_and_nobody_else_runs_it_meanwhile() {
    let home = tempfile::tempdir().expect("a folder");
    std::fs::write(home.path().join("incident.rhai"), INCIDENT).expect("writes");
    let line = r#""$RUNBOOK" --lang ja run ./incident.rhai --set service=web; echo "exit $?""#;
    let mut terminal = shell(home.path(), 80, line);
    // The last line of the prompt: once it stands there, all of it does.
    terminal.see("↑↓ 移動");
    insta::assert_snapshot!("incident_asks", told(&terminal.screen()));
    terminal.press("\r");
    terminal.see("実行 2/2");
    let mut second = Command::new(env!("CARGO_BIN_EXE_runbook"));
    second.args(["--lang", "ja", "resume"]).current_dir(home.path()).env_clear().env("HOME", home.path());
    second.env("RUNBOOK_STATE_DIR", home.path().join("state"));
    let refused = second.output().expect("starts");
    assert_eq!(refused.status.code(), Some(8));
    insta::assert_snapshot!("incident_is_held", told(&String::from_utf8_lossy(&refused.stderr)));
    terminal.press("\x03");
    terminal.see("exit 130");
    insta::assert_snapshot!("incident_is_left", told(&terminal.screen()));
}
