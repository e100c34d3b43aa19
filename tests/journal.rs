//! What every journal backend does: one suite, and each backend must pass it. What only the file in SQLite does stands in
//! `tests/journal_sqlite.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use runbook::journal::memory::MemoryBackend;
use runbook::journal::sqlite::SqliteBackend;
use runbook::journal::{
    Backend, Journal, JournalError, Opening, Origin, Posted, PostedAnswer, Pruned, Transfer, read, verify,
};
use runbook::model::entry::{Entry, Event, FORMAT, RunStart, Seq, content_hash};
use runbook::model::run::{Mode, RunId, RunState, Who};
use runbook::model::value::Value;
use runbook::world::clock::SystemClock;

const AT: &str = "2026-01-02T03:04:05.000000Z";

fn who() -> Who {
    Who { user: "sam".to_owned(), host: "desk".to_owned(), pid: std::process::id() }
}

fn id(number: u128) -> RunId {
    RunId::from_bits(number, 6)
}

fn start(source: &str) -> RunStart {
    RunStart {
        format: FORMAT,
        program: "0.1.0".to_owned(),
        runbook: "verify-waf".to_owned(),
        version: "1.0.0".to_owned(),
        script: "verify-waf".to_owned(),
        sources: BTreeMap::from([("verify-waf".to_owned(), content_hash(source.as_bytes()))]),
        params: Value::Map(BTreeMap::from([("domain".to_owned(), Value::Text("example.com".to_owned()))])),
        secrets: BTreeMap::new(),
        environment: None,
        mode: Mode::Normal,
        guard: runbook::model::guard::Guard::default(),
        permissions: Vec::new(),
        project: "/srv/ops".to_owned(),
        by: who(),
        nested: BTreeMap::new(),
        time_limit_s: 3600,
    }
}

fn begin(backend: &dyn Backend, run: &RunId) -> Result<Entry, JournalError> {
    let event = Event::RunStarted(Box::new(start("step")));
    backend.create(run, &[], &mut |previous| Ok(Entry::after(previous, run, 1, AT.to_owned(), event.clone()).unwrap()))
}

fn note(text: &str) -> Event {
    Event::Noted { text: text.to_owned(), by: who() }
}

/// `count` entries that follow `before`.
fn following(before: &Entry, count: u64) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for seq in before.seq + 1..=before.seq + count {
        let previous = &entries.last().unwrap_or(before).hash;
        entries.push(Entry::after(previous, &before.run, seq, AT.to_owned(), note(&format!("note {seq}"))).unwrap());
    }
    entries
}

fn opening(backend: &Arc<dyn Backend>) -> Opening {
    Opening { backend: Arc::clone(backend), clock: Arc::new(SystemClock), observer: Arc::new(|_| {}) }
}

/// A backend, and what must live as long as it does.
struct Fresh {
    backend: Arc<dyn Backend>,
    _folder: Option<tempfile::TempDir>,
}

fn memory() -> Fresh {
    Fresh { backend: Arc::new(MemoryBackend::default()), _folder: None }
}

fn sqlite() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let backend = Arc::new(SqliteBackend::open(&folder.path().join("state")).unwrap());
    Fresh { backend, _folder: Some(folder) }
}

fn what_is_written_is_read_back(backend: &dyn Backend) {
    let first = begin(backend, &id(1)).unwrap();
    let more = following(&first, 3);
    backend.append(&more, &[]).unwrap();
    let mut all = vec![first];
    all.extend(more);
    assert_eq!(backend.entries(&id(1), 1).unwrap(), all);
    assert_eq!(backend.entries(&id(1), 0).unwrap(), all);
    assert_eq!(backend.entries(&id(1), 3).unwrap(), all[2..]);
    assert_eq!(backend.entries(&id(1), 5).unwrap(), []);
    assert_eq!(backend.entries(&id(1), Seq::MAX).unwrap(), []);
    verify(&id(1), &all).unwrap();
}

fn text_of_any_kind_is_read_back(backend: &dyn Backend) {
    let mut before = begin(backend, &id(1)).unwrap();
    let texts = ["", "現在の状態 🚒", "'; DROP TABLE entry; --", "\u{0}\u{1}\u{7f}\n\r\t\"\\", "{\"$content\":\"x\"}"];
    for text in texts {
        let entry = Entry::after(&before.hash, &before.run, before.seq + 1, AT.to_owned(), note(text)).unwrap();
        backend.append(std::slice::from_ref(&entry), &[]).unwrap();
        assert_eq!(backend.entries(&id(1), entry.seq).unwrap(), std::slice::from_ref(&entry));
        before = entry;
    }
}

