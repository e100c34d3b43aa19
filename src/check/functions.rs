//! Calls of functions that nobody defines (RB0103), or with a number of arguments that they don't take (RB0105). How many
//! arguments a host function takes is checked in `arguments`.

use std::collections::BTreeSet;

use rhai::{Expr, FnAccess, Stmt};

use super::ground::{Ground, Module, View};
use crate::engine::walk::{Call, Node};
use crate::engine::words::{WORDS, Word, word};
use crate::messages::check as messages;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, did_you_mean, only_meant};

/// Finds them.
pub(super) fn find(ground: &Ground<'_>, view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let properties = properties(ground);
    view.tree.each(&mut |node| {
        let Some(call) = node.call() else { return };
        let finding = match call.namespace().as_str() {
            "" if call.method => method(ground, view, &call, &properties),
            "" => plain(ground, view, &call),
            namespace => qualified(ground, view, &call, namespace),
        };
        if let Some((finding, text)) = finding {
            found.push(view.script.point(finding, call.start(), text));
        }
    });
}

type Finding = Option<(Diagnostic, String)>;

fn plain(ground: &Ground<'_>, view: &View<'_>, call: &Call<'_>) -> Finding {
    let name = call.function();
    let arguments = call.args().len();
    let own: BTreeSet<usize> = view.tree.functions.named(name).map(|function| function.params.len()).collect();
    let builtin = ground.builtins.get(name);
    let word = word(name);
    let takes_any = builtin.is_some_and(BTreeSet::is_empty);
    let takes = own.contains(&arguments)
        || builtin.is_some_and(|forms| forms.contains(&arguments))
        || word.is_some_and(|word| word.takes(arguments));
    if takes || takes_any {
        return None;
    }
    if let Some(word) = word {
        return wrong_number(name, &word.form(), arguments);
    }
    if !own.is_empty() {
        let forms: Vec<String> =
            view.tree.functions.named(name).map(|f| format!("{name}({})", f.params.join(", "))).collect();
        return wrong_number(name, &alternatives(&forms), arguments);
    }
    if let Some(forms) = builtin {
        let counts: Vec<String> = forms.iter().map(ToString::to_string).collect();
        let finding = Diagnostic::error(Code::WrongArguments, messages::is_not_called_with(name, count(arguments)));
        return Some((finding, messages::it_takes(alternatives(&counts))));
    }
    let own =
        view.tree.functions.iter().filter(|function| !function.is_closure()).map(|function| function.name.as_str());
    let words = WORDS.iter().map(|word| word.name);
    let qualified: Vec<&str> =
        ground.input.registry.iter().map(|declaration| declaration.name).chain(words.clone()).collect();
    let finding = Diagnostic::error(Code::UnknownFunction, messages::there_is_no_function(name));
    // Somebody may have left out the namespace.
    let known: Vec<&str> = own.chain(words).chain(ground.builtins.names()).collect();
    let finding = finding.mended_by(name, only_meant(name, known.iter().copied()));
    let meant = did_you_mean(name, known)
        .or_else(|| qualified.iter().find(|full| full.rsplit("::").next() == Some(name)).copied());
    Some((finding, suggestion(meant)))
}

/// A method may be a function whose first argument is the value, a function of the script that sees it as `this`, or a closure
/// that a map holds.
fn method(ground: &Ground<'_>, view: &View<'_>, call: &Call<'_>, properties: &BTreeSet<String>) -> Finding {
    let name = call.function();
    let is_known = ground.builtins.get(name).is_some()
        || word(name).is_some()
        || view.tree.functions.named(name).next().is_some()
        || properties.contains(name);
    if is_known {
        return None;
    }
    let own =
        view.tree.functions.iter().filter(|function| !function.is_closure()).map(|function| function.name.as_str());
    let meant = did_you_mean(name, own.chain(ground.builtins.names()));
    let finding = Diagnostic::error(Code::UnknownFunction, messages::there_is_no_function_to_call_on(name));
    Some((finding, suggestion(meant)))
}

