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

/// Each way in which text takes over a terminal, hides itself or forges a line.
const ATTACKS: &str = include_str!("../terminal/attacks.json");

/// Says each of them wherever a script can say something, then ends well, or fails with all of them.
const SAYS: &str = r#"const RUNBOOK = #{
    name: "says", version: "0.1.0", summary: "SUMMARY",
    params: #{ fails: #{ type: "bool", defaults_to: false }, note: #{ type: "string", defaults_to: "" } },
    permissions: ["fs:read attacks.json", "process:read cat *"],
};
let attacks = json::parse(fs::read("attacks.json"));
let told = [];
for attack in attacks {
    let text = attack[1];
    log(text);
    print(text);
    step(`${attack[0]} ${text}`, || text);
    told.push(#{ name: attack[0], text: text });
}
let echoed = process::read(["cat", "attacks.txt"]).stdout;
cleanup(`closes ${attacks[0][1]}`, || log("closed"));
if params.fails { fail(`failed with ${echoed}`) }
output(#{ told: told, echoed: echoed })
"#;

/// What must never reach a screen or a file of the person as it is: control characters, what turns or hides text.
fn is_raw(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}' | '\u{2028}' | '\u{2029}')
        || matches!(c, '\u{feff}' | '\u{e0000}'..='\u{e007f}')
        || (c.is_control() && c != '\n')
}

#[test]
fn no_attack_reaches_screen_table_report_or_machine_output_raw() {
    let attacks: Vec<(String, String)> = serde_json::from_str(ATTACKS).expect("a list");
    assert!(attacks.len() >= 22);
    let lines: String = attacks.iter().map(|(_, text)| format!("{text}\n")).collect();
    let summary: String =
        attacks.iter().filter(|(_, text)| !text.contains('\n')).map(|(_, text)| text.as_str()).collect();
    let summary = serde_json::to_string(&summary).expect("JSON");
    let script = SAYS.replace("\"SUMMARY\"", &as_rhai(&summary));
    let home = Home::with(&[("runbooks/says.rhai", &script), ("attacks.json", ATTACKS), ("attacks.txt", &lines)]);
    let note = format!("note={}", attacks.iter().map(|(_, text)| text.replace('\0', "")).collect::<String>());
    let mut looked = 0;
    for (fails, code) in [("false", 0), ("true", 1)] {
        let fails = format!("fails={fails}");
        let run: &[&str] = &["run", "says", "--set", &fails, "--set", &note];
        assert_eq!(home.run(run).code, code, "{}", home.run(run));
        let id = home.newest_run();
        let commands: [&[&str]; 7] =
            [run, &["resume", &id], &["list"], &["show", "says"], &["runs"], &["show", &id], &["report", &id]];
        for command in commands {
            for rest in [&["--output", "text"][..], &["--output", "json"], &["--output", "ndjson"], &["--lang", "ja"]] {
                let done = home.run(&[command, rest].concat());
                let said = format!("{}{}", done.stdout, done.stderr);
                assert!(!said.contains(is_raw), "{command:?} {rest:?}: {:?}", said.chars().find(|c| is_raw(*c)));
                let forged = said.lines().find(|line| line.starts_with("12:00:00Z r-9q4w"));
                assert_eq!(forged, None, "{command:?} {rest:?}");
                looked += 1;
            }
        }
    }
    assert_eq!(looked, 56);
}

/// A JSON text as a literal of Rhai, which has no `\b` and `\f`.
fn as_rhai(json: &str) -> String {
    json.replace("\\b", "\\u0008").replace("\\f", "\\u000c")
}
