//! An answer as a script sees it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hickory_proto::dnssec::PublicKey as _;
use hickory_proto::dnssec::rdata::DNSSECRData;
use hickory_proto::op::Message;
use hickory_proto::rr::{RData, Record, RecordType};
use schemars::JsonSchema;
use serde::Serialize;

use super::exchange::Answered;
use super::names::{shown, type_name};
use crate::model::value::Value;

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Answer {
    /// The name that was asked about.
    pub name: String,
    /// The type that was asked for.
    pub record: String,
    /// `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED` and so on; `TIMEOUT`, `UNREACHABLE` or `MALFORMED` where there is no answer.
    pub status: String,
    /// The values of the records of the type that was asked for, sorted: what `dig +short` shows, without aliases.
    pub values: Vec<String>,
    /// The shortest time to live among them in seconds; nothing without records.
    pub ttl: Option<u32>,
    /// The answer section, aliases included.
    pub answers: Vec<Resource>,
    /// The authority section: the name servers of a delegation, or the SOA of a zone that has no such record.
    pub authority: Vec<Resource>,
    /// The additional section: addresses of name servers, for instance.
    pub additional: Vec<Resource>,
    /// What the answer says of itself.
    pub flags: Flags,
    /// The server that was asked, with its port.
    pub server: String,
    /// `udp` or `tcp`.
    pub transport: String,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// Why there is no answer; empty where there is one.
    pub why: String,
}

/// The flags of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Flags {
    /// The server has authority for the name (AA).
    pub authoritative: bool,
    /// The answer was cut (TC).
    pub truncated: bool,
    /// Recursion was asked for (RD).
    pub recursion_desired: bool,
    /// The server would ask others (RA).
    pub recursion_available: bool,
    /// The server has checked the signatures (AD).
    pub authentic_data: bool,
    /// Nobody was to check the signatures (CD).
    pub checking_disabled: bool,
}

/// A record.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Resource {
    /// Whose it is.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// How long it may be kept, in seconds.
    pub ttl: u32,
    /// Its value as zone files write it, names without the dot at the end; the texts of a `TXT` joined.
    pub value: String,
    /// Its fields by name, for `MX`, `SRV`, `SOA`, `CAA`, `TXT`, `DS` and `DNSKEY`; empty for others.
    pub fields: BTreeMap<String, Value>,
}

impl Answer {
    /// What a script sees of `answered`.
    #[must_use]
    pub fn of(name: String, record: RecordType, answered: &Answered) -> Self {
        let section = |records: fn(&Message) -> &Vec<Record>| -> Vec<Resource> {
            answered.message.iter().flat_map(records).map(Resource::of).collect()
        };
        let wanted = |found: &&Record| found.record_type() == record || record == RecordType::ANY;
        let mut values: Vec<String> = answered.records().filter(wanted).map(|record| value(&record.data)).collect();
        values.sort();
        Answer {
            name,
            record: type_name(record),
            status: answered.status.clone(),
            values,
            ttl: answered.records().filter(wanted).map(|record| record.ttl).min(),
            answers: section(|message| &message.answers),
            authority: section(|message| &message.authorities),
            additional: section(|message| &message.additionals),
            flags: answered.message.as_ref().map_or_else(Flags::default, Flags::of),
            server: answered.server.to_string(),
            transport: if answered.by_tcp { "tcp" } else { "udp" }.to_owned(),
            took_ms: u64::try_from(answered.took.as_millis()).unwrap_or(u64::MAX),
            why: answered.why.clone(),
        }
    }
}

impl Flags {
    fn of(message: &Message) -> Self {
        let said = &message.metadata;
        Flags {
            authoritative: said.authoritative,
            truncated: said.truncation,
            recursion_desired: said.recursion_desired,
            recursion_available: said.recursion_available,
            authentic_data: said.authentic_data,
            checking_disabled: said.checking_disabled,
        }
    }
}

impl Resource {
    fn of(record: &Record) -> Self {
        Resource {
            name: shown(&record.name),
            kind: type_name(record.record_type()),
            ttl: record.ttl,
            value: value(&record.data),
            fields: fields(&record.data),
        }
    }
}

/// The value of a record as zone files write it.
#[must_use]
pub fn value(data: &RData) -> String {
    match data {
        RData::NS(name) => shown(&name.0),
        RData::CNAME(name) => shown(&name.0),
        RData::PTR(name) => shown(&name.0),
        RData::MX(mx) => format!("{} {}", mx.preference, shown(&mx.exchange)),
        RData::SRV(srv) => format!("{} {} {} {}", srv.priority, srv.weight, srv.port, shown(&srv.target)),
        RData::SOA(soa) => format!(
            "{} {} {} {} {} {} {}",
            shown(&soa.mname),
            shown(&soa.rname),
            soa.serial,
            soa.refresh,
            soa.retry,
            soa.expire,
            soa.minimum
        ),
        RData::TXT(txt) => txt.txt_data.iter().map(|text| String::from_utf8_lossy(text)).collect(),
        RData::NULL(null) | RData::Unknown { rdata: null, .. } => unknown(&null.anything),
        other => other.to_string(),
    }
}

/// The form of data whose type nobody knows (RFC 3597 §5).
fn unknown(bytes: &[u8]) -> String {
    let mut text = format!("\\# {}", bytes.len());
    for (nth, byte) in bytes.iter().enumerate() {
        let _always = write!(text, "{}{byte:02x}", if nth == 0 { " " } else { "" });
    }
    text
}

fn fields(data: &RData) -> BTreeMap<String, Value> {
    let number = |number: i64| Value::Int(number);
    let named: Vec<(&str, Value)> = match data {
        RData::MX(mx) => {
            vec![("preference", number(mx.preference.into())), ("exchange", shown(&mx.exchange).into())]
        }
        RData::SRV(srv) => vec![
            ("priority", number(srv.priority.into())),
            ("weight", number(srv.weight.into())),
            ("port", number(srv.port.into())),
            ("target", shown(&srv.target).into()),
        ],
        RData::SOA(soa) => vec![
            ("mname", shown(&soa.mname).into()),
            ("rname", shown(&soa.rname).into()),
            ("serial", number(soa.serial.into())),
            ("refresh", number(soa.refresh.into())),
            ("retry", number(soa.retry.into())),
            ("expire", number(soa.expire.into())),
            ("minimum", number(soa.minimum.into())),
        ],
        RData::CAA(caa) => vec![
            ("critical", caa.issuer_critical.into()),
            ("tag", caa.tag.to_ascii_lowercase().into()),
            ("value", String::from_utf8_lossy(&caa.value).into_owned().into()),
        ],
        RData::TXT(txt) => {
            let texts = txt.txt_data.iter().map(|text| Value::from(String::from_utf8_lossy(text).into_owned()));
            vec![("texts", Value::List(texts.collect()))]
        }
        RData::DNSSEC(DNSSECRData::DS(ds)) => vec![
            ("key_tag", number(ds.key_tag().into())),
            ("algorithm", number(u8::from(ds.algorithm()).into())),
            ("digest_type", number(u8::from(ds.digest_type()).into())),
            ("digest", data_encoding::HEXLOWER.encode(ds.digest()).into()),
        ],
        RData::DNSSEC(DNSSECRData::DNSKEY(key)) => vec![
            ("flags", number(key.flags().into())),
            ("algorithm", number(u8::from(key.public_key().algorithm()).into())),
            ("key_tag", key.calculate_key_tag().map_or(Value::Unit, |tag| number(tag.into()))),
            ("secure_entry_point", key.secure_entry_point().into()),
        ],
        _ => Vec::new(),
    };
    named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
