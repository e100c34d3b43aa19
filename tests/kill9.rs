//! The program itself, ended with `kill -9` at any moment and resumed, against a server that counts: nothing is lost, no change
//! is made twice, and nothing is left behind. Ended by Ctrl-C and its like as well, and held by one process at a time.
//!
//! Moments are drawn from a seed (`RUNBOOK_SEED`, printed), come from the server (a request has been carried out and is not
//! answered, or is under way and reaches nobody), or are the program's own system calls, by `strace`. `RUNBOOK_FULL=1` tries
//! many more.

#[path = "kill9/case.rs"]
mod case;
#[path = "kill9/gate.rs"]
mod gate;
#[expect(dead_code, reason = "what is used of it is its chance, not the helper of the journal")]
mod journal_writer;
mod lab;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use case::{Case, Process, Trap, everything, signal_of, small};
use journal_writer::{Random, full};
use runbook::model::run::{RunState, StopKind};
use rustix::process::Signal;

const SEED: u64 = 20_261_125;

/// Cases that are tried at the same time.
const WORKERS: usize = 4;

fn seed() -> u64 {
    std::env::var("RUNBOOK_SEED").map_or(SEED, |seed| seed.parse().expect("`RUNBOOK_SEED` is a number"))
}

fn below(random: &mut Random, end: usize) -> usize {
    usize::try_from(random.below(end as u64)).unwrap()
}

/// From nothing up to `longest`.
fn moment(random: &mut Random, longest: Duration) -> Duration {
    Duration::from_micros(random.below(u64::try_from(longest.as_micros()).unwrap()))
}

/// Tries each of `cases` with chance of its own; gives what went wrong.
fn each<T: Sync>(cases: &[T], attempt: impl Fn(&T, &mut Random) -> Result<(), String> + Sync) -> Vec<String> {
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|threads| {
        for _ in 0..WORKERS {
            threads.spawn(|| {
                loop {
                    let nth = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(nth) else { return };
                    let mut random = Random(seed().wrapping_add((nth as u64) << 32));
                    if let Err(wrong) = attempt(case, &mut random) {
                        failed.lock().unwrap().push(format!("case {nth}: {wrong}"));
                    }
                }
            });
        }
    });
    failed.into_inner().unwrap()
}

/// What a run does when it is let alone: how long the quickest takes, and which requests it makes.
fn undisturbed(script: fn() -> case::Script) -> (Duration, Vec<(String, String)>) {
    let seen = Mutex::new((Duration::MAX, BTreeSet::new()));
    let failed = each(&[(); WORKERS], |(), _| {
        let case = Case::new(script());
        let began = Instant::now();
        let (status, said) = case.begin(&[]).wait();
        let took = began.elapsed();
        if !status.success() {
            return Err(format!("{status}: {said}"));
        }
        let mut seen = seen.lock().unwrap();
        seen.0 = seen.0.min(took);
        seen.1.extend(case.server.received().into_iter().map(|request| (request.method, request.path)));
        case.check()
    });
    assert!(failed.is_empty(), "{failed:#?}");
    let (took, requests) = seen.into_inner().unwrap();
    (took, requests.into_iter().collect())
}

/// When the first process is killed.
#[derive(Clone, Debug)]
enum Moment {
    /// That long after its start.
    After(Duration),
    /// That long after the server has received such a request.
    Received(String, String, Duration),
    /// While it waits.
    Trapped(Trap),
}

/// What the cases of a test came to.
#[derive(Default)]
struct Tally {
    killed: AtomicUsize,
    resumes: AtomicUsize,
    not_begun: AtomicUsize,
    was_done: AtomicUsize,
}

fn add(counter: &AtomicUsize, count: usize) {
    counter.fetch_add(count, Ordering::Relaxed);
}

