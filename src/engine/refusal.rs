//! What is told of a call that is refused: why, and who can change that.

use crate::messages::policy as messages;
use crate::model::call::Call;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::place::Place;
use crate::policy::Refusal;

/// The message for a refused call that stands at `place`.
pub(super) fn told(refusal: &Refusal, call: &Call, place: Place) -> Diagnostic {
    let function = &call.function;
    let here = |code, message: String| Diagnostic::error(code, message).at(place, function.chars().count(), "");
    match refusal {
        Refusal::NotPermitted(want) => {
            let line = want.line().replace('\u{1f}', " ");
            here(Code::NotPermitted, format!("`{function}` is not permitted: `{line}`"))
                .note("no line of the runbook's `permissions` covers it, or a runbook around it has none that does")
                .next(format!("add to `permissions`:  \"{line}\""))
        }
        Refusal::ReadOnly => {
            here(Code::ReadOnly, format!("`{function}` is a {}, and this run is read-only", call.effect))
                .next("run it without `--read-only` to let it write")
        }
        Refusal::ReadsOnly => here(
            Code::WriteInWait,
            format!("`{function}` is a {}, and inside `wait_until` only reads may stand", call.effect),
        )
        .next("make the write before the wait, and wait for what it brings about"),
        Refusal::Denied(line) => here(Code::Policy, messages::denied(function)).note(messages::denied_by(line)),
        Refusal::ProgramNotListed(want) => {
            let program = want.target.replace('\u{1f}', " ");
            here(Code::Policy, messages::program_not_listed(&program)).next(messages::list_it(&program))
        }
        Refusal::EffectTooSmall(program) => {
            let line = program.line.line().strip_prefix("process:*").unwrap_or_default().trim();
            here(Code::Policy, messages::effect_too_small(function, program.effect))
                .note(messages::effect_by(line, program.effect))
                .next(messages::call_it(program.effect))
        }
        Refusal::Frozen(freeze) => here(Code::Policy, messages::frozen(function)).note(messages::frozen_until(
            freeze.from,
            freeze.until,
            &freeze.reason,
        )),
    }
}
