//! Regular expressions that can't take a host down: in size, in time, in what they give.

use std::collections::BTreeMap;

use regex::{Captures, Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::Serialize;

use crate::messages::bindings as messages;
use crate::model::failure::Failure;

/// The most bytes of a text that is made.
pub(super) const TEXT_MAX: usize = 64 << 20;

/// The most memory a compiled expression may take.
const SIZE_MAX: usize = 1 << 20;

/// A place where a regular expression matches.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Found {
    /// What matched.
    text: String,
    /// What each group matched, the first group first; nothing for a group that took no part.
    groups: Vec<Option<String>>,
    /// What each named group matched.
    names: BTreeMap<String, Option<String>>,
}

impl Found {
    pub(super) fn of(regex: &Regex, captures: &Captures<'_>) -> Self {
        let text = |found: Option<regex::Match<'_>>| found.map(|found| found.as_str().to_owned());
        Found {
            text: text(captures.get(0)).unwrap_or_default(),
            groups: captures.iter().skip(1).map(text).collect(),
            names: regex.capture_names().flatten().map(|name| (name.to_owned(), text(captures.name(name)))).collect(),
        }
    }
}

/// A regular expression.
///
/// # Errors
/// One that is none, with what is wrong, or one that would be too large.
pub(super) fn compile(regex: &str) -> Result<Regex, Failure> {
    let built = RegexBuilder::new(regex).size_limit(SIZE_MAX).dfa_size_limit(SIZE_MAX).nest_limit(64).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => Failure::invalid(messages::the_regular_expression_is_too_large(regex)),
        error => {
            let text = error.to_string();
            let why = text.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or(&text).to_owned();
            Failure::invalid(messages::is_no_regular_expression(regex, &why))
        }
    })
}
