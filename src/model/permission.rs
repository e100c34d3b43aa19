//! What a runbook asks to be allowed, and whether that covers a call.
//!
//! A permission is an action and a pattern: `http:get https://example.com/*`, `process:read git status *`,
//! `fs:read envs/*.toml`, `env:read HOME`. `*` in a host stands for any labels, in a path for anything, in a program's
//! arguments for any one argument, and as the last word for all that follow.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::messages::model as messages;

/// The action of sending an HTTP request to another server than its URL's name leads to; the target is `host:port`.
pub const CONNECT: &str = "http:connect";

/// What one call needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Want {
    /// The namespace and verb: `http:get`.
    pub action: String,
    /// What it is done to: a URL, a command line, a path, a name.
    pub target: String,
}

impl Want {
    /// A need.
    #[must_use]
    pub fn new(action: impl Into<String>, target: impl Into<String>) -> Self {
        Want { action: action.into(), target: target.into() }
    }

    /// The line that would permit it, for the runbook's `permissions`.
    #[must_use]
    pub fn line(&self) -> String {
        if self.target.is_empty() { self.action.clone() } else { format!("{} {}", self.action, self.target) }
    }
}

impl fmt::Display for Want {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line())
    }
}

/// A line of a runbook's `permissions`, parameters filled in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permission(String);

/// A line that permits nothing that anybody could ask for.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PermissionError {
    /// Not `namespace:verb`, or `namespace:verb target`.
    #[error("{}", messages::permission_needs_an_action_and_an_object())]
    Form,
    /// A URL pattern without scheme, host and path.
    #[error("{}", messages::is_not_a_pattern_for_urls(.0))]
    Url(String),
}

impl Permission {
    /// Reads one line.
    ///
    /// # Errors
    /// A line that is not an action with its target.
    pub fn parse(line: &str) -> Result<Self, PermissionError> {
        let (action, target) = split(line);
        let well_formed = action.split_once(':').is_some_and(|(namespace, verb)| {
            is_word(namespace) && (is_word(verb) || verb == "*" || is_aws(namespace, verb))
        });
        if !well_formed {
            return Err(PermissionError::Form);
        }
        let is_hook = action == "notify:webhook" && !target.starts_with("secret:");
        let has_url = is_hook || action.starts_with("load:") || action.starts_with("http:") && action != CONNECT;
        if has_url && UrlParts::of(target).is_none() {
            return Err(PermissionError::Url(target.to_owned()));
        }
        Ok(Permission(line.trim().to_owned()))
    }

    /// The action part: `http:get`.
    #[must_use]
    pub fn action(&self) -> &str {
        split(&self.0).0
    }

    /// The line as written.
    #[must_use]
    pub fn line(&self) -> &str {
        &self.0
    }

    /// Whether it is for calls of `action`, whatever their target.
    #[must_use]
    pub fn is_for(&self, action: &str) -> bool {
        if self.action().starts_with("aws:") {
            return text_matches(self.action(), action);
        }
        match self.action().strip_suffix(":*") {
            Some(namespace) => action.split_once(':').is_some_and(|(wanted, _)| wanted == namespace),
            None => self.action() == action,
        }
    }

    /// Whether it covers `want`.
    #[must_use]
    pub fn covers(&self, want: &Want) -> bool {
        let pattern = split(&self.0).1;
        self.is_for(&want.action)
            && match want.action.split(':').next() {
                Some("http") if want.action == CONNECT => text_matches(pattern, &want.target),
                // The address of a web hook may be a secret, which is permitted by its name.
                Some("notify") if want.target.is_empty() || want.target.starts_with("secret:") => {
                    text_matches(pattern, &want.target)
                }
                Some("http" | "load" | "notify") => url_matches(pattern, &want.target),
                Some("process") => words_match(pattern, &want.target),
                _ => text_matches(pattern, &want.target),
            }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn split(line: &str) -> (&str, &str) {
    let line = line.trim();
    line.split_once(char::is_whitespace).map_or((line, ""), |(action, target)| (action, target.trim()))
}

/// `aws:ecs:DescribeServices`, where `*` may stand for a part of the operation: `aws:ecs:Describe*`.
fn is_aws(namespace: &str, verb: &str) -> bool {
    let operation = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '*');
    namespace == "aws" && verb.split_once(':').is_some_and(|(service, name)| is_word(service) && operation(name))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

struct UrlParts<'a> {
    scheme: &'a str,
    host: &'a str,
    port: &'a str,
    rest: &'a str,
}

impl<'a> UrlParts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (scheme, after) = text.split_once("://")?;
        let slash = after.find('/')?;
        let (authority, rest) = after.split_at(slash);
        // Somebody who writes a user into an address hides the host behind it.
        if authority.is_empty() || authority.contains('@') || !matches!(scheme, "http" | "https") {
            return None;
        }
        let default = if scheme == "https" { "443" } else { "80" };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port),
            _ => (authority, default),
        };
        Some(UrlParts { scheme, host, port, rest })
    }
}

