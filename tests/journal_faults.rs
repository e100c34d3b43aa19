//! A small run whose process is killed, whose disk fails, is full, read-only or locked, at every single place where that can
//! happen: nothing takes effect without an intent, nothing promised is lost, nothing is done twice, and the error says what is
//! wrong. Most of it needs `strace` or mounts; what can't be tried is named and counted, never passed over in silence.
//!
//! `RUNBOOK_FULL=1` tries every place, otherwise a seeded sample.

mod journal_writer;
#[path = "journal_writer/site.rs"]
mod site;

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use runbook::journal::sqlite::SqliteBackend;
use runbook::journal::{Backend, JournalError};
use runbook::model::entry::content_hash;

use journal_writer::{Random, full, program};
use site::{Site, copy, private, run};

const SEED: u64 = 20_260_104;

/// From which state the helper is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum From {
    /// Nothing: the journal is made as well.
    Nothing,
    /// A journal without runs.
    Empty,
    /// A run that was killed between an effect and its outcome.
    InDoubt,
}

const ALL: [From; 3] = [From::Nothing, From::Empty, From::InDoubt];

struct Bench {
    scratch: tempfile::TempDir,
    made: u64,
}

impl Bench {
    fn new() -> Self {
        let bench = Bench { scratch: private(), made: 0 };
        let empty = bench.template(From::Empty);
        drop(SqliteBackend::open(&empty.folder).unwrap());
        let doubt = bench.template(From::InDoubt);
        // Killed when the second effect is about to be said to have an outcome.
        let killed = strace(&doubt, "write", "write", "signal=KILL:when=8", &[]);
        if let Some(killed) = killed {
            assert_eq!(killed.output.status.signal(), Some(9), "{killed:?}");
            assert_eq!(doubt.effects().len(), 2, "{killed:?}");
        }
        bench
    }

    fn template(&self, from: From) -> Site {
        let base = self.scratch.path().join(format!("{from:?}"));
        Site { folder: base.join("state"), world: base.join("world"), steps: 3 }.made(&base)
    }

    /// A copy to work on.
    fn site(&mut self, from: From) -> Site {
        self.made += 1;
        let base = self.scratch.path().join(self.made.to_string());
        let site = Site { folder: base.join("state"), world: base.join("world"), steps: 3 }.made(&base);
        let template = self.template(from);
        if template.folder.exists() {
            copy(&template.folder, &site.folder);
        }
        if template.world.exists() {
            fs::copy(&template.world, &site.world).unwrap();
        }
        site
    }
}

impl Site {
    fn made(self, base: &Path) -> Self {
        fs::create_dir_all(base).unwrap();
        self
    }

    /// Everything that the journal's folder may come to hold.
    fn files(&self) -> Vec<PathBuf> {
        let mut files =
            vec![self.folder.clone(), self.folder.join("locks"), self.folder.join(format!("locks/run-{}", run()))];
        for name in ["", "-wal", "-shm", "-journal", ".new", ".new-wal", ".new-shm", ".new-journal"] {
            files.push(self.folder.join(format!("journal.sqlite{name}")));
        }
        files.push(self.folder.join("journal.lock"));
        files
    }

    fn remove(self) {
        fs::remove_dir_all(self.folder.parent().unwrap()).unwrap();
    }
}

/// The helper under `strace`.
#[derive(Debug)]
struct Traced {
    output: Output,
    trace: String,
}

impl Traced {
    fn said(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    fn complaint(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }
}

/// Runs the helper with every `calls` traced and `fault` put into `call`; nothing when there is no working `strace`.
fn strace(site: &Site, calls: &str, call: &str, fault: &str, only: &[PathBuf]) -> Option<Traced> {
    let log = site.folder.with_file_name("trace");
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-s", "0", "-e", &format!("trace={calls}"), "-e", "signal=none", "-o"]).arg(&log);
    for path in only {
        command.arg("-P").arg(path);
    }
    if !fault.is_empty() {
        command.args(["-e", &format!("inject={call}:{fault}")]);
    }
    let output = command.arg(program()).args(site.arguments()).output().ok()?;
    let trace = fs::read_to_string(&log).ok()?;
    // Where processes may not be traced, strace says so and the helper says nothing.
    (!String::from_utf8_lossy(&output.stderr).contains("ptrace")).then_some(Traced { output, trace })
}

fn has_strace(test: &str) -> bool {
    let works =
        Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).output().is_ok_and(|out| out.status.success());
    if !works {
        println!("LEFT OUT: {test}: 1 test, because there is no working `strace` here");
    }
    works
}

