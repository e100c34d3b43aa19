//! A whole handshake. It is finished whatever the certificate is worth, since it is to be looked at; nothing is sent on it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio_rustls::TlsConnector;

use super::door::Door;
use crate::binding::Context;
use crate::messages::bindings_tls as messages;
use crate::model::failure::Failure;
use crate::world::authorities;

/// What a handshake showed.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Where the connection led.
    pub address: Option<SocketAddr>,
    /// The certificates as they were sent, the server's own first.
    pub chain: Vec<CertificateDer<'static>>,
    /// Why they are not trusted.
    pub error: Option<CertificateError>,
    /// Whether the server's own is for the name.
    pub name_matches: bool,
    /// The status that came with it (RFC 6066 §8).
    pub ocsp: Vec<u8>,
    /// The version: `TLS 1.3`.
    pub version: String,
    /// The cipher suite.
    pub cipher: String,
    /// The protocol that was agreed on (ALPN); empty for none.
    pub protocol: String,
    /// How long the handshake took.
    pub took: Duration,
    /// Why there was no handshake.
    pub ended: String,
}

/// Shakes hands with `server_name` behind `door`.
///
/// # Errors
/// Nobody takes connections there; a `ca_file` that can't be used. That the handshake fails is a result.
pub async fn shake(
    door: &Door,
    server_name: &ServerName<'static>,
    ca_file: Option<&str>,
    alpn: &[String],
    context: &Context<'_>,
) -> Result<Shown, Failure> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let trusted = authorities::trusted(ca_file, &provider, context.project, context.shared)?;
    let seen = Arc::new(Onlooker { trusted, provider: Arc::clone(&provider), shown: Mutex::default() });
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| Failure::failed(messages::tls_cannot_be_set_up(&error)))?;
    let verifier = Arc::clone(&seen) as Arc<dyn ServerCertVerifier>;
    let mut settings = builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    settings.resumption = rustls::client::Resumption::disabled();
    settings.alpn_protocols = alpn.iter().map(|protocol| protocol.clone().into_bytes()).collect();
    let (stream, address) = door.open().await?;
    let begun = context.clock.monotonic();
    let shaken = TlsConnector::from(Arc::new(settings)).connect(server_name.clone(), stream).await;
    let took = context.clock.monotonic().saturating_sub(begun);
    let mut shown = seen.shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
    shown.address = Some(address);
    shown.took = took;
    match shaken {
        Ok(stream) => {
            let (_, connection) = stream.get_ref();
            let version = connection.protocol_version().and_then(|version| version.as_str().map(str::to_owned));
            shown.version = version.unwrap_or_default().replace("TLSv1_", "TLS 1.");
            let suite = connection.negotiated_cipher_suite().map(|suite| suite.suite());
            shown.cipher = suite.and_then(|suite| suite.as_str()).unwrap_or_default().replace("TLS13_", "TLS_");
            let protocol = connection.alpn_protocol().map(|protocol| String::from_utf8_lossy(protocol).into_owned());
            shown.protocol = protocol.unwrap_or_default();
        }
        Err(error) => shown.ended = error.to_string(),
    }
    Ok(shown)
}

/// Lets every certificate pass, and notes what would have been said of it. The server must still show that it has the key.
#[derive(Debug)]
struct Onlooker {
    trusted: Arc<dyn ServerCertVerifier>,
    provider: Arc<CryptoProvider>,
    shown: Mutex<Shown>,
}

impl ServerCertVerifier for Onlooker {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.trusted.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        let parsed = rustls::server::ParsedCertificate::try_from(end_entity);
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.chain = std::iter::once(end_entity).chain(intermediates).map(|der| der.clone().into_owned()).collect();
        shown.ocsp = ocsp_response.to_vec();
        shown.name_matches =
            parsed.is_ok_and(|parsed| rustls::client::verify_server_name(&parsed, server_name).is_ok());
        shown.error = match verdict {
            Ok(_) => None,
            Err(Error::InvalidCertificate(error)) => Some(error),
            Err(other) => Some(CertificateError::Other(rustls::OtherError(Arc::new(other)))),
        };
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
