//! `runbook`: an embedded scripting runtime for operations.
//!
//! A host gives Rhai scripts every capability they have; nothing a script does reaches the world except through the
//! gate (`engine::gate`), which checks, journals, performs and reports. `ARCHITECTURE.md` is the map.

pub mod model;

pub mod binding;
pub mod bindings;
pub mod cli;
pub mod engine;
pub mod journal;
pub mod world;
