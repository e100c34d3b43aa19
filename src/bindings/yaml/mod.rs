//! `yaml::`: values from YAML text.

mod parse;
mod plain;

use crate::binding::Declaration;
use crate::messages::bindings as messages;
use crate::model::failure::Failure;

/// The most bytes of text that are read.
const SIZE_MAX: usize = 8 << 20;

/// The functions of `yaml::`.
#[must_use]
pub fn declarations() -> Vec<Declaration> {
    vec![Declaration::pure::<parse::Parse>()]
}

fn small_enough(text: &str) -> Result<(), Failure> {
    if text.len() > SIZE_MAX {
        return Err(Failure::invalid(messages::too_much_to_read(text.len(), &SIZE_MAX >> 20)));
    }
    Ok(())
}