fn kill_at(moment: &Moment, took: Duration, tally: &Tally, random: &mut Random) -> Result<(), String> {
    let trap = if let Moment::Trapped(trap) = moment { trap.clone() } else { Trap::Nothing };
    let case = Case::with(everything(), &trap);
    let mut first = case.begin(&[]);
    match moment {
        Moment::After(delay) => thread::sleep(*delay),
        Moment::Received(method, path, delay) => {
            case.server.wait_for(method, path, 1);
            thread::sleep(*delay);
        }
        Moment::Trapped(Trap::Answer(method, path)) => case.server.wait_for(method, path, 1),
        Moment::Trapped(_) => case.gate.wait(),
    }
    add(&tally.killed, usize::from(first.kill()));
    first.wait();
    case.gate.open();
    case.server.release();
    // In a third of the cases the resumes are killed as well, up to three in a row.
    let more = if random.below(3) == 0 { 1 + below(random, 3) } else { 0 };
    let again = |nth: usize, process: &mut Process| {
        if nth <= more {
            thread::sleep(self::moment(random, took));
            add(&tally.killed, usize::from(process.kill()));
        }
    };
    let finished = case.finish(again).map_err(|wrong| format!("{moment:?}: {wrong}"))?;
    add(&tally.resumes, finished.resumes);
    add(&tally.not_begun, usize::from(finished.begun_anew));
    add(&tally.was_done, usize::from(finished.was_done));
    case.check().map_err(|wrong| format!("{moment:?}: {wrong}"))
}

#[test]
fn a_run_that_is_killed_at_any_moment_is_resumed_and_each_change_is_made_once() {
    let began = Instant::now();
    let (took, requests) = undisturbed(everything);
    let mut random = Random(seed());
    let mut moments: Vec<Moment> = Vec::new();
    for (method, path) in &requests {
        moments.push(Moment::Trapped(Trap::Answer(method.clone(), path.clone())));
    }
    moments.push(Moment::Trapped(Trap::Door));
    let trapped = moments.len();
    let wanted = if full() { 2_000 } else { 120 };
    while moments.len() < wanted {
        // Not to its very end: beside others a run is as often quicker as slower, and a kill that comes too late tells nothing.
        // What happens near the end is reached by its requests.
        moments.push(Moment::After(moment(&mut random, took.mul_f64(0.7))));
        let (method, path) = requests[below(&mut random, requests.len())].clone();
        moments.push(Moment::Received(method, path, moment(&mut random, Duration::from_millis(10))));
    }
    let tally = Tally::default();
    let failed = each(&moments, |moment, random| kill_at(moment, took, &tally, random));
    let (killed, resumes) = (tally.killed.into_inner(), tally.resumes.into_inner());
    let (not_begun, was_done) = (tally.not_begun.into_inner(), tally.was_done.into_inner());
    println!(
        "{} runs (seed {}, undisturbed {} ms) killed {killed} times, {trapped} while a request was in flight, {not_begun} \
         before the run had begun, {was_done} after its end: {resumes} resumes, {} went wrong; {:.0} s",
        moments.len(),
        seed(),
        took.as_millis(),
        failed.len(),
        began.elapsed().as_secs_f64()
    );
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(killed >= 100, "too few kills have hit");
    assert!(not_begun + was_done < moments.len() / 2, "most of the kills must come while it runs");
}

#[test]
fn a_settle_that_says_what_it_does_not_know_is_found_out_by_these_tests() {
    let looks = "happened: http::get(site + \"/seen/\" + name).body != \"0\"";
    let one = Trap::Answer("POST".to_owned(), "/effects/one".to_owned());
    let controls = [
        (small(), looks, "happened: false", one, "doubled: POST /effects/one was made 2 times"),
        (
            everything(),
            "happened: false",
            "happened: true, value: #{ status: 200 }",
            Trap::Door,
            "lost: POST /effects/behind-the-door",
        ),
    ];
    for (mut script, right, wrong, trap, expected) in controls {
        assert!(script.text.contains(right));
        script.text = script.text.replace(right, wrong);
        let case = Case::with(script, &trap);
        let mut first = case.begin(&[]);
        match &trap {
            Trap::Answer(method, path) => case.server.wait_for(method, path, 1),
            _ => case.gate.wait(),
        }
        assert!(first.kill());
        first.wait();
        case.gate.open();
        case.server.release();
        case.finish(|_, _| ()).unwrap();
        let found = case.check().expect_err(wrong);
        assert!(found.contains(expected), "{found}");
        println!("control: `settle` always says `{wrong}`: found `{expected}`");
    }
}

