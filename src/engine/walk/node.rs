//! Statements, expressions and calls of a script, and what is directly inside each.

use rhai::{Dynamic, Expr, FnCallExpr, FnPtr, Position, Stmt};

use super::functions::CLOSURE;

/// A part of a script.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    /// A statement.
    Stmt(&'a Stmt),
    /// An expression.
    Expr(&'a Expr),
}

impl<'a> From<&'a Stmt> for Node<'a> {
    fn from(stmt: &'a Stmt) -> Self {
        Node::Stmt(stmt)
    }
}

impl<'a> From<&'a Expr> for Node<'a> {
    fn from(expr: &'a Expr) -> Self {
        Node::Expr(expr)
    }
}

impl<'a> Node<'a> {
    /// Shows `visit` each part directly inside this one, once, in the order of the text. The body of a closure is not inside:
    /// it is a function of its own, see [`Node::closures`].
    pub fn children(self, visit: &mut dyn FnMut(Node<'a>)) {
        match self {
            Node::Stmt(stmt) => inside_statement(stmt, visit),
            Node::Expr(expr) => inside_expression(expr, visit),
        }
    }

    /// Shows `visit` this part and everything inside it, each once, closures' bodies apart.
    pub fn each(self, visit: &mut dyn FnMut(Node<'a>)) {
        visit(self);
        self.children(&mut |child| child.each(visit));
    }

    /// The call that this part is, if it is one that an author wrote: no operator, no capture that the parser added.
    #[must_use]
    pub fn call(self) -> Option<Call<'a>> {
        let (inner, position, method) = match self {
            Node::Stmt(Stmt::FnCall(inner, position)) => (inner, position, false),
            Node::Expr(Expr::FnCall(inner, position)) => (inner, position, false),
            Node::Expr(Expr::MethodCall(inner, position)) => (inner, position, true),
            _ => return None,
        };
        (!inner.is_operator_call() && !is_capture(inner)).then_some(Call { inner, position: *position, method })
    }

    /// The names (`anon$…`) of the closures that are made here.
    #[must_use]
    pub fn closures(self) -> Vec<String> {
        let mut names = Vec::new();
        if let Node::Expr(Expr::DynamicConstant(value, _)) = self {
            closures_in(value, &mut names);
        }
        names
    }

    /// Where it stands.
    #[must_use]
    pub fn position(self) -> Position {
        match self {
            Node::Stmt(stmt) => stmt.position(),
            Node::Expr(expr) => expr.position(),
        }
    }
}

/// A call as it stands in the text.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    inner: &'a FnCallExpr,
    /// Where the engine says it is called from.
    pub position: Position,
    /// Whether it is written `value.name(…)`.
    pub method: bool,
}

impl<'a> Call<'a> {
    /// Its name as written: `http::get`, `step`.
    #[must_use]
    pub fn name(&self) -> String {
        if self.inner.is_qualified() {
            format!("{}::{}", self.inner.namespace, self.inner.name)
        } else {
            self.inner.name.to_string()
        }
    }

    /// The namespace before the name: `http`; empty if there is none.
    #[must_use]
    pub fn namespace(&self) -> String {
        self.inner.namespace.to_string()
    }

    /// The name after the namespace: `get`.
    #[must_use]
    pub fn function(&self) -> &'a str {
        &self.inner.name
    }

    /// The arguments, without the value that a method is called on.
    #[must_use]
    pub fn args(&self) -> &'a [Expr] {
        &self.inner.args
    }

    /// Where its name begins: at the namespace, if there is one.
    #[must_use]
    pub fn start(&self) -> Position {
        if self.inner.is_qualified() { self.inner.namespace.position() } else { self.position }
    }
}

/// The parser turns a closure that captures into `curry(closure, captured…)`.
fn is_capture(call: &FnCallExpr) -> bool {
    call.name == "curry"
        && !call.is_qualified()
        && matches!(call.args.first(), Some(first @ Expr::DynamicConstant(..)) if !Node::Expr(first).closures().is_empty())
}

