//! Why a request has no answer, and what is known then: nothing was sent (`unavailable`), a read was lost (`failed`), a write
//! was lost after it may have been sent (`unknown`).

use std::collections::BTreeMap;
use std::error::Error;

use jiff::Timestamp;
use rustls::CertificateError;
use url::Url;

use super::record::Facts;
use super::request::Request;
use super::tls_facts::TlsFacts;
use crate::model::duration::say;
use crate::model::failure::{Failure, FailureKind};
use crate::model::value::Value;

/// What ended a request before its answer was whole.
pub enum Lost<'a> {
    /// The library reports an error.
    Error(&'a reqwest::Error),
    /// The time for all of it is over.
    TimedOut,
    /// A person or the run's end stopped it.
    Stopped,
}

/// What is known about a request that was lost.
#[must_use]
pub fn failure(lost: &Lost<'_>, request: &Request, url: &Url, facts: &Facts, now: Timestamp) -> Failure {
    let to = format!("`{} {}`", request.method, shown(url));
    if let Some(forbidden) = &facts.forbidden {
        return forbidden.failure();
    }
    if facts.connected.is_none() {
        return match lost {
            Lost::Stopped => {
                Failure::new(FailureKind::Interrupted, format!("{to} was stopped before anything was sent"))
            }
            Lost::TimedOut => unavailable("timeout", format!("{to} had no connection within {}", say(request.timeout))),
            Lost::Error(error) => not_connected(error, request, url, facts, now),
        };
    }
    let (reason, what) = match lost {
        Lost::Stopped => ("stopped", "was stopped".to_owned()),
        Lost::TimedOut => ("timeout", format!("had no whole answer within {}", say(request.timeout))),
        Lost::Error(error) => ("answer_lost", format!("got no whole answer: {}", deepest(*error))),
    };
    let mut details = BTreeMap::from([("reason".to_owned(), Value::from(reason))]);
    let mut seen = String::new();
    if let Some(status) = facts.status {
        details.insert("status".to_owned(), Value::Int(i64::from(status)));
        seen = format!(" after it had begun to answer with status {status}");
    }
    let details = Value::Map(details);
    if request.is_write() {
        return Failure::unknown(format!("{to} {what}{seen}: it was sent, and may or may not have been carried out"))
            .hint("look at the other side whether it was carried out")
            .details(details);
    }
    let kind = if matches!(lost, Lost::Stopped) { FailureKind::Interrupted } else { FailureKind::Failed };
    Failure::new(kind, format!("{to} {what}{seen}")).details(details)
}

/// A URL for messages: without its query, in which a probe has its attack and a careless script its token.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.to_string()
}

fn unavailable(reason: &str, message: String) -> Failure {
    Failure::unavailable(message).details(Value::Map(BTreeMap::from([("reason".to_owned(), Value::from(reason))])))
}

fn not_connected(error: &reqwest::Error, request: &Request, url: &Url, facts: &Facts, now: Timestamp) -> Failure {
    let host = url.host_str().unwrap_or_default();
    let at = match &request.connect_to {
        Some(to) => format!("`{host}` (at `{}:{}`)", to.host, to.port),
        None => format!("`{host}:{}`", url.port_or_known_default().unwrap_or_default()),
    };
    if let Some(why) = &facts.no_address {
        return unavailable("no_address", format!("{at} has no address: {why}"))
            .hint("look at its records, for instance with `dig`");
    }
    if let Some(why) = &facts.certificate_error {
        return certificate(why, host, &at, facts, now);
    }
    if let Some(why) = find::<rustls::Error>(error) {
        return tls(why, &at);
    }
    if error.is_builder() {
        return Failure::invalid(format!("`{}` can't be asked for: {}", shown(url), deepest(error)));
    }
    if error.is_timeout() {
        let stage = if facts.handshake_begun.is_some() {
            "did not finish its TLS handshake"
        } else {
            "could not be connected to"
        };
        return unavailable(
            "timeout",
            format!("{at} {stage} within {}", say(request.connect_timeout.min(request.timeout))),
        );
    }
    let refused =
        find::<std::io::Error>(error).is_some_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused);
    let stage = if facts.handshake_begun.is_some() { "ended the TLS handshake" } else { "could not be connected to" };
    unavailable(if refused { "refused" } else { "unreachable" }, format!("{at} {stage}: {}", deepest(error)))
}

fn certificate(why: &CertificateError, host: &str, at: &str, facts: &Facts, now: Timestamp) -> Failure {
    let seen = TlsFacts::of(&facts.chain, None, now);
    let of = |pick: fn(&TlsFacts) -> String| seen.as_ref().map_or_else(|| "?".to_owned(), pick);
    let (reason, message, hint) = match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            "expired",
            format!("the certificate of {at} expired at {}", of(|tls| tls.not_after.clone())),
            "it must be renewed by whoever runs that server",
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => (
            "not_valid_yet",
            format!("the certificate of {at} is valid only from {}", of(|tls| tls.not_before.clone())),
            "look at the clock of this machine",
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            "wrong_name",
            format!("the certificate of {at} is for {}, not for `{host}`", of(|tls| names(&tls.names))),
            "look whether the name leads to the right server",
        ),
        CertificateError::UnknownIssuer => (
            "unknown_issuer",
            format!(
                "the certificate of {at} was issued by `{}`, which is not trusted here",
                of(|tls| tls.issuer.clone())
            ),
            "if it is an authority of your own, name its certificate with `ca_file`",
        ),
        other => (
            "certificate",
            format!("the certificate of {at} is not accepted: {other}"),
            "it must be replaced by whoever runs that server",
        ),
    };
    let mut details = BTreeMap::from([("reason".to_owned(), Value::from(reason))]);
    let tls = seen.and_then(|tls| serde_json::to_value(tls).ok()).and_then(|tls| Value::from_plain_json(tls).ok());
    if let Some(tls) = tls {
        details.insert("tls".to_owned(), tls);
    }
    // The server answered, and the next answer would be the same: not worth trying again. Nothing was sent to it.
    Failure::failed(message).hint(hint).details(Value::Map(details))
}

fn names(names: &[String]) -> String {
    const SHOWN_MAX: usize = 5;
    let mut shown: Vec<String> = names.iter().take(SHOWN_MAX).map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN_MAX {
        shown.push(format!("{} more", names.len() - SHOWN_MAX));
    }
    if shown.is_empty() { "no name at all".to_owned() } else { shown.join(", ") }
}

fn tls(why: &rustls::Error, at: &str) -> Failure {
    match why {
        rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType) => {
            unavailable("tls", format!("{at} does not speak TLS")).hint("is it an `http:` address?")
        }
        rustls::Error::AlertReceived(alert) => {
            unavailable("tls", format!("{at} ended the TLS handshake with the alert `{alert:?}`"))
        }
        other => unavailable("tls", format!("no TLS with {at}: {other}")),
    }
}

/// The cause of this type, wherever in the chain. An I/O error hides the one that it wraps from `source`.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = inner(error);
    }
    None
}

/// What the last cause in the chain says.
#[must_use]
pub fn deepest(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(next) = inner(last) {
        last = next;
    }
    match last.downcast_ref::<std::io::Error>() {
        Some(io) if io.raw_os_error().is_some() => io.kind().to_string(),
        _ => last.to_string(),
    }
}

fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}
