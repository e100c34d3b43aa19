//! The host functions: one folder per namespace, one file per function, named like the call.

pub mod http;
mod process;

use crate::binding::{Declaration, Registry};

/// Every host function of this program.
#[must_use]
pub fn all() -> Registry {
    let groups: [Vec<Declaration>; 1] = [http::declarations()];
    let groups: [Vec<Declaration>; 1] = [process::declarations()];
    Registry::of(groups.into_iter().flatten())
}
