//! The canary: a secret that everything echoes in 28 forms, through every shipped runbook and every way a run can end. Then it is
//! looked for in all that the program left and said: nowhere but where it was sent may it be found.

#[path = "canary/forms.rs"]
mod forms;
mod lab;
#[path = "cli/program.rs"]
#[expect(dead_code, reason = "each test program uses its own part")]
mod program;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use forms::encodings;
use program::{Done, Home, kill, until};

const CANARY: &str = "cAnary-7f'3a\"b9/0c&4d<8e>2f-Q1w2e3r4t5y6";

/// Where the secret is meant to be: what it is read from, what holds it in every form, and the sink that a runbook writes.
const MEANT: [&str; 3] = ["keys/canary", "forms", "sink"];

/// Where AWS is, for tests that call it.
static AWS: std::sync::OnceLock<String> = std::sync::OnceLock::new();

fn home() -> Home {
    let all: String = encodings(CANARY).into_iter().map(|(name, form)| format!("{name}: {form}\n")).collect();
    let home = Home::with(&[
        ("runbooks/everything.rhai", include_str!("canary/everything.rhai")),
        ("keys/canary", CANARY),
        ("forms", &all),
    ]);
    for folder in ["tmp", "run"] {
        std::fs::create_dir(home.path(folder)).expect("a folder");
        program::mode(&home.path(folder), 0o700);
    }
    home
}

fn command(home: &Home, arguments: &[&str]) -> Command {
    let mut command = home.command(arguments);
    command.env("CANARY", CANARY).env("GIVEN", CANARY).env("TMPDIR", home.path("tmp"));
    command.env("XDG_RUNTIME_DIR", home.path("run")).env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
    // As a step of a workflow: annotations on the screen, and a summary that the forge shows.
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_WORKSPACE", home.path(""));
    command.env("GITHUB_STEP_SUMMARY", home.path("summary.md"));
    command.envs(AWS.get().into_iter().flat_map(|endpoint| lab::moto::environment(endpoint)));
    command
}

/// A server whose every answer holds the secret in every form, in its head and in its body.
fn echoing_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let body: String = encodings(CANARY).into_iter().map(|(_, form)| form + "\n").collect();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let (mut head, mut byte) = (Vec::new(), [0]);
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0) {
                head.extend(byte);
            }
            let status = if head.starts_with(b"GET /echo") { "200 OK" } else { "500 Oh" };
            let answer = format!(
                "HTTP/1.1 {status}\r\nx-echo: {CANARY}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            let _gone = stream.write_all(answer.as_bytes());
        }
    });
    address
}

/// The places where a form of the secret stands, but for where it is meant to be.
fn found(home: &Home, said: &[(String, String)]) -> Vec<String> {
    let forms: Vec<(&str, String)> =
        encodings(CANARY).into_iter().map(|(name, form)| (name, forms::own(name, &form))).collect();
    let mut places: Vec<(String, Vec<u8>)> =
        said.iter().map(|(what, text)| (what.clone(), text.clone().into_bytes())).collect();
    let mut folders = vec![home.path(".")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            if entry.file_type().expect("a type").is_dir() {
                folders.push(entry.path());
            } else if !MEANT.iter().any(|meant| home.path(meant) == strip(&entry.path())) {
                places.push((entry.path().display().to_string(), std::fs::read(entry.path()).expect("reads")));
            }
        }
    }
    assert!(places.iter().any(|(place, _)| place.ends_with("journal.sqlite")), "the journal was looked at");
    let mut found = Vec::new();
    for (place, bytes) in &places {
        let text = String::from_utf8_lossy(bytes);
        let forms = forms.iter().filter(|(_, form)| text.contains(form.as_str()));
        found.extend(forms.map(|(name, _)| format!("{name} in {place}")));
    }
    found
}

/// `a/./b` as `a/b`.
fn strip(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != std::path::Component::CurDir).collect()
}