fn a_map_that_looks_like_a_reference_to_content_is_read_back(backend: &dyn Backend) {
    let first = begin(backend, &id(1)).unwrap();
    let inner = Value::Map(BTreeMap::from([("$content".to_owned(), Value::Text("x".to_owned()))]));
    let outer = Value::Map(BTreeMap::from([("$map".to_owned(), inner.clone())]));
    let event = Event::Output { value: Value::List(vec![inner, outer]) };
    let entry = Entry::after(&first.hash, &first.run, 2, AT.to_owned(), event).unwrap();
    backend.append(std::slice::from_ref(&entry), &[]).unwrap();
    assert_eq!(backend.entries(&id(1), 2).unwrap(), [entry]);
}

fn a_taken_id_is_refused(backend: &dyn Backend) {
    let first = begin(backend, &id(1)).unwrap();
    assert_eq!(begin(backend, &id(1)), Err(JournalError::Taken));
    assert_eq!(backend.entries(&id(1), 1).unwrap(), [first]);
}

fn a_run_that_fails_to_be_made_is_not_there(backend: &dyn Backend) {
    let failure = JournalError::Unavailable { what: "making".to_owned(), why: "a reason".to_owned() };
    assert_eq!(backend.create(&id(1), &[], &mut |_| Err(failure.clone())), Err(failure.clone()));
    assert_eq!(backend.entries(&id(1), 1), Err(JournalError::NoSuchRun(id(1).to_string())));
    begin(backend, &id(1)).unwrap();
}

fn there_is_no_run_that_was_not_begun(backend: &dyn Backend) {
    begin(backend, &id(1)).unwrap();
    for from in [0, 1, 2] {
        assert_eq!(backend.entries(&id(2), from), Err(JournalError::NoSuchRun(id(2).to_string())));
    }
}

fn taken_numbers_and_gaps_are_refused(backend: &dyn Backend) {
    let first = begin(backend, &id(1)).unwrap();
    let more = following(&first, 6);
    backend.append(&more[..2], &[]).unwrap();
    let stored = backend.entries(&id(1), 1).unwrap();
    let reason = |entries: &[Entry]| match backend.append(entries, &[]) {
        Err(JournalError::Unavailable { why, .. }) => why,
        other => panic!("{other:?}"),
    };
    assert!(reason(&more[..1]).contains("somebody else wrote"), "{}", reason(&more[..1]));
    assert!(reason(&more[1..3]).contains("somebody else wrote"));
    assert!(reason(&more[3..4]).contains("does not follow"));
    assert!(reason(std::slice::from_ref(&first)).contains("first entry"));
    let stranger = Entry::after("", &id(9), 2, AT.to_owned(), note("stranger")).unwrap();
    assert!(reason(&[stranger]).contains("does not follow"));
    assert_eq!(backend.entries(&id(1), 1).unwrap(), stored);
    assert_eq!(backend.runs().unwrap().len(), 1);
    backend.append(&more[2..], &[]).unwrap();
}

fn entries_are_stored_all_or_none(backend: &dyn Backend) {
    let first = begin(backend, &id(1)).unwrap();
    let mut more = following(&first, 4);
    more.remove(2);
    let content = (content_hash(b"kept out"), b"kept out".to_vec());
    assert!(backend.append(&more, std::slice::from_ref(&content)).is_err());
    assert_eq!(backend.entries(&id(1), 1).unwrap(), std::slice::from_ref(&first));
    assert!(backend.content(&content.0).is_err(), "the contents of refused entries are not stored");
    assert_eq!(begin(backend, &id(2)).unwrap().previous, first.hash);
}

// "it stores the exact source of every script by content hash", "Large results are stored once, by content."
fn contents_are_stored_once_and_given_by_hash(backend: &dyn Backend) {
    let bytes = vec![7_u8; 100_000];
    let hash = content_hash(&bytes);
    for _ in 0..3 {
        backend.append(&[], &[(hash.clone(), bytes.clone())]).unwrap();
    }
    assert_eq!(backend.content(&hash).unwrap(), bytes);
    let unknown = content_hash(b"unknown");
    assert!(matches!(backend.content(&unknown), Err(JournalError::Damaged { what, .. }) if what.contains(&unknown)));
}

