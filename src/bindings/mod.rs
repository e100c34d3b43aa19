//! The host functions: one folder per namespace, one file per function, named like the call.

pub mod http;
pub mod process;

use crate::binding::Registry;

/// Every host function of this program.
#[must_use]
pub fn all() -> Registry {
    let groups = [http::declarations(), process::declarations()];
    Registry::of(groups.into_iter().flatten())
}
