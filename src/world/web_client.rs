//! A client for requests that carry no answer that a script looks at closely: messages, load. It follows no redirect, keeps no cookies, sends
//! nothing twice, and goes to no refused address.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use rustls::ClientConfig;
use url::{Host, Url};

use super::address::{allow, allow_ip};
use super::authorities;
use super::shared::Shared;
use crate::messages::reach as messages;
use crate::model::failure::Failure;

/// For name, TCP and TLS together.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A client for requests to `url`. The proxy is the system's (`HTTPS_PROXY` and the like), except to this machine itself.
///
/// # Errors
/// A `ca_file` that can't be used, no trusted authorities.
pub fn client(ca_file: Option<&str>, url: &Url, project: &Path, shared: &Shared) -> Result<reqwest::Client, Failure> {
    let made = builder(ca_file, url, project, shared)?.build();
    made.map_err(|error| Failure::failed(messages::no_client(why(&error))))
}

/// The same before it is made, for what only some need.
///
/// # Errors
/// A `ca_file` that can't be used, no trusted authorities.
pub fn builder(
    ca_file: Option<&str>,
    url: &Url,
    project: &Path,
    shared: &Shared,
) -> Result<reqwest::ClientBuilder, Failure> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let trusted = authorities::trusted(ca_file, &provider, project, shared)?;
    let settings = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let settings = settings.map_err(|error| Failure::failed(messages::no_client(error)))?;
    let mut settings = settings.dangerous().with_custom_certificate_verifier(trusted).with_no_client_auth();
    settings.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("runbook/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .dns_resolver(Arc::new(Checked))
        .tls_backend_preconfigured(settings);
    if is_here(url) {
        builder = builder.no_proxy();
    }
    Ok(builder)
}

/// The header by which a server knows a request that it has seen before (draft-ietf-httpapi-idempotency-key-header).
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The name of a header that may be set.
///
/// # Errors
/// What can't be a name; a header that follows from the URL or belongs to the connection.
pub fn header_name(name: &str) -> Result<HeaderName, Failure> {
    let parsed = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| Failure::invalid(messages::no_name_of_a_header(name.escape_debug())))?;
    match parsed.as_str() {
        "host" => Err(Failure::invalid(messages::the_header_host_follows_from_the_url())
            .hint(messages::to_reach_another_server_under_the_url())),
        "content-length"
        | "transfer-encoding"
        | "connection"
        | "upgrade"
        | "te"
        | "trailer"
        | "keep-alive"
        | "proxy-connection"
        | "proxy-authorization"
        | "expect" => Err(Failure::invalid(messages::the_header_is_the_connection_s_own(&parsed))),
        _ => Ok(parsed),
    }
}

/// The value of a header. It is taken for a secret, and shown by nobody.
///
/// # Errors
/// A line break or another control character in it.
pub fn header_value(name: &str, text: &str) -> Result<HeaderValue, Failure> {
    // The text is not repeated: it may be a secret.
    let mut value = HeaderValue::from_bytes(text.as_bytes())
        .map_err(|_| Failure::invalid(messages::the_value_of_the_header_has_a_line(name)))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Looks where a URL leads before anything goes there.
///
/// # Errors
/// `Refused` for a name that leads to a refused address, `Unavailable` for one that leads nowhere.
pub async fn check(url: &Url) -> Result<(), Failure> {
    let (Some(Host::Domain(name)), Some(port)) = (url.host(), url.port_or_known_default()) else { return Ok(()) };
    let found = tokio::net::lookup_host((name, port)).await;
    let found = found.map_err(|error| Failure::unavailable(messages::has_no_address_here(name, error)))?;
    for address in found {
        allow_ip(address.ip()).map_err(|refused| refused.asked_as(name).failure())?;
    }
    Ok(())
}

/// Why a request failed, without the address that it went to: the last cause in the chain.
#[must_use]
pub fn why(error: &reqwest::Error) -> String {
    let mut last: &(dyn Error + 'static) = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    if std::ptr::eq(last, std::ptr::from_ref(error)) && error.url().is_some() {
        return messages::request_failed();
    }
    last.to_string()
}

/// Whether the URL names this machine itself.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Names as the machine resolves them, without refused addresses.
struct Checked;

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            allow(&Host::Domain(name.as_str()))?;
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            for address in &found {
                allow_ip(address.ip()).map_err(|refused| refused.asked_as(name.as_str()))?;
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}
