//! What a runbook says of one parameter, read from its header.

use std::time::Duration;

use super::param_kind::{Bounds, KINDS, ParamKind, Pattern};
use super::written::{Entry, Fields, Problems, What, Written, quoted};
use crate::messages::Language;
use crate::messages::header as messages;
use crate::model::diagnostic::did_you_mean;
use crate::model::duration;
use crate::model::place::Place;
use crate::model::value::Value;

/// A parameter of a runbook.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamSpec {
    /// Its name: `[a-z][a-z0-9_-]*`.
    pub name: String,
    /// What it may hold.
    pub kind: ParamKind,
    /// What it is for, in English; may be empty.
    pub doc: String,
    /// What it is for, in Japanese; may be empty.
    pub doc_ja: String,
    /// Its value where nobody gives one, already checked.
    pub default: Option<Value>,
    /// Whether it may have no value at all; the script then sees `()`.
    pub optional: bool,
    /// Where its name stands.
    pub place: Place,
}

impl ParamSpec {
    /// Reads the declaration of one parameter; what is wrong with it goes to `problems`.
    pub(crate) fn read(entry: &Entry, problems: &mut Problems) -> Option<Self> {
        let name = entry.key.as_str();
        if !is_param_name(name) {
            problems.at_key(
                entry,
                messages::is_no_name_for_a_parameter(name),
                messages::a_small_letter_then_small_letters_digits(),
            );
        }
        let mut fields = Fields::of(&entry.value, messages::parameter(name), problems)?;
        let kind = read_kind(&mut fields, entry, true, problems);
        let doc = fields.text("doc", problems).map(|(text, _)| text.to_owned()).unwrap_or_default();
        let doc_ja = fields.text("doc_ja", problems).map(|(text, _)| text.to_owned()).unwrap_or_default();
        let optional = fields.flag("optional", problems);
        let default = fields.any("defaults_to");
        // Which keys go with a type is known once the type is.
        let kind = kind?;
        fields.finish(problems);
        if optional && let Some(default) = default {
            problems.at(
                default,
                messages::parameter_is_optional_and_has_a_default(name),
                messages::one_of_the_two_is_enough(),
            );
        }
        let default = default.and_then(|written| read_default(&kind, name, written, problems));
        Some(ParamSpec { name: name.to_owned(), kind, doc, doc_ja, default, optional, place: entry.place.clone() })
    }

    /// What it is for, in the language of the reader where the author wrote it in that.
    #[must_use]
    pub fn told(&self) -> &str {
        Language::choose(&self.doc, &self.doc_ja)
    }

    /// Whether its value is a secret.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.kind == ParamKind::Secret
    }

    /// The environment variable that can give its value: `RUNBOOK_PARAM_WEB_ACL`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("RUNBOOK_PARAM_{}", self.name.to_uppercase().replace('-', "_"))
    }

    /// The flag that gives its value: `--set count=N`, `--set-secret password=-|@FILE|env:VARIABLE`.
    #[must_use]
    pub fn flag(&self) -> String {
        let flag = if self.is_secret() { "--set-secret" } else { "--set" };
        format!("{flag} {}={}", self.name, self.kind.stand_in())
    }

    /// Reads text from a flag, a variable or a prompt.
    ///
    /// # Errors
    /// What is wrong, what is wanted, with an example.
    pub fn parse(&self, text: &str) -> Result<Value, String> {
        self.kind.parse(text)
    }

    /// Takes a value that has a type already.
    ///
    /// # Errors
    /// What is wrong, what is wanted, with an example.
    pub fn accept(&self, value: Value) -> Result<Value, String> {
        self.kind.accept(value)
    }
}

fn is_param_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-')
}

fn read_default(kind: &ParamKind, name: &str, written: &Written, problems: &mut Problems) -> Option<Value> {
    if *kind == ParamKind::Secret {
        problems.at(
            written,
            messages::parameter_is_a_secret_and_cannot_have(name),
            messages::anybody_could_read_it_here(),
        );
        return None;
    }
    match kind.accept(written.value()?) {
        Ok(value) => Some(value),
        Err(why) => {
            problems.at(written, messages::the_default_of_parameter_does_not_fit_its(name), why);
            None
        }
    }
}

/// Reads `type` and the keys that go with it.
fn read_kind(fields: &mut Fields, entry: &Entry, outermost: bool, problems: &mut Problems) -> Option<ParamKind> {
    let Some(written) = fields.any("type") else {
        problems.at_key(entry, messages::parameter_has_no_type(&entry.key), messages::one_of(quoted(&KINDS)));
        return None;
    };
    match &written.what {
        What::Text(name) => read_named(name, written, fields, entry, outermost, problems),
        What::Unreadable => None,
        _ => {
            problems.at(written, messages::type_is_where_a_string_is_wanted(written.kind()), "");
            None
        }
    }
}

