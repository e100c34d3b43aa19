//! The parameters of a statement, as a script gives them and with the secrets in them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use crate::binding::Context;
use crate::messages::bindings_db as messages;
use crate::model::failure::Failure;
use crate::model::value::Value;

/// Parameters in order; secrets may stand in their texts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Parameters(Vec<Value>);

impl Parameters {
    /// The values with the secrets in them.
    ///
    /// # Errors
    /// A secret that is not known, or one as the key of a map.
    pub fn reveal(&self, context: &Context<'_>) -> Result<Vec<Value>, Failure> {
        self.0.iter().map(|value| revealed(value, context)).collect()
    }
}

fn revealed(value: &Value, context: &Context<'_>) -> Result<Value, Failure> {
    Ok(match value {
        Value::Text(text) => Value::Text(context.secrets.fill(text)?.to_string()),
        Value::Char(c) => Value::Text(c.to_string()),
        Value::List(items) => Value::List(items.iter().map(|item| revealed(item, context)).collect::<Result<_, _>>()?),
        Value::Map(map) => Value::Map(
            map.iter()
                .map(|(key, item)| {
                    // Only values are filled in; a token in a name would be sent as it is.
                    if context.secrets.has_token(key) {
                        return Err(Failure::invalid(messages::a_secret_as_a_name()));
                    }
                    Ok((key.clone(), revealed(item, context)?))
                })
                .collect::<Result<_, Failure>>()?,
        ),
        other => other.clone(),
    })
}

impl JsonSchema for Parameters {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Parameters".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "items": { "x-sink": true } })
    }
}

/// A statement of a transaction: its text, and its parameters.
#[derive(Clone, Debug)]
pub struct Step {
    /// The text.
    pub sql: String,
    /// The parameters.
    pub params: Parameters,
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Alone((String,)),
            With(String, Parameters),
        }
        match Written::deserialize(deserializer).map_err(|_| D::Error::custom(messages::a_statement_is()))? {
            Written::Text(sql) | Written::Alone((sql,)) => Ok(Step { sql, params: Parameters::default() }),
            Written::With(sql, params) => Ok(Step { sql, params }),
        }
    }
}

impl JsonSchema for Step {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Step".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "array"], "x-sink": true })
    }
}

/// A value as plain JSON, for a parameter of a JSON type.
///
/// # Errors
/// What JSON has no word for.
pub fn plain_json(value: &Value) -> Result<serde_json::Value, String> {
    use serde_json::Value as Json;
    Ok(match value {
        Value::Unit => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Int(n) => Json::from(*n),
        Value::Float(x) => Json::from(serde_json::Number::from_f64(*x).ok_or_else(|| value.kind())?),
        Value::Text(text) => Json::String(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(plain_json).collect::<Result<_, _>>()?),
        Value::Map(map) => Json::Object(
            map.iter().map(|(key, item)| Ok((key.clone(), plain_json(item)?))).collect::<Result<_, String>>()?,
        ),
        other => return Err(other.kind()),
    })
}

/// Checks how many parameters are given.
///
/// # Errors
/// More or fewer than the statement has.
pub fn count(given: usize, wanted: usize) -> Result<(), Failure> {
    if given == wanted {
        return Ok(());
    }
    Err(Failure::invalid(messages::so_many_parameters(wanted, given)).hint(messages::give_params()))
}

/// A parameter that its type can't take, told before the statement is run.
#[must_use]
pub fn misfit(number: usize, wanted: &str, given: impl std::fmt::Display) -> Failure {
    Failure::invalid(messages::the_parameter_cannot_be(number, wanted, given))
}
