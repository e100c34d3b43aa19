//! `time::now`: what the clock of the world says.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Context, Described, Example, HostFunction};
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// `time::now`.
pub struct Now;

/// Nothing to say.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {}

impl Described for Now {
    const NAME: &'static str = "time::now";
    const SUMMARY: &'static str = "Gives the time, in UTC, as RFC 3339 writes it";
    const POSITIONAL: &'static [&'static str] = &[];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "Seconds since something happened",
        script: r#"time::since("2026-01-31T09:00:00Z", time::now()) > 0"#,
    }];
    type Args = Arguments;
    type Output = String;
}

impl HostFunction for Now {
    const PERMISSIONS: &'static [&'static str] = &[];

    fn wants(_: &Arguments) -> Result<Vec<Want>, Failure> {
        Ok(Vec::new())
    }

    fn time_limit(_: &Arguments) -> Duration {
        Duration::from_secs(1)
    }

    async fn live(_: Arguments, context: &Context<'_>) -> Result<String, Failure> {
        Ok(context.clock.now().to_string())
    }
}
