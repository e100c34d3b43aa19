//! The program as people and scripts use it: every subcommand, wrong input, signals, what is left to do next.

#[path = "cli/asked.rs"]
mod asked;
#[path = "cli/audit.rs"]
mod audit;
#[path = "cli/carry.rs"]
mod carry;
#[path = "cli/completions.rs"]
mod completions;
#[path = "cli/doctor.rs"]
mod doctor;
#[path = "cli/documents.rs"]
mod documents;
#[path = "cli/elsewhere.rs"]
mod elsewhere;
#[path = "cli/fix.rs"]
mod fix;
#[path = "cli/foreign.rs"]
mod foreign;
#[path = "cli/github.rs"]
mod github;
#[path = "cli/handed.rs"]
mod handed;
#[path = "cli/journeys.rs"]
mod journeys;
#[path = "cli/looks.rs"]
mod looks;
#[path = "cli/machine.rs"]
mod machine;
#[path = "cli/manual.rs"]
mod manual;
#[path = "cli/program.rs"]
mod program;
#[path = "cli/prune.rs"]
mod prune;
#[path = "cli/records.rs"]
mod records;
#[path = "cli/watch.rs"]
mod watch;

use std::process::Stdio;

use program::Home;

const HELLO: &str = r#"//! # Hello
//! Says what machine this is.
const RUNBOOK = #{
    name: "hello", version: "0.1.0", summary: "Says hello",
    params: #{
        who: #{ type: "string", defaults_to: "world", doc: "Who is greeted" },
        count: #{ type: "int", min: 1, max: 10, defaults_to: 2 },
    },
    permissions: ["process:read uname *", "fs:write notes/*"],
};
let system = step("look", || process::read(["uname", "-s"]).stdout.trim());
step("note", || fs::write("notes/a.txt", params.who));
log(`hello ${params.who}`);
#{ system: system, who: params.who, count: params.count }
"#;

/// Changes something by a program that kills the one that runs it: a crash in the middle of a change.
const CUT: &str = r#"const RUNBOOK = #{ name: "cut", version: "0.1.0", permissions: ["process:change *"] };
step("cut", || process::change(["sh", "-c", "kill -9 $(ps -o ppid= -p $$)"]));
step("after", || process::change(["touch", "after"]));
"#;

