//! Which versions and cipher suites a server would speak, found by offering each.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use tls_parser::TlsCipherSuite;

use super::door::Door;
use super::hello::offer;
use crate::messages::bindings_tls as messages;
use crate::model::failure::Failure;

/// A version of TLS that is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// RFC 2246.
    Tls10,
    /// RFC 4346.
    Tls11,
    /// RFC 5246.
    Tls12,
    /// RFC 8446.
    Tls13,
}

impl Version {
    /// All, oldest first.
    pub const ALL: [Version; 4] = [Version::Tls10, Version::Tls11, Version::Tls12, Version::Tls13];

    /// Its number on the wire.
    #[must_use]
    pub fn number(self) -> u16 {
        match self {
            Version::Tls10 => 0x0301,
            Version::Tls11 => 0x0302,
            Version::Tls12 => 0x0303,
            Version::Tls13 => 0x0304,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Version::Tls10 => "TLS 1.0",
            Version::Tls11 => "TLS 1.1",
            Version::Tls12 => "TLS 1.2",
            Version::Tls13 => "TLS 1.3",
        }
    }

    /// The cipher suites that can be offered in it.
    fn ciphers(self) -> Vec<u16> {
        // RFC 8446 §B.4. Everything else in the registry is for the versions before.
        let newest = 0x1301..=0x1305;
        if self == Version::Tls13 {
            return newest.collect();
        }
        let known = (0x0001..=0xd005_u16).filter(|number| !newest.contains(number));
        // What only asks for something (RFC 5746, RFC 7507) is no cipher.
        known
            .filter(|number| TlsCipherSuite::from_id(*number).is_some() && !matches!(number, 0x00ff | 0x5600))
            .collect()
    }
}

/// How many suites are offered at once: some servers end a connection at more.
const AT_ONCE: usize = 100;

/// The cipher suites that a server takes in each version that it speaks, in the order in which it takes them; without `all` only the
/// first. Versions that it does not speak are not there.
///
/// # Errors
/// Connections that fail for another reason than that.
pub async fn offers(
    door: &Door,
    server_name: Option<&str>,
    all: bool,
) -> Result<BTreeMap<Version, Vec<String>>, Failure> {
    let tried = Version::ALL.map(|version| async move {
        let taken = taken(door, version, server_name, all).await?;
        Ok::<_, Failure>((version, taken.into_iter().map(name).collect::<Vec<_>>()))
    });
    let found = try_join_all(tried).await?;
    Ok(found.into_iter().filter(|(_, taken)| !taken.is_empty()).collect())
}

async fn taken(door: &Door, version: Version, server_name: Option<&str>, all: bool) -> Result<Vec<u16>, Failure> {
    let mut taken = Vec::new();
    for part in version.ciphers().chunks(AT_ONCE) {
        let mut left = part.to_vec();
        while !left.is_empty() {
            let (stream, _) = door.open().await?;
            let found = offer(stream, version, &left, server_name).await;
            let found =
                found.map_err(|error| Failure::unavailable(messages::ended_the_connection(&door.shown, error)))?;
            // One that was not offered is no answer.
            let Some(found) = found.filter(|found| left.contains(found)) else { break };
            taken.push(found);
            if !all {
                return Ok(taken);
            }
            left.retain(|cipher| *cipher != found);
        }
    }
    Ok(taken)
}

fn name(number: u16) -> String {
    TlsCipherSuite::from_id(number).map_or_else(|| format!("0x{number:04x}"), |suite| suite.name.to_owned())
}
