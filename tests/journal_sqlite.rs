//! What only the journal in an SQLite file does: private files, formats, damage, several processes; and that it behaves like
//! the one in memory, whatever is asked of it in whatever order.

mod journal_writer;

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use proptest::prelude::{Strategy, any, prop, prop_oneof};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use runbook::journal::memory::MemoryBackend;
use runbook::journal::sqlite::SqliteBackend;
use runbook::journal::{Backend, JournalError, Pruned, read, verify};
use runbook::model::entry::{Entry, Event, FORMAT, RunStart, Seq, content_hash};
use runbook::model::run::{Mode, RunId, Who};
use runbook::model::value::Value;
use sqlx::{ConnectOptions, Connection};

use journal_writer::{Random, full, program};

const AT: &str = "2026-01-02T03:04:05.000000Z";

fn who() -> Who {
    Who { user: "sam".to_owned(), host: "desk".to_owned(), pid: std::process::id() }
}

fn id(number: u64) -> RunId {
    RunId::from_bits(number.into(), 6)
}

fn begin(backend: &dyn Backend, run: &RunId) -> Result<Entry, JournalError> {
    let start = RunStart {
        format: FORMAT,
        program: "0.1.0".to_owned(),
        runbook: "verify-waf".to_owned(),
        version: "1.0.0".to_owned(),
        script: "verify-waf".to_owned(),
        sources: BTreeMap::new(),
        params: Value::Map(BTreeMap::new()),
        secrets: BTreeMap::new(),
        environment: None,
        mode: Mode::Normal,
        guard: runbook::model::guard::Guard::default(),
        permissions: Vec::new(),
        project: "/srv/ops".to_owned(),
        by: Who { user: "sam".to_owned(), host: "desk".to_owned(), pid: 1 },
        nested: BTreeMap::new(),
        time_limit_s: 3600,
    };
    let event = Event::RunStarted(Box::new(start));
    backend.create(run, &[], &mut |previous| Ok(Entry::after(previous, run, 1, AT.to_owned(), event.clone()).unwrap()))
}

fn following(before: &Entry, texts: &[String]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for text in texts {
        let last = entries.last().unwrap_or(before);
        let event = Event::Logged { scope: Default::default(), text: text.clone() };
        entries.push(Entry::after(&last.hash, &before.run, last.seq + 1, AT.to_owned(), event).unwrap());
    }
    entries
}

/// A folder for the owner alone.
fn private() -> tempfile::TempDir {
    tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir().unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

fn sql(file: &Path, statement: &'static str) -> Result<(), String> {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    futures_executor::block_on(async {
        let mut connection = options.connect().await.map_err(|error| error.to_string())?;
        let done = sqlx::raw_sql(statement).execute(&mut connection).await.map_err(|error| error.to_string());
        connection.close().await.unwrap();
        done.map(drop)
    })
}

#[test]
fn only_the_owner_can_read_the_journal_whatever_the_umask() {
    for umask in [0o022, 0o000, 0o077] {
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(umask));
        let scratch = private();
        let folder = scratch.path().join("state/runbook");
        let backend = SqliteBackend::open(&folder).unwrap();
        begin(&backend, &id(1)).unwrap();
        let _run = backend.hold_run(&id(1), &who()).unwrap();
        let _environment = backend.hold_environment("prod", &id(1), &who()).unwrap();
        let found = |folder: &Path| -> BTreeMap<String, u32> {
            let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
            entries.map(|entry| (entry.file_name().into_string().unwrap(), mode(&entry.path()))).collect()
        };
        let expected = |pairs: &[(&str, u32)]| -> BTreeMap<String, u32> {
            pairs.iter().map(|(name, mode)| ((*name).to_owned(), *mode)).collect()
        };
        assert_eq!(found(scratch.path()), expected(&[("state", 0o700)]));
        assert_eq!(found(&scratch.path().join("state")), expected(&[("runbook", 0o700)]));
        let journal = ["journal.lock", "journal.sqlite", "journal.sqlite-shm", "journal.sqlite-wal"];
        let mut modes = expected(&journal.map(|name| (name, 0o600)));
        modes.insert("locks".to_owned(), 0o700);
        assert_eq!(found(&folder), modes);
        let run = format!("run-{}", id(1));
        assert_eq!(found(&folder.join("locks")), expected(&[("environment-prod", 0o600), (&run, 0o600)]));
    }
}

