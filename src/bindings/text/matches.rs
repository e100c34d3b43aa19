//! `text::matches`: whether a regular expression matches.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Described, Example, PureFunction};
use crate::model::failure::Failure;

use super::pattern;

/// `text::matches`.
pub struct Matches;

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

impl Described for Matches {
    const NAME: &'static str = "text::matches";
    const SUMMARY: &'static str = "Tells whether a regular expression matches anywhere in a text";
    const POSITIONAL: &'static [&'static str] = &["text", "regex"];
    const EXAMPLES: &'static [Example] =
        &[Example { title: "A commit hash", script: r#"text::matches("9f2c1ab", "^[0-9a-f]{7,40}$")"# }];
    type Args = Arguments;
    type Output = bool;
}

impl PureFunction for Matches {
    fn compute(args: Arguments) -> Result<bool, Failure> {
        Ok(pattern::compile(&args.regex)?.is_match(&args.text))
    }
}
