//! `dns::dnssec`.

use std::time::Duration;

use hickory_proto::dnssec::Verifier as _;
use hickory_proto::dnssec::rdata::{DNSKEY, DNSSECRData, DS, RRSIG};
use hickory_proto::rr::{DNSClass, RData, Record, RecordType};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::exchange::{Answered, Question};
use super::name_server::{Asking, first_answer, zone_of};
use super::names;
use super::server::{PORT, resolvers};
use super::{time_limit, wants};
use crate::binding::{Context, Described, Example, HostFunction};
use crate::model::duration::Span;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// How a zone is signed, and whether resolvers believe it.
pub struct Dnssec;

/// The arguments of `dns::dnssec`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DnssecArgs {
    /// A name; the zone that it lies in is looked at.
    name: String,
    /// The resolver to ask instead of those of this machine. Only one that checks signatures can tell `secure` from `unchecked`.
    #[serde(default)]
    resolver: Option<String>,
    /// How long to wait for one answer.
    #[serde(default = "super::timeout")]
    timeout: Span,
}

/// How a zone is signed.
#[derive(Serialize, JsonSchema)]
pub struct Signed {
    /// The zone.
    zone: String,
    /// `unsigned`: no keys, and the zone above promises none. `island`: signed, and the zone above does not say so. `secure`: the resolver
    /// has checked it. `unchecked`: in order as far as seen, and the resolver does not check. `bogus`: the zone above promises a key that the
    /// zone does not have, a signature does not hold, or the resolver refuses the zone.
    state: State,
    /// Key tags that the zone above promises (DS).
    promised: Vec<u16>,
    /// Key tags of the zone's keys (DNSKEY).
    keys: Vec<u16>,
    /// Key tags that the zone above promises and the zone has.
    matching: Vec<u16>,
    /// Whether the keys are signed by one that is promised, now; nothing where there is nothing to check.
    signature_valid: Option<bool>,
    /// When the signature of the keys ends (RFC 3339, UTC); nothing without one.
    signature_expires: Option<String>,
    /// Whole days until then; negative when it has passed.
    days_left: Option<i64>,
    /// What the resolver said to a question that it may check: `NOERROR`, or `SERVFAIL` for a zone that it does not believe.
    status: String,
    /// Whether the resolver says that it has checked the answer (AD).
    validated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum State {
    Unsigned,
    Island,
    Secure,
    Unchecked,
    Bogus,
}

impl Described for Dnssec {
    const NAME: &'static str = "dns::dnssec";
    const SUMMARY: &'static str = "tells how the zone of a name is signed, whether its keys are those that the zone above promises, and \
                                   whether a resolver believes it";
    const POSITIONAL: &'static [&'static str] = &["name"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "Before a domain moves to other name servers: a promise of keys that they do not have breaks it",
        script: r#"let seen = dns::dnssec("example.com");
if !seen.promised.is_empty() { throw `the zone above promises the keys ${seen.promised}: take them out first` }"#,
    }];
    type Args = DnssecArgs;
    type Output = Signed;
}