// "hash-chained per run with each run's start chained to the one before"
fn a_run_starts_after_the_newest_entry_of_the_whole_journal(backend: &dyn Backend) {
    let one = begin(backend, &id(1)).unwrap();
    assert_eq!(one.previous, "");
    let two = begin(backend, &id(2)).unwrap();
    assert_eq!(two.previous, one.hash);
    let more = following(&one, 2);
    backend.append(&more, &[]).unwrap();
    let three = begin(backend, &id(3)).unwrap();
    assert_eq!(three.previous, more[1].hash);
}

fn runs_are_listed_newest_first_with_their_newest_entry(backend: &dyn Backend) {
    assert!(backend.runs().unwrap().is_empty());
    // Ids whose order as text is another one.
    let firsts: Vec<_> = [9, 3, 30, 1].map(|n| begin(backend, &id(n)).unwrap()).into();
    let more = following(&firsts[1], 2);
    backend.append(&more, &[]).unwrap();
    let listed = backend.runs().unwrap();
    let first: Vec<_> = listed.iter().rev().map(|run| run.first.clone()).collect();
    assert_eq!(first, firsts);
    let newest: Vec<_> = listed.iter().rev().map(|run| run.newest.clone()).collect();
    assert_eq!(newest, [firsts[0].clone(), more[1].clone(), firsts[2].clone(), firsts[3].clone()]);
}

fn a_hold_keeps_others_out_until_it_is_dropped(backend: &dyn Backend) {
    let run = backend.hold_run(&id(1), &who()).unwrap();
    assert!(matches!(backend.hold_run(&id(1), &who()), Err(JournalError::Held { .. })));
    let other = backend.hold_run(&id(2), &who()).unwrap();
    for name in ["prod", "../prod", "本番", &"x".repeat(300), ""] {
        let environment = backend.hold_environment(name, &id(1), &who()).unwrap();
        assert!(matches!(backend.hold_environment(name, &id(2), &who()), Err(JournalError::Held { .. })), "{name}");
        drop(environment);
        drop(backend.hold_environment(name, &id(2), &who()).unwrap());
    }
    drop(run);
    drop(backend.hold_run(&id(1), &who()).unwrap());
    drop(other);
}

fn a_journal_is_taken_up_where_it_was_left(backend: &Arc<dyn Backend>) {
    let journal = Journal::start(opening(backend), id(1), start("let x = 1;"), vec!["let x = 1;".to_owned()]).unwrap();
    assert!(matches!(Journal::open(opening(backend), id(1), &who()), Err(JournalError::Held { .. })));
    let large = Value::Text("large ".repeat(20_000));
    journal.record(Event::Output { value: large.clone() }).unwrap();
    journal.record(note("one")).unwrap();
    drop(journal);
    let journal = Journal::open(opening(backend), id(1), &who()).unwrap();
    assert_eq!(journal.history(|history| history.output.clone()), Some(large.clone()));
    journal.record(Event::Output { value: large.clone() }).unwrap();
    journal.record(Event::Done { value: large.clone(), unasked: Vec::new() }).unwrap();
    let history = read(&**backend, &id(1)).unwrap();
    assert_eq!((history.state, history.last_seq, history.value), (RunState::Done, 5, Some(large)));
    assert_eq!(backend.content(&content_hash(b"let x = 1;")).unwrap(), b"let x = 1;");
    for entry in backend.entries(&id(1), 1).unwrap() {
        assert!(entry.body.len() < 2_000, "large values are not in the entry itself");
    }
    assert_eq!(backend.runs().unwrap().len(), 1);
}

fn what_a_run_asks_is_posted_once_and_its_first_answer_stands(backend: &dyn Backend) {
    let first = begin(backend, &id(1)).unwrap();
    let answer = |text: &str| PostedAnswer { value: Value::from(text), by: who(), at: AT.to_owned() };
    assert!(backend.posted(&id(1)).unwrap().is_empty());
    assert!(!backend.answer(&id(1), "a", &answer("nobody asked")).unwrap());
    for (about, question) in [("a", "{\"kind\":\"…\"}"), ("b", "{}"), ("a", "asked again")] {
        backend.post(&id(1), about, question, AT).unwrap();
    }
    assert!(backend.answer(&id(1), "a", &answer("yes")).unwrap());
    assert!(!backend.answer(&id(1), "a", &answer("no")).unwrap(), "somebody was faster");
    backend.post(&id(1), "a", "asked after a crash", AT).unwrap();
    backend.take_back(&id(1), "b").unwrap();
    let posted = Posted {
        about: "a".to_owned(),
        question: "{\"kind\":\"…\"}".to_owned(),
        at: AT.to_owned(),
        answer: Some(answer("yes")),
    };
    assert_eq!(backend.posted(&id(1)).unwrap(), [posted]);
    assert!(backend.posted(&id(2)).unwrap().is_empty(), "a run knows only its own");
    assert_eq!(backend.entries(&id(1), 1).unwrap(), [first], "the journal is the run's alone");
}

