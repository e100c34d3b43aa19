//! How values are written to the journal and read from it without a tree of JSON in between: most of a long run is values. What
//! stands there is what [`Value::to_json`] gives and [`Value::from_json`] takes.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::value::{DEPTH_MAX, Value, ValueError};

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Unit => serializer.serialize_unit(),
            Value::Bool(b) => serializer.serialize_bool(*b),
            Value::Int(n) => serializer.serialize_i64(*n),
            Value::Float(x) if x.is_finite() => serializer.serialize_f64(*x),
            Value::Float(x) => tagged(serializer, "$float", &x.to_string()),
            Value::Char(c) => tagged(serializer, "$char", c),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Bytes(bytes) => tagged(serializer, "$bytes", &STANDARD.encode(bytes)),
            Value::List(items) => serializer.collect_seq(items),
            // Would be taken for a tag.
            Value::Map(map) if map.len() == 1 && map.keys().all(|key| key.starts_with('$')) => {
                tagged(serializer, "$map", &Plain(map))
            }
            Value::Map(map) => serializer.collect_map(map),
            Value::Unknown => tagged(serializer, "$unknown", &()),
        }
    }
}

/// A map whose keys are no tags.
struct Plain<'a>(&'a BTreeMap<String, Value>);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0)
    }
}

fn tagged<S: Serializer>(serializer: S, tag: &str, inner: &impl Serialize) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(tag, inner)?;
    map.end()
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Below(0).deserialize(deserializer)
    }
}

/// A value this deep inside another.
struct Below(usize);

impl<'de> DeserializeSeed<'de> for Below {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        // A wrapped map adds a level of its own.
        if self.0 > 2 * DEPTH_MAX {
            return Err(D::Error::custom(ValueError::TooDeep));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Below {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Unit)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Unit)
    }

    fn visit_bool<E>(self, b: bool) -> Result<Value, E> {
        Ok(Value::Bool(b))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Value, E> {
        Ok(Value::Int(n))
    }

    fn visit_u64<E: Error>(self, n: u64) -> Result<Value, E> {
        i64::try_from(n).map(Value::Int).map_err(|_| E::custom(ValueError::Number(n.to_string())))
    }

    fn visit_f64<E>(self, x: f64) -> Result<Value, E> {
        Ok(Value::Float(x))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Below(self.0 + 1))? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = BTreeMap::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.is_empty() && key.starts_with('$') {
                return may_be_tagged(key, entries, self.0);
            }
            map.insert(key, entries.next_value_seed(Below(self.0 + 1))?);
        }
        Ok(Value::Map(map))
    }
}

/// A map whose first key may be a tag: it is one when no other key follows.
fn may_be_tagged<'de, A: MapAccess<'de>>(first: String, mut entries: A, depth: usize) -> Result<Value, A::Error> {
    let mut json = serde_json::Map::new();
    json.insert(first, entries.next_value()?);
    while let Some((key, value)) = entries.next_entry()? {
        json.insert(key, value);
    }
    Value::from_json_below(json.into(), depth).map_err(A::Error::custom)
}
