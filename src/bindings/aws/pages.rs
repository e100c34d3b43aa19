//! The pages of an answer as one result, as the AWS CLI gives it: what comes in pages is put together, and of the rest only what is the same
//! on each page is kept.

use std::collections::BTreeMap;

use super::tables::Pages;
use crate::messages::bindings_aws as messages;
use crate::model::failure::Failure;
use crate::model::value::Value;

/// The pages of an answer so far.
#[derive(Debug)]
pub struct Book<'t> {
    pages: &'t Pages<'t>,
    result: Value,
    limit: Option<usize>,
    last_token: Vec<Value>,
}

impl<'t> Book<'t> {
    /// No pages yet; of what comes in pages at most `limit` items are wanted.
    #[must_use]
    pub fn new(pages: &'t Pages<'t>, limit: Option<usize>) -> Self {
        Book { pages, result: Value::Map(BTreeMap::new()), limit, last_token: Vec::new() }
    }

    /// Takes a page in. The members with which the next one is asked for, when there is one and it is wanted.
    ///
    /// # Errors
    /// A service that gives the same token twice would be asked for ever.
    pub fn take(&mut self, page: &Value) -> Result<Option<Vec<(String, Value)>>, Failure> {
        for path in self.pages.result_keys.iter().chain(&self.pages.kept) {
            let Some(found) = search(path, page).filter(|found| *found != Value::Unit) else { continue };
            put(&mut self.result, path, found);
        }
        if self.is_full() {
            return Ok(None);
        }
        if let Some(path) = self.pages.more_results
            && !matches!(search(path, page), Some(Value::Bool(true)))
        {
            return Ok(None);
        }
        let tokens: Vec<Value> =
            self.pages.output_tokens.iter().map(|path| search(path, page).unwrap_or_default()).collect();
        if tokens.iter().all(|token| matches!(token, Value::Unit) || *token == Value::Text(String::new())) {
            return Ok(None);
        }
        if tokens == self.last_token {
            return Err(Failure::failed(messages::the_same_page_again()));
        }
        self.last_token.clone_from(&tokens);
        let members = self.pages.input_tokens.iter().zip(tokens);
        Ok(Some(
            members
                .filter(|(_, token)| *token != Value::Unit)
                .map(|(name, token)| ((*name).to_owned(), token))
                .collect(),
        ))
    }

    /// How many items there are.
    #[must_use]
    pub fn items(&self) -> usize {
        match self.first() {
            Some(Value::List(items)) => items.len(),
            _ => 0,
        }
    }

    /// All pages as one result.
    #[must_use]
    pub fn result(mut self) -> Value {
        if let (Some(limit), Some(path)) = (self.limit, self.pages.result_keys.first())
            && let Some(Value::List(items)) = place(&mut self.result, path)
        {
            items.truncate(limit);
        }
        self.result
    }

    fn is_full(&self) -> bool {
        self.limit.is_some_and(|limit| self.items() >= limit)
    }

    fn first(&self) -> Option<&Value> {
        let path = self.pages.result_keys.first()?;
        path.split('.').try_fold(&self.result, |value, name| value.as_map()?.get(name))
    }
}

/// What a JMESPath finds in a value.
#[must_use]
pub fn search(path: &str, value: &Value) -> Option<Value> {
    // Nearly all paths are names with dots.
    if path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.')) {
        return path.split('.').try_fold(value, |value, name| value.as_map()?.get(name)).cloned();
    }
    let json = value.to_plain_json().ok()?;
    let variable = jmespath::Variable::from_json(&json.to_string()).ok()?;
    let found = jmespath::compile(path).ok()?.search(variable).ok()?;
    Value::from_plain_json(serde_json::from_str(&found.to_string()).ok()?).ok()
}

/// Puts what a page holds to what those before it held: lists grow, numbers add up, the rest is taken from the first.
fn put(result: &mut Value, path: &str, found: Value) {
    let Some(slot) = place(result, path) else { return };
    match (&mut *slot, found) {
        (Value::List(items), Value::List(more)) => items.extend(more),
        (Value::Map(map), Value::Map(more)) => map.extend(more),
        (Value::Unit, found) => *slot = found,
        _ => {}
    }
}

/// The place in a map of maps; made when it is not there yet.
fn place<'v>(value: &'v mut Value, path: &str) -> Option<&'v mut Value> {
    path.split('.').try_fold(value, |value, name| {
        if *value == Value::Unit {
            *value = Value::Map(BTreeMap::new());
        }
        match value {
            Value::Map(map) => Some(map.entry(name.to_owned()).or_default()),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Value {
        Value::from_plain_json(serde_json::from_str(text).expect("JSON")).expect("a value")
    }

    #[test]
    fn pages_become_one_result_and_the_tokens_are_gone() {
        let pages = Pages {
            input_tokens: vec!["KeyMarker", "VersionIdMarker"],
            output_tokens: vec!["NextKeyMarker", "NextVersionIdMarker"],
            more_results: Some("IsTruncated"),
            result_keys: vec!["Versions", "DeleteMarkers"],
            kept: vec!["Name"],
            limit_key: None,
        };
        let mut book = Book::new(&pages, None);
        let first = r#"{ "Name": "b", "IsTruncated": true, "NextKeyMarker": "k", "NextVersionIdMarker": "v", "Versions": [1, 2] }"#;
        let next = book.take(&page(first)).expect("a page").expect("more");
        assert_eq!(
            next,
            [("KeyMarker".to_owned(), Value::from("k")), ("VersionIdMarker".to_owned(), Value::from("v"))]
        );
        let last = r#"{ "Name": "b", "IsTruncated": false, "Versions": [3], "DeleteMarkers": [4] }"#;
        assert_eq!(book.take(&page(last)), Ok(None));
        assert_eq!(book.result(), page(r#"{ "Name": "b", "Versions": [1, 2, 3], "DeleteMarkers": [4] }"#));
    }

    #[test]
    fn a_limit_ends_it_early_and_the_same_token_twice_is_an_error() {
        let pages = Pages {
            input_tokens: vec!["t"],
            output_tokens: vec!["next || Items[-1].id"],
            result_keys: vec!["Items"],
            ..Pages::default()
        };
        let text = r#"{ "Items": [{ "id": "a" }, { "id": "b" }] }"#;
        let mut book = Book::new(&pages, Some(1));
        assert_eq!(book.take(&page(text)), Ok(None));
        assert_eq!(book.result(), page(r#"{ "Items": [{ "id": "a" }] }"#));
        let mut book = Book::new(&pages, None);
        assert_eq!(book.take(&page(text)), Ok(Some(vec![("t".to_owned(), Value::from("b"))])));
        assert!(book.take(&page(text)).is_err());
    }
}