fn has_mounts(test: &str) -> bool {
    let root = rustix::process::geteuid().is_root();
    let folder = private();
    let works = root && mount(&["-t", "tmpfs", "-o", "size=64k", "none"], folder.path()) && unmount(folder.path());
    if !works {
        println!("LEFT OUT: {test}: 1 test, because file systems can't be mounted here");
    }
    works
}

fn mount(arguments: &[&str], at: &Path) -> bool {
    Command::new("mount").args(arguments).arg(at).output().is_ok_and(|output| output.status.success())
}

fn unmount(at: &Path) -> bool {
    Command::new("umount").arg(at).output().is_ok_and(|output| output.status.success())
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

/// All places, or as many as `sample` drawn by the seed.
fn sampled<T>(mut places: Vec<T>, sample: usize) -> Vec<T> {
    if !full() {
        let mut random = Random(SEED);
        while places.len() > sample {
            let out = random.below(places.len() as u64);
            places.swap_remove(usize::try_from(out).unwrap());
        }
    }
    places
}

/// What is traced for kills.
const CALLS: &str = "write,pwrite64,fsync,fdatasync,openat,unlink,unlinkat,ftruncate,rename,mkdir,flock,fcntl";

/// Every call of the undisturbed helper, from every state.
fn places(bench: &mut Bench, calls: &str, journal_only: bool) -> Vec<(From, String, u64)> {
    let mut places = Vec::new();
    for from in ALL {
        let site = bench.site(from);
        let only = if journal_only { site.files() } else { Vec::new() };
        let traced = strace(&site, calls, "", "", &only).unwrap();
        assert!(traced.output.status.success(), "{traced:?}");
        site.finish().unwrap();
        for (call, count) in counts(&traced.trace) {
            places.extend((1..=count).map(|nth| (from, call.clone(), nth)));
        }
        site.remove();
    }
    places
}

/// Runs the helper with a fault until it is hit; nothing when it is not. Which thread closes the file is a matter of chance, and
/// with it which of them makes the call for the `n`th time.
fn hit(bench: &mut Bench, from: From, run: impl Fn(&Site) -> (Traced, bool)) -> Option<(Site, Traced)> {
    for _ in 0..20 {
        let site = bench.site(from);
        let (traced, is_hit) = run(&site);
        if is_hit {
            return Some((site, traced));
        }
        site.remove();
    }
    None
}

#[test]
fn a_run_that_is_killed_anywhere_is_resumed_and_nothing_is_done_twice() {
    if !has_strace("killed anywhere") {
        return;
    }
    let mut bench = Bench::new();
    let all = places(&mut bench, CALLS, false);
    let total = all.len();
    let (mut tried, mut missed, mut failed) = (0, 0, Vec::new());
    for (from, call, nth) in sampled(all, 60) {
        let killed = hit(&mut bench, from, |site| {
            let traced = strace(site, &call, &call, &format!("signal=KILL:when={nth}"), &[]).unwrap();
            let is_hit = traced.output.status.signal() == Some(9);
            (traced, is_hit)
        });
        let Some((site, killed)) = killed else {
            missed += 1;
            continue;
        };
        tried += 1;
        if let Err(wrong) = site.check(&killed.said()).and_then(|()| site.finish()) {
            failed.push(format!("killed at {call} {nth} from {from:?}: {wrong}"));
        }
        site.remove();
    }
    println!("killed at {tried} of {total} places (seed {SEED}), {missed} not met again, {} went wrong", failed.len());
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(missed * 20 <= tried, "too many places were not met again");
}

#[test]
fn a_run_that_is_killed_again_while_it_recovers_is_resumed_all_the_same() {
    if !has_strace("killed again and again") {
        return;
    }
    let mut bench = Bench::new();
    let rounds = if full() { 150 } else { 10 };
    let mut random = Random(SEED);
    let (mut kills, mut failed) = (0, Vec::new());
    for round in 1..=rounds {
        let site = bench.site(From::Nothing);
        let mut wrong = Ok(());
        for _ in 0..3 {
            let calls = ["pwrite64", "fsync", "openat", "write"];
            let call = calls[usize::try_from(random.below(calls.len() as u64)).unwrap()];
            let nth = 1 + random.below(12);
            let killed = strace(&site, call, call, &format!("signal=KILL:when={nth}"), &[]).unwrap();
            kills += u64::from(killed.output.status.signal() == Some(9));
            wrong = wrong.and_then(|()| site.check(&killed.said()));
        }
        if let Err(wrong) = wrong.and_then(|()| site.finish()) {
            failed.push(format!("round {round}: {wrong}"));
        }
        site.remove();
    }
    println!("{rounds} runs killed {kills} times (seed {SEED}), {} went wrong", failed.len());
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(kills > rounds, "most of the kills must have hit");
}

#[test]
fn a_run_without_intents_does_things_twice_so_that_these_tests_would_notice() {
    if !has_strace("control without intents") {
        return;
    }
    let mut bench = Bench::new();
    let (mut tried, mut caught) = (0, 0);
    for nth in 1..=40 {
        let site = bench.site(From::Empty);
        let careless = |command: &mut Command| {
            let arguments = site.arguments();
            command.arg("careless").args(&arguments[1..]).output().unwrap()
        };
        let mut killed = Command::new("strace");
        killed
            .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("inject=pwrite64:signal=KILL:when={nth}")])
            .arg(program());
        if careless(&mut killed).status.signal() != Some(9) {
            site.remove();
            break;
        }
        tried += 1;
        careless(&mut Command::new(program()));
        let effects = site.effects();
        let mut once = effects.clone();
        once.dedup();
        caught += u64::from(once.len() != effects.len());
        site.remove();
    }
    println!("control: of {tried} runs without intents {caught} did something twice");
    assert!(caught > 0);
}

