//! What went wrong in a script, and where: from Rhai's nested error to a message and places.

use rhai::{EvalAltResult, Position};

use super::text;

use crate::messages::script as messages;

/// Bytes of a thrown value that become text.
const MESSAGE_BYTES: usize = 4096;

/// An error of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What went wrong, without position.
    pub message: String,
    /// Where, innermost first: the place of the error, then the calls that led there.
    pub places: Vec<Place>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Name of the file.
    pub file: String,
    /// Line and column in characters, both from 1; none when Rhai knows none.
    pub position: Position,
}

impl Fault {
    /// Reads an error that the script `main` ended with.
    ///
    /// Never formats the error by Rhai's own means: a thrown closure that captured itself would overflow the stack.
    pub fn of(error: &EvalAltResult, main: &str) -> Fault {
        let mut places = Vec::new();
        let mut file = main.to_owned();
        let mut error = error;
        loop {
            let place = Place { file: file.clone(), position: error.position() };
            match error {
                EvalAltResult::ErrorInFunctionCall(_, of, inner, _) => {
                    // A native function that calls a closure (`map`, `filter`) wraps its error with the position of
                    // the closure's own frame, and with the file that runs rather than the one it is written in.
                    let native = matches!(
                        &**inner,
                        EvalAltResult::ErrorInFunctionCall(name, ..)
                            if name.starts_with("anon$") && inner.position() == error.position()
                    );
                    if !native {
                        places.push(place);
                        if !of.is_empty() {
                            file.clone_from(of);
                        }
                    }
                    error = inner;
                }
                EvalAltResult::ErrorInModule(name, inner, _) => {
                    places.push(place);
                    file.clone_from(name);
                    error = inner;
                }
                innermost => {
                    places.push(place);
                    places.reverse();
                    return Fault { message: message(innermost), places };
                }
            }
        }
    }

    /// Returns the innermost place that has a position.
    pub fn place(&self) -> Option<&Place> {
        self.places.iter().find(|place| !place.position.is_none())
    }
}

fn message(error: &EvalAltResult) -> String {
    match error {
        EvalAltResult::ErrorRuntime(value, _) => text::of_value(value, MESSAGE_BYTES, None),
        EvalAltResult::ErrorTerminated(..) => messages::the_script_was_ended(),
        EvalAltResult::ErrorParsing(kind, _) => kind.to_string(),
        EvalAltResult::ErrorDataRace(..) => messages::a_closure_waits_for_itself(),
        // The other kinds hold names and numbers only; their text ends with their position.
        other => {
            let text = other.to_string();
            let position = format!(" ({})", other.position());
            text.strip_suffix(&position).unwrap_or(&text).to_owned()
        }
    }
}
