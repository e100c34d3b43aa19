//! Questions that are answered, and approvals that are given, from another terminal than the run's own.

use expectrl::Expect;
use expectrl::session::OsSession;

use crate::program::Home;

const ASKS: &str = r#"const RUNBOOK = #{ name: "asks", version: "0.1.0", permissions: ["process:change touch *"] };
step("before", || process::change(["touch", "before"]));
if !human::confirm("Is it green?") { throw "not green" }
let how = human::choose("How?", ["all at once", "one by one"]);
let seen = human::do_by_hand("Look at the board.", #{ evidence: true }).evidence;
step("after", || process::change(["touch", "after"]));
#{ how: how, seen: seen, note: human::ask("A note?") }
"#;
const DESTROY: &str = r#"const RUNBOOK = #{ name: "gone", version: "0.1.0", permissions: ["process:destroy rm *"] };
step("remove", || process::destroy(["rm", params.file]));
"#;
const QUESTION: &str =
    "const RUNBOOK = #{ name: \"question\", version: \"0.1.0\" };\nhuman::ask(\"What is your name?\")\n";

#[test]
fn a_run_that_waits_for_answers_goes_on_with_those_that_were_given_elsewhere() {
    let home = Home::with(&[("runbooks/asks.rhai", ASKS)]);
    let waiting = home.run(&["run", "asks"]);
    assert_eq!(waiting.code, 5, "{waiting}");
    let run = home.newest_run();
    assert!(waiting.stderr.contains(&format!("runbook answer {run}")), "{waiting}");

    let wrong = home.run(&["answer", &run, "perhaps"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("one of: yes, no"), "{wrong}");
    let missing = home.run(&["answer", &run]);
    assert!(missing.code == 2 && missing.stderr.contains(&format!("runbook answer {run} yes")), "{missing}");
    assert!(home.run(&["approve", &run]).stderr.contains("asks for an answer"));

    let given = home.run(&["answer", &run, "yes"]);
    assert!(given.code == 0 && given.stderr.contains(&format!("runbook resume {run}")), "{given}");
    let twice = home.run(&["answer", &run, "no"]);
    assert!(twice.code == 7 && twice.stderr.contains("RB0706"), "{twice}");

    assert_eq!(home.run(&["resume"]).code, 5, "the next question");
    assert_eq!(home.run(&["answer", &run, "3"]).code, 2, "there are two choices");
    assert_eq!(home.run(&["answer", &run, "one by one"]).code, 0);
    assert_eq!(home.run(&["resume"]).code, 5);
    assert_eq!(home.run(&["answer", &run, "四つとも緑"]).code, 0);
    assert_eq!(home.run(&["resume"]).code, 5);
    assert!(home.path("after").exists(), "it went on to the last question");
    let machine = home.run(&["answer", &run, "no\nfurther note", "--output", "json"]);
    let machine: serde_json::Value = serde_json::from_str(&machine.stdout).expect("JSON");
    assert_eq!((&machine["type"], &machine["is_running"]), (&"answered".into(), &false.into()));
    let done = home.run(&["resume"]);
    assert_eq!(done.code, 0, "{done}");
    let value: serde_json::Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!(value, serde_json::json!({ "how": "one by one", "seen": "四つとも緑", "note": "no\nfurther note" }));
    let report = home.run(&["report", &run]).stdout;
    assert!(report.contains("answered from another terminal"), "{report}");
}

#[test]
fn an_approval_is_given_at_a_terminal_and_for_that_call_alone() {
    let script =
        DESTROY.replace("params.file", "\"first\"").replace("step", "process::destroy([\"rm\", \"second\"]);\nstep");
    let home = Home::with(&[("runbooks/gone.rhai", &script), ("first", ""), ("second", "")]);
    assert_eq!(home.run(&["run", "gone"]).code, 5);
    let run = home.newest_run();
    let nobody = home.run(&["approve", &run]);
    assert!(nobody.code == 5 && nobody.stderr.contains("typed by a person"), "{nobody}");
    assert!(home.run(&["answer", &run, "yes"]).stderr.contains(&format!("runbook approve {run}")));

    approve(&home, &run, "gone");
    let next = home.run(&["resume"]);
    assert_eq!((next.code, home.path("first").exists(), home.path("second").exists()), (5, true, false), "{next}");
    assert_eq!(home.run(&["audit", "verify"]).code, 0, "what was destroyed was approved");
    approve(&home, &run, "no");
    let refused = home.run(&["resume"]);
    assert!(refused.code == 6 && home.path("first").exists(), "{refused}");
    let again = home.run(&["resume"]);
    assert!(again.code == 5 && home.path("first").exists(), "a no is not for ever: {again}");
}

#[test]
fn an_approval_that_was_given_too_long_ago_is_asked_for_again() {
    let home = Home::with(&[("runbooks/gone.rhai", &DESTROY.replace("params.file", "\"first\"")), ("first", "")]);
    assert_eq!(home.run(&["run", "gone"]).code, 5);
    let run = home.newest_run();
    approve(&home, &run, "gone");
    let long_ago = "UPDATE question SET answer = json_set(answer, '$.at', '2020-01-01T00:00:00.000000Z')";
    crate::audit::tamper(&home, long_ago);
    let asked = home.run(&["resume"]);
    assert!(asked.code == 5 && home.path("first").exists(), "{asked}");
    approve(&home, &run, "gone");
    assert_eq!(home.run(&["resume"]).code, 0);
    assert!(!home.path("first").exists());
}

#[test]
fn a_question_that_is_open_on_a_terminal_can_be_answered_from_another() {
    let home = Home::with(&[("runbooks/question.rhai", QUESTION)]);
    let mut terminal = OsSession::spawn(on_a_terminal(&home, &["run", "question"])).expect("starts");
    terminal.expect("What is your name?").expect("asks");
    let run = home.newest_run();
    let answered = loop {
        let answered = home.run(&["answer", &run, "Ada"]);
        // The question is on the screen a moment before it can be found.
        if !answered.stderr.contains("RB0706") {
            break answered;
        }
    };
    assert!(answered.code == 0 && answered.stderr.contains("goes on"), "{answered}");
    terminal.expect("answered from another terminal").expect("told where it was open");
    terminal.expect("Ada").expect("goes on");
    terminal.expect(expectrl::Eof).expect("ends");
    assert_eq!(home.state_of(&run), "done");
}

fn on_a_terminal(home: &Home, arguments: &[&str]) -> std::process::Command {
    let mut command = home.command(arguments);
    command.env("TERM", "xterm-256color");
    command.stdin(std::process::Stdio::inherit());
    command
}

/// Types `phrase` where `runbook approve` asks for it.
fn approve(home: &Home, run: &str, phrase: &str) {
    let mut terminal = OsSession::spawn(on_a_terminal(home, &["approve", run])).expect("starts");
    terminal.expect("to approve").expect("asks for the phrase");
    terminal.send(phrase).expect("types");
    terminal.send("\r").expect("types");
    terminal.expect(expectrl::Eof).expect("ends");
}

#[test]
fn a_question_that_nobody_answers_in_time_waits_and_an_answer_from_elsewhere_still_counts() {
    let script = r#"const RUNBOOK = #{ name: "soon", version: "0.1.0" };
human::choose("Which?", ["this", "that"], #{ timeout: "300ms" })
"#;
    let home = Home::with(&[("runbooks/soon.rhai", script)]);
    let mut terminal = OsSession::spawn(on_a_terminal(&home, &["run", "soon", "--color", "never"])).expect("starts");
    terminal.set_expect_timeout(Some(std::time::Duration::from_secs(60)));
    terminal.expect("Which?").expect("asks");
    terminal.expect("was not answered within 0.3s").expect("tells");
    terminal.expect(expectrl::Eof).expect("ends");
    let run = home.newest_run();
    assert_eq!(home.state_of(&run), "waiting");
    assert_eq!(home.run(&["answer", &run, "that"]).code, 0);
    let done = home.run(&["resume"]);
    assert!(done.code == 0 && done.stdout == "that\n", "{done}");
}
