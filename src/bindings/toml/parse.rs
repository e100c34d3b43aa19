//! `toml::parse`: a value from TOML text.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Described, Example, PureFunction};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;
use crate::model::value::{DEPTH_MAX, Value};

use super::small_enough;

/// `toml::parse`.
pub struct Parse;

/// A text to read.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The text, at most 8 MiB.
    text: String,
}

impl Described for Parse {
    const NAME: &'static str = "toml::parse";
    const SUMMARY: &'static str = "Reads TOML text";
    const POSITIONAL: &'static [&'static str] = &["text"];
    const EXAMPLES: &'static [Example] =
        &[Example { title: "A value from text", script: r#"toml::parse("[tool]\nversion = \"1.4.0\"").tool.version"# }];
    type Args = Arguments;
    type Output = Value;
}

impl PureFunction for Parse {
    fn compute(args: Arguments) -> Result<Value, Failure> {
        small_enough(&args.text)?;
        let table: toml::Table = toml::from_str(&args.text).map_err(|error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            let (line, column) = place(&args.text, at);
            Failure::invalid(messages::no_toml(line, column, error.message().to_lowercase()))
        })?;
        value(toml::Value::Table(table), 0)
    }
}

/// A value as scripts have it; dates and times become text.
fn value(toml: toml::Value, depth: usize) -> Result<Value, Failure> {
    if depth > DEPTH_MAX {
        return Err(Failure::invalid(messages::toml_is_nested_too_deep(DEPTH_MAX)));
    }
    Ok(match toml {
        toml::Value::String(text) => Value::Text(text),
        toml::Value::Integer(n) => Value::Int(n),
        toml::Value::Float(x) => Value::Float(x),
        toml::Value::Boolean(b) => Value::Bool(b),
        toml::Value::Datetime(at) => Value::Text(at.to_string()),
        toml::Value::Array(items) => {
            Value::List(items.into_iter().map(|item| value(item, depth + 1)).collect::<Result<_, _>>()?)
        }
        toml::Value::Table(table) => Value::Map(
            table.into_iter().map(|(key, item)| Ok((key, value(item, depth + 1)?))).collect::<Result<_, Failure>>()?,
        ),
    })
}

/// Line and column, from 1, of a byte.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before.get(line_start..).unwrap_or_default().chars().count() + 1)
}
