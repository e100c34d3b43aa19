//! Where in the structure of a run something happens: inside which steps, branches, attempts.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::messages::model as messages;

/// The path of a scope: `""` for the script itself, then one segment for each step, branch, attempt, hold or nested runbook.
///
/// Paths are structural: they are made of names that the author gave, so that branches can't race for numbers and an edit in
/// one step leaves the keys of the others alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScopePath(#[serde(with = "super::shared_text")] Arc<str>);

/// What opened a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment<'a> {
    /// `step(name, …)`.
    Step(&'a str),
    /// A branch of `parallel(#{ name: … })`; the group is the place of the `parallel` in its scope.
    Branch(&'a str, &'a str),
    /// One attempt of `retry(…)`: the place of the `retry` in its scope, and the attempt's number from 1.
    Attempt(&'a str, u32),
    /// The open or close of `hold(name, …)`.
    Hold(&'a str),
    /// `undo(name, …)`.
    Undo(&'a str),
    /// A nested runbook, by its name and how often it was called before with the same name in this scope.
    Nested(&'a str, u32),
}

impl ScopePath {
    /// The scope of the script itself.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Whether this is the script's own scope.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The scope that `segment` opens inside this one.
    #[must_use]
    pub fn inner(&self, segment: &Segment<'_>) -> Self {
        let text = match segment {
            Segment::Step(name) => format!("step:{}", escape(name)),
            Segment::Branch(group, name) => format!("branch:{}:{}", escape(group), escape(name)),
            Segment::Attempt(site, attempt) => format!("retry:{}#{attempt}", escape(site)),
            Segment::Hold(name) => format!("hold:{}", escape(name)),
            Segment::Undo(name) => format!("undo:{}", escape(name)),
            Segment::Nested(name, nth) => format!("runbook:{}#{nth}", escape(name)),
        };
        if self.0.is_empty() { ScopePath(text.into()) } else { ScopePath(format!("{}/{text}", self.0).into()) }
    }

    /// The path without the numbers of attempts: a step that finished inside one attempt is finished for all of them.
    #[must_use]
    pub fn whatever_attempt(&self) -> Self {
        let parts =
            self.0.split('/').map(|part| match part.strip_prefix("retry:").and_then(|rest| rest.rsplit_once('#')) {
                Some((site, _)) => format!("retry:{site}"),
                None => part.to_owned(),
            });
        ScopePath(parts.collect::<Vec<_>>().join("/").into())
    }

    /// The path of an attempt without its own number: what all attempts of one `retry` share.
    #[must_use]
    pub fn all_attempts(&self) -> Self {
        let (before, last) = self.0.rsplit_once('/').map_or(("", &*self.0), |(before, last)| (before, last));
        match last.strip_prefix("retry:").and_then(|rest| rest.rsplit_once('#')) {
            Some((site, _)) if before.is_empty() => ScopePath(format!("retry:{site}").into()),
            Some((site, _)) => ScopePath(format!("{before}/retry:{site}").into()),
            None => self.clone(),
        }
    }

    /// Whether this scope is `outer` or lies inside it.
    #[must_use]
    pub fn is_within(&self, outer: &ScopePath) -> bool {
        outer.0.is_empty()
            || self.0 == outer.0
            || (self.0.starts_with(&*outer.0) && self.0.as_bytes().get(outer.0.len()) == Some(&b'/'))
    }

    /// Where this scope lies when `from`, which it is or lies inside, becomes `to`; nothing for other scopes.
    #[must_use]
    pub fn moved(&self, from: &ScopePath, to: &ScopePath) -> Option<Self> {
        let inside = self.is_within(from) && !from.is_root();
        inside.then(|| ScopePath(format!("{}{}", to.0, self.0.get(from.0.len()..).unwrap_or_default()).into()))
    }

    /// Whether this scope lies in a nested run of the runbook `name`.
    #[must_use]
    pub fn is_in_runbook(&self, name: &str) -> bool {
        let begins = format!("runbook:{}#", escape(name));
        self.0.split('/').any(|part| part.starts_with(&begins))
    }

    /// The scope around this one.
    #[must_use]
    pub fn around(&self) -> Self {
        ScopePath(self.0.rsplit_once('/').map_or("", |(around, _)| around).into())
    }

    /// The name, when this scope is a `step(name, …)`.
    #[must_use]
    pub fn step_name(&self) -> Option<String> {
        self.0.rsplit('/').next()?.strip_prefix("step:").map(unescape)
    }

    /// This scope and those around it, innermost first, without the script's own.
    pub fn and_around(&self) -> impl Iterator<Item = ScopePath> + '_ {
        let mut rest = Some(&*self.0).filter(|path| !path.is_empty());
        std::iter::from_fn(move || {
            let path = rest?;
            rest = path.rsplit_once('/').map(|(outer, _)| outer);
            Some(ScopePath(path.into()))
        })
    }

    /// The number of the attempt that this scope is, if it is one.
    #[must_use]
    pub fn attempt(&self) -> Option<u32> {
        let last = self.0.rsplit('/').next()?;
        last.strip_prefix("retry:")?.rsplit_once('#')?.1.parse().ok()
    }

    /// How many scopes lie around this one.
    #[must_use]
    pub fn depth(&self) -> usize {
        if self.0.is_empty() { 0 } else { self.0.split('/').count() }
    }

    /// The path as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The names of the steps, branches and nested runbooks on the way, outermost first, as people know them.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.0.split('/').filter(|part| !part.is_empty()).filter_map(name_of).collect()
    }

    /// The innermost name a person would know: of the step, branch, hold, or nested runbook.
    #[must_use]
    pub fn title(&self) -> Option<String> {
        self.names().pop()
    }
}

fn name_of(part: &str) -> Option<String> {
    let (kind, rest) = part.split_once(':')?;
    match kind {
        "step" | "hold" | "undo" => Some(unescape(rest)),
        "branch" => rest.rsplit_once(':').map(|(_, name)| unescape(name)),
        "runbook" => rest.rsplit_once('#').map(|(name, _)| unescape(name)),
        _ => None,
    }
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1").replace(':', "~2")
}

fn unescape(name: &str) -> String {
    name.replace("~2", ":").replace("~1", "/").replace("~0", "~")
}

impl fmt::Display for ScopePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.names();
        if names.is_empty() { f.write_str(&messages::the_script()) } else { f.write_str(&names.join(" › ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_any_character_come_back() {
        for name in ["a/b", "a:b", "~", "~1", "現在の状態", "retry:x#2"] {
            let path = ScopePath::root().inner(&Segment::Step("outer")).inner(&Segment::Branch("g", name));
            assert_eq!(path.names(), ["outer", name]);
            assert_eq!(path.depth(), 2);
        }
    }

    #[test]
    fn an_attempt_is_part_of_the_key_but_not_of_what_is_finished() {
        let attempt = |n| ScopePath::root().inner(&Segment::Attempt("retry~1", n)).inner(&Segment::Step("build"));
        assert_ne!(attempt(1), attempt(2));
        assert_eq!(attempt(1).whatever_attempt(), attempt(2).whatever_attempt());
    }

    #[test]
    fn the_attempts_of_a_retry_inside_another_are_counted_for_each_attempt_around() {
        let inner =
            |outer, n| ScopePath::root().inner(&Segment::Attempt("r~1", outer)).inner(&Segment::Attempt("r~1", n));
        assert_eq!(inner(1, 1).all_attempts(), inner(1, 2).all_attempts());
        assert_ne!(inner(1, 1).all_attempts(), inner(2, 1).all_attempts());
    }

    #[test]
    fn a_scope_is_within_its_parents_but_not_within_a_namesake() {
        let a = ScopePath::root().inner(&Segment::Step("a"));
        let ab = ScopePath::root().inner(&Segment::Step("ab"));
        assert!(a.inner(&Segment::Step("x")).is_within(&a) && a.is_within(&a) && a.is_within(&ScopePath::root()));
        assert!(!ab.is_within(&a));
    }
}