fn qualified(ground: &Ground<'_>, view: &View<'_>, call: &Call<'_>, namespace: &str) -> Finding {
    let full = call.name();
    let arguments = call.args().len();
    if ground.input.registry.get(&full).is_some() {
        return None;
    }
    if let Some(word) = word(&full) {
        return if word.takes(arguments) { None } else { wrong_number(&full, &word.form(), arguments) };
    }
    let root = namespace.split("::").next().unwrap_or(namespace);
    if !ground.is_namespace(root) {
        match ground.module(view, root) {
            Some(Module::Known(module)) if root == namespace => return in_module(module, call, &full),
            // What a module of a module defines is its own affair, and a broken one was reported.
            Some(_) => return None,
            None => {}
        }
        let aliases = view.names.imports.iter().map(|import| import.alias.name.as_str());
        let finding = Diagnostic::error(Code::UnknownFunction, messages::there_is_no_function_in_full(&full));
        let known: Vec<&str> = aliases.chain(ground.namespaces.iter().copied()).collect();
        let certain = only_meant(root, known.iter().copied()).map(|meant| format!("{meant}::{}", call.function()));
        let finding = finding.mended_by(&full, certain);
        let meant = did_you_mean(root, known);
        let finding = finding.note(messages::is_no_namespace_and_nothing_is_imported(root));
        return Some((finding, suggestion(meant.map(|meant| format!("{meant}::{}", call.function())).as_deref())));
    }
    let words = WORDS.iter().map(|word: &Word| word.name);
    let of_family: Vec<String> =
        ground.input.registry.family_functions(root).into_iter().map(|name| format!("{root}::{name}")).collect();
    let names = ground.input.registry.iter().map(|declaration| declaration.name).chain(words);
    let siblings = names.filter(|name| name.split_once("::").is_some_and(|(prefix, _)| prefix == root));
    let siblings: Vec<&str> = siblings.chain(of_family.iter().map(String::as_str)).collect();
    let finding = Diagnostic::error(Code::UnknownFunction, messages::there_is_no_function(&full));
    let finding = finding.mended_by(&full, only_meant(&full, siblings.iter().copied()));
    Some((finding, suggestion(did_you_mean(&full, siblings))))
}

fn in_module(module: &View<'_>, call: &Call<'_>, full: &str) -> Finding {
    let name = call.function();
    let public: Vec<_> =
        module.tree.ast.iter_functions().filter(|function| function.access == FnAccess::Public).collect();
    let named: Vec<_> = public.iter().filter(|function| function.name == name).collect();
    if named.iter().any(|function| function.params.len() == call.args().len()) {
        return None;
    }
    if !named.is_empty() {
        let forms: Vec<String> =
            named.iter().map(|function| format!("{full}({})", function.params.join(", "))).collect();
        return wrong_number(full, &alternatives(&forms), call.args().len());
    }
    let names = public.iter().map(|function| function.name).filter(|name| !name.starts_with("anon$"));
    let meant = did_you_mean(name, names).map(|meant| format!("{}::{meant}", call.namespace()));
    let finding = Diagnostic::error(Code::UnknownFunction, messages::there_is_no_function(full));
    let is_private = module.tree.functions.named(name).next().is_some();
    let finding = finding.note(match is_private {
        true => messages::is_private_to(name, &module.script.source.name),
        false => messages::defines_none_of_that_name(&module.script.source.name),
    });
    Some((finding, suggestion(meant.as_deref())))
}

fn wrong_number(name: &str, form: &str, given: usize) -> Finding {
    let finding = Diagnostic::error(Code::WrongArguments, messages::is_not_called_with_given(name, count(given)));
    Some((finding, messages::it_is_a_form(form)))
}

fn alternatives(forms: &[String]) -> String {
    forms.iter().cloned().reduce(messages::or).unwrap_or_default()
}

fn count(arguments: usize) -> String {
    match arguments {
        0 => messages::no_arguments(),
        1 => messages::one_argument(),
        more => messages::so_many_arguments(more),
    }
}

fn suggestion(meant: Option<&str>) -> String {
    meant.map(messages::did_you_mean).unwrap_or_default()
}

