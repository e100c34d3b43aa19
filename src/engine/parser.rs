//! The parser for texts that are read but not run: headers, imports. It knows no host function and runs nothing.

use rhai::{AST, Engine, OptimizationLevel};

use crate::messages::header as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::place::Place;

/// An engine that only parses, with the limits that a run has as well.
#[must_use]
pub(crate) fn parser() -> Engine {
    let mut engine = Engine::new_raw();
    engine
        // The optimizer would fold constants away, and with them the places that messages point at.
        .set_optimization_level(OptimizationLevel::None)
        .set_max_strings_interned(0)
        .set_max_expr_depths(64, 32)
        .set_max_functions(512)
        .set_max_string_size(1 << 20);
    engine
}

/// Parses `text`, which messages call `file`.
///
/// # Errors
/// The first thing that does not parse, with its place.
pub(crate) fn parse(text: &str, file: &str) -> Result<AST, Diagnostic> {
    parser().compile(text).map_err(|error| {
        let place = Place::new(file, error.1.line().unwrap_or(0), error.1.position().unwrap_or(0));
        let what = error.0.to_string();
        let mut characters = what.chars();
        let first: String = characters.next().map(|c| c.to_lowercase().collect()).unwrap_or_default();
        let diagnostic = Diagnostic::error(Code::Syntax, format!("{first}{}", characters.as_str())).at(place, 1, "");
        if what.contains("'default'") {
            diagnostic.note(messages::default_is_reserved_in_rhai_the_key())
        } else {
            diagnostic
        }
    })
}