/// Runs a command and keeps what it said.
fn say(home: &Home, arguments: &[&str], said: &mut Vec<(String, String)>) -> i32 {
    let done = Done::of(command(home, arguments));
    let what = arguments.join(" ");
    said.push((format!("stdout of {what}"), done.stdout));
    said.push((format!("stderr of {what}"), done.stderr));
    done.code
}

/// Everything that tells of a run.
fn tell(home: &Home, said: &mut Vec<(String, String)>) {
    let run = home.newest_run();
    for arguments in [
        vec!["runs"],
        vec!["runs", "--output", "json"],
        vec!["show", &run],
        vec!["show", &run, "--output", "json"],
        vec!["report", &run],
        vec!["report", &run, "--output", "json"],
        vec!["report", &run, "--lang", "ja"],
        vec!["report", &run, "--format", "markdown"],
        vec!["report", &run, "--format", "html"],
        vec!["handover", &run],
        vec!["log", &run],
        vec!["log", &run, "--as", "shell"],
        vec!["log", &run, "--output", "ndjson"],
        vec!["runs", "export", &run, "-o", "export.jsonl"],
    ] {
        let code = say(home, &arguments, said);
        assert_eq!(code, 0, "{arguments:?}: {said:?}");
    }
    // What is in doubt is a finding.
    say(home, &["audit", "verify", "--output", "json"], said);
    assert!(home.path("export.jsonl").exists(), "it is looked at as well");
}

fn start(how: &str, server: &str) -> [String; 7] {
    let set = |name: &str, value: &str| format!("{name}={value}");
    ["run", "everything", "--set", &set("how", how), "--set", &set("server", server), "--set-secret=given=env:GIVEN"]
        .map(str::to_owned)
}

#[test]
fn no_ending_of_a_run_leaves_or_says_the_secret() {
    let server = echoing_server();
    for (how, code, after) in [
        ("done", 0, &[][..]),
        ("fail", 1, &["resume", "cancel"][..]),
        ("throw", 1, &["resume"]),
        ("error", 1, &["resume", "cancel"]),
        ("refused", 6, &["resume"]),
        ("waiting", 5, &["resume"]),
        ("doubt", 7, &["resume", "cancel"]),
        ("late", 1, &["resume"]),
    ] {
        // What is told in between is the same for each ending.
        let outputs: &[&str] = if matches!(how, "done" | "fail") { &["text", "json", "ndjson"] } else { &["text"] };
        for output in outputs {
            let (home, mut said) = (home(), Vec::new());
            let arguments = start(how, &server);
            let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            arguments.extend(["--output", output]);
            let ended = say(&home, &arguments, &mut said);
            assert_eq!(ended, code, "{how}: {said:#?}");
            assert!(said.iter().any(|(_, text)| text.contains("***(")), "{how}: it was echoed: {said:#?}");
            tell(&home, &mut said);
            for command in after {
                say(&home, &[command, &home.newest_run(), "--output", output], &mut said);
            }
            tell(&home, &mut said);
            assert!(home.path("summary.md").exists(), "it is looked at as well");
            assert_eq!(found(&home, &said), [""; 0], "{how}, {output}");
        }
    }
}

/// The processes below `parent`, itself included.
fn family(parent: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").expect("/proc").flatten();
    let pids: Vec<u32> = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    let parent_of = |pid: u32| -> Option<u32> {
        let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
        let stat = String::from_utf8_lossy(&stat).into_owned();
        stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
    };
    let mut family = vec![parent];
    let mut at = 0;
    while let Some(of) = family.get(at).copied() {
        family.extend(pids.iter().filter(|pid| parent_of(**pid) == Some(of)));
        at += 1;
    }
    family
}

