//! Texts that are known in part: what is written out, with holes where a parameter or a computed value goes.

use rhai::Expr;

use super::names::{Kind, Names};
use super::parameters::used;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Written out.
    Text(String),
    /// A parameter of the runbook.
    Param(String),
    /// A secret by its reference, such as `secret:env:NAME`; its text is never known.
    Secret(String),
    /// Only a run can tell.
    Computed,
}

/// A text that is known in part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Template(pub(super) Vec<Part>);

/// How many variables are looked through.
const DEPTH: usize = 16;

impl Template {
    /// What is known of the text that an expression gives.
    pub(super) fn of(names: &Names<'_>, expr: &Expr) -> Self {
        let mut parts = Vec::new();
        collect(names, expr, DEPTH, &mut parts);
        Template(parts)
    }

    /// The text, when all of it is written out.
    pub(super) fn text(&self) -> Option<String> {
        self.0.iter().map(|part| if let Part::Text(text) = part { Some(text.as_str()) } else { None }).collect()
    }

    /// What is written out at the beginning.
    pub(super) fn beginning(&self) -> String {
        let texts =
            self.0.iter().map_while(|part| if let Part::Text(text) = part { Some(text.as_str()) } else { None });
        texts.collect()
    }

    /// The reference of the one secret that it is.
    pub(super) fn secret(&self) -> Option<String> {
        match self.0.as_slice() {
            [Part::Secret(secret)] => Some(secret.clone()),
            _ => None,
        }
    }

    /// As a permission would write it: `${name}` for parameters, `*` for what is computed.
    pub(super) fn pattern(&self) -> String {
        let mut pattern = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => pattern.push_str(text),
                Part::Param(name) => pattern.push_str(&format!("${{{name}}}")),
                Part::Computed | Part::Secret(_) if pattern.ends_with('*') => {}
                Part::Computed | Part::Secret(_) => pattern.push('*'),
            }
        }
        pattern
    }
}

fn collect(names: &Names<'_>, expr: &Expr, depth: usize, parts: &mut Vec<Part>) {
    match expr {
        Expr::StringConstant(text, _) => parts.push(Part::Text(text.to_string())),
        Expr::CharConstant(c, _) => parts.push(Part::Text(c.to_string())),
        Expr::IntegerConstant(number, _) => parts.push(Part::Text(number.to_string())),
        Expr::InterpolatedString(pieces, _) => pieces.iter().for_each(|piece| collect(names, piece, depth, parts)),
        // `${…}` is a block of its own.
        Expr::Stmt(block) => match block.statements() {
            [rhai::Stmt::Expr(inner)] => collect(names, inner, depth, parts),
            _ => parts.push(Part::Computed),
        },
        Expr::FnCall(call, _) if call.is_qualified() && call.namespace.root() == "secret" => match call.args.first() {
            Some(Expr::StringConstant(name, _)) => parts.push(Part::Secret(format!("secret:{}:{name}", call.name))),
            _ => parts.push(Part::Computed),
        },
        // Numbers are added, texts are joined.
        Expr::FnCall(call, _) if call.name == "+" && call.args.iter().any(|arg| is_text(names, arg, depth)) => {
            call.args.iter().for_each(|arg| collect(names, arg, depth, parts));
        }
        Expr::Variable(..) if depth > 0 => match names.meant_by(expr) {
            // A variable that is assigned once is as good as what is assigned to it.
            Some(variable) if variable.kind == Kind::Defined && variable.values.len() == 1 && !variable.changed => {
                variable.values.iter().for_each(|value| collect(names, value, depth - 1, parts));
            }
            _ => parts.push(Part::Computed),
        },
        Expr::Dot(pair, _, _) if matches!(pair.rhs, Expr::Property(..)) => match used(names, expr) {
            Some((param, _)) => parts.push(Part::Param(param)),
            None => parts.push(Part::Computed),
        },
        _ => parts.push(Part::Computed),
    }
}

fn is_text(names: &Names<'_>, expr: &Expr, depth: usize) -> bool {
    match expr {
        Expr::StringConstant(..) | Expr::InterpolatedString(..) => true,
        Expr::FnCall(call, _) if call.name == "+" => call.args.iter().any(|arg| is_text(names, arg, depth)),
        Expr::Variable(..) if depth > 0 => names
            .meant_by(expr)
            .is_some_and(|variable| variable.values.iter().any(|value| is_text(names, value, depth - 1))),
        _ => false,
    }
}