#[test]
fn what_others_can_read_is_refused() {
    for (name, loose) in
        [("", 0o755), ("", 0o710), ("journal.sqlite", 0o644), ("journal.sqlite", 0o660), ("journal.sqlite-wal", 0o604)]
    {
        let scratch = private();
        let folder = scratch.path().join("state");
        let backend = SqliteBackend::open(&folder).unwrap();
        begin(&backend, &id(1)).unwrap();
        let path = if name.is_empty() { folder.clone() } else { folder.join(name) };
        fs::set_permissions(&path, Permissions::from_mode(loose)).unwrap();
        let refused = SqliteBackend::open(&folder).err();
        assert_eq!(refused, Some(JournalError::Exposed { path: path.display().to_string(), mode: loose }));
    }
}

// "its format is versioned from the first row; a newer file is refused by an older program"
#[test]
fn a_newer_format_is_refused_and_the_files_stay_as_they_are() {
    let scratch = private();
    let file = scratch.path().join("journal.sqlite");
    drop(SqliteBackend::open(scratch.path()).unwrap());
    sql(&file, "PRAGMA user_version = 7").unwrap();
    let before = files(scratch.path());
    assert_eq!(SqliteBackend::open(scratch.path()).err(), Some(JournalError::Newer { found: 7, known: FORMAT }));
    assert_eq!(files(scratch.path()), before);
}