/// Starts a run that sleeps, its secret in a program's environment and in a private file.
fn asleep(home: &Home, server: &str) -> Child {
    let arguments = start("sleep", server);
    let mut command = command(home, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let file = |name: &str| Stdio::from(std::fs::File::create(home.path(name)).expect("a file"));
    let child = command.stdout(file("said-out")).stderr(file("said-err")).spawn().expect("starts");
    until(|| home.path("asleep").exists());
    child
}

#[test]
fn no_process_of_a_run_shows_the_secret_and_no_signal_brings_it_out() {
    let server = echoing_server();
    for signal in ["INT", "TERM", "HUP", "KILL"] {
        let (home, mut said) = (home(), Vec::new());
        let mut child = asleep(&home, &server);
        let family = family(child.id());
        assert!(family.len() >= 3, "the run, its guardian and its program: {family:?}");
        let mut limited = 0;
        for pid in &family {
            let read = |file: &str| std::fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
            let arguments = String::from_utf8_lossy(&read("cmdline")).into_owned();
            if arguments.contains("__guard") {
                assert_eq!(read("environ"), b"", "the guardian has no environment");
            }
            let limits = String::from_utf8_lossy(&read("limits")).into_owned();
            // What only helped to start the program may be gone meanwhile.
            let Some(core) = limits.lines().find(|line| line.starts_with("Max core file size")) else { continue };
            limited += 1;
            assert_eq!(
                core.split_whitespace().collect::<Vec<_>>()[4..6],
                ["0", "0"],
                "{arguments}: no core is written"
            );
            said.push((format!("the arguments of {pid}"), arguments));
        }
        assert!(limited >= 3, "the run, its guardian and its program were looked at");
        kill(&child, signal);
        if signal == "INT" {
            // The second one abandons what is under way.
            until(|| home.text("said-err").contains("stopping"));
            kill(&child, signal);
        }
        if signal != "KILL" {
            let asleep: u32 = home.text("asleep").trim().parse().expect("a number");
            let _ended = Command::new("kill").args(["-TERM", "--", &format!("-{asleep}")]).status();
        }
        child.wait().expect("ends");
        until(|| std::fs::read_dir(home.path("run/runbook")).is_ok_and(|mut left| left.next().is_none()));
        until(|| home.state_of(&home.newest_run()) != "running" || signal == "KILL");
        tell(&home, &mut said);
        say(&home, &["resume"], &mut said);
        say(&home, &["cancel", &home.newest_run()], &mut said);
        tell(&home, &mut said);
        assert_eq!(found(&home, &said), [""; 0], "{signal}");
    }
}

#[test]
fn no_shipped_runbook_leaves_or_says_the_secret_of_a_run_around_it() {
    let site = lab::site::Site::start(lab::site::SiteOptions::default());
    let waf = format!(
        "domain: {:?}, port: {}, ca_file: {:?}, connect_to: {:?}",
        site.domain(),
        site.https_port(),
        site.ca_file().display().to_string(),
        site.https_address().to_string()
    );
    let moto = lab::moto::Moto::start();
    AWS.get_or_init(|| moto.endpoint());
    let dns = lab::dns::Dns::start();
    let resolver = dns.resolver();
    let certificate = format!("domain: {:?}, resolver: {resolver:?}, every: \"200ms\"", lab::dns::ZONE);
    let zone = format!("domain: {:?}, resolver: {resolver:?}, resolvers: [{resolver:?}]", lab::dns::ZONE);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut shipped: Vec<PathBuf> = ["runbooks", "examples"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).expect("a folder").flatten().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rhai"))
        .filter(|path| !path.to_string_lossy().ends_with(".test.rhai"))
        .collect();
    shipped.sort();
    assert!(shipped.len() >= 6, "{shipped:?}");
    for path in shipped {
        let text = std::fs::read_to_string(&path).expect("reads");
        let name = text.split_once("name: \"").and_then(|(_, rest)| rest.split_once('"')).expect("a name").0.to_owned();
        let params = match name.as_str() {
            "verify-waf" | "verify-tls" => waf.as_str(),
            "ns-check" => zone.as_str(),
            "acm-wait" => certificate.as_str(),
            "lesson/parameters" => r#"site: "shop.example.test", note: `note ${key}`"#,
            "lesson/survive" => "pause: 0",
            _ => "",
        };
        let (home, mut said) = (home(), Vec::new());
        std::fs::copy(root.join("examples/register.sh"), home.path("register.sh")).expect("copies");
        for lesson in ["steps.rhai", "wait.rhai"] {
            std::fs::copy(root.join("examples").join(lesson), home.path(lesson)).expect("copies");
        }
        if name == "acm-wait" {
            let request = r#"const RUNBOOK = #{ name: "request", version: "1.0.0", permissions: ["aws:acm:RequestCertificate"] };
acm::request_certificate(#{ DomainName: "ZONE", ValidationMethod: "DNS" })"#;
            std::fs::write(home.path("runbooks/request.rhai"), request.replace("ZONE", lab::dns::ZONE))
                .expect("writes");
            assert_eq!(say(&home, &["run", "request"], &mut said), 0, "{said:#?}");
        }
        let target = home.path(&format!("runbooks/{name}.rhai"));
        std::fs::create_dir_all(target.parent().expect("a parent")).expect("folders");
        std::fs::write(target, &text).expect("writes");
        let around = format!(
            r#"const RUNBOOK = #{{ name: "around", version: "0.1.0", permissions: ["runbook:{name}", "secret:env CANARY",
    "process:read *", "process:change *", "fs:read *", "fs:write *", "fs:remove *",
    "http:get https://*:*/*", "http:head https://*:*/*", "http:post https://*:*/*", "http:connect *",
    "tls:connect *", "aws:acm:*", "dns:lookup *", "dns:server *", "db:query *", "db:ensure *", "db:execute *"] }};
let key = secret::env("CANARY");
log(step("echo", || process::read(["cat", "forms"]).stdout));
let given = runbook::run("{name}", #{{ {params} }});
#{{ given: given, key: key }}
"#
        );
        std::fs::write(home.path("runbooks/around.rhai"), around).expect("writes");
        let code = say(&home, &["run", "around"], &mut said);
        // A lesson with a person in it waits for one.
        assert_eq!(code, if name == "lesson/by-hand" { 5 } else { 0 }, "{name}: {said:#?}");
        tell(&home, &mut said);
        let copies = found(&home, &said);
        // The note of the settings file is sent there by the test.
        let copies: Vec<String> = copies.into_iter().filter(|copy| !copy.ends_with("shop.example.test.toml")).collect();
        assert_eq!(copies, [""; 0], "{name}");
    }
}

