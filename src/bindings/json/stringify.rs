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
        let json = plain(&args.value)?;
        let written = if args.pretty { serde_json::to_string_pretty(&json) } else { serde_json::to_string(&json) };
        written.map_err(|error| Failure::invalid(messages::it_cannot_be_written_as_json(&error)))
    }
}

/// The value as JSON for others: no tags of our own.
fn plain(value: &Value) -> Result<serde_json::Value, Failure> {
    use serde_json::Value as Json;
    Ok(match value {
        Value::Unit => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Int(n) => Json::from(*n),
        Value::Float(x) => serde_json::Number::from_f64(*x)
            .map(Json::Number)
            .ok_or_else(|| Failure::invalid(messages::json_has_no_word_for_the_number(x)))?,
        Value::Char(c) => Json::String(c.to_string()),
        Value::Text(text) => Json::String(text.clone()),
        Value::Bytes(_) => {
            return Err(Failure::invalid(messages::json_has_no_word_for_bytes()).hint(messages::makes_text_of_them()));
        }
        Value::List(items) => Json::Array(items.iter().map(plain).collect::<Result<_, _>>()?),
        Value::Map(map) => Json::Object(
            map.iter().map(|(key, value)| Ok((key.clone(), plain(value)?))).collect::<Result<_, Failure>>()?,
        ),
        Value::Unknown => return Err(Failure::invalid(messages::a_value_that_is_not_known_yet_cannot())),
    })
}