fn closures_in(value: &Dynamic, names: &mut Vec<String>) {
    if let Some(pointer) = value.read_lock::<FnPtr>() {
        if pointer.fn_name().starts_with(CLOSURE) {
            names.push(pointer.fn_name().to_owned());
        }
    } else if let Some(list) = value.read_lock::<rhai::Array>() {
        list.iter().for_each(|item| closures_in(item, names));
    } else if let Some(map) = value.read_lock::<rhai::Map>() {
        map.values().for_each(|item| closures_in(item, names));
    }
}

fn inside_statement<'a>(stmt: &'a Stmt, visit: &mut dyn FnMut(Node<'a>)) {
    match stmt {
        Stmt::If(flow, _) => {
            visit(Node::Expr(&flow.expr));
            flow.body.iter().chain(flow.branch.iter()).for_each(|stmt| visit(Node::Stmt(stmt)));
        }
        Stmt::While(flow, _) => {
            visit(Node::Expr(&flow.expr));
            flow.body.iter().for_each(|stmt| visit(Node::Stmt(stmt)));
        }
        Stmt::Do(flow, _, _) => {
            flow.body.iter().for_each(|stmt| visit(Node::Stmt(stmt)));
            visit(Node::Expr(&flow.expr));
        }
        Stmt::For(parts, _) => {
            visit(Node::Expr(&parts.2.expr));
            parts.2.body.iter().for_each(|stmt| visit(Node::Stmt(stmt)));
        }
        Stmt::TryCatch(flow, _) => {
            flow.body.iter().chain(flow.branch.iter()).for_each(|stmt| visit(Node::Stmt(stmt)));
        }
        Stmt::Switch(parts, _) => {
            visit(Node::Expr(&parts.0));
            // Each case once: several values may lead to one, and a range that nothing can match leads to none.
            for case in &parts.1.expressions {
                visit(Node::Expr(&case.lhs));
                visit(Node::Expr(&case.rhs));
            }
        }
        Stmt::Var(parts, _, _) => visit(Node::Expr(&parts.1)),
        Stmt::Assignment(parts) => {
            visit(Node::Expr(&parts.1.lhs));
            visit(Node::Expr(&parts.1.rhs));
        }
        Stmt::FnCall(call, _) => call.args.iter().for_each(|arg| visit(Node::Expr(arg))),
        Stmt::Block(block) => block.iter().for_each(|stmt| visit(Node::Stmt(stmt))),
        Stmt::Expr(expr) => visit(Node::Expr(expr)),
        Stmt::BreakLoop(value, _, _) | Stmt::Return(value, _, _) => {
            value.iter().for_each(|expr| visit(Node::Expr(expr)));
        }
        Stmt::Import(parts, _) => visit(Node::Expr(&parts.0)),
        // `Noop`, `Export` and `Share` hold names only.
        _ => {}
    }
}

fn inside_expression<'a>(expr: &'a Expr, visit: &mut dyn FnMut(Node<'a>)) {
    match expr {
        Expr::InterpolatedString(parts, _) | Expr::Array(parts, _) => {
            parts.iter().for_each(|part| visit(Node::Expr(part)))
        }
        Expr::Map(entries, _) => entries.0.iter().for_each(|(_, value)| visit(Node::Expr(value))),
        Expr::Stmt(block) => block.iter().for_each(|stmt| visit(Node::Stmt(stmt))),
        Expr::FnCall(call, _) | Expr::MethodCall(call, _) => call.args.iter().for_each(|arg| visit(Node::Expr(arg))),
        Expr::Dot(pair, _, _) | Expr::Index(pair, _, _) => {
            visit(Node::Expr(&pair.lhs));
            visit(Node::Expr(&pair.rhs));
        }
        Expr::And(parts, _) | Expr::Or(parts, _) | Expr::Coalesce(parts, _) => {
            parts.iter().for_each(|part| visit(Node::Expr(part)));
        }
        // Constants, variables and properties hold no other expression.
        _ => {}
    }
}
