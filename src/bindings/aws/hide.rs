//! Secrets in answers: what the models or our table call sensitive becomes a secret before a script sees it.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::reviewed::sensitive::{Sensitivity, sensitivity};
use super::tables::{Kind, Operation, Service, Shape, ShapeIndex, Structure};
use crate::model::secret::SecretRef;
use crate::model::value::Value;
use crate::world::secrets::Secrets;

/// How long what a request asks for may be in the name of a secret.
const ASKED_MAX: usize = 100;

/// The answer of an operation with tokens for what is secret. `input` is the request as the script wrote it: it is a part of the names, since
/// each answer has its own secrets.
#[must_use]
pub fn hide(
    service: &Service<'_>,
    operation: &Operation<'_>,
    input: &Value,
    answer: Value,
    secrets: &Secrets,
) -> Value {
    let Some(output) = operation.output else { return answer };
    Hider { service, secrets, asked: asked(service, operation, input) }.value(output, answer, Sensitivity::Plain, "")
}

struct Hider<'s, 'a> {
    service: &'s Service<'a>,
    secrets: &'s Secrets,
    asked: String,
}

impl<'a> Hider<'_, 'a> {
    fn value(&self, index: ShapeIndex, value: Value, shown: Sensitivity, path: &str) -> Value {
        let Some(shape) = self.service.shape(index) else { return value };
        match (&shape.kind, value) {
            (Kind::Structure(structure), Value::Map(map)) => self.structure(shape, structure, map, shown, path),
            (Kind::List(list), Value::List(items)) => {
                let item = |(at, item)| self.value(list.member, item, shown, &format!("{path}[{at}]"));
                Value::List(items.into_iter().enumerate().map(item).collect())
            }
            (Kind::Map(map), Value::Map(entries)) => {
                let inside = if shown == Sensitivity::NamesVisible { Sensitivity::Secret } else { shown };
                let entry = |(name, item): (String, Value)| {
                    let item = self.value(map.value, item, inside, &join(path, &name));
                    (name, item)
                };
                Value::Map(entries.into_iter().map(entry).collect())
            }
            (_, value) if shown == Sensitivity::Secret => self.all(value, path),
            (_, value) => value,
        }
    }

    fn structure(
        &self,
        shape: &Shape<'a>,
        structure: &Structure<'a>,
        map: BTreeMap<String, Value>,
        around: Sensitivity,
        path: &str,
    ) -> Value {
        let member = |(name, value): (String, Value)| {
            let Some(member) = structure.members.iter().find(|member| member.name == name) else {
                return (name, value);
            };
            let marked = self.service.shape(member.target).is_some_and(|target| target.sensitive);
            let own = sensitivity(self.service.name, shape.name, member.name, marked);
            let shown = match around {
                Sensitivity::Plain => own,
                // A list of pairs: the name of each is shown.
                Sensitivity::NamesVisible if member.name.eq_ignore_ascii_case("name") => Sensitivity::Plain,
                Sensitivity::NamesVisible | Sensitivity::Secret => Sensitivity::Secret,
            };
            let value = self.value(member.target, value, shown, &join(path, &name));
            (name, value)
        };
        Value::Map(map.into_iter().map(member).collect())
    }

    /// All texts in a value.
    fn all(&self, value: Value, path: &str) -> Value {
        match value {
            Value::Text(text) if !text.is_empty() => {
                let reference = SecretRef { provider: "aws".to_owned(), name: format!("{} {path}", self.asked) };
                Value::Text(self.secrets.add(reference, Zeroizing::new(text)))
            }
            Value::List(items) => Value::List(
                items.into_iter().enumerate().map(|(at, item)| self.all(item, &format!("{path}[{at}]"))).collect(),
            ),
            Value::Map(map) => Value::Map(
                map.into_iter()
                    .map(|(name, item)| {
                        let item = self.all(item, &join(path, &name));
                        (name, item)
                    })
                    .collect(),
            ),
            other => other,
        }
    }
}

/// What was asked for, short enough for a name: `ssm GetParameter /prod/DATABASE_URL`.
fn asked(service: &Service<'_>, operation: &Operation<'_>, input: &Value) -> String {
    let call = format!("{} {}", service.name, operation.name);
    let texts: Vec<&str> = match input {
        Value::Map(map) => map.values().filter_map(Value::as_text).collect(),
        _ => Vec::new(),
    };
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '#' | '⟦' | '⟧'));
    let whole = texts.join(" ");
    let is_all =
        input.as_map().is_some_and(|map| map.values().all(|value| matches!(value, Value::Text(_) | Value::Bool(_))));
    if is_all && whole.len() <= ASKED_MAX && texts.iter().all(|text| plain(text)) {
        return format!("{call} {whole}").trim_end().to_owned();
    }
    format!("{call} {}", input.hash().chars().take(12).collect::<String>())
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
