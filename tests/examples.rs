//! Each lesson in `examples/` is checked clean and does what it says, run by the real program in a copy of the folder.

mod program;

use std::path::Path;
use std::time::{Duration, Instant};

use program::{Ended, Project};

/// A project that is a copy of `examples/`.
fn lessons() -> Project {
    let project = Project::new();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"), &project.root());
    project
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match entry.file_name().to_str() {
            // What somebody left who tried the lessons here.
            Some("out") => {}
            _ if from.is_dir() => {
                std::fs::create_dir(&to).expect("a folder");
                copy(&from, &to);
            }
            _ => drop(std::fs::copy(&from, &to).expect("a copy")),
        }
    }
}

fn read(project: &Project, path: &str) -> String {
    std::fs::read_to_string(project.root().join(path)).expect(path)
}

#[test]
fn every_lesson_is_checked_clean_and_has_a_test_here() {
    let project = lessons();
    let mut names: Vec<String> = std::fs::read_dir(project.root())
        .expect("the lessons")
        .filter_map(|entry| entry.expect("an entry").file_name().into_string().ok())
        .filter(|name| name.ends_with(".rhai"))
        .collect();
    names.sort();
    assert_eq!(names, ["by-hand.rhai", "database.rhai", "parameters.rhai", "steps.rhai", "survive.rhai", "wait.rhai"]);
    for name in names {
        let ended = project.run(&["check", &format!("./{name}")]).with(0);
        let told = format!("{}{}", ended.stdout, ended.stderr);
        assert_eq!(told.trim(), "0 errors, 0 warnings, 1 runbook", "{name}");
    }
}

#[test]
fn steps_and_reads_look_at_the_machine_and_change_nothing() {
    let project = lessons();
    let ended = project.run(&["run", "./steps.rhai", "--read-only"]).with(0);
    let value = ended.json();
    assert!(value["free_mib"].as_i64().is_some_and(|free| free >= 0), "{value}");
    assert!(!value["system"].as_str().unwrap_or_default().is_empty(), "{value}");
    project.run(&["plan", "./steps.rhai"]).with(0).telling(&["how much room is left", "Nothing was changed."]);
}

#[test]
fn parameters_come_from_the_environment_and_flags_go_before() {
    let project = lessons();
    let run = |more: &[&str]| project.run(&[&["run", "./parameters.rhai", "--env", "example"], more].concat());
    run(&["--yes", "--set", "port=9443"]).with(0);
    let written = "# settings of the site\nport = 9443\nlanguages = [\"en\",\"ja\"]\nkeep_days = 30\n";
    assert_eq!(read(&project, "out/shop.example.test.toml"), written);

    run(&["--yes", "--set", "keep=1h"]).with(2).telling(&["RB0204", "keep", "nothing was run"]);
    run(&["--non-interactive"]).with(5).telling(&["RB0703", "fs::write"]);
    assert_eq!(read(&project, "out/shop.example.test.toml"), written, "what nobody confirmed was not made");
}

#[test]
fn a_plan_of_the_lesson_on_parameters_tells_the_file_and_does_not_write_it() {
    let project = lessons();
    let plan = project.run(&["plan", "./parameters.rhai", "--env", "example"]).with(0);
    plan.telling(&["would fs::write", "out/shop.example.test.toml", "Nothing was changed."]);
    assert!(!project.root().join("out").exists());
}

#[test]
fn a_change_that_was_killed_in_between_is_found_and_not_made_again() {
    let project = lessons();
    let mut run = project.command(&["run", "./survive.rhai", "--set", "pause=60"]).spawn().expect("the program starts");
    let ledger = project.root().join("out/ledger.txt");
    let begun = Instant::now();
    // The register has booked, and has not answered.
    while !std::fs::read_to_string(&ledger).is_ok_and(|ledger| ledger == "order-7\n") {
        assert!(begun.elapsed() < Duration::from_secs(60), "the order was never booked");
        assert!(run.try_wait().expect("a child").is_none(), "the run ended before it booked");
        std::thread::yield_now();
    }
    run.kill().expect("killed");
    run.wait().expect("reaped");

    let ended = project.run(&["resume"]).with(0).telling(&["verdict=happened", "by=author"]);
    assert_eq!(ended.json(), serde_json::json!({ "order": "order-7", "booked": 1 }));
    assert_eq!(read(&project, "out/ledger.txt"), "order-7\n");
}