/// A run as it came to be in a journal of its own.
fn elsewhere(number: u128, entries: u64) -> Vec<Entry> {
    let other = MemoryBackend::default();
    let first = begin(&other, &id(number)).unwrap();
    let more = following(&first, entries - 1);
    std::iter::once(first).chain(more).collect()
}

fn transfer() -> Transfer {
    Transfer {
        journal: "/elsewhere/journal.sqlite".to_owned(),
        exported_by: who(),
        exported_at: AT.to_owned(),
        imported_by: who(),
        imported_at: AT.to_owned(),
    }
}

fn runs_of_another_journal_are_taken_in_and_stay_known_as_such(backend: &dyn Backend) {
    let own = begin(backend, &id(1)).unwrap();
    let (two, three) = (elsewhere(2, 3), elsewhere(3, 1));
    let contents = [(content_hash(b"text"), b"text".to_vec())];
    let added = backend.import(&[two.clone(), three.clone()], &contents, &transfer()).unwrap();
    assert_eq!(added, [3, 1]);
    assert_eq!(backend.entries(&id(2), 1).unwrap(), two);
    assert_eq!(backend.content(&contents[0].0).unwrap(), b"text");
    let newest: Vec<String> = backend.runs().unwrap().into_iter().map(|run| run.newest.hash).collect();
    assert_eq!(newest, [three[0].hash.clone(), two[2].hash.clone(), own.hash]);
    let origins = backend.origins().unwrap();
    assert_eq!(origins[0], (id(2), Origin { first: 1, last: 3, head: two[2].hash.clone(), transfer: transfer() }));
    assert_eq!(origins.len(), 2);
    // The next run follows what was taken in.
    assert_eq!(begin(backend, &id(4)).unwrap().previous, three[0].hash);
}

fn a_run_that_went_on_elsewhere_gets_what_it_lacks_and_one_that_parted_is_refused(backend: &dyn Backend) {
    let whole = elsewhere(2, 5);
    let import = |entries: &[Entry]| backend.import(&[entries.to_vec()], &[], &transfer());
    assert_eq!(import(&whole[..3]).unwrap(), [3]);
    assert_eq!(import(&whole[..3]).unwrap(), [0], "the same again");
    assert_eq!(import(&whole).unwrap(), [2], "what it did since");
    assert_eq!(import(&whole[..3]).unwrap(), [0], "an older export");
    assert_eq!(backend.entries(&id(2), 1).unwrap(), whole);
    assert_eq!(backend.origins().unwrap().iter().map(|(_, origin)| origin.first).collect::<Vec<_>>(), [1, 4]);
    let mut parted = whole[..3].to_vec();
    parted.push(Entry::after(&whole[2].hash, &id(2), 4, AT.to_owned(), note("another")).unwrap());
    let refused = backend.import(&[elsewhere(3, 1), parted], &[], &transfer());
    assert_eq!(refused, Err(JournalError::Differs(id(2).to_string())));
    assert_eq!(backend.runs().unwrap().len(), 1, "all or none");
    assert_eq!(backend.entries(&id(2), 1).unwrap(), whole);
}

/// Ends a run that has only its first entry.
fn end(backend: &dyn Backend, first: &Entry, contents: &[(String, Vec<u8>)]) -> Entry {
    let event = Event::Done { value: Value::Unit, unasked: Vec::new() };
    let last = Entry::after(&first.hash, &first.run, 2, AT.to_owned(), event).unwrap();
    backend.append(std::slice::from_ref(&last), contents).unwrap();
    last
}

fn tombstone(backend: &dyn Backend, run: &RunId) -> Pruned {
    let entries = backend.entries(run, 1).unwrap();
    Pruned::of(&entries, &read(backend, run).unwrap(), &who(), AT).unwrap()
}

