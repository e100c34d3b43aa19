//! A call of AWS as the command of the AWS CLI that does the same.

use super::call_line::CallLine;
use super::shell::quoted;
use crate::model::value::Value;

/// The command; `dashed` gives the name of a member on the command line with `_` between its words.
#[must_use]
pub fn command(call: &CallLine, dashed: &dyn Fn(&str) -> String) -> Option<String> {
    let (service, function) = call.function.split_once("::")?;
    let args = call.args.as_map()?;
    let option = |name: &str| dashed(name).replace('_', "-");
    let verb = match function.strip_prefix("wait_") {
        Some(waiter) => format!("wait {}", waiter.replace('_', "-")),
        None => function.replace('_', "-"),
    };
    let mut words = vec!["aws".to_owned(), service.replace('_', "-"), verb];
    if service == "s3" {
        // What the AWS CLI calls `s3` are commands of its own.
        "s3api".clone_into(words.get_mut(1)?);
    }
    for (name, value) in args.get("input").and_then(Value::as_map).into_iter().flatten() {
        words.extend(written(&option(name), value));
    }
    if let Some(region) = args.get("region").and_then(Value::as_text) {
        words.push(format!("--region {}", quoted(region)));
    }
    if let Some(Value::Int(limit)) = args.get("limit") {
        words.push(format!("--max-items {limit}"));
    }
    if args.get("pages") == Some(&Value::Bool(false)) {
        words.push("--no-paginate".to_owned());
    }
    Some(words.join(" "))
}

/// A member as an option: flags by their name, lists of words one after the other, everything else as JSON.
fn written(option: &str, value: &Value) -> Option<String> {
    let word = |value: &Value| match value {
        Value::Text(text) => Some(quoted(text)),
        Value::Int(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        _ => None,
    };
    Some(match value {
        Value::Unit => return None,
        Value::Bool(true) => format!("--{option}"),
        Value::Bool(false) => format!("--no-{option}"),
        Value::List(items) if !items.is_empty() && items.iter().all(|item| word(item).is_some()) => {
            format!("--{option} {}", items.iter().filter_map(word).collect::<Vec<_>>().join(" "))
        }
        value => {
            let json = || value.to_plain_json().map(|json| quoted(&json.to_string())).ok();
            format!("--{option} {}", word(value).or_else(json)?)
        }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn members_become_options() {
        let list = Value::List(vec![Value::from("a"), Value::from("b c")]);
        let map = Value::Map(BTreeMap::from([("Key".to_owned(), Value::from("it's"))]));
        for (value, expected) in [
            (Value::Bool(false), Some("--no-x".to_owned())),
            (Value::Bool(true), Some("--x".to_owned())),
            (Value::Int(3), Some("--x 3".to_owned())),
            (list, Some("--x a 'b c'".to_owned())),
            (map, Some("--x '{\"Key\":\"it'\\''s\"}'".to_owned())),
            (Value::Unit, None),
        ] {
            assert_eq!(written("x", &value).map(|text| shlex::split(&text)), expected.map(|text| shlex::split(&text)));
        }
    }
}
