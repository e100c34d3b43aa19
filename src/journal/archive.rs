//! Runs as one file that another journal can take in: a line that says what is in it and where it comes from, then every content
//! by its hash, then every entry. Each line is JSON. Entries are in the very form they were stored in, so that their hashes can be
//! verified; runs stand in the order they began in, contents in the order of their hashes.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::backend::Backend;
use super::content;
use super::error::JournalError;
use super::journal::verify;
use crate::messages::archive as messages;
use crate::model::entry::{Entry, FORMAT, Seq, content_hash};
use crate::model::history::History;
use crate::model::run::{NotARunId, RunId, Who};

/// Runs that were taken out of a journal, whole and verified.
#[derive(Debug)]
pub struct Archive {
    /// The journal that they come from, as its machine names it.
    pub journal: String,
    /// Who took them out.
    pub by: Who,
    /// When: RFC 3339, UTC.
    pub at: String,
    /// The entries of each run.
    pub runs: Vec<Vec<Entry>>,
    /// Everything that they refer to, by hash.
    pub contents: Vec<(String, Vec<u8>)>,
}

/// Why a file can't be taken in.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum Unfit {
    /// Written by a newer program.
    #[error("{}", messages::newer(.found, .known))]
    Newer {
        /// Its format.
        found: u32,
        /// The newest this program knows.
        known: u32,
    },
    /// No export, or not as it was written.
    #[error("{}", if *.line == 0 { .what.clone() } else { messages::at_line(.line, .what) })]
    Damaged {
        /// The line, from 1; 0 when the damage can't be laid to one.
        line: usize,
        /// What is wrong.
        what: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line {
    Export { v: u32, format: u32, program: String, time: String, by: Who, journal: String, runs: Vec<Listed> },
    Content { hash: String, text: Option<String>, base64: Option<String> },
    Entry { run: RunId, seq: Seq, at: String, previous: String, hash: String, body: String },
}

/// A run as the first line tells it.
#[derive(Serialize, Deserialize)]
struct Listed {
    run: RunId,
    entries: Seq,
    head: String,
}

/// Takes runs out of a journal, as the text of a file.
///
/// # Errors
/// No such run, a damaged one, storage that fails.
pub fn write(backend: &dyn Backend, runs: &[RunId], by: &Who, at: &str) -> Result<String, JournalError> {
    let mut listed = Vec::new();
    let mut hashes = BTreeSet::new();
    let mut entries = Vec::new();
    for run in runs {
        let own = backend.entries(run, 1)?;
        verify(run, &own)?;
        History::of(&own).map_err(|what| JournalError::illegal(run.as_str(), &what))?;
        own.iter().for_each(|entry| hashes.extend(content::of(entry)));
        let head = own.last().map(|last| last.hash.clone()).unwrap_or_default();
        listed.push(Listed { run: run.clone(), entries: own.len() as Seq, head });
        entries.extend(own);
    }
    let mut text = String::new();
    let program = env!("CARGO_PKG_VERSION").to_owned();
    let (time, journal) = (at.to_owned(), backend.place());
    push(&mut text, &Line::Export { v: 1, format: FORMAT, program, time, by: by.clone(), journal, runs: listed })?;
    for hash in hashes {
        let line = match String::from_utf8(backend.content(&hash)?) {
            Ok(text) => Line::Content { hash, text: Some(text), base64: None },
            Err(other) => Line::Content { hash, text: None, base64: Some(STANDARD.encode(other.as_bytes())) },
        };
        push(&mut text, &line)?;
    }
    for Entry { run, seq, at, body, previous, hash, .. } in entries {
        push(&mut text, &Line::Entry { run, seq, at, previous, hash, body })?;
    }
    Ok(text)
}

fn push(text: &mut String, line: &Line) -> Result<(), JournalError> {
    let mut json = serde_json::to_value(line).map_err(|error| unwritable(&error))?;
    if let Some(object) = json.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
    text.push_str(&json.to_string());
    text.push('\n');
    Ok(())
}

fn unwritable(error: &serde_json::Error) -> JournalError {
    JournalError::Unavailable { what: messages::writing_an_export(), why: error.to_string() }
}

/// Reads the text of such a file and verifies all of it.
///
/// # Errors
/// A file of a newer program; anything that is not as it was written, with the line.
pub fn read(text: &str) -> Result<Archive, Unfit> {
    let damaged = |line: usize, what: String| Unfit::Damaged { line, what };
    let parsed = |(at, text): (usize, &str)| {
        let line: Result<Line, _> = serde_json::from_str(text);
        line.map(|line| (at + 1, line)).map_err(|error| damaged(at + 1, error.to_string()))
    };
    let mut lines = text.lines().enumerate();
    let first = lines.next().ok_or_else(|| damaged(0, messages::is_no_export()))?;
    let mark: Mark = serde_json::from_str(first.1).map_err(|_| damaged(1, messages::is_no_export()))?;
    if mark.kind != "export" {
        return Err(damaged(1, messages::is_no_export()));
    }
    if mark.v > 1 || mark.format > FORMAT {
        return Err(Unfit::Newer { found: mark.format.max(mark.v), known: FORMAT });
    }
    let (_, Line::Export { time, by, journal, runs: listed, .. }) = parsed(first)? else {
        return Err(damaged(1, messages::is_no_export()));
    };
    is_time(1, &time)?;
    let mut contents = BTreeMap::new();
    let mut runs: BTreeMap<RunId, Vec<Entry>> = BTreeMap::new();
    for line in lines {
        match parsed(line)? {
            (at, Line::Export { .. }) => return Err(damaged(at, messages::begins_twice())),
            (at, Line::Content { hash, text, base64 }) => {
                let bytes = match (text, base64) {
                    (Some(text), None) => Some(text.into_bytes()),
                    (None, Some(base64)) => STANDARD.decode(base64).ok(),
                    _ => None,
                };
                let bytes = bytes.filter(|bytes| content_hash(bytes) == hash);
                contents.insert(hash, bytes.ok_or_else(|| damaged(at, messages::content_is_another()))?);
            }
            (at, Line::Entry { run, seq, at: time, previous, hash, body }) => {
                is_time(at, &time)?;
                let given = |hash: &str| {
                    contents.get(hash).cloned().ok_or_else(|| JournalError::Damaged {
                        run: run.to_string(),
                        seq,
                        what: messages::content_is_missing(hash),
                    })
                };
                let event = content::fill_in(&body, &given).map_err(|error| damaged(at, error.to_string()))?;
                let entry = Entry { run, seq, at: time, event, body, previous, hash };
                if let Some(hash) = content::of(&entry).iter().find(|hash| !contents.contains_key(*hash)) {
                    return Err(damaged(at, messages::content_is_missing(hash)));
                }
                runs.entry(entry.run.clone()).or_default().push(entry);
            }
        }
    }
    let whole = |Listed { run, entries, head }: &Listed| {
        // A name of a run is read as text; what is no id could be anything.
        let _is_id: RunId = run.as_str().parse().map_err(|error: NotARunId| damaged(1, error.to_string()))?;
        let own = runs.remove(run).unwrap_or_default();
        if own.len() as Seq != *entries || own.last().is_none_or(|last| last.hash != *head) {
            return Err(damaged(0, messages::run_is_not_whole(run, own.len(), entries)));
        }
        verify(run, &own).map_err(|error| damaged(0, error.to_string()))?;
        History::of(&own).map_err(|error| damaged(0, messages::run_cannot_be(run, error)))?;
        Ok(own)
    };
    let whole = listed.iter().map(whole).collect::<Result<Vec<_>, _>>()?;
    match runs.keys().next() {
        Some(run) => Err(damaged(0, messages::run_is_not_listed(run))),
        None => Ok(Archive { journal, by, at: time, runs: whole, contents: contents.into_iter().collect() }),
    }
}

/// What every version of the file begins with.
#[derive(Deserialize)]
struct Mark {
    v: u32,
    #[serde(rename = "type")]
    kind: String,
    format: u32,
}

fn is_time(line: usize, text: &str) -> Result<(), Unfit> {
    let parsed: Result<jiff::Timestamp, _> = text.parse();
    parsed.map(|_| ()).map_err(|error| Unfit::Damaged { line, what: error.to_string() })
}
