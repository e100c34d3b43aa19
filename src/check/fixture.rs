//! Host functions and modules for the tests of the rules, and what is found in a script as text.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CheckInput, Source, check};
use crate::binding::{Context, Declaration, Described, Example, HostFunction, Registry, Settle};
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::model::place::Place;
use crate::world::Settled;

/// How `http::get` and its kin are asked here.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Request {
    /// Where.
    url: String,
    /// How long to wait.
    #[serde(default)]
    timeout: Option<crate::model::duration::Span>,
    /// How many redirects to follow.
    #[serde(default)]
    redirects: Option<u32>,
    /// Headers.
    #[serde(default)]
    headers: std::collections::BTreeMap<String, String>,
    /// What is sent.
    #[serde(default)]
    body: Option<serde_json::Value>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Record {
    A,
    Ns,
    Txt,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Question {
    /// The name.
    name: String,
    /// The record type.
    #[serde(default)]
    record: Option<Record>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Command {
    /// The program and its arguments.
    argv: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

macro_rules! host {
    ($type:ident, $name:literal, $permissions:expr, $args:ty, $positional:expr, |$given:ident| $wants:expr) => {
        struct $type;
        impl Described for $type {
            const NAME: &'static str = $name;
            const SUMMARY: &'static str = "a function of these tests";
            const POSITIONAL: &'static [&'static str] = $positional;
            const EXAMPLES: &'static [Example] = &[];
            type Args = $args;
            type Output = ();
        }
        impl HostFunction for $type {
            const PERMISSIONS: &'static [&'static str] = $permissions;

            fn wants($given: &Self::Args) -> Result<Vec<Want>, Failure> {
                $wants
            }
            fn time_limit(_: &Self::Args) -> Duration {
                Duration::from_secs(1)
            }
            async fn live(_: Self::Args, _: &Context<'_>) -> Result<(), Failure> {
                Ok(())
            }
        }
        impl Settle for $type {
            const BY_AUTHOR: bool = true;
            const ENDS_WITH_US: bool = true;
            async fn settle(_: Self::Args, _: &Context<'_>) -> Settled {
                Settled::Unknown("a test".to_owned())
            }
        }
    };
}

fn web(action: &str, args: &Request) -> Result<Vec<Want>, Failure> {
    let url = url::Url::parse(&args.url)
        .map_err(|error| Failure::invalid(format!("`{}` is no address: {error}", args.url)))?;
    Ok(vec![Want::new(action, url.as_str())])
}

host!(Get, "http::get", &["http:get"], Request, &["url"], |args| web("http:get", args));
host!(Put, "http::put", &["http:put"], Request, &["url"], |args| web("http:put", args));
host!(Post, "http::post", &["http:post"], Request, &["url"], |args| web("http:post", args));
host!(Delete, "http::delete", &["http:delete"], Request, &["url"], |args| web("http:delete", args));
host!(Lookup, "dns::lookup", &["dns:lookup"], Question, &["name"], |args| Ok(vec![Want::new(
    "dns:lookup",
    &args.name
)]));
host!(Read, "process::read", &["process:read"], Command, &["argv"], |args| Ok(vec![Want::new(
    "process:read",
    args.argv.join("\u{1f}")
)]));
host!(Now, "time::now", &[], Nothing, &[], |_args| Ok(Vec::new()));

pub(super) fn registry() -> Registry {
    Registry::of([
        Declaration::read::<Get>(),
        Declaration::ensure::<Put>(),
        Declaration::change::<Post>(),
        Declaration::destroy::<Delete>(),
        Declaration::read::<Lookup>(),
        Declaration::read::<Read>(),
        Declaration::read::<Now>(),
    ])
}

pub(super) const EVERYTHING: &[&str] = &[
    "http:get https://*/*",
    "http:put https://*/*",
    "http:post https://*/*",
    "http:delete https://*/*",
    "dns:lookup *",
    "process:read *",
    "runbook:acm-wait@^1",
];

pub(super) const PROBE: &str = r#"
const LIMIT = 3;
export LIMIT;
export const MORE = LIMIT + 1;
fn expect_status(url, status) { let answer = http::get(url); inner(answer, status) }
private fn inner(answer, status) { answer.status == status }
fn unused() { http::delete("https://nobody.example/x") }
"#;

/// What is found in a runbook with the parameters `domain` and `cluster` that may do everything, as `line:column code message |
/// label`; unused permissions apart.
pub(super) fn found_in(script: &str) -> Vec<String> {
    let findings = findings(script, EVERYTHING, &[("std/probe", PROBE)]);
    findings.iter().filter(|finding| finding.code != Code::PermissionUnused).map(line).collect()
}

pub(super) fn line(finding: &Diagnostic) -> String {
    let label = finding.label.as_deref().expect("every finding has a place");
    let file = if label.place.file == "a.rhai" { String::new() } else { format!("{} ", label.place.file) };
    let place = format!("{file}{}:{}+{}", label.place.line, label.place.column, label.width);
    format!("{place} {} {} | {}", finding.code, finding.message, label.text)
}

pub(super) fn findings(script: &str, permissions: &[&str], modules: &[(&str, &str)]) -> Vec<Diagnostic> {
    let main = Source { name: "a.rhai".to_owned(), text: script.to_owned() };
    let modules = |path: &str| {
        let (name, text) = modules.iter().find(|(name, _)| *name == path)?;
        Some(Source { name: format!("{name}.rhai"), text: (*text).to_owned() })
    };
    let registry = registry();
    let params = ["domain".to_owned(), "cluster".to_owned()];
    // The header is another reader's work; its lines stand where the test says.
    let lines = permissions.iter().zip(1000..);
    let permissions: Vec<(String, Place)> =
        lines.map(|(text, row)| ((*text).to_owned(), Place::new("header", row, 5))).collect();
    check(&CheckInput {
        main: &main,
        modules: &modules,
        registry: &registry,
        params: &params,
        permissions: &permissions,
    })
}

/// Each script with what is found in it below.
pub(super) fn found_in_each(scripts: &[&str]) -> String {
    scripts.iter().map(|script| format!("{script}\n{}", listed(&found_in(script)))).collect()
}

fn listed(findings: &[String]) -> String {
    if findings.is_empty() {
        "    nothing\n".to_owned()
    } else {
        findings.iter().map(|line| format!("    {line}\n")).collect()
    }
}

/// Each script with its permissions and what is found in it below.
pub(super) fn permissions(cases: &[(&str, &[&str])]) -> String {
    let one = |(script, lines): &(&str, &[&str])| {
        let found = findings(script, lines, &[("std/probe", PROBE)]);
        let found: Vec<String> =
            found.iter().map(|finding| [vec![line(finding)], finding.notes.clone()].concat().join(" / ")).collect();
        let lines: String = lines.iter().map(|line| format!("  may {line}\n")).collect();
        format!("{script}\n{lines}{}", listed(&found))
    };
    cases.iter().map(one).collect()
}
