//! DNS: one file per function. Any server can be asked for any type; whatever it answers is a result, and so is that it does not
//! answer. What is shared: whom to ask, the question, the answer as a script sees it, and the name servers of a zone.

mod answer;
mod caa;
mod delegation;
mod dnssec;
mod exchange;
mod lookup;
mod name_server;
mod names;
mod propagation;
mod server;

use std::time::Duration;

use hickory_proto::rr::Name;

use crate::binding::Declaration;
use crate::model::duration::Span;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// The functions of `dns::`.
#[must_use]
pub fn declarations() -> Vec<Declaration> {
    vec![
        Declaration::read::<caa::Caa>(),
        Declaration::read::<delegation::Delegation>(),
        Declaration::read::<dnssec::Dnssec>(),
        Declaration::read::<lookup::Lookup>(),
        Declaration::read::<propagation::Propagation>(),
    ]
}

/// How long one server may take to answer when nothing is said.
fn timeout() -> Span {
    Span(Duration::from_secs(5))
}

/// How long a call may take that asks at most `rounds` servers one after the other.
fn time_limit(timeout: Span, rounds: u32) -> Duration {
    timeout.0.saturating_mul(rounds).saturating_add(Duration::from_secs(5))
}

/// What a call must be permitted that asks about `name`, and the `servers` that the script names.
fn wants<'a>(name: &Name, servers: impl Iterator<Item = &'a String>, port: u16) -> Result<Vec<Want>, Failure> {
    let mut wants = vec![Want::new("dns:lookup", names::shown(name))];
    for text in servers {
        wants.push(server::Server::parse(text)?.want(port));
    }
    Ok(wants)
}
