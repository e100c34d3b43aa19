//! `to_json` and `parse_json` of the script language.

use rhai::{Array, Dynamic, EvalAltResult, FnPtr, ImmutableString, Map};
use serde_json::{Number, Value};

use crate::messages::script as messages;

/// Nesting that can be written as JSON and read from it.
const DEPTH: usize = 64;

type Refused = Box<EvalAltResult>;

/// Returns a value of a script as JSON text with sorted keys.
///
/// # Errors
///
/// For what JSON can't hold (closures, NaN and infinity, bytes, ranges), for nesting beyond 64 levels, for a value
/// that contains itself, and for text longer than `bytes`.
pub(super) fn write(value: &Dynamic, bytes: usize) -> Result<String, Refused> {
    let mut left = bytes;
    let json = json_of(value, DEPTH, &mut left)?;
    let text = json.to_string();
    // Quotes and escapes are only known now; `json_of` has bounded the rest.
    if text.len() > bytes {
        return Err(too_long(bytes));
    }
    Ok(text)
}

fn json_of(value: &Dynamic, depth: usize, left: &mut usize) -> Result<Value, Refused> {
    // Each value takes a byte at least, so that a few lists that hold each other many times end as well.
    *left = left.checked_sub(1).ok_or(messages::to_json_the_text_would_be_too_long())?;
    let below = || depth.checked_sub(1).ok_or_else(|| messages::to_json_nested_too_deep(DEPTH));
    if value.is_unit() {
        return Ok(Value::Null);
    }
    if let Ok(yes) = value.as_bool() {
        return Ok(Value::Bool(yes));
    }
    if let Ok(number) = value.as_int() {
        return Ok(Value::Number(number.into()));
    }
    if let Ok(number) = value.as_float() {
        return Number::from_f64(number)
            .map(Value::Number)
            .ok_or_else(|| messages::to_json_json_has_no_number(number).into());
    }
    if let Ok(letter) = value.as_char() {
        return Ok(Value::String(letter.to_string()));
    }
    if let Some(string) = value.read_lock::<ImmutableString>() {
        *left = left.checked_sub(string.len()).ok_or(messages::to_json_the_text_would_be_too_long())?;
        return Ok(Value::String(string.to_string()));
    }
    if let Some(array) = value.read_lock::<Array>() {
        let below = below()?;
        return array.iter().map(|item| json_of(item, below, left)).collect::<Result<_, _>>().map(Value::Array);
    }
    if let Some(map) = value.read_lock::<Map>() {
        let below = below()?;
        return map
            .iter()
            .map(|(key, item)| Ok((key.to_string(), json_of(item, below, left)?)))
            .collect::<Result<_, _>>()
            .map(Value::Object);
    }
    if value.read_lock::<FnPtr>().is_some() {
        return Err(messages::to_json_a_closure_has_no_json().into());
    }
    Err(messages::to_json_has_no_json(value.type_name()).into())
}

/// Returns the value of JSON text. Whole numbers are integers; others are floats.
///
/// # Errors
///
/// With line and column of the text when it is no JSON, for whole numbers that don't fit into 64 bits with sign, for
/// nesting beyond 64 levels, and for text longer than `bytes`.
pub(super) fn read(text: &str, bytes: usize) -> Result<Dynamic, Refused> {
    if text.len() > bytes {
        return Err(messages::parse_json_is_too_long(text.len(), bytes).into());
    }
    let json: Value = serde_json::from_str(text).map_err(|error| format!("`parse_json`: {error}"))?;
    value_of(json, DEPTH)
}

fn value_of(json: Value, depth: usize) -> Result<Dynamic, Refused> {
    let below = || depth.checked_sub(1).ok_or_else(|| messages::parse_json_nested_too_deep(DEPTH));
    Ok(match json {
        Value::Null => Dynamic::UNIT,
        Value::Bool(yes) => yes.into(),
        Value::Number(number) => number_of(&number)?,
        Value::String(string) => string.into(),
        Value::Array(items) => {
            let below = below()?;
            items.into_iter().map(|item| value_of(item, below)).collect::<Result<Array, _>>()?.into()
        }
        Value::Object(entries) => {
            let below = below()?;
            entries
                .into_iter()
                .map(|(key, item)| Ok((key.into(), value_of(item, below)?)))
                .collect::<Result<Map, Refused>>()?
                .into()
        }
    })
}

fn number_of(number: &Number) -> Result<Dynamic, Refused> {
    if let Some(whole) = number.as_i64() {
        return Ok(whole.into());
    }
    match number.as_f64() {
        // A whole number that is too large for an integer arrives as a float that has lost its last digits.
        Some(float) if float.fract() != 0.0 || float.abs() < 9.0e18 => Ok(float.into()),
        _ => Err(messages::parse_json_does_not_fit_into_bits(number).into()),
    }
}

fn too_long(bytes: usize) -> Refused {
    messages::to_json_would_be_too_long(bytes).into()
}
