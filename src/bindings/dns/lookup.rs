//! `dns::lookup`.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::answer::Answer;
use super::exchange::{Question, Transport, ask};
use super::names;
use super::server::{PORT, Server, resolvers};
use super::{time_limit, wants};
use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::bindings_dns as messages;
use crate::model::duration::Span;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// Asks one server for the records of a name.
pub struct Lookup;

/// The arguments of `dns::lookup`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LookupArgs {
    /// The name; for `PTR` an address will do.
    name: String,
    /// The type: `A`, `AAAA`, `CAA`, `CNAME`, `DS`, `MX`, `NS`, `SOA`, `SRV`, `TXT` or any other, also by number as `TYPE65280`.
    #[serde(default = "a")]
    record: String,
    /// The server: an address or a name, with a port where it is not 53. Without it, the resolvers of this machine are asked, the next
    /// one where one gives no answer.
    #[serde(default)]
    server: Option<String>,
    /// Whether the server shall ask others for what it does not know itself. Say `false` to see what a server has authority for.
    #[serde(default = "yes")]
    recursion: bool,
    /// Whether signatures shall come along (DO); a resolver then also tells whether it has checked them.
    #[serde(default)]
    dnssec: bool,
    /// How the question travels: `auto` (UDP, and TCP when the answer was cut), `udp` or `tcp`.
    #[serde(default)]
    transport: Transport,
    /// How long to wait for the answer of one server.
    #[serde(default = "super::timeout")]
    timeout: Span,
}

fn a() -> String {
    "A".to_owned()
}

fn yes() -> bool {
    true
}

impl Described for Lookup {
    const NAME: &'static str = "dns::lookup";
    const SUMMARY: &'static str =
        "asks a DNS server for the records of a name; NXDOMAIN, SERVFAIL or no answer is a result";
    const POSITIONAL: &'static [&'static str] = &["name"];
    const EXAMPLES: &'static [Example] = &[
        Example {
            title: "The addresses of a name, as this machine sees them",
            script: r#"dns::lookup("example.com").values"#,
        },
        Example {
            title: "Whether a name server has authority for a zone",
            script: r#"let answer = dns::lookup("example.com", #{ record: "SOA", server: "ns1.example.net", recursion: false });
if answer.status != "NOERROR" || !answer.flags.authoritative { throw `ns1.example.net: ${answer.status}`; }"#,
        },
    ];
    type Args = LookupArgs;
    type Output = Answer;
}

impl HostFunction for Lookup {
    const PERMISSIONS: &'static [&'static str] = &["dns:lookup NAME", "dns:server HOST:PORT, with `server`"];

    fn wants(args: &LookupArgs) -> Result<Vec<Want>, Failure> {
        let record = names::record_type(&args.record)?;
        let name = names::parse_or_reverse(&args.name, record)?;
        wants(&name, args.server.iter(), PORT)
    }

    fn time_limit(args: &LookupArgs) -> Duration {
        time_limit(args.timeout, 4)
    }

    async fn live(args: LookupArgs, context: &Context<'_>) -> Result<Answer, Failure> {
        let record = names::record_type(&args.record)?;
        let name = names::parse_or_reverse(&args.name, record)?;
        let timeout = args.timeout.0;
        let servers = match &args.server {
            None => resolvers(None, PORT, timeout, context).await?,
            Some(text) => {
                let server = Server::parse(text)?;
                let found = server.addresses(PORT, &known_to(&server)?, timeout, context).await;
                if found.is_empty() {
                    return Err(Failure::unavailable(messages::server_has_no_address(text)));
                }
                found
            }
        };
        let question = Question {
            name: name.clone(),
            record,
            recursion: args.recursion,
            dnssec: args.dnssec,
            unchecked: false,
            transport: args.transport,
            timeout,
        };
        let mut answered = None;
        for server in servers {
            let now = ask(&question, server, context).await;
            let is_answer = now.message.is_some();
            answered = Some(now);
            if is_answer {
                break;
            }
        }
        let answered = answered.ok_or_else(|| Failure::unavailable(messages::names_no_server()))?;
        Ok(Answer::of(names::shown(&name), record, &answered))
    }
}

/// Who knows the address of a server: nobody needs to where it is an address.
fn known_to(server: &Server) -> Result<Vec<std::net::SocketAddr>, Failure> {
    if server.host.parse::<std::net::IpAddr>().is_ok() { Ok(Vec::new()) } else { super::server::of_this_machine(PORT) }
}
