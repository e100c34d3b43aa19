//! `text::replace`: a text with what a regular expression matches replaced.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Described, Example, PureFunction};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;

use super::pattern;

/// `text::replace`.
pub struct Replace;

/// A text and what to replace.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The text.
    text: String,
    /// A regular expression in the syntax of Rust's `regex`: no look-around and no back-references, so that it always takes time in
    /// proportion to the text.
    regex: String,
    /// What to put in its place; `$1` and `${name}` stand for groups, `$$` for a dollar sign.
    with: String,
}

impl Described for Replace {
    const NAME: &'static str = "text::replace";
    const SUMMARY: &'static str = "Replaces every match of a regular expression";
    const POSITIONAL: &'static [&'static str] = &["text", "regex", "with"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A date the other way round",
        script: r#"text::replace("2026-01-31", "([0-9]+)-([0-9]+)-([0-9]+)", "$3.$2.$1")"#,
    }];
    type Args = Arguments;
    type Output = String;
}

impl PureFunction for Replace {
    fn compute(args: Arguments) -> Result<String, Failure> {
        let regex = pattern::compile(&args.regex)?;
        let mut replaced = String::new();
        let mut end = 0;
        for captures in regex.captures_iter(&args.text) {
            let Some(whole) = captures.get(0) else { continue };
            replaced.push_str(args.text.get(end..whole.start()).unwrap_or_default());
            captures.expand(&args.with, &mut replaced);
            end = whole.end();
            if replaced.len() > pattern::TEXT_MAX {
                return Err(Failure::invalid(messages::text_would_grow(&pattern::TEXT_MAX >> 20)));
            }
        }
        replaced.push_str(args.text.get(end..).unwrap_or_default());
        Ok(replaced)
    }
}
