//! The host calls that a runbook can reach: from its main body through functions, closures and the modules it imports. A module's
//! function that nobody calls needs no permission.

use std::collections::{HashSet, VecDeque};

use rhai::{Position, Stmt};

use super::ground::{Ground, Module, View};
use crate::engine::walk::{Call, Function, Node};

/// A call that can be reached.
pub(super) struct Reached<'g, 'a> {
    /// The script it stands in.
    pub(super) view: &'g View<'a>,
    /// The call.
    pub(super) call: Call<'a>,
    /// Where the runbook itself leads there, when the call stands in a module.
    pub(super) via: Option<Position>,
}

/// A body to look into: of a script or of a function.
struct Body<'g, 'a> {
    view: &'g View<'a>,
    function: Option<&'a Function>,
    via: Option<Position>,
}

/// Every call that can be reached, in the order in which it is found from the runbook.
pub(super) fn reached<'g, 'a>(ground: &'g Ground<'a>) -> Vec<Reached<'g, 'a>> {
    let mut all = Vec::new();
    let mut seen: HashSet<(usize, Option<(String, usize)>)> = HashSet::new();
    let mut waiting: VecDeque<Body<'g, 'a>> = VecDeque::new();
    waiting.extend(ground.main().map(|view| Body { view, function: None, via: None }));
    while let Some(Body { view, function, via }) = waiting.pop_front() {
        let name = function.map(|function| (function.name.clone(), function.params.len()));
        if !seen.insert((view.index, name)) {
            continue;
        }
        let tree = view.tree;
        let statements: &'a [Stmt] = function.map_or(tree.ast.statements(), |function| &function.body);
        let named = |target: &'g View<'a>, name: &str, at: Position| {
            let via = if view.index == 0 && target.index > 0 { Some(at) } else { via };
            let body = move |function| Body { view: target, function: Some(function), via };
            target.tree.functions.named(name).map(body).collect::<Vec<_>>()
        };
        for stmt in statements {
            Node::Stmt(stmt).each(&mut |node| {
                for name in node.closures() {
                    waiting.extend(named(view, &name, node.position()));
                }
                match node {
                    Node::Expr(rhai::Expr::Variable(_, _, at)) => {
                        let function = view.names.functions_as_values.iter().find(|(place, _)| place == at);
                        waiting.extend(function.into_iter().flat_map(|(at, name)| named(view, name, *at)));
                    }
                    // A module's own statements run when it is imported.
                    Node::Stmt(Stmt::Import(parts, at)) => {
                        if let Some(Module::Known(module)) = ground.module(view, &parts.1.name) {
                            let via = if view.index == 0 { Some(*at) } else { via };
                            waiting.push_back(Body { view: module, function: None, via });
                        }
                    }
                    _ => {}
                }
                let Some(call) = node.call() else { return };
                match call.namespace() {
                    namespace if namespace.is_empty() => waiting.extend(named(view, call.function(), call.position)),
                    namespace => match ground.module(view, &namespace) {
                        Some(Module::Known(module)) => waiting.extend(named(module, call.function(), call.start())),
                        _ => all.push(Reached { view, call, via }),
                    },
                }
            });
        }
    }
    all
}
