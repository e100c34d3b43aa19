//! Variables that nobody defines (RB0104).

use rhai::Expr;

use super::ground::{Ground, Module, View};
use super::names::Kind;
use crate::engine::walk::Node;
use crate::engine::words::CONSTANTS;
use crate::messages::check as messages;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, did_you_mean, only_meant};

/// Finds them.
pub(super) fn find(ground: &Ground<'_>, view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for unknown in &view.names.unknown {
        let name = &unknown.name;
        let mut finding = Diagnostic::error(Code::UnknownVariable, messages::there_is_no_variable(name));
        let is_constant = CONSTANTS.contains(&name.as_str());
        if let Some(function) = &unknown.function
            && (is_constant
                || view.names.variables.iter().any(|other| other.kind == Kind::Defined && other.name == *name))
        {
            finding = finding.note(messages::functions_see_only_their_parameters_hand(name, function));
        } else if is_constant {
            finding = finding.note(messages::modules_see_only_what_they_define_hand(name));
        }
        let meant = did_you_mean(name, unknown.known.iter().map(String::as_str));
        let text = meant.map(messages::did_you_mean).unwrap_or_default();
        let finding = finding.mended_by(name, only_meant(name, unknown.known.iter().map(String::as_str)));
        found.push(view.script.point(finding, unknown.at, text));
    }
    view.tree.each(&mut |node| {
        let Node::Expr(expr @ Expr::Variable(parts, _, _)) = node else { return };
        let (_, name, namespace, _) = &**parts;
        if namespace.is_empty() || namespace.root() == "global" {
            return;
        }
        let mut finding = Diagnostic::error(Code::UnknownVariable, messages::there_is_no_variable_2(namespace, name));
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
                finding = finding.note(messages::has_no_export_of_that_name(&module.script.source.name));
            }
            None if ground.is_namespace(namespace.root()) => {
                finding = finding.note(messages::holds_functions_to_call_one_write(namespace, name));
            }
            None => {}
        }
        let text = meant.map(|meant| messages::did_you_mean_in(namespace, meant)).unwrap_or_default();
        found.push(view.script.point(finding, expr.start_position(), text));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fixture::{findings, found_in_each};
    use crate::check::parser;
    use crate::model::place::Place;

    #[test]
    fn unknown_variables_are_found_wherever_they_stand() {
        insta::assert_snapshot!(found_in_each(&[
            "let name = 1; nane",
            "let a = b; let b = 1;",
            "{ let a = 1; } a",
            "for i in 0..3 { i } i",
            "try { 1 } catch (e) { e } e",
            "let f = |x| x + y + z; y",
            "step(\"日本\", || { let k = || unknown; k }); `日 ${missing}`",
            "let f = || || deep;",
            "fn helper(a) { a + base + params.domain } let base = 1; helper(1)",
            "http::get + probe::LIMIT",
            "import \"std/probe\" as probe; probe::LIMITS",
            "missing.field; missing[0] = 1; missing += 1; missing.call()",
            "switch a { 1 if b => c, _ => d }",
            "loop { break what; }",
        ]), @r##"
        let name = 1; nane
            1:15+4 RB0104 there is no variable `nane` | did you mean `name`?
        let a = b; let b = 1;
            1:9+1 RB0104 there is no variable `b` | 
        { let a = 1; } a
            1:16+1 RB0104 there is no variable `a` | 
        for i in 0..3 { i } i
            1:21+1 RB0104 there is no variable `i` | 
        try { 1 } catch (e) { e } e
            1:27+1 RB0104 there is no variable `e` | 
        let f = |x| x + y + z; y
            1:17+1 RB0104 there is no variable `y` | 
            1:21+1 RB0104 there is no variable `z` | 
            1:24+1 RB0104 there is no variable `y` | 
        step("日本", || { let k = || unknown; k }); `日 ${missing}`
            1:28+7 RB0104 there is no variable `unknown` | 
            1:48+7 RB0104 there is no variable `missing` | 
        let f = || || deep;
            1:15+4 RB0104 there is no variable `deep` | 
        fn helper(a) { a + base + params.domain } let base = 1; helper(1)
            1:20+4 RB0104 there is no variable `base` | 
            1:27+6 RB0104 there is no variable `params` | 
        http::get + probe::LIMIT
            1:1+9 RB0104 there is no variable `http::get` | 
            1:13+12 RB0104 there is no variable `probe::LIMIT` | 
        import "std/probe" as probe; probe::LIMITS
            1:30+13 RB0104 there is no variable `probe::LIMITS` | did you mean `probe::LIMIT`?
        missing.field; missing[0] = 1; missing += 1; missing.call()
            1:1+7 RB0104 there is no variable `missing` | 
            1:16+7 RB0104 there is no variable `missing` | 
            1:32+7 RB0104 there is no variable `missing` | 
            1:46+7 RB0104 there is no variable `missing` | 
        switch a { 1 if b => c, _ => d }
            1:8+1 RB0104 there is no variable `a` | 
            1:17+1 RB0104 there is no variable `b` | 
            1:22+1 RB0104 there is no variable `c` | 
            1:30+1 RB0104 there is no variable `d` | 
        loop { break what; }
            1:14+4 RB0104 there is no variable `what` | 
        "##);
    }

    /// Rhai's own strict mode stops at the first unknown variable; whether there is one must be told alike.
    #[test]
    fn unknown_variables_are_found_exactly_where_the_parser_finds_one() {
        let mut engine = parser::parser();
        engine.set_strict_variables(true);
        let mut scope = rhai::Scope::new();
        scope.push_constant("params", rhai::Map::new());
        scope.push_constant("run", rhai::Map::new());
        for script in [
            "let a = 1; a",
            "let a = 1; let f = || a + b; f",
            "{ let a = 1; } a",
            "for (x, i) in [1] { x + i }",
            "for x in [1] { x } x",
            "try { } catch (e) { e }",
            "try { } catch { e }",
            "let f = |x| { let y = x; || y + x }; f",
            "let f = |x| { let y = x; || y + z }; f",
            "while true { let a = 1; } a",
            "do { let a = 1; } while a > 0",
            "fn f(x) { x } f(1)",
            "fn f(x) { let y = x; { let z = y; } z } f(1)",
            "const A = 1; let b = A; `${b} ${c}`",
            "params.x + run.id",
            "let m = #{ k: v };",
            "switch 1 { 1 => { let q = 1; q } _ => q }",
            "let x = if true { let a = 1; a } else { a };",
        ] {
            let ours = findings(script, &[], &[]);
            let first = ours.iter().find(|f| f.code == Code::UnknownVariable).and_then(Diagnostic::place);
            let theirs = engine.compile_with_scope(&scope, script).err().map(|error| error.position());
            let theirs = theirs.map(|at| Place::new("a.rhai", at.line().unwrap_or(0), at.position().unwrap_or(0)));
            assert_eq!(first, theirs.as_ref(), "{script}");
        }
    }
}
