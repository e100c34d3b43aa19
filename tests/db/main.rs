//! `db::` against real servers, which each test starts for itself: PostgreSQL, MariaDB, and files of SQLite. Called through the
//! declarations as the gate calls them, and by runbooks through the real program.

#[path = "../bindings/host.rs"]
#[allow(dead_code, reason = "these tests use only what they need of it")]
mod host;
#[path = "../lab/mod.rs"]
mod lab;
#[path = "../program/mod.rs"]
mod program;

mod mariadb;
mod peer;
mod postgres;
mod postgres_types;
mod runbooks;
mod sqlite;
