//! The host functions: one folder per namespace, one file per function, named like the call.

pub mod aws;
pub mod db;
pub mod dns;
pub mod env;
pub mod fs;
pub mod http;
pub mod human;
pub mod id;
pub mod json;
pub mod load;
pub mod notify;
pub mod process;
pub mod secret;
pub mod text;
pub mod time;
pub mod tls;
pub mod toml;
pub mod yaml;

use crate::binding::Registry;

/// Every host function of this program.
#[must_use]
pub fn all() -> Registry {
    let groups = [
        db::declarations(),
        dns::declarations(),
        env::declarations(),
        fs::declarations(),
        http::declarations(),
        human::declarations(),
        id::declarations(),
        json::declarations(),
        load::declarations(),
        notify::declarations(),
        process::declarations(),
        secret::declarations(),
        text::declarations(),
        time::declarations(),
        tls::declarations(),
        toml::declarations(),
        yaml::declarations(),
    ];
    Registry::of(groups.into_iter().flatten()).with_family(aws::family::Operations)
}
