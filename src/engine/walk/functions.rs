//! The functions of a script, closures among them, with their bodies.

use std::collections::HashMap;

use rhai::{AST, Position, Stmt};

/// A function of a script: one with a name, or the body of a closure.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name; `anon$…` for a closure.
    pub name: String,
    /// The names of its parameters. A closure's captured variables come first.
    pub params: Vec<String>,
    /// The type it is a method of, for `fn string.shout()`.
    pub this_type: Option<String>,
    /// Where its body begins.
    pub start: Position,
    /// Where its body ends, when it stands in braces.
    pub end: Option<Position>,
    /// Its body.
    pub body: Vec<Stmt>,
}

impl Function {
    /// Whether it is the body of a closure.
    #[must_use]
    pub fn is_closure(&self) -> bool {
        self.name.starts_with(CLOSURE)
    }
}

/// How the names of closures begin.
pub(super) const CLOSURE: &str = "anon$";

/// The functions of a script with their bodies. The main body is `ast.statements()`.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    all: Vec<Function>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Functions {
    /// The functions of a script, closures among them, in the order of their bodies.
    #[must_use]
    pub fn of(ast: &AST) -> Self {
        let mut all: Vec<Function> = ast
            .iter_fn_def()
            .map(|def| Function {
                name: def.name.to_string(),
                params: def.params.iter().map(ToString::to_string).collect(),
                this_type: def.this_type.as_ref().map(ToString::to_string),
                start: def.body.start_position(),
                end: Some(def.body.end_position()).filter(|end| !end.is_none()),
                body: Vec::new(),
            })
            .collect();
        all.sort_by_key(|function| function.start);
        // Rhai keeps the type of a function's body to itself. Its walk shows the statements of all bodies, without saying whose
        // they are, but a statement directly in a body stands inside the innermost braces of a function; a body without braces
        // is one statement and starts where that starts.
        let bare: HashMap<Position, usize> =
            all.iter().enumerate().filter(|(_, f)| f.end.is_none()).map(|(index, f)| (f.start, index)).collect();
        let mut left_in_main = ast.statements().len();
        ast.walk(&mut |path: &[rhai::ASTNode<'_>]| {
            if let [rhai::ASTNode::Stmt(stmt)] = path {
                if left_in_main > 0 {
                    left_in_main -= 1;
                    return true;
                }
                let at = stmt.position();
                let after = all.partition_point(|function| function.start <= at);
                let around = |index: &usize| all.get(*index).is_some_and(|f| f.end.is_some_and(|end| at <= end));
                let owner = bare.get(&at).copied().or_else(|| (0..after).rev().find(around));
                if let Some(function) = owner.and_then(|index| all.get_mut(index)) {
                    function.body.push((*stmt).clone());
                }
            }
            true
        });
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, function) in all.iter().enumerate() {
            by_name.entry(function.name.clone()).or_default().push(index);
        }
        Functions { all, by_name }
    }

    /// The body of a closure, by its name (`anon$…`).
    #[must_use]
    pub fn closure(&self, name: &str) -> Option<&Function> {
        self.named(name).next()
    }

    /// The functions of that name: one for each number of parameters.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Function> {
        self.by_name.get(name).into_iter().flatten().filter_map(|index| self.all.get(*index))
    }

    /// All of them, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Function> {
        self.all.iter()
    }
}
