//! `id::number`: a random whole number, the same whenever the run is resumed.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::random;
use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// `id::number`.
pub struct Number;

/// Between what to draw.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The least.
    min: i64,
    /// The greatest.
    max: i64,
}

impl Described for Number {
    const NAME: &'static str = "id::number";
    const SUMMARY: &'static str = "Draws a whole number between two others, both included, which the run remembers";
    const POSITIONAL: &'static [&'static str] = &["min", "max"];
    const EXAMPLES: &'static [Example] =
        &[Example { title: "A port from a range", script: r#"id::number(20000, 29999)"# }];
    type Args = Arguments;
    type Output = i64;
}

impl HostFunction for Number {
    const PERMISSIONS: &'static [&'static str] = &[];

    fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
        if args.min > args.max {
            return Err(Failure::invalid(messages::there_is_no_number_from(args.min, args.max)));
        }
        Ok(Vec::new())
    }

    fn time_limit(_: &Arguments) -> Duration {
        Duration::from_secs(1)
    }

    async fn live(args: Arguments, _: &Context<'_>) -> Result<i64, Failure> {
        let span = args.max.abs_diff(args.min);
        let drawn = match span.checked_add(1) {
            Some(choices) => random::below(choices)?,
            // All 64-bit numbers.
            None => random::word()?,
        };
        Ok(args.min.wrapping_add_unsigned(drawn))
    }
}
