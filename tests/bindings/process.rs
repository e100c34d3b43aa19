//! `process::` with real programs.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use runbook::binding::Progress;
use runbook::model::failure::FailureKind;
use runbook::model::value::Value;
use runbook::world::Settled;
use runbook::world::guardian::Guardian;
use serde_json::json;

use crate::host::{Host, TurnedClock, declaration, eventually, given, lives, member};

const WRITES: [&str; 3] = ["process::ensure", "process::change", "process::destroy"];

/// Runs until it is ended, whatever it is asked; so does what it starts.
const STUBBORN: &str = r#"
trap 'echo interrupted; echo INT >> log' INT
trap 'echo asked to end; echo TERM >> log' TERM
sh -c 'trap "" INT TERM; echo $$ > grandchild; while :; do sleep 1; done' &
echo $$ > child
while :; do sleep 1 & wait $!; done"#;

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    member(value, name).as_text().expect(name)
}

/// A call through `steps` that turn the clock by hand, and then to its end with a clock that goes by itself.
async fn through<T>(clock: &TurnedClock, steps: impl Future<Output = ()>, call: impl Future<Output = T>) -> T {
    let mut call = pin!(call);
    tokio::select! {
        done = &mut call => return done,
        () = steps => {}
    }
    clock.turn_until(Duration::from_millis(5), call).await
}

