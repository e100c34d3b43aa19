//! Between Rhai's values and ours. Refuses what can't cross the gate: closures, handles, cycles, and what is nested too deep.

use std::collections::BTreeMap;

use rhai::{Array, Blob, Dynamic, FnPtr, ImmutableString, Map};

use crate::messages::engine as messages;
use crate::model::value::{DEPTH_MAX, Value};

/// A plan's stand-in for what only the real call can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotKnownYet;

/// The name under which scripts and errors see [`NotKnownYet`].
pub fn not_known_yet() -> String {
    crate::messages::model::not_known_yet()
}

/// How many values one crossing may hold; two lists that hold each other many times would be without end.
const VALUES_MAX: usize = 4_000_000;

/// The value that `dynamic` holds.
///
/// # Errors
/// What can't cross, by name.
pub fn to_value(dynamic: &Dynamic) -> Result<Value, String> {
    convert(dynamic, DEPTH_MAX, &mut { VALUES_MAX })
}

fn convert(dynamic: &Dynamic, depth: usize, left: &mut usize) -> Result<Value, String> {
    *left = left.checked_sub(1).ok_or(messages::the_value_is_too_large())?;
    let below = || depth.checked_sub(1).ok_or_else(|| messages::nested_too_deep(DEPTH_MAX));
    if dynamic.is_unit() {
        return Ok(Value::Unit);
    }
    if let Ok(yes) = dynamic.as_bool() {
        return Ok(Value::Bool(yes));
    }
    if let Ok(number) = dynamic.as_int() {
        return Ok(Value::Int(number));
    }
    if let Ok(number) = dynamic.as_float() {
        return Ok(Value::Float(number));
    }
    if let Ok(letter) = dynamic.as_char() {
        return Ok(Value::Char(letter));
    }
    if let Some(text) = dynamic.read_lock::<ImmutableString>() {
        return Ok(Value::Text(text.to_string()));
    }
    if let Some(items) = dynamic.read_lock::<Array>() {
        let below = below()?;
        return items.iter().map(|item| convert(item, below, left)).collect::<Result<_, _>>().map(Value::List);
    }
    if let Some(map) = dynamic.read_lock::<Map>() {
        let below = below()?;
        let map: Result<BTreeMap<_, _>, String> =
            map.iter().map(|(key, item)| Ok((key.to_string(), convert(item, below, left)?))).collect();
        return map.map(Value::Map);
    }
    if let Some(bytes) = dynamic.read_lock::<Blob>() {
        return Ok(Value::Bytes(bytes.clone()));
    }
    if dynamic.is::<NotKnownYet>() {
        return Ok(Value::Unknown);
    }
    if dynamic.read_lock::<FnPtr>().is_some() {
        return Err(messages::a_closure_cannot_be_passed_on_or_kept());
    }
    Err(messages::only_plain_values(dynamic.type_name()))
}

/// The same value for Rhai.
pub fn to_dynamic(value: Value) -> Dynamic {
    match value {
        Value::Unit => Dynamic::UNIT,
        Value::Bool(yes) => yes.into(),
        Value::Int(number) => number.into(),
        Value::Float(number) => number.into(),
        Value::Char(letter) => letter.into(),
        Value::Text(text) => text.into(),
        Value::Bytes(bytes) => Dynamic::from_blob(bytes),
        Value::List(items) => Dynamic::from_array(items.into_iter().map(to_dynamic).collect()),
        Value::Map(map) => {
            Dynamic::from_map(map.into_iter().map(|(key, item)| (key.into(), to_dynamic(item))).collect())
        }
        Value::Unknown => Dynamic::from(NotKnownYet),
    }
}
