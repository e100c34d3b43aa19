//! `text::sha256`: the SHA-256 of text or bytes (FIPS 180-4).

use schemars::JsonSchema;
use serde::Deserialize;
use sha2::Digest as _;

use crate::binding::{Described, Example, PureFunction};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;
use crate::model::value::Value;

/// `text::sha256`.
pub struct Sha256;

/// What to hash.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// Text, which is hashed as UTF-8, or bytes.
    value: Value,
}

impl Described for Sha256 {
    const NAME: &'static str = "text::sha256";
    const SUMMARY: &'static str = "Gives the SHA-256 of text or bytes, in hexadecimal digits";
    const POSITIONAL: &'static [&'static str] = &["value"];
    const EXAMPLES: &'static [Example] = &[Example { title: "A checksum", script: r#"text::sha256("")"# }];
    type Args = Arguments;
    type Output = String;
}

impl PureFunction for Sha256 {
    fn compute(args: Arguments) -> Result<String, Failure> {
        let bytes = match &args.value {
            Value::Text(text) => text.as_bytes(),
            Value::Bytes(bytes) => bytes,
            other => return Err(Failure::invalid(messages::text_or_bytes_can_be_hashed_not(other.kind()))),
        };
        Ok(sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
    }
}
