//! `time::since`: how long it is from one time to another.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Described, Example, PureFunction};
use crate::model::failure::Failure;
use crate::model::value::Value;

use super::moment;

/// `time::since`.
pub struct Since;

/// Two times.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The earlier time, as `time::parse` takes it.
    from: String,
    /// The later time.
    to: String,
}

impl Described for Since {
    const NAME: &'static str = "time::since";
    const SUMMARY: &'static str = "Gives the seconds from one time to another, negative when the other was before";
    const POSITIONAL: &'static [&'static str] = &["from", "to"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "How old something is",
        script: r#"time::since("2026-01-31T09:00:00Z", "2026-01-31T09:01:30Z")"#,
    }];
    type Args = Arguments;
    type Output = Value;
}

impl PureFunction for Since {
    fn compute(args: Arguments) -> Result<Value, Failure> {
        let (from, to) = (moment::read(&args.from)?, moment::read(&args.to)?);
        Ok(moment::seconds(to.duration_since(from).as_secs_f64()))
    }
}
