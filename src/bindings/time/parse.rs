//! `time::parse`: the Unix time of a time in text.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Described, Example, PureFunction};
use crate::model::failure::Failure;

use super::moment;

/// `time::parse`.
pub struct Parse;

/// A time.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The time, with its offset: RFC 3339 such as `2026-01-31T09:00:00Z`, or RFC 2822 as HTTP and mail headers write it.
    text: String,
}

impl Described for Parse {
    const NAME: &'static str = "time::parse";
    const SUMMARY: &'static str = "Gives the seconds since 1970-01-01T00:00:00Z of a time";
    const POSITIONAL: &'static [&'static str] = &["text"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A time from a header",
        script: r#"time::parse("Sat, 31 Jan 2026 09:00:00 GMT") == time::parse("2026-01-31T10:00:00+01:00")"#,
    }];
    type Args = Arguments;
    type Output = i64;
}

impl PureFunction for Parse {
    fn compute(args: Arguments) -> Result<i64, Failure> {
        Ok(moment::read(&args.text)?.as_second())
    }
}
