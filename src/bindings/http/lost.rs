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
use crate::messages::bindings_http as messages;
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
                Failure::new(FailureKind::Interrupted, messages::was_stopped_before_anything_was_sent(&to))
            }
            Lost::TimedOut => unavailable("timeout", messages::had_no_connection_within(&to, say(request.timeout))),
            Lost::Error(error) => not_connected(error, request, url, facts, now),
        };
    }
    let (reason, what) = match lost {
        Lost::Stopped => ("stopped", messages::was_stopped()),
        Lost::TimedOut => ("timeout", messages::had_no_whole_answer_within(say(request.timeout))),
        Lost::Error(error) => ("answer_lost", messages::got_no_whole_answer(deepest(*error))),
    };
    let mut details = BTreeMap::from([("reason".to_owned(), Value::from(reason))]);
    let mut seen = String::new();
    if let Some(status) = facts.status {
        details.insert("status".to_owned(), Value::Int(i64::from(status)));
        seen = messages::after_it_had_begun_to_answer(status);
    }
    let details = Value::Map(details);
    if request.is_write() {
        return Failure::unknown(messages::was_sent_and_lost(&to, &what, &seen))
            .hint(messages::look_at_the_other_side_whether_it_was())
            .details(details);
    }
    let kind = if matches!(lost, Lost::Stopped) { FailureKind::Interrupted } else { FailureKind::Failed };
    Failure::new(kind, messages::what_came_of_it(to, what, seen)).details(details)
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
        Some(to) => messages::host_at(host, &to.host, to.port),
        None => format!("`{host}:{}`", url.port_or_known_default().unwrap_or_default()),
    };
    if let Some(why) = &facts.no_address {
        return unavailable("no_address", messages::has_no_address(&at, why))
            .hint(messages::look_at_its_records_for_instance_with_dig());
    }
    if let Some(why) = &facts.certificate_error {
        return certificate(why, host, &at, facts, now);
    }
    if let Some(why) = find::<rustls::Error>(error) {
        return tls(why, &at);
    }
    if error.is_builder() {
        return Failure::invalid(messages::cannot_be_asked(shown(url), deepest(error)));
    }
    if error.is_timeout() {
        let limit = say(request.connect_timeout.min(request.timeout));
        let message = if facts.handshake_begun.is_some() {
            messages::did_not_finish_its_handshake_within(at, limit)
        } else {
            messages::could_not_be_connected_to_within(at, limit)
        };
        return unavailable("timeout", message);
    }
    let refused =
        find::<std::io::Error>(error).is_some_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused);
    let message = if facts.handshake_begun.is_some() {
        messages::ended_the_handshake(at, deepest(error))
    } else {
        messages::could_not_be_connected_to(at, deepest(error))
    };
    unavailable(if refused { "refused" } else { "unreachable" }, message)
}

fn certificate(why: &CertificateError, host: &str, at: &str, facts: &Facts, now: Timestamp) -> Failure {
    let seen = TlsFacts::of(&facts.chain, None, now);
    let of = |pick: fn(&TlsFacts) -> String| seen.as_ref().map_or_else(|| "?".to_owned(), pick);
    let (reason, message, hint) = match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            "expired",
            messages::the_certificate_of_expired_at(at, of(|tls| tls.not_after.clone())),
            messages::it_must_be_renewed_by_whoever_runs(),
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => (
            "not_valid_yet",
            messages::the_certificate_of_is_valid_only_from(at, of(|tls| tls.not_before.clone())),
            messages::look_at_the_clock_of_this_machine(),
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            "wrong_name",
            messages::certificate_is_for_others(at, of(|tls| names(&tls.names)), host),
            messages::look_whether_the_name_leads_to_the_right(),
        ),
        CertificateError::UnknownIssuer => (
            "unknown_issuer",
            messages::the_certificate_of_was_issued_by_which(at, of(|tls| tls.issuer.clone())),
            messages::if_it_is_an_authority_of_your_own(),
        ),
        other => (
            "certificate",
            messages::the_certificate_of_is_not_accepted(at, other),
            messages::it_must_be_replaced_by_whoever_runs(),
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
        shown.push(messages::more(names.len() - SHOWN_MAX));
    }
    if shown.is_empty() { messages::no_name_at_all() } else { shown.join(", ") }
}

fn tls(why: &rustls::Error, at: &str) -> Failure {
    match why {
        rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType) => {
            unavailable("tls", messages::does_not_speak_tls(at)).hint(messages::is_it_an_address())
        }
        rustls::Error::AlertReceived(alert) => {
            unavailable("tls", messages::ended_the_handshake_with_an_alert(at, format!("{alert:?}")))
        }
        other => unavailable("tls", messages::no_tls_with(at, other)),
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
