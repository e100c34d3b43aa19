//! The way to a value in a call's arguments: `Attributes[Key=a.b].Value`, `List[].Member`, `Map{}`.

use crate::model::value::Value;

/// A value of a call's arguments, as the rules look at it.
pub trait Argument {
    /// A member of a map.
    fn member(&self, name: &str) -> Option<&Self>;
    /// The items of a list.
    fn items(&self) -> Vec<&Self>;
    /// The values of a map.
    fn values(&self) -> Vec<&Self>;
    /// A text, number or truth value.
    fn scalar(&self) -> Scalar<'_>;
    /// Whether it will only be known when something else has been done.
    fn unknown(&self) -> bool {
        false
    }
}

/// What a rule can compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// A text.
    Text(&'a str),
    /// A whole number.
    Whole(i64),
    /// True or false.
    Truth(bool),
    /// Nothing: null.
    Nothing,
    /// Anything else.
    Other,
}

/// One part of a path.
#[derive(Clone, Debug)]
pub(super) enum Segment {
    /// A member of a map.
    Member(String),
    /// `[]`: any item of a list.
    Items,
    /// `{}`: any value of a map.
    Values,
    /// `[Key=x]`: the items whose `Key` is `x`.
    Where(String, String),
}

impl Segment {
    /// The values that this part leads to.
    pub(super) fn follow<'a, A: Argument>(&self, value: &'a A) -> Vec<&'a A> {
        match self {
            Segment::Member(name) => value.member(name).into_iter().collect(),
            Segment::Items => value.items(),
            Segment::Values => value.values(),
            Segment::Where(name, wanted) => value
                .items()
                .into_iter()
                .filter(|item| {
                    // An item whose key isn't known yet may be the one.
                    item.unknown()
                        || item.member(name).is_some_and(|key| key.unknown() || key.scalar() == Scalar::Text(wanted))
                })
                .collect(),
        }
    }
}

/// A path in parts. Nothing where it isn't well-formed.
pub(super) fn segments(path: &str) -> Option<Vec<Segment>> {
    let mut found = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("[]") {
            found.push(Segment::Items);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("{}") {
            found.push(Segment::Values);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('[') {
            let (condition, after) = after.split_once(']')?;
            let (name, value) = condition.split_once('=')?;
            found.push(Segment::Where(name.to_owned(), value.to_owned()));
            rest = after;
        } else {
            rest = rest.strip_prefix('.').unwrap_or(rest);
            let end = rest.find(['.', '[', '{']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if name.is_empty() {
                return None;
            }
            found.push(Segment::Member(name.to_owned()));
            rest = after;
        }
    }
    Some(found)
}

impl Argument for Value {
    fn member(&self, name: &str) -> Option<&Self> {
        self.as_map()?.get(name)
    }

    fn items(&self) -> Vec<&Self> {
        match self {
            Value::List(items) => items.iter().collect(),
            _ => Vec::new(),
        }
    }

    fn values(&self) -> Vec<&Self> {
        self.as_map().map(|map| map.values().collect()).unwrap_or_default()
    }

    fn scalar(&self) -> Scalar<'_> {
        match self {
            Value::Unit => Scalar::Nothing,
            Value::Bool(truth) => Scalar::Truth(*truth),
            Value::Int(number) => Scalar::Whole(*number),
            Value::Text(text) => Scalar::Text(text),
            _ => Scalar::Other,
        }
    }

    fn unknown(&self) -> bool {
        *self == Value::Unknown
    }
}
