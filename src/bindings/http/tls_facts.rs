//! What a TLS connection showed: its version, and the server's certificate in words.

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use schemars::JsonSchema;
use serde::Serialize;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// What a TLS connection showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TlsFacts {
    /// The version spoken: `TLS 1.2` or `TLS 1.3`; nothing when the handshake failed.
    pub version: Option<String>,
    /// The subject of the server's certificate, such as `CN=example.com`.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// The names and addresses that it is for.
    pub names: Vec<String>,
    /// When it begins to be valid (RFC 3339, UTC).
    pub not_before: String,
    /// When it ends to be valid (RFC 3339, UTC).
    pub not_after: String,
    /// Whole days until then; negative when it has passed.
    pub days_left: i64,
    /// How many certificates the server sent, its own among them.
    pub chain_length: u32,
}

impl TlsFacts {
    /// The facts of a chain, the server's own certificate first; nothing when there is none that can be read.
    #[must_use]
    pub fn of(chain: &[CertificateDer<'_>], version: Option<&str>, now: Timestamp) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(chain.first()?).ok()?;
        let not_before = Timestamp::from_second(certificate.validity().not_before.timestamp()).ok()?;
        let not_after = Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()?;
        let names = certificate.subject_alternative_name().ok().flatten();
        Some(TlsFacts {
            version: version.map(str::to_owned),
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            names: names.iter().flat_map(|names| &names.value.general_names).filter_map(name).collect(),
            not_before: not_before.to_string(),
            not_after: not_after.to_string(),
            days_left: (not_after.as_second() - now.as_second()).div_euclid(86_400),
            chain_length: u32::try_from(chain.len()).unwrap_or(u32::MAX),
        })
    }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes).ok().map(|octets| std::net::Ipv4Addr::from(octets).to_string()),
            _ => <[u8; 16]>::try_from(*bytes).ok().map(|octets| std::net::Ipv6Addr::from(octets).to_string()),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_told_in_words() {
        let mut params =
            rcgen::CertificateParams::new(vec!["a.test".to_owned(), "192.0.2.1".to_owned()]).expect("params");
        params.not_before = rcgen::date_time_ymd(2026, 1, 1);
        params.not_after = rcgen::date_time_ymd(2026, 3, 1);
        params.distinguished_name.push(rcgen::DnType::CommonName, "the server");
        let key = rcgen::KeyPair::generate().expect("key");
        let der = params.self_signed(&key).expect("certificate").der().clone();
        let at = |text: &str| {
            TlsFacts::of(std::slice::from_ref(&der), Some("TLS 1.3"), text.parse().expect("time")).expect("facts")
        };
        let facts = at("2026-02-27T12:00:00Z");
        assert_eq!(facts.names, ["a.test", "192.0.2.1"]);
        assert!(facts.subject.contains("CN=the server"), "{}", facts.subject);
        assert_eq!(facts.not_after, "2026-03-01T00:00:00Z");
        assert_eq!(facts.days_left, 1);
        assert_eq!(at("2026-03-01T00:00:01Z").days_left, -1);
        assert_eq!(TlsFacts::of(&[CertificateDer::from(vec![1, 2, 3])], None, Timestamp::UNIX_EPOCH), None);
    }
}
