//! Which permission a host function needs, and what is written out of the target of a call.

use std::collections::BTreeSet;

use super::template::Template;
use crate::binding::Declaration;

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
