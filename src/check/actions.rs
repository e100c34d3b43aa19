//! Which permission a host function needs, and what is written out of the target of a call.

use std::collections::{BTreeMap, BTreeSet};

use super::template::Template;
use crate::binding::{Declaration, Parameter};
use crate::model::permission::Want;
use crate::model::value::Value;

/// The actions of the permissions that every call of a host function needs: `http:get` for `http::get`.
pub(super) fn actions(declaration: &Declaration) -> BTreeSet<&'static str> {
    declaration.permissions.iter().filter(|told| !is_for_some(told)).map(|told| action(told)).collect()
}

/// The actions of those that some calls need besides.
pub(super) fn besides(declaration: &Declaration) -> Vec<&'static str> {
    declaration.permissions.iter().filter(|told| is_for_some(told)).map(|told| action(told)).collect()
}

/// What only some calls need says so after a comma.
fn is_for_some(permission: &str) -> bool {
    permission.contains(',')
}

fn action(permission: &'static str) -> &'static str {
    permission.split([' ', ',']).next().unwrap_or(permission)
}

/// A statement for every database and every use.
const STATEMENT: &str = "values (1)";

/// What a call needs whose first argument is written out, for functions that name their target otherwise than by that argument: a database
/// is permitted by host, port and name, not by its URL.
pub(super) fn wants_of_first(declaration: &Declaration, first: &str) -> Option<Vec<Want>> {
    if declaration.namespace() != "db" {
        return None;
    }
    let required = declaration.parameters.iter().filter(|parameter| parameter.required);
    let mut args: BTreeMap<String, Value> =
        required.map(|given| (given.name.clone(), sample_of(given, STATEMENT))).collect();
    args.insert((*declaration.positional.first()?).to_owned(), first.into());
    declaration.check(&Value::Map(args)).ok().map(|checked| checked.wants)
}

fn sample_of(parameter: &Parameter, text: &str) -> Value {
    let of = |types: &[String]| match types.first().map(String::as_str) {
        Some("integer" | "number") => Value::Int(1),
        Some("boolean") => Value::Bool(true),
        Some("object") => Value::Map(BTreeMap::new()),
        _ => Value::Text(text.to_owned()),
    };
    match parameter.types.first().map(String::as_str) {
        Some("array") => Value::List(vec![of(&parameter.items)]),
        _ => of(&parameter.types),
    }
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
