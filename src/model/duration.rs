//! Durations that people can say: `"10m"`, `"1h30m"`, `"250ms"`; a bare number is seconds.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::messages::model as messages;

/// A span of time as a script or a file writes it: text such as `10m`, or a number of seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

/// Text that is no duration.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", messages::is_not_a_duration(.0))]
pub struct NotADuration(pub String);

/// Reads `10m`, `1h30m`, `250ms`, `2d`.
///
/// # Errors
/// Text that is no duration, or a negative one.
pub fn parse(text: &str) -> Result<Duration, NotADuration> {
    let wrong = || NotADuration(text.to_owned());
    if let Ok(seconds) = text.trim().parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    let signed: jiff::SignedDuration = match text.trim().parse::<jiff::Span>() {
        Ok(span) => span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?,
        Err(_) => return Err(wrong()),
    };
    Duration::try_from(signed).map_err(|_| wrong())
}

/// Writes a duration for people: `0.2s`, `14s`, `7m 03s`, `2h 05m`, `3d 04h`.
#[must_use]
pub fn say(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => format!("{:.1}s", duration.as_secs_f64()),
        10..60 => format!("{seconds}s"),
        60..3600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        3600..86400 => format!("{}h {:02}m", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{}d {:02}h", seconds / 86400, seconds % 86400 / 3600),
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{}ms", self.0.as_millis()))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Whole(u64),
            Part(f64),
            Text(String),
        }
        match Written::deserialize(deserializer)
            .map_err(|_| D::Error::custom(messages::a_duration_is_text_such_as_m()))?
        {
            Written::Whole(seconds) => Ok(Span(Duration::from_secs(seconds))),
            Written::Part(seconds) => Duration::try_from_secs_f64(seconds).map(Span).map_err(D::Error::custom),
            Written::Text(text) => parse(&text).map(Span).map_err(D::Error::custom),
        }
    }
}

impl schemars::JsonSchema for Span {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number"], "format": "duration" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_say_durations_in_many_ways() {
        for (text, seconds) in
            [("90", 90), ("90s", 90), ("10m", 600), ("1h30m", 5400), ("1h 30m", 5400), ("2d", 172_800)]
        {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(parse("250ms"), Ok(Duration::from_millis(250)));
        for wrong in ["", "soon", "-5m", "10 parsecs"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations_are_short_to_read() {
        let said = [0.04, 9.96, 14.0, 423.0, 7500.0, 100_000.0].map(|s| say(Duration::from_secs_f64(s)));
        assert_eq!(said, ["0.0s", "10.0s", "14s", "7m 03s", "2h 05m", "1d 03h"]);
    }
}
