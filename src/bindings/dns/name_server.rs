//! The name servers of a zone: what the zone above hands out, and what each of them says itself.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::future::join_all;
use hickory_proto::rr::{Name, RData, RecordType, SerialNumber};
use schemars::JsonSchema;
use serde::Serialize;

use super::exchange::{Answered, Question, ask};
use super::names::shown;
use super::server::{PORT, addresses_of};
use crate::binding::Context;
use crate::messages::bindings_dns as messages;
use crate::model::failure::Failure;

/// Who asks whom.
pub struct Asking<'a> {
    /// Resolvers, for the zone above and the addresses of servers.
    pub resolvers: Vec<SocketAddr>,
    /// How long each may take.
    pub timeout: Duration,
    /// The call.
    pub context: &'a Context<'a>,
}

/// A name server of the zone above, and what it hands out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Parent {
    /// Its name; its address where that is how it was given.
    pub name: String,
    /// The address that was asked; empty where none is known.
    pub address: String,
    /// `NOERROR`, `NXDOMAIN` and so on; `TIMEOUT` or `UNREACHABLE` where there is no answer.
    pub status: String,
    /// The name servers that it hands out, sorted.
    pub hands_out: Vec<String>,
    /// For how long resolvers may keep that, in seconds.
    pub ttl: Option<u32>,
    #[serde(skip)]
    glue: BTreeMap<String, BTreeSet<IpAddr>>,
}

/// How a name server stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It answers with authority.
    Good,
    /// It answers with authority, and has an older serial than another.
    Stale,
    /// It answers, without authority for the zone.
    Lame,
    /// It does not answer.
    Dead,
    /// Nobody knows an address of it.
    Unresolved,
}

/// A name server of the zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NameServer {
    /// Its name.
    pub name: String,
    /// The address that was asked; empty where none is known.
    pub address: String,
    /// How it stands.
    pub state: Standing,
    /// `NOERROR`, `REFUSED` and so on; `TIMEOUT` or `UNREACHABLE` where there is no answer; empty where nobody could be asked.
    pub status: String,
    /// The serial of the zone there; nothing where it has no authority.
    pub serial: Option<u32>,
    /// The name servers of the zone as it says itself, sorted.
    pub says: Vec<String>,
    /// Whether the zone above hands it out.
    pub handed_out: bool,
}

/// The zone that `name` lies in, by what a resolver knows.
///
/// # Errors
/// No resolver that answers.
pub async fn zone_of(name: &Name, asking: &Asking<'_>) -> Result<Name, Failure> {
    let answered = resolved(name, RecordType::SOA, asking).await;
    let records = answered.message.iter().flat_map(|message| message.answers.iter().chain(&message.authorities));
    let mut owners = records.filter(|record| record.record_type() == RecordType::SOA && record.name.zone_of(name));
    owners.next().map(|record| record.name.clone()).ok_or_else(|| {
        Failure::unavailable(messages::zone_is_not_found(shown(name), answered.server, &answered.status))
            .hint(messages::name_the_parent())
    })
}

/// What the first resolver that answers says.
pub async fn resolved(name: &Name, record: RecordType, asking: &Asking<'_>) -> Answered {
    let question = Question { timeout: asking.timeout, ..Question::to_resolver(name.clone(), record) };
    first_answer(&question, asking).await
}

/// The first answer of a resolver; that of the last one where none answers.
pub async fn first_answer(question: &Question, asking: &Asking<'_>) -> Answered {
    let mut last = None;
    for resolver in &asking.resolvers {
        let answered = ask(question, *resolver, asking.context).await;
        if answered.message.is_some() {
            return answered;
        }
        last = Some(answered);
    }
    last.unwrap_or_else(|| Answered {
        server: SocketAddr::from(([0, 0, 0, 0], 0)),
        status: "UNREACHABLE".to_owned(),
        message: None,
        why: messages::names_no_server(),
        by_tcp: false,
        took: Duration::ZERO,
    })
}

/// The name servers of the zone above, as resolvers know them.
pub async fn servers_of(zone: &Name, asking: &Asking<'_>) -> Vec<String> {
    let answered = resolved(zone, RecordType::NS, asking).await;
    let mut names: Vec<String> = answered.records().filter_map(|record| ns(&record.data)).collect();
    names.sort();
    names
}

fn ns(data: &RData) -> Option<String> {
    match data {
        RData::NS(name) => Some(shown(&name.0)),
        _ => None,
    }
}

