//! Uses of parameters that the runbook does not declare (RB0102).

use rhai::{Expr, Position};

use super::ground::{Ground, View};
use super::names::{Kind, Names};
use crate::engine::walk::Node;
use crate::messages::check as messages;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, did_you_mean, only_meant};

/// Finds them.
pub(super) fn find(ground: &Ground<'_>, view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let params = ground.input.params;
    view.tree.each(&mut |node| {
        let Node::Expr(expr) = node else { return };
        let Some((name, at)) = used(&view.names, expr) else { return };
        if params.contains(&name) {
            return;
        }
        let mut finding = Diagnostic::error(Code::UnknownParameterUse, messages::this_runbook_has_no_parameter(&name));
        finding = finding.mended_by(&*name, only_meant(&name, params.iter().map(String::as_str)));
        let text = match did_you_mean(&name, params.iter().map(String::as_str)) {
            Some(meant) => messages::did_you_mean(meant),
            None => {
                let known = params.iter().map(|param| format!("`{param}`")).collect::<Vec<_>>().join(", ");
                finding = finding.note(if known.is_empty() {
                    messages::it_has_no_parameters()
                } else {
                    messages::it_has(&known)
                });
                String::new()
            }
        };
        found.push(view.script.point(finding, at, text));
    });
}

/// The parameter that an expression takes out of `params`, and where its name stands.
pub(super) fn used(names: &Names<'_>, expr: &Expr) -> Option<(String, Position)> {
    let of_params = |lhs: &Expr| names.meant_by(lhs).is_some_and(|v| v.kind == Kind::Engine && v.name == "params");
    match expr {
        Expr::Dot(pair, _, _) if of_params(&pair.lhs) => {
            let mut first = &pair.rhs;
            while let Expr::Dot(inner, _, _) | Expr::Index(inner, _, _) = first {
                first = &inner.lhs;
            }
            match first {
                Expr::Property(parts, at) => Some((parts.2.to_string(), *at)),
                _ => None,
            }
        }
        Expr::Index(pair, _, _) if of_params(&pair.lhs) => {
            let mut first = &pair.rhs;
            while let Expr::Dot(inner, _, _) | Expr::Index(inner, _, _) = first {
                first = &inner.lhs;
            }
            match first {
                Expr::StringConstant(name, at) => Some((name.to_string(), *at)),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::found_in_each;

    #[test]
    fn parameters_that_are_not_declared_are_found() {
        insta::assert_snapshot!(found_in_each(&[
            "params.domian",
            "params.region.len()",
            "params[\"clustr\"][0]",
            "let f = || params.clster;",
            "`${params.clster}`",
            "let params = #{ own: 1 }; params.own",
        ]), @r##"
        params.domian
            1:8+6 RB0102 this runbook has no parameter `domian` | did you mean `domain`?
        params.region.len()
            1:8+6 RB0102 this runbook has no parameter `region` | 
        params["clustr"][0]
            1:8+8 RB0102 this runbook has no parameter `clustr` | did you mean `cluster`?
        let f = || params.clster;
            1:19+6 RB0102 this runbook has no parameter `clster` | did you mean `cluster`?
        `${params.clster}`
            1:11+6 RB0102 this runbook has no parameter `clster` | did you mean `cluster`?
        let params = #{ own: 1 }; params.own
            nothing
        "##);
    }
}
