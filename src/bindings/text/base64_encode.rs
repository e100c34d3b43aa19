//! `text::base64_encode`: base64 of text or bytes.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Described, Example, PureFunction};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;
use crate::model::value::Value;

/// `text::base64_encode`.
pub struct Base64Encode;

/// What to encode.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// Text, which is encoded as UTF-8, or bytes.
    value: Value,
    /// Whether to use the alphabet for URLs, without padding.
    #[serde(default)]
    url: bool,
}

impl Described for Base64Encode {
    const NAME: &'static str = "text::base64_encode";
    const SUMMARY: &'static str = "Encodes text or bytes as base64";
    const POSITIONAL: &'static [&'static str] = &["value"];
    const EXAMPLES: &'static [Example] = &[
        Example { title: "Text", script: r#"text::base64_encode("user:name")"# },
        Example { title: "For a URL", script: r#"text::base64_encode("a?b>c", #{ url: true })"# },
    ];
    type Args = Arguments;
    type Output = String;
}

impl PureFunction for Base64Encode {
    fn compute(args: Arguments) -> Result<String, Failure> {
        let bytes = match &args.value {
            Value::Text(text) => text.as_bytes(),
            Value::Bytes(bytes) => bytes,
            other => return Err(Failure::invalid(messages::text_or_bytes_can_be_encoded_not(other.kind()))),
        };
        Ok(if args.url { URL_SAFE_NO_PAD.encode(bytes) } else { STANDARD.encode(bytes) })
    }
}
