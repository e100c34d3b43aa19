use std::process::ExitCode;

use runbook::world::guardian;

fn main() -> ExitCode {
    // Before anything else: a guardian needs nothing that a run needs.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == guardian::ARGUMENT) {
        return guardian::guard_main();
    }
    ExitCode::SUCCESS
}