#[tokio::test]
async fn arguments_arrive_byte_for_byte() {
    let host = Host::new();
    let program = host.script("args", r#"printf '%s\0' "$@""#);
    let awkward = [
        "",
        " ",
        "a b",
        "$HOME",
        "${HOME}",
        "$(id)",
        "`id`",
        "*",
        "?",
        "[a-z]",
        "~",
        "|",
        "||",
        "&",
        "&&",
        ";",
        "<",
        ">",
        ">>",
        "(",
        ")",
        "{a,b}",
        "!",
        "!!",
        "#",
        "'",
        "\"",
        "\\",
        "\\\\",
        "\n",
        "\t",
        "\r",
        "--",
        "-n",
        "-e",
        "%s",
        "%",
        "=",
        "a=b",
        "\u{1b}[31m",
        "日本語",
        "\u{202e}",
        "\u{feff}",
    ];
    let mut arguments: Vec<String> = Vec::new();
    for first in awkward {
        arguments.push(first.to_owned());
        arguments.extend(awkward.iter().map(|second| format!("{first}{second}")));
    }
    assert!(arguments.len() > 1000);
    let argv: Vec<String> = std::iter::once(program).chain(arguments.iter().cloned()).collect();
    let result = host.call("process::read", json!([argv])).await.expect("runs");
    let arrived: Vec<&str> = text(&result, "stdout").split_terminator('\0').collect();
    assert_eq!(arrived, arguments);
}

#[tokio::test]
async fn a_program_gets_the_declared_environment_and_nothing_else() {
    let host = Host::new();
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some(), "cargo sets a variable that must not pass");
    let token = host.secret("password", "hunter2-and-more");
    let program = host.script("show", "env > seen");
    let options =
        json!({ "env": { "MINE": "x y", "PASSWORD": token }, "inherit_env": ["CARGO_PKG_NAME", "NOT_SET_ANYWHERE"] });
    host.call("process::read", json!([[program], options])).await.expect("runs");
    let mut seen: Vec<String> = host.read("seen").lines().map(str::to_owned).collect();
    // The shell sets these by itself.
    seen.retain(|line| !["PWD=", "OLDPWD=", "SHLVL=", "_="].iter().any(|own| line.starts_with(own)));
    seen.sort();
    let ours = std::env::vars().filter(|(name, _)| {
        ["HOME", "LANG", "TZ", "CARGO_PKG_NAME"].contains(&name.as_str()) || name.starts_with("LC_")
    });
    let mut expected: Vec<String> = ours.map(|(name, value)| format!("{name}={value}")).collect();
    expected.extend(["MINE=x y".to_owned(), "PASSWORD=hunter2-and-more".to_owned()]);
    expected.push(format!("PATH={}", std::env::var("PATH").expect("PATH")));
    expected.sort();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_secret_on_standard_input_reaches_the_program_and_shows_nowhere() {
    let host = Host::new();
    let token = host.secret("password", "hunter2-and-more");
    let body = "read -r line; printf %s \"$line\" > got; cat /proc/$$/cmdline /proc/$$/environ > visible; echo \"is $line\"; echo \"is $line\" >&2; exit 3";
    let program = host.script("login", body);
    let failure = host.call("process::read", json!([[program], { "stdin": token }])).await.expect_err("code 3");
    assert_eq!(host.read("got"), "hunter2-and-more");
    assert!(host.read("visible").contains("login") && !host.read("visible").contains("hunter2"));
    let told = format!("{failure:?} {:?}", host.shown());
    assert!(told.contains("is ***(password)") && !told.contains("hunter2"), "{told}");
}

#[test]
fn secrets_may_stand_in_environment_and_input_but_never_among_the_arguments() {
    for name in ["process::read", "process::ensure", "process::change", "process::destroy"] {
        assert_eq!(declaration(name).sinks().collect::<Vec<_>>(), ["env", "files", "stdin"], "{name}");
    }
}

#[tokio::test]
async fn the_result_tells_code_streams_and_shows_lines_as_they_come() {
    let host = Host::new();
    let program = host.script("tool", "echo out; echo err >&2; printf 'bad \\377'; exit 2");
    let result = host.call("process::change", json!([[program], { "ok_codes": [0, 2] }])).await.expect("2 is fine");
    assert_eq!(member(&result, "code"), &Value::Int(2));
    assert_eq!((text(&result, "stdout"), text(&result, "stderr")), ("out\nbad \u{fffd}", "err\n"));
    assert_eq!(member(&result, "truncated"), &Value::Bool(false));
    let line = |text: &str| Progress::Line { from: "tool".to_owned(), text: text.to_owned() };
    for expected in [line("out"), line("err"), line("bad \u{fffd}")] {
        assert!(host.shown().contains(&expected), "{expected:?}");
    }
}

#[tokio::test]
async fn another_exit_code_is_a_definite_answer_with_the_last_lines() {
    let host = Host::new();
    let program = host.script("fails", "echo before; echo 'no such thing' >&2; exit 7");
    for name in ["process::read", "process::ensure", "process::change", "process::destroy"] {
        let failure = host.call(name, json!([[program]])).await.expect_err("code 7");
        assert_eq!(failure.kind, FailureKind::Failed, "{name}");
        assert_eq!(failure.message, "`fails` ended with exit code 7: no such thing");
        assert_eq!(member(&failure.details, "code"), &Value::Int(7));
        assert_eq!((text(&failure.details, "stdout"), text(&failure.details, "stderr")), ("before", "no such thing"));
    }
}

#[tokio::test]
async fn a_program_killed_from_outside_leaves_a_write_unknown() {
    let host = Host::new();
    let program = host.script("dies", "kill -KILL $$");
    let failure = host.call("process::read", json!([[program]])).await.expect_err("killed");
    assert_eq!((failure.kind, text(&failure.details, "signal")), (FailureKind::Failed, "SIGKILL"));
    for name in WRITES {
        let failure = host.call(name, json!([[program]])).await.expect_err("killed");
        assert_eq!(failure.kind, FailureKind::Unknown, "{name}");
    }
}

#[tokio::test]
async fn nothing_is_started_when_the_program_or_its_folder_is_not_there() {
    let host = Host::new();
    let failure = host.call("process::change", json!([["no-such-program-anywhere"]])).await.expect_err("missing");
    assert!(failure.kind == FailureKind::Invalid && failure.message.contains("`PATH`"), "{failure}");
    let program = host.script("tool", "touch started");
    for (cwd, kind) in [("none", FailureKind::Invalid), ("tool", FailureKind::Invalid), ("../", FailureKind::Refused)] {
        let failure = host.call("process::change", json!([[program], { "cwd": cwd }])).await.expect_err(cwd);
        assert_eq!(failure.kind, kind, "{failure}");
    }
    std::fs::write(host.path("text"), "no program\n").expect("write");
    let failure = host.call("process::change", json!([["./text"]])).await.expect_err("a text");
    assert_eq!(failure.kind, FailureKind::Invalid);
    // A file that is executable and yet no program fails in the child, after it was announced.
    host.script("odd", "");
    std::fs::write(host.path("odd"), "#!/no/such/interpreter\n").expect("write");
    let failure = host.call("process::change", json!([["./odd"]])).await.expect_err("no interpreter");
    assert_eq!(failure.kind, FailureKind::Invalid, "{failure}");
    assert!(!host.path("started").exists());
}

#[tokio::test]
async fn a_program_runs_in_its_folder_in_a_session_of_its_own_with_private_modes_and_no_core() {
    let host = Host::new();
    std::fs::create_dir(host.path("sub")).expect("folder");
    host.script("facts", "umask; ulimit -c; pwd; ps -o pid=,pgid=,sess= -p $$; ls -l /proc/$$/fd/");
    let open = std::fs::File::open(host.path("facts.text")).expect("open");
    rustix::io::fcntl_setfd(&open, rustix::io::FdFlags::empty()).expect("a descriptor that is passed on");
    let result = host.call("process::read", json!([["./facts"], { "cwd": "sub" }])).await.expect("runs");
    let lines: Vec<&str> = text(&result, "stdout").lines().collect();
    assert_eq!((lines[0], lines[1]), ("0077", "0"));
    assert!(lines[2].ends_with("/sub"), "{}", lines[2]);
    let ids: Vec<&str> = lines[3].split_whitespace().collect();
    assert!(ids[0] == ids[1] && ids[1] == ids[2], "{ids:?}");
    assert!(!text(&result, "stdout").contains("facts.text"), "an open file was passed on: {lines:?}");
}

#[tokio::test]
async fn output_past_the_limit_is_counted_and_not_kept() {
    let host = Host::new();
    let program = host.script("loud", "head -c 5000000 /dev/zero | tr '\\0' x; head -c 300 /dev/zero | tr '\\0' y >&2");
    let result = host.call("process::read", json!([[program], { "output_limit": 1000 }])).await.expect("runs");
    assert_eq!(text(&result, "stdout").len(), 1000);
    assert_eq!(text(&result, "stderr"), "y".repeat(300));
    assert_eq!(member(&result, "truncated"), &Value::Bool(true));
    assert_eq!(member(&result, "dropped_bytes"), &Value::Int(4_999_000));
    let told = host.shown().iter().any(|p| matches!(p, Progress::State(text) if text.contains("4999000 bytes more")));
    assert!(told, "a note says so");
}

#[tokio::test]
async fn large_input_and_output_do_not_wait_for_each_other() {
    let host = Host::new();
    let input = "0123456789abcdef\n".repeat(40_000);
    let result = host.call("process::read", json!([["cat"], { "stdin": input }])).await.expect("runs");
    assert_eq!(text(&result, "stdout"), input);
    // A program that does not read what it is given is no failure.
    host.call("process::read", json!([["true"], { "stdin": input }])).await.expect("runs");
}

#[tokio::test]
async fn a_time_limit_ends_the_program_and_all_it_started_even_when_they_ignore_it() {
    let clock = TurnedClock::new();
    let host = Host::with_clock(clock.clone());
    let program = host.script("stubborn", STUBBORN);
    let call = host.call("process::change", json!([[program], { "timeout": "1h" }]));
    let ready = eventually("both run", || !host.read("child").is_empty() && !host.read("grandchild").is_empty());
    let steps = async {
        ready.await;
        clock.turn(Duration::from_secs(3600));
        eventually("it is interrupted", || host.read("log") == "INT\n").await;
        clock.turn(Duration::from_secs(10));
        eventually("it is asked to end", || host.read("log") == "INT\nTERM\n").await;
        clock.turn(Duration::from_secs(5));
    };
    let failure = through(&clock, steps, call).await.expect_err("stopped");
    assert_eq!(failure.kind, FailureKind::Unknown);
    assert!(failure.message.contains("did not end within 1h 00m"), "{failure}");
    assert_eq!(text(&failure.details, "signal"), "SIGKILL");
    let pids = [host.read("child"), host.read("grandchild")];
    eventually("both have ended", || pids.iter().all(|pid| !lives(pid))).await;
}

#[tokio::test]
async fn an_interrupted_program_may_save_its_state() {
    let body = "trap 'echo saved > state; exit 0' INT; echo $$ > child; while :; do sleep 1 & wait $!; done";
    for (name, kind) in [("process::read", FailureKind::Unavailable), ("process::change", FailureKind::Unknown)] {
        let clock = TurnedClock::new();
        let host = Host::with_clock(clock.clone());
        let program = host.script("saves", body);
        let call = host.call(name, json!([[program], { "timeout": "5m" }]));
        let steps = async {
            eventually("it runs", || !host.read("child").is_empty()).await;
            clock.turn(Duration::from_secs(300));
            eventually("it has saved", || host.read("state") == "saved\n").await;
        };
        let failure = through(&clock, steps, call).await.expect_err("stopped");
        assert_eq!((failure.kind, member(&failure.details, "code")), (kind, &Value::Int(0)));
    }
}

#[tokio::test]
async fn a_stopping_run_interrupts_a_read_and_lets_a_write_go_on() {
    let host = Host::new();
    let program = host.script("waits", "echo $$ >> begun; while ! [ -e go ]; do sleep 0.02; done; echo done");
    let stop = async {
        eventually("both run", || host.read("begun").lines().count() == 2).await;
        host.stopping.cancel();
    };
    let write = host.call("process::change", json!([[program]]));
    let read = async {
        let failure = host.call("process::read", json!([[program]])).await.expect_err("interrupted");
        std::fs::write(host.path("go"), "").expect("write");
        failure
    };
    let (read, write, ()) = tokio::join!(read, write, stop);
    assert_eq!(read.kind, FailureKind::Interrupted);
    assert_eq!(text(&write.expect("went on"), "stdout"), "done\n");
    // And a read that has not begun does not begin.
    let failure = host.call("process::read", json!([["touch", "never"]])).await.expect_err("stopping");
    assert!(failure.kind == FailureKind::Interrupted && !host.path("never").exists());
}

#[tokio::test]
async fn a_cancelled_call_ends_in_short_order() {
    let clock = TurnedClock::new();
    let host = Host::with_clock(clock.clone());
    let program = host.script("stubborn", STUBBORN);
    let steps = async {
        eventually("both run", || !host.read("child").is_empty() && !host.read("grandchild").is_empty()).await;
        host.cancel.cancel();
        eventually("it is interrupted", || host.read("log") == "INT\n").await;
        clock.turn(Duration::from_secs(2));
        eventually("it is asked to end", || host.read("log") == "INT\nTERM\n").await;
        clock.turn(Duration::from_secs(1));
    };
    let failure =
        through(&clock, steps, host.call("process::destroy", json!([[program]]))).await.expect_err("cancelled");
    assert_eq!(failure.kind, FailureKind::Unknown);
    let pids = [host.read("child"), host.read("grandchild")];
    eventually("both have ended", || pids.iter().all(|pid| !lives(pid))).await;
}

#[tokio::test]
async fn what_a_program_leaves_behind_is_ended_with_its_call() {
    let host = Host::new();
    let body = "sh -c 'echo $$ > left; exec sleep 1000' > /dev/null 2>&1 < /dev/null & while ! [ -s left ]; do sleep 0.01; done; echo ok";
    let program = host.script("leaves", body);
    let result = host.call("process::change", json!([[program]])).await.expect("runs");
    assert_eq!(text(&result, "stdout"), "ok\n");
    let left = host.read("left");
    eventually("it has ended", || !lives(&left)).await;
    assert!(host.shown().iter().any(|p| matches!(p, Progress::State(text) if text.contains("left processes behind"))));
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_nothing_running() {
    let host = Host::new();
    let program = host.script("stubborn", STUBBORN);
    {
        let call = host.call("process::change", json!([[program]]));
        let ready = eventually("both run", || !host.read("child").is_empty() && !host.read("grandchild").is_empty());
        tokio::select! {
            result = call => panic!("ended by itself: {result:?}"),
            () = ready => {}
        }
    }
    let pids = [host.read("child"), host.read("grandchild")];
    eventually("both have ended", || pids.iter().all(|pid| !lives(pid))).await;
}

#[tokio::test]
async fn a_lost_exit_code_settles_nothing_by_itself_and_the_author_may() {
    let host = Host::new();
    for name in ["process::change", "process::destroy"] {
        let declaration = declaration(name);
        assert!(declaration.author_settles);
        let args = declaration.gather(given(json!([["git", "push"]]))).expect("arguments");
        let settled = declaration.settle(&args, &host.context()).await;
        assert!(matches!(&settled, Settled::Unknown(why) if why.contains("`git`")), "{settled:?}");
    }
}

/// The guardians that this process has started, by process id.
fn guardians(of: &str) -> Vec<String> {
    let listed = std::process::Command::new("ps").args(["-e", "-o", "pid=,ppid=,stat=,args="]).output().expect("ps");
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let guards = listed.lines().filter(|line| line.trim_end().ends_with("__guard"));
    let fields = guards.map(|line| line.split_whitespace().collect::<Vec<_>>());
    fields.filter(|f| f[1] == of && !f[2].starts_with('Z')).map(|f| f[0].to_owned()).collect()
}

/// The variable that makes the test below the host that is killed.
const HOST_FOLDER: &str = "RUNBOOK_TEST_HOST_FOLDER";

#[tokio::test]
async fn a_host_killed_with_kill_9_takes_its_programs_along() {
    if let Some(folder) = std::env::var_os(HOST_FOLDER) {
        // Here this test is the host, started by the same test below. It runs two programs until it is killed.
        let host = Host::new();
        let program = host.script("stubborn", STUBBORN);
        std::os::unix::fs::symlink(host.project.path(), folder).expect("tell where");
        std::fs::create_dir(host.path("sub")).expect("folder");
        let path = host.path("stubborn");
        let (_, _) = tokio::join!(
            host.call("process::change", json!([[program]])),
            host.call("process::read", json!([[path], { "cwd": "sub" }]))
        );
        unreachable!("the programs never end by themselves");
    }
    let folder = tempfile::tempdir().expect("folder");
    let place = folder.path().join("host");
    let mut host = std::process::Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "process::a_host_killed_with_kill_9_takes_its_programs_along"])
        .env(HOST_FOLDER, &place)
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("host");
    let files = ["child", "grandchild", "sub/child", "sub/grandchild"];
    let pid = |file: &str| std::fs::read_to_string(place.join(file)).unwrap_or_default();
    eventually("all programs run", || files.iter().all(|file| !pid(file).trim().is_empty())).await;
    let pids: Vec<String> = files.iter().map(|file| pid(file)).collect();
    let guards = guardians(&host.id().to_string());
    assert_eq!(guards.len(), 1, "one guardian for all programs of a run");
    assert!(pids.iter().all(|pid| lives(pid)));
    host.kill().expect("kill -9");
    host.wait().expect("reap");
    eventually("all programs have ended", || pids.iter().all(|pid| !lives(pid))).await;
    eventually("the guardian has ended", || !lives(&guards[0])).await;
    // They were asked first, and could still say something.
    assert!(std::fs::read_to_string(place.join("log")).expect("log").contains("TERM"));
    let project = std::fs::read_link(&place).expect("link");
    std::fs::remove_dir_all(project).expect("what the killed host could not remove");
}

#[tokio::test]
async fn a_guardian_that_is_gone_is_started_again_and_ends_with_its_run() {
    let host = Host::new();
    let program = host.script("says", "echo here");
    let guardian = || {
        let guardian =
            host.shared.get::<Guardian, &str>(|| Err("not started")).expect("started with the first program");
        guardian.process_id().expect("a process").to_string()
    };
    host.call("process::read", json!([[program]])).await.expect("runs");
    let first = guardian();
    host.call("process::read", json!([[program]])).await.expect("runs");
    assert_eq!(guardian(), first, "one for all programs");
    let pid = rustix::process::Pid::from_raw(first.parse().expect("pid")).expect("pid");
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("kill");
    eventually("it is gone", || !lives(&first)).await;
    host.call("process::read", json!([[program]])).await.expect("runs with a new guardian");
    let second = guardian();
    assert!(first != second && lives(&second));
    drop(host);
    eventually("a guardian ends with its run", || !lives(&second)).await;
}
