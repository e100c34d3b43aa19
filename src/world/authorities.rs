//! Which certificates are trusted: those of the system's authorities, and those of a `ca_file` besides.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::shared::Shared;
use crate::messages::reach as messages;
use crate::model::failure::Failure;

/// A bundle of every public authority is a quarter of this.
const CA_FILE_BYTES_MAX: u64 = 1 << 20;

/// What was loaded in this run, by the text of the `ca_file`: reading the system's authorities takes some milliseconds.
#[derive(Default)]
struct Loaded(Mutex<HashMap<Vec<u8>, Arc<dyn ServerCertVerifier>>>);

/// Who decides: the system's authorities, and those of `ca_file` besides. Made once in a run.
///
/// # Errors
/// A `ca_file` that can't be read or holds no certificate; a system without authorities.
pub fn trusted(
    ca_file: Option<&str>,
    provider: &Arc<CryptoProvider>,
    project: &Path,
    shared: &Shared,
) -> Result<Arc<dyn ServerCertVerifier>, Failure> {
    let pem = ca_file.map(|path| read(path, project)).transpose()?.unwrap_or_default();
    let loaded = shared.get(|| Ok::<_, Failure>(Loaded::default()))?;
    let mut loaded = loaded.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = loaded.get(&pem) {
        return Ok(Arc::clone(known));
    }
    let wrong = |why: String| {
        let name = ca_file.unwrap_or_default();
        Failure::invalid(format!("`ca_file` `{name}` {why}")).hint(messages::it_must_hold_certificates_in_pem_form())
    };
    let mut extra = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        extra.push(certificate.map_err(|error| wrong(messages::is_malformed(&error)))?);
    }
    if ca_file.is_some() && extra.is_empty() {
        return Err(wrong(messages::holds_no_certificate()));
    }
    let made =
        rustls_platform_verifier::Verifier::new_with_extra_roots(extra, Arc::clone(provider)).map_err(|error| {
            match ca_file {
                Some(_) => wrong(messages::cannot_be_used(&error)),
                None => Failure::unavailable(messages::no_certificate_authority_is_known_on_this(&error))
                    .hint(messages::install_the_system_s_certificates_package()),
            }
        })?;
    let made: Arc<dyn ServerCertVerifier> = Arc::new(made);
    loaded.insert(pem, Arc::clone(&made));
    Ok(made)
}

/// Checks the form of a `ca_file`: a path below the project, or an absolute one.
///
/// # Errors
/// A path that leads out of the project.
pub fn check_path(path: &str) -> Result<(), Failure> {
    let path_ = Path::new(path);
    if path.is_empty() || !path_.is_absolute() && path_.components().any(|part| matches!(part, Component::ParentDir)) {
        return Err(
            Failure::invalid(messages::ca_file_cannot_be(path)).hint(messages::it_is_a_path_below_the_project())
        );
    }
    Ok(())
}

fn read(path: &str, project: &Path) -> Result<Vec<u8>, Failure> {
    check_path(path)?;
    let full: PathBuf = project.join(path);
    let mut pem = Vec::new();
    let read = std::fs::File::open(&full).and_then(|file| file.take(CA_FILE_BYTES_MAX + 1).read_to_end(&mut pem));
    read.map_err(|error| Failure::invalid(messages::ca_file_cannot_be_read(path, error.kind())))?;
    if pem.len() as u64 > CA_FILE_BYTES_MAX {
        return Err(Failure::invalid(messages::ca_file_is_too_large(path, CA_FILE_BYTES_MAX)));
    }
    Ok(pem)
}
