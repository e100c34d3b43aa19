//! The host functions: one folder per namespace, one file per function, named like the call.

pub mod human;

use crate::binding::Registry;

/// Every host function of this program.
#[must_use]
pub fn all() -> Registry {
    let groups = [human::declarations()];
    Registry::of(groups.into_iter().flatten())
}
