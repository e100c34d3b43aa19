//! `yaml::parse`: a value from YAML text, one document.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::NonFiniteFloatPolicy;

use crate::binding::{Described, Example, PureFunction};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;
use crate::model::value::Value;

use super::plain::Plain;
use super::small_enough;

/// `yaml::parse`.
pub struct Parse;

/// A text to read.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The text, at most 8 MiB.
    text: String,
}

impl Described for Parse {
    const NAME: &'static str = "yaml::parse";
    const SUMMARY: &'static str = "Reads YAML text";
    const POSITIONAL: &'static [&'static str] = &["text"];
    const EXAMPLES: &'static [Example] =
        &[Example { title: "A value from text", script: r#"yaml::parse("replicas: 3\nnames: [a, b]").names.len()"# }];
    type Args = Arguments;
    type Output = Value;
}

impl PureFunction for Parse {
    fn compute(args: Arguments) -> Result<Value, Failure> {
        small_enough(&args.text)?;
        // `no` and `yes` are words, as in YAML 1.2: a country or a name must not become a bool.
        let options = serde_saphyr::options! {
            strict_booleans: true,
            non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
            with_snippet: false,
        };
        // Every limit of the parser's default budget stands: aliases can't make more of a text than it is worth.
        let Plain(value) = serde_saphyr::from_str_with_options(&args.text, options).map_err(|error| {
            let at =
                error.location().map_or_else(String::new, |at| messages::at_line_and_column(at.line(), at.column()));
            let text = error.to_string();
            Failure::invalid(messages::no_yaml(at, text.split(" at line ").next().unwrap_or_default()))
        })?;
        Ok(value)
    }
}
