//! The effect of every AWS operation: by the beginning of its name, with a reviewed table of exceptions.
//!
//! Table and rule are in `effects.toml`, for people who know AWS and not Rust; its head explains both. What a call's
//! arguments change about it is in `arguments`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::arguments::{self, RuleText};
use super::tokens;
use crate::model::effect::Effect;

/// What the rule needs to know of an operation beside its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts<'a> {
    /// The request's method, for REST protocols. `POST` for the others, where it says nothing.
    pub http_method: &'a str,
    /// Whether the model marks a member of the input as idempotency token.
    pub has_token: bool,
}

impl Default for Facts<'_> {
    fn default() -> Self {
        Facts { http_method: "POST", has_token: false }
    }
}

/// An effect, and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The effect, unless arguments say otherwise.
    pub effect: Effect,
    /// Where it comes from.
    pub by: By,
}

/// Where an effect comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// From the name: the beginning that fits, or what else decided.
    Rule(&'static str),
    /// From the table of exceptions, with its reason.
    Table(&'static str),
}

/// What decided where it wasn't a beginning of the name.
const BY_TOKEN: &str = "an idempotency token";
/// As above: a read's name on a request that writes.
const BY_METHOD: &str = "a read's name on a PUT, PATCH or DELETE";
/// As above: nothing fits.
const BY_NOTHING: &str = "no known beginning";

/// Words in front of the word that matters.
const IN_FRONT: [&str; 4] = ["Batch", "Bulk", "Admin", "Transact"];

/// The effect of an operation, whatever its arguments. Both are named as scripts and models do: `ecs`, `RunTask`.
#[must_use]
pub fn effect(service: &str, operation: &str, facts: &Facts<'_>) -> Decided {
    if let Some((effect, why)) = TABLE.exceptions.get(service).and_then(|of| of.get(operation)) {
        return Decided { effect: *effect, by: By::Table(why) };
    }
    let has_token = facts.has_token || tokens::fills_unmarked(service, operation);
    by_rule(operation, facts.http_method, has_token)
}

/// The highest effect a call of the operation can have, whatever its arguments: what a script must be allowed to do.
#[must_use]
pub fn highest(service: &str, operation: &str, facts: &Facts<'_>) -> Effect {
    let plain = effect(service, operation, facts).effect;
    arguments::rules(service, operation).map(|rule| rule.effect).fold(plain, Effect::max)
}

/// Every line of the table: service, operation, effect and reason. For tests and the reference manual.
pub fn exceptions() -> impl Iterator<Item = (&'static str, &'static str, Effect, &'static str)> {
    TABLE.exceptions.iter().flat_map(|(service, of)| {
        of.iter().map(|(operation, (effect, why))| (service.as_str(), operation.as_str(), *effect, why.as_str()))
    })
}

fn by_rule(operation: &str, http_method: &str, has_token: bool) -> Decided {
    let found = TABLE.beginnings.iter().find(|(beginning, _)| begins(operation, beginning));
    let (effect, by) = match found {
        Some((beginning, Verb::Destroy)) => (Effect::Destroy, beginning.as_str()),
        Some((beginning, Verb::Cut)) => (Effect::Change, beginning.as_str()),
        _ if has_token => (Effect::Ensure, BY_TOKEN),
        Some((_, Verb::Read)) if ["PUT", "PATCH", "DELETE"].contains(&http_method) => (Effect::Change, BY_METHOD),
        Some((beginning, Verb::Read)) => (Effect::Read, beginning.as_str()),
        Some((beginning, Verb::Ensure)) => (Effect::Ensure, beginning.as_str()),
        Some((beginning, Verb::Change)) => (Effect::Change, beginning.as_str()),
        None => (Effect::Change, BY_NOTHING),
    };
    Decided { effect, by: By::Rule(by) }
}

/// Whether a name starts with a beginning that ends where a word ends, also behind a word like `Batch`.
fn begins(operation: &str, beginning: &str) -> bool {
    let here = |name: &str| {
        name.strip_prefix(beginning).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_lowercase()))
    };
    here(operation) || IN_FRONT.iter().any(|word| operation.strip_prefix(word).is_some_and(here))
}

/// What a beginning says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Verb {
    Read,
    Ensure,
    Change,
    /// A change that takes something away, which no token makes milder.
    Cut,
    Destroy,
}

/// `effects.toml`, as it is written.
#[derive(Deserialize)]
struct File {
    verbs: HashMap<Verb, String>,
    argument: Vec<RuleText>,
    #[serde(flatten)]
    services: HashMap<String, HashMap<String, String>>,
}

/// `effects.toml`, ready to be asked.
struct Table {
    /// Longest first, so that `DeleteTags` is found before `Delete`.
    beginnings: Vec<(String, Verb)>,
    exceptions: HashMap<String, HashMap<String, (Effect, String)>>,
    rules: Vec<arguments::Rule>,
}

/// What can be wrong with a table. Met by tests alone: the tables are part of the program.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It isn't the TOML that it should be.
    #[error("the table can't be read: {0}")]
    Toml(#[from] toml::de::Error),
    /// A line isn't as its table's head says.
    #[error("`{0}` isn't written as the head of its table says")]
    Line(String),
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the table is part of the program, and a test reads it")]
    Table::read(include_str!("effects.toml")).expect("effects.toml is well-formed")
});

/// All argument rules of the table.
pub(super) fn argument_rules() -> &'static [arguments::Rule] {
    &TABLE.rules
}

impl Table {
    fn read(text: &str) -> Result<Self, TableError> {
        let file: File = toml::from_str(text)?;
        let mut beginnings: Vec<_> = file
            .verbs
            .iter()
            .flat_map(|(verb, names)| names.split_whitespace().map(|name| (name.to_owned(), *verb)))
            .collect();
        beginnings.sort_by(|(one, _), (other, _)| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        let mut exceptions = HashMap::new();
        for (service, lines) in file.services {
            let mut of = HashMap::new();
            for (operations, text) in lines {
                let (word, why) = text.split_once(": ").ok_or_else(|| TableError::Line(text.clone()))?;
                let effect = word_to_effect(word).ok_or_else(|| TableError::Line(text.clone()))?;
                for operation in operations.split_whitespace() {
                    if of.insert(operation.to_owned(), (effect, why.to_owned())).is_some() {
                        return Err(TableError::Line(format!("{service}: {operation} twice")));
                    }
                }
            }
            exceptions.insert(service, of);
        }
        let rules = file.argument.into_iter().map(arguments::Rule::read).collect::<Result<_, _>>()?;
        Ok(Table { beginnings, exceptions, rules })
    }
}

fn word_to_effect(word: &str) -> Option<Effect> {
    match word {
        "read" => Some(Effect::Read),
        "ensure" => Some(Effect::Ensure),
        "change" => Some(Effect::Change),
        "destroy" => Some(Effect::Destroy),
        _ => None,
    }
}
