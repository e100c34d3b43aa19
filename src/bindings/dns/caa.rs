//! `dns::caa`.

use std::time::Duration;

use hickory_proto::rr::{RData, RecordType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::exchange::{Answered, Question, ask};
use super::names;
use super::server::{PORT, resolvers};
use super::{time_limit, wants};
use crate::binding::{Context, Described, Example, HostFunction};
use crate::model::duration::Span;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// Which authorities may issue certificates for a name (RFC 8659).
pub struct Caa;

/// The arguments of `dns::caa`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaaArgs {
    /// The name; `*.example.com` for a certificate of all names below.
    name: String,
    /// The authority whose certificate is wanted, as it names itself in these records: `amazon.com`, `letsencrypt.org`.
    #[serde(default)]
    ca: Option<String>,
    /// The resolver to ask instead of those of this machine.
    #[serde(default)]
    resolver: Option<String>,
    /// How long to wait for one answer.
    #[serde(default = "super::timeout")]
    timeout: Span,
}

/// Who may issue.
#[derive(Serialize, JsonSchema)]
pub struct Issuers {
    /// The name.
    name: String,
    /// The name whose records hold for it: itself, or one above; empty where there are none, and everybody may issue.
    found_at: String,
    /// The answer's status: an authority refuses where it is neither `NOERROR` nor `NXDOMAIN`.
    status: String,
    /// The records that hold.
    records: Vec<CaaRecord>,
    /// The authorities that may issue for it.
    issuers: Vec<String>,
    /// Whether `ca` may issue; nothing where none was named.
    allowed: Option<bool>,
}

/// A CAA record.
#[derive(Clone, Serialize, JsonSchema)]
pub struct CaaRecord {
    /// Whether an authority that does not know the tag must refuse.
    critical: bool,
    /// `issue`, `issuewild`, `iodef` or another.
    tag: String,
    /// The value: an authority, perhaps with parameters; `;` for nobody.
    value: String,
}

impl Described for Caa {
    const NAME: &'static str = "dns::caa";
    const SUMMARY: &'static str =
        "tells which authorities may issue certificates for a name, by its CAA records and those above it";
    const POSITIONAL: &'static [&'static str] = &["name"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "Before a certificate of ACM is asked for",
        script: r#"let caa = dns::caa("shop.example.com", #{ ca: "amazon.com" });
if !caa.allowed { throw `the CAA records of ${caa.found_at} only allow ${caa.issuers}` }"#,
    }];
    type Args = CaaArgs;
    type Output = Issuers;
}

impl HostFunction for Caa {
    const PERMISSIONS: &'static [&'static str] = &["dns:lookup NAME", "dns:server HOST:PORT, with `resolver`"];

    fn wants(args: &CaaArgs) -> Result<Vec<Want>, Failure> {
        let name = names::parse(args.name.strip_prefix("*.").unwrap_or(&args.name))?;
        wants(&name, args.resolver.iter(), PORT)
    }

    fn time_limit(args: &CaaArgs) -> Duration {
        time_limit(args.timeout, 12)
    }

    async fn live(args: CaaArgs, context: &Context<'_>) -> Result<Issuers, Failure> {
        let bare = args.name.strip_prefix("*.");
        let name = names::parse(bare.unwrap_or(&args.name))?;
        let known = resolvers(args.resolver.as_deref(), PORT, args.timeout.0, context).await?;
        let mut at = name.clone();
        let (found_at, status, records) = loop {
            let question = Question { timeout: args.timeout.0, ..Question::to_resolver(at.clone(), RecordType::CAA) };
            let mut answered = None;
            for resolver in &known {
                answered = Some(ask(&question, *resolver, context).await).filter(|now| now.message.is_some());
                if answered.is_some() {
                    break;
                }
            }
            let status = answered.as_ref().map_or_else(|| "TIMEOUT".to_owned(), |answered| answered.status.clone());
            let records: Vec<CaaRecord> = answered.iter().flat_map(Answered::records).filter_map(record).collect();
            let is_known = matches!(status.as_str(), "NOERROR" | "NXDOMAIN");
            if !records.is_empty() || !is_known || at.is_root() {
                let found = if records.is_empty() { String::new() } else { names::shown(&at) };
                break (found, status, records);
            }
            at = at.base_name();
        };
        let is_known = matches!(status.as_str(), "NOERROR" | "NXDOMAIN");
        let issuers = issuers(&records, bare.is_some());
        let unknown = |record: &CaaRecord| record.critical && !TAGS.contains(&record.tag.as_str());
        let allowed = args.ca.as_ref().map(|ca| {
            let named = issuers.as_ref().is_none_or(|named| named.iter().any(|one| one.eq_ignore_ascii_case(ca)));
            is_known && named && !records.iter().any(unknown)
        });
        let issuers = issuers.unwrap_or_default();
        Ok(Issuers { name: args.name, found_at, status, records, issuers, allowed })
    }
}

/// The tags that authorities know (RFC 8659 §4, RFC 9495, CA/Browser Forum).
const TAGS: &[&str] = &["issue", "issuewild", "iodef", "issuemail", "contactemail", "contactphone"];

fn record(record: &hickory_proto::rr::Record) -> Option<CaaRecord> {
    let RData::CAA(caa) = &record.data else { return None };
    Some(CaaRecord {
        critical: caa.issuer_critical,
        tag: caa.tag.to_ascii_lowercase(),
        value: String::from_utf8_lossy(&caa.value).into_owned(),
    })
}

/// Who may issue; nothing where everybody may. `issuewild` holds for wildcards, where there is one (RFC 8659 §4.3).
fn issuers(records: &[CaaRecord], wildcard: bool) -> Option<Vec<String>> {
    let of = |tag: &str| -> Option<Vec<String>> {
        let values: Vec<&CaaRecord> = records.iter().filter(|record| record.tag == tag).collect();
        let domain =
            |record: &&CaaRecord| record.value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        (!values.is_empty()).then(|| values.iter().map(domain).filter(|domain| !domain.is_empty()).collect())
    };
    if wildcard { of("issuewild").or_else(|| of("issue")) } else { of("issue") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_have_records_of_their_own_where_there_are_some() {
        let record =
            |tag: &str, value: &str| CaaRecord { critical: false, tag: tag.to_owned(), value: value.to_owned() };
        let both = [record("issue", "amazon.com; validationmethods=dns-01"), record("issuewild", ";")];
        assert_eq!(issuers(&both, false), Some(vec!["amazon.com".to_owned()]));
        assert_eq!(issuers(&both, true), Some(Vec::new()), "nobody");
        assert_eq!(issuers(&both[..1], true), Some(vec!["amazon.com".to_owned()]));
        assert_eq!(issuers(&[record("iodef", "mailto:a@example.com")], false), None, "everybody");
    }
}
