//! Which addresses no request goes to: link-local ones and the metadata services of clouds, which hand credentials to whoever
//! asks. One function, asked for the host in a URL, for each redirect, for `connect_to`, and for every address that a name
//! turns out to have, so that no spelling of an address gets around it. Private and loopback addresses are allowed: what a
//! runbook may reach among them, its permissions say.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Host;

use crate::messages::reach as messages;
use crate::model::failure::Failure;

/// A host that no request goes to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.told())]
pub struct Forbidden {
    host: String,
    what: What,
    asked: Option<String>,
}

/// What stands at an address that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Metadata,
    LinkLocal,
}

impl What {
    fn told(self) -> String {
        match self {
            What::Metadata => messages::metadata_service(),
            What::LinkLocal => messages::link_local_address(),
        }
    }
}

impl Forbidden {
    /// The same, with the name that led to this address.
    #[must_use]
    pub fn asked_as(mut self, name: &str) -> Self {
        self.asked = Some(name.to_owned());
        self
    }

    fn told(&self) -> String {
        match &self.asked {
            Some(name) => messages::leads_to_a_refused_address(name, &self.host, self.what.told()),
            None => messages::is_refused(&self.host, self.what.told()),
        }
    }

    /// What a script sees of it.
    #[must_use]
    pub fn failure(&self) -> Failure {
        Failure::refused(self.to_string()).hint(messages::link_local_and_metadata_addresses_give_out())
    }
}

/// Lets a host pass, or says why no request goes there.
///
/// # Errors
/// A link-local address, an address or a name of a cloud's metadata service, in whatever form it is written.
pub fn allow(host: &Host<&str>) -> Result<(), Forbidden> {
    let refused = match host {
        Host::Domain(name) => name_refused(name),
        Host::Ipv4(ip) => v4_refused(*ip),
        Host::Ipv6(ip) => v6_refused(*ip),
    };
    match refused {
        Some(what) => Err(Forbidden { host: host.to_string(), what, asked: None }),
        None => Ok(()),
    }
}

/// As [`allow`], for an address.
///
/// # Errors
/// See [`allow`].
pub fn allow_ip(ip: IpAddr) -> Result<(), Forbidden> {
    match ip {
        IpAddr::V4(ip) => allow(&Host::Ipv4(ip)),
        IpAddr::V6(ip) => allow(&Host::Ipv6(ip)),
    }
}

/// Names that clouds give their metadata services. They lead to refused addresses as well; a proxy would resolve them for us.
const NAMES: &[&str] = &[
    "metadata",
    "metadata.google.internal",
    "metadata.goog",
    "metadata.tencentyun.com",
    "metadata.azure.internal",
    "instance-data",
    "instance-data.ec2.internal",
];

fn name_refused(name: &str) -> Option<What> {
    let name = name.trim_end_matches('.');
    let known = NAMES.iter().any(|known| {
        name.eq_ignore_ascii_case(known)
            || name.len() > known.len()
                && known.contains('.')
                && name
                    .get(name.len() - known.len() - 1..)
                    .is_some_and(|end| end.strip_prefix('.').is_some_and(|end| end.eq_ignore_ascii_case(known)))
    });
    known.then_some(What::Metadata)
}

fn v4_refused(ip: Ipv4Addr) -> Option<What> {
    match ip.octets() {
        // RFC 3927; AWS, Azure, Google and others serve metadata and task credentials from inside it.
        [169, 254, 169, 254] | [169, 254, 170, 2 | 23] => Some(What::Metadata),
        [169, 254, _, _] => Some(What::LinkLocal),
        // Alibaba Cloud, Oracle Cloud, and the Azure platform's channel to its machines.
        [100, 100, 100, 200] | [192, 0, 0, 192] | [168, 63, 129, 16] => Some(What::Metadata),
        _ => None,
    }
}

