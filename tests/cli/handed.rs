//! What is told of a run for somebody else: notes, hand-over, log, commands.

use crate::program::Home;

const HALF: &str = r#"const RUNBOOK = #{
    name: "half", version: "1.0.0", permissions: ["process:* *", "fs:write note", "env:read HOME"],
};
step("look | at it", || process::read(["printf", "%s", "it's $(here)"]));
step("change", || { process::change(["touch", "made"]); fs::write("note", "a\nb"); });
env::get("HOME");
step("break", || fail("**no** <luck> today"));
"#;

#[test]
fn a_hand_over_says_what_happened_what_is_undecided_and_how_it_goes_on() {
    let home = Home::with(&[("runbooks/half.rhai", HALF)]);
    assert_eq!(home.run(&["run", "half"]).code, 1);
    let run = home.newest_run();
    let noted = home.run(&["note", &run, "asked | the owner"]);
    assert_eq!(noted.code, 0, "{noted}");
    assert_eq!(home.run(&["note", &run, "  "]).code, 2);
    let page = home.run(&["handover", &run, "--note", "waits for a fix"]);
    assert_eq!(page.code, 0, "{page}");
    for part in [
        &format!("## Hand-over {run}: half 1.0.0"),
        "**Now**: failed",
        "\\*\\*no\\*\\* &lt;luck&gt; today",
        "| change: `process::change` [W!] ok |",
        "asked \\| the owner",
        "waits for a fix",
        "**Undecided**: nothing",
        &format!("**Goes on with**: `runbook resume {run}`"),
    ] {
        assert!(page.stdout.contains(part), "{part}\n{page}");
    }
    let japanese = home.run(&["handover", &run, "--lang", "ja"]).stdout;
    assert!(japanese.contains("**いま**: 失敗") && japanese.contains("**続き**"), "{japanese}");
    assert!(home.run(&["report", &run]).stdout.contains("waits for a fix"));
}

#[test]
fn a_run_that_has_ended_can_be_noted_and_one_that_goes_on_can_not() {
    let long = "const RUNBOOK = #{ name: \"long\", version: \"0.1.0\" };\nstep(\"wait\", || time::sleep(\"1h\"));\n";
    let home = Home::with(&[("runbooks/half.rhai", HALF), ("runbooks/long.rhai", long)]);
    home.run(&["run", "half"]);
    let run = home.newest_run();
    assert_eq!(home.run(&["cancel", &run]).code, 0);
    assert_eq!(home.run(&["note", &run, "not needed any more"]).code, 0);
    let mut child = home.command(&["run", "long"]).stderr(std::process::Stdio::piped()).spawn().expect("starts");
    let told = crate::program::read_until(&mut child, "wait");
    let held = home.run(&["note", &home.newest_run(), "x"]);
    assert!(held.code == 8 && held.stderr.contains("nothing was noted"), "{held}");
    crate::program::kill(&child, "INT");
    crate::program::Done::end_of(child, told);
}

#[test]
fn the_log_lists_every_call_and_the_commands_that_do_the_same() {
    let home = Home::with(&[("runbooks/half.rhai", HALF)]);
    home.run(&["run", "half"]);
    let run = home.newest_run();
    let log = home.run(&["log", &run]);
    assert_eq!(log.stdout.lines().count(), 4, "{log}");
    assert!(log.stdout.contains("process::change touch made  (change)"), "{log}");
    let commands = home.run(&["log", &run, "--as", "shell"]).stdout;
    std::fs::remove_file(home.path("made")).expect("made by the run");
    std::fs::remove_file(home.path("note")).expect("made by the run");
    let again = std::process::Command::new("sh").arg("-c").arg(&commands).current_dir(home.path("")).output();
    let again = again.expect("a shell");
    assert!(again.status.success(), "{commands}");
    assert_eq!(String::from_utf8_lossy(&again.stdout), "it's $(here)", "{commands}");
    assert_eq!(home.text("note"), "a\nb");
    assert!(home.path("made").exists() && commands.contains("# no command does what `env::get` did"), "{commands}");
    let machine = home.run(&["log", &run, "--output", "ndjson"]).stdout;
    let first: serde_json::Value = serde_json::from_str(machine.lines().next().expect("a line")).expect("JSON");
    assert!(first["command"].as_str().is_some_and(|command| command.starts_with("printf ")), "{first}");
}
