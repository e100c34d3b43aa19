//! Errors as scripts see them (`e.message`, `e.kind`, …), and what a script's own end with an error comes to.

use rhai::{Dynamic, EvalAltResult, Map, Position};

use super::conversion::to_dynamic;
use super::sandbox::{Fault, Watch};
use crate::binding::ArgumentError;
use crate::messages::engine as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::entry::Seq;
use crate::model::failure::{Failure, FailureKind};
use crate::model::place::Place;
use crate::model::value::Value;

/// What a native function returns when a script must end or may catch.
pub type Raised = Box<EvalAltResult>;

/// An error that a script may catch: a map with `message` and what else is known.
#[derive(Clone, Debug, Default)]
pub struct ScriptError {
    /// What happened.
    pub message: String,
    /// The code of the message.
    pub code: Option<Code>,
    /// What kind of failure, for scripts: `failed`, `unavailable`, …
    pub kind: Option<FailureKind>,
    /// The host function, if a call failed.
    pub function: Option<String>,
    /// What to do next.
    pub hint: Option<String>,
    /// Facts.
    pub details: Value,
    /// The calls whose errors these are.
    pub calls: Vec<Seq>,
}

impl ScriptError {
    /// An error with a code.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        ScriptError { message: message.into(), code: Some(code), ..ScriptError::default() }
    }

    /// A failed call.
    #[must_use]
    pub fn of_call(function: &str, failure: &Failure, call: Option<Seq>) -> Self {
        ScriptError {
            message: failure.message.clone(),
            code: Some(Code::CallFailed),
            kind: Some(failure.kind),
            function: Some(function.to_owned()),
            hint: failure.hint.clone(),
            details: failure.details.clone(),
            calls: call.into_iter().collect(),
        }
    }

    /// Wrong arguments.
    #[must_use]
    pub fn of_arguments(error: &ArgumentError) -> Self {
        let mut raised = ScriptError::new(error.code, error.message.clone());
        raised.hint = error.suggestion.as_ref().map(messages::did_you_mean);
        raised
    }

    /// The error as a script catches it.
    #[must_use]
    pub fn to_map(&self) -> Map {
        let mut map = Map::new();
        let text = |text: &str| Dynamic::from(text.to_owned());
        map.insert("message".into(), text(&self.message));
        if let Some(code) = self.code {
            map.insert("code".into(), text(code.text()));
        }
        if let Some(kind) = self.kind {
            let kind =
                serde_json::to_value(kind).ok().and_then(|json| json.as_str().map(str::to_owned)).unwrap_or_default();
            map.insert("kind".into(), text(&kind));
        }
        if let Some(function) = &self.function {
            map.insert("function".into(), text(function));
        }
        if let Some(hint) = &self.hint {
            map.insert("hint".into(), text(hint));
        }
        if self.details != Value::Unit {
            map.insert("details".into(), to_dynamic(self.details.clone()));
        }
        if !self.calls.is_empty() {
            let calls = self.calls.iter().map(|seq| Dynamic::from(i64::try_from(*seq).unwrap_or(i64::MAX))).collect();
            map.insert("calls".into(), Dynamic::from_array(calls));
        }
        map
    }

    /// Raised at `position`.
    #[must_use]
    pub fn raise(&self, position: Position) -> Raised {
        EvalAltResult::ErrorRuntime(self.to_map().into(), position).into()
    }

    /// What an error says of itself when it was raised by us and not changed by the script.
    #[must_use]
    pub fn of(error: &EvalAltResult) -> Option<Self> {
        let EvalAltResult::ErrorRuntime(value, _) = innermost(error) else { return None };
        let map = value.read_lock::<Map>()?;
        let text = |key: &str| map.get(key).and_then(|value| value.clone().into_string().ok());
        let calls = map
            .get("calls")
            .and_then(|calls| calls.read_lock::<rhai::Array>().map(|calls| calls.clone()))
            .unwrap_or_default();
        Some(ScriptError {
            message: text("message")?,
            code: text("code").and_then(|code| Code::ALL.iter().copied().find(|known| known.text() == code)),
            kind: None,
            function: text("function"),
            hint: text("hint"),
            details: map
                .get("details")
                .and_then(|details| super::conversion::to_value(details).ok())
                .unwrap_or_default(),
            calls: calls.iter().filter_map(|seq| seq.as_int().ok().and_then(|seq| Seq::try_from(seq).ok())).collect(),
        })
    }
}