fn url_matches(pattern: &str, target: &str) -> bool {
    let (Some(pattern), Some(target)) = (UrlParts::of(pattern), UrlParts::of(target)) else {
        return false;
    };
    pattern.scheme == target.scheme
        && text_matches(&pattern.host.to_ascii_lowercase(), &target.host.to_ascii_lowercase())
        && text_matches(pattern.port, target.port)
        && text_matches(pattern.rest, target.rest)
}

/// Matches word by word; words of the target are separated by `\u{1f}` where the caller needs exact arguments, else by spaces.
fn words_match(pattern: &str, target: &str) -> bool {
    let separator = if target.contains('\u{1f}') { '\u{1f}' } else { ' ' };
    let pattern: Vec<&str> = pattern.split_whitespace().collect();
    let target: Vec<&str> = target.split(separator).collect();
    match pattern.split_last() {
        Some((&"*", before)) => {
            target.len() >= before.len() && before.iter().zip(&target).all(|(p, t)| text_matches(p, t))
        }
        _ => pattern.len() == target.len() && pattern.iter().zip(&target).all(|(p, t)| text_matches(p, t)),
    }
}

/// `*` stands for any run of characters; all else for itself.
fn text_matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.len() >= last.len() && rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(line: &str, action: &str, target: &str) -> bool {
        Permission::parse(line).expect(line).covers(&Want::new(action, target))
    }

    #[test]
    fn a_permission_covers_what_it_says_and_nothing_beside_it() {
        let line = "http:get https://example.com/*";
        assert!(covers(line, "http:get", "https://example.com/health"));
        assert!(covers(line, "http:get", "https://EXAMPLE.com:443/"));
        for (action, target) in [
            ("http:post", "https://example.com/health"),
            ("http:get", "http://example.com/health"),
            ("http:get", "https://example.com.evil.test/health"),
            ("http:get", "https://example.com:8443/health"),
            ("http:get", "https://example.com@evil.test/health"),
            ("http:get", "https://sub.example.com/health"),
        ] {
            assert!(!covers(line, action, target), "{action} {target}");
        }
    }

    #[test]
    fn a_star_in_a_host_does_not_reach_into_the_path() {
        let line = "http:get https://*.example.com/*";
        assert!(covers(line, "http:get", "https://a.b.example.com/x"));
        assert!(!covers(line, "http:get", "https://evil.test/.example.com/"));
    }

    #[test]
    fn programs_match_argument_by_argument() {
        assert!(covers("process:read git status *", "process:read", "git\u{1f}status\u{1f}--short"));
        assert!(covers("process:read git status *", "process:read", "git\u{1f}status"));
        assert!(!covers("process:read git status", "process:read", "git\u{1f}status\u{1f}--short"));
        assert!(!covers("process:read git status *", "process:read", "git\u{1f}push"));
    }

    #[test]
    fn another_server_than_the_url_names_needs_a_permission_of_its_own() {
        assert!(covers("http:connect 192.0.2.7:443", "http:connect", "192.0.2.7:443"));
        assert!(!covers("http:connect 192.0.2.7:443", "http:connect", "192.0.2.8:443"));
        assert!(!covers("http:* https://example.com/*", "http:connect", "192.0.2.7:443"));
    }

    #[test]
    fn malformed_lines_are_errors_not_ignored() {
        for line in ["", "http", "http:get", "http:get example.com", "http:get https://example.com", ": x", "fs read"] {
            assert!(Permission::parse(line).is_err(), "{line}");
        }
    }
}
