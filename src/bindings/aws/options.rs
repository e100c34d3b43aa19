//! What a script may say about an AWS call beside the members of its request.

use std::time::Duration;

use serde_json::json;

use super::call::TIME_LIMIT;
use super::tables::Operation;
use crate::binding::Parameter;
use crate::messages::bindings_aws as messages;
use crate::model::duration::Span;
use crate::model::failure::Failure;
use crate::model::value::Value;

/// What a script may say about an AWS call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The region to call; else that of the settings.
    pub region: Option<String>,
    /// How long all of it may take.
    pub timeout: Option<Duration>,
    /// How often a wait asks.
    pub every: Option<Duration>,
    /// Whether all pages are fetched.
    pub pages: bool,
    /// How many items are wanted at most.
    pub limit: Option<usize>,
}

impl Options {
    /// The options among gathered arguments.
    ///
    /// # Errors
    /// A value that the option can't have.
    pub fn of(args: &Value) -> Result<Self, Failure> {
        let get = |name: &str| {
            args.as_map().and_then(|map| map.get(name)).filter(|value| !matches!(value, Value::Unit | Value::Unknown))
        };
        let wrong = |name: &str, wanted: &str| Failure::invalid(messages::option_is_wrong(name, wanted));
        let region = match get("region") {
            None => None,
            Some(Value::Text(region)) => Some(region.clone()),
            Some(_) => return Err(wrong("region", "string")),
        };
        let span = |name: &str| match get(name) {
            None => Ok(None),
            Some(value) => {
                let span: Result<Span, _> = serde_json::from_value(value.to_json());
                span.map(|span| Some(span.0)).map_err(|_| wrong(name, "\"30s\""))
            }
        };
        let (timeout, every) = (span("timeout")?, span("every")?);
        let pages = match get("pages") {
            None => true,
            Some(Value::Bool(pages)) => *pages,
            Some(_) => return Err(wrong("pages", "bool")),
        };
        let limit = match get("limit") {
            None => None,
            Some(Value::Int(limit)) => Some(usize::try_from(*limit).map_err(|_| wrong("limit", "int"))?),
            Some(_) => return Err(wrong("limit", "int")),
        };
        Ok(Options { region, timeout, every, pages, limit })
    }

    /// How long the call may take.
    #[must_use]
    pub fn time_limit(&self) -> Duration {
        self.timeout.unwrap_or(TIME_LIMIT)
    }

    /// The options that an operation has.
    #[must_use]
    pub fn parameters(operation: &Operation<'_>) -> Vec<Parameter> {
        let of = |name: &str, doc: String, types: &[&str]| Parameter {
            name: name.to_owned(),
            doc,
            types: types.iter().map(|name| (*name).to_owned()).collect(),
            choices: Vec::new(),
            required: false,
            default: None,
            sink: false,
            items: Vec::new(),
        };
        let mut all = vec![
            of("region", messages::option_region(), &["string"]),
            Parameter {
                default: Some(json!(crate::model::duration::say(TIME_LIMIT))),
                ..of("timeout", messages::option_timeout(), &["string", "number"])
            },
        ];
        if operation.pages.is_some() {
            all.push(Parameter { default: Some(json!(true)), ..of("pages", messages::option_pages(), &["boolean"]) });
            all.push(of("limit", messages::option_limit(), &["integer"]));
        }
        all
    }
}
