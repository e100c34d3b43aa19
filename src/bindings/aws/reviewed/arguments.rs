//! Effects that depend on arguments: `DryRun`, `desiredCount: 0`, a deletion protection that is switched off.
//!
//! The rules are in `effects.toml`, under `[[argument]]`. A rule may say that a call is a dry run, and so a read, or
//! that it is worse than its operation is by itself; no rule makes it milder otherwise. Where a value isn't known yet,
//! a rule that makes things worse counts, and a dry run doesn't.

use serde::Deserialize;

pub use super::argument_path::{Argument, Scalar};
use super::argument_path::{Segment, segments};
use super::effects::{self, TableError};
use crate::model::effect::Effect;

/// The effect of one call, and what in its arguments makes it so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argued {
    /// The call's effect.
    pub effect: Effect,
    /// What an approval shows, in the table's order. Also where it doesn't change the effect.
    pub reasons: Vec<Reason>,
}

/// One rule that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The rule's own words.
    pub why: &'static str,
    /// False where a value isn't known yet, so that the rule may hold.
    pub certain: bool,
}

/// The effect of a call with these arguments, whose operation has `plain` by itself (`effects::effect`).
#[must_use]
pub fn effect<A: Argument>(service: &str, operation: &str, plain: Effect, arguments: &A) -> Argued {
    let mut argued = Argued { effect: plain, reasons: Vec::new() };
    for rule in rules(service, operation) {
        let holds = rule.holds(arguments);
        if holds == Holds::No {
            continue;
        }
        let reason = Reason { why: &rule.why, certain: holds == Holds::Yes };
        if rule.effect > Effect::Read {
            argued.effect = argued.effect.max(rule.effect);
            argued.reasons.push(reason);
        } else if reason.certain {
            return Argued { effect: Effect::Read, reasons: vec![reason] };
        }
    }
    argued
}

/// The rules for an operation.
pub fn rules(service: &str, operation: &str) -> impl Iterator<Item = &'static Rule> {
    effects::argument_rules().iter().filter(move |rule| {
        rule.on.iter().any(|(of, operations)| of == service && operations.iter().any(|it| it == operation || it == "*"))
    })
}

/// All rules. For tests and the reference manual.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    effects::argument_rules().iter()
}

/// One rule as the table has it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Services, each with its operations.
    pub on: Vec<(String, Vec<String>)>,
    /// The way to the member, as written.
    pub path: String,
    /// The effect of the call when the rule holds.
    pub effect: Effect,
    /// What an approval shows.
    pub why: String,
    way: Vec<Segment>,
    test: Test,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    No,
    MayBe,
    Yes,
}

#[derive(Clone, Debug)]
enum Test {
    Is(Vec<toml::Value>),
    Given,
    Words(Vec<String>),
    Apex,
}

/// One rule as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleText {
    on: Vec<String>,
    path: String,
    is: Option<toml::Value>,
    #[serde(default)]
    given: bool,
    words: Option<Vec<String>>,
    #[serde(default)]
    apex: bool,
    effect: Effect,
    why: String,
}

impl Rule {
    pub(super) fn read(text: RuleText) -> Result<Self, TableError> {
        let wrong = || TableError::Line(text.path.clone());
        let test = match (&text.is, text.given, &text.words, text.apex) {
            (Some(toml::Value::Array(values)), false, None, false) => Test::Is(values.clone()),
            (Some(value), false, None, false) => Test::Is(vec![value.clone()]),
            (None, true, None, false) => Test::Given,
            (None, false, Some(words), false) => Test::Words(words.clone()),
            (None, false, None, true) => Test::Apex,
            _ => return Err(wrong()),
        };
        let mut on = Vec::new();
        for entry in &text.on {
            let mut words = entry.split_whitespace().map(str::to_owned);
            let service = words.next().ok_or_else(wrong)?;
            on.push((service, words.collect()));
        }
        let way = segments(&text.path).ok_or_else(wrong)?;
        Ok(Rule { on, path: text.path, effect: text.effect, why: text.why, way, test })
    }

    fn holds<A: Argument>(&self, arguments: &A) -> Holds {
        let mut reached = vec![arguments];
        let mut answer = Holds::No;
        for segment in &self.way {
            if reached.iter().any(|value| value.unknown()) {
                answer = Holds::MayBe;
            }
            reached = reached.into_iter().flat_map(|value| segment.follow(value)).collect();
        }
        for value in reached {
            if value.unknown() {
                answer = Holds::MayBe;
            } else if self.test.passes(value.scalar()) {
                return Holds::Yes;
            }
        }
        answer
    }
}

impl Test {
    fn passes(&self, scalar: Scalar<'_>) -> bool {
        match (self, scalar) {
            (Test::Is(values), scalar) => values.iter().any(|wanted| equal(wanted, scalar)),
            (Test::Given, scalar) => scalar != Scalar::Nothing,
            (Test::Words(words), Scalar::Text(text)) => text
                .split(|sign: char| !sign.is_alphanumeric() && sign != '_')
                .any(|word| words.iter().any(|wanted| wanted.eq_ignore_ascii_case(word))),
            (Test::Apex, Scalar::Text(name)) => looks_like_apex(name),
            (Test::Words(_) | Test::Apex, _) => false,
        }
    }
}

fn equal(wanted: &toml::Value, scalar: Scalar<'_>) -> bool {
    match (wanted, scalar) {
        // Some services take their enums in any case; a rule that misses one would let a loss pass.
        (toml::Value::String(wanted), Scalar::Text(text)) => wanted.eq_ignore_ascii_case(text),
        (toml::Value::Integer(wanted), Scalar::Whole(number)) => *wanted == number,
        (toml::Value::Boolean(wanted), Scalar::Truth(truth)) => *wanted == truth,
        _ => false,
    }
}

/// Whether a DNS name looks like the name of a zone: two labels (`example.com`), or three under a country's usual
/// second level (`example.co.jp`). The call names its zone by id alone; who knows the zone's name compares with that.
#[must_use]
pub fn looks_like_apex(name: &str) -> bool {
    const SECOND_LEVEL: [&str; 13] =
        ["ac", "ad", "co", "com", "ed", "edu", "go", "gov", "gr", "ne", "net", "or", "org"];
    let labels: Vec<_> = name.trim_end_matches('.').split('.').collect();
    match labels.as_slice() {
        [_] | [_, _] => true,
        [_, second, country] => country.len() == 2 && SECOND_LEVEL.iter().any(|it| it.eq_ignore_ascii_case(second)),
        _ => false,
    }
}
