//! The client: values of a script to requests, answers to values. One for all services, on the runtime and protocols of the AWS SDK for Rust.

mod bucket;
mod ec2_error;
mod exchange;
mod lock;
mod read;
mod rest;
mod schemas;
mod token;
mod wire;
mod write;
mod zone_id;

pub use exchange::{Exchange, Exchanged, ServiceFailure, host_prefix};
pub use lock::{ANSWER_MAX, Permit};
pub use rest::add as add_rest;
pub use schemas::{Schemas, Side};
pub use token::fill as fill_tokens;
pub use wire::{ServiceError, Wire};
pub use write::{bytes, moment};
pub use zone_id::shortened;
