//! The names that the steps of a text can have, as far as the text tells: written out, or with holes where a value goes.

use rhai::{AST, Expr, Stmt};

use super::functions::Functions;
use super::node::Node;

/// The names that the steps of a text can have.
#[derive(Clone, Debug, Default)]
pub struct StepNames(Vec<Vec<Option<String>>>);

impl StepNames {
    /// The names in a text.
    #[must_use]
    pub fn of(ast: &AST) -> Self {
        let functions = Functions::of(ast);
        let mut names = StepNames::default();
        names.collect(ast.statements());
        functions.iter().for_each(|function| names.collect(&function.body));
        names
    }

    fn collect(&mut self, body: &[Stmt]) {
        for stmt in body {
            Node::Stmt(stmt).each(&mut |node| {
                if let Some(call) = node.call().filter(|call| call.name() == "step") {
                    let mut parts = Vec::new();
                    match call.args() {
                        [name, _] => parts_of(name, &mut parts),
                        _ => parts.push(None),
                    }
                    self.0.push(parts);
                }
            });
        }
    }

    /// Whether a step of this text can have that name.
    #[must_use]
    pub fn can_be(&self, name: &str) -> bool {
        self.0.iter().any(|parts| fits(parts, name))
    }
}

fn parts_of(expr: &Expr, parts: &mut Vec<Option<String>>) {
    match expr {
        Expr::StringConstant(text, _) => parts.push(Some(text.to_string())),
        Expr::InterpolatedString(inner, _) => inner.iter().for_each(|part| parts_of(part, parts)),
        Expr::FnCall(call, _) if call.name == "+" && call.args.len() == 2 => {
            call.args.iter().for_each(|part| parts_of(part, parts));
        }
        _ => parts.push(None),
    }
}

fn fits(parts: &[Option<String>], name: &str) -> bool {
    match parts.split_first() {
        None => name.is_empty(),
        Some((Some(text), rest)) => name.strip_prefix(text.as_str()).is_some_and(|name| fits(rest, name)),
        Some((None, rest)) => {
            let mut ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
            ends.any(|at| name.get(at..).is_some_and(|name| fits(rest, name)))
        }
    }
}

#[cfg(test)]
mod tests {
    use rhai::{Engine, OptimizationLevel};

    use super::*;

    #[test]
    fn a_name_can_be_what_is_written_with_anything_in_its_holes() {
        let script = r#"
            step("plain", || 1);
            step(`build ${x} for ${y}`, || step("in " + z, || 2));
            fn f(n) { step("of f", || n) }
        "#;
        let mut engine = Engine::new();
        engine.set_optimization_level(OptimizationLevel::None);
        let names = StepNames::of(&engine.compile(script).expect("compiles"));
        for name in ["plain", "build a for b", "build  for ", "in x", "of f"] {
            assert!(names.can_be(name), "{name}");
        }
        for name in ["plai", "plainer", "build a", "out x", "", "f"] {
            assert!(!names.can_be(name), "{name}");
        }
        let any = StepNames::of(&engine.compile("step(name, || 1)").expect("compiles"));
        assert!(any.can_be("whatever"));
    }
}