#[test]
fn the_same_change_undisturbed_is_made_once_by_each_run() {
    let project = lessons();
    for order in ["order-1", "order-2"] {
        project.run(&["run", "./survive.rhai", "--set", "pause=0", "--set", &format!("order={order}")]).with(0);
    }
    assert_eq!(read(&project, "out/ledger.txt"), "order-1\norder-2\n");
    let again = project.run(&["run", "./survive.rhai", "--set", "pause=0", "--set", "order=order-1"]).with(1);
    again.telling(&["order-1 stands in the ledger 2 times", "survive.rhai:"]);
}

#[test]
fn a_stock_in_a_database_is_added_to_once_by_each_run() {
    let project = lessons();
    let run =
        |count: &str| project.run(&["run", "./database.rhai", "--yes", "--set", &format!("count={count}")]).with(0);
    assert_eq!(run("3").json(), serde_json::json!({ "item": "apples", "count": 3 }));
    assert_eq!(run("4").json(), serde_json::json!({ "item": "apples", "count": 7 }));
    project.run(&["plan", "./database.rhai"]).with(0).telling(&["would db::execute", "Nothing was changed."]);
}

#[test]
fn one_branch_waits_for_what_the_other_makes() {
    let project = lessons();
    // The sign of the first run is there in the second and is not taken for its own.
    for _ in 0..2 {
        let value = project.run(&["run", "./wait.rhai"]).with(0).json();
        assert_eq!(value["seen"], read(&project, "out/sign.txt"));
        assert_eq!(value["lines"].as_array().map(Vec::len), Some(2));
    }
}

#[test]
fn a_procedure_with_a_person_in_it_stops_where_nobody_is_and_says_what_it_waits_for() {
    let project = lessons();
    let stopped = |ended: Ended| {
        ended.with(5).telling(&["RB0703", "`human::choose` needs an answer", "by-hand.rhai:", "runbook resume r-"]);
    };
    stopped(project.run(&["run", "./by-hand.rhai", "--non-interactive"]));
    stopped(project.run(&["resume", "--non-interactive"]));
    assert!(!project.root().join("out").exists(), "nothing was written");
}

/// Prompts on a pseudo-terminal.
mod terminal {
    use std::io::{ErrorKind, Write};
    use std::num::NonZero;
    use std::time::{Duration, Instant};

    use expectrl::session::OsSession;

    use super::{lessons, read};

    /// Reads until the screen shows all of `texts`, or the program has ended.
    fn see(session: &mut OsSession, screen: &mut vt100::Parser, texts: &[&str]) {
        let shown = |screen: &vt100::Parser| texts.iter().all(|text| screen.screen().contents().contains(text));
        let begun = Instant::now();
        let mut buffer = [0; 4096];
        while !shown(screen) && begun.elapsed() < Duration::from_secs(60) {
            match session.try_read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => screen.process(&buffer[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::yield_now(),
                Err(_) => break,
            }
        }
        assert!(shown(screen), "{texts:?} never came; the screen is:\n{}", screen.screen().contents());
    }

    #[test]
    fn a_person_answers_once_and_the_answers_are_written_down() {
        let project = lessons();
        project.run(&["run", "./by-hand.rhai", "--non-interactive"]).with(5);
        let mut command = project.command(&["resume"]);
        command.env("TERM", "xterm-256color");
        let mut session = OsSession::spawn(command).expect("the program starts");
        session.get_process_mut().set_window_size(80, 40).expect("a size");
        let size = |n| NonZero::new(n).expect("a size");
        let mut screen = vt100::Parser::new(size(40), size(80), 0);
        // What is typed before a question is ready for it is no answer to it.
        for (ready, typed) in [
            (&["Why are the name servers changed?", "incident", "ctrl-c"][..], "incident\r"),
            (&["ns-2.example.net", "is it done?", "ctrl-c"], "y\r"),
            (&["what did you see?"], "both are there\r"),
        ] {
            see(&mut session, &mut screen, ready);
            session.write_all(typed.as_bytes()).expect("typed");
            session.flush().expect("typed");
        }
        see(&mut session, &mut screen, &["runbook report r-"]);
        let written = read(&project, "out/handover.txt");
        assert_eq!(written, "shop.example.test, because of: incident; seen: both are there");
    }
}