fn a_pruned_run_leaves_its_tombstone_and_what_others_need(backend: &dyn Backend) {
    let step = (content_hash(b"step"), b"step".to_vec());
    let first = begin(backend, &id(1)).unwrap();
    let last = end(backend, &first, std::slice::from_ref(&step));
    let second = begin(backend, &id(2)).unwrap();
    end(backend, &second, &[]);
    backend.post(&id(1), "#2", "{}", AT).unwrap();
    let stone = tombstone(backend, &id(1));
    backend.prune(std::slice::from_ref(&stone)).unwrap();
    assert_eq!(backend.entries(&id(1), 1), Err(JournalError::NoSuchRun(id(1).to_string())));
    assert_eq!(backend.posted(&id(1)).unwrap(), []);
    assert_eq!(backend.runs().unwrap().len(), 1);
    assert_eq!(backend.content(&step.0).unwrap(), b"step", "the other run refers to it");
    let left = backend.pruned().unwrap();
    assert_eq!((&left[0].run, &left[0].head, left[0].entries), (&id(1), &last.hash, 2));
    assert_eq!(left[0].followed, [second.previous]);
    // The last that refers to it takes it along, and the next run follows what is there no more.
    let newest = tombstone(backend, &id(2)).head;
    backend.prune(&[tombstone(backend, &id(2))]).unwrap();
    assert!(backend.content(&step.0).is_err());
    assert!(backend.runs().unwrap().is_empty());
    let third = begin(backend, &id(3)).unwrap();
    assert_eq!(third.previous, newest);
    assert_eq!(backend.pruned().unwrap()[1].followed, [newest]);
    assert_eq!(backend.runs().unwrap().len(), 1);
    backend.compact().unwrap();
    assert_eq!(backend.entries(&id(3), 1).unwrap(), [third]);
}

fn a_run_that_has_not_ended_or_grew_since_is_not_pruned(backend: &dyn Backend) {
    let first = begin(backend, &id(1)).unwrap();
    assert!(Pruned::of(&backend.entries(&id(1), 1).unwrap(), &read(backend, &id(1)).unwrap(), &who(), AT).is_none());
    let last = end(backend, &first, &[]);
    let other = begin(backend, &id(2)).unwrap();
    end(backend, &other, &[]);
    let stones = [tombstone(backend, &id(2)), tombstone(backend, &id(1))];
    backend.append(&following(&last, 1), &[]).unwrap();
    assert_eq!(backend.prune(&stones), Err(JournalError::NoSuchRun(id(1).to_string())));
    assert_eq!((backend.runs().unwrap().len(), backend.pruned().unwrap()), (2, Vec::new()), "all or none");
}

macro_rules! suite {
    ($backend:ident: $($behaviour:ident),+ $(,)?) => {
        mod $backend {
            $(#[test]
            fn $behaviour() {
                let fresh = super::$backend();
                super::$behaviour((&fresh.backend).into_arg());
            })+

            use super::IntoArg;
        }
    };
}

/// Lets a behaviour ask for the backend alone, or for it as it is shared.
trait IntoArg<T> {
    fn into_arg(self) -> T;
}

impl<'a> IntoArg<&'a dyn Backend> for &'a Arc<dyn Backend> {
    fn into_arg(self) -> &'a dyn Backend {
        &**self
    }
}

impl<'a> IntoArg<&'a Arc<dyn Backend>> for &'a Arc<dyn Backend> {
    fn into_arg(self) -> &'a Arc<dyn Backend> {
        self
    }
}

macro_rules! backends {
    ($($backend:ident),+ $(,)?) => {
        $(suite! { $backend:
            what_is_written_is_read_back,
            text_of_any_kind_is_read_back,
            a_map_that_looks_like_a_reference_to_content_is_read_back,
            a_taken_id_is_refused,
            a_run_that_fails_to_be_made_is_not_there,
            there_is_no_run_that_was_not_begun,
            taken_numbers_and_gaps_are_refused,
            entries_are_stored_all_or_none,
            contents_are_stored_once_and_given_by_hash,
            a_run_starts_after_the_newest_entry_of_the_whole_journal,
            runs_are_listed_newest_first_with_their_newest_entry,
            a_hold_keeps_others_out_until_it_is_dropped,
            a_journal_is_taken_up_where_it_was_left,
            what_a_run_asks_is_posted_once_and_its_first_answer_stands,
            runs_of_another_journal_are_taken_in_and_stay_known_as_such,
            a_pruned_run_leaves_its_tombstone_and_what_others_need,
            a_run_that_has_not_ended_or_grew_since_is_not_pruned,
            a_run_that_went_on_elsewhere_gets_what_it_lacks_and_one_that_parted_is_refused,
        })+
    };
}

backends!(memory, sqlite);
