//! What an expression is worth, where that can be told without running it.

use std::collections::BTreeMap;

use rhai::{Dynamic, Expr};

use crate::messages::model;
use crate::model::value::Value;

/// The value of a literal; `None` for what only a run can tell.
pub(super) fn value(expr: &Expr) -> Option<Value> {
    Some(match expr {
        Expr::Unit(_) => Value::Unit,
        Expr::BoolConstant(value, _) => Value::Bool(*value),
        Expr::IntegerConstant(value, _) => Value::Int(*value),
        Expr::FloatConstant(value, _) => Value::Float(**value),
        Expr::CharConstant(value, _) => Value::Char(*value),
        Expr::StringConstant(text, _) => Value::Text(text.to_string()),
        Expr::Array(items, _) => Value::List(items.iter().map(value).collect::<Option<_>>()?),
        Expr::Map(entries, _) => {
            let entry = |(key, expr): &(rhai::Ident, Expr)| Some((key.name.to_string(), value(expr)?));
            Value::Map(entries.0.iter().map(entry).collect::<Option<BTreeMap<_, _>>>()?)
        }
        Expr::DynamicConstant(constant, _) => dynamic(constant)?,
        _ => return None,
    })
}

fn dynamic(constant: &Dynamic) -> Option<Value> {
    if let Some(list) = constant.read_lock::<rhai::Array>() {
        return list.iter().map(dynamic).collect::<Option<_>>().map(Value::List);
    }
    if let Some(map) = constant.read_lock::<rhai::Map>() {
        let entry = |(key, value): (&rhai::Identifier, &Dynamic)| Some((key.to_string(), dynamic(value)?));
        return map.iter().map(entry).collect::<Option<_>>().map(Value::Map);
    }
    let number = constant.as_int().map(Value::Int).or_else(|_| constant.as_float().map(Value::Float));
    let number = number.or_else(|_| constant.as_bool().map(Value::Bool));
    number.ok().or_else(|| constant.read_lock::<rhai::ImmutableString>().map(|text| Value::Text(text.to_string())))
}

/// The JSON type of what an expression gives, where its form alone tells.
pub(super) fn json_type(expr: &Expr) -> Option<&'static str> {
    Some(match expr {
        Expr::Unit(_) => "null",
        Expr::BoolConstant(..) | Expr::And(..) | Expr::Or(..) => "boolean",
        Expr::IntegerConstant(..) => "integer",
        Expr::FloatConstant(..) => "number",
        Expr::CharConstant(..) | Expr::StringConstant(..) | Expr::InterpolatedString(..) => "string",
        Expr::Array(..) => "array",
        Expr::Map(..) => "object",
        _ => return None,
    })
}

/// What a person calls a JSON type.
pub(super) fn say(json_type: &str) -> String {
    match json_type {
        "null" => model::nothing(),
        "boolean" => model::a_bool(),
        "integer" => model::an_integer(),
        "number" => model::a_number(),
        "array" => model::a_list(),
        "object" => model::a_map(),
        _ => model::a_string(),
    }
}
