//! `id::`: random names and numbers that a run draws once and remembers.

mod number;
mod random;
mod token;
mod uuid;

use crate::binding::Declaration;

/// The functions of `id::`.
#[must_use]
pub fn declarations() -> Vec<Declaration> {
    vec![
        Declaration::remembered::<number::Number>(),
        Declaration::remembered::<token::Token>(),
        Declaration::remembered::<uuid::Uuid>(),
    ]
}
