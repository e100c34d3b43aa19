//! The laboratory: real peers that integration tests talk to, started on free ports of 127.0.0.1 and ended with the
//! test. Include it with `mod lab;`.
//!
//! Here live the starting, readiness and ending of each peer. What a test expects of it stays in the test.
//! A peer that isn't installed fails the test and names the Debian packages; nothing is skipped.

// Each test binary compiles the laboratory whole and uses its own part, so `expect` would be unfulfilled in some.
#![allow(dead_code, reason = "a test binary uses only the peers it needs")]

pub mod authority;
pub mod background;
pub mod bastion;
pub mod counting;
pub mod database;
pub mod dns;
pub mod mariadb;
pub mod moto;
pub mod postgres;
pub mod site;
pub mod tls_servers;
