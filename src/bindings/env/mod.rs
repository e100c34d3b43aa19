//! `env::`: declared variables of our environment.

mod get;

use crate::binding::Declaration;

/// The functions of `env::`.
#[must_use]
pub fn declarations() -> Vec<Declaration> {
    vec![Declaration::read::<get::Get>()]
}
