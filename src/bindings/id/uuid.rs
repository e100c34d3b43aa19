//! `id::uuid`: a random UUID (RFC 9562, version 4), the same whenever the run is resumed.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::random;
use crate::binding::{Context, Described, Example, HostFunction};
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// `id::uuid`.
pub struct Uuid;

/// Nothing to say.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {}

impl Described for Uuid {
    const NAME: &'static str = "id::uuid";
    const SUMMARY: &'static str = "Draws a UUID, which the run remembers";
    const POSITIONAL: &'static [&'static str] = &[];
    const EXAMPLES: &'static [Example] =
        &[Example { title: "A name that nobody else has", script: r#"let name = "probe-" + id::uuid();"# }];
    type Args = Arguments;
    type Output = String;
}

impl HostFunction for Uuid {
    const PERMISSIONS: &'static [&'static str] = &[];

    fn wants(_: &Arguments) -> Result<Vec<Want>, Failure> {
        Ok(Vec::new())
    }

    fn time_limit(_: &Arguments) -> Duration {
        Duration::from_secs(1)
    }

    async fn live(_: Arguments, _: &Context<'_>) -> Result<String, Failure> {
        let mut bytes = [0; 16];
        random::fill(&mut bytes)?;
        Ok(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
    }
}
