//! A certificate in words.

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use x509_parser::extensions::GeneralName;
use x509_parser::oid_registry::Oid;
use x509_parser::prelude::{FromDer as _, X509Certificate};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Certificate {
    /// Its subject, such as `CN=example.com`.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// The names and addresses that it is for.
    pub names: Vec<String>,
    /// Its serial number, hexadecimal.
    pub serial: String,
    /// When it begins to be valid (RFC 3339, UTC).
    pub not_before: String,
    /// When it ends to be valid (RFC 3339, UTC).
    pub not_after: String,
    /// Whole days until then; negative when it has passed.
    pub days_left: i64,
    /// Its key: `EC P-256`, `RSA 2048`, `Ed25519`.
    pub key: String,
    /// How it is signed: `ecdsa-with-SHA256`, `sha256WithRSAEncryption`.
    pub signature: String,
    /// Whether it may issue others.
    pub is_ca: bool,
    /// Whether it is its own issuer.
    pub self_issued: bool,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
}

impl Certificate {
    /// The facts of a certificate; nothing for one that can't be read.
    #[must_use]
    pub fn of(der: &CertificateDer<'_>, now: Timestamp) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let not_before = Timestamp::from_second(certificate.validity().not_before.timestamp()).ok()?;
        let not_after = Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()?;
        let names = certificate.subject_alternative_name().ok().flatten();
        let signature = &certificate.signature_algorithm.algorithm;
        Some(Certificate {
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            names: names.iter().flat_map(|names| &names.value.general_names).filter_map(name).collect(),
            serial: data_encoding::HEXLOWER.encode(certificate.raw_serial()),
            not_before: not_before.to_string(),
            not_after: not_after.to_string(),
            days_left: (not_after.as_second() - now.as_second()).div_euclid(86_400),
            key: key(certificate.public_key()),
            signature: signature_name(signature),
            is_ca: certificate.is_ca(),
            self_issued: certificate.subject() == certificate.issuer(),
            sha256: data_encoding::HEXLOWER.encode(&Sha256::digest(der)),
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

fn key(info: &SubjectPublicKeyInfo<'_>) -> String {
    match info.parsed() {
        Ok(PublicKey::RSA(key)) => format!("RSA {}", key.key_size()),
        Ok(PublicKey::EC(point)) => {
            let curve = info.algorithm.parameters.as_ref().and_then(|parameters| parameters.as_oid().ok());
            let named = curve.and_then(|curve| match curve.to_id_string().as_str() {
                "1.2.840.10045.3.1.7" => Some("P-256"),
                "1.3.132.0.34" => Some("P-384"),
                "1.3.132.0.35" => Some("P-521"),
                _ => None,
            });
            named.map_or_else(|| format!("EC {}", point.key_size()), |curve| format!("EC {curve}"))
        }
        _ => match info.algorithm.algorithm.to_id_string().as_str() {
            "1.3.101.112" => "Ed25519".to_owned(),
            "1.3.101.113" => "Ed448".to_owned(),
            other => other.to_owned(),
        },
    }
}

/// The name of a signature algorithm as `openssl x509 -text` has it (RFC 5758, RFC 8017, RFC 8410); its number where it has none here.
fn signature_name(algorithm: &Oid<'_>) -> String {
    let number = algorithm.to_id_string();
    let known = match number.as_str() {
        "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" => "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.10" => "rsassaPss",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        "1.2.840.10045.4.1" => "ecdsa-with-SHA1",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        _ => return number,
    };
    known.to_owned()
}