/// The calls because of which an error ends a script: those it names; else `failed`, the one that failed right before.
#[must_use]
pub fn calls_of(error: &EvalAltResult, failed: Option<Seq>) -> Vec<Seq> {
    match ScriptError::of(error).map(|raised| raised.calls) {
        Some(calls) if !calls.is_empty() => calls,
        _ => failed.into_iter().collect(),
    }
}

/// The error that ends a script when the gate has stopped. Scripts can't catch it by themselves, and where a native function
/// hides it the gate refuses what follows.
#[must_use]
pub fn terminated(position: Position) -> Raised {
    EvalAltResult::ErrorTerminated(Dynamic::UNIT, position).into()
}

fn innermost(error: &EvalAltResult) -> &EvalAltResult {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) | EvalAltResult::ErrorInModule(_, inner, _) => {
            innermost(inner)
        }
        other => other,
    }
}

/// What a script's end with an error comes to: what is told, and the calls whose errors ended it (`failed` right before it, if any).
#[must_use]
pub fn told(error: &EvalAltResult, failed: Option<Seq>, main: &str, watch: &Watch) -> (Diagnostic, Vec<Seq>) {
    let fault = Fault::of(error, main);
    let place = fault.place().map(|place| {
        Place::new(place.file.clone(), place.position.line().unwrap_or(0), place.position.position().unwrap_or(0))
    });
    let raised = ScriptError::of(error);
    let (code, message) = match (&raised, watch.exhausted(), innermost(error)) {
        (_, Some(exhausted), EvalAltResult::ErrorTerminated(..)) => (Code::Limit, exhausted.to_string()),
        (Some(raised), _, _) => {
            let code = raised.code.unwrap_or(Code::ScriptFailed);
            let message = match &raised.function {
                Some(function) => messages::function_failed(function, &raised.message),
                None => raised.message.clone(),
            };
            (code, message)
        }
        (None, _, EvalAltResult::ErrorFunctionNotFound(..)) => (Code::UnknownFunction, fault.message.clone()),
        (None, _, EvalAltResult::ErrorVariableNotFound(..)) => (Code::UnknownVariable, fault.message.clone()),
        (None, _, EvalAltResult::ErrorParsing(..)) => (Code::Syntax, fault.message.clone()),
        (None, _, EvalAltResult::ErrorModuleNotFound(..)) => (Code::UnknownModule, fault.message.clone()),
        (
            None,
            _,
            EvalAltResult::ErrorStackOverflow(..)
            | EvalAltResult::ErrorTooManyOperations(..)
            | EvalAltResult::ErrorDataTooLarge(..),
        ) => (Code::Limit, fault.message.clone()),
        _ => (Code::ScriptFailed, fault.message.clone()),
    };
    let mut diagnostic = Diagnostic::error(code, message).at_place(place);
    for caller in fault.places.iter().skip(1).filter(|place| !place.position.is_none()).take(8) {
        diagnostic = diagnostic.note(messages::called_from(&caller.file, position_text(caller.position)));
    }
    if let Some(hint) = raised.as_ref().and_then(|raised| raised.hint.clone()) {
        diagnostic = diagnostic.note(messages::hint(&hint));
    }
    (diagnostic, calls_of(error, failed))
}

fn position_text(position: Position) -> String {
    format!("{}:{}", position.line().unwrap_or(0), position.position().unwrap_or(0))
}
