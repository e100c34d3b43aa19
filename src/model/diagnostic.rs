//! What is told when something goes wrong: what, where, why, the state of the world, and what to type next.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::code::Code;
use super::place::Place;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Stops the command.
    Error,
    /// Worth mending; stops nothing.
    Warning,
}

impl Severity {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// A part of a source that a message points at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Where it begins.
    pub place: Place,
    /// How many characters it covers; at least 1.
    pub width: usize,
    /// What is said there.
    pub text: String,
}

/// One message with everything a person needs. Rendered by the command line, by `check --output json`, by reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Its code; `runbook explain` has a page for each.
    pub code: Code,
    /// How grave it is.
    pub severity: Severity,
    /// What happened: lower case, no full stop, names in backticks.
    pub message: String,
    /// Where in a source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Box<Label>>,
    /// What is known besides: causes, evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The state of the world now, such as "nothing was changed".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// What to type or do next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub next: Vec<String>,
    /// What mends it for certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<Box<Repair>>,
}

/// A change of a source that mends what a diagnostic is about, at the place that it points at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// The text that is replaced. The source is changed only where it stands.
    pub wrong: String,
    /// What replaces it; empty for an item of a list that is taken out.
    pub right: String,
}

impl Diagnostic {
    /// An error.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            label: None,
            notes: Vec::new(),
            state: None,
            next: Vec::new(),
            repair: None,
        }
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Points at `width` characters from `place` and says `text` there.
    #[must_use]
    pub fn at(mut self, place: Place, width: usize, text: impl Into<String>) -> Self {
        self.label = Some(Box::new(Label { place, width: width.max(1), text: text.into() }));
        self
    }

    /// Points at `place` if there is one.
    #[must_use]
    pub fn at_place(self, place: Option<Place>) -> Self {
        match place {
            Some(place) => self.at(place, 1, ""),
            None => self,
        }
    }

    /// Adds something known.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says the state of the world.
    #[must_use]
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.state = Some(state.into());
        self
    }

    /// Adds what to type or do next.
    #[must_use]
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.next.push(next.into());
        self
    }

    /// Says that `right` instead of `wrong`, at the place it points at, mends it; nothing when that is not certain.
    #[must_use]
    pub fn mended_by(mut self, wrong: impl Into<String>, right: Option<impl Into<String>>) -> Self {
        self.repair = right.map(|right| Box::new(Repair { wrong: wrong.into(), right: right.into() }));
        self
    }

    /// The place it points at.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.label.as_ref().map(|label| &label.place)
    }
}

/// The name in `known` that somebody who wrote `wrong` most likely meant.
#[must_use]
pub fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    alike(wrong, known).min().map(|(_, name)| name)
}

/// The only name in `known` that somebody who wrote `wrong` can have meant by a typing mistake.
#[must_use]
pub fn only_meant<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let names: BTreeSet<&str> = alike(wrong, known).map(|(_, name)| name).collect();
    names.first().copied().filter(|_| names.len() == 1)
}

/// The names that are like `wrong`, with how far they are from it.
fn alike<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = (usize, &'a str)> {
    known.into_iter().map(|name| (strsim::damerau_levenshtein(wrong, name), name)).filter(|(distance, name)| {
        let (ours, theirs) = (wrong.chars().count(), name.chars().count());
        // Between names of one letter nothing is a typing mistake.
        *distance <= 1 + ours.min(theirs) / 4 && *distance < ours.max(theirs)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_mistake_finds_its_name_and_another_word_does_not() {
        let known = ["record", "server", "timeout"];
        assert_eq!(did_you_mean("recrod", known), Some("record"));
        assert_eq!(did_you_mean("servers", known), Some("server"));
        assert_eq!(did_you_mean("colour", known), None);
        assert_eq!(did_you_mean("a", ["b"]), None);
        assert_eq!(did_you_mean("id", ["ip"]), Some("ip"));
        assert_eq!(only_meant("recrod", known), Some("record"));
        assert_eq!(only_meant("cat", ["cut", "cot"]), None);
    }
}
