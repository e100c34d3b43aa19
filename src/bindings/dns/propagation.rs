//! `dns::propagation`.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use hickory_proto::rr::RecordType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::exchange::{Question, ask};
use super::names;
use super::server::{PORT, Server, of_this_machine};
use super::{time_limit, wants};
use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::bindings_dns as messages;
use crate::model::duration::Span;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// How many resolvers are asked at most.
const RESOLVERS_MAX: usize = 32;

/// Asks several resolvers side by side.
pub struct Propagation;

/// The arguments of `dns::propagation`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PropagationArgs {
    /// The name.
    name: String,
    /// The type of the records.
    #[serde(default = "a")]
    record: String,
    /// Whom to ask, at most 32: addresses or names, with a port where it is not 53. Default: the public resolvers of Cloudflare, Google,
    /// Quad9 and OpenDNS.
    #[serde(default = "public")]
    resolvers: Vec<String>,
    /// The values that every resolver ought to give, in any order. Without it they only ought to agree.
    #[serde(default)]
    wanted: Vec<String>,
    /// How long to wait for the answer of each.
    #[serde(default = "super::timeout")]
    timeout: Span,
}

fn a() -> String {
    "A".to_owned()
}

fn public() -> Vec<String> {
    ["1.1.1.1", "8.8.8.8", "9.9.9.9", "208.67.222.222"].map(str::to_owned).to_vec()
}

/// How far a change has come.
#[derive(Serialize, JsonSchema)]
pub struct Spread {
    /// The name.
    name: String,
    /// The type of the records.
    record: String,
    /// Whether all give what was wanted; without `wanted`, whether all give the same records.
    complete: bool,
    /// How many do.
    matching: usize,
    /// How many were asked.
    asked: usize,
    /// What each gave, in the order of `resolvers`.
    resolvers: Vec<Seen>,
    /// The longest time to live among the answers that are not what was wanted, in seconds: by then the resolver must ask again. Nothing
    /// where there is none.
    longest_ttl: Option<u32>,
}

/// What one resolver gave.
#[derive(Serialize, JsonSchema)]
pub struct Seen {
    /// The resolver as it was named.
    resolver: String,
    /// `NOERROR`, `NXDOMAIN` and so on; `TIMEOUT` or `UNREACHABLE` where there is no answer.
    status: String,
    /// The values, sorted.
    values: Vec<String>,
    /// The shortest time to live in seconds.
    ttl: Option<u32>,
    /// Whether this is what was wanted.
    matches: bool,
}

impl Described for Propagation {
    const NAME: &'static str = "dns::propagation";
    const SUMMARY: &'static str = "asks several resolvers side by side, and tells which of them know a change";
    const POSITIONAL: &'static [&'static str] = &["name"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "Wait until the resolvers of the world know a new address",
        script: r#"wait_until(#{ what: "the new address", every: "1m", timeout: "2h" }, || {
    let seen = dns::propagation("example.com", #{ wanted: ["192.0.2.7"] });
    if seen.complete { seen } else { not_yet(`${seen.matching} of ${seen.asked} resolvers`) }
})"#,
    }];
    type Args = PropagationArgs;
    type Output = Spread;
}

impl HostFunction for Propagation {
    const PERMISSIONS: &'static [&'static str] = &["dns:lookup NAME", "dns:server HOST:PORT, for each of `resolvers`"];

    fn wants(args: &PropagationArgs) -> Result<Vec<Want>, Failure> {
        names::record_type(&args.record)?;
        if args.resolvers.is_empty() || args.resolvers.len() > RESOLVERS_MAX {
            return Err(Failure::invalid(messages::resolvers_are_from_to(RESOLVERS_MAX)));
        }
        wants(&names::parse(&args.name)?, args.resolvers.iter(), PORT)
    }

    fn time_limit(args: &PropagationArgs) -> Duration {
        time_limit(args.timeout, 3)
    }

    async fn live(args: PropagationArgs, context: &Context<'_>) -> Result<Spread, Failure> {
        let record = names::record_type(&args.record)?;
        let name = names::parse(&args.name)?;
        let servers = args.resolvers.iter().map(|text| Server::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let by_name = servers.iter().any(|server| server.host.parse::<std::net::IpAddr>().is_err());
        let known = if by_name { of_this_machine(PORT)? } else { Vec::new() };
        let question = Question { timeout: args.timeout.0, ..Question::to_resolver(name.clone(), record) };
        let asked = servers.iter().map(|server| async {
            let address = server.addresses(PORT, &known, question.timeout, context).await.into_iter().next()?;
            let answered = ask(&question, address, context).await;
            Some(Answer::of(names::shown(&name), record, &answered))
        });
        let answers = join_all(asked).await;
        let wanted = set(record, &args.wanted);
        // Without a wish, what the first of them says that says something is what the others ought to say.
        let measure = match (&wanted, answers.iter().flatten().find(|answer| !answer.values.is_empty())) {
            (Some(wanted), _) => Some(wanted.clone()),
            (None, Some(first)) => set(record, &first.values),
            (None, None) => None,
        };
        let seen = args.resolvers.iter().zip(answers).map(|(resolver, answer)| {
            let answer = answer.as_ref();
            let values = answer.map(|answer| answer.values.clone()).unwrap_or_default();
            Seen {
                resolver: resolver.clone(),
                status: answer.map_or_else(|| "UNREACHABLE".to_owned(), |answer| answer.status.clone()),
                matches: measure.is_some() && set(record, &values) == measure,
                ttl: answer.and_then(|answer| answer.ttl),
                values,
            }
        });
        let resolvers: Vec<Seen> = seen.collect();
        let matching = resolvers.iter().filter(|seen| seen.matches).count();
        Ok(Spread {
            name: names::shown(&name),
            record: names::type_name(record),
            complete: matching == resolvers.len(),
            matching,
            asked: resolvers.len(),
            longest_ttl: resolvers.iter().filter(|seen| !seen.matches).filter_map(|seen| seen.ttl).max(),
            resolvers,
        })
    }
}

/// Values as a set that can be compared; nothing for none.
fn set(record: RecordType, values: &[String]) -> Option<BTreeSet<String>> {
    let has_names = !matches!(record, RecordType::TXT | RecordType::CAA);
    let plain = |value: &String| {
        if has_names { value.trim().trim_end_matches('.').to_ascii_lowercase() } else { value.clone() }
    };
    let values: BTreeSet<String> = values.iter().map(plain).collect();
    (!values.is_empty()).then_some(values)
}
