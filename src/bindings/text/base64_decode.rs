//! `text::base64_decode`: what base64 stands for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Described, Example, PureFunction};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;
use crate::model::value::Value;

/// `text::base64_decode`.
pub struct Base64Decode;

/// What to decode.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The base64 text; white space in it is skipped.
    text: String,
    /// What to give: `text`, which must be UTF-8, or `bytes`.
    #[serde(default)]
    form: Form,
}

/// The form of what is decoded.
#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Form {
    #[default]
    Text,
    Bytes,
}

impl Described for Base64Decode {
    const NAME: &'static str = "text::base64_decode";
    const SUMMARY: &'static str = "Decodes base64, with either alphabet and with or without padding";
    const POSITIONAL: &'static [&'static str] = &["text"];
    const EXAMPLES: &'static [Example] = &[Example { title: "Text", script: r#"text::base64_decode("dXNlcjpuYW1l")"# }];
    type Args = Arguments;
    type Output = Value;
}

impl PureFunction for Base64Decode {
    fn compute(args: Arguments) -> Result<Value, Failure> {
        let plain: String = args.text.chars().filter(|c| !c.is_whitespace() && *c != '=').collect();
        let plain = plain.replace('-', "+").replace('_', "/");
        let bytes = STANDARD_NO_PAD
            .decode(plain)
            .map_err(|error| Failure::invalid(messages::it_is_no_base64(error.to_string().to_lowercase())))?;
        match args.form {
            Form::Bytes => Ok(Value::Bytes(bytes)),
            Form::Text => String::from_utf8(bytes).map(Value::Text).map_err(|_| {
                Failure::invalid(messages::what_it_stands_for_is_no_utf_text()).hint(messages::gives_it_as())
            }),
        }
    }
}
