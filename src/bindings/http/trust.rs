//! TLS for one request: whom it met is noted, and who is trusted is decided elsewhere. There is no switch that turns verification off.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, NamedGroup, SignatureScheme};

use super::record::{Record, now};
use crate::binding::Context;
use crate::messages::bindings_http as messages;
use crate::model::failure::Failure;
use crate::world::authorities;

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
    let trusted = authorities::trusted(ca_file, &provider, context.project, context.shared)?;
    let witness = Arc::new(Witness { trusted, record: record.clone() });
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| Failure::failed(messages::tls_cannot_be_set_up(&error)))?;
    let mut settings = builder.dangerous().with_custom_certificate_verifier(witness).with_no_client_auth();
    settings.resumption = Resumption::store(Arc::new(NoSessions(record.clone())));
    settings.alpn_protocols =
        if http1_only { vec![b"http/1.1".to_vec()] } else { vec![b"h2".to_vec(), b"http/1.1".to_vec()] };
    Ok(settings)
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
