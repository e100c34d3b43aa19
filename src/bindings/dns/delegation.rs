//! `dns::delegation`.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::join_all;
use hickory_proto::rr::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::name_server::{Asking, NameServer, Parent, Standing, hands_out, servers_of, stand, zone_of};
use super::names;
use super::server::{PORT, Server, resolvers};
use super::{time_limit, wants};
use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::bindings_dns as messages;
use crate::model::duration::Span;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// How many name servers are asked at most on either side.
const SERVERS_MAX: usize = 32;

/// Walks from the zone above to the name servers of a zone.
pub struct Delegation;

/// The arguments of `dns::delegation`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DelegationArgs {
    /// The zone, such as `example.com`.
    name: String,
    /// The name servers that ought to be handed out, such as those of a hosted zone. They are asked as well, also while nobody hands them
    /// out yet.
    #[serde(default)]
    wanted: Vec<String>,
    /// Name servers of the zone above, by address or name. Default: found by asking the resolver.
    #[serde(default)]
    parent: Vec<String>,
    /// The resolver that knows the zone above and the addresses of name servers, instead of those of this machine.
    #[serde(default)]
    resolver: Option<String>,
    /// How long to wait for one answer.
    #[serde(default = "super::timeout")]
    timeout: Span,
}

/// How a zone is delegated.
#[derive(Serialize, JsonSchema)]
pub struct Delegated {
    /// The zone.
    name: String,
    /// The zone above; empty where `parent` was given.
    parent_zone: String,
    /// `good`: every name server that is handed out is as it ought to be. `none`: none is handed out. `broken`: none of them answers with
    /// authority. `differs`: something else is wrong; `problems` says what.
    state: State,
    /// The name servers that the zone above hands out, sorted.
    handed_out: Vec<String>,
    /// What is wanted and not handed out.
    missing: Vec<String>,
    /// What is handed out and not wanted; empty without `wanted`.
    extra: Vec<String>,
    /// The newest serial that was seen.
    serial: Option<u32>,
    /// What each name server of the zone above hands out.
    parents: Vec<Parent>,
    /// How each name server of the zone stands: those handed out, those wanted, and those that they name themselves.
    servers: Vec<NameServer>,
    /// What is wrong, in words; empty when the state is `good`.
    problems: Vec<String>,
    /// For how long resolvers may go on with what was handed out before, in seconds.
    ttl: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum State {
    Good,
    None,
    Broken,
    Differs,
}

impl Described for Delegation {
    const NAME: &'static str = "dns::delegation";
    const SUMMARY: &'static str = "walks from the zone above to a zone: which name servers are handed out, and which of them are good, \
                                   stale, lame or dead";
    const POSITIONAL: &'static [&'static str] = &["name"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "Wait until the registrar hands out the name servers of a new zone",
        script: r#"let wanted = ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"];
wait_until(#{ what: "the delegation", every: "1m", timeout: "48h" }, || {
    let seen = dns::delegation("example.com", #{ wanted: wanted });
    if seen.state == "good" { seen } else { not_yet(`${seen.state}: ${seen.problems}`) }
})"#,
    }];
    type Args = DelegationArgs;
    type Output = Delegated;
}

impl HostFunction for Delegation {
    const PERMISSIONS: &'static [&'static str] =
        &["dns:lookup NAME", "dns:server HOST:PORT, for each of `parent` and for `resolver`"];

    fn wants(args: &DelegationArgs) -> Result<Vec<Want>, Failure> {
        let name = names::parse(&args.name)?;
        if name.is_root() {
            return Err(Failure::invalid(messages::nobody_delegates_the_root()));
        }
        wanted(args)?;
        if args.parent.len() > SERVERS_MAX {
            return Err(Failure::invalid(messages::servers_are_at_most(SERVERS_MAX)));
        }
        wants(&name, args.parent.iter().chain(&args.resolver), PORT)
    }

    fn time_limit(args: &DelegationArgs) -> Duration {
        time_limit(args.timeout, 12)
    }

    async fn live(args: DelegationArgs, context: &Context<'_>) -> Result<Delegated, Failure> {
        let name = names::parse(&args.name)?;
        let wanted = wanted(&args)?;
        let timeout = args.timeout.0;
        let resolvers = resolvers(args.resolver.as_deref(), PORT, timeout, context).await;
        // Where the zone above is given by addresses, nobody needs a resolver.
        let resolvers = if args.parent.is_empty() { resolvers? } else { resolvers.unwrap_or_default() };
        let asking = Asking { resolvers, timeout, context };
        let (zone, parents) = parents(&args, &name, &asking).await?;
        let handed_out: BTreeSet<String> = parents.iter().flat_map(|parent| parent.hands_out.clone()).collect();
        let mut known: BTreeSet<String> = handed_out.union(&wanted).cloned().collect();
        let mut servers = stand(&known, &parents, &name, &asking).await;
        // Name servers that only the zone itself names are looked at as well: resolvers that have been there ask them.
        let named: BTreeSet<String> = servers.iter().flat_map(|server| server.says.clone()).collect();
        let more: BTreeSet<String> = named.difference(&known).take(SERVERS_MAX).cloned().collect();
        if !more.is_empty() {
            known.extend(more);
            servers = stand(&known, &parents, &name, &asking).await;
        }
        Ok(judge(&args, zone, wanted, handed_out, parents, servers))
    }
}

