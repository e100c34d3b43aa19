//! Closures that use a variable whose own chain of methods is under way (RB0118): `list.filter(|x| list.len() > x)`. The chain holds the
//! variable until it ends, and the closure captures it, so that neither can go on.

use rhai::{Expr, Position};

use super::ground::{Ground, View};
use super::loops::each_capture;
use crate::engine::walk::Node;
use crate::messages::check as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;

/// Finds them.
pub(super) fn find(_: &Ground<'_>, view: &View<'_>, found: &mut Vec<Diagnostic>) {
    view.tree.each(&mut |node| {
        if let Node::Expr(Expr::Dot(pair, ..) | Expr::Index(pair, ..)) = node
            && let Some(beginning) = view.names.index_of(&pair.lhs)
        {
            each_argument(&pair.rhs, &mut |argument| {
                each_capture(argument, &mut |at, captured| {
                    if view.names.index_of(captured) == Some(beginning) {
                        tell(view, captured, at, found);
                    }
                });
            });
        }
    });
}

fn tell(view: &View<'_>, captured: &Expr, at: Position, found: &mut Vec<Diagnostic>) {
    let Some(variable) = view.names.meant_by(captured) else { return };
    let name = &variable.name;
    let finding = Diagnostic::error(Code::ChainCapture, messages::is_in_use_by_its_own_chain(name))
        .note(messages::begin_the_chain_elsewhere(name));
    let finding = view.script.point(finding, at, messages::captures(name));
    if !found.contains(&finding) {
        found.push(finding);
    }
}

/// Shows each argument of the methods of a chain.
fn each_argument<'a>(chain: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    match chain {
        Expr::Dot(pair, ..) | Expr::Index(pair, ..) => {
            each_argument(&pair.lhs, visit);
            each_argument(&pair.rhs, visit);
        }
        Expr::MethodCall(call, _) | Expr::FnCall(call, _) => call.args.iter().for_each(visit),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::found_in_each;

    #[test]
    fn closures_that_use_what_their_own_chain_begins_with_are_found() {
        insta::assert_snapshot!(found_in_each(&[
            "let list = [1, 2]; list.filter(|x| list.len() > x);",
            "let m = #{ a: #{ b: 1 } }; m.a.keys().filter(|k| m.a[k] > 0);",
            "let list = [[1]]; list[0].map(|x| x + list.len());",
            "let list = [1, 2]; let n = list.len(); list.filter(|x| n > x); let m = list; m.map(|x| list.len());",
            "let m = #{ a: 1 }; let keys = m.keys(); keys.filter(|k| m[k] > 0);",
        ]), @r##"
        let list = [1, 2]; list.filter(|x| list.len() > x);
            1:32+1 RB0118 this closure uses `list` while its own chain of methods, which begins with `list`, is under way | captures `list`
        let m = #{ a: #{ b: 1 } }; m.a.keys().filter(|k| m.a[k] > 0);
            1:46+1 RB0118 this closure uses `m` while its own chain of methods, which begins with `m`, is under way | captures `m`
        let list = [[1]]; list[0].map(|x| x + list.len());
            1:31+1 RB0118 this closure uses `list` while its own chain of methods, which begins with `list`, is under way | captures `list`
        let list = [1, 2]; let n = list.len(); list.filter(|x| n > x); let m = list; m.map(|x| list.len());
            nothing
        let m = #{ a: 1 }; let keys = m.keys(); keys.filter(|k| m[k] > 0);
            nothing
        "##);
    }

    #[test]
    fn the_language_does_refuse_them() {
        let engine = crate::check::parser::parser();
        for (script, is_refused) in [
            ("let list = [1, 2]; list.filter(|x| list.len() > x)", true),
            ("let m = #{ a: #{ b: 1 } }; m.a.keys().filter(|k| m.a[k] > 0)", true),
            ("let list = [[1]]; list[0].map(|x| x + list.len())", true),
            ("let list = [1, 2]; let n = list.len(); list.filter(|x| n > x)", false),
        ] {
            assert_eq!(engine.eval::<rhai::Dynamic>(script).is_err(), is_refused, "{script}");
        }
    }
}
