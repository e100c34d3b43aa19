//! Secrets through the real program: where they come from, where they may go, and that they go nowhere else.

#[path = "secrets/children.rs"]
mod children;
#[path = "cli/program.rs"]
#[expect(dead_code, reason = "each test program uses its own part")]
mod program;
#[path = "secrets/sinks.rs"]
mod sinks;
#[path = "secrets/sources.rs"]
mod sources;
#[path = "secrets/terminal.rs"]
mod terminal;
