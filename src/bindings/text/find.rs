//! `text::find`: the first place where a regular expression matches.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Described, Example, PureFunction};
use crate::model::failure::Failure;

use super::pattern::{self, Found};

/// `text::find`.
pub struct Find;

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

impl Described for Find {
    const NAME: &'static str = "text::find";
    const SUMMARY: &'static str = "Finds the first match of a regular expression";
    const POSITIONAL: &'static [&'static str] = &["text", "regex"];
    const EXAMPLES: &'static [Example] = &[
        Example {
            title: "A number in a line",
            script: r#"text::find("deployed revision 42", "revision ([0-9]+)").groups[0]"#,
        },
        Example {
            title: "Groups by name, and nothing when nothing matches",
            script: r#"text::find("v1.4", "v(?<major>[0-9]+)").names.major == "1" && text::find("none", "v[0-9]") == ()"#,
        },
    ];
    type Args = Arguments;
    type Output = Option<Found>;
}

impl PureFunction for Find {
    fn compute(args: Arguments) -> Result<Option<Found>, Failure> {
        let regex = pattern::compile(&args.regex)?;
        Ok(regex.captures(&args.text).map(|captures| Found::of(&regex, &captures)))
    }
}
