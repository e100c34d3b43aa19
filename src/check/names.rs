//! Which variable each name in a script means, and which names mean nothing.

use std::collections::HashMap;

use rhai::{AST, ASTFlags, Expr, Ident, Position, Stmt};

use crate::engine::walk::{Function, Functions, Node};
use crate::engine::words::CONSTANTS;

/// What brought a variable into being.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `let` or `const`.
    Defined,
    /// The variable or the counter of a `for` loop.
    Loop,
    /// A parameter, or the variable of a `catch`.
    Given,
    /// A constant that the engine gives.
    Engine,
    /// Nothing: a closure captured a name that nobody defined.
    Nobody,
}

/// A variable.
pub(super) struct Variable<'a> {
    /// Its name.
    pub(super) name: String,
    /// What brought it into being.
    pub(super) kind: Kind,
    /// Everything that is assigned to it as a whole; for a loop variable, what is looped over.
    pub(super) values: Vec<&'a Expr>,
    /// Whether a function changes it in place.
    pub(super) changed: bool,
}

/// A name that means nothing.
pub(super) struct Unknown {
    /// The name.
    pub(super) name: String,
    /// Where it stands.
    pub(super) at: Position,
    /// The function whose body it stands in.
    pub(super) function: Option<String>,
    /// The variables it could have meant.
    pub(super) known: Vec<String>,
}

/// An import.
pub(super) struct Import<'a> {
    /// The name it is imported under; empty for none.
    pub(super) alias: &'a Ident,
    /// What it imports.
    pub(super) path: &'a Expr,
}

/// The variables of a script, and what names mean.
#[derive(Default)]
pub(super) struct Names<'a> {
    /// Every variable.
    pub(super) variables: Vec<Variable<'a>>,
    /// What means nothing.
    pub(super) unknown: Vec<Unknown>,
    /// Every import.
    pub(super) imports: Vec<Import<'a>>,
    /// Functions of the script that are used as values, such as `list.map(helper)`.
    pub(super) functions_as_values: Vec<(Position, String)>,
    /// What the script exports besides its functions.
    pub(super) exports: Vec<String>,
    by_place: HashMap<Position, usize>,
}

impl<'a> Names<'a> {
    /// The names of a script. A module doesn't see the constants of the engine.
    pub(super) fn of(ast: &'a AST, functions: &'a Functions, is_module: bool) -> Self {
        let mut resolver = Resolver { functions, names: Names::default(), stack: Vec::new(), function: None };
        if !is_module {
            for name in CONSTANTS {
                resolver.define(name, Kind::Engine, None);
            }
        }
        ast.statements().iter().for_each(|stmt| resolver.stmt(stmt));
        for function in functions.iter().filter(|function| !function.is_closure()) {
            resolver.stack.clear();
            resolver.function = Some(function.name.clone());
            resolver.body(function, &[]);
        }
        resolver.names
    }

    /// The variable that an expression names, by its index.
    pub(super) fn index_of(&self, expr: &Expr) -> Option<usize> {
        match expr {
            Expr::Variable(parts, _, at) if parts.2.is_empty() => self.by_place.get(at).copied(),
            _ => None,
        }
    }

    /// The variable that an expression names.
    pub(super) fn meant_by(&self, expr: &Expr) -> Option<&Variable<'a>> {
        self.index_of(expr).and_then(|index| self.variables.get(index))
    }
}

/// Functions of the language that change the value they are called on.
const CHANGERS: &[&str] = &[
    "append",
    "chop",
    "clear",
    "crop",
    "dedup",
    "drain",
    "fill_with",
    "insert",
    "make_lower",
    "make_upper",
    "mixin",
    "pad",
    "pop",
    "push",
    "remove",
    "replace",
    "retain",
    "reverse",
    "set",
    "shift",
    "sort",
    "splice",
    "trim",
    "truncate",
];

struct Resolver<'a> {
    functions: &'a Functions,
    names: Names<'a>,
    stack: Vec<usize>,
    function: Option<String>,
}

impl<'a> Resolver<'a> {
    fn define(&mut self, name: &str, kind: Kind, value: Option<&'a Expr>) -> usize {
        let index = self.names.variables.len();
        self.names.variables.push(Variable {
            name: name.to_owned(),
            kind,
            values: value.into_iter().collect(),
            changed: false,
        });
        self.stack.push(index);
        index
    }

    fn find(&self, name: &str) -> Option<usize> {
        let named = |index: &&usize| self.names.variables.get(**index).is_some_and(|variable| variable.name == name);
        self.stack.iter().rev().find(named).copied()
    }

    /// Notes what a name at a place means.
    fn name(&mut self, name: &str, at: Position) -> Option<usize> {
        let found = self.find(name);
        let nobody = found.is_some_and(|index| self.names.variables.get(index).is_some_and(|v| v.kind == Kind::Nobody));
        if let Some(index) = found.filter(|_| !nobody) {
            self.names.by_place.insert(at, index);
        } else if self.functions.named(name).next().is_some() {
            self.names.functions_as_values.push((at, name.to_owned()));
        } else if !self.names.unknown.iter().any(|unknown| unknown.at == at) {
            let visible = self.stack.iter().filter_map(|index| self.names.variables.get(*index));
            let known = visible.filter(|variable| variable.kind != Kind::Nobody).map(|variable| variable.name.clone());
            let known = known.collect();
            self.names.unknown.push(Unknown { name: name.to_owned(), at, function: self.function.clone(), known });
        }
        found
    }

    fn scoped(&mut self, work: impl FnOnce(&mut Self)) {
        let depth = self.stack.len();
        work(self);
        self.stack.truncate(depth);
    }

