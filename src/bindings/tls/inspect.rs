//! `tls::inspect`.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use rustls::pki_types::ServerName;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::certificate::Certificate;
use super::door::{Door, StartTls};
use super::handshake::{Shown, shake};
use super::offers::{Version, offers};
use super::stapled::Stapled;
use super::verdict::{Reason, reason};
use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::bindings_tls as messages;
use crate::model::duration::{self, Span};
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::world::{authorities, clock};

/// Looks at a server's TLS.
pub struct Inspect;

/// The arguments of `tls::inspect`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectArgs {
    /// The name of the server, or its address. The certificate must be for it.
    host: String,
    /// Its port.
    #[serde(default = "port")]
    port: u16,
    /// Connect to this `host:port` instead of where the name leads; the name stays for TLS.
    #[serde(default)]
    connect_to: Option<String>,
    /// A PEM file (below the project, or absolute) of authorities to trust besides the system's.
    #[serde(default)]
    ca_file: Option<String>,
    /// How TLS is asked for, where it does not begin at once: `postgres`.
    #[serde(default)]
    starttls: Option<StartTls>,
    /// Whether each version from TLS 1.0 to 1.3 is tried. That makes up to ten connections.
    #[serde(default = "yes")]
    versions: bool,
    /// Whether each cipher suite is tried in each version. That makes a connection for each one that the server takes.
    #[serde(default)]
    ciphers: bool,
    /// The protocols that are offered (ALPN), such as `h2` and `http/1.1`.
    #[serde(default)]
    alpn: Vec<String>,
    /// How long all of it may take.
    #[serde(default = "timeout")]
    timeout: Span,
}

fn port() -> u16 {
    443
}

fn yes() -> bool {
    true
}

fn timeout() -> Span {
    Span(Duration::from_secs(30))
}

/// What was seen.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Inspection {
    /// The name that was asked for.
    host: String,
    /// The port.
    port: u16,
    /// The address that was connected to, with its port.
    address: String,
    /// Whether a client that trusts the system's authorities and `ca_file` would go on.
    trusted: bool,
    /// Why it would not, in a word; nothing when it would.
    reason: Option<Reason>,
    /// The same in words; empty when it would.
    why: String,
    /// Whether the certificate is for the name, whatever else is wrong with it.
    name_matches: bool,
    /// Whole days until the certificate ends; negative when that has passed, nothing where none was seen.
    days_left: Option<i64>,
    /// The certificates as they were sent, the server's own first.
    chain: Vec<Certificate>,
    /// The version that was agreed on: `TLS 1.2` or `TLS 1.3`; empty without a handshake.
    version: String,
    /// The cipher suite that was agreed on.
    cipher: String,
    /// The protocol that was agreed on (ALPN); empty for none.
    protocol: String,
    /// Which versions the server speaks, by name; empty when they were not tried.
    versions: BTreeMap<String, bool>,
    /// The cipher suites that it takes in each version, in the order in which it takes them, by their names in the registry; empty when
    /// they were not tried.
    ciphers: BTreeMap<String, Vec<String>>,
    /// The status of the certificate that the server sent along (OCSP); nothing where it sent none.
    stapled: Option<Stapled>,
    /// How long the handshake took, in milliseconds.
    handshake_ms: u64,
}

impl Described for Inspect {
    const NAME: &'static str = "tls::inspect";
    const SUMMARY: &'static str =
        "looks at a server's TLS: its certificates and whether they are trusted, its versions, its cipher suites";
    const POSITIONAL: &'static [&'static str] = &["host"];
    const EXAMPLES: &'static [Example] = &[
        Example {
            title: "The certificate is trusted and valid for a while, and old versions are off",
            script: r#"let seen = tls::inspect("example.com");
if !seen.trusted { throw `example.com: ${seen.why}` }
if seen.days_left < 21 { throw `only ${seen.days_left} days left` }
if seen.versions["TLS 1.0"] || seen.versions["TLS 1.1"] { throw "old versions of TLS are on" }"#,
        },
        Example {
            title: "A database that begins TLS when it is asked",
            script: r#"tls::inspect("db.example.com", #{ port: 5432, starttls: "postgres" }).chain"#,
        },
    ];
    type Args = InspectArgs;
    type Output = Inspection;
}

