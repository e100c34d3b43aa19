//! A script that does not parse (RB0101).

use rhai::ParseError;

use super::script::Script;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;

/// What the parser says, at its place. It stops at the first error.
pub(super) fn finding(script: &Script, error: &ParseError) -> Diagnostic {
    let message = lower(&error.err_type().to_string());
    let finding = Diagnostic::error(Code::Syntax, format!("`{}` does not parse", script.source.name));
    script.point(finding, error.position(), message)
}

/// The parser begins its sentences with capitals and quotes with `'`.
fn lower(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut chars = message.chars();
    let first_word = message.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let is_acronym = first_word.chars().count() > 1 && first_word.chars().all(char::is_uppercase);
    let lowered = match chars.next() {
        Some(first) if !is_acronym => first.to_lowercase().collect::<String>() + chars.as_str(),
        _ => message.to_owned(),
    };
    lowered.replace('\'', "`")
}
