//! Which permission a host function needs, told from what the function says of sample arguments, and
//! what is written out of the real ones.

use std::collections::{BTreeMap, BTreeSet};

use super::template::Template;
use crate::binding::{Declaration, Kind, Parameter};
use crate::model::permission::Want;
use crate::model::value::Value;

/// The actions of the permissions that a call of a host function needs, whatever its arguments: `http:get` for `http::get`.
pub(super) fn actions(declaration: &Declaration) -> BTreeSet<String> {
    match declaration.kind {
        Kind::Pure | Kind::Remembered => BTreeSet::new(),
        Kind::Person => sample(declaration).unwrap_or_default(),
        Kind::World(_) | Kind::Handle => {
            sample(declaration).unwrap_or_else(|| BTreeSet::from([action_of(declaration.name)]))
        }
    }
}

/// Actions that calls of a namespace may need besides, for some arguments.
pub(super) fn besides(declaration: &Declaration) -> &'static [&'static str] {
    match declaration.namespace() {
        "process" => &["env:read", "process:env"],
        "http" => &[crate::model::permission::CONNECT],
        _ => &[],
    }
}

/// What may stand for a text: most functions take one of these. The last is a statement for every system and every use.
const TEXTS: &[&str] = &["https://example.com/", "example.com", "x", "192.0.2.1", "1s", "values (1)"];

/// What the function itself says a call needs that has nothing but the arguments it must have. `None` when none of the samples
/// makes a call.
fn sample(declaration: &Declaration) -> Option<BTreeSet<String>> {
    sampled(declaration, None).map(|wants| wants.into_iter().map(|want| want.action).collect())
}

/// The same for a call whose first argument is written out, for functions that name their target otherwise than their argument:
/// a database is permitted by host, port and name, not by its URL.
pub(super) fn wants_of_first(declaration: &Declaration, first: &str) -> Option<Vec<Want>> {
    if declaration.namespace() == "db" { sampled(declaration, Some(first)) } else { None }
}

fn sampled(declaration: &Declaration, first: Option<&str>) -> Option<Vec<Want>> {
    TEXTS.iter().find_map(|text| {
        let required = declaration.parameters.iter().filter(|parameter| parameter.required);
        let mut args: BTreeMap<String, Value> =
            required.map(|given| (given.name.clone(), sample_of(given, text))).collect();
        if let (Some(name), Some(first)) = (declaration.positional.first(), first) {
            args.insert((*name).to_owned(), first.into());
        }
        declaration.check(&Value::Map(args)).ok().map(|checked| checked.wants)
    })
}

fn sample_of(parameter: &Parameter, text: &str) -> Value {
    let choice = parameter.choices.first().map_or(text, String::as_str);
    let of = |types: &[String]| match types.first().map(String::as_str) {
        Some("integer" | "number") => Value::Int(1),
        Some("boolean") => Value::Bool(true),
        Some("object") => Value::Map(BTreeMap::new()),
        _ => Value::Text(choice.to_owned()),
    };
    match parameter.types.first().map(String::as_str) {
        Some("array") => Value::List(vec![of(&parameter.items)]),
        _ => of(&parameter.types),
    }
}

/// Functions whose action is not their own name.
const OTHERS: &[(&str, &str)] = &[
    ("fs::exists", "fs:read"),
    ("fs::list", "fs:read"),
    ("env::get", "env:read"),
    ("process::tunnel", "process:read"),
    ("db::explain", "db:query"),
    ("db::transaction", "db:execute"),
];

/// The action that goes by a function's name, for those that no sample makes a call of.
fn action_of(name: &str) -> String {
    let other = OTHERS.iter().find(|(function, _)| *function == name).map(|(_, action)| (*action).to_owned());
    other.unwrap_or_else(|| name.replacen("::", ":", 1))
}

/// What is known of a target when only a part of it is written out.
pub(super) enum Known {
    /// All of it.
    All(String),
    /// A part that a permission can be compared with: for a URL its scheme and host, for a program its name.
    Beginning(String),
    /// Not enough to tell.
    Nothing,
}

/// What is known of the target of a call.
pub(super) fn known(action: &str, target: &Template) -> Known {
    if let Some(text) = target.text() {
        return Known::All(text);
    }
    let beginning = target.beginning();
    let host_end = beginning.find("://").and_then(|at| beginning.get(at + 3..)?.find('/').map(|slash| at + 3 + slash));
    match (action.split(':').next(), host_end) {
        (Some("http" | "load" | "notify"), Some(end)) => {
            Known::Beginning(beginning.get(..=end).unwrap_or_default().to_owned())
        }
        _ => Known::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fixture::registry;

    #[test]
    fn the_action_of_a_function_is_its_name_but_for_a_few() {
        for (function, action) in [
            ("http::get", "http:get"),
            ("http::post", "http:post"),
            ("process::read", "process:read"),
            ("process::destroy", "process:destroy"),
            ("fs::read", "fs:read"),
            ("fs::list", "fs:read"),
            ("fs::exists", "fs:read"),
            ("fs::write", "fs:write"),
            ("env::get", "env:read"),
        ] {
            assert_eq!(action_of(function), action, "{function}");
        }
    }

    #[test]
    fn what_a_function_needs_is_what_it_says_itself() {
        let needs = |declaration: &Declaration| actions(declaration).into_iter().collect::<Vec<_>>().join(" ");
        let all: Vec<String> =
            registry().iter().map(|declaration| format!("{} {}", declaration.name, needs(declaration))).collect();
        assert_eq!(
            all,
            [
                "dns::lookup dns:lookup",
                "http::delete http:delete",
                "http::get http:get",
                "http::post http:post",
                "http::put http:put",
                "process::read process:read",
                "time::now ",
            ]
        );
    }
}