/// The control: what looks for the secret finds it when it is there, in each form, wherever it is put.
#[test]
fn a_leak_is_found() {
    let home = home();
    let mut said = Vec::new();
    let leaks = r#"const RUNBOOK = #{ name: "leaks", version: "0.1.0", permissions: ["secret:env CANARY", "process:change sh *"] };
process::change(["sh", "-c", "printf %s \"$KEY\" > leaked; printf %s \"$KEY\" | base64 -w0 >> state/leaked; printf %s \"$KEY\" | rev"],
    #{ env: #{ KEY: secret::env("CANARY") } }).stdout
"#;
    std::fs::write(home.path("runbooks/leaks.rhai"), leaks).expect("writes");
    assert_eq!(say(&home, &["run", "leaks"], &mut said), 0, "{said:#?}");
    let copies = found(&home, &said);
    assert!(copies.iter().any(|copy| copy.starts_with("raw in ") && copy.ends_with("/leaked")), "{copies:?}");
    assert!(copies.iter().any(|copy| copy.starts_with("base64 in ") && copy.ends_with("state/leaked")), "{copies:?}");
    // What a program made of it that is none of the forms gets through, as the documentation says.
    let reversed: String = CANARY.chars().rev().collect();
    assert!(said.iter().any(|(_, text)| text.contains(&reversed)), "{said:#?}");
    for (name, form) in encodings(CANARY) {
        let found = found(&home, &[("said".to_owned(), format!("x{form}y"))]);
        assert!(found.contains(&format!("{name} in said")), "{name}: {found:?}");
    }
}
