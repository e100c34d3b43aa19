//! Variables that nobody defines (RB0104).

use rhai::Expr;

use super::ground::{Ground, Module, View};
use super::names::Kind;
use crate::engine::walk::Node;
use crate::engine::words::CONSTANTS;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, did_you_mean};

/// Finds them.
pub(super) fn find(ground: &Ground<'_>, view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for unknown in &view.names.unknown {
        let name = &unknown.name;
        let mut finding = Diagnostic::error(Code::UnknownVariable, format!("there is no variable `{name}`"));
        let is_constant = CONSTANTS.contains(&name.as_str());
        if let Some(function) = &unknown.function
            && (is_constant || view.names.variables.iter().any(|other| other.kind == Kind::Defined && other.name == *name))
        {
            finding = finding.note(format!("functions see only their parameters: hand `{name}` to `{function}`"));
        } else if is_constant {
            finding = finding.note(format!("modules see only what they define: hand `{name}` to the module's function"));
        }
        let meant = did_you_mean(name, unknown.known.iter().map(String::as_str));
        let text = meant.map(|meant| format!("did you mean `{meant}`?")).unwrap_or_default();
        found.push(view.script.point(finding, unknown.at, text));
    }
    view.tree.each(&mut |node| {
        let Node::Expr(expr @ Expr::Variable(parts, _, _)) = node else { return };
        let (_, name, namespace, _) = &**parts;
        if namespace.is_empty() || namespace.root() == "global" {
            return;
        }
        let mut finding = Diagnostic::error(Code::UnknownVariable, format!("there is no variable `{namespace}::{name}`"));
        let mut meant = None;
        match ground.module(view, namespace.root()) {
            _ if namespace.path.len() > 1 => return,
            Some(Module::Broken) => return,
            Some(Module::Known(module)) => {
                let exports = &module.names.exports;
                if exports.iter().any(|export| export == name.as_str()) {
                    return;
                }
                meant = did_you_mean(name, exports.iter().map(String::as_str));
                finding = finding.note(format!("`{}` has no `export` of that name", module.script.source.name));
            }
            None if ground.is_namespace(namespace.root()) => {
                finding = finding.note(format!("`{namespace}` holds functions; to call one, write `{namespace}::{name}(…)`"));
            }
            None => {}
        }
        let text = meant.map(|meant| format!("did you mean `{namespace}::{meant}`?")).unwrap_or_default();
        found.push(view.script.point(finding, expr.start_position(), text));
    });
}