/// What a name server of the zone above hands out for `name`.
pub async fn hands_out(server: &str, address: Option<SocketAddr>, name: &Name, asking: &Asking<'_>) -> Parent {
    let Some(address) = address else {
        let status = "UNREACHABLE".to_owned();
        let (name, address) = (server.to_owned(), String::new());
        return Parent { name, address, status, hands_out: Vec::new(), ttl: None, glue: BTreeMap::new() };
    };
    let question = Question { timeout: asking.timeout, ..Question::to_authority(name.clone(), RecordType::NS) };
    let answered = ask(&question, address, asking.context).await;
    // A delegation stands in the authority section; a server that has both zones answers from the lower one.
    let sections = answered.message.iter().flat_map(|message| message.answers.iter().chain(&message.authorities));
    let found: Vec<_> = sections.filter(|record| record.name == *name).collect();
    let names: BTreeSet<String> = found.iter().filter_map(|record| ns(&record.data)).collect();
    let mut glue: BTreeMap<String, BTreeSet<IpAddr>> = BTreeMap::new();
    for record in answered.message.iter().flat_map(|message| &message.additionals) {
        if let Some(address) = record.data.ip_addr() {
            glue.entry(shown(&record.name)).or_default().insert(address);
        }
    }
    Parent {
        name: server.to_owned(),
        address: address.to_string(),
        status: answered.status.clone(),
        ttl: found.iter().filter(|record| ns(&record.data).is_some()).map(|record| record.ttl).min(),
        hands_out: names.into_iter().collect(),
        glue,
    }
}

/// How each of `wanted` stands, asked side by side: at its addresses of IPv4, or of IPv6 where it has no others.
pub async fn stand(
    servers: &BTreeSet<String>,
    parents: &[Parent],
    name: &Name,
    asking: &Asking<'_>,
) -> Vec<NameServer> {
    let looks = servers.iter().map(|server| async move {
        let glue = parents.iter().filter_map(|parent| parent.glue.get(server)).flatten().copied();
        let mut addresses: BTreeSet<IpAddr> = glue.collect();
        if addresses.is_empty() {
            addresses =
                addresses_of(server, &asking.resolvers, asking.timeout, asking.context).await.into_iter().collect();
        }
        let handed_out = parents.iter().any(|parent| parent.hands_out.contains(server));
        let any_v4 = addresses.iter().any(IpAddr::is_ipv4);
        let asked = addresses.iter().filter(|address| address.is_ipv4() || !any_v4);
        let looks = asked.map(|address| look(server, SocketAddr::new(*address, PORT), handed_out, name, asking));
        let found = join_all(looks).await;
        if found.is_empty() { vec![NameServer::unresolved(server, handed_out)] } else { found }
    });
    let mut found: Vec<NameServer> = join_all(looks).await.into_iter().flatten().collect();
    let serials = found.iter().filter_map(|server| server.serial).map(SerialNumber::from);
    let newest = serials.fold(None, |newest: Option<SerialNumber>, serial| match newest {
        Some(newest) if !matches!(newest.partial_cmp(&serial), Some(std::cmp::Ordering::Less)) => Some(newest),
        _ => Some(serial),
    });
    for server in &mut found {
        if let (Some(serial), Some(newest)) = (server.serial, newest)
            && SerialNumber::from(serial) < newest
        {
            server.state = Standing::Stale;
        }
    }
    found
}

async fn look(server: &str, address: SocketAddr, handed_out: bool, name: &Name, asking: &Asking<'_>) -> NameServer {
    let question = |record| Question { timeout: asking.timeout, ..Question::to_authority(name.clone(), record) };
    let soa = ask(&question(RecordType::SOA), address, asking.context).await;
    let serial =
        soa.records().filter(|record| record.name == *name && soa.is_authoritative()).find_map(|record| match &record
            .data
        {
            RData::SOA(soa) => Some(soa.serial),
            _ => None,
        });
    let mut says = BTreeSet::new();
    if serial.is_some() {
        let answered = ask(&question(RecordType::NS), address, asking.context).await;
        says = answered.records().filter_map(|record| ns(&record.data)).collect();
    }
    NameServer {
        name: server.to_owned(),
        address: address.to_string(),
        state: match (&soa.message, serial) {
            (None, _) => Standing::Dead,
            (Some(_), None) => Standing::Lame,
            (Some(_), Some(_)) => Standing::Good,
        },
        status: soa.status.clone(),
        serial,
        says: says.into_iter().collect(),
        handed_out,
    }
}

impl NameServer {
    fn unresolved(name: &str, handed_out: bool) -> Self {
        NameServer {
            name: name.to_owned(),
            address: String::new(),
            state: Standing::Unresolved,
            status: String::new(),
            serial: None,
            says: Vec::new(),
            handed_out,
        }
    }
}