fn wanted(args: &DelegationArgs) -> Result<BTreeSet<String>, Failure> {
    if args.wanted.len() > SERVERS_MAX {
        return Err(Failure::invalid(messages::servers_are_at_most(SERVERS_MAX)));
    }
    args.wanted.iter().map(|name| names::parse(name).map(|name| names::shown(&name))).collect()
}

/// What the name servers of the zone above hand out, asked side by side.
async fn parents(args: &DelegationArgs, name: &Name, asking: &Asking<'_>) -> Result<(String, Vec<Parent>), Failure> {
    let (zone, texts) = if args.parent.is_empty() {
        let zone = zone_of(&name.base_name(), asking).await?;
        let servers = servers_of(&zone, asking).await;
        if servers.is_empty() {
            let failure = Failure::unavailable(messages::no_servers_of(names::shown(&zone)));
            return Err(failure.hint(messages::name_the_parent()));
        }
        (names::shown(&zone), servers)
    } else {
        (String::new(), args.parent.clone())
    };
    let servers = texts.iter().take(SERVERS_MAX).map(|text| Server::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let asked = servers.iter().map(|server| async {
        let found = server.addresses(PORT, &asking.resolvers, asking.timeout, asking.context).await;
        let address = found.iter().find(|address| address.is_ipv4()).or(found.first()).copied();
        hands_out(&server.host, address, name, asking).await
    });
    let parents = join_all(asked).await;
    if parents.iter().all(|parent| !matches!(parent.status.as_str(), "NOERROR" | "NXDOMAIN")) {
        let said: Vec<String> = parents.iter().map(|parent| format!("{} {}", parent.name, parent.status)).collect();
        return Err(Failure::unavailable(messages::parents_do_not_answer(names::shown(name), said.join(", "))));
    }
    Ok((zone, parents))
}

fn judge(
    args: &DelegationArgs,
    parent_zone: String,
    wanted: BTreeSet<String>,
    handed_out: BTreeSet<String>,
    parents: Vec<Parent>,
    servers: Vec<NameServer>,
) -> Delegated {
    let missing: Vec<String> = wanted.difference(&handed_out).cloned().collect();
    let extra: Vec<String> =
        if wanted.is_empty() { Vec::new() } else { handed_out.difference(&wanted).cloned().collect() };
    let mut problems = Vec::new();
    if handed_out.is_empty() {
        problems.push(messages::hands_out_none());
    } else {
        let told = parents.iter().filter(|parent| parent.status == "NOERROR" || parent.status == "NXDOMAIN");
        for parent in told.filter(|parent| !parent.hands_out.iter().eq(&handed_out)) {
            problems.push(messages::parent_disagrees(&parent.name, list(&parent.hands_out)));
        }
        problems.extend(missing.iter().map(messages::is_missing));
        problems.extend(extra.iter().map(messages::is_extra));
    }
    for server in servers.iter().filter(|server| server.handed_out || wanted.contains(&server.name)) {
        let at = SocketAddr::to_string;
        let place = server.address.parse().map_or_else(|_| String::new(), |address| at(&address));
        match server.state {
            Standing::Good => {}
            Standing::Stale => problems.push(messages::is_stale(&server.name, &place)),
            Standing::Lame => problems.push(messages::is_lame(&server.name, &place, &server.status)),
            Standing::Dead => problems.push(messages::is_dead(&server.name, &place, &server.status)),
            Standing::Unresolved => problems.push(messages::is_unresolved(&server.name)),
        }
        if server.serial.is_some() && !handed_out.is_empty() && !server.says.iter().eq(&handed_out) {
            problems.push(messages::zone_says(&server.name, list(&server.says)));
        }
    }
    let answers = |server: &&NameServer| server.handed_out && server.serial.is_some();
    let state = match () {
        () if handed_out.is_empty() => State::None,
        () if !servers.iter().any(|server| answers(&server)) => State::Broken,
        () if problems.is_empty() => State::Good,
        () => State::Differs,
    };
    let newest = servers.iter().filter(|server| server.state != Standing::Stale).find_map(|server| server.serial);
    Delegated {
        name: args.name.trim_end_matches('.').to_ascii_lowercase(),
        parent_zone,
        state,
        handed_out: handed_out.into_iter().collect(),
        missing,
        extra,
        serial: newest,
        ttl: parents.iter().filter_map(|parent| parent.ttl).max(),
        parents,
        servers,
        problems,
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() { messages::nobody() } else { names.join(", ") }
}
