//! The lines of a header's `permissions`: `${name}` in them stands for a parameter, filled in when the run's values are known.

use std::collections::BTreeMap;

use super::param_kind::ParamKind;
use super::param_spec::ParamSpec;
use crate::messages::header as messages;
use crate::model::diagnostic::did_you_mean;
use crate::model::permission::Permission;
use crate::model::value::Value;

/// Says what is wrong with a line of a runbook that has these parameters.
///
/// # Errors
/// A placeholder that names no parameter or one that can't stand here, or a line that is no permission.
pub fn check(line: &str, params: &[ParamSpec]) -> Result<(), String> {
    let mut sample = String::new();
    for piece in split(line)? {
        match piece {
            Piece::Text(text) => sample.push_str(text),
            Piece::Placeholder(name) => {
                let Some(spec) = params.iter().find(|spec| spec.name == name) else {
                    let hint = did_you_mean(name, params.iter().map(|spec| spec.name.as_str()));
                    let hint = hint.map(messages::or_did_you_mean).unwrap_or_default();
                    return Err(messages::names_no_parameter(name, hint));
                };
                match &spec.kind {
                    ParamKind::Secret => return Err(messages::is_a_secret_and_cannot_stand(name)),
                    ParamKind::Url => sample.push_str("https://example.com/x"),
                    ParamKind::List { of, .. } if **of == ParamKind::Url => sample.push_str("https://example.com/x"),
                    _ => sample.push('x'),
                }
            }
        }
    }
    Permission::parse(&sample).map(|_| ()).map_err(|error| error.to_string())
}

/// The permissions that a line stands for, with these values: one for each item of a list, none where an optional parameter has
/// no value.
///
/// # Errors
/// A value that would make the permission wider than the line reads (`*`, spaces, and so on), or a line that [`check`] refuses.
pub fn fill(line: &str, values: &BTreeMap<String, Value>) -> Result<Vec<Permission>, String> {
    let mut lines = vec![String::new()];
    for piece in split(line)? {
        match piece {
            Piece::Text(text) => lines.iter_mut().for_each(|line| line.push_str(text)),
            Piece::Placeholder(name) => {
                let texts = match values.get(name) {
                    Some(Value::List(items)) => {
                        items.iter().map(|item| text_of(name, item)).collect::<Result<Vec<_>, _>>()?
                    }
                    Some(Value::Unit) | None => Vec::new(),
                    Some(value) => vec![text_of(name, value)?],
                };
                lines = lines.iter().flat_map(|line| texts.iter().map(move |text| format!("{line}{text}"))).collect();
            }
        }
    }
    // `http:get ${url}` with an address that has no path means its root.
    if line.trim_end().ends_with('}') {
        for line in lines.iter_mut().filter(|line| is_bare_address(line)) {
            line.push('/');
        }
    }
    lines.iter().map(|line| Permission::parse(line).map_err(|error| error.to_string())).collect()
}

fn is_bare_address(line: &str) -> bool {
    line.split_once("://").is_some_and(|(_, rest)| !rest.contains(['/', '?', '#']))
}

fn text_of(name: &str, value: &Value) -> Result<String, String> {
    let text = match value {
        Value::Text(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        other => return Err(messages::is_which_cannot_stand_in_a_permission(name, other.kind())),
    };
    // A star or a space would mean more here than it means as a value.
    if text.is_empty() || text.chars().any(|c| c == '*' || c.is_whitespace() || c.is_control()) {
        return Err(messages::the_value_of_stands_in_a_permission_so(name));
    }
    Ok(text)
}

enum Piece<'a> {
    Text(&'a str),
    Placeholder(&'a str),
}

fn split(line: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else {
            return Err(messages::has_no());
        };
        let name = name.trim();
        // The script says `params.domain`, so that is understood here as well.
        pieces.extend([Piece::Text(before), Piece::Placeholder(name.strip_prefix("params.").unwrap_or(name))]);
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill_with(line: &str, values: &[(&str, Value)]) -> Result<Vec<String>, String> {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        fill(line, &values).map(|lines| lines.iter().map(|line| line.line().to_owned()).collect())
    }

    #[test]
    fn a_placeholder_takes_the_parameters_value() {
        let line = "http:get https://${domain}:${ params.port }/*";
        let values = [("domain", Value::from("example.com")), ("port", Value::Int(8443))];
        assert_eq!(fill_with(line, &values), Ok(vec!["http:get https://example.com:8443/*".to_owned()]));
    }

    #[test]
    fn a_list_stands_for_a_permission_for_each_item_and_nothing_for_none() {
        let list = Value::List(vec![Value::from("a.example"), Value::from("b.example")]);
        let filled = fill_with("dns:lookup ${names}", &[("names", list)]);
        assert_eq!(filled, Ok(vec!["dns:lookup a.example".to_owned(), "dns:lookup b.example".to_owned()]));
        assert_eq!(fill_with("dns:lookup ${names}", &[("names", Value::Unit)]), Ok(Vec::new()));
    }

    #[test]
    fn an_address_without_a_path_means_its_root() {
        let fill = |url: &str| fill_with("http:get ${url}", &[("url", Value::from(url))]);
        assert_eq!(fill("https://example.com"), Ok(vec!["http:get https://example.com/".to_owned()]));
        assert_eq!(fill("https://example.com/x?y"), Ok(vec!["http:get https://example.com/x?y".to_owned()]));
    }

    #[test]
    fn a_value_can_not_widen_a_permission() {
        for value in ["*", "a*", "", "a b", "a\nb", "x\t"] {
            assert!(fill_with("process:read git ${x}", &[("x", Value::from(value))]).is_err(), "{value:?}");
        }
    }
}
