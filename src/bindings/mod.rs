//! The host functions: one folder per namespace, one file per function, named like the call.

pub mod http;
pub mod process;
mod env;
mod fs;
mod id;
mod json;
mod process;
mod text;
mod time;
mod toml;
mod yaml;
pub mod human;

use crate::binding::Registry;

/// Every host function of this program.
#[must_use]
pub fn all() -> Registry {
    let groups = [http::declarations(), process::declarations()];
    let groups: [Vec<Declaration>; 9] = [
        env::declarations(),
        fs::declarations(),
        id::declarations(),
        json::declarations(),
        process::declarations(),
        text::declarations(),
        time::declarations(),
        toml::declarations(),
        yaml::declarations(),
    ];
    let groups = [human::declarations()];
    Registry::of(groups.into_iter().flatten())
}
