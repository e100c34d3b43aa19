//! An answer as a script sees it.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use schemars::JsonSchema;
use serde::Serialize;
use url::Url;

use super::record::Facts;
use super::tls_facts::TlsFacts;
use crate::model::value::Value;

/// An answer. Every status is a result, 404 and 503 as well: what it means, the script decides.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Response {
    /// The status, such as 200.
    pub status: u16,
    /// The URL that answered: the last one, when redirects were followed.
    pub url: String,
    /// Headers by name in lower case; one that is repeated (`set-cookie` too) is joined by `, `.
    pub headers: BTreeMap<String, String>,
    /// The body, unpacked: text when it is UTF-8, else bytes.
    pub body: Value,
    /// The body as a value, when its type is JSON and it is JSON.
    pub json: Value,
    /// Why there is no body though there was one. Of writes only: it was larger than `body_limit`. A read fails instead.
    pub body_missing: Option<String>,
    /// Where a redirect leads, as a whole URL.
    pub location: Option<String>,
    /// The redirects that were followed, first one first.
    pub redirects: Vec<Hop>,
    /// `HTTP/1.1` or `HTTP/2`.
    pub http_version: String,
    /// The address and port that answered (a proxy's, when there is one).
    pub remote_address: Option<String>,
    /// How long each part took.
    pub timings: Timings,
    /// What TLS showed; nothing for `http:`.
    pub tls: Option<TlsFacts>,
}

/// A redirect that was followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hop {
    /// Its status, such as 301.
    pub status: u16,
    /// The URL that was asked.
    pub url: String,
    /// Where it led.
    pub location: String,
}

/// How long each part took, in whole milliseconds. Parts are those of the last request, when redirects were followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Timings {
    /// Finding the address; nothing when the URL or `connect_to` has one.
    pub dns_ms: Option<u64>,
    /// From having the address until TCP stood.
    pub connect_ms: Option<u64>,
    /// From then until TLS stood; nothing for `http:`.
    pub tls_ms: Option<u64>,
    /// From the beginning until the head of the answer was there.
    pub first_byte_ms: Option<u64>,
    /// All of it, redirects and body included.
    pub total_ms: u64,
}

impl Timings {
    /// Timings from what was noted on the way.
    #[must_use]
    pub fn of(facts: &Facts, total: Duration) -> Self {
        let since =
            |later: Option<Duration>, earlier: Duration| later.map(|later| milliseconds(later.saturating_sub(earlier)));
        let dns_done = facts.begun.saturating_add(facts.dns.unwrap_or_default());
        Timings {
            dns_ms: facts.dns.map(milliseconds),
            connect_ms: since(facts.handshake_begun.or(facts.connected), dns_done),
            tls_ms: facts.handshake_begun.and_then(|begun| since(facts.connected, begun)),
            first_byte_ms: since(facts.answered, facts.begun),
            total_ms: milliseconds(total),
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Headers as a script sees them.
#[must_use]
pub fn headers(map: &HeaderMap) -> BTreeMap<String, String> {
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in map {
        let text = String::from_utf8_lossy(value.as_bytes());
        headers
            .entry(name.as_str().to_owned())
            .and_modify(|all| *all = format!("{all}, {text}"))
            .or_insert_with(|| text.into_owned());
    }
    headers
}

/// Where an answer of this status leads, when it is a redirect (RFC 9110 §15.4).
#[must_use]
pub fn location(status: u16, headers: &HeaderMap, url: &Url) -> Option<Url> {
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    // UTF-8 is taken as well, as browsers do: servers send it, and what can't be read can't be refused.
    let text = std::str::from_utf8(headers.get(LOCATION)?.as_bytes()).ok()?;
    url.join(text).ok()
}

/// The body as a script sees it, and as a value when it is JSON.
#[must_use]
pub fn body(bytes: Vec<u8>, headers: &HeaderMap) -> (Value, Value) {
    let json = if is_json(headers) {
        serde_json::from_slice(&bytes).ok().and_then(|json| Value::from_plain_json(json).ok()).unwrap_or_default()
    } else {
        Value::Unit
    };
    match String::from_utf8(bytes) {
        Ok(text) => (Value::Text(text), json),
        Err(error) => (Value::Bytes(error.into_bytes()), json),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || kind == "text/json" || kind.ends_with("+json")
}