    fn block(&mut self, block: impl IntoIterator<Item = &'a Stmt>) {
        self.scoped(|this| block.into_iter().for_each(|stmt| this.stmt(stmt)));
    }

    /// The body of a function or closure, whose first parameters are the captured variables.
    fn body(&mut self, function: &'a Function, captured: &[(String, Option<usize>)]) {
        let outer = std::mem::take(&mut self.stack);
        for (name, index) in captured {
            match index {
                Some(index) => self.stack.push(*index),
                None => {
                    self.define(name, Kind::Nobody, None);
                }
            }
        }
        for name in function.params.iter().skip(captured.len()) {
            self.define(name, Kind::Given, None);
        }
        self.block(&function.body);
        self.stack = outer;
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Var(parts, flags, _) => {
                self.expr(&parts.1);
                self.define(&parts.0.name, Kind::Defined, Some(&parts.1));
                if flags.contains(ASTFlags::EXPORTED) {
                    self.names.exports.push(parts.0.name.to_string());
                }
            }
            Stmt::Assignment(parts) => {
                self.expr(&parts.1.rhs);
                self.expr(&parts.1.lhs);
                if let Some(variable) =
                    self.names.index_of(&parts.1.lhs).and_then(|index| self.names.variables.get_mut(index))
                {
                    variable.values.push(&parts.1.rhs);
                }
            }
            Stmt::For(parts, _) => {
                let (variable, counter, flow) = &**parts;
                self.expr(&flow.expr);
                self.scoped(|this| {
                    this.define(&variable.name, Kind::Loop, Some(&flow.expr));
                    if let Some(counter) = counter {
                        this.define(&counter.name, Kind::Loop, None);
                    }
                    this.block(flow.body.iter());
                });
            }
            Stmt::TryCatch(flow, _) => {
                self.block(flow.body.iter());
                self.scoped(|this| {
                    if let Expr::Variable(parts, ..) = &flow.expr {
                        this.define(&parts.1, Kind::Given, None);
                    }
                    this.block(flow.branch.iter());
                });
            }
            Stmt::If(flow, _) => {
                self.expr(&flow.expr);
                self.block(flow.body.iter());
                self.block(flow.branch.iter());
            }
            Stmt::While(flow, _) => {
                self.expr(&flow.expr);
                self.block(flow.body.iter());
            }
            Stmt::Do(flow, _, _) => {
                self.block(flow.body.iter());
                self.expr(&flow.expr);
            }
            Stmt::Block(block) => self.block(block.iter()),
            Stmt::Import(parts, _) => {
                self.expr(&parts.0);
                self.names.imports.push(Import { alias: &parts.1, path: &parts.0 });
            }
            Stmt::Export(parts, _) => {
                let (own, other) = &**parts;
                self.name(&own.name, own.pos);
                let exported = if other.name.is_empty() { &own.name } else { &other.name };
                self.names.exports.push(exported.to_string());
            }
            _ => self.children(Node::Stmt(stmt)),
        }
    }

    /// Notes that a function changes a variable: `text.trim()`, `trim(text)`.
    fn changes(&mut self, expr: &'a Expr) {
        let (receiver, function) = match expr {
            Expr::Dot(pair, _, _) => match &pair.rhs {
                Expr::MethodCall(call, _) => (&pair.lhs, call.name.as_str()),
                Expr::Dot(inner, _, _) => match &inner.lhs {
                    Expr::MethodCall(call, _) => (&pair.lhs, call.name.as_str()),
                    _ => return,
                },
                _ => return,
            },
            Expr::FnCall(call, _) if !call.is_qualified() && !call.is_operator_call() => match call.args.first() {
                Some(first) => (first, call.name.as_str()),
                None => return,
            },
            _ => return,
        };
        let by_script = matches!(expr, Expr::Dot(..)) && self.functions.named(function).next().is_some();
        if CHANGERS.contains(&function) || by_script {
            let index = self.names.index_of(receiver);
            if let Some(variable) = index.and_then(|index| self.names.variables.get_mut(index)) {
                variable.changed = true;
            }
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        self.parts(expr);
        self.changes(expr);
    }

    fn parts(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Variable(parts, _, at) if parts.2.is_empty() => {
                self.name(&parts.1, *at);
            }
            Expr::Stmt(block) => self.block(block.iter()),
            Expr::FnCall(call, _) if call.name == "curry" && Node::Expr(expr).call().is_none() => {
                let captured: Vec<(String, Option<usize>)> =
                    call.args.iter().skip(1).filter_map(|arg| self.capture(arg)).collect();
                for name in call.args.first().map(|first| Node::Expr(first).closures()).unwrap_or_default() {
                    self.closure(&name, &captured);
                }
            }
            Expr::DynamicConstant(..) => {
                for name in Node::Expr(expr).closures() {
                    self.closure(&name, &[]);
                }
            }
            _ => self.children(Node::Expr(expr)),
        }
    }

    /// A variable that a closure captures: it stands where the closure first names it.
    fn capture(&mut self, arg: &Expr) -> Option<(String, Option<usize>)> {
        match arg {
            Expr::Variable(parts, ..) => Some((parts.1.to_string(), self.find(&parts.1))),
            _ => None,
        }
    }

    fn closure(&mut self, name: &str, captured: &[(String, Option<usize>)]) {
        if let Some(function) = self.functions.closure(name) {
            self.body(function, captured);
        }
    }

    fn children(&mut self, node: Node<'a>) {
        node.children(&mut |child| match child {
            Node::Stmt(stmt) => self.stmt(stmt),
            Node::Expr(expr) => self.expr(expr),
        });
    }
}
