//! Whether a certificate would be trusted, and why not.

use rustls::CertificateError;
use schemars::JsonSchema;
use serde::Serialize;

use super::certificate::Certificate;
use crate::messages::bindings_tls as messages;

/// Why a certificate is not trusted, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It has ended to be valid.
    Expired,
    /// It is not valid yet.
    NotValidYet,
    /// It is for other names.
    WrongName,
    /// No authority that is trusted stands above it.
    UnknownIssuer,
    /// It was taken back.
    Revoked,
    /// It is signed by nobody but itself.
    SelfSigned,
    /// The server's part of the handshake is not made with its key.
    BadSignature,
    /// There is no certificate to be seen.
    NoHandshake,
    /// Something else, which `why` tells.
    Other,
}

/// The reason, and its words.
#[must_use]
pub fn reason(error: &CertificateError, host: &str, chain: &[Certificate]) -> (Reason, String) {
    let leaf = chain.first();
    let of = |pick: fn(&Certificate) -> &str| leaf.map_or_else(|| "?".to_owned(), |leaf| pick(leaf).to_owned());
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            // Whichever of the chain it is.
            let ended = chain.iter().find(|certificate| certificate.days_left < 0).or(leaf);
            let (subject, at) = ended.map_or(("?", "?"), |ended| (ended.subject.as_str(), ended.not_after.as_str()));
            (Reason::Expired, messages::expired_at(subject, at))
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            (Reason::NotValidYet, messages::valid_only_from(of(|leaf| &leaf.not_before)))
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            let names = leaf.map(|leaf| leaf.names.join(", ")).unwrap_or_default();
            let names = if names.is_empty() { messages::no_name() } else { names };
            (Reason::WrongName, messages::for_other_names(host, names))
        }
        CertificateError::UnknownIssuer if leaf.is_some_and(|leaf| leaf.self_issued) => {
            (Reason::SelfSigned, messages::signed_by_itself())
        }
        CertificateError::UnknownIssuer => {
            let top = chain.last().map_or_else(|| "?".to_owned(), |top| top.issuer.clone());
            let told = messages::unknown_issuer(top);
            // The commonest mistake of all: the server sends its own certificate and not the one between.
            let told = if chain.len() == 1 { messages::and_the_chain_may_be_short(told) } else { told };
            (Reason::UnknownIssuer, told)
        }
        CertificateError::Revoked => (Reason::Revoked, messages::revoked()),
        CertificateError::BadSignature => (Reason::BadSignature, messages::bad_signature()),
        other => (Reason::Other, other.to_string()),
    }
}
