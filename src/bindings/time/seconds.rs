//! `time::seconds`: a duration as a number.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Described, Example, PureFunction};
use crate::model::duration::Span;
use crate::model::failure::Failure;
use crate::model::value::Value;

use super::moment;

/// `time::seconds`.
pub struct Seconds;

/// A duration.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The duration: `10m`, `1h30m`, `250ms`.
    duration: Span,
}

impl Described for Seconds {
    const NAME: &'static str = "time::seconds";
    const SUMMARY: &'static str = "Gives the seconds of a duration, whole where it is";
    const POSITIONAL: &'static [&'static str] = &["duration"];
    const EXAMPLES: &'static [Example] =
        &[Example { title: "A duration as a number", script: r#"time::seconds("1h30m")"# }];
    type Args = Arguments;
    type Output = Value;
}

impl PureFunction for Seconds {
    fn compute(args: Arguments) -> Result<Value, Failure> {
        Ok(moment::seconds(args.duration.0.as_secs_f64()))
    }
}
