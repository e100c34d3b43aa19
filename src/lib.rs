//! `runbook`: an embedded scripting runtime for operations.
//!
//! A host gives Rhai scripts every capability they have; nothing a script does reaches the world except through the
//! gate (`engine::gate`), which checks, journals, performs and reports. `ARCHITECTURE.md` is the map.

// The program has no business with any of these; `clippy.toml` says why and what to use instead. Its tests may.
#![cfg_attr(
    not(test),
    deny(
        clippy::disallowed_macros,
        clippy::disallowed_methods,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::unwrap_used,
    )
)]

pub mod binding;
pub mod bindings;
pub mod check;
pub mod cli;
pub mod engine;
pub mod journal;
pub mod messages;
pub mod model;
pub mod policy;
pub mod report;
pub mod world;

// Counted, so that a script which hoards memory is ended before the system ends the process.
#[global_allocator]
static ALLOCATOR: engine::sandbox::CountingAllocator = engine::sandbox::CountingAllocator;
