//! How much of TLS a connection asks for, and which authorities it trusts.

use std::path::{Component, Path};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::Context;
use crate::messages::bindings_db as messages;
use crate::model::failure::Failure;

/// A bundle of every public authority is a quarter of this.
const CA_FILE_BYTES_MAX: u64 = 1 << 20;

/// The modes, under the names that libpq gave them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    /// No TLS.
    Disable,
    /// TLS where the server offers it; nothing is verified.
    Prefer,
    /// TLS, or no connection; nothing is verified.
    Require,
    /// TLS with a certificate of a trusted authority, whatever name it is for.
    VerifyCa,
    /// TLS with a certificate of a trusted authority for the host's name.
    VerifyFull,
}

impl Tls {
    /// The mode that a URL's `sslmode` or `ssl-mode` names, in the words of either system.
    #[must_use]
    pub fn of_url(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().replace('_', "-").as_str() {
            "disable" | "disabled" => Tls::Disable,
            "allow" | "prefer" | "preferred" => Tls::Prefer,
            "require" | "required" => Tls::Require,
            "verify-ca" => Tls::VerifyCa,
            "verify-full" | "verify-identity" => Tls::VerifyFull,
            _ => return None,
        })
    }

    /// The mode when nothing is said: the strictest, but for a host on this machine, where there is no wire between.
    #[must_use]
    pub fn default_for(host: &str) -> Self {
        if is_loopback(host) { Tls::Prefer } else { Tls::VerifyFull }
    }
}

/// Whether a host is this machine, by its name or address.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Checks the form of a `ca_file`: a path below the project, or an absolute one.
///
/// # Errors
/// A path that leads out of the project.
pub fn check_path(path: &str) -> Result<(), Failure> {
    let goes_up = Path::new(path).components().any(|part| matches!(part, Component::ParentDir));
    if path.is_empty() || !Path::new(path).is_absolute() && goes_up {
        return Err(Failure::invalid(messages::ca_file_cannot_be(path)).hint(messages::ca_file_path()));
    }
    Ok(())
}

/// The text of a `ca_file`; nothing when there is none.
///
/// # Errors
/// A file that can't be read, is too large, or holds no certificate.
pub fn authorities(path: Option<&str>, context: &Context<'_>) -> Result<Vec<u8>, Failure> {
    use std::io::Read as _;

    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;

    let Some(path) = path else { return Ok(Vec::new()) };
    check_path(path)?;
    let mut pem = Vec::new();
    let file = std::fs::File::open(context.project.join(path));
    let read = file.and_then(|file| file.take(CA_FILE_BYTES_MAX + 1).read_to_end(&mut pem));
    read.map_err(|error| Failure::invalid(messages::ca_file_cannot_be_read(path, error.kind())))?;
    let mut certificates = CertificateDer::pem_slice_iter(&pem);
    let good = certificates.next().is_some_and(|first| first.is_ok()) && certificates.all(|next| next.is_ok());
    if pem.len() as u64 > CA_FILE_BYTES_MAX || !good {
        return Err(Failure::invalid(messages::ca_file_holds_no_certificates(path)));
    }
    Ok(pem)
}
