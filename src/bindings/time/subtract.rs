//! `time::subtract`: a time earlier by a duration.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Described, Example, PureFunction};
use crate::messages::bindings as messages;
use crate::model::duration::Span;
use crate::model::failure::Failure;

use super::moment;

/// `time::subtract`.
pub struct Subtract;

/// A time and how far from it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The time, as `time::parse` takes it.
    text: String,
    /// How far: `10m`, `2h30m`, `90` seconds.
    duration: Span,
}

impl Described for Subtract {
    const NAME: &'static str = "time::subtract";
    const SUMMARY: &'static str = "Gives the time that lies a duration before another";
    const POSITIONAL: &'static [&'static str] = &["text", "duration"];
    const EXAMPLES: &'static [Example] =
        &[Example { title: "The last hour", script: r#"time::subtract("2026-01-31T23:30:00Z", "1h")"# }];
    type Args = Arguments;
    type Output = String;
}

impl PureFunction for Subtract {
    fn compute(args: Arguments) -> Result<String, Failure> {
        let at = moment::read(&args.text)?;
        let moved = jiff::SignedDuration::try_from(args.duration.0).and_then(|span| at.checked_sub(span));
        let moved = moved.map_err(|_| Failure::invalid(messages::there_is_no_time_that_far_away()))?;
        Ok(moved.to_string())
    }
}
