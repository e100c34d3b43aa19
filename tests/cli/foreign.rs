//! What scripts and files say is never printed raw.

use crate::program::Home;

const HOSTILE: &str = "const RUNBOOK = #{ name: \"hostile\", version: \"0.1.0\", summary: \"red \\u001b[31m\\u202e\" };\n\
                       step(\"a\\u009b31m\", || log(\"x\\u001b[2J\"));\n\
                       output(#{ a: \"\\u202e\\u009b31m\\u001b\" });\n";

#[test]
fn no_command_prints_what_a_script_said_raw() {
    let home = Home::with(&[("runbooks/hostile.rhai", HOSTILE)]);
    assert_eq!(home.run(&["run", "hostile"]).code, 0);
    let run = home.newest_run();
    let commands: &[&[&str]] =
        &[&["run", "hostile"], &["list"], &["show", "hostile"], &["runs"], &["report", &run], &["show", &run]];
    for arguments in commands {
        for form in ["text", "json", "ndjson"] {
            let done = home.run(&[arguments, &["--output", form][..]].concat());
            assert_eq!(done.code, 0, "{done}");
            let raw = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
            let said = format!("{}{}", done.stdout, done.stderr);
            assert!(!said.contains(raw), "{arguments:?} {form}: {said:?}");
            if form != "text" {
                for line in done.stdout.lines() {
                    let object: serde_json::Value = serde_json::from_str(line).expect("one object a line");
                    assert!(object["v"] == 1 && object["type"].is_string() && object["time"].is_string(), "{line}");
                }
            }
        }
    }
}
