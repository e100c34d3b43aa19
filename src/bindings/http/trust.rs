//! Which certificates are trusted: those of the system's authorities, and those of a `ca_file` besides. There is no switch that
//! turns verification off.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, NamedGroup, SignatureScheme};

use super::record::{Record, now};
use crate::binding::Context;
use crate::messages::bindings_http as messages;
use crate::model::failure::Failure;

/// A bundle of every public authority is a quarter of this.
const CA_FILE_BYTES_MAX: u64 = 1 << 20;

/// What was loaded in this run, by the text of the `ca_file`: reading the system's authorities takes some milliseconds.
#[derive(Default)]
struct Loaded(Mutex<HashMap<Vec<u8>, Arc<dyn ServerCertVerifier>>>);

/// The TLS settings for one request, which note in `record` whom they met.
///
/// TLS 1.2 and 1.3; sessions are never resumed, so that each request sees the certificate that the server has now.
///
/// # Errors
/// A `ca_file` that can't be read or holds no certificate; a system without authorities, for `https`.
pub fn settings(
    ca_file: Option<&str>,
    http1_only: bool,
    record: &Record,
    context: &Context<'_>,
) -> Result<ClientConfig, Failure> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let trusted = trusted(ca_file, &provider, context)?;
    let witness = Arc::new(Witness { trusted, record: record.clone() });
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| Failure::failed(messages::tls_cannot_be_set_up(&error)))?;
    let mut settings = builder.dangerous().with_custom_certificate_verifier(witness).with_no_client_auth();
    settings.resumption = Resumption::store(Arc::new(NoSessions(record.clone())));
    settings.alpn_protocols =
        if http1_only { vec![b"http/1.1".to_vec()] } else { vec![b"h2".to_vec(), b"http/1.1".to_vec()] };
    Ok(settings)
}

fn trusted(
    ca_file: Option<&str>,
    provider: &Arc<CryptoProvider>,
    context: &Context<'_>,
) -> Result<Arc<dyn ServerCertVerifier>, Failure> {
    let pem = ca_file.map(|path| read(path, context.project)).transpose()?.unwrap_or_default();
    let loaded = context.shared.get(|| Ok::<_, Failure>(Loaded::default()))?;
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

/// Leaves the decision to what is trusted, and notes whom it met and why it turned them down.
#[derive(Debug)]
struct Witness {
    trusted: Arc<dyn ServerCertVerifier>,
    record: Record,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.trusted.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        let mut facts = self.record.facts();
        facts.chain = std::iter::once(end_entity).chain(intermediates).map(|der| der.clone().into_owned()).collect();
        if let Err(Error::InvalidCertificate(why)) = &verdict {
            facts.certificate_error = Some(why.clone());
        }
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.trusted.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.trusted.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.trusted.supported_verify_schemes()
    }
}

/// Remembers no session. A handshake begins with a question to the store, which tells when TCP stood.
#[derive(Debug)]
struct NoSessions(Record);

impl ClientSessionStore for NoSessions {
    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        self.0.facts().handshake_begun = Some(now());
        None
    }

    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {}

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _: ServerName<'static>, _: Tls13ClientSessionValue) {}

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        None
    }
}
