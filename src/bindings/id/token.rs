//! `id::token`: random letters and digits, the same whenever the run is resumed. The journal holds them, so they are no secret.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::random;
use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;

/// `id::token`.
pub struct Token;

/// How many to draw.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// How many characters, from 1 to 256. 24 are as good as unique (124 bits).
    #[serde(default = "default_length")]
    length: u16,
}

impl Described for Token {
    const NAME: &'static str = "id::token";
    const SUMMARY: &'static str = "Draws lower-case letters and digits, which the run remembers and shows";
    const POSITIONAL: &'static [&'static str] = &[];
    const EXAMPLES: &'static [Example] =
        &[Example { title: "A short name", script: r#"id::token(#{ length: 8 }).len() == 8"# }];
    type Args = Arguments;
    type Output = String;
}

impl HostFunction for Token {
    const PERMISSIONS: &'static [&'static str] = &[];

    fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
        if !(1..=256).contains(&args.length) {
            return Err(Failure::invalid(messages::length_is_from()));
        }
        Ok(Vec::new())
    }

    fn time_limit(_: &Arguments) -> Duration {
        Duration::from_secs(1)
    }

    async fn live(args: Arguments, _: &Context<'_>) -> Result<String, Failure> {
        (0..args.length).map(|_| random::below(36).map(digit)).collect()
    }
}

fn default_length() -> u16 {
    24
}

fn digit(n: u64) -> char {
    u32::try_from(n).ok().and_then(|n| char::from_digit(n, 36)).unwrap_or('0')
}
