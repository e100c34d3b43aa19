//! `json::stringify`: JSON text from a value.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Described, Example, PureFunction};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;
use crate::model::value::Value;

/// `json::stringify`.
pub struct Stringify;

/// A value to write.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The value: nothing that JSON has no word for, such as bytes.
    value: Value,
    /// Whether to write it over several lines, for people.
    #[serde(default)]
    pretty: bool,
}

impl Described for Stringify {
    const NAME: &'static str = "json::stringify";
    const SUMMARY: &'static str = "Writes a value as JSON text";
    const POSITIONAL: &'static [&'static str] = &["value"];
    const EXAMPLES: &'static [Example] = &[
        Example { title: "One line", script: r#"json::stringify(#{ replicas: 3, name: "web" })"# },
        Example { title: "Several lines", script: r#"json::stringify([1, 2], #{ pretty: true })"# },
    ];
    type Args = Arguments;
    type Output = String;
}

impl PureFunction for Stringify {
    fn compute(args: Arguments) -> Result<String, Failure> {
        let json = args.value.to_plain_json()?;
        let written = if args.pretty { serde_json::to_string_pretty(&json) } else { serde_json::to_string(&json) };
        written.map_err(|error| Failure::invalid(messages::it_cannot_be_written_as_json(&error)))
    }
}
