//! `time::format`: a time for people.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Described, Example, PureFunction};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;

use super::moment;

/// `time::format`.
pub struct Format;

/// A time and how to write it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The time, as `time::parse` takes it.
    text: String,
    /// The pattern, with the conversions of `strftime`: `%Y-%m-%d %H:%M`.
    pattern: String,
    /// The time zone: a name such as `Asia/Tokyo`, or an offset such as `+09:00`.
    #[serde(default = "utc")]
    zone: String,
}

impl Described for Format {
    const NAME: &'static str = "time::format";
    const SUMMARY: &'static str = "Writes a time by a pattern, in a time zone";
    const POSITIONAL: &'static [&'static str] = &["text", "pattern"];
    const EXAMPLES: &'static [Example] = &[
        Example { title: "A day", script: r#"time::format("2026-01-31T20:00:00Z", "%Y-%m-%d")"# },
        Example {
            title: "Elsewhere",
            script: r#"time::format("2026-01-31T20:00:00Z", "%d.%m. %H:%M %Z", #{ zone: "Asia/Tokyo" })"#,
        },
    ];
    type Args = Arguments;
    type Output = String;
}

impl PureFunction for Format {
    fn compute(args: Arguments) -> Result<String, Failure> {
        let at = moment::read(&args.text)?;
        let zone = moment::zone(&args.zone)?;
        let written = jiff::fmt::strtime::format(&args.pattern, &at.to_zoned_datetime(zone));
        written.map_err(|error| Failure::invalid(messages::is_no_pattern_for_a_time(&args.pattern, &error)))
    }
}

fn utc() -> String {
    "UTC".to_owned()
}
