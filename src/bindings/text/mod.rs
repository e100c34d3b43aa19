//! `text::`: what the strings of scripts lack.

mod base64_decode;
mod base64_encode;
mod find;
mod find_all;
mod matches;
mod pattern;
mod replace;
mod sha256;
mod trim_indent;
mod url_encode;

use crate::binding::Declaration;

/// The functions of `text::`.
#[must_use]
pub fn declarations() -> Vec<Declaration> {
    vec![
        Declaration::pure::<base64_decode::Base64Decode>(),
        Declaration::pure::<base64_encode::Base64Encode>(),
        Declaration::pure::<find::Find>(),
        Declaration::pure::<find_all::FindAll>(),
        Declaration::pure::<matches::Matches>(),
        Declaration::pure::<replace::Replace>(),
        Declaration::pure::<sha256::Sha256>(),
        Declaration::pure::<trim_indent::TrimIndent>(),
        Declaration::pure::<url_encode::UrlEncode>(),
    ]
}
