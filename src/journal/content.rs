//! Large values are stored once, by content: an entry holds `{"$content": HASH}` in their place.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::error::JournalError;
use crate::model::entry::{Entry, Event, content_hash};

/// A value whose JSON is longer than this many bytes is stored by content.
pub const LARGE: usize = 16 * 1024;

/// The form in which an event is stored, and the contents taken out of it by their hashes.
type Stored = (String, Vec<(String, Vec<u8>)>);

/// The event as it is stored.
pub fn take_out(event: &Event) -> Result<Stored, serde_json::Error> {
    let body = serde_json::to_string(event)?;
    if body.len() <= LARGE {
        return Ok((body, Vec::new()));
    }
    let mut contents = Vec::new();
    let mut json: Json = serde_json::from_str(&body)?;
    if let Json::Object(fields) = &mut json {
        for name in ["outcome", "value", "call", "last", "verdict", "end"] {
            match (name, fields.get_mut(name)) {
                ("value" | "last", Some(value)) => take(value, &mut contents),
                ("outcome" | "verdict" | "end", Some(Json::Object(variant))) => {
                    variant.values_mut().for_each(|value| take(value, &mut contents))
                }
                ("call", Some(Json::Object(call))) => {
                    call.get_mut("args").into_iter().for_each(|value| take(value, &mut contents))
                }
                _ => {}
            }
        }
    }
    Ok((json.to_string(), contents))
}

fn take(value: &mut Json, contents: &mut Vec<(String, Vec<u8>)>) {
    let text = value.to_string();
    if text.len() > LARGE {
        let hash = content_hash(text.as_bytes());
        contents.push((hash.clone(), text.into_bytes()));
        *value = serde_json::json!({ "$content": hash });
    }
}

/// The event that a stored body stands for; `content` gives contents by hash.
pub fn fill_in(body: &str, content: &dyn Fn(&str) -> Result<Vec<u8>, JournalError>) -> Result<Event, FillError> {
    if !body.contains("\"$content\"") {
        return Ok(Event::of_stored(body)?);
    }
    let mut json: Json = serde_json::from_str(body)?;
    fill(&mut json, content)?;
    Ok(serde_json::from_value(json)?)
}

fn fill(json: &mut Json, content: &dyn Fn(&str) -> Result<Vec<u8>, JournalError>) -> Result<(), FillError> {
    match json {
        Json::Object(object) => {
            if object.len() == 1
                && let Some(Json::String(hash)) = object.get("$content")
            {
                *json = serde_json::from_slice(&content(hash)?)?;
                return Ok(());
            }
            // A script's own map whose only key looks like ours is wrapped by the codec of values.
            if object.len() == 1
                && let Some(Json::Object(own)) = object.get_mut("$map")
            {
                return own.values_mut().try_for_each(|value| fill(value, content));
            }
            object.values_mut().try_for_each(|value| fill(value, content))
        }
        Json::Array(items) => items.iter_mut().try_for_each(|value| fill(value, content)),
        _ => Ok(()),
    }
}

/// The hashes of everything that an entry refers to: large values, and the texts of its scripts.
pub fn of(entry: &Entry) -> BTreeSet<String> {
    let mut hashes = BTreeSet::new();
    if entry.body.contains("\"$content\"")
        && let Ok(json) = serde_json::from_str(&entry.body)
    {
        refer(&json, &mut hashes);
    }
    match &entry.event {
        Event::RunStarted(start) => hashes.extend(start.sources.values().cloned()),
        Event::RunResumed { edited: Some(sources), .. } => hashes.extend(sources.values().cloned()),
        _ => {}
    }
    hashes
}

/// Takes out of `unneeded` the hashes that a stored body names anywhere, even where that only looks like a reference.
pub fn keep_named(body: &str, unneeded: &mut BTreeSet<String>) {
    // A hash needs no escaping, so it stands between two quotation marks as it is.
    for text in body.split('"').filter(|text| !text.is_empty()) {
        unneeded.remove(text);
    }
}

fn refer(json: &Json, hashes: &mut BTreeSet<String>) {
    match json {
        Json::Object(object) => match (object.len(), object.get("$content"), object.get("$map")) {
            (1, Some(Json::String(hash)), _) => drop(hashes.insert(hash.clone())),
            (1, _, Some(Json::Object(own))) => own.values().for_each(|value| refer(value, hashes)),
            _ => object.values().for_each(|value| refer(value, hashes)),
        },
        Json::Array(items) => items.iter().for_each(|value| refer(value, hashes)),
        _ => {}
    }
}

/// Why a stored body gives no event.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// It is not an event.
    #[error("{0}")]
    Malformed(#[from] serde_json::Error),
    /// Its content is missing or damaged.
    #[error(transparent)]
    Content(#[from] JournalError),
}