#[test]
fn a_run_that_is_interrupted_says_so_and_goes_on_where_it_was() {
    let (took, _) = undisturbed(everything);
    let mut random = Random(seed());
    let signals =
        [(Signal::INT, StopKind::Interrupted), (Signal::TERM, StopKind::Terminated), (Signal::HUP, StopKind::HungUp)];
    let mut moments = Vec::new();
    for nth in 0..if full() { 300 } else { 30 } {
        moments.push((signals[nth % signals.len()], moment(&mut random, took)));
    }
    let (asked, ended, done) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let failed = each(&moments, |&((signal, kind), delay), random| {
        let case = Case::new(everything());
        let mut first = case.begin(&[]);
        thread::sleep(delay);
        let hit = first.signal(signal);
        let (status, said) = first.wait();
        let wrong = |what: String| format!("{kind:?} after {delay:?}: {what}");
        match (status.code(), hit) {
            (Some(0), _) => add(&done, 1),
            (Some(code), true) if code == i32::from(kind.exit_code()) => {
                let states = case.states()?;
                if states != [RunState::Stopped(kind)] {
                    return Err(wrong(format!("the run is {states:?}\n{said}")));
                }
                add(&asked, 1);
            }
            // Before the program listens, a signal ends it like any other; nothing may have been done by then.
            (None, true) if signal_of(status) == Some(signal.as_raw()) && case.server.received().is_empty() => {
                add(&ended, 1)
            }
            _ => return Err(wrong(format!("{status}\n{said}"))),
        }
        let again = |nth: usize, process: &mut Process| {
            if nth == 1 && random.below(2) == 0 {
                thread::sleep(self::moment(random, took));
                process.signal(signal);
            }
        };
        case.finish(again).and_then(|_| case.check()).map_err(wrong)
    });
    let (asked, ended, done) = (asked.into_inner(), ended.into_inner(), done.into_inner());
    println!(
        "{} runs interrupted (seed {}): {asked} stopped at a safe point, {ended} before they had begun, {done} were done, {} went \
         wrong",
        moments.len(),
        seed(),
        failed.len()
    );
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(asked > moments.len() / 3, "most of the signals must come while it runs");
}

#[test]
fn a_write_in_flight_is_finished_before_an_interrupted_run_stops() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let trap = ("POST".to_owned(), "/effects/first".to_owned());
        let case = Case::with(everything(), &Trap::Answer(trap.0.clone(), trap.1.clone()));
        let mut first = case.begin(&[]);
        case.server.wait_for(&trap.0, &trap.1, 1);
        assert!(first.signal(signal));
        wait_until(|| first.said().contains("stopping"));
        case.server.release();
        let (status, said) = first.wait();
        assert_eq!(status.code(), Some(code), "{said}");
        let finished = case.finish(|_, _| ()).unwrap();
        assert_eq!((finished.resumes, case.server.count("GET", "/seen/first")), (1, 0), "nothing was in doubt");
        case.check().unwrap();
    }
}

#[test]
fn a_second_signal_ends_the_run_now_and_what_was_in_flight_is_settled_by_a_resume() {
    let trap = ("POST".to_owned(), "/effects/first".to_owned());
    let case = Case::with(everything(), &Trap::Answer(trap.0.clone(), trap.1.clone()));
    let mut first = case.begin(&[]);
    case.server.wait_for(&trap.0, &trap.1, 1);
    assert!(first.signal(Signal::INT));
    wait_until(|| first.said().contains("stopping"));
    assert!(first.signal(Signal::INT));
    let (status, said) = first.wait();
    assert_eq!(status.code(), Some(130), "{said}");
    case.server.release();
    case.finish(|_, _| ()).unwrap();
    assert!(case.server.count("GET", "/seen/first") > 0, "it was in doubt");
    case.check().unwrap();
}

#[test]
fn of_two_processes_on_one_environment_one_is_told_that_it_is_held() {
    let rounds = if full() { 50 } else { 5 };
    let trap = ("PUT".to_owned(), "/wanted/before".to_owned());
    for _ in 0..rounds {
        let case = Case::with(everything(), &Trap::Answer(trap.0.clone(), trap.1.clone()));
        let (mut one, mut other) = (case.begin(&[]), case.begin(&[]));
        // The winner can't end before its first request is answered, so the one that ends is the other.
        wait_until(|| one.has_ended() || other.has_ended());
        if one.has_ended() {
            std::mem::swap(&mut one, &mut other);
        }
        let (status, said) = other.wait();
        assert_eq!(status.code(), Some(8), "{said}");
        assert!(said.contains("`lab`") && said.contains("nothing was run"), "{said}");
        case.server.wait_for(&trap.0, &trap.1, 1);
        let (status, said) = case.resume(Some(&case.run())).wait();
        assert_eq!(status.code(), Some(8), "{said}");
        case.server.release();
        let (status, said) = one.wait();
        assert_eq!(status.code(), Some(0), "{said}");
        case.check().unwrap();
    }
    println!("{rounds} rounds of two processes on one environment");
}