#[test]
fn a_newer_format_is_refused_also_when_only_the_log_says_so() {
    let scratch = private();
    let open = SqliteBackend::open(scratch.path()).unwrap();
    begin(&open, &id(1)).unwrap();
    sql(&scratch.path().join("journal.sqlite"), "PRAGMA user_version = 7").unwrap();
    // As a newer program leaves it that was killed.
    let left = private();
    for name in ["journal.sqlite", "journal.sqlite-wal"] {
        fs::copy(scratch.path().join(name), left.path().join(name)).unwrap();
    }
    for folder in [scratch.path(), left.path()] {
        let content = || ["journal.sqlite", "journal.sqlite-wal"].map(|name| fs::read(folder.join(name)).unwrap());
        let before = content();
        assert_eq!(SqliteBackend::open(folder).err(), Some(JournalError::Newer { found: 7, known: FORMAT }));
        assert!(content() == before);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn opening_the_journal_twice_in_one_process_keeps_the_locks_of_the_first() {
    use std::os::unix::fs::MetadataExt;

    let scratch = private();
    let one = SqliteBackend::open(scratch.path()).unwrap();
    begin(&one, &id(1)).unwrap();
    let file = fs::metadata(scratch.path().join("journal.sqlite")).unwrap().ino();
    // Without its lock on the file, another process could take itself for the last one and remove the log.
    let locks = || {
        let locks = fs::read_to_string("/proc/locks").unwrap();
        let (ours, on_file) = (format!(" {} ", std::process::id()), format!(":{file} "));
        locks.lines().filter(|line| line.contains("POSIX") && line.contains(&ours) && line.contains(&on_file)).count()
    };
    assert_eq!(locks(), 1);
    drop(SqliteBackend::open(scratch.path()).unwrap());
    assert_eq!(locks(), 1);
}

#[test]
fn a_file_that_is_no_journal_is_refused_and_stays_as_it_is() {
    let scratch = private();
    let other = scratch.path().join("other.sqlite");
    OpenOptions::new().write(true).create_new(true).open(&other).unwrap();
    sql(&other, "CREATE TABLE person (name TEXT)").unwrap();
    let other = fs::read(&other).unwrap();
    for (name, content) in [("empty", Vec::new()), ("text", b"hello".repeat(1000)), ("another program's", other)] {
        let folder = private();
        let file = folder.path().join("journal.sqlite");
        fs::write(&file, &content).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        let refused = SqliteBackend::open(folder.path()).err();
        assert!(matches!(refused, Some(JournalError::Damaged { .. })), "{name}: {refused:?}");
        assert_eq!(fs::read(&file).unwrap(), content, "{name}");
    }
}

#[test]
fn a_log_without_its_journal_is_not_taken_for_a_new_one() {
    let scratch = private();
    let backend = SqliteBackend::open(scratch.path()).unwrap();
    begin(&backend, &id(1)).unwrap();
    fs::remove_file(scratch.path().join("journal.sqlite")).unwrap();
    let refused = SqliteBackend::open(scratch.path()).err();
    assert!(matches!(&refused, Some(JournalError::Damaged { what, .. }) if what.contains("-wal")), "{refused:?}");
}

// "The journal is append-only (state is derived)"
#[test]
fn nothing_that_was_stored_can_be_changed_or_removed() {
    let scratch = private();
    let backend = SqliteBackend::open(scratch.path()).unwrap();
    let first = begin(&backend, &id(1)).unwrap();
    let content = (content_hash(b"text"), b"text".to_vec());
    backend.append(&following(&first, &["one".to_owned(), "two".to_owned()]), &[content]).unwrap();
    let stored = backend.entries(&id(1), 1).unwrap();
    let file = scratch.path().join("journal.sqlite");
    for statement in [
        "UPDATE entry SET body = '{}' WHERE seq = 2",
        "DELETE FROM entry WHERE seq = 3",
        "DELETE FROM entry",
        "INSERT OR REPLACE INTO entry SELECT run, seq, at, '{}', previous, hash FROM entry WHERE seq = 2",
        "INSERT INTO entry SELECT run, seq + 7, at, body, previous, hash FROM entry WHERE seq = 3",
        "INSERT INTO entry SELECT run, 0, at, body, previous, hash FROM entry WHERE seq = 3",
        "INSERT INTO entry SELECT run, 'x', at, body, previous, hash FROM entry WHERE seq = 3",
        "DELETE FROM run",
        "DELETE FROM journal",
        "UPDATE content SET bytes = x'00'",
        "DELETE FROM content",
    ] {
        assert!(sql(&file, statement).is_err(), "{statement}");
    }
    assert_eq!(backend.entries(&id(1), 1).unwrap(), stored);
    assert_eq!(backend.content(&content_hash(b"text")).unwrap(), b"text");
}

// Pruning lifts the rules for its own transaction, and nothing of what it took out is left in the file.
#[test]
fn what_is_left_after_pruning_is_as_append_only_as_before() {
    let scratch = private();
    let backend = SqliteBackend::open(scratch.path()).unwrap();
    let first = begin(&backend, &id(1)).unwrap();
    let note = Event::Noted { text: "unmistakable".repeat(100), by: who() };
    let done = Event::Done { value: Value::Unit, unasked: Vec::new() };
    let note = Entry::after(&first.hash, &id(1), 2, AT.to_owned(), note).unwrap();
    let done = Entry::after(&note.hash, &id(1), 3, AT.to_owned(), done).unwrap();
    backend.append(&[note, done], &[]).unwrap();
    begin(&backend, &id(2)).unwrap();
    let stone = Pruned::of(&backend.entries(&id(1), 1).unwrap(), &read(&backend, &id(1)).unwrap(), &who(), AT).unwrap();
    backend.prune(&[stone]).unwrap();
    let file = scratch.path().join("journal.sqlite");
    for statement in ["DELETE FROM entry", "DELETE FROM run", "DELETE FROM pruned", "UPDATE pruned SET facts = ''"] {
        assert!(sql(&file, statement).is_err(), "{statement}");
    }
    backend.compact().unwrap();
    drop(backend);
    let left = fs::read(&file).unwrap();
    assert!(!left.windows(12).any(|bytes| bytes == b"unmistakable"));
    assert_eq!(SqliteBackend::open(scratch.path()).unwrap().runs().unwrap().len(), 1);
}

/// A journal of several runs and many pages, closed; and everything that can be read from it.
fn sample(folder: &Path) -> Contents {
    let backend = SqliteBackend::open(folder).unwrap();
    for run in 1..=12 {
        let first = begin(&backend, &id(run)).unwrap();
        let texts: Vec<_> = (0..run * 3).map(|n| format!("line {n} {}", "x".repeat((n * 97 % 900) as usize))).collect();
        let bytes = vec![run as u8; 9_000];
        backend.append(&following(&first, &texts), &[(content_hash(&bytes), bytes)]).unwrap();
    }
    drop(backend);
    contents(folder).unwrap()
}

#[derive(Debug, PartialEq)]
struct Contents {
    runs: Vec<(Entry, Entry)>,
    entries: Vec<Vec<Entry>>,
    contents: Vec<Vec<u8>>,
}

fn contents(folder: &Path) -> Result<Contents, JournalError> {
    let backend = SqliteBackend::open(folder)?;
    let runs = backend.runs()?.into_iter().map(|run| (run.first, run.newest)).collect::<Vec<_>>();
    let entries = (1..=12).map(|run| {
        let entries = backend.entries(&id(run), 1)?;
        verify(&id(run), &entries)?;
        Ok(entries)
    });
    let contents = (1..=12_u8).map(|run| backend.content(&content_hash(&vec![run; 9_000])));
    Ok(Contents { runs, entries: entries.collect::<Result<_, _>>()?, contents: contents.collect::<Result<_, _>>()? })
}

/// Damages a copy of the sample in `cases` ways; every one must be noticed, or change nothing that is read.
fn damage(cases: u64, seed: u64, harm: impl Fn(&mut Random, &Path, u64) -> String) {
    let scratch = private();
    let folder = scratch.path().join("state");
    let good = sample(&folder);
    let whole = fs::read(folder.join("journal.sqlite")).unwrap();
    let mut random = Random(seed);
    let (mut noticed, mut unchanged) = (0, 0);
    for case in 0..cases {
        let copy = scratch.path().join(format!("case-{case}"));
        drop(SqliteBackend::open(&copy).unwrap());
        let file = copy.join("journal.sqlite");
        fs::write(&file, &whole).unwrap();
        let done = harm(&mut random, &file, whole.len() as u64);
        match contents(&copy) {
            Err(JournalError::Newer { .. }) if done.contains("byte 6") => noticed += 1,
            Err(JournalError::Damaged { .. } | JournalError::Unavailable { .. } | JournalError::NoSuchRun(_)) => {
                noticed += 1
            }
            Err(other) => panic!("{done} (seed {seed}): {other}"),
            Ok(read) => {
                assert!(read == good, "{done} (seed {seed}): something else was read");
                unchanged += 1;
            }
        }
        fs::remove_dir_all(copy).unwrap();
    }
    println!("seed {seed}: of {cases} cases {noticed} were noticed, {unchanged} changed nothing that is read");
    assert!(noticed > 0);
}

#[test]
fn a_flipped_bit_is_noticed_or_changes_nothing_that_is_read() {
    let cases = if full() { 5_000 } else { 200 };
    damage(cases, 20_260_102, |random, file, length| {
        let (at, bit) = (random.below(length), random.below(8));
        let file = OpenOptions::new().read(true).write(true).open(file).unwrap();
        let mut byte = [0];
        file.read_exact_at(&mut byte, at).unwrap();
        file.write_all_at(&[byte[0] ^ (1 << bit)], at).unwrap();
        format!("bit {bit} of byte {at}")
    });
}

#[test]
fn a_truncated_file_is_noticed_or_changes_nothing_that_is_read() {
    let cases = if full() { 2_000 } else { 100 };
    damage(cases, 20_260_103, |random, file, length| {
        // Every third at the border of a page, where what is left looks whole.
        let at = random.below(length);
        let at = if random.below(3) == 0 { at / 4096 * 4096 } else { at };
        OpenOptions::new().write(true).open(file).unwrap().set_len(at).unwrap();
        format!("cut at {at}")
    });
}

/// Starts the helper and waits until it keeps what it took.
fn keeper(arguments: &[String]) -> Child {
    let mut child =
        Command::new(program()).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "kept\n");
    child
}

#[test]
fn another_process_is_kept_out_told_who_holds_and_let_in_when_the_holder_dies() {
    let scratch = private();
    let backend = SqliteBackend::open(scratch.path()).unwrap();
    let folder = format!("folder={}", scratch.path().display());
    let (run, environment) = (id(5), "prod");
    let held = |by: u32, result: Result<runbook::journal::Hold, JournalError>| match result {
        Err(JournalError::Held { by: Some(who), run }) => {
            assert_eq!(who.pid, by);
            run
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was not held"),
    };
    for dies in [false, true] {
        let mut one = keeper(&["hold-run".to_owned(), folder.clone(), format!("run={run}")]);
        let mut two = keeper(&[
            "hold-environment".to_owned(),
            folder.clone(),
            format!("run={run}"),
            format!("name={environment}"),
        ]);
        assert_eq!(held(one.id(), backend.hold_run(&run, &who())), None);
        assert_eq!(held(two.id(), backend.hold_environment(environment, &id(6), &who())), Some(run.to_string()));
        drop(backend.hold_run(&id(6), &who()).unwrap());
        drop(backend.hold_environment("staging", &id(6), &who()).unwrap());
        for child in [&mut one, &mut two] {
            if dies {
                child.kill().unwrap();
            } else {
                drop(child.stdin.take());
            }
            child.wait().unwrap();
        }
        drop(backend.hold_run(&run, &who()).unwrap());
        drop(backend.hold_environment(environment, &id(6), &who()).unwrap());
    }
    assert_eq!(fs::read_dir(scratch.path().join("locks")).unwrap().count(), 0, "lock files don't pile up");
}

#[test]
fn several_processes_write_their_runs_at_once() {
    let scratch = private();
    let folder = scratch.path().join("state");
    let (processes, steps) = (6, 25);
    // None of them finds a journal, so that they race to make it as well.
    let children: Vec<_> = (1..=processes)
        .map(|number| {
            let world = scratch.path().join(format!("world-{number}"));
            Command::new(program())
                .arg("write")
                .args([format!("folder={}", folder.display()), format!("world={}", world.display())])
                .args([format!("run={}", id(number)), format!("steps={steps}"), "busy_ms=60000".to_owned()])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let backend = SqliteBackend::open(&folder).unwrap();
    let mut hashes = vec![String::new()];
    for number in 1..=processes {
        let history = read(&backend, &id(number)).unwrap();
        assert_eq!(history.writes().count(), steps);
        assert_eq!(history.last_seq, 1 + 2 * steps as Seq + 1);
        assert!(history.state.is_final());
        hashes.extend(backend.entries(&id(number), 1).unwrap().into_iter().map(|entry| entry.hash));
    }
    let runs = backend.runs().unwrap();
    assert_eq!(runs.len() as u64, processes);
    for run in runs {
        assert!(hashes.contains(&run.first.previous), "each run starts after an entry of the journal");
    }
}

#[test]
fn a_reader_sees_what_is_committed_while_another_process_keeps_the_file_locked() {
    let scratch = private();
    let backend = SqliteBackend::open(scratch.path()).unwrap();
    let first = begin(&backend, &id(1)).unwrap();
    let mut locker = keeper(&["lock".to_owned(), format!("folder={}", scratch.path().display())]);
    let reader = SqliteBackend::open(scratch.path()).unwrap();
    assert_eq!(reader.entries(&id(1), 1).unwrap(), [first]);
    assert_eq!(reader.runs().unwrap().len(), 1);
    drop(locker.stdin.take());
    locker.wait().unwrap();
}

#[derive(Clone, Debug)]
enum Operation {
    Begin(u64),
    Append { run: u64, skew: i64, texts: Vec<String>, content: Option<u8> },
    Read { run: u64, from: Seq },
    Runs,
    Content(u8),
    Reopen,
}

fn operation() -> impl Strategy<Value = Operation> {
    let run = 1..6_u64;
    // Mostly the number that is next.
    let skew = prop_oneof![8 => 0..1_i64, 1 => -2..3_i64];
    let texts = prop::collection::vec("\\PC{0,20}", 0..4);
    prop_oneof![
        2 => run.clone().prop_map(Operation::Begin),
        6 => (run.clone(), skew, texts, any::<Option<u8>>())
            .prop_map(|(run, skew, texts, content)| Operation::Append { run, skew, texts, content }),
        3 => (run, 0..9_u64).prop_map(|(run, from)| Operation::Read { run, from }),
        1 => (0..1_u8).prop_map(|_| Operation::Runs),
        1 => any::<u8>().prop_map(Operation::Content),
        1 => (0..1_u8).prop_map(|_| Operation::Reopen),
    ]
}

/// What came of an operation, with errors told apart but without their texts.
fn came<T>(result: Result<T, JournalError>) -> Result<T, String> {
    result.map_err(|error| match error {
        JournalError::Unavailable { why, .. } => format!("unavailable: {why}"),
        other => format!("{other:?}"),
    })
}

fn apply(backend: &dyn Backend, model: &MemoryBackend, operation: &Operation) -> Result<String, String> {
    let told = |value: &dyn std::fmt::Debug| format!("{value:?}");
    match operation {
        Operation::Begin(run) => came(begin(backend, &id(*run))).map(|entry| told(&entry)),
        Operation::Append { run, skew, texts, content } => {
            // The newest entry as the model knows it, so that both are given the same.
            let newest = model.entries(&id(*run), 1).ok().and_then(|entries| entries.last().cloned());
            let mut before = newest.unwrap_or_else(|| {
                Entry::after("", &id(*run), 0, String::new(), Event::Output { value: Value::Unit }).unwrap()
            });
            before.seq = before.seq.saturating_add_signed(*skew);
            let content = content.map(|byte| (content_hash(&[byte]), vec![byte]));
            came(backend.append(&following(&before, texts), content.as_slice())).map(|()| String::new())
        }
        Operation::Read { run, from } => came(backend.entries(&id(*run), *from)).map(|entries| told(&entries)),
        Operation::Runs => came(backend.runs()).map(|runs| told(&runs)),
        Operation::Content(byte) => came(backend.content(&content_hash(&[*byte]))).map(|bytes| told(&bytes)),
        Operation::Reopen => Ok(String::new()),
    }
}

#[test]
fn it_behaves_like_the_journal_in_memory_in_any_order_of_operations() {
    let cases = if full() { 2_000 } else { 60 };
    let seed = [7; 32];
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let sequences = prop::collection::vec(operation(), 1..40);
    let ran = runner.run(&sequences, |operations| {
        let scratch = private();
        let model = MemoryBackend::default();
        let mut sqlite = Some(SqliteBackend::open(scratch.path()).unwrap());
        for operation in &operations {
            if matches!(operation, Operation::Reopen) {
                drop(sqlite.take());
                sqlite = Some(SqliteBackend::open(scratch.path()).unwrap());
            }
            // The file first: what is appended depends on the state of the model before.
            let theirs = apply(sqlite.as_ref().unwrap(), &model, operation);
            let ours = apply(&model, &model, operation);
            proptest::prop_assert_eq!(&theirs, &ours, "{:?}", operation);
        }
        Ok(())
    });
    println!("seed {:?}, {cases} sequences of up to 39 operations", &seed[..1]);
    ran.unwrap();
}
