//! `text::find_all`: every place where a regular expression matches.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Described, Example, PureFunction};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;

use super::pattern::{self, Found};

/// The most matches that are given.
const MATCHES_MAX: usize = 100_000;

/// `text::find_all`.
pub struct FindAll;

/// A text and what to look for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The text.
    text: String,
    /// A regular expression in the syntax of Rust's `regex`: no look-around and no back-references, so that it always takes time in
    /// proportion to the text.
    regex: String,
}

impl Described for FindAll {
    const NAME: &'static str = "text::find_all";
    const SUMMARY: &'static str = "Finds all matches of a regular expression, in order";
    const POSITIONAL: &'static [&'static str] = &["text", "regex"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "All numbers",
        script: r#"text::find_all("a1 b22 c333", "[0-9]+").map(|found| found.text)"#,
    }];
    type Args = Arguments;
    type Output = Vec<Found>;
}

impl PureFunction for FindAll {
    fn compute(args: Arguments) -> Result<Vec<Found>, Failure> {
        let regex = pattern::compile(&args.regex)?;
        let found: Vec<Found> = regex
            .captures_iter(&args.text)
            .take(MATCHES_MAX + 1)
            .map(|captures| Found::of(&regex, &captures))
            .collect();
        if found.len() > MATCHES_MAX {
            return Err(Failure::invalid(messages::matches_too_often(&args.regex, MATCHES_MAX)));
        }
        Ok(found)
    }
}
