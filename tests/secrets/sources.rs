//! Where secrets come from, and that they come again after a crash.

use std::io::Write as _;
use std::process::Stdio;

use crate::program::{Done, Home};
use crate::terminal::Terminal;

/// Tells a program's secret by its hash, so that nothing has to be masked.
const HASH: &str = r#"fn hash(secret) {
    process::read(["sh", "-c", "printf %s \"$KEY\" | sha256sum | cut -c -64"], #{ env: #{ KEY: secret } }).stdout.trim()
}
"#;

fn home(permissions: &str, script: &str) -> Home {
    let header = format!(
        "const RUNBOOK = #{{ name: \"keys\", version: \"0.1.0\", permissions: [\"process:read sh *\", {permissions}] }};\n"
    );
    Home::with(&[("runbooks/keys.rhai", &format!("{header}{HASH}{script}"))])
}

fn sha256(text: &str) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(text).iter().fold(String::new(), |hash, byte| hash + format!("{byte:02x}").as_str())
}

fn run(home: &Home, arguments: &[&str], key: &str) -> Done {
    let mut command = home.command(arguments);
    command.env("KEY_OF_SERVICE", key);
    Done::of(command)
}

#[test]
fn a_secret_comes_from_a_variable_a_file_or_a_pipe() {
    let home = home(
        r#""secret:env KEY_OF_SERVICE", "secret:file keys/*", "secret:file /*", "secret:stdin""#,
        r#"let there = secret::file(env_file());
           #{ env: hash(secret::env("KEY_OF_SERVICE")), file: hash(secret::file("keys/a")), stdin: hash(secret::stdin()), there: hash(there) }"#,
    );
    std::fs::create_dir(home.path("keys")).expect("folder");
    std::fs::write(home.path("keys/a"), "from-a-file\n").expect("writes");
    let script = home.text("runbooks/keys.rhai").replace("env_file()", &format!("{:?}", home.path("keys/a")));
    std::fs::write(home.path("runbooks/keys.rhai"), script).expect("writes");
    let mut command = home.command(&["run", "keys"]);
    command
        .env("KEY_OF_SERVICE", "from-a-variable")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("starts");
    child.stdin.take().expect("piped").write_all(b"from-a-pipe\n").expect("writes");
    let output = child.wait_with_output().expect("ends");
    let told = String::from_utf8_lossy(&output.stderr);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{told}"));
    assert_eq!(value["env"], sha256("from-a-variable"));
    assert_eq!(value["file"], sha256("from-a-file"));
    assert_eq!(value["there"], sha256("from-a-file"));
    assert_eq!(value["stdin"], sha256("from-a-pipe"));
}