fn v6_refused(ip: Ipv6Addr) -> Option<What> {
    let s = ip.segments();
    if s[0] & 0xffc0 == 0xfe80 {
        return Some(What::LinkLocal);
    }
    // Amazon keeps fd00:ec2::/32 for its own services (metadata ::254, pod identity ::23, DNS ::253); Google has fd20:ce::254.
    if s[0] == 0xfd00 && s[1] == 0x0ec2 || s == [0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254] {
        return Some(What::Metadata);
    }
    embedded(s).into_iter().find_map(v4_refused)
}

/// The IPv4 addresses that a packet to this IPv6 address may end up at.
fn embedded(s: [u16; 8]) -> Vec<Ipv4Addr> {
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match s {
        // Mapped and compatible (RFC 4291 §2.5.5), translated (RFC 2765), NAT64 (RFC 6052, and RFC 8215's local prefix).
        [0, 0, 0, 0, 0, 0 | 0xffff, a, b]
        | [0, 0, 0, 0, 0xffff, 0, a, b]
        | [0x64, 0xff9b, 0, 0, 0, 0, a, b]
        | [0x64, 0xff9b, 1, _, _, _, a, b] => vec![v4(a, b)],
        // 6to4 (RFC 3056).
        [0x2002, a, b, ..] => vec![v4(a, b)],
        // Teredo (RFC 4380): the server, and the client with its bits turned over.
        [0x2001, 0, a, b, _, _, c, d] => vec![v4(a, b), v4(!c, !d)],
        // ISATAP (RFC 5214).
        [_, _, _, _, 0 | 0x0200, 0x5efe, a, b] => vec![v4(a, b)],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Host<String> {
        Host::parse(text).expect(text)
    }

    fn allowed(text: &str) -> bool {
        let host = host(text);
        allow(&match &host {
            Host::Domain(name) => Host::Domain(name.as_str()),
            Host::Ipv4(ip) => Host::Ipv4(*ip),
            Host::Ipv6(ip) => Host::Ipv6(*ip),
        })
        .is_ok()
    }

    #[test]
    fn no_spelling_of_a_metadata_address_passes() {
        for text in [
            "169.254.169.254",
            "2852039166",
            "0xA9FEA9FE",
            "0xa9.0xfe.0xa9.0xfe",
            "0251.0376.0251.0376",
            "169.254.43518",
            "169.16689662",
            "169.254.0.1",
            "169.254.170.2",
            "１６９.254.169.254",
            "169。254。169。254",
            "[::ffff:169.254.169.254]",
            "[::ffff:a9fe:a9fe]",
            "[::169.254.169.254]",
            "[64:ff9b::169.254.169.254]",
            "[64:ff9b:1::a9fe:a9fe]",
            "[2002:a9fe:a9fe::1]",
            "[2001:0:a9fe:a9fe::1]",
            "[2001:0:1:2:3:4:5601:5601]",
            "[fe80::5efe:a9fe:a9fe]",
            "[2001:db8::5efe:a9fe:a9fe]",
            "[fe80::1]",
            "[febf::1]",
            "[fd00:ec2::254]",
            "[fd00:ec2::23]",
            "[fd20:ce::254]",
            "100.100.100.200",
            "192.0.0.192",
            "168.63.129.16",
            "metadata.google.internal",
            "METADATA.google.internal.",
            "x.metadata.google.internal",
            "metadata",
            "instance-data",
        ] {
            assert!(!allowed(text), "{text}");
        }
    }

    #[test]
    fn private_loopback_and_public_addresses_pass() {
        for text in [
            "127.0.0.1",
            "2130706433",
            "0x7f.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "10.0.0.1",
            "192.168.1.1",
            "100.100.100.201",
            "169.253.169.254",
            "[fd00::1]",
            "[fec0::1]",
            "[2001:db8::1]",
            "metadata.example.com",
            "notmetadata.google.internal.example.com",
            "xmetadata.google.internal",
            "example.com",
        ] {
            assert!(allowed(text), "{text}");
        }
    }
}
