//! Runs the scripts of a group in a child process.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use rhai::{Dynamic, Engine, EvalAltResult, FnPtr, NativeCallContext, Scope};
use runbook::engine::sandbox::{
    CompileError, Fault, Limits, PinnedModules, Watch, call_closure, compile, engine, on_script_thread, set_up_process,
    spawn_scoped, unshared,
};

use crate::harmless::{HARMLESS, NOWHERE};
use crate::script::{self, Script};

/// Tells the test binary that it is the child.
const CHILD: &str = "RUNBOOK_TEST_HOSTILE_CHILD";

/// Longest time of one script: five seconds of CPU time, on a busy machine, built without optimization.
const LONGEST: Duration = Duration::from_secs(120);

const BEGIN: &str = "@begin ";
const END: &str = "@end ";

pub fn run_group(group: &str) {
    let scripts: Vec<Script> = script::all().into_iter().filter(|script| script.group() == group).collect();
    if env::var_os(CHILD).is_some() {
        for script in &scripts {
            println!("\n{BEGIN}{}", script.name);
            let end = one_line(&run(script));
            println!("\n{END}{end}");
        }
        return;
    }
    let seen = run_in_child(group);
    let mut wrong = Vec::new();
    for script in &scripts {
        let Some((_, end)) = seen.iter().find(|(name, _)| *name == script.name) else {
            wrong.push(format!("{}: took the process down, or was not reached", script.name));
            continue;
        };
        if let Err(why) = check(script, end) {
            wrong.push(format!("{}: {why}", script.name));
        }
    }
    assert!(!scripts.is_empty(), "the group {group} is empty");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(script: &Script, end: &str) -> Result<(), String> {
    let harmless = HARMLESS.iter().find(|(name, _, _)| *name == script.name);
    match (end.strip_prefix("value "), harmless) {
        (Some(value), Some((_, expected, _))) if value == *expected => Ok(()),
        (Some(value), Some((_, expected, _))) => Err(format!("gave {value}, not {expected}")),
        (Some(value), None) => Err(format!("gave {value} instead of an error")),
        (None, Some(_)) => Err(format!("ended with an error: {end}")),
        (None, None) => {
            let (message, place) = end
                .strip_prefix("error ")
                .and_then(|rest| rest.rsplit_once(" @ "))
                .ok_or_else(|| format!("ended strangely: {end}"))?;
            if place == "nowhere" && !NOWHERE.contains(&script.name.as_str()) {
                return Err(format!("has no position: {message}"));
            }
            if !script.ends.iter().any(|expected| message.contains(expected.as_str())) {
                return Err(format!("ended otherwise: {message}"));
            }
            Ok(())
        }
    }
}

/// Returns what each script that was begun ended with. Panics when one does not end, or ends the process.
fn run_in_child(group: &str) -> Vec<(String, String)> {
    let mut child = Command::new(env::current_exe().expect("the test binary"))
        .args(["--exact", group, "--nocapture", "--test-threads=1"])
        .env(CHILD, "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the test binary runs itself");
    let out = child.stdout.take().expect("piped");
    let errors = child.stderr.take().expect("piped");
    let errors = thread::spawn(move || std::io::read_to_string(errors).unwrap_or_default());
    let (send, lines) = channel();
    thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut begun = None;
    loop {
        match lines.recv_timeout(LONGEST) {
            Ok(line) => {
                if let Some(name) = line.strip_prefix(BEGIN) {
                    begun = Some(name.to_owned());
                } else if let Some(end) = line.strip_prefix(END) {
                    seen.push((begun.take().expect("begun before it ends"), end.to_owned()));
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                let _ = child.kill();
                panic!("{} did not end", begun.unwrap_or_default());
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.wait().expect("the child ends");
    let errors = errors.join().unwrap_or_default();
    if let Some(name) = begun {
        panic!("{name} took the process down ({status}): {errors}");
    }
    assert!(status.success(), "the child failed ({status}): {errors}");
    seen
}

fn run(script: &Script) -> String {
    set_up_process();
    let limits = Limits::default();
    let watch = Watch::new(limits.clone());
    let modules = PinnedModules::new(script::modules().into_iter().collect()).reserve(["ecs"]);
    let mut engine = engine(&limits, &watch, modules, |_| {});
    register_host(&mut engine, &watch);
    let ended = on_script_thread(|| {
        let ast = match compile(&engine, &limits, "main", &script.text) {
            Ok(ast) => ast,
            Err(error) => return end_of_compile(&error),
        };
        let ended = engine.eval_ast_with_scope::<Dynamic>(&mut Scope::new(), &ast);
        match ended {
            Ok(value) => format!("value {}", safe_text(&value)),
            Err(error) => end_of_run(&error, &watch),
        }
    });
    ended.unwrap_or_else(|panicked| format!("error {panicked} @ thread"))
}

/// Host functions of the kinds there are: plain, with a closure, with a closure on another thread, panicking.
fn register_host(engine: &mut Engine, watch: &std::sync::Arc<Watch>) {
    let ticked = watch.clone();
    let ticks = AtomicU64::new(0);
    engine.register_fn("tick", move || {
        ticked.host_call();
        // Calls without end are ended by the gate, not by the engine.
        if ticks.fetch_add(1, Ordering::Relaxed) > 5_000 {
            ticked.stop();
        }
    });
    engine.register_fn("each", |context: NativeCallContext, closure: FnPtr| {
        let global = context.global_runtime_state();
        call_closure(context.engine(), global, context.call_position(), &closure, vec![])
    });
    engine.register_fn("branch", |context: NativeCallContext, closure: FnPtr| {
        let closure = unshared(&closure)?;
        let global = context.global_runtime_state().clone();
        let (engine, position) = (context.engine(), context.call_position());
        thread::scope(|scope| -> Result<Dynamic, Box<EvalAltResult>> {
            spawn_scoped(scope, || call_closure(engine, &global, position, &closure, vec![]))
                .map_err(|error| error.to_string())?
                .join()
                .map_err(|panicked| panicked.to_string())?
        })
    });
    engine.register_fn("panics", || -> i64 { panic!("a bug of the host") });
}

fn end_of_compile(error: &CompileError) -> String {
    let message: String = error.to_string().chars().take(200).collect();
    format!("error {message} @ main:{:?}", error.position())
}

fn end_of_run(error: &EvalAltResult, watch: &Watch) -> String {
    let fault = Fault::of(error, "main");
    let message = match watch.exhausted() {
        Some(exhausted) => exhausted.to_string(),
        None => fault.message.chars().take(200).collect(),
    };
    match fault.place() {
        Some(place) => format!("error {message} @ {}:{:?}", place.file, place.position),
        None => format!("error {message} @ nowhere"),
    }
}

/// Values of hostile scripts may contain themselves.
fn safe_text(value: &Dynamic) -> String {
    if value.is_array() || value.is_map() || value.is_fnptr() {
        return value.type_name().to_owned();
    }
    value.to_string()
}

fn one_line(text: &str) -> String {
    let line: String = text.chars().take(500).collect();
    line.escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\"")
}
