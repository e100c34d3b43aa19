//! Values that cross the gate: what scripts hand to calls and what calls give back.
//!
//! The journal's own codec is here too. Plain JSON stands for itself; what JSON has no word for (non-finite floats, characters,
//! bytes) is a map with one key that begins with `$`, and a script's own map with such a key is wrapped, so that every value
//! comes back as it went in.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::messages::model as messages;

/// How deep lists and maps may nest in a value that crosses the gate.
pub const DEPTH_MAX: usize = 64;

/// A value without behaviour: no closures, no handles, no cycles.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Unit,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A floating-point number; NaN and infinities are kept.
    Float(f64),
    /// One character.
    Char(char),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<Value>),
    /// A map; keys in order.
    Map(BTreeMap<String, Value>),
    /// A plan's stand-in for what only the real call can tell.
    Unknown,
}

/// Why JSON is no value.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ValueError {
    /// Nested deeper than [`DEPTH_MAX`].
    #[error("{}", messages::nested_deeper_than(.DEPTH_MAX))]
    TooDeep,
    /// A number that is neither a 64-bit integer nor a float.
    #[error("{}", messages::number_does_not_fit(.0))]
    Number(String),
    /// A tagged value that isn't one.
    #[error("{}", messages::is_not_a_tag(.0))]
    Tag(String),
}

impl Value {
    /// The text inside, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The map inside, if it is a map.
    #[must_use]
    pub fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// What a person calls this kind of value.
    #[must_use]
    pub fn kind(&self) -> String {
        match self {
            Value::Unit => messages::nothing(),
            Value::Bool(_) => messages::a_bool(),
            Value::Int(_) => messages::an_integer(),
            Value::Float(_) => messages::a_number(),
            Value::Char(_) => messages::a_character(),
            Value::Text(_) => messages::a_string(),
            Value::Bytes(_) => messages::bytes(),
            Value::List(_) => messages::a_list(),
            Value::Map(_) => messages::a_map(),
            Value::Unknown => messages::not_known_yet(),
        }
    }