impl HostFunction for Inspect {
    const PERMISSIONS: &'static [&'static str] = &["tls:connect HOST:PORT"];

    fn wants(args: &InspectArgs) -> Result<Vec<Want>, Failure> {
        server_name(&args.host)?;
        if args.port == 0 {
            return Err(Failure::invalid(messages::port_is_none()));
        }
        if let Some(file) = &args.ca_file {
            authorities::check_path(file)?;
        }
        let mut wants = vec![Want::new("tls:connect", at(&args.host, args.port))];
        if let Some(text) = &args.connect_to {
            let (host, port) = connect_to(text)?;
            wants.push(Want::new("tls:connect", at(&host, port)));
        }
        Ok(wants)
    }

    fn time_limit(args: &InspectArgs) -> Duration {
        args.timeout.0.saturating_add(Duration::from_secs(5))
    }

    async fn live(args: InspectArgs, context: &Context<'_>) -> Result<Inspection, Failure> {
        let limit = args.timeout.0;
        let shown = at(&args.host, args.port);
        let look = look(args, context);
        match clock::within(context.clock, limit, look).await {
            Some(seen) => seen,
            None => Err(Failure::unavailable(messages::took_longer_than(shown, duration::say(limit)))),
        }
    }
}

async fn look(args: InspectArgs, context: &Context<'_>) -> Result<Inspection, Failure> {
    let name = server_name(&args.host)?;
    let (host, port) = match &args.connect_to {
        Some(text) => connect_to(text)?,
        None => (args.host.clone(), args.port),
    };
    let shown = at(&host, port);
    let found = tokio::net::lookup_host((host.as_str(), port)).await;
    let found = found.map_err(|error| Failure::unavailable(messages::cannot_be_connected_to(&shown, error)))?;
    let door = Door { addresses: found.collect(), starttls: args.starttls, shown };
    let seen = shake(&door, &name, args.ca_file.as_deref(), &args.alpn, context).await?;
    // An address is no name to ask for (RFC 6066 §3).
    let asked = matches!(name, ServerName::DnsName(_)).then_some(args.host.as_str());
    let offered =
        if args.versions || args.ciphers { offers(&door, asked, args.ciphers).await? } else { BTreeMap::new() };
    let versions = Version::ALL.iter().map(|version| (version.name().to_owned(), offered.contains_key(version)));
    let versions = if args.versions { versions.collect() } else { BTreeMap::new() };
    let ciphers = offered.into_iter().map(|(version, taken)| (version.name().to_owned(), taken));
    let ciphers = if args.ciphers { ciphers.collect() } else { BTreeMap::new() };
    Ok(Inspection { versions, ciphers, ..inspection(args.host, args.port, seen, context) })
}

fn inspection(host: String, port: u16, seen: Shown, context: &Context<'_>) -> Inspection {
    let now = context.clock.now();
    let chain: Vec<Certificate> = seen.chain.iter().filter_map(|der| Certificate::of(der, now)).collect();
    let (reason, why) = match (&seen.error, seen.ended.is_empty()) {
        (_, false) => (Some(Reason::NoHandshake), messages::no_handshake(&seen.ended)),
        (Some(error), true) => {
            let (word, words) = reason(error, &host, &chain);
            (Some(word), words)
        }
        (None, true) => (None, String::new()),
    };
    Inspection {
        address: seen.address.map(|address| address.to_string()).unwrap_or_default(),
        trusted: reason.is_none(),
        reason,
        why,
        name_matches: seen.name_matches,
        days_left: chain.first().map(|leaf| leaf.days_left),
        chain,
        version: seen.version,
        cipher: seen.cipher,
        protocol: seen.protocol,
        versions: BTreeMap::new(),
        ciphers: BTreeMap::new(),
        stapled: Stapled::of(&seen.ocsp),
        handshake_ms: u64::try_from(seen.took.as_millis()).unwrap_or(u64::MAX),
        host,
        port,
    }
}

fn server_name(host: &str) -> Result<ServerName<'static>, Failure> {
    ServerName::try_from(host.to_owned()).map_err(|_| Failure::invalid(messages::is_no_host(host)))
}

/// Reads `host:port`.
fn connect_to(text: &str) -> Result<(String, u16), Failure> {
    let wrong = || Failure::invalid(messages::is_no_host_and_port(text));
    let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(wrong)?;
    if host.is_empty() { Err(wrong()) } else { Ok((host.to_owned(), port)) }
}

fn at(host: &str, port: u16) -> String {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) => format!("[{address}]:{port}"),
        _ => format!("{}:{port}", host.to_ascii_lowercase()),
    }
}
