//! The host functions: one folder per namespace, one file per function, named like the call.

mod fs;
mod process;

use crate::binding::{Declaration, Registry};

/// Every host function of this program.
#[must_use]
pub fn all() -> Registry {
    let groups: [Vec<Declaration>; 2] = [fs::declarations(), process::declarations()];
    Registry::of(groups.into_iter().flatten())
}
