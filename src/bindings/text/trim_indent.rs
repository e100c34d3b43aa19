//! `text::trim_indent`: a text without the indentation that all its lines share.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Described, Example, PureFunction};
use crate::model::failure::Failure;

/// `text::trim_indent`.
pub struct TrimIndent;

/// A text.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The text.
    text: String,
}

impl Described for TrimIndent {
    const NAME: &'static str = "text::trim_indent";
    const SUMMARY: &'static str = "Takes away the indentation that all lines share, and empty first and last lines";
    const POSITIONAL: &'static [&'static str] = &["text"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A text as it stands in an indented script",
        script: r#"text::trim_indent("    one\n      two\n")"#,
    }];
    type Args = Arguments;
    type Output = String;
}

impl PureFunction for TrimIndent {
    fn compute(args: Arguments) -> Result<String, Failure> {
        let dedented = textwrap::dedent(&args.text);
        let inside = dedented.strip_prefix('\n').unwrap_or(&dedented);
        Ok(inside.trim_end_matches([' ', '\t']).to_owned())
    }
}
