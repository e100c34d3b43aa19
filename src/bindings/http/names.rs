//! From names to addresses. Every address is checked here, and the ones that passed are the ones connected to, so that a name
//! can't show one address to the check and another to the connection.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Host;

use super::record::{Record, now};
use super::target::ConnectTo;
use crate::world::address::{Forbidden, allow, allow_ip};

use crate::messages::bindings_http as messages;

/// Where addresses come from: the system, or (put into the run's shared things beforehand) a table.
#[derive(Debug, Default)]
pub struct Names(Option<BTreeMap<String, Vec<IpAddr>>>);

impl Names {
    /// Names as the machine resolves them.
    #[must_use]
    pub fn system() -> Self {
        Names(None)
    }

    /// Names from a table alone.
    #[must_use]
    pub fn fixed(table: BTreeMap<String, Vec<IpAddr>>) -> Self {
        Names(Some(table))
    }

    async fn look_up(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        match &self.0 {
            Some(table) => Ok(table.get(name).cloned().unwrap_or_default()),
            None => Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect()),
        }
    }
}

/// Names for one request.
pub struct Checked {
    /// Where addresses come from.
    pub names: Arc<Names>,
    /// Where to connect instead.
    pub connect_to: Option<ConnectTo>,
    /// Takes what is learned.
    pub record: Record,
}

#[derive(Debug, thiserror::Error)]
enum NoAddress {
    #[error("{0}")]
    Forbidden(#[from] Forbidden),
    #[error("{}", messages::no_address(.0))]
    None(String),
}

impl Checked {
    async fn addresses(names: Arc<Names>, host: Host<String>, port: u16) -> Result<Vec<SocketAddr>, NoAddress> {
        let found = match host {
            Host::Ipv4(ip) => vec![IpAddr::V4(ip)],
            Host::Ipv6(ip) => vec![IpAddr::V6(ip)],
            Host::Domain(name) => {
                allow(&Host::Domain(&name))?;
                let found = names.look_up(&name).await.map_err(|error| NoAddress::None(error.to_string()))?;
                if found.is_empty() {
                    return Err(NoAddress::None(messages::the_name_is_not_known()));
                }
                // One refused address among good ones is refused as well: which one is connected to would be chance.
                found.iter().try_for_each(|ip| allow_ip(*ip)).map_err(|refused| refused.asked_as(&name))?;
                return Ok(found.into_iter().map(|ip| SocketAddr::new(ip, port)).collect());
            }
        };
        found.iter().try_for_each(|ip| allow_ip(*ip))?;
        Ok(found.into_iter().map(|ip| SocketAddr::new(ip, port)).collect())
    }
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (host, port) = match &self.connect_to {
            Some(to) => (to.host.clone(), to.port),
            None => (Host::Domain(name.as_str().to_owned()), 0),
        };
        let (names, record) = (Arc::clone(&self.names), self.record.clone());
        Box::pin(async move {
            let begun = now();
            let is_name = matches!(host, Host::Domain(_));
            match Checked::addresses(names, host, port).await {
                Ok(found) => {
                    if is_name {
                        record.facts().dns = Some(now().saturating_sub(begun));
                    }
                    let addresses: Addrs = Box::new(found.into_iter());
                    Ok(addresses)
                }
                Err(why) => {
                    match &why {
                        NoAddress::Forbidden(refused) => record.facts().forbidden = Some(refused.clone()),
                        NoAddress::None(reason) => record.facts().no_address = Some(reason.clone()),
                    }
                    Err(why.into())
                }
            }
        })
    }
}
