//! Which permission a host function needs, told from its name and what is written out of its arguments.

use super::template::Template;
use crate::binding::{Declaration, Kind};

/// The action of a permission for calls of a host function: `http:get` for `http::get`; `None` where none is needed.
pub(super) fn action(declaration: &Declaration) -> Option<String> {
    match declaration.kind {
        Kind::Pure | Kind::Remembered | Kind::Person => None,
        Kind::World(_) => action_of(declaration.name),
    }
}

/// Functions whose action is not their own name.
const OTHERS: &[(&str, &str)] = &[("fs::exists", "fs:read"), ("fs::list", "fs:read"), ("env::get", "env:read")];

fn action_of(name: &str) -> Option<String> {
    // The clock is free.
    if name == "time::now" {
        return None;
    }
    let other = OTHERS.iter().find(|(function, _)| *function == name).map(|(_, action)| (*action).to_owned());
    other.or_else(|| name.split_once("::").map(|(namespace, function)| format!("{namespace}:{function}")))
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

    #[test]
    fn the_action_of_a_function_is_its_name_but_for_a_few() {
        for (function, action) in [
            ("http::get", Some("http:get")),
            ("http::post", Some("http:post")),
            ("process::read", Some("process:read")),
            ("process::destroy", Some("process:destroy")),
            ("fs::read", Some("fs:read")),
            ("fs::list", Some("fs:read")),
            ("fs::exists", Some("fs:read")),
            ("fs::write", Some("fs:write")),
            ("env::get", Some("env:read")),
            ("time::now", None),
        ] {
            assert_eq!(action_of(function).as_deref(), action, "{function}");
        }
    }
}