#[test]
fn a_disk_that_fails_anywhere_ends_the_run_before_the_next_effect() {
    if !has_strace("failing disk") {
        return;
    }
    let mut bench = Bench::new();
    let mut all = Vec::new();
    for (from, call, nth) in places(&mut bench, "write,pwrite64,fsync,fdatasync,ftruncate,openat,rename,mkdir", true) {
        let errors: &[&str] = match call.as_str() {
            "fsync" | "fdatasync" => &["EIO", "ENOSPC", "EDQUOT"],
            "openat" => &["EACCES", "EMFILE", "ENOSPC"],
            _ => &["ENOSPC", "EIO", "EDQUOT"],
        };
        all.extend(errors.iter().map(|error| (from, call.clone(), nth, *error)));
    }
    let total = all.len();
    let (mut tried, mut missed, mut ended, mut failed) = (0, 0, 0, Vec::new());
    let mut hidden: BTreeMap<String, u32> = BTreeMap::new();
    for (from, call, nth, error) in sampled(all, 60) {
        let before = bench.template(from).effects().len();
        let hit = hit(&mut bench, from, |site| {
            let traced = strace(site, &call, &call, &format!("error={error}:when={nth}"), &site.files()).unwrap();
            let is_hit = traced.trace.contains("(INJECTED)");
            (traced, is_hit)
        });
        let Some((site, hit)) = hit else {
            missed += 1;
            continue;
        };
        tried += 1;
        let (said, complaint) = (hit.said(), hit.complaint());
        let told = match hit.output.status.code() {
            // What SQLite can do without: checkpoints and what is tidied up at the end.
            Some(0) if said.ends_with("done\n") => {
                *hidden.entry(call.clone()).or_default() += 1;
                Ok(())
            }
            Some(3) if complaint.lines().count() == 1 && complaint.contains(&site.folder.display().to_string()) => {
                ended += 1;
                let begun = said.lines().filter(|line| line.starts_with("begun")).count();
                let effects = site.effects().len() - before;
                if effects == begun { Ok(()) } else { Err(format!("{begun} were begun, and {effects} took effect")) }
            }
            _ => Err(format!("{}: {complaint}", hit.output.status)),
        };
        if let Err(wrong) = told.and_then(|()| site.check(&said)).and_then(|()| site.finish()) {
            failed.push(format!("{error} at {call} {nth} from {from:?}: {wrong}"));
        }
        site.remove();
    }
    println!(
        "{tried} of {total} faults (seed {SEED}): {ended} ended the run with a clear error, {hidden:?} did no harm, \
         {missed} not met again, {} went wrong",
        failed.len()
    );
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(missed * 20 <= tried, "too many places were not met again");
}

