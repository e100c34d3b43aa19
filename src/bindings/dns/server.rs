//! Whom to ask: a server that the script names, or the resolvers of this machine.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_proto::rr::RecordType;

use super::exchange::{Question, ask};
use super::names;
use crate::binding::Context;
use crate::messages::bindings_dns as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// The port of DNS.
pub const PORT: u16 = 53;

/// The resolvers of the machine stand here (resolv.conf(5)).
const RESOLV_CONF: &str = "/etc/resolv.conf";

/// A server as the script names it: an address or a host name, with or without a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The address, or the host name.
    pub host: String,
    /// The port, where one was given.
    pub port: Option<u16>,
}

impl Server {
    /// Reads `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1`, `[2001:db8::1]:5353`, `ns1.example.com` or `ns1.example.com:5353`.
    ///
    /// # Errors
    /// What is none of these.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let wrong = || Failure::invalid(messages::is_no_server(text)).hint(messages::server_forms());
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Server { host: address.to_string(), port: None });
        }
        if let Ok(address) = text.parse::<SocketAddr>() {
            return Ok(Server { host: address.ip().to_string(), port: Some(address.port()) });
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().map_err(|_| wrong())?)),
            None => (text, None),
        };
        let name = names::parse(host).map_err(|_| wrong())?;
        Ok(Server { host: names::shown(&name), port })
    }

    /// What asking it must be permitted.
    #[must_use]
    pub fn want(&self, port: u16) -> Want {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        Want::new("dns:server", format!("{host}:{}", self.port.unwrap_or(port)))
    }

    /// Its addresses; a host name is asked of `resolvers`.
    pub async fn addresses(
        &self,
        port: u16,
        resolvers: &[SocketAddr],
        timeout: Duration,
        context: &Context<'_>,
    ) -> Vec<SocketAddr> {
        let port = self.port.unwrap_or(port);
        let found = match self.host.parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) => addresses_of(&self.host, resolvers, timeout, context).await,
        };
        found.into_iter().map(|address| SocketAddr::new(address, port)).collect()
    }
}

/// The addresses of a host by what the first resolver that knows it says, IPv4 first.
pub async fn addresses_of(
    host: &str,
    resolvers: &[SocketAddr],
    timeout: Duration,
    context: &Context<'_>,
) -> Vec<IpAddr> {
    let Ok(name) = names::parse(host) else { return Vec::new() };
    for resolver in resolvers {
        let mut found = Vec::new();
        for record in [RecordType::A, RecordType::AAAA] {
            let question = Question { timeout, ..Question::to_resolver(name.clone(), record) };
            let answer = ask(&question, *resolver, context).await;
            found.extend(answer.records().filter_map(|record| record.data.ip_addr()));
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The resolver that the script names, else those of this machine, in their order.
///
/// # Errors
/// A machine that knows no resolver.
pub async fn resolvers(
    named: Option<&str>,
    port: u16,
    timeout: Duration,
    context: &Context<'_>,
) -> Result<Vec<SocketAddr>, Failure> {
    let Some(named) = named else { return of_this_machine(port) };
    let server = Server::parse(named)?;
    let by_address = server.host.parse::<IpAddr>().is_ok();
    let known = if by_address { Vec::new() } else { of_this_machine(PORT)? };
    let found = server.addresses(port, &known, timeout, context).await;
    if found.is_empty() { Err(Failure::unavailable(messages::server_has_no_address(named))) } else { Ok(found) }
}

/// The resolvers that the machine uses.
///
/// # Errors
/// None can be read.
pub fn of_this_machine(port: u16) -> Result<Vec<SocketAddr>, Failure> {
    let none =
        |why: String| Failure::unavailable(messages::no_resolver(RESOLV_CONF, why)).hint(messages::name_a_resolver());
    let text = std::fs::read(RESOLV_CONF).map_err(|error| none(error.to_string()))?;
    let settings = resolv_conf::Config::parse(text).map_err(|error| none(error.to_string()))?;
    let found: Vec<SocketAddr> =
        settings.nameservers.iter().map(|server| SocketAddr::new(IpAddr::from(server), port)).collect();
    if found.is_empty() { Err(none(messages::names_no_server())) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_addresses_or_names_with_or_without_a_port() {
        for (text, host, port) in [
            ("192.0.2.1", "192.0.2.1", None),
            ("192.0.2.1:5353", "192.0.2.1", Some(5353)),
            ("2001:db8::1", "2001:db8::1", None),
            ("[2001:db8::1]:5353", "2001:db8::1", Some(5353)),
            ("NS1.example.com.", "ns1.example.com", None),
            ("ns1.example.com:54", "ns1.example.com", Some(54)),
        ] {
            assert_eq!(Server::parse(text).unwrap(), Server { host: host.to_owned(), port }, "{text}");
        }
        for wrong in ["", "a b", "ns1.example.com:dns", "ns1.example.com:70000", "https://dns.example"] {
            assert!(Server::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Server::parse("2001:db8::1").unwrap().want(53).line(), "dns:server [2001:db8::1]:53");
    }
}
