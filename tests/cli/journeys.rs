//! Journeys of people through the program, as they see them: from an empty folder to a first run, an operator at night in Japanese, an
//! auditor, a job in CI. Each snapshot is what stands on the screen.

use crate::program::{Done, Home, same_every_time};

/// What somebody types, one after the other, and sees.
struct Journey {
    home: Home,
    variables: Vec<(&'static str, String)>,
    seen: String,
}

impl Journey {
    fn of(files: &[(&str, &str)]) -> Self {
        let home = Home::with(files);
        let variables = vec![("COLUMNS", "80".to_owned()), ("USER", "op1".to_owned())];
        Journey { home, variables, seen: String::new() }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// Types a command; it must end with `code`.
    fn types(&mut self, line: &str, code: i32) {
        let arguments = shlex::split(line).expect("words");
        let mut command = self.home.command(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        command.envs(self.variables.iter().map(|(name, value)| (*name, value)));
        let done = Done::of(command);
        assert_eq!(done.code, code, "{line}: {done}");
        self.seen.push_str(&format!("$ runbook {line}\n{}{}", done.stdout, done.stderr));
        if code != 0 {
            self.seen.push_str(&format!("exit {code}\n"));
        }
        self.seen.push('\n');
    }

    fn run(&self) -> String {
        self.home.newest_run()
    }
}

macro_rules! assert_seen {
    ($journey:expr) => {{
        let mut settings = same_every_time();
        settings.add_filter(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", "2026-11-25T03:12:40.000000Z");
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        settings.add_filter(&format!("op1&#64;{host}"), "op1&#64;host");
        settings.add_filter(r"\b\d+(\.\d+)?( ?)(ms|s)\b", "5${2}ms");
        // A longer figure leaves less room for what follows.
        settings.add_filter(r#""took_ms":\d+.*…"#, r#""took_ms":5,…"#);
        settings.add_filter(r#"("took_ms": ?)\d+"#, "${1}5");
        settings.add_filter(r"\b\d\d:\d\d:\d\d\b", "03:12:40");
        settings.add_filter(r"journal  \S+", "journal  [file]");
        settings.add_filter(r"ジャーナル  \S+", "ジャーナル  [file]");
        settings.add_filter(r"[0-9a-f]{32}\b", "[token]");
        settings.bind(|| insta::assert_snapshot!($journey.seen));
    }};
}

#[test]
fn the_first_five_minutes() {
    let mut journey = Journey::of(&[]).with("SHELL", "/bin/bash");
    journey.types("", 0);
    journey.types("init", 0);
    journey.types("check", 0);
    journey.types("run hello", 0);
    journey.types("new scale-web", 0);
    journey.types("list", 0);
    assert_seen!(journey);
}

const SCALE: &str = r#"//! # Scale the web service
const RUNBOOK = #{
    name: "scale-web", version: "0.1.0", summary: "Change the number of web tasks", summary_ja: "Web サービスの台数変更",
    params: #{ cluster: #{ type: "string" }, count: #{ type: "int", min: 1, max: 10, doc_ja: "希望タスク数" } },
    permissions: ["process:read cat *", "process:change sh *"],
};
step("現在の状態を確認", || process::read(["cat", "count"]).stdout.trim());
step("希望数を変更", || process::change(["sh", "-c", "echo $COUNT > count"], #{ env: #{ COUNT: `${params.count}` } }));
step("安定を待つ", || wait_until(#{ what: params.clster, timeout: "10m" }, || process::read(["cat", "count"]).stdout.trim() == `${params.count}`));
"#;

#[test]
fn an_author_writes_a_runbook() {
    let mut journey = Journey::of(&[("runbook.toml", ""), ("runbooks/scale-web.rhai", SCALE), ("count", "1")]);
    journey.types("check", 3);
    journey.types("check --fix", 0);
    journey.types("plan scale-web", 2);
    journey.types("plan scale-web --set cluster=prod --set count=3", 0);
    journey.types("run scale-web --set cluster=prod --set count=30", 2);
    journey.types("run scale-web --set cluster=prod --set count=3", 0);
    assert_seen!(journey);
}

const INCIDENT: &str = r#"//! # A task does not start
const RUNBOOK = #{
    name: "incident/task-not-starting", version: "1.4.0", summary: "A task does not start", summary_ja: "タスクが起動しない", tags: ["起動"],
    permissions: ["process:read cat *", "process:change sh *"],
};
let seen = step("直近の停止理由", || process::read(["cat", "reason"]).stdout.trim());
log(`原因の候補: ${seen}`);
if human::confirm("web:87 に戻しますか？") {
    step("サービス更新", || process::change(["sh", "-c", "echo web:87 > task"]));
    step("安定を確認", || process::read(["cat", "healthy"]));
}
"#;

#[test]
fn an_operator_at_night_in_japanese() {
    let files = [
        ("runbook.toml", ""),
        ("runbooks/incident/task-not-starting.rhai", INCIDENT),
        ("reason", "CannotPullContainerError"),
    ];
    let mut journey = Journey::of(&files).with("RUNBOOK_LANG", "ja");
    journey.types("search 起動しない", 0);
    journey.types("run incident/task-not-starting", 5);
    let run = journey.run();
    journey.types(&format!("handover {run} --note '03:25 web:87 に戻す予定'"), 0);
    journey.types(&format!("answer {run} yes"), 0);
    journey.types("resume", 1);
    std::fs::write(journey.home.path("healthy"), "yes").expect("writes");
    journey.types("resume", 0);
    journey.types(&format!("log {run} --as shell"), 0);
    assert_seen!(journey);
}

#[test]
fn an_auditor_looks() {
    let files =
        [("runbook.toml", ""), ("runbooks/scale-web.rhai", &SCALE.replace("clster", "cluster")), ("count", "1")];
    let mut journey = Journey::of(&files);
    journey.types("run scale-web --set cluster=prod --set count=3", 0);
    let run = journey.run();
    journey.types("audit verify", 0);
    let report = journey.home.run(&["report", &run, "--output", "json"]);
    let report: serde_json::Value = serde_json::from_str(&report.stdout).expect("JSON");
    journey.types(&format!("show {run} --step {}", report["calls"][1]["call"]), 0);
    journey.types("runs prune --keep 0 --yes", 0);
    journey.types("audit verify", 0);
    assert_seen!(journey);
}

#[test]
fn a_job_in_ci() {
    let probe = r#"const RUNBOOK = #{ name: "probe", version: "2.0.1", permissions: ["process:read cat *"] };
step("health", || process::read(["cat", "health"]));
step("attack", || if process::read(["cat", "attack"]).stdout != "403" { fail("XSS probe was not blocked: got 200, want 403") });
"#;
    let files = [("runbook.toml", ""), ("runbooks/probe.rhai", probe), ("health", "200"), ("attack", "200")];
    let mut journey = Journey::of(&files).with("CI", "true");
    journey.types("check --deny warnings", 0);
    journey.types("run probe --non-interactive --read-only", 1);
    assert_seen!(journey);
}
