//! `json::parse`: a value from JSON text.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Described, Example, PureFunction};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;
use crate::model::value::Value;

use super::small_enough;

/// `json::parse`.
pub struct Parse;

/// A text to read.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The text, at most 8 MiB.
    text: String,
}

impl Described for Parse {
    const NAME: &'static str = "json::parse";
    const SUMMARY: &'static str = "Reads JSON text";
    const POSITIONAL: &'static [&'static str] = &["text"];
    const EXAMPLES: &'static [Example] = &[
        Example { title: "A value from text", script: r#"json::parse("{\"replicas\": 3}").replicas"# },
        Example { title: "What a program says as JSON", script: r#"json::parse("[1, 2, 3]").len()"# },
    ];
    type Args = Arguments;
    type Output = Value;
}

impl PureFunction for Parse {
    fn compute(args: Arguments) -> Result<Value, Failure> {
        small_enough(&args.text)?;
        let json: serde_json::Value = serde_json::from_str(&args.text).map_err(|error| {
            let text = error.to_string();
            let why = text.split(" at line ").next().unwrap_or_default();
            Failure::invalid(messages::no_json(error.line(), error.column(), why))
        })?;
        Value::from_plain_json(json).map_err(|error| Failure::invalid(messages::this_json_cannot_be_passed_on(&error)))
    }
}