#[test]
fn each_source_needs_its_permission() {
    for (call, line) in [
        (r#"secret::env("KEY_OF_SERVICE")"#, "secret:env KEY_OF_SERVICE"),
        (r#"secret::file("keys/a")"#, "secret:file keys/a"),
        ("secret::stdin()", "secret:stdin"),
        (r#"secret::prompt("Key?")"#, "secret:prompt"),
    ] {
        let home = home(r#""process:read uname *""#, &format!("{call};"));
        let done = home.run(&["check"]);
        assert_eq!(done.code, 3, "{done}");
        assert!(done.stdout.contains(line) || done.stderr.contains(line), "{done}");
        let done = run(&home, &["run", "keys"], "x");
        assert_ne!(done.code, 0, "{done}");
    }
}

#[test]
fn secrets_are_made_of_secrets() {
    let home = home(
        r#""secret:env KEY_OF_SERVICE""#,
        r#"let key = secret::env("KEY_OF_SERVICE");
           let url = secret::template("postgres://{user}:{pw:url}@db.internal:5432/app", #{ user: "app", pw: key });
           let local = secret::url(url, #{ host: "127.0.0.1", port: 15432 });
           let document = secret::template("{{\"login\": {{\"password\": \"{pw}\"}}}}", #{ pw: key });
           log(local);
           log("as text " + document);
           #{ url: hash(url), local: hash(local), json: hash(secret::json(document, "/login/password")), inside: hash(`<${key}>`) }"#,
    );
    assert_eq!(home.run(&["check"]).code, 0, "{}", home.run(&["check"]));
    let done = run(&home, &["run", "keys"], "p@ss/word-1");
    let value: serde_json::Value = serde_json::from_str(&done.stdout).unwrap_or_else(|_| panic!("{done}"));
    assert_eq!(value["url"], sha256("postgres://app:p%40ss%2Fword%2D1@db.internal:5432/app"));
    assert_eq!(value["local"], sha256("postgres://app:p%40ss%2Fword%2D1@127.0.0.1:15432/app"));
    assert_eq!(value["json"], sha256("p@ss/word-1"));
    assert_eq!(value["inside"], sha256("<p@ss/word-1>"));
    assert!(done.stderr.contains("host=127.0.0.1 port=15432⟧") && !done.stderr.contains("word-1"), "{done}");
}

#[test]
fn what_is_wrong_with_a_secret_is_told_without_it() {
    for (script, told) in [
        (r#"secret::url(secret::env("KEY_OF_SERVICE"), #{ port: 1 })"#, "`env:KEY_OF_SERVICE` is no URL"),
        (r#"secret::json(secret::env("KEY_OF_SERVICE"), "/a")"#, "`env:KEY_OF_SERVICE` is no JSON"),
        (
            r#"secret::json(secret::template("[\"{k}\"]", #{ k: secret::env("KEY_OF_SERVICE") }), "/1")"#,
            "nothing at `/1`",
        ),
        (r#"secret::env("NOT_SET_ANYWHERE")"#, "`NOT_SET_ANYWHERE` is not set"),
        (r#"secret::file("keys/none")"#, "`keys/none` is not there"),
        (r#"secret::file("../x")"#, "goes up"),
        ("secret::stdin()", "standard input is empty"),
        (r#"secret::template("{a}", #{})"#, "no value for `a`"),
    ] {
        let home = home(r#""secret:env *", "secret:file *", "secret:stdin""#, &format!("{script};"));
        let done = run(&home, &["run", "keys"], "hunter2-and-more");
        assert_ne!(done.code, 0, "{script}: {done}");
        assert!(done.stderr.contains(told) && !done.stderr.contains("hunter2"), "{script}: {done}");
    }
}

/// Fails in its second step until the file `go` is there.
const LATER: &str = r#"let keys = step("keys", || {
    let key = secret::env("KEY_OF_SERVICE");
    #{ key: key, url: secret::url(secret::template("https://u:{k:url}@a.example/", #{ k: key }), #{ host: "b.example" }) }
});
step("use", || {
    if !fs::exists("go") { fail("not yet") }
    #{ key: hash(keys.key), url: hash(keys.url) }
})
"#;

#[test]
fn a_secret_that_a_finished_step_gave_is_read_again_by_the_process_that_resumes() {
    let home = home(r#""secret:env KEY_OF_SERVICE", "fs:read go""#, LATER);
    let done = run(&home, &["run", "keys"], "first-value-1");
    assert_eq!(done.code, 1, "{done}");
    std::fs::write(home.path("go"), "").expect("writes");
    let done = run(&home, &["resume"], "first-value-1");
    assert_eq!(done.code, 0, "{done}");
    let value: serde_json::Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!(value["key"], sha256("first-value-1"));
    assert_eq!(value["url"], sha256("https://u:first%2Dvalue%2D1@b.example/"));
    assert!(!done.stderr.contains("another value"), "{done}");
}

#[test]
fn a_secret_that_has_changed_is_told_and_one_that_is_gone_ends_the_run_where_it_is_used() {
    let home = home(r#""secret:env KEY_OF_SERVICE", "fs:read go""#, LATER);
    assert_eq!(run(&home, &["run", "keys"], "first-value-1").code, 1);
    std::fs::write(home.path("go"), "").expect("writes");
    let gone = home.run(&["resume"]);
    assert_eq!(gone.code, 1, "{gone}");
    assert!(gone.stderr.contains("`KEY_OF_SERVICE` is not set"), "{gone}");
    let changed = run(&home, &["resume"], "second-value-2");
    assert_eq!(changed.code, 0, "{changed}");
    assert!(changed.stderr.contains("⟦secret:env:KEY_OF_SERVICE⟧ has another value"), "{changed}");
    let value: serde_json::Value = serde_json::from_str(&changed.stdout).expect("JSON");
    assert_eq!(value["key"], sha256("second-value-2"));
    assert_eq!(value["url"], sha256("https://u:second%2Dvalue%2D2@b.example/"));
}

#[test]
fn a_secret_that_a_person_typed_is_not_shown_and_asked_for_again_when_it_is_needed() {
    let script = LATER.replace(r#"secret::env("KEY_OF_SERVICE")"#, r#"secret::prompt("One-time code?")"#);
    let home = home(r#""secret:prompt", "fs:read go""#, &script);
    let nobody = home.run(&["run", "keys"]);
    assert_eq!(nobody.code, 5, "{nobody}");
    let mut terminal = Terminal::of(&home.command(&["resume"]));
    terminal.see("One-time code? (not shown)");
    terminal.press("typed-by-hand\r");
    assert_eq!(terminal.end(), 1, "{}", terminal.screen());
    assert!(!String::from_utf8_lossy(&terminal.raw).contains("typed"), "{}", terminal.screen());

    std::fs::write(home.path("go"), "").expect("writes");
    let nobody = home.run(&["resume"]);
    assert_eq!(nobody.code, 5, "it is needed again: {nobody}");
    let mut terminal = Terminal::of(&home.command(&["resume"]));
    terminal.see("One-time code? (not shown)");
    terminal.press("typed-by-hand\r");
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    assert!(terminal.screen().contains(&sha256("typed-by-hand")), "{}", terminal.screen());
    assert!(!String::from_utf8_lossy(&terminal.raw).contains("typed"), "{}", terminal.screen());
}

#[test]
fn a_secret_that_is_too_short_to_be_masked_is_told_once_and_its_fingerprint_tells_only_whether_it_changed() {
    let script = r#"step("use", || hash(secret::env("KEY_OF_SERVICE"))); throw "later""#;
    let home = home(r#""secret:env KEY_OF_SERVICE""#, script);
    let warning = "has fewer than 6 bytes: it is not masked where it comes back in an answer";
    let first = run(&home, &["run", "keys"], "1234");
    assert!(first.code == 1 && first.stderr.contains(warning), "{first}");
    let again = run(&home, &["run", "keys"], "123456");
    assert!(again.code == 1 && !again.stderr.contains(warning), "{again}");
    let key = std::fs::read(home.path("state/fingerprint.key")).expect("the key");
    assert_eq!(key.len(), 64);
}
