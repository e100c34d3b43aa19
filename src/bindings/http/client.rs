//! The client for one request. Each has its own, with a connection of its own: so it is known whether anything was sent, the
//! timings are this request's, and no dead connection of a pool swallows a write. What is dear to make (the trusted
//! authorities) is shared.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use reqwest::redirect::Policy;
use tower_layer::Layer;
use tower_service::Service;
use url::{Host, Url};

use super::names::{Checked, Names};
use super::record::{Record, now};
use super::target::ConnectTo;
use super::trust;
use crate::binding::Context;
use crate::messages::bindings_http as messages;
use crate::model::failure::Failure;

/// What a client depends on.
pub struct Wiring<'a> {
    /// Where it goes.
    pub url: &'a Url,
    /// Where to connect instead.
    pub connect_to: Option<&'a ConnectTo>,
    /// Authorities besides the system's.
    pub ca_file: Option<&'a str>,
    /// For name, TCP and TLS together.
    pub connect_timeout: Duration,
}

impl Wiring<'_> {
    /// Whether the URL has a port that is not the one to connect to. The library connects to a port that stands in the URL
    /// whatever the resolver says, so it is given the URL without, and the `Host` header with the port.
    #[must_use]
    pub fn hides_port(&self) -> bool {
        matches!((self.connect_to, self.url.port()), (Some(to), Some(port)) if to.port != port)
    }

    /// The client.
    ///
    /// It keeps no cookies, follows no redirect, sends nothing twice. The proxy is the system's (`HTTPS_PROXY` and the like),
    /// except to this machine itself and with `connect_to`; a proxy resolves names itself, so that only the URL is checked then.
    ///
    /// # Errors
    /// A `ca_file` that can't be used, no trusted authorities.
    pub fn client(&self, record: &Record, context: &Context<'_>) -> Result<reqwest::Client, Failure> {
        let names = context.shared.get(|| Ok::<_, Failure>(Names::system()))?;
        let resolver = Checked { names, connect_to: self.connect_to.cloned(), record: record.clone() };
        let http1_only = self.hides_port();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("runbook/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .pool_max_idle_per_host(0)
            .connect_timeout(self.connect_timeout)
            .dns_resolver(Arc::new(resolver))
            .connector_layer(Noting(record.clone()))
            .tls_info(true)
            .tls_backend_preconfigured(trust::settings(self.ca_file, http1_only, record, context)?);
        if http1_only {
            builder = builder.http1_only();
        }
        if self.connect_to.is_some() || is_here(self.url) {
            builder = builder.no_proxy();
        }
        builder
            .build()
            .map_err(|error| Failure::failed(messages::no_http_client_could_be_made(super::lost::deepest(&error))))
    }
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

/// Notes when a connection is ready: from then on something may have been sent.
#[derive(Clone)]
struct Noting(Record);

#[derive(Clone)]
struct Noted<S> {
    inner: S,
    record: Record,
}

impl<S> Layer<S> for Noting {
    type Service = Noted<S>;

    fn layer(&self, inner: S) -> Noted<S> {
        Noted { inner, record: self.0.clone() }
    }
}

impl<S, R> Service<R> for Noted<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
    S::Response: Send,
    S::Error: Send,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut std::task::Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, to: R) -> Self::Future {
        let (connecting, record) = (self.inner.call(to), self.record.clone());
        Box::pin(async move {
            let connection = connecting.await?;
            record.facts().connected = Some(now());
            Ok(connection)
        })
    }
}
