//! The options of the functions, with their defaults and the manual's text.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{SinkJson, SinkText};
use crate::model::duration::Span;
use crate::model::value::Value;

/// How many bytes of a body are taken when nothing is said.
const BODY_LIMIT: u64 = 8 << 20;

/// What `http::get` and `http::head` take.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadArgs {
    /// The address: `https://example.com/path`. What must be percent-encoded in it is.
    pub url: String,
    /// Headers by name. Secrets may stand in their values.
    #[serde(default)]
    pub headers: BTreeMap<String, SinkText>,
    /// What to add to the URL's query, by name; a list repeats the name.
    #[serde(default)]
    pub query: BTreeMap<String, Value>,
    /// How long all of it may take, redirects included.
    #[serde(default = "timeout")]
    pub timeout: Span,
    /// How long finding the address, connecting and TLS may take.
    #[serde(default = "connect_timeout")]
    pub connect_timeout: Span,
    /// How many redirects to follow, at most 20, on the same scheme, host and port only. With 0 a redirect is the result.
    #[serde(default)]
    pub follow_redirects: u32,
    /// How many bytes the body may have, unpacked.
    #[serde(default = "body_limit")]
    pub body_limit: u64,
    /// Connect to this `host:port` instead of where the URL's name leads; the name stays for TLS and the `Host` header.
    #[serde(default)]
    pub connect_to: Option<String>,
    /// A PEM file (below the project, or absolute) of authorities to trust besides the system's.
    #[serde(default)]
    pub ca_file: Option<String>,
}

/// What `http::put` and `http::post` take.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendArgs {
    /// The address: `https://example.com/path`. What must be percent-encoded in it is.
    pub url: String,
    /// The body as text. Its type is `text/plain; charset=utf-8` unless `headers` says another. Secrets may stand in it.
    #[serde(default)]
    pub body: Option<SinkText>,
    /// The body as a value that is sent as JSON. Secrets may stand in its texts.
    #[serde(default)]
    pub json: Option<SinkJson>,
    /// The body as the fields of a form (`application/x-www-form-urlencoded`). Secrets may stand in their values.
    #[serde(default)]
    pub form: Option<BTreeMap<String, SinkText>>,
    /// Headers by name. Secrets may stand in their values.
    #[serde(default)]
    pub headers: BTreeMap<String, SinkText>,
    /// What to add to the URL's query, by name; a list repeats the name.
    #[serde(default)]
    pub query: BTreeMap<String, Value>,
    /// How long all of it may take.
    #[serde(default = "timeout")]
    pub timeout: Span,
    /// How long finding the address, connecting and TLS may take.
    #[serde(default = "connect_timeout")]
    pub connect_timeout: Span,
    /// How many bytes the body of the answer may have, unpacked. One that is larger is left out of the result.
    #[serde(default = "body_limit")]
    pub body_limit: u64,
    /// Connect to this `host:port` instead of where the URL's name leads; the name stays for TLS and the `Host` header.
    #[serde(default)]
    pub connect_to: Option<String>,
    /// A PEM file (below the project, or absolute) of authorities to trust besides the system's.
    #[serde(default)]
    pub ca_file: Option<String>,
}

/// What `http::delete` takes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteArgs {
    /// The address: `https://example.com/path`. What must be percent-encoded in it is.
    pub url: String,
    /// Headers by name. Secrets may stand in their values.
    #[serde(default)]
    pub headers: BTreeMap<String, SinkText>,
    /// What to add to the URL's query, by name; a list repeats the name.
    #[serde(default)]
    pub query: BTreeMap<String, Value>,
    /// How long all of it may take.
    #[serde(default = "timeout")]
    pub timeout: Span,
    /// How long finding the address, connecting and TLS may take.
    #[serde(default = "connect_timeout")]
    pub connect_timeout: Span,
    /// How many bytes the body of the answer may have, unpacked. One that is larger is left out of the result.
    #[serde(default = "body_limit")]
    pub body_limit: u64,
    /// Connect to this `host:port` instead of where the URL's name leads; the name stays for TLS and the `Host` header.
    #[serde(default)]
    pub connect_to: Option<String>,
    /// A PEM file (below the project, or absolute) of authorities to trust besides the system's.
    #[serde(default)]
    pub ca_file: Option<String>,
}

fn timeout() -> Span {
    Span(Duration::from_secs(30))
}

fn connect_timeout() -> Span {
    Span(Duration::from_secs(10))
}

fn body_limit() -> u64 {
    BODY_LIMIT
}

/// How long the gate lets a call take: a little more than the call allows itself, so that it ends in words of its own.
#[must_use]
pub fn time_limit(timeout: Span) -> Duration {
    timeout.0.saturating_add(Duration::from_secs(5))
}
