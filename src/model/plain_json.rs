//! Values as JSON that others read.

use super::failure::Failure;
use super::value::Value;
use crate::messages::bindings as messages;

impl Value {
    /// The value as JSON for others: no tags of our own.
    ///
    /// # Errors
    /// What JSON has no word for: numbers that are none, bytes, what is not known yet.
    pub fn to_plain_json(&self) -> Result<serde_json::Value, Failure> {
        use serde_json::Value as Json;
        Ok(match self {
            Value::Unit => Json::Null,
            Value::Bool(b) => Json::Bool(*b),
            Value::Int(n) => Json::from(*n),
            Value::Float(x) => serde_json::Number::from_f64(*x)
                .map(Json::Number)
                .ok_or_else(|| Failure::invalid(messages::json_has_no_word_for_the_number(x)))?,
            Value::Char(c) => Json::String(c.to_string()),
            Value::Text(text) => Json::String(text.clone()),
            Value::Bytes(_) => {
                return Err(
                    Failure::invalid(messages::json_has_no_word_for_bytes()).hint(messages::makes_text_of_them())
                );
            }
            Value::List(items) => Json::Array(items.iter().map(Value::to_plain_json).collect::<Result<_, _>>()?),
            Value::Map(map) => Json::Object(
                map.iter()
                    .map(|(key, value)| Ok((key.clone(), value.to_plain_json()?)))
                    .collect::<Result<_, Failure>>()?,
            ),
            Value::Unknown => return Err(Failure::invalid(messages::a_value_that_is_not_known_yet_cannot())),
        })
    }
}
