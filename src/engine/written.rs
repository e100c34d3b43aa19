//! Values as somebody wrote them, with the place of every key and value, and the reading of a map key by key so that all
//! mistakes are told at once. The `RUNBOOK` literal ([`super::literal`]) and TOML files ([`super::toml_text`]) both come as this.

use crate::messages::header as messages;
use crate::messages::model;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, did_you_mean};
use crate::model::place::Place;
use crate::model::value::Value;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// What was written.
    pub what: What,
    /// Where it begins.
    pub place: Place,
    /// How many characters its first line covers; at least 1.
    pub width: usize,
}

/// What was written.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// `()`.
    Unit,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction or an exponent.
    Number(f64),
    /// Text; characters and dates are text as well.
    Text(String),
    /// A list.
    List(Vec<Written>),
    /// A map or table, in the order of the source.
    Map(Vec<Entry>),
    /// Something that is no literal; whoever read the source has reported it, so nobody reports it again.
    Unreadable,
}

/// One key of a map with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key begins.
    pub place: Place,
    /// How many characters the key covers as written.
    pub width: usize,
    /// The value.
    pub value: Written,
}

impl Written {
    /// What a person calls this kind of value.
    #[must_use]
    pub fn kind(&self) -> String {
        match &self.what {
            What::Unit => model::nothing(),
            What::Bool(_) => model::a_bool(),
            What::Int(_) => messages::an_integer(),
            What::Number(_) => model::a_number(),
            What::Text(_) => model::a_string(),
            What::List(_) => model::a_list(),
            What::Map(_) => model::a_map(),
            What::Unreadable => messages::no_literal(),
        }
    }

    /// The value without its places; `None` when a part of it is no literal.
    #[must_use]
    pub fn value(&self) -> Option<Value> {
        Some(match &self.what {
            What::Unit => Value::Unit,
            What::Bool(flag) => Value::Bool(*flag),
            What::Int(number) => Value::Int(*number),
            What::Number(number) => Value::Float(*number),
            What::Text(text) => Value::Text(text.clone()),
            What::List(items) => Value::List(items.iter().map(Written::value).collect::<Option<_>>()?),
            What::Map(entries) => Value::Map(
                entries.iter().map(|entry| Some((entry.key.clone(), entry.value.value()?))).collect::<Option<_>>()?,
            ),
            What::Unreadable => return None,
        })
    }
}

/// Everything found wrong so far in one source.
#[derive(Debug)]
pub struct Problems {
    code: Code,
    found: Vec<Diagnostic>,
}

impl Problems {
    /// None yet; those to come carry `code`.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Problems { code, found: Vec::new() }
    }

    /// The code that they carry.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// Adds one that points at `written`.
    pub fn at(&mut self, written: &Written, message: impl Into<String>, label: impl Into<String>) {
        self.push(Diagnostic::error(self.code, message).at(written.place.clone(), written.width, label));
    }

    /// Adds one that points at a key.
    pub fn at_key(&mut self, entry: &Entry, message: impl Into<String>, label: impl Into<String>) {
        self.push(Diagnostic::error(self.code, message).at(entry.place.clone(), entry.width, label));
    }

    /// Adds one.
    pub fn push(&mut self, problem: Diagnostic) {
        self.found.push(problem);
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All of them in the order of the source.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| a.place().cmp(&b.place()));
        self.found
    }
}