#[test]
fn a_run_on_a_full_disk_ends_and_goes_on_once_there_is_room() {
    if !has_mounts("full disk") {
        return;
    }
    let scratch = private();
    let disk = scratch.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let (mut stopped, sizes) = (0, ["48k", "64k", "96k", "128k", "192k", "256k"]);
    for size in sizes {
        assert!(mount(&["-t", "tmpfs", "-o", &format!("size={size},mode=0700"), "none"], &disk));
        let site = Site { folder: disk.join("state"), world: scratch.path().join(format!("world-{size}")), steps: 40 };
        let output = site.write();
        let (said, complaint) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr).into_owned());
        assert_eq!(output.status.code(), Some(3), "{size}: {complaint}");
        assert!(
            ["full", "No space", "disk I/O error"].iter().any(|word| complaint.contains(word)),
            "{size}: {complaint}"
        );
        assert!(complaint.contains(&site.folder.display().to_string()), "{size}: {complaint}");
        let room = format!("remount,size={},mode=0700", "8m");
        assert!(mount(&["-o", &room], &disk));
        let checked = site.check(&said).and_then(|()| site.finish());
        assert!(unmount(&disk));
        checked.unwrap_or_else(|wrong| panic!("{size}: {wrong}"));
        stopped += 1;
    }
    println!("full disk: {stopped} of {} sizes", sizes.len());
}

#[test]
fn a_disk_that_turns_read_only_can_be_read_and_the_error_says_so() {
    if !has_mounts("read-only disk") {
        return;
    }
    let scratch = private();
    let disk = scratch.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let late = content_hash(b"late");
    for log_is_left in [false, true] {
        assert!(mount(&["-t", "tmpfs", "-o", "size=4m,mode=0700", "none"], &disk));
        let site =
            Site { folder: disk.join("state"), world: scratch.path().join(format!("world-{log_is_left}")), steps: 3 };
        let said = String::from_utf8(site.write().stdout).unwrap();
        if log_is_left {
            // As a killed process leaves it: with entries in the log only.
            let backend = SqliteBackend::open(&site.folder).unwrap();
            backend.append(&[], &[(late.clone(), b"late".to_vec())]).unwrap();
            #[expect(clippy::mem_forget, reason = "a killed process closes nothing")]
            std::mem::forget(backend);
            let held = scratch.path().join("copy");
            copy(&site.folder, &held);
            assert!(Command::new("umount").args(["-l"]).arg(&disk).status().unwrap().success());
            assert!(mount(&["-t", "tmpfs", "-o", "size=4m,mode=0700", "none"], &disk));
            copy(&held, &site.folder);
        }
        assert!(mount(&["-o", "remount,ro"], &disk));
        let read = site.check(&said);
        let output =
            Site { steps: 9, ..Site { folder: site.folder.clone(), world: site.world.clone(), steps: 0 } }.write();
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        // Where it lies, without a place to write to.
        let there =
            SqliteBackend::open(&site.folder).map(|backend| (backend.entries(&run(), 1), backend.content(&late)));
        assert!(unmount(&disk));
        read.unwrap();
        assert_eq!(output.status.code(), Some(3), "{complaint}");
        assert!(complaint.contains("ead-only") && complaint.contains("state"), "{complaint}");
        let (entries, content) = there.unwrap();
        // Begun, three steps with intent and outcome, done.
        assert_eq!(entries.unwrap().len(), 8);
        assert_eq!(content.is_ok(), log_is_left, "{content:?}");
    }
}

