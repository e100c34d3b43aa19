//! Closures that are kept beyond their loop's round and see only the last value of its variable (RB0117): a loop has one variable
//! for all rounds, and closures capture the variable.

use rhai::{Expr, Position, Stmt};

use super::ground::{Ground, View};
use super::names::Kind;
use crate::engine::walk::Node;
use crate::messages::check as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;

/// Functions that keep what they are given.
const KEEPERS: &[&str] = &["push", "insert", "append", "set"];

/// Finds them.
pub(super) fn find(_: &Ground<'_>, view: &View<'_>, found: &mut Vec<Diagnostic>) {
    view.tree.each(&mut |node| {
        if let Node::Stmt(Stmt::For(parts, _)) = node {
            parts.2.body.iter().for_each(|stmt| Node::Stmt(stmt).each(&mut |node| kept(view, node, found)));
        }
    });
}

fn kept(view: &View<'_>, node: Node<'_>, found: &mut Vec<Diagnostic>) {
    let (keeper, values): (&Expr, Vec<&Expr>) = match node {
        Node::Stmt(Stmt::Assignment(parts)) => (&parts.1.lhs, vec![&parts.1.rhs]),
        Node::Expr(Expr::Dot(pair, _, _)) => match Node::Expr(&pair.rhs).call() {
            Some(call) if KEEPERS.contains(&call.function()) => (&pair.lhs, call.args().iter().collect()),
            _ => return,
        },
        _ => match node.call() {
            Some(call) if KEEPERS.contains(&call.name().as_str()) && !call.method => match call.args() {
                [keeper, values @ ..] => (keeper, values.iter().collect()),
                [] => return,
            },
            _ => return,
        },
    };
    let keeper = view.names.index_of(root(keeper));
    for value in values {
        each_capture(value, &mut |at, captured| {
            // What is defined in the loop's body ends with the round.
            let outlives = view.names.index_of(captured).zip(keeper).is_none_or(|(variable, keeper)| keeper < variable);
            let Some(variable) =
                view.names.meant_by(captured).filter(|variable| variable.kind == Kind::Loop && outlives)
            else {
                return;
            };
            let message = messages::this_closure_sees_only_the_last_value(&variable.name);
            let finding = Diagnostic::warning(Code::LoopCapture, message)
                .note(messages::a_loop_has_one_variable_for_all_its())
                .note(messages::in_the_loop_gives_each_closure_its_own(&variable.name));
            let finding = view.script.point(finding, at, messages::captures(&variable.name));
            if !found.contains(&finding) {
                found.push(finding);
            }
        });
    }
}

/// The variable at the beginning of `a.b[c]`.
fn root(expr: &Expr) -> &Expr {
    match expr {
        Expr::Dot(pair, _, _) | Expr::Index(pair, _, _) => root(&pair.lhs),
        other => other,
    }
}

/// Shows each closure in a value, and each variable that it captures.
pub(super) fn each_capture<'a>(expr: &'a Expr, visit: &mut dyn FnMut(Position, &'a Expr)) {
    match expr {
        Expr::Array(items, _) => items.iter().for_each(|item| each_capture(item, visit)),
        Expr::Map(entries, _) => entries.0.iter().for_each(|(_, value)| each_capture(value, visit)),
        Expr::Stmt(block) => {
            if let [Stmt::Share(_), Stmt::Expr(inner)] = block.statements()
                && let Expr::FnCall(call, at) = &**inner
            {
                call.args.iter().skip(1).for_each(|captured| visit(*at, captured));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::found_in_each;
    use crate::check::parser;

    #[test]
    fn closures_that_outlive_a_round_of_their_loop_are_found() {
        insta::assert_snapshot!(found_in_each(&[
            "let fs = []; for s in [1, 2] { fs.push(|| s * 10); }",
            "let fs = []; for (s, i) in [1, 2] { fs += [|| s, #{ k: |x| x + i }]; }",
            "let m = #{}; for s in [1, 2] { m[s] = || s; push(m.list, || s); }",
            "for s in [1, 2] { let fs = []; fs.push(|| s); let f = || s; step(`${s}`, || s); fs.map(|x| x + s); }",
            "let fs = []; for s in [1, 2] { let own = s; fs.push(|| own); fs.push(|| 5); }",
        ]), @r##"
        let fs = []; for s in [1, 2] { fs.push(|| s * 10); }
            1:40+1 RB0117 this closure sees only the last value of `s` | captures `s`
        let fs = []; for (s, i) in [1, 2] { fs += [|| s, #{ k: |x| x + i }]; }
            1:44+1 RB0117 this closure sees only the last value of `s` | captures `s`
            1:56+1 RB0117 this closure sees only the last value of `i` | captures `i`
        let m = #{}; for s in [1, 2] { m[s] = || s; push(m.list, || s); }
            1:39+1 RB0117 this closure sees only the last value of `s` | captures `s`
            1:58+1 RB0117 this closure sees only the last value of `s` | captures `s`
        for s in [1, 2] { let fs = []; fs.push(|| s); let f = || s; step(`${s}`, || s); fs.map(|x| x + s); }
            nothing
        let fs = []; for s in [1, 2] { let own = s; fs.push(|| own); fs.push(|| 5); }
            nothing
        "##);
    }

    /// What the warning says of loops is so, and what it proposes helps.
    #[test]
    fn a_closure_kept_from_a_loop_does_see_only_the_last_value() {
        let engine = parser::parser();
        let kept = |body: &str| {
            let script = format!("let fs = []; for s in [1, 2, 3] {{ {body} }} fs.map(|f| f.call())");
            let values: rhai::Array = engine.eval(&script).expect("runs");
            values.iter().map(|value| value.as_int().expect("a number")).collect::<Vec<_>>()
        };
        assert_eq!(kept("fs.push(|| s);"), [3, 3, 3]);
        assert_eq!(kept("let own = s; fs.push(|| own);"), [1, 2, 3]);
    }
}