fn read_named(
    name: &str,
    written: &Written,
    fields: &mut Fields,
    entry: &Entry,
    outermost: bool,
    problems: &mut Problems,
) -> Option<ParamKind> {
    let kind = match name {
        "string" => {
            let pattern = fields.text("pattern", problems).and_then(|(source, at)| {
                Pattern::new(source)
                    .map_err(|why| problems.at(at, messages::is_not_a_regular_expression(source), why))
                    .ok()
            });
            ParamKind::Text { pattern, length: read_length(fields, entry, problems) }
        }
        "int" => {
            let bounds = Bounds { min: fields.int("min", problems), max: fields.int("max", problems) };
            ParamKind::Int(checked(bounds, entry, problems))
        }
        "number" => {
            let bounds = Bounds { min: fields.number("min", problems), max: fields.number("max", problems) };
            ParamKind::Number(checked(bounds, entry, problems))
        }
        "bool" => ParamKind::Bool,
        "duration" => {
            let bounds =
                Bounds { min: read_duration("min", fields, problems), max: read_duration("max", fields, problems) };
            ParamKind::Duration(checked(bounds, entry, problems))
        }
        "domain" => ParamKind::Domain,
        "url" => ParamKind::Url,
        "path" => ParamKind::Path { must_exist: fields.flag("must_exist", problems) },
        "choice" => ParamKind::Choice(read_choices(fields, entry, problems)?),
        "list" if outermost => {
            let of = Box::new(read_item_kind(fields, entry, problems)?);
            ParamKind::List { of, length: read_length(fields, entry, problems) }
        }
        "secret" if outermost => ParamKind::Secret,
        "list" | "secret" => {
            problems.at(written, messages::a_list_of_is_not_possible(name), "");
            return None;
        }
        other => {
            let label = match meant(other).or_else(|| did_you_mean(other, KINDS)) {
                Some(name) => messages::did_you_mean(name),
                None => messages::known_are(quoted(&KINDS)),
            };
            problems.at(written, messages::there_is_no_parameter_type(other), label);
            return None;
        }
    };
    Some(kind)
}

/// What other languages call these types.
fn meant(name: &str) -> Option<&'static str> {
    Some(match name {
        "array" => "list",
        "boolean" => "bool",
        "enum" => "choice",
        "file" | "folder" => "path",
        "float" | "double" => "number",
        "host" | "hostname" => "domain",
        "integer" => "int",
        "password" => "secret",
        "str" | "text" => "string",
        "time" | "timeout" => "duration",
        "uri" => "url",
        _ => return None,
    })
}

fn read_choices(fields: &mut Fields, entry: &Entry, problems: &mut Problems) -> Option<Vec<String>> {
    let of: Vec<String> = fields.texts("of", problems).into_iter().map(|(text, _)| text.to_owned()).collect();
    if of.is_empty() {
        problems.at_key(entry, messages::nothing_to_choose_from(&entry.key), messages::is_wanted());
        return None;
    }
    Some(of)
}

/// The kind of a list's items: a name, or a map with `type` and limits of its own.
fn read_item_kind(fields: &mut Fields, entry: &Entry, problems: &mut Problems) -> Option<ParamKind> {
    let Some(of) = fields.entry("of") else {
        problems.at_key(entry, messages::does_not_say_what_it_lists(&entry.key), messages::is_wanted_2());
        return None;
    };
    match &of.value.what {
        What::Text(name) => {
            let mut none = Fields::empty(messages::the_items_of(&entry.key));
            read_named(name, &of.value, &mut none, of, false, problems)
        }
        _ => {
            let mut inner = Fields::of(&of.value, messages::the_items_of(&entry.key), problems)?;
            let kind = read_kind(&mut inner, of, false, problems);
            inner.finish(problems);
            kind
        }
    }
}

fn read_length(fields: &mut Fields, entry: &Entry, problems: &mut Problems) -> Bounds<usize> {
    let bounds = Bounds { min: fields.count("min_length", problems), max: fields.count("max_length", problems) };
    checked(bounds, entry, problems)
}

fn read_duration(key: &'static str, fields: &mut Fields, problems: &mut Problems) -> Option<Duration> {
    let (text, at) = fields.text(key, problems)?;
    duration::parse(text).map_err(|why| problems.at(at, why.to_string(), "")).ok()
}

fn checked<T: PartialOrd + Copy>(bounds: Bounds<T>, entry: &Entry, problems: &mut Problems) -> Bounds<T> {
    if bounds.is_empty() {
        problems.at_key(entry, messages::no_value_can_fit(&entry.key), messages::its_least_is_above_its_greatest());
    }
    bounds
}
