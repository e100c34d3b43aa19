//! What a load run takes, its limits, and the plan that comes of it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use reqwest::Method;
use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use crate::binding::SinkText;
use crate::messages::bindings_load as messages;
use crate::model::duration::Span;
use crate::model::failure::Failure;
use crate::world::address::allow;
use crate::world::authorities;

/// The most requests a second that can be asked for.
const RATE_MAX: f64 = 100_000.0;

/// The longest load.
const DURATION_MAX: Duration = Duration::from_secs(60 * 60);

/// The most connections.
const CONNECTIONS_MAX: u32 = 1_000;

/// The most requests of one load, whatever is asked for.
pub const REQUESTS_MAX: u64 = 5_000_000;

/// The arguments of `load::run`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunArgs {
    /// The address.
    pub url: String,
    /// How many requests are begun in a second, at most 100,000.
    pub rate: f64,
    /// For how long, at most an hour.
    pub duration: Span,
    /// How many requests are under way at once at most, each on a connection of its own, up to 1,000. While all are busy, requests wait, and
    /// their waiting counts.
    #[serde(default = "connections")]
    pub connections: u32,
    /// The most requests, up to 5,000,000; the load ends there. Default: what rate and duration make.
    #[serde(default)]
    pub max_requests: Option<u64>,
    /// The method.
    #[serde(default)]
    pub method: Verb,
    /// Headers by name. Secrets may stand in their values.
    #[serde(default)]
    pub headers: BTreeMap<String, SinkText>,
    /// The body of each request. Secrets may stand in it.
    #[serde(default)]
    pub body: Option<SinkText>,
    /// The statuses that count as answered well. Default: all below 400.
    #[serde(default)]
    pub expect: Vec<u16>,
    /// The share of failed ones among the last thousand requests, from 0 to 1, at which the load stops; it is looked at from the hundredth
    /// request on. 1: never.
    #[serde(default = "half")]
    pub stop_at_errors: f64,
    /// How long one request may take. One that can't be sent for as long, since all connections are busy, counts as failed.
    #[serde(default = "timeout")]
    pub timeout: Span,
    /// Whether HTTP/2 is spoken where the server does; then the requests share a connection.
    #[serde(default)]
    pub http2: bool,
    /// Connect to this address (`192.0.2.7:443`) instead of where the name leads; the name stays for TLS and the `Host` header.
    #[serde(default)]
    pub connect_to: Option<String>,
    /// A PEM file (below the project, or absolute) of authorities to trust besides the system's.
    #[serde(default)]
    pub ca_file: Option<String>,
}

/// A method that load is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verb {
    /// Reads.
    #[default]
    Get,
    /// Reads the head.
    Head,
    /// Changes something.
    Post,
    /// Sets something.
    Put,
}

impl Verb {
    /// As HTTP has it.
    #[must_use]
    pub fn method(self) -> Method {
        match self {
            Verb::Get => Method::GET,
            Verb::Head => Method::HEAD,
            Verb::Post => Method::POST,
            Verb::Put => Method::PUT,
        }
    }
}

fn connections() -> u32 {
    10
}

fn half() -> f64 {
    0.5
}

fn timeout() -> Span {
    Span(Duration::from_secs(10))
}

/// A load that can be made.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where it goes.
    pub url: Url,
    /// Where to connect instead.
    pub connect_to: Option<SocketAddr>,
    /// How many requests there are.
    pub requests: u64,
    /// Whether that is fewer than rate and duration would make.
    pub is_capped: bool,
    /// How many are begun in a second.
    pub rate: f64,
}

impl Plan {
    /// What the arguments ask for.
    ///
    /// # Errors
    /// Arguments that make no load.
    pub fn of(args: &RunArgs) -> Result<Self, Failure> {
        let url = Url::parse(&args.url).map_err(|error| Failure::invalid(messages::is_no_url(&args.url, error)))?;
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
            return Err(Failure::invalid(messages::is_no_http_url()));
        }
        if let Some(host) = url.host() {
            allow(&host).map_err(|refused| refused.failure())?;
        }
        if !(args.rate > 0.0 && args.rate <= RATE_MAX) {
            return Err(Failure::invalid(messages::rate_is_from_to(RATE_MAX)));
        }
        if args.duration.0.is_zero() || args.duration.0 > DURATION_MAX {
            return Err(Failure::invalid(messages::duration_is_at_most_an_hour()));
        }
        if args.connections == 0 || args.connections > CONNECTIONS_MAX {
            return Err(Failure::invalid(messages::connections_are_from_to(CONNECTIONS_MAX)));
        }
        if !(0.0..=1.0).contains(&args.stop_at_errors) {
            return Err(Failure::invalid(messages::stop_at_errors_is_a_share()));
        }
        if args.max_requests.is_some_and(|most| most == 0 || most > REQUESTS_MAX) {
            return Err(Failure::invalid(messages::max_requests_are_from_to(REQUESTS_MAX)));
        }
        args.ca_file.as_deref().map_or(Ok(()), authorities::check_path)?;
        let wanted = (args.rate * args.duration.0.as_secs_f64()).ceil();
        // Rate and duration are limited, so that this is a whole number that fits.
        let wanted = format!("{wanted:.0}").parse::<u64>().unwrap_or(u64::MAX).max(1);
        let most = args.max_requests.unwrap_or(REQUESTS_MAX);
        let connect_to = args.connect_to.as_deref().map(|text| connect_to(text, &url)).transpose()?;
        Ok(Plan { connect_to, requests: wanted.min(most), is_capped: wanted > most, rate: args.rate, url })
    }

    /// When a request is due, counted from the beginning.
    #[must_use]
    pub fn due(&self, nth: u64) -> Duration {
        #[expect(clippy::cast_precision_loss, reason = "there are at most five million")]
        let nth = nth as f64;
        Duration::from_secs_f64(nth / self.rate)
    }
}

fn connect_to(text: &str, url: &Url) -> Result<SocketAddr, Failure> {
    let address: SocketAddr = text.parse().map_err(|_| Failure::invalid(messages::is_no_address(text)))?;
    crate::world::address::allow_ip(address.ip()).map_err(|refused| refused.failure())?;
    // The library connects to a port that stands in the URL, whatever it is told.
    if url.port().is_some_and(|port| port != address.port()) {
        return Err(Failure::invalid(messages::ports_differ(text)));
    }
    Ok(address)
}
