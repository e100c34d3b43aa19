//! Arguments that a function of the engine can't take: something else than a closure where it runs one (RB0105), options that it does
//! not have (RB0112). Only what is written out is judged.

use rhai::{Expr, Position};

use super::ground::View;
use super::literal::{json_type, say};
use crate::engine::walk::Call;
use crate::engine::words::{Closures, Word, word};
use crate::messages::check as messages;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, did_you_mean, only_meant};

/// Finds them.
pub(super) fn find(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    view.tree.each(&mut |node| {
        let Some(call) = node.call() else { return };
        let is_own = view.tree.functions.named(&call.name()).any(|own| own.params.len() == call.args().len());
        let Some(word) = word(&call.name()).filter(|_| !is_own && !call.method) else { return };
        let mut wrong = Vec::new();
        judge(word, &call, &mut wrong);
        found.extend(wrong.into_iter().map(|(finding, at, text)| view.script.point(finding, at, text)));
    });
}

type Wrong = Vec<(Diagnostic, Position, String)>;

fn judge(word: &Word, call: &Call<'_>, wrong: &mut Wrong) {
    let Some(form) = word.forms.iter().find(|form| form.len() == call.args().len()) else { return };
    for (place, (name, expr)) in form.iter().zip(call.args()).enumerate() {
        match word.closures {
            Closures::At(places) if places.contains(&place) => closure(word, name, expr, wrong),
            Closures::Values => match expr {
                Expr::Map(entries, _) => {
                    entries.0.iter().for_each(|(key, value)| closure(word, &key.name, value, wrong))
                }
                other => unfit(word, name, other, messages::expected(messages::a_map_of_closures()), wrong),
            },
            _ if *name == "options" => options(word, name, expr, wrong),
            _ => {}
        }
    }
}

fn closure(word: &Word, name: &str, expr: &Expr, wrong: &mut Wrong) {
    unfit(word, name, expr, messages::expected(messages::a_closure()), wrong);
}

fn options(word: &Word, name: &str, expr: &Expr, wrong: &mut Wrong) {
    let known = word.options();
    let Expr::Map(entries, _) = expr else {
        return unfit(word, name, expr, messages::it_has_options(known.join("`, `")), wrong);
    };
    for (key, _) in entries.0.iter().filter(|(key, _)| !known.contains(&key.name.as_str())) {
        let option = key.name.as_str();
        let finding = Diagnostic::error(Code::UnknownOption, messages::has_no_option(word.name, option));
        let text = match did_you_mean(option, known.iter().copied()) {
            Some(meant) => messages::did_you_mean(meant),
            None => messages::it_has_options(known.join("`, `")),
        };
        wrong.push((finding.mended_by(option, only_meant(option, known.iter().copied())), key.pos, text));
    }
}

/// A value that is written out, where none of its kind can stand.
fn unfit(word: &Word, name: &str, expr: &Expr, text: String, wrong: &mut Wrong) {
    if let Some(given) = json_type(expr) {
        let message = messages::cannot_be(name, word.name, say(given));
        wrong.push((Diagnostic::error(Code::WrongArguments, message), expr.start_position(), text));
    }
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::found_in_each;

    #[test]
    fn what_is_no_closure_or_no_option_is_found() {
        insta::assert_snapshot!(found_in_each(&[
            "retry(#{ tiems: 3, colour: 1 }, || 1)",
            "retry(3, || 1)",
            "wait_until(#{ what: \"x\", every: \"1s\", timeout: \"5s\" }, || true)",
            "wait_until(#{ timout: \"5s\" }, || true)",
            "step(\"a\", 1)",
            "hold(\"a\", || 1, \"close\")",
            "parallel([|| 1, || 2])",
            "parallel(#{ a: || 1, b: 2 })",
            "fn retry(options, closure) { closure.call() } retry(1, || 1)",
            "let options = #{ a: 1 }; let f = || 1; retry(options, f); parallel(options); step(\"a\", f)",
        ]), @r##"
        retry(#{ tiems: 3, colour: 1 }, || 1)
            1:10+5 RB0112 `retry` has no option `tiems` | did you mean `times`?
            1:20+6 RB0112 `retry` has no option `colour` | it has `times`, `backoff`
        retry(3, || 1)
            1:7+1 RB0105 `options` of `retry` can't be an integer | it has `times`, `backoff`
        wait_until(#{ what: "x", every: "1s", timeout: "5s" }, || true)
            nothing
        wait_until(#{ timout: "5s" }, || true)
            1:15+6 RB0112 `wait_until` has no option `timout` | did you mean `timeout`?
        step("a", 1)
            1:11+1 RB0105 `closure` of `step` can't be an integer | expected a closure
        hold("a", || 1, "close")
            1:17+7 RB0105 `close` of `hold` can't be a string | expected a closure
        parallel([|| 1, || 2])
            1:10+1 RB0105 `branches` of `parallel` can't be a list | expected a map of closures
        parallel(#{ a: || 1, b: 2 })
            1:25+1 RB0105 `b` of `parallel` can't be an integer | expected a closure
        fn retry(options, closure) { closure.call() } retry(1, || 1)
            1:4+5 RB0114 `retry` is a function of `runbook` itself | give it another name
        let options = #{ a: 1 }; let f = || 1; retry(options, f); parallel(options); step("a", f)
            nothing
        "##);
    }
}