/// A program that outlives the one that runs it, and has its effect only then.
const OUTLIVES: &str = r#"const RUNBOOK = #{
    name: "outlives", version: "0.1.0", permissions: ["process:change sh *", "fs:read effect"],
};
step("work", || process::change(["sh", "work.sh"], #{ settle: || #{ happened: fs::exists("effect") } }));
"#;

const LONG: &str = r#"const RUNBOOK = #{ name: "long", version: "0.1.0", permissions: ["process:change touch *"] };
step("mark", || process::change(["touch", "mark"]));
step("wait", || time::sleep("1h"));
"#;

const DESTROY: &str = r#"const RUNBOOK = #{ name: "gone", version: "0.1.0", permissions: ["process:destroy rm *"] };
step("remove", || process::destroy(["rm", "mark"]));
"#;

#[test]
fn a_run_gives_its_value_on_standard_output_and_nothing_else() {
    let home = Home::with(&[("runbooks/hello.rhai", HELLO)]);
    let done = home.run(&["run", "hello", "--set", "who=ops"]);
    assert_eq!(done.code, 0, "{done}");
    let value: serde_json::Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!(value, serde_json::json!({ "count": 2, "system": "Linux", "who": "ops" }));
    assert!(done.stderr.trim_end().lines().last().is_some_and(|line| line.contains("runbook report r-")), "{done}");
    assert_eq!(home.text("notes/a.txt"), "ops");
}

#[test]
fn machine_output_is_one_object_or_one_a_line() {
    let home = Home::with(&[("runbooks/hello.rhai", HELLO)]);
    let verdict = home.run(&["run", "hello", "--output", "json"]);
    let verdict: serde_json::Value = serde_json::from_str(&verdict.stdout).expect("one object");
    assert_eq!((&verdict["v"], &verdict["state"], &verdict["exit"]["code"]), (&1.into(), &"done".into(), &0.into()));
    let events = home.run(&["run", "hello", "--output", "ndjson"]);
    let mut types = Vec::new();
    for line in events.stdout.lines() {
        let event: serde_json::Value = serde_json::from_str(line).expect("one object a line");
        assert!(event["v"] == 1 && event["time"].is_string() && event["run"].is_string(), "{line}");
        types.push(event["type"].as_str().expect("a type").to_owned());
    }
    assert_eq!(types.first().map(String::as_str), Some("run_started"));
    assert!(types.iter().any(|kind| kind == "call_begun") && types.iter().any(|kind| kind == "done"), "{types:?}");
}

#[test]
fn every_wrong_input_says_what_and_where_and_what_to_type() {
    let home = Home::with(&[
        ("runbooks/hello.rhai", HELLO),
        ("runbooks/broken.rhai", "const RUNBOOK = #{ name: \"broken\", version: \"0.1.0\" };\nlet x = ;\n"),
        ("envs/prod.toml", "[params]\nwho = \"prod\"\n"),
        ("envs/bad.toml", "[params\n"),
    ]);
    let cases: &[(&[&str], i32, &[&str])] = &[
        (&["bogus"], 2, &["unrecognized subcommand"]),
        (&["run"], 2, &["RUNBOOK"]),
        (&["run", "helo"], 2, &["RB0202", "did you mean `hello`?"]),
        (&["run", "./none.rhai"], 2, &["RB0202", "nothing was run"]),
        (&["run", "hello@^9"], 2, &["RB0202"]),
        (&["run", "broken"], 3, &["RB0101", "broken.rhai:2:9"]),
        (&["run", "hello", "--set", "whom=x"], 2, &["RB0203", "did you mean `who`?"]),
        (&["run", "hello", "--set", "count=eleven"], 2, &["RB0204", "`count`"]),
        (&["run", "hello", "--set", "count=11"], 2, &["RB0204"]),
        (&["run", "hello", "--set", "count"], 2, &["name=value"]),
        (&["run", "hello", "--env", "prd"], 2, &["RB0206", "prod"]),
        (&["run", "hello", "--env", "bad"], 2, &["RB0206", "bad.toml:1"]),
        (&["run", "hello", "--time-limit", "soon"], 2, &["RB0201", "soon"]),
        (&["resume"], 2, &["RB0904", "runbook runs"]),
        (&["resume", "r-zzzz"], 2, &["RB0904"]),
        (&["report", "r-zzzz"], 2, &["RB0904"]),
        (&["settle", "r-zzzz"], 2, &["RB0904"]),
        (&["show", "nothing-of-that-name"], 2, &["RB0202"]),
        (&["new", "No Good"], 2, &["RB0201", "nothing was written"]),
        (&["new", "hello"], 2, &["RB0207", "is there already"]),
    ];
    for (arguments, code, told) in cases {
        let done = home.run(arguments);
        assert_eq!(done.code, *code, "{arguments:?}\n{done}");
        for text in *told {
            assert!(done.stderr.contains(text), "{arguments:?} does not say {text}\n{done}");
        }
        assert_eq!(done.stdout, "", "{arguments:?}");
    }
    assert!(!home.path("notes").exists(), "nothing is touched before validation ends");
}

#[test]
fn values_come_from_flag_then_variable_then_environment_file_then_default() {
    let home = Home::with(&[("runbooks/hello.rhai", HELLO), ("envs/prod.toml", "[params]\nwho = \"file\"\n")]);
    let who = |arguments: &[&str], variable: Option<&str>| {
        let mut command = home.command(arguments);
        if let Some(value) = variable {
            command.env("RUNBOOK_PARAM_WHO", value);
        }
        let done = program::Done::of(command);
        let value: serde_json::Value = serde_json::from_str(&done.stdout).unwrap_or_else(|_| panic!("{done}"));
        value["who"].as_str().expect("text").to_owned()
    };
    assert_eq!(who(&["run", "hello"], None), "world");
    assert_eq!(who(&["run", "hello", "--env", "prod"], None), "file");
    assert_eq!(who(&["run", "hello", "--env", "prod"], Some("variable")), "variable");
    assert_eq!(who(&["run", "hello", "--env", "prod", "--set", "who=flag"], Some("variable")), "flag");
}

#[test]
fn a_change_that_a_crash_cut_is_in_doubt_until_somebody_knows() {
    let home = Home::with(&[("runbooks/cut.rhai", CUT)]);
    let killed = home.run(&["run", "cut"]);
    assert_eq!(killed.code, -9, "{killed}");
    let run = home.newest_run();
    assert_eq!(home.state_of(&run), "died");

    let resumed = home.run(&["resume", "--non-interactive"]);
    assert_eq!(resumed.code, 7, "{resumed}");
    assert!(resumed.stderr.contains("RB0701") && resumed.stderr.contains("--did-not-happen"), "{resumed}");
    assert!(!home.path("after").exists(), "nothing follows a doubt");

    let listed = home.run(&["settle", &run]);
    assert!(listed.stdout.contains("process::change"), "{listed}");
    let report: serde_json::Value =
        serde_json::from_str(&home.run(&["report", &run, "--output", "json"]).stdout).expect("JSON");
    let call = report["in_doubt"][0].to_string();
    let wrong = home.run(&["settle", &run, &call, "--happened", "{"]);
    assert_eq!(wrong.code, 2, "{wrong}");
    let other = home.run(&["settle", &run, "999", "--did-not-happen"]);
    assert!(other.code == 2 && other.stderr.contains("not in doubt"), "{other}");

    let settled = home.run(&["settle", &run, &call, "--happened", "{\"code\":0}", "--reason", "looked"]);
    assert_eq!(settled.code, 0, "{settled}");
    let done = home.run(&["resume"]);
    assert_eq!(done.code, 0, "{done}");
    assert!(home.path("after").exists());
    assert_eq!(home.state_of(&run), "done");
    let again = home.run(&["resume", &run]);
    assert!(again.code == 2 && again.stderr.contains("RB0905"), "{again}");
}

#[test]
fn a_program_that_outlives_a_killed_run_is_waited_for_before_anybody_says_that_it_did_nothing() {
    let work = "trap '' TERM\nkill -9 $PPID\nsleep 1\necho once >> effect\n";
    let home = Home::with(&[("runbooks/outlives.rhai", OUTLIVES), ("work.sh", work), ("envs/prod.toml", "")]);
    let killed = home.run(&["run", "outlives", "--env", "prod"]);
    assert_eq!(killed.code, -9, "{killed}");
    assert!(!home.path("effect").exists(), "it was killed before its program had done anything");
    let resumed = home.run(&["resume"]);
    assert_eq!(resumed.code, 0, "{resumed}");
    assert!(resumed.stderr.contains("waiting for the programs"), "{resumed}");
    assert_eq!(home.text("effect"), "once\n");
}

#[test]
fn ctrl_c_and_terminate_stop_at_a_safe_point_and_say_how_to_go_on() {
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let home = Home::with(&[("runbooks/long.rhai", LONG)]);
        let mut child =
            home.command(&["run", "long"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("starts");
        let told = program::read_until(&mut child, "wait");
        program::kill(&child, signal);
        let done = program::Done::end_of(child, told);
        assert_eq!(done.code, code, "{signal}\n{done}");
        assert!(done.stderr.contains("runbook resume r-"), "{signal}\n{done}");
        assert!(home.path("mark").exists());
    }
}

#[test]
fn a_run_that_a_process_holds_is_refused_to_others() {
    let home = Home::with(&[("runbooks/long.rhai", LONG)]);
    let mut child =
        home.command(&["run", "long"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("starts");
    let told = program::read_until(&mut child, "wait");
    let run = home.newest_run();
    assert_eq!(home.state_of(&run), "running");
    for arguments in [&["resume", &run][..], &["cancel", &run]] {
        let refused = home.run(arguments);
        assert!(refused.code == 8 && refused.stderr.contains("RB0801"), "{arguments:?}\n{refused}");
    }
    program::kill(&child, "INT");
    program::Done::end_of(child, told);
    let cancelled = home.run(&["cancel", &run, "--reason", "enough"]);
    assert_eq!(cancelled.code, 0, "{cancelled}");
    assert_eq!(home.state_of(&run), "cancelled");
}

#[test]
fn nobody_approves_a_destroy_without_a_terminal_and_yes_does_not_either() {
    let home = Home::with(&[("runbooks/gone.rhai", DESTROY), ("mark", "")]);
    let waiting = home.run(&["run", "gone", "--yes"]);
    assert_eq!(waiting.code, 5, "{waiting}");
    assert!(waiting.stderr.contains("RB0703") && home.path("mark").exists(), "{waiting}");
}

#[test]
fn a_read_only_run_refuses_the_first_write() {
    let home = Home::with(&[("runbooks/hello.rhai", HELLO)]);
    let refused = home.run(&["run", "hello", "--read-only"]);
    assert!(refused.code == 6 && refused.stderr.contains("RB0602"), "{refused}");
    assert!(refused.stderr.contains("nothing was changed") && !home.path("notes").exists(), "{refused}");
}

#[test]
fn a_plan_makes_reads_and_tells_writes() {
    let home = Home::with(&[("runbooks/hello.rhai", HELLO)]);
    let plan = home.run(&["plan", "hello", "--output", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&plan.stdout).expect("one object");
    let calls: Vec<_> =
        plan["calls"].as_array().expect("calls").iter().map(|it| (&it["action"], &it["function"])).collect();
    assert_eq!(calls, [(&"made".into(), &"process::read".into()), (&"would".into(), &"fs::write".into())]);
    assert_eq!((&plan["type"], &plan["calls"][1]["steps"]), (&"plan".into(), &serde_json::json!(["note"])));

    let plan = home.run(&["plan", "hello"]);
    assert_eq!(plan.code, 0, "{plan}");
    assert!(plan.stderr.contains("would fs::write") && plan.stderr.contains("seen  process::read"), "{plan}");
    assert!(plan.stderr.trim_end().ends_with("Nothing was changed.") && !home.path("notes").exists(), "{plan}");
    assert!(home.run(&["runs"]).stdout.is_empty(), "a plan leaves no run behind");
}

#[test]
fn a_policy_tightens_what_a_runbook_may_do_and_a_plan_tells_what_would_be_asked() {
    let settings = "[policy]\nconfirm = [\"ensure\"]\n";
    let home = Home::with(&[("runbooks/hello.rhai", HELLO), ("runbook.toml", settings)]);
    let plan = home.run(&["plan", "hello", "--output", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&plan.stdout).expect("one object");
    assert_eq!(plan["calls"][1]["asks"], "confirmation");
    assert!(home.run(&["plan", "hello"]).stderr.contains("asks=confirmation"));
    let asked = home.run(&["run", "hello"]);
    assert!(asked.code == 5 && asked.stderr.contains("needs a confirmation"), "{asked}");
    assert_eq!(home.run(&["run", "hello", "--yes"]).code, 0, "a plain confirmation");

    for (policy, told, next) in [
        ("deny = [\"fs:write notes/*\"]", "the policy denies `fs::write`", "`deny`"),
        ("programs = { \"uname -r\" = \"read\" }", "does not list `uname -s`", "[policy.programs]"),
        ("programs = { \"uname *\" = \"change\" }", "`process::read` does here is a change", "process::change"),
        (
            "frozen = [{ from = 2020-01-01T00:00:00Z, until = 2120-01-01T00:00:00Z, reason = \"moving\" }]",
            "nothing is written now",
            "moving",
        ),
    ] {
        let files = [("runbooks/hello.rhai", HELLO), ("envs/prod.toml", &format!("[policy]\n{policy}\n") as &str)];
        let home = Home::with(&files);
        let refused = home.run(&["run", "hello", "--env", "prod"]);
        assert!(refused.code == 6 && refused.stderr.contains("RB0604"), "{policy}\n{refused}");
        assert!(refused.stderr.contains(told) && refused.stderr.contains(next), "{policy}\n{refused}");
        assert!(!home.path("notes").exists());
        assert_eq!(home.run(&["run", "hello"]).code, 0, "without the environment nothing forbids it");
    }
}

#[test]
fn a_step_is_left_out_by_a_persons_decision_which_every_report_tells() {
    let script = "const RUNBOOK = #{ name: \"stuck\", version: \"0.1.0\" };\n\
                  let told = step(\"tell people\", || fail(\"the chat is down\"));\nstep(\"go on\", || 1);\ntold\n";
    let home = Home::with(&[("runbooks/stuck.rhai", script)]);
    assert_eq!(home.run(&["run", "stuck"]).code, 1);
    let wrong = home.run(&["resume", "--skip", "tell peple", "--reason", "told by phone"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("--skip 'tell people'"), "{wrong}");
    assert_eq!(home.run(&["resume", "--skip", "tell people"]).code, 2, "not without a reason");
    let value = home.run(&["resume", "--skip", "tell people", "--reason", "r", "--value", "{"]);
    assert!(value.code == 2 && value.stderr.contains("not JSON"), "{value}");
    let skipped =
        home.run(&["resume", "--skip", "tell people", "--reason", "told by phone", "--value", "\"by phone\""]);
    assert_eq!((skipped.code, skipped.stdout.as_str()), (0, "by phone\n"), "{skipped}");
    let run = home.newest_run();
    for command in [&["report", &run] as &[&str], &["show", &run], &["report", &run, "--output", "json"]] {
        let told = home.run(command).stdout;
        assert!(told.contains("told by phone"), "{command:?}: {told}");
    }
}

#[test]
fn a_runbook_that_requires_a_program_is_run_only_where_it_is_in_that_version() {
    let script = |requires: &str| {
        format!("const RUNBOOK = #{{ name: \"needs\", version: \"0.1.0\", requires: #{{ {requires} }} }};\n1\n")
    };
    for (requires, policy, told) in [
        ("sh: \"*\"", "", ""),
        ("bash: \">=3, <99\"", "", ""),
        ("bash: \">=99\"", "", "which is not wanted"),
        ("\"true-that-nobody-has\": \"*\"", "", "not on PATH"),
        ("\"says-nothing\": \">=1\"", "", "does not say a version"),
        ("bash: \">=3\"", "[policy]\ndeny = [\"process:* bash *\"]\n", "does not let `bash --version` be started"),
    ] {
        let home = Home::with(&[
            ("runbooks/needs.rhai", &script(requires)),
            ("runbook.toml", policy),
            ("bin/says-nothing", "#!/bin/sh\necho no; exit 1\n"),
        ]);
        let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(home.path("bin/says-nothing"), executable).expect("executable");
        let path = format!("{}:{}", home.path("bin").display(), std::env::var("PATH").expect("a PATH"));
        let mut command = home.command(&["run", "needs"]);
        command.env("PATH", path);
        let done = program::Done::of(command);
        assert_eq!(done.code, if told.is_empty() { 0 } else { 2 }, "{requires}\n{done}");
        assert!(
            done.stderr.contains(told) && (told.is_empty() || done.stderr.contains("RB0209")),
            "{requires}\n{done}"
        );
    }
}

#[test]
fn a_users_own_settings_count_less_than_the_projects_and_tighten_its_policy() {
    let own = "lang = \"ja\"\nlibraries = [\"mine\"]\n[policy]\ndeny = [\"fs:write *\"]\n";
    let files = [
        ("runbooks/hello.rhai", HELLO),
        (".config/runbook/config.toml", own),
        (".config/runbook/mine/own.rhai", "const RUNBOOK = #{ name: \"own\", version: \"0.1.0\" };\n"),
    ];
    let home = Home::with(&files);
    let refused = home.run(&["run", "hello"]);
    assert!(refused.code == 6 && refused.stderr.contains("エラー[RB0604]"), "{refused}");
    assert!(home.run(&["list"]).stdout.contains("own "), "its libraries are found");
    std::fs::write(home.path("runbook.toml"), "lang = \"en\"\n").expect("written");
    assert!(home.run(&["run", "hello"]).stderr.contains("error[RB0604]"), "the project's language counts more");
    std::fs::write(home.path(".config/runbook/config.toml"), "lang = \"de\"\n").expect("written");
    let wrong = home.run(&["list"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("config.toml:1"), "{wrong}");
}

#[test]
fn a_run_is_resumed_under_the_policy_of_its_own_project_wherever_one_stands() {
    let home =
        Home::with(&[("project/runbooks/long.rhai", LONG), ("project/runbook.toml", ""), ("other/runbook.toml", "")]);
    let mut first = home.command(&["run", "long"]);
    let mut child =
        first.current_dir(home.path("project")).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("starts");
    let told = program::read_until(&mut child, "wait");
    program::kill(&child, "INT");
    program::Done::end_of(child, told);
    std::fs::write(home.path("project/runbook.toml"), "[policy]\nconfirm = [\"chnge\"]\n").expect("written");
    let mut again = home.command(&["resume", "--non-interactive"]);
    again.current_dir(home.path("other"));
    let refused = program::Done::of(again);
    assert!(refused.code == 2 && refused.stderr.contains("did you mean `change`?"), "{refused}");
}

#[test]
fn a_journal_that_others_can_read_is_refused() {
    let home = Home::with(&[("runbooks/hello.rhai", HELLO)]);
    assert_eq!(home.run(&["run", "hello"]).code, 0);
    program::mode(&home.path("state/journal.sqlite"), 0o644);
    let refused = home.run(&["run", "hello"]);
    assert!(refused.code == 1 && refused.stderr.contains("RB0906") && refused.stderr.contains("chmod"), "{refused}");
}

#[test]
fn an_output_that_nobody_reads_changes_nothing() {
    let home = Home::with(&[("runbooks/hello.rhai", HELLO)]);
    let mut child =
        home.command(&["run", "hello"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    drop(child.stdout.take());
    drop(child.stderr.take());
    assert_eq!(child.wait().expect("ends").code(), Some(0));
    assert_eq!(home.text("notes/a.txt"), "world");
}

/// More than a pipe holds.
const LOUD: &str = r#"const RUNBOOK = #{ name: "loud", version: "0.1.0", permissions: ["process:read seq *", "fs:write done"] };
step("loud", || process::read(["seq", "1", "30000"]));
step("done", || fs::write("done", "x"));
"#;

#[test]
fn a_full_pipe_and_a_full_disk_for_output_do_not_hold_up_a_run() {
    let home = Home::with(&[("runbooks/loud.rhai", LOUD)]);
    let full = || Stdio::from(std::fs::File::options().write(true).open("/dev/full").expect("/dev/full"));
    let status = home.command(&["run", "loud"]).stdout(full()).stderr(full()).status().expect("runs");
    assert_eq!((status.code(), home.text("done").as_str()), (Some(0), "x"));

    // What only tells has failed when it could not tell.
    let mut list = home.command(&["list"]);
    list.stdout(full());
    let lost = program::Done::of(list);
    assert!(lost.code != 0 && lost.stderr.contains("standard output can't be written"), "{lost}");

    std::fs::remove_file(home.path("done")).expect("removes");
    let child = home.command(&["run", "loud"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("starts");
    // Nobody reads until it has done everything.
    program::until(|| home.path("done").exists());
    let done = program::Done::end_of(child, String::new());
    assert_eq!(done.code, 0, "{done}");
}

#[test]
fn what_new_writes_is_clean_and_runs() {
    let home = Home::with(&[]);
    for (name, template) in [("look", "read"), ("area/alter", "change")] {
        assert_eq!(home.run(&["new", name, "--template", template]).code, 0);
        let check = home.run(&["check", name]);
        assert!(check.code == 0 && check.stderr.contains("0 errors, 0 warnings"), "{check}");
        let done = home.run(&["run", name]);
        assert_eq!(done.code, 0, "{done}");
    }
}

#[test]
fn list_show_runs_and_report_tell_people_and_programs_the_same() {
    let home = Home::with(&[("runbooks/hello.rhai", HELLO)]);
    assert_eq!(home.run(&["run", "hello"]).code, 0);
    let run = home.newest_run();
    let list = home.run(&["list"]).stdout;
    assert!(
        list.lines().any(|line| line.starts_with("hello") && line.contains("[R][W=]") && line.contains("Says hello")),
        "{list}"
    );
    let show = home.run(&["show", "hello"]).stdout;
    for text in [
        "hello@0.1.0",
        "Says what machine this is.",
        "Who is greeted",
        "process:read uname *",
        "process::read uname -s  [R]",
    ] {
        assert!(show.contains(text), "{text}\n{show}");
    }
    let report = home.run(&["report", &run]).stdout;
    for text in ["hello@0.1.0  done", "look", "note", "fs::write", "hello world"] {
        assert!(report.contains(text), "{text}\n{report}");
    }
    let object: serde_json::Value =
        serde_json::from_str(&home.run(&["report", &run, "--output", "json"]).stdout).expect("JSON");
    let steps: Vec<&str> =
        object["steps"].as_array().expect("steps").iter().filter_map(|step| step["path"][0].as_str()).collect();
    assert_eq!((object["type"].as_str(), steps), (Some("report"), vec!["look", "note"]));
    let call = object["calls"][1]["call"].to_string();
    let whole = home.run(&["show", &run, "--call", &call]).stdout;
    assert!(whole.contains("fs::write") && whole.contains("token"), "{whole}");
}

#[test]
fn check_finds_everything_at_once_and_speaks_json() {
    let bad = "const RUNBOOK = #{ name: \"bad\", version: \"0.1.0\" };\nstep(\"現在の状態を確認\", || process::read([\"uname\"], #{ timout: \"3s\" }));\nx\n";
    let home = Home::with(&[("runbooks/bad.rhai", bad)]);
    let told = home.run(&["check"]);
    assert_eq!(told.code, 3, "{told}");
    for code in ["RB0104", "RB0107", "RB0112", "did you mean `timeout`?"] {
        assert!(told.stderr.contains(code), "{code}\n{told}");
    }
    let object: serde_json::Value =
        serde_json::from_str(&home.run(&["check", "--output", "json"]).stdout).expect("JSON");
    assert_eq!((&object["valid"], &object["error_count"]), (&false.into(), &3.into()));
    assert!(object["diagnostics"][0]["range"]["start"]["line"].is_u64(), "{object}");
}

#[test]
fn an_environment_is_held_by_one_changing_run() {
    let home = Home::with(&[("runbooks/long.rhai", LONG), ("envs/prod.toml", "")]);
    let mut child = home
        .command(&["run", "long", "--env", "prod"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let told = program::read_until(&mut child, "wait");
    let refused = home.run(&["run", "long", "--env", "prod"]);
    assert!(refused.code == 8 && refused.stderr.contains("RB0802"), "{refused}");
    program::kill(&child, "INT");
    program::Done::end_of(child, told);
}

#[test]
fn a_runbook_runs_another_inside_itself() {
    let inner = "const RUNBOOK = #{ name: \"inner\", version: \"1.2.0\", params: #{ file: #{ type: \"string\" } }, \
                 permissions: [\"process:change touch *\"] };\nstep(\"make\", || process::change([\"touch\", params.file]));\n`made ${params.file}`\n";
    let outer = "const RUNBOOK = #{ name: \"outer\", version: \"0.1.0\", permissions: [\"runbook:inner@^1\", \"process:change touch *\"] };\n\
                 step(\"inside\", || runbook::run(\"inner\", #{ file: \"made\" }))\n";
    let home = Home::with(&[("runbooks/inner.rhai", inner), ("runbooks/outer.rhai", outer)]);
    let check = home.run(&["check", "outer"]);
    assert!(check.code == 0 && check.stderr.contains("0 errors, 0 warnings"), "{check}");
    let done = home.run(&["run", "outer"]);
    assert_eq!((done.code, done.stdout.as_str()), (0, "made made\n"), "{done}");
    assert!(home.path("made").exists());

    // What is not given comes from the environment's file; a value there that does not fit is told before anything runs.
    let outer_without = outer.replace("#{ file: \"made\" }", "#{}");
    for (line, code) in [("file = \"made-by-prod\"", 0), ("file = 3", 2)] {
        let environment = format!("[params]\n{line}\n");
        let files =
            [("runbooks/inner.rhai", inner), ("runbooks/outer.rhai", &outer_without), ("envs/prod.toml", &environment)];
        let home = Home::with(&files);
        let done = home.run(&["run", "outer", "--env", "prod"]);
        assert_eq!(done.code, code, "{done}");
        assert_eq!(home.path("made-by-prod").exists(), code == 0, "{done}");
        assert!(code == 0 || done.stderr.contains("envs/prod.toml:2"), "{done}");
    }

    let home = Home::with(&[("runbooks/inner.rhai", inner), ("runbooks/outer.rhai", &outer.replace("^1", "^2"))]);
    let refused = home.run(&["run", "outer"]);
    assert!(refused.code == 2 && refused.stderr.contains("RB0202"), "{refused}");
}