/// A map that is read key by key. What was never asked for is unknown, so the known keys are written once: where they are read.
pub struct Fields<'a> {
    of: String,
    entries: &'a [Entry],
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Begins to read `written`, which messages call `of`; nothing when it is no map, which is then reported.
    pub fn of(written: &'a Written, of: impl Into<String>, problems: &mut Problems) -> Option<Self> {
        let of = of.into();
        match &written.what {
            What::Map(entries) => Some(Fields { of, entries, known: Vec::new() }),
            What::Unreadable => None,
            _ => {
                problems.at(written, messages::is_where_a_map_is_wanted(&of, written.kind()), "");
                None
            }
        }
    }

    /// A map without entries.
    #[must_use]
    pub fn empty(of: impl Into<String>) -> Self {
        Fields { of: of.into(), entries: &[], known: Vec::new() }
    }

    /// The entry of `key`, whatever it holds.
    pub fn entry(&mut self, key: &'static str) -> Option<&'a Entry> {
        self.known.push(key);
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of `key`, whatever it is.
    pub fn any(&mut self, key: &'static str) -> Option<&'a Written> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Text.
    pub fn text(&mut self, key: &'static str, problems: &mut Problems) -> Option<(&'a str, &'a Written)> {
        let written = self.any(key)?;
        match &written.what {
            What::Text(text) => Some((text, written)),
            _ => self.wrong(key, written, &model::a_string(), problems),
        }
    }

    /// A whole number.
    pub fn int(&mut self, key: &'static str, problems: &mut Problems) -> Option<i64> {
        let written = self.any(key)?;
        match written.what {
            What::Int(number) => Some(number),
            _ => self.wrong(key, written, &messages::an_integer(), problems),
        }
    }

    /// A whole number that counts something.
    pub fn count(&mut self, key: &'static str, problems: &mut Problems) -> Option<usize> {
        let written = self.any(key)?;
        match written.what {
            What::Int(number) if number >= 0 => usize::try_from(number).ok(),
            _ => self.wrong(key, written, &messages::an_integer_from_0_up(), problems),
        }
    }

    /// A number, whole or not.
    pub fn number(&mut self, key: &'static str, problems: &mut Problems) -> Option<f64> {
        let written = self.any(key)?;
        match written.what {
            What::Number(number) => Some(number),
            #[expect(clippy::cast_precision_loss, reason = "a bound past 2^53 is rounded as any float literal is")]
            What::Int(number) => Some(number as f64),
            _ => self.wrong(key, written, &model::a_number(), problems),
        }
    }

    /// True or false; false when not written.
    pub fn flag(&mut self, key: &'static str, problems: &mut Problems) -> bool {
        let Some(written) = self.any(key) else {
            return false;
        };
        match written.what {
            What::Bool(flag) => flag,
            _ => self.wrong(key, written, &messages::true_or_false(), problems).unwrap_or(false),
        }
    }

    /// A list of strings; empty when not written. A string that stands there twice is reported.
    pub fn texts(&mut self, key: &'static str, problems: &mut Problems) -> Vec<(&'a str, &'a Written)> {
        let Some(written) = self.any(key) else {
            return Vec::new();
        };
        let What::List(items) = &written.what else {
            self.wrong::<()>(key, written, &messages::a_list_of_strings(), problems);
            return Vec::new();
        };
        let mut texts: Vec<(&str, &Written)> = Vec::new();
        for item in items {
            match &item.what {
                What::Text(text) if texts.iter().any(|(known, _)| known == text) => {
                    problems.at(item, messages::stands_twice_in(text, key), "");
                }
                What::Text(text) => texts.push((text, item)),
                What::Unreadable => {}
                _ => problems.at(item, messages::holds_where_a_string_is_wanted(key, item.kind()), ""),
            }
        }
        texts
    }

    /// The entries of the map under `key`; none when not written.
    pub fn map(&mut self, key: &'static str, problems: &mut Problems) -> &'a [Entry] {
        let Some(written) = self.any(key) else {
            return &[];
        };
        match &written.what {
            What::Map(entries) => entries,
            _ => self.wrong(key, written, &model::a_map(), problems).unwrap_or(&[]),
        }
    }

    /// Reports every key that nobody asked for. Keys that begin with `x-` are other programs' and pass.
    pub fn finish(self, problems: &mut Problems) {
        for entry in self.entries {
            if self.known.contains(&entry.key.as_str()) || entry.key.starts_with("x-") {
                continue;
            }
            let label = match did_you_mean(&entry.key, self.known.iter().copied()) {
                Some(name) => messages::did_you_mean(name),
                None => messages::known_are(quoted(&self.known)),
            };
            problems.at_key(entry, messages::has_no_key(&self.of, &entry.key), label);
        }
    }

    fn wrong<T>(&self, key: &str, written: &Written, wanted: &str, problems: &mut Problems) -> Option<T> {
        if written.what != What::Unreadable {
            problems.at(written, messages::is_of_another_kind(key, &self.of, written.kind(), wanted), "");
        }
        None
    }
}

/// `a`, `b`, `c` for a message.
#[must_use]
pub fn quoted<T: AsRef<str>>(names: &[T]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}
