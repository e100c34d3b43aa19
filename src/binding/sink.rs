//! Arguments that may hold secrets: a text, and a value in whose texts they may stand.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::context::Context;
use crate::messages::binding as messages;
use crate::model::failure::Failure;
use crate::model::value::Value;

/// Text that may hold secret tokens: an argument of this type is a sink. The value is filled in after the arguments were
/// journaled, inside the call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SinkText(String);

impl SinkText {
    /// The text as the script wrote it, tokens and all.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.0
    }

    /// The text with the secrets in it.
    ///
    /// # Errors
    /// A token whose secret is not known in this run.
    pub fn reveal(&self, context: &Context<'_>) -> Result<Zeroizing<String>, Failure> {
        context.secrets.fill(&self.0)
    }
}

impl JsonSchema for SinkText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "SinkText".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "x-sink": true })
    }
}

/// A value that is sent as JSON, in whose texts secrets may stand.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct SinkJson(Value);

impl SinkJson {
    /// A value of a binding's own making.
    #[must_use]
    pub fn of(value: Value) -> Self {
        SinkJson(value)
    }

    /// The value as the script wrote it, tokens and all.
    #[must_use]
    pub fn written(&self) -> &Value {
        &self.0
    }

    /// The value with the secrets in it.
    ///
    /// # Errors
    /// A token whose secret is not known in this run, or that stands in a name.
    pub fn fill(&self, context: &Context<'_>) -> Result<Value, Failure> {
        filled(&self.0, context)
    }

    /// The value as plain JSON with the secrets in it.
    ///
    /// # Errors
    /// A token whose secret is not known in this run, or that stands in a name; what JSON has no word for.
    pub fn reveal(&self, context: &Context<'_>) -> Result<serde_json::Value, Failure> {
        filled(&self.0, context)?.to_plain_json()
    }
}

fn filled(value: &Value, context: &Context<'_>) -> Result<Value, Failure> {
    Ok(match value {
        Value::Text(text) => Value::Text(context.secrets.fill(text)?.to_string()),
        Value::List(items) => Value::List(items.iter().map(|item| filled(item, context)).collect::<Result<_, _>>()?),
        Value::Map(map) => {
            let entry = |(name, item): (&String, &Value)| {
                // Only values are filled in; a token in a name would be sent as it is.
                if context.secrets.has_token(name) {
                    return Err(Failure::invalid(messages::a_secret_as_a_name_in_json()));
                }
                Ok((name.clone(), filled(item, context)?))
            };
            Value::Map(map.iter().map(entry).collect::<Result<_, _>>()?)
        }
        other => other.clone(),
    })
}

impl JsonSchema for SinkJson {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "SinkJson".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "x-sink": true })
    }
}