impl HostFunction for Dnssec {
    const PERMISSIONS: &'static [&'static str] = &["dns:lookup NAME", "dns:server HOST:PORT, with `resolver`"];

    fn wants(args: &DnssecArgs) -> Result<Vec<Want>, Failure> {
        wants(&names::parse(&args.name)?, args.resolver.iter(), PORT)
    }

    fn time_limit(args: &DnssecArgs) -> Duration {
        time_limit(args.timeout, 12)
    }

    async fn live(args: DnssecArgs, context: &Context<'_>) -> Result<Signed, Failure> {
        let name = names::parse(&args.name)?;
        let timeout = args.timeout.0;
        let resolvers = resolvers(args.resolver.as_deref(), PORT, timeout, context).await?;
        let asking = Asking { resolvers, timeout, context };
        // A resolver that checks says nothing of a zone that it does not believe, unless it is told not to check.
        let unchecked =
            |name, record| Question { dnssec: true, unchecked: true, timeout, ..Question::to_resolver(name, record) };
        let zone = match first_answer(&unchecked(name.clone(), RecordType::SOA), &asking).await {
            answered if answered.message.is_some() => owner_of_soa(&answered, &name),
            _ => None,
        };
        let zone = match zone {
            Some(zone) => zone,
            None => zone_of(&name, &asking).await?,
        };
        let promised = first_answer(&unchecked(zone.clone(), RecordType::DS), &asking).await;
        let signed = first_answer(&unchecked(zone.clone(), RecordType::DNSKEY), &asking).await;
        let checked = Question { unchecked: false, ..unchecked(zone.clone(), RecordType::SOA) };
        let checked = first_answer(&checked, &asking).await;
        let promised: Vec<&DS> = promised.records().filter_map(ds).collect();
        let keys: Vec<&DNSKEY> = signed.records().filter_map(dnskey).collect();
        let covers = |key: &&&DNSKEY| promised.iter().any(|ds| ds.covers(&zone, key).unwrap_or(false));
        let matching: Vec<&DNSKEY> = keys.iter().filter(covers).copied().collect();
        let records: Vec<&Record> =
            signed.records().filter(|record| record.record_type() == RecordType::DNSKEY).collect();
        let signatures: Vec<&RRSIG> = signed.records().filter_map(rrsig).collect();
        let now = context.clock.now();
        let signers = if matching.is_empty() { &keys } else { &matching };
        let holds = |signature: &&&RRSIG| {
            let input = signature.input();
            let (from, to) = (moment(input.sig_inception.get()), moment(input.sig_expiration.get()));
            let in_time = from.is_some_and(|from| from <= now) && to.is_some_and(|to| now <= to);
            in_time
                && signers
                    .iter()
                    .any(|key| key.verify_rrsig(&zone, DNSClass::IN, signature, records.iter().copied()).is_ok())
        };
        let signature_valid = (!signatures.is_empty()).then(|| signatures.iter().any(|signature| holds(&signature)));
        let expires = signatures.iter().filter_map(|signature| moment(signature.input().sig_expiration.get())).max();
        let is_refused = checked.status == "SERVFAIL";
        let state = match () {
            () if !promised.is_empty() && (matching.is_empty() || signature_valid != Some(true)) => State::Bogus,
            () if is_refused => State::Bogus,
            () if promised.is_empty() && keys.is_empty() => State::Unsigned,
            () if promised.is_empty() => State::Island,
            () if checked.is_validated() => State::Secure,
            () => State::Unchecked,
        };
        let tag = |key: &&DNSKEY| key.calculate_key_tag().ok();
        Ok(Signed {
            zone: names::shown(&zone),
            state,
            promised: promised.iter().map(|ds| ds.key_tag()).collect(),
            keys: keys.iter().filter_map(tag).collect(),
            matching: matching.iter().filter_map(tag).collect(),
            signature_valid,
            signature_expires: expires.map(|at| at.to_string()),
            days_left: expires.map(|at| (at.as_second() - now.as_second()).div_euclid(86_400)),
            validated: checked.is_validated(),
            status: checked.status,
        })
    }
}

fn owner_of_soa(answered: &Answered, name: &hickory_proto::rr::Name) -> Option<hickory_proto::rr::Name> {
    let message = answered.message.as_ref()?;
    let mut records = message.answers.iter().chain(&message.authorities);
    let found = records.find(|record| record.record_type() == RecordType::SOA && record.name.zone_of(name));
    found.map(|record| record.name.clone())
}

fn moment(seconds: u32) -> Option<Timestamp> {
    Timestamp::from_second(seconds.into()).ok()
}

fn ds(record: &Record) -> Option<&DS> {
    match &record.data {
        RData::DNSSEC(DNSSECRData::DS(ds)) => Some(ds),
        _ => None,
    }
}

fn dnskey(record: &Record) -> Option<&DNSKEY> {
    match &record.data {
        RData::DNSSEC(DNSSECRData::DNSKEY(key)) => Some(key),
        _ => None,
    }
}

fn rrsig(record: &Record) -> Option<&RRSIG> {
    match &record.data {
        RData::DNSSEC(DNSSECRData::RRSIG(signature)) => Some(signature),
        _ => None,
    }
}
