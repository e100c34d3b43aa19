//! The program: a thin entry to `runbook::cli`.

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

use std::process::ExitCode;

use runbook::world::guardian;

fn main() -> ExitCode {
    // Before anything else: a guardian needs nothing that a run needs.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == guardian::ARGUMENT) {
        return guardian::guard_main();
    }
    runbook::engine::sandbox::set_up_process();
    runbook::cli::main()
}