/// The names under which a map anywhere in the scripts may hold a closure.
fn properties(ground: &Ground<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for view in ground.views() {
        view.tree.each(&mut |node| match node {
            Node::Expr(Expr::Map(entries, _)) => names.extend(entries.0.iter().map(|(key, _)| key.name.to_string())),
            Node::Stmt(Stmt::Assignment(parts)) => Node::Expr(&parts.1.lhs).each(&mut |part| {
                if let Node::Expr(Expr::Property(property, _)) = part {
                    names.insert(property.2.to_string());
                }
            }),
            _ => {}
        });
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fixture::{findings, found_in_each};
    use crate::check::parser;

    #[test]
    fn unknown_functions_are_found_with_what_was_probably_meant() {
        insta::assert_snapshot!(found_in_each(&[
            "stepp(\"a\", || 1)",
            "step(\"a\")",
            "http::gett(\"https://x.example/\")",
            "htp::get(\"https://x.example/\")",
            "lookup(\"x\")",
            "time::slep(\"1s\"); time::sleep(); run::id(1)",
            "fn helper(a) { a } helper(1, 2); halper(1)",
            "\"a\".trimm(); [1].mapp(|x| x); let m = #{}; m.anything()",
            "import \"std/probe\" as probe; probe::expect_status(1); probe::inner(1, 2); probe::expect(1)",
            "loop { break helper(); }",
            "abs(1, 2, 3)",
            "eval(\"1\")",
        ]), @r##"
        stepp("a", || 1)
            1:1+5 RB0103 there is no function `stepp` | did you mean `step`?
        step("a")
            1:1+4 RB0105 `step` is not called with one argument | it is `step(name, closure)`
        http::gett("https://x.example/")
            1:1+10 RB0103 there is no function `http::gett` | did you mean `http::get`?
        htp::get("https://x.example/")
            1:1+8 RB0103 there is no function `htp::get` | did you mean `http::get`?
        lookup("x")
            1:1+6 RB0103 there is no function `lookup` | did you mean `dns::lookup`?
        time::slep("1s"); time::sleep(); run::id(1)
            1:1+10 RB0103 there is no function `time::slep` | did you mean `time::sleep`?
            1:19+11 RB0105 `time::sleep` is not called with no arguments | it is `time::sleep(duration)`
            1:34+7 RB0105 `run::id` is not called with one argument | it is `run::id()`
        fn helper(a) { a } helper(1, 2); halper(1)
            1:20+6 RB0105 `helper` is not called with 2 arguments | it is `helper(a)`
            1:34+6 RB0103 there is no function `halper` | did you mean `helper`?
        "a".trimm(); [1].mapp(|x| x); let m = #{}; m.anything()
            1:5+5 RB0103 there is no function `trimm` to call on a value | did you mean `trim`?
            1:18+4 RB0103 there is no function `mapp` to call on a value | did you mean `map`?
            1:46+8 RB0103 there is no function `anything` to call on a value | 
        import "std/probe" as probe; probe::expect_status(1); probe::inner(1, 2); probe::expect(1)
            1:30+20 RB0105 `probe::expect_status` is not called with one argument | it is `probe::expect_status(url, status)`
            1:55+12 RB0103 there is no function `probe::inner` | 
            1:75+13 RB0103 there is no function `probe::expect` | 
        loop { break helper(); }
            1:14+6 RB0103 there is no function `helper` | 
        abs(1, 2, 3)
            1:1+3 RB0105 `abs` is not called with 3 arguments | it takes 1
        eval("1")
            1:1+4 RB0101 `a.rhai` does not parse | reserved keyword `eval` is disabled
        "##);
    }

    /// Whether a function is there must be told as the evaluator tells it.
    #[test]
    fn unknown_functions_are_found_exactly_where_the_evaluator_misses_one() {
        let engine = parser::parser();
        for script in [
            "let f = |x| x; f.call(1)",
            "let f = |x| x; f(1)",
            "fn f(x) { x } f(1)",
            "fn f(x) { x } f(1, 2)",
            "fn f(x) { this + x } let v = 1; v.f(2)",
            "fn f(x) { x } 1.f(2)",
            "fn f(x) { x } [1].map(f)",
            "let m = #{ f: |x| x }; m.f(1)",
            "let m = #{}; m.f = |x| x; m.f(1)",
            "let m = #{}; m.f(1)",
            "\"a\".len() + len(\"a\")",
            "\"a\".len",
            "nothing(1)",
            "1.nothing()",
            "abs(1)",
            "abs(1, 2)",
            "type_of(1)",
            "print(1); debug(1);",
            "[3, 1].sort(|a, b| a - b)",
            "[1].contains(1) && 1 in [1]",
            "#{ a: 1 }.keys().len()",
            "let x = 5; x.max(7) + min(1, 2) + PI()",
            "to_string(1) + parse_int(\"1\")",
            "is_shared(1)",
        ] {
            let missed = match engine.eval::<rhai::Dynamic>(script).map_err(|error| *error) {
                Err(rhai::EvalAltResult::ErrorFunctionNotFound(..)) => true,
                Err(rhai::EvalAltResult::ErrorInFunctionCall(_, _, inner, _)) => {
                    matches!(*inner, rhai::EvalAltResult::ErrorFunctionNotFound(..))
                }
                _ => false,
            };
            let codes = [Code::UnknownFunction, Code::WrongArguments];
            let found = findings(script, &[], &[]).iter().any(|finding| codes.contains(&finding.code));
            assert_eq!(found, missed, "{script}");
        }
    }
}