    /// Whether a plan's stand-in is anywhere inside.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        match self {
            Value::Unknown => true,
            Value::List(items) => items.iter().any(Value::has_unknown),
            Value::Map(map) => map.values().any(Value::has_unknown),
            _ => false,
        }
    }

    /// The value as JSON in the journal's codec; [`Value::from_json`] gives it back unchanged.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        let tagged = |tag: &str, inner: Json| {
            let mut map = serde_json::Map::new();
            map.insert(tag.to_owned(), inner);
            Json::Object(map)
        };
        match self {
            Value::Unit => Json::Null,
            Value::Bool(b) => Json::Bool(*b),
            Value::Int(n) => Json::from(*n),
            Value::Float(x) => match serde_json::Number::from_f64(*x) {
                Some(number) => Json::Number(number),
                None => tagged("$float", Json::String(x.to_string())),
            },
            Value::Char(c) => tagged("$char", Json::String(c.to_string())),
            Value::Text(text) => Json::String(text.clone()),
            Value::Bytes(bytes) => tagged("$bytes", Json::String(STANDARD.encode(bytes))),
            Value::List(items) => Json::Array(items.iter().map(Value::to_json).collect()),
            Value::Map(map) => {
                let object = Json::Object(map.iter().map(|(key, value)| (key.clone(), value.to_json())).collect());
                if map.len() == 1 && map.keys().all(|key| key.starts_with('$')) {
                    tagged("$map", object)
                } else {
                    object
                }
            }
            Value::Unknown => tagged("$unknown", Json::Null),
        }
    }

    /// The value that [`Value::to_json`] wrote.
    ///
    /// # Errors
    /// JSON that `to_json` can't have written.
    pub fn from_json(json: serde_json::Value) -> Result<Value, ValueError> {
        Self::from_json_below(json, 0)
    }

    /// Plain JSON from outside (a file, a server): nothing in it is a tag.
    ///
    /// # Errors
    /// Nested deeper than [`DEPTH_MAX`]. A number past 64 bits becomes text, so that no digit is lost.
    pub fn from_plain_json(json: serde_json::Value) -> Result<Value, ValueError> {
        Self::from_plain_below(json, 0)
    }

    fn from_plain_below(json: serde_json::Value, depth: usize) -> Result<Value, ValueError> {
        use serde_json::Value as Json;
        if depth > DEPTH_MAX {
            return Err(ValueError::TooDeep);
        }
        Ok(match json {
            Json::Null => Value::Unit,
            Json::Bool(b) => Value::Bool(b),
            Json::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(n), _, _) => Value::Int(n),
                (None, Some(_), _) | (None, None, None) => Value::Text(number.to_string()),
                (None, None, Some(x)) => Value::Float(x),
            },
            Json::String(text) => Value::Text(text),
            Json::Array(items) => Value::List(
                items.into_iter().map(|item| Self::from_plain_below(item, depth + 1)).collect::<Result<_, _>>()?,
            ),
            Json::Object(object) => Value::Map(
                object
                    .into_iter()
                    .map(|(key, value)| Ok((key, Self::from_plain_below(value, depth + 1)?)))
                    .collect::<Result<_, ValueError>>()?,
            ),
        })
    }

    pub(super) fn from_json_below(json: serde_json::Value, depth: usize) -> Result<Value, ValueError> {
        use serde_json::Value as Json;
        // A wrapped map adds a level of its own.
        if depth > 2 * DEPTH_MAX {
            return Err(ValueError::TooDeep);
        }
        Ok(match json {
            Json::Null => Value::Unit,
            Json::Bool(b) => Value::Bool(b),
            Json::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(n), _, _) => Value::Int(n),
                (None, None, Some(x)) => Value::Float(x),
                _ => return Err(ValueError::Number(number.to_string())),
            },
            Json::String(text) => Value::Text(text),
            Json::Array(items) => Value::List(
                items.into_iter().map(|item| Self::from_json_below(item, depth + 1)).collect::<Result<_, _>>()?,
            ),
            Json::Object(object) => {
                let tag = match object.keys().next() {
                    Some(key) if object.len() == 1 && key.starts_with('$') => Some(key.clone()),
                    _ => None,
                };
                match tag {
                    Some(tag) => Self::from_tagged(
                        &tag,
                        object.into_iter().next().map(|(_, inner)| inner).unwrap_or_default(),
                        depth,
                    )?,
                    None => Self::map_from(object, depth)?,
                }
            }
        })
    }

    fn map_from(object: serde_json::Map<String, serde_json::Value>, depth: usize) -> Result<Value, ValueError> {
        let map = object
            .into_iter()
            .map(|(key, value)| Ok((key, Self::from_json_below(value, depth + 1)?)))
            .collect::<Result<_, ValueError>>()?;
        Ok(Value::Map(map))
    }

    fn from_tagged(tag: &str, inner: serde_json::Value, depth: usize) -> Result<Value, ValueError> {
        use serde_json::Value as Json;
        let wrong = || ValueError::Tag(tag.to_owned());
        match (tag, inner) {
            ("$float", Json::String(text)) => text.parse().map(Value::Float).map_err(|_| wrong()),
            ("$char", Json::String(text)) => {
                let mut chars = text.chars();
                match (chars.next(), chars.next()) {
                    (Some(c), None) => Ok(Value::Char(c)),
                    _ => Err(wrong()),
                }
            }
            ("$bytes", Json::String(text)) => STANDARD.decode(text).map(Value::Bytes).map_err(|_| wrong()),
            ("$map", Json::Object(object)) => Self::map_from(object, depth + 1),
            ("$unknown", Json::Null) => Ok(Value::Unknown),
            _ => Err(wrong()),
        }
    }

    /// A hash of the value: 32 hexadecimal digits of SHA-256 over its JSON, the same for equal values.
    #[must_use]
    pub fn hash(&self) -> String {
        let text = serde_json::to_vec(self).unwrap_or_else(|_| self.to_json().to_string().into_bytes());
        let mut digest = format!("{:x}", Sha256::digest(text));
        digest.truncate(32);
        digest
    }
}

impl schemars::JsonSchema for Value {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        true.into()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Value::Int(n)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Value::Bool(b)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Unit),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            any::<f64>().prop_filter("NaN is never equal to itself", |x| !x.is_nan()).prop_map(Value::Float),
            any::<char>().prop_map(Value::Char),
            ".*".prop_map(Value::Text),
            proptest::collection::vec(any::<u8>(), 0..8).prop_map(Value::Bytes),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                proptest::collection::btree_map("\\$?[a-z]{0,5}", inner, 0..3).prop_map(Value::Map),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_value_comes_back_from_the_journal_as_it_went_in(value in any_value()) {
            let text = value.to_json().to_string();
            prop_assert_eq!(&serde_json::to_string(&value).expect("writes"), &text);
            let back: Value = serde_json::from_str(&text).expect("what we wrote parses");
            prop_assert_eq!(&back, &value);
            let json = serde_json::from_str(&text).expect("JSON");
            prop_assert_eq!(Value::from_json(json), Ok(back));
        }
    }

    #[test]
    fn infinities_survive_the_journal() {
        for x in [f64::INFINITY, f64::NEG_INFINITY] {
            let text = Value::Float(x).to_json().to_string();
            assert_eq!(serde_json::from_str::<Value>(&text).expect("parses"), Value::Float(x));
        }
    }

    #[test]
    fn a_number_past_64_bits_from_outside_keeps_its_digits() {
        let json = serde_json::from_str("18446744073709551615").expect("json");
        assert_eq!(Value::from_plain_json(json), Ok(Value::Text("18446744073709551615".to_owned())));
    }
}
