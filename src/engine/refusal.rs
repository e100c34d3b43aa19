//! What is told of a call that is refused: why, and who can change that.

use crate::messages::engine;
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
            here(Code::NotPermitted, engine::is_not_permitted(function, &line))
                .note(engine::no_line_of_permissions_covers_it())
                .next(engine::add_to_permissions(&line))
        }
        Refusal::ReadOnly => here(Code::ReadOnly, engine::this_run_is_read_only(function, call.effect))
            .next(engine::run_it_without_to_let_it_write()),
        Refusal::ReadsOnly => here(Code::WriteInWait, engine::a_write_in_a_wait(function, call.effect))
            .next(engine::make_the_write_before_the_wait_and_wait()),
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
