//! `text::url_encode`: a text as a part of a URL (RFC 3986).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::binding::{Described, Example, PureFunction};
use crate::model::failure::Failure;

/// All but the unreserved characters of RFC 3986, section 2.3.
const ENCODED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `text::url_encode`.
pub struct UrlEncode;

/// A text.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The text; all but letters, digits, `-`, `.`, `_` and `~` is encoded.
    text: String,
}

impl Described for UrlEncode {
    const NAME: &'static str = "text::url_encode";
    const SUMMARY: &'static str = "Encodes a text as one part of a path or query of a URL";
    const POSITIONAL: &'static [&'static str] = &["text"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A value in a query",
        script: r#""https://example.com/search?q=" + text::url_encode("a b&c")"#,
    }];
    type Args = Arguments;
    type Output = String;
}

impl PureFunction for UrlEncode {
    fn compute(args: Arguments) -> Result<String, Failure> {
        Ok(utf8_percent_encode(&args.text, &ENCODED).to_string())
    }
}
