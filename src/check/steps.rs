//! Two steps of one name in one scope (RB0110).

use std::collections::BTreeMap;

use rhai::{Position, Stmt};

use super::ground::{Ground, View};
use super::template::Template;
use crate::engine::walk::Node;
use crate::messages::check as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;

/// Finds them.
pub(super) fn find(_: &Ground<'_>, view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let functions = view.tree.functions.iter().map(|function| function.body.as_slice());
    for body in std::iter::once(view.tree.ast.statements()).chain(functions) {
        let mut steps = Steps { view, found, in_loop: false };
        let mut seen = Seen::new();
        body.iter().for_each(|stmt| steps.look(Node::Stmt(stmt), &mut seen));
    }
}

/// The steps that have run when control reaches a place, by name.
type Seen = BTreeMap<String, Position>;

struct Steps<'v, 'a> {
    view: &'v View<'a>,
    found: &'v mut Vec<Diagnostic>,
    in_loop: bool,
}

impl Steps<'_, '_> {
    fn look(&mut self, node: Node<'_>, seen: &mut Seen) {
        match node {
            Node::Stmt(Stmt::If(flow, _)) => {
                self.look(Node::Expr(&flow.expr), seen);
                self.either([flow.body.statements(), flow.branch.statements()], seen);
            }
            // A step in a `catch` may be the second try of one that failed.
            Node::Stmt(Stmt::TryCatch(flow, _)) => {
                self.either([flow.body.statements(), flow.branch.statements()], seen)
            }
            Node::Stmt(Stmt::Switch(parts, _)) => {
                self.look(Node::Expr(&parts.0), seen);
                let before = seen.clone();
                for case in &parts.1.expressions {
                    let mut branch = before.clone();
                    self.look(Node::Expr(&case.lhs), &mut branch);
                    self.look(Node::Expr(&case.rhs), &mut branch);
                    seen.extend(branch);
                }
            }
            Node::Stmt(Stmt::For(parts, _)) => {
                self.look(Node::Expr(&parts.2.expr), seen);
                self.again(parts.2.body.statements(), seen);
            }
            Node::Stmt(Stmt::While(flow, _) | Stmt::Do(flow, _, _)) => {
                self.look(Node::Expr(&flow.expr), seen);
                self.again(flow.body.statements(), seen);
            }
            _ => {
                self.step(node, seen);
                node.children(&mut |child| self.look(child, seen));
            }
        }
    }

    /// Branches of which one runs.
    fn either(&mut self, branches: [&[Stmt]; 2], seen: &mut Seen) {
        let before = seen.clone();
        for body in branches {
            let mut branch = before.clone();
            body.iter().for_each(|stmt| self.look(Node::Stmt(stmt), &mut branch));
            seen.extend(branch);
        }
    }

    /// A body that may run again, unless it ends its loop.
    fn again(&mut self, body: &[Stmt], seen: &mut Seen) {
        let outer = self.in_loop;
        self.in_loop = outer || !body.iter().any(|stmt| matches!(stmt, Stmt::BreakLoop(..) | Stmt::Return(..)));
        body.iter().for_each(|stmt| self.look(Node::Stmt(stmt), seen));
        self.in_loop = outer;
    }

    fn step(&mut self, node: Node<'_>, seen: &mut Seen) {
        let Some(call) = node.call().filter(|call| call.name() == "step" && call.args().len() == 2) else { return };
        let Some(written) = call.args().first() else { return };
        let Some(name) = Template::of(&self.view.names, written).text() else { return };
        let at = written.start_position();
        let script = self.view.script;
        if let Some(first) = seen.get(&name) {
            let finding = Diagnostic::error(Code::StepTwice, messages::two_steps_are_named_in_one_scope(&name))
                .note(messages::the_first_is_at(script.place(*first)))
                .note(messages::a_finished_step_is_known_by_its_name());
            self.found.push(script.point(finding, at, messages::give_it_a_name_of_its_own()));
            return;
        }
        if self.in_loop {
            let finding = Diagnostic::warning(Code::StepTwice, messages::a_step_in_a_loop_is_named_each(&name))
                .note(messages::a_finished_step_is_known_by_its_name_2());
            self.found.push(script.point(finding, at, messages::put_the_item_into_the_name(&name)));
        }
        seen.insert(name, at);
    }
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::found_in_each;

    #[test]
    fn steps_of_one_name_in_one_scope_are_found() {
        insta::assert_snapshot!(found_in_each(&[
            "step(\"a\", || 1); step(\"b\", || 1); step(\"a\", || 2);",
            "step(\"a\", || { step(\"a\", || 1); step(\"a\", || 1); });",
            "const N = \"a\"; step(N, || 1); if true { step(`a`, || 1); }",
            "if true { step(\"a\", || 1) } else { step(\"a\", || 2) } step(\"a\", || 3)",
            "for i in 0..3 { step(\"a\", || i); }",
            "loop { step(\"a\", || 1); break; }",
            "fn f() { step(\"a\", || 1); } step(\"a\", || 1); f();",
        ]), @r##"
        step("a", || 1); step("b", || 1); step("a", || 2);
            1:40+3 RB0110 two steps are named "a" in one scope | give it a name of its own
        step("a", || { step("a", || 1); step("a", || 1); });
            1:38+3 RB0110 two steps are named "a" in one scope | give it a name of its own
        const N = "a"; step(N, || 1); if true { step(`a`, || 1); }
            1:46+3 RB0110 two steps are named "a" in one scope | give it a name of its own
        if true { step("a", || 1) } else { step("a", || 2) } step("a", || 3)
            1:59+3 RB0110 two steps are named "a" in one scope | give it a name of its own
        for i in 0..3 { step("a", || i); }
            1:22+3 RB0110 a step in a loop is named "a" each time | put the item into the name: `a ${…}`
        loop { step("a", || 1); break; }
            nothing
        fn f() { step("a", || 1); } step("a", || 1); f();
            nothing
        "##);
    }
}
