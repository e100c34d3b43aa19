//! Clock values in the arguments of a write (RB0109): after a crash they are other values, and the call another call.

use rhai::{Expr, Position};

use super::ground::{Ground, View};
use super::names::Names;
use crate::engine::walk::Node;
use crate::messages::check as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::effect::Effect;

/// How many variables are looked through.
const DEPTH: usize = 8;

/// Finds them.
pub(super) fn find(ground: &Ground<'_>, view: &View<'_>, found: &mut Vec<Diagnostic>) {
    view.tree.each(&mut |node| {
        let Some(call) = node.call() else { return };
        let Some(declaration) = ground.input.registry.get(&call.name()) else { return };
        let effect = declaration.kind.effect();
        if !effect.is_write() {
            return;
        }
        for arg in call.args() {
            let Some((at, direct)) = clock(&view.names, arg, DEPTH) else { continue };
            let message = if effect == Effect::Ensure {
                messages::time_in_an_ensure(declaration.name)
            } else {
                messages::time_in_a_write(declaration.name, effect)
            };
            let finding = Diagnostic::warning(Code::ClockInWrite, message)
                .note(messages::when_the_run_is_resumed_the_time())
                .note(messages::stays_the_same_for_the_whole_run());
            found.push(view.script.point(
                finding,
                at,
                if direct { messages::read_here() } else { messages::holds_the_time() },
            ));
        }
    });
}

/// Where a clock value comes in, and whether the clock is read right there.
fn clock(names: &Names<'_>, expr: &Expr, depth: usize) -> Option<(Position, bool)> {
    let mut first = None;
    Node::Expr(expr).each(&mut |node| {
        if first.is_some() {
            return;
        }
        if let Some(call) = node.call().filter(|call| call.name() == "time::now") {
            first = Some((call.start(), true));
        }
        if let Node::Expr(inner @ Expr::Variable(..)) = node
            && depth > 0
            && let Some(variable) = names.meant_by(inner)
            && variable.values.iter().any(|value| clock(names, value, depth - 1).is_some())
        {
            first = Some((inner.position(), false));
        }
    });
    first
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::found_in_each;

    #[test]
    fn clock_values_are_followed_into_writes() {
        insta::assert_snapshot!(found_in_each(&[
            "http::post(\"https://x.example/\", #{ body: time::now() })",
            "let at = time::now(); let name = `backup-${at}`; http::put(`https://x.example/${name}`)",
            "let at = 1; at = time::now(); step(\"a\", || http::delete(`https://x.example/${at}`));",
            "let at = time::now(); http::get(`https://x.example/${at}`); log(at)",
            "http::post(\"https://x.example/\", #{ settle: || time::now() > 5 })",
        ]), @r##"
        http::post("https://x.example/", #{ body: time::now() })
            1:43+9 RB0109 the time is in the arguments of `http::post`, a change | read here
        let at = time::now(); let name = `backup-${at}`; http::put(`https://x.example/${name}`)
            1:81+4 RB0109 the time is in the arguments of `http::put`, an ensure | holds the time
        let at = 1; at = time::now(); step("a", || http::delete(`https://x.example/${at}`));
            1:78+2 RB0109 the time is in the arguments of `http::delete`, a destroy | holds the time
        let at = time::now(); http::get(`https://x.example/${at}`); log(at)
            nothing
        http::post("https://x.example/", #{ settle: || time::now() > 5 })
            nothing
        "##);
    }
}