#[test]
fn a_journal_that_stays_locked_is_an_error_after_the_time_allowed() {
    let scratch = private();
    let site = Site { folder: scratch.path().join("state"), world: scratch.path().join("world"), steps: 3 };
    drop(SqliteBackend::open(&site.folder).unwrap());
    let mut locker = Command::new(program())
        .args(["lock".to_owned(), format!("folder={}", site.folder.display())])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(locker.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let output = Command::new(program()).args(site.arguments()).arg("busy_ms=100").output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{complaint}");
    assert!(complaint.contains("journal.sqlite`: another process keeps it locked for more than 100ms"), "{complaint}");
    assert_eq!(site.effects(), Vec::<u64>::new());
    drop(locker.stdin.take());
    locker.wait().unwrap();
    site.finish().unwrap();
}

#[test]
fn a_log_that_is_cut_at_any_frame_leaves_a_beginning_of_what_was_written() {
    let scratch = private();
    let folder = scratch.path().join("state");
    let backend = SqliteBackend::open(&folder).unwrap();
    let site = Site { folder: folder.clone(), world: scratch.path().join("world"), steps: 8 };
    // With another connection open, the helper leaves its entries in the log.
    let said = String::from_utf8(site.write().stdout).unwrap();
    assert!(said.ends_with("done\n"));
    let whole = backend.entries(&run(), 1).unwrap();
    let log = fs::read(folder.join("journal.sqlite-wal")).unwrap();
    // The header of the log, and of each frame with its page (<https://sqlite.org/fileformat2.html#walformat>).
    let (header, frame) = (32, 24 + 4096);
    assert_eq!((log.len() - header) % frame, 0);
    let frames = (log.len() - header) / frame;
    let (mut cuts, mut seen) = (Vec::from([0, header - 1]), Vec::new());
    for number in 0..=frames {
        cuts.extend([header + number * frame, header + number * frame + 24, header + number * frame + frame / 2]);
    }
    cuts.retain(|cut| *cut <= log.len());
    for cut in &cuts {
        let copy = private();
        for (name, content) in [
            ("journal.sqlite", fs::read(folder.join("journal.sqlite")).unwrap()),
            ("journal.sqlite-wal", log[..*cut].to_vec()),
        ] {
            let path = copy.path().join(name);
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        }
        let cut_off = SqliteBackend::open(copy.path()).unwrap();
        let entries = match cut_off.entries(&run(), 1) {
            Err(JournalError::NoSuchRun(_)) => Vec::new(),
            read => read.unwrap_or_else(|error| panic!("cut at {cut}: {error}")),
        };
        assert_eq!(entries, whole[..entries.len()], "cut at {cut}");
        assert_eq!(cut_off.runs().unwrap().len(), usize::from(!entries.is_empty()), "cut at {cut}");
        seen.push(entries.len());
    }
    seen.sort_unstable();
    seen.dedup();
    println!("{frames} frames, {} cuts, {} different beginnings of {} entries", cuts.len(), seen.len(), whole.len());
    assert_eq!(seen, (0..=whole.len()).collect::<Vec<_>>(), "each commit can be the last one");
}

#[test]
fn a_journal_in_a_folder_that_cannot_be_made_is_a_clear_error() {
    let scratch = private();
    let file = scratch.path().join("file");
    OpenOptions::new().write(true).create_new(true).open(&file).unwrap();
    let error = SqliteBackend::open(&file.join("state")).err().unwrap().to_string();
    assert!(error.contains("file/state") && error.contains("ot a directory"), "{error}");
}
