//! Whether a request is what the model wants, before anything is sent: all that is wrong with it, each with its place.

use crate::binding::{Problem, Step};
use crate::bindings::aws::client;
use crate::bindings::aws::reviewed::sensitive::{Sensitivity, sensitivity};
use crate::bindings::aws::tables::{Flags, Kind, List, Member, Operation, Service, Shape, Structure};
use crate::messages::bindings_aws as messages;
use crate::model::diagnostic::did_you_mean;
use crate::model::secret::OPEN;
use crate::model::value::Value;

/// How deep requests are looked into; nothing of AWS is deeper.
const DEPTH_MAX: usize = 64;

/// What is wrong with the members of a request. What is not known yet is right.
#[must_use]
pub fn problems(service: &Service<'_>, operation: &Operation<'_>, input: &Value, at: &[Step]) -> Vec<Problem> {
    let mut look = Look { service, path: at.to_vec(), problems: Vec::new() };
    match (operation.input.and_then(|index| service.shape(index)), input) {
        (_, Value::Unknown) => {}
        (Some(shape), input) => look.value(shape, input, 0, Sensitivity::Plain),
        (None, Value::Map(map)) if map.is_empty() => {}
        (None, _) => look.wrong(messages::takes_no_members(operation.name)),
    }
    look.problems
}

struct Look<'s, 'a> {
    service: &'s Service<'a>,
    path: Vec<Step>,
    problems: Vec<Problem>,
}

impl<'a> Look<'_, 'a> {
    fn value(&mut self, shape: &Shape<'a>, value: &Value, depth: usize, shown: Sensitivity) {
        if depth > DEPTH_MAX || *value == Value::Unknown {
            return;
        }
        if let Value::Text(text) = value
            && text.contains(OPEN)
            && shown == Sensitivity::Plain
            && !matches!(shape.kind, Kind::Structure(_) | Kind::Map(_) | Kind::List(_))
        {
            self.wrong(messages::takes_no_secret());
            return;
        }
        match (&shape.kind, value) {
            (Kind::Structure(structure), Value::Map(map)) => self.structure(shape.name, structure, map, depth, shown),
            (Kind::List(list), Value::List(items)) => self.list(*list, items, depth, shown),
            (Kind::Map(map), Value::Map(entries)) => {
                let Some(element) = self.service.shape(map.value) else { return };
                for (name, item) in entries {
                    self.within(Step::Member(name.clone()), |look| look.value(element, item, depth + 1, shown));
                }
            }
            (Kind::Text { known }, Value::Text(text))
                if !known.is_empty() && !known.contains(&text.as_str()) && !text.contains(OPEN) =>
            {
                self.unknown_word(text, known);
            }
            (Kind::Text { .. }, Value::Text(_))
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Long, Value::Int(_))
            | (Kind::Document, _) => {}
            (Kind::Integer, Value::Int(number)) if i32::try_from(*number).is_err() => {
                self.wrong(messages::does_not_fit(*number))
            }
            (Kind::Integer, Value::Int(_)) | (Kind::Float | Kind::Double, Value::Float(_) | Value::Int(_)) => {}
            (Kind::Timestamp(_), value) if client::moment(value).is_some() => {}
            (Kind::Timestamp(_), Value::Text(text)) => self.wrong(messages::is_no_moment(text)),
            (Kind::Blob { .. }, value) if client::bytes(value).is_some() => {}
            // JSON in a header is any value.
            (kind, value) => self.wrong(messages::expected_and_got(word(kind), value.kind())),
        }
    }

    fn structure(
        &mut self,
        shape: &str,
        structure: &Structure<'a>,
        map: &std::collections::BTreeMap<String, Value>,
        depth: usize,
        around: Sensitivity,
    ) {
        for (name, value) in map {
            let Some(member) = structure.members.iter().find(|member| member.name == name) else {
                self.within(Step::Member(name.clone()), |look| look.unknown_member(structure, name));
                continue;
            };
            if *value == Value::Unit || member.flags.has(Flags::JSON_TEXT) {
                continue;
            }
            let Some(target) = self.service.shape(member.target) else { continue };
            let own = sensitivity(self.service.name, shape, member.name, target.sensitive);
            let shown = if around == Sensitivity::Plain { own } else { around };
            self.within(Step::Member(name.clone()), |look| look.value(target, value, depth + 1, shown));
        }
        let given = |member: &Member<'_>| map.get(member.name).is_some_and(|value| *value != Value::Unit);
        for member in structure.members.iter().filter(|member| member.required() && !given(member)) {
            // Filled in when it is missing.
            if !member.flags.has(Flags::IDEMPOTENCY_TOKEN) {
                let kind = self.service.shape(member.target).map(|shape| word(&shape.kind)).unwrap_or_default();
                self.within(Step::Member(member.name.to_owned()), |look| look.missing(kind));
            }
        }
        if structure.union && structure.members.iter().filter(|member| given(member)).count() > 1 {
            self.wrong(messages::only_one_member());
        }
    }

    fn list(&mut self, list: List<'a>, items: &[Value], depth: usize, shown: Sensitivity) {
        if let Some(max) = list.max.filter(|max| items.len() > *max as usize) {
            self.wrong(messages::list_too_long(items.len(), max));
        }
        let Some(element) = self.service.shape(list.member) else { return };
        for (at, item) in items.iter().enumerate() {
            self.within(Step::Item(at), |look| look.value(element, item, depth + 1, shown));
        }
    }

    fn unknown_member(&mut self, structure: &Structure<'a>, name: &str) {
        let meant = did_you_mean(name, structure.members.iter().map(|member| member.name)).map(str::to_owned);
        self.put(messages::unknown_member(name), meant, true, false);
    }

    /// The values that a model knows grow: an unknown one may be new.
    fn unknown_word(&mut self, text: &str, known: &[&str]) {
        let meant = did_you_mean(text, known.iter().copied()).map(str::to_owned);
        self.put(messages::unknown_word(text), meant, false, true);
    }

    fn missing(&mut self, kind: String) {
        let name = self.path.pop();
        let message = match &name {
            Some(Step::Member(name)) => messages::must_be_given(name, kind),
            _ => String::new(),
        };
        self.put(message, None, false, false);
        self.path.extend(name);
    }

    fn wrong(&mut self, message: String) {
        self.put(message, None, false, false);
    }

    fn put(&mut self, message: String, meant: Option<String>, is_name: bool, is_warning: bool) {
        self.problems.push(Problem { path: self.path.clone(), is_name, message, meant, is_warning });
    }

    fn within(&mut self, step: Step, look: impl FnOnce(&mut Self)) {
        self.path.push(step);
        look(self);
        self.path.pop();
    }
}

/// What a value of this kind is to people.
#[must_use]
pub fn word(kind: &Kind<'_>) -> String {
    match kind {
        Kind::Text { .. } => messages::a_string(),
        Kind::Blob { .. } => messages::a_string_or_bytes(),
        Kind::Boolean => messages::a_bool(),
        Kind::Integer | Kind::Long => messages::an_integer(),
        Kind::Float | Kind::Double => messages::a_number(),
        Kind::Timestamp(_) => messages::a_moment(),
        Kind::Document => messages::anything(),
        Kind::List(_) => messages::a_list(),
        Kind::Map(_) | Kind::Structure(_) => messages::a_map(),
    }
}
