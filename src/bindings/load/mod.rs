//! Load on a web server: requests at a rate that does not depend on how fast they are answered, and how long each took.

mod generator;
mod options;
mod run;
mod tally;

use crate::binding::Declaration;

/// The functions of `load::`.
#[must_use]
pub fn declarations() -> Vec<Declaration> {
    vec![Declaration::change::<run::Run>()]
}
