//! What an approval is bound to: one exact call of one run, or the close of one thing that it opened.

use super::call::Call;
use super::entry::content_hash;
use super::run::RunId;
use super::scope::ScopePath;

/// What the approval of a call is bound to: run, source, environment, and everything that makes the call that one.
#[must_use]
pub fn of_call(run: &RunId, source: &str, environment: Option<&str>, call: &Call) -> String {
    let parts = [
        "runbook-approval-v1",
        run.as_str(),
        source,
        &call.function,
        call.key.scope.as_str(),
        &call.key.site,
        &call.key.args_hash,
        &call.key.occurrence.to_string(),
        environment.unwrap_or(""),
    ];
    content_hash(parts.join("\u{1f}").as_bytes())
}

/// What the approval of a close is bound to: the hold at `scope`, and the closure that closes it.
#[must_use]
pub fn of_close(run: &RunId, scope: &ScopePath, closure: &str) -> String {
    content_hash(format!("runbook-close-v1\u{1f}{run}\u{1f}{}\u{1f}{closure}", scope.as_str()).as_bytes())
}