/// What is traced: all by which the program leaves something outside itself, or asks for it.
const CALLS: &str = "write,writev,pwrite64,fsync,fdatasync,openat,connect,sendto,sendmsg";

fn strace(case: &Case, fault: &[String]) -> Vec<String> {
    let mut launcher: Vec<String> = ["strace", "-f", "-q", "-s", "0", "-o"].map(str::to_owned).into();
    launcher.extend([case.trace().display().to_string(), "-e".to_owned(), format!("trace={CALLS}")]);
    launcher.extend(fault.iter().cloned());
    launcher
}

fn has_strace(test: &str) -> bool {
    let traced = Command::new("strace").args(["-f", "-qq", "-o", "/dev/null", "true"]).output();
    let works = traced.is_ok_and(|output| output.status.success());
    if !works {
        println!("LEFT OUT: {test}: 1 test, because there is no working `strace` here");
    }
    works
}

/// How often each call is made by the thread that makes it most: `strace` counts by thread.
fn counts(trace: &str) -> BTreeMap<String, u64> {
    let mut by_thread: BTreeMap<(String, String), u64> = BTreeMap::new();
    for line in trace.lines().filter(|line| !line.contains("resumed>")) {
        let Some((thread, rest)) = line.trim_start().split_once(' ') else { continue };
        let Some((call, _)) = rest.trim_start().split_once('(') else { continue };
        *by_thread.entry((call.to_owned(), thread.to_owned())).or_default() += 1;
    }
    let mut most = BTreeMap::new();
    for ((call, _), count) in by_thread {
        let known = most.entry(call).or_default();
        *known = count.max(*known);
    }
    most
}

#[test]
fn a_run_that_is_killed_at_any_of_its_system_calls_is_resumed_and_each_change_is_made_once() {
    if !has_strace("killed at each system call") {
        return;
    }
    let began = Instant::now();
    let case = Case::new(small());
    let (status, said) = case.begin(&strace(&case, &[])).wait();
    assert!(status.success(), "{said}");
    case.check().unwrap();
    let mut places = Vec::new();
    for (call, count) in counts(&fs::read_to_string(case.trace()).unwrap()) {
        places.extend((1..=count).map(|nth| (call.clone(), nth)));
    }
    let total = places.len();
    let mut random = Random(seed());
    while !full() && places.len() > 120 {
        places.swap_remove(below(&mut random, places.len()));
    }
    let (killed, missed, doubts) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let failed = each(&places, |(call, nth), _| {
        // Which thread makes the call for the `nth` time is a matter of chance.
        for _ in 0..5 {
            let case = Case::new(small());
            let fault = ["-e".to_owned(), format!("inject={call}:signal=KILL:when={nth}")];
            let mut process = case.begin(&strace(&case, &fault));
            let (status, _) = process.wait();
            // The program is hit, and `strace` with it, or one of its children.
            let by_kill = signal_of(status) == Some(Signal::KILL.as_raw());
            if !by_kill && !fs::read_to_string(case.trace()).unwrap().contains("+++ killed by SIGKILL") {
                continue;
            }
            add(&killed, 1);
            let wrong = |wrong: String| format!("killed at {call} {nth}: {wrong}");
            case.finish(|_, _| ()).map_err(wrong)?;
            let asked = case.server.received().iter().filter(|request| request.path.starts_with("/seen/")).count();
            add(&doubts, usize::from(asked > 0));
            return case.check().map_err(wrong);
        }
        add(&missed, 1);
        Ok(())
    });
    let (killed, missed) = (killed.into_inner(), missed.into_inner());
    println!(
        "killed at {killed} of {total} system calls (seed {}), {missed} not met again, {} left a request in doubt, {} went wrong; \
         {:.0} s",
        seed(),
        doubts.into_inner(),
        failed.len(),
        began.elapsed().as_secs_f64()
    );
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(missed * 5 <= killed, "too many places were not met again");
}

fn wait_until(mut come: impl FnMut() -> bool) {
    let began = Instant::now();
    while !come() {
        assert!(began.elapsed() < Duration::from_secs(30), "waited in vain");
        thread::sleep(Duration::from_millis(2));
    }
}
