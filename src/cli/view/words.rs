//! The words that the views share: effect badges, a call in few words, values on one line.

use std::time::Duration;

use crate::messages::standing;
use crate::model::call::Call;
use crate::model::duration;
use crate::model::effect::Effect;
use crate::model::value::Value;
use crate::world::escape;

/// The arguments that say best what a call is about, the best first.
const TELLING: [&str; 13] = [
    "url", "path", "argv", "text", "name", "program", "command", "query", "sql", "message", "channel", "host", "target",
];

/// The badge of an effect in the person's language.
pub(in crate::cli) fn badge(effect: Effect) -> String {
    effect.badge()
}

/// The badge of a step that is a person's.
pub(in crate::cli) fn person_badge() -> String {
    standing::person_badge()
}

/// Whether a call asks a person.
pub(super) fn asks_person(call: &Call) -> bool {
    call.function.starts_with("human::")
}

/// A call in few words: its function and the argument that says most. Escaped.
pub(super) fn call(call: &Call) -> String {
    match telling(&call.args) {
        Some(value) => escape::line(&format!("{} {}", call.function, plain(value))).into_owned(),
        None => escape::line(&call.function).into_owned(),
    }
}

/// The argument that says best what a call is about.
pub(in crate::cli) fn telling(args: &Value) -> Option<&Value> {
    let arguments = args.as_map()?;
    TELLING.iter().find_map(|name| arguments.get(*name))
}

/// A value on one line, not escaped: text as it is, a list of texts as words, anything else as JSON.
pub(in crate::cli) fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::List(items) if !items.is_empty() && items.iter().all(|item| item.as_text().is_some()) => {
            items.iter().filter_map(Value::as_text).collect::<Vec<_>>().join(" ")
        }
        other => other.to_json().to_string(),
    }
}

/// How long something has been going on, in whole seconds: a live line need not change more often.
pub(super) fn so_far(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..60 => format!("{seconds}s"),
        seconds => duration::say(Duration::from_secs(seconds)),
    }
}
