//! Arguments that a host function can't take: too many, too few, of the wrong type (RB0105), or options it does not have
//! (RB0112). Only what is written out is judged; what a run computes is checked by the gate.

use rhai::{Expr, Position};

use super::ground::{Ground, View};
use super::literal::{json_type, say, value};
use crate::binding::{Declaration, Parameter, Problem, Step};
use crate::engine::walk::Call;
use crate::messages::check as messages;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, did_you_mean, only_meant};
use crate::model::value::Value;

/// Finds them.
pub(super) fn find(ground: &Ground<'_>, view: &View<'_>, found: &mut Vec<Diagnostic>) {
    view.tree.each(&mut |node| {
        let Some(call) = node.call() else { return };
        let Some(declaration) = ground.input.registry.get(&call.name()) else { return };
        let mut wrong = Vec::new();
        judge(declaration, &call, &mut wrong);
        found.extend(wrong.into_iter().map(|(finding, at, text)| view.script.point(finding, at, text)));
    });
}

type Wrong = Vec<(Diagnostic, Position, String)>;

/// The arguments of a call by position, and the options by name. `None` for options: they are not written out.
pub(super) struct Arguments<'a> {
    /// What came by position, with the names of the parameters.
    pub(super) positional: Vec<(&'static str, &'a Expr)>,
    /// What came by name, and where the name stands.
    pub(super) options: Vec<(String, Position, &'a Expr)>,
    /// Whether all options are written out.
    pub(super) complete: bool,
    /// What is left over.
    pub(super) too_many: Option<&'a Expr>,
}

impl<'a> Arguments<'a> {
    /// Sorts the arguments of a call as the gate will.
    pub(super) fn of(declaration: &Declaration, call: &Call<'a>) -> Self {
        let names = declaration.positional;
        let mut args: Vec<&'a Expr> = call.args().iter().collect();
        let mut sorted = Arguments { positional: Vec::new(), options: Vec::new(), complete: true, too_many: None };
        let place = args.len().wrapping_sub(1);
        match args.last() {
            Some(Expr::Map(entries, _)) if place == names.len() || takes_no_map(declaration, place) => {
                let entry = |(key, value): &'a (rhai::Ident, Expr)| (key.name.to_string(), key.pos, value);
                sorted.options = entries.0.iter().map(entry).collect();
                args.pop();
            }
            // A variable may hold options, in the place after the last argument or instead of one.
            Some(last) if json_type(last).is_none() => {
                sorted.complete = false;
                if place == names.len() {
                    args.pop();
                }
            }
            _ => {}
        }
        sorted.too_many = args.get(names.len()).copied();
        sorted.positional = names.iter().copied().zip(args).collect();
        sorted
    }

    /// All arguments as one map of values, if all are written out.
    pub(super) fn values(&self) -> Option<Value> {
        let positional = self.positional.iter().map(|(name, expr)| Some(((*name).to_owned(), value(expr)?)));
        let options = self.options.iter().map(|(name, _, expr)| Some((name.clone(), value(expr)?)));
        let all = positional.chain(options).collect::<Option<_>>()?;
        (self.complete && self.too_many.is_none()).then_some(Value::Map(all))
    }
}

fn takes_no_map(declaration: &Declaration, place: usize) -> bool {
    let name = declaration.positional.get(place);
    let parameter = name.and_then(|name| declaration.parameters.iter().find(|parameter| parameter.name == *name));
    parameter
        .is_some_and(|parameter| !parameter.types.is_empty() && !parameter.types.iter().any(|name| name == "object"))
}

fn judge(declaration: &Declaration, call: &Call<'_>, wrong: &mut Wrong) {
    let name = declaration.name;
    let form = || messages::it_is_a_form(declaration.form());
    let arguments = Arguments::of(declaration, call);
    if let Some(extra) = arguments.too_many {
        let finding = Diagnostic::error(Code::WrongArguments, messages::is_given_too_many_arguments(name));
        wrong.push((finding, extra.start_position(), form()));
    }
    let parameter = |wanted: &str| declaration.parameters.iter().find(|parameter| parameter.name == wanted);
    for (given, expr) in &arguments.positional {
        if let Some(parameter) = parameter(given) {
            fits(declaration, parameter, expr, wrong);
        }
    }
    for (option, at, expr) in &arguments.options {
        // The closure that settles a call is for the engine, not for the function.
        if option == "settle" && declaration.author_settles {
            continue;
        }
        match parameter(option) {
            Some(_) if arguments.positional.iter().any(|(given, _)| given == option) => {
                let finding = Diagnostic::error(Code::WrongArguments, messages::is_given_twice(option, name));
                wrong.push((finding, *at, messages::the_argument_before_the_options_is_this_one()));
            }
            Some(parameter) => fits(declaration, parameter, expr, wrong),
            None => {
                let finding = Diagnostic::error(Code::UnknownOption, messages::has_no_option(name, option));
                let options: Vec<&str> = declaration
                    .parameters
                    .iter()
                    .map(|parameter| parameter.name.as_str())
                    .filter(|known| !declaration.positional.contains(known))
                    .collect();
                let text = match did_you_mean(option, options.iter().copied()) {
                    Some(meant) => messages::did_you_mean(meant),
                    None if options.is_empty() => messages::it_has_no_options(),
                    None => messages::it_has_options(options.join("`, `")),
                };
                let finding = finding.mended_by(option, only_meant(option, options.iter().copied()));
                wrong.push((finding, *at, text));
            }
        }
    }
    let is_given = |name: &str| {
        arguments.positional.iter().any(|(given, _)| *given == name)
            || arguments.options.iter().any(|(given, _, _)| given == name)
    };
    let missing = declaration.parameters.iter().filter(|parameter| parameter.required && !is_given(&parameter.name));
    for parameter in missing.filter(|_| arguments.complete) {
        let finding = Diagnostic::error(Code::WrongArguments, messages::needs(name, &parameter.name));
        wrong.push((finding, call.start(), form()));
    }
    if wrong.is_empty() {
        modelled(declaration, &arguments, wrong);
    }
    if wrong.is_empty()
        && let Some(Value::Map(mut values)) = arguments.values()
    {
        values.remove("settle");
        if let Err(failure) = declaration.check(&Value::Map(values)) {
            let by_name = arguments.options.iter().map(|(name, _, expr)| (name.as_str(), *expr));
            let mut all = arguments.positional.iter().map(|(name, expr)| (*name, *expr)).chain(by_name);
            let named = all.find(|(name, _)| failure.message.contains(&format!("`{name}`")));
            let at = named.map_or(call.start(), |(_, expr)| expr.start_position());
            let hint = failure.hint.unwrap_or_default();
            wrong.push((Diagnostic::error(Code::WrongArguments, failure.message), at, hint));
        }
    }
}

/// What a model says against what is written out, each with its place.
fn modelled(declaration: &Declaration, arguments: &Arguments<'_>, wrong: &mut Wrong) {
    let Some((first, written)) = arguments.positional.first() else { return };
    let args = Value::Map([((*first).to_owned(), as_far_as_written(written))].into());
    for problem in declaration.problems(&args) {
        let place = problem.place();
        let (message, text) = match (&problem.meant, place.is_empty()) {
            (Some(meant), _) => (messages::of_member(&place, &problem.message), messages::did_you_mean(meant)),
            (None, true) => (problem.message.clone(), String::new()),
            (None, false) => (messages::of_member(&place, &problem.message), String::new()),
        };
        let finding = if problem.is_warning {
            Diagnostic::warning(Code::WrongArguments, message)
        } else {
            Diagnostic::error(Code::WrongArguments, message)
        };
        wrong.push((finding, place_of(written, &problem), text));
    }
}

/// The value that is written out; what is not is unknown.
fn as_far_as_written(expr: &Expr) -> Value {
    match expr {
        Expr::Map(entries, _) => Value::Map(
            entries.0.iter().map(|(name, value)| (name.name.to_string(), as_far_as_written(value))).collect(),
        ),
        Expr::Array(items, _) => Value::List(items.iter().map(as_far_as_written).collect()),
        expr => value(expr).unwrap_or(Value::Unknown),
    }
}

/// Where in what is written out something is wrong: as near as there is a place.
fn place_of(expr: &Expr, problem: &Problem) -> Position {
    let mut at = expr.start_position();
    let mut inside = Some(expr);
    for (nth, step) in problem.path.iter().enumerate() {
        let is_last = nth + 1 == problem.path.len();
        inside = match (inside, step) {
            (Some(Expr::Map(entries, _)), Step::Member(name)) => {
                let entry = entries.0.iter().find(|(key, _)| key.name.as_str() == name);
                if let Some((key, value)) = entry {
                    at = if is_last && problem.is_name { key.pos } else { value.start_position() };
                }
                entry.map(|(_, value)| value)
            }
            (Some(Expr::Array(items, _)), Step::Item(nth)) => {
                let item = items.get(*nth);
                at = item.map_or(at, Expr::start_position);
                item
            }
            _ => None,
        };
    }
    at
}

/// Whether what is written out fits a parameter.
fn fits(declaration: &Declaration, parameter: &Parameter, expr: &Expr, wrong: &mut Wrong) {
    let name = declaration.name;
    let at = expr.start_position();
    let Some(given) = json_type(expr) else { return };
    let is_type = |types: &[String], given: &str| {
        types.is_empty() || types.iter().any(|wanted| wanted == given || (wanted == "number" && given == "integer"))
    };
    if !is_type(&parameter.types, given) {
        let message = messages::cannot_be(&parameter.name, name, say(given));
        wrong.push((Diagnostic::error(Code::WrongArguments, message), at, messages::expected(parameter.type_text())));
        return;
    }
    if let (false, Expr::StringConstant(word, _)) = (parameter.choices.is_empty(), expr)
        && !parameter.choices.iter().any(|choice| choice == word.as_str())
    {
        let message = messages::cannot_be_the_word(&parameter.name, name, word);
        let text = match did_you_mean(word, parameter.choices.iter().map(String::as_str)) {
            Some(meant) => messages::did_you_mean_the_word(meant),
            None => messages::it_is(parameter.type_text()),
        };
        wrong.push((Diagnostic::error(Code::WrongArguments, message), at, text));
    }
    let items: Vec<&Expr> = match expr {
        Expr::Array(items, _) => items.iter().collect(),
        Expr::Map(entries, _) => entries.0.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    };
    for item in items {
        if let Some(given) = json_type(item)
            && !is_type(&parameter.items, given)
        {
            let message = messages::cannot_hold(&parameter.name, name, say(given));
            let text = messages::expected(parameter.type_text());
            wrong.push((Diagnostic::error(Code::WrongArguments, message), item.start_position(), text));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::found_in_each;

    #[test]
    fn arguments_are_checked_against_the_declaration() {
        insta::assert_snapshot!(found_in_each(&[
            "dns::lookup(\"x\", #{ recrod: \"NS\" })",
            "dns::lookup(\"x\", #{ colour: 1 })",
            "dns::lookup(\"x\", #{ record: \"NX\" })",
            "dns::lookup(\"x\", \"NS\")",
            "dns::lookup(\"x\", #{}, 1)",
            "dns::lookup(5)",
            "dns::lookup()",
            "dns::lookup(#{ record: \"NS\" })",
            "dns::lookup(#{ name: \"x\" })",
            "dns::lookup(\"x\", #{ name: \"y\" })",
            "http::get(\"https://x.example/\", #{ redirects: \"3\", timeout: true, headers: #{ a: 1 } })",
            "http::get(\"https://x.example/\", #{ redirects: -1 })",
            "http::get(\"no address\")",
            "http::get(\"https://x.example/\", #{ settle: || true })",
            "let options = #{}; dns::lookup(options); dns::lookup(\"x\", options); http::get(`${options}`)",
            "process::read([\"git\", 5])",
            "time::now(1)",
        ]), @r##"
        dns::lookup("x", #{ recrod: "NS" })
            1:21+6 RB0112 `dns::lookup` has no option `recrod` | did you mean `record`?
        dns::lookup("x", #{ colour: 1 })
            1:21+6 RB0112 `dns::lookup` has no option `colour` | it has `record`
        dns::lookup("x", #{ record: "NX" })
            1:29+4 RB0105 `record` of `dns::lookup` can't be "NX" | did you mean "NS"?
        dns::lookup("x", "NS")
            1:18+4 RB0105 `dns::lookup` is given too many arguments | it is `dns::lookup(name, #{ … })`
        dns::lookup("x", #{}, 1)
            1:18+1 RB0105 `dns::lookup` is given too many arguments | it is `dns::lookup(name, #{ … })`
        dns::lookup(5)
            1:13+1 RB0105 `name` of `dns::lookup` can't be an integer | expected string
        dns::lookup()
            1:1+11 RB0105 `dns::lookup` needs `name` | it is `dns::lookup(name, #{ … })`
        dns::lookup(#{ record: "NS" })
            1:1+11 RB0105 `dns::lookup` needs `name` | it is `dns::lookup(name, #{ … })`
        dns::lookup(#{ name: "x" })
            nothing
        dns::lookup("x", #{ name: "y" })
            1:21+4 RB0105 `name` is given to `dns::lookup` twice | the argument before the options is this one as well
        http::get("https://x.example/", #{ redirects: "3", timeout: true, headers: #{ a: 1 } })
            1:47+3 RB0105 `redirects` of `http::get` can't be a string | expected int
            1:61+4 RB0105 `timeout` of `http::get` can't be a bool | expected string or number
            1:82+1 RB0105 `headers` of `http::get` can't hold an integer | expected map of string
        http::get("https://x.example/", #{ redirects: -1 })
            1:47+1 RB0105 `http::get` can't take `redirects`: invalid value: integer `-1`, expected u32 | 
        http::get("no address")
            1:1+9 RB0105 `no address` is no address: relative URL without a base | 
        http::get("https://x.example/", #{ settle: || true })
            1:36+6 RB0112 `http::get` has no option `settle` | it has `timeout`, `redirects`, `headers`, `body`
        let options = #{}; dns::lookup(options); dns::lookup("x", options); http::get(`${options}`)
            nothing
        process::read(["git", 5])
            1:23+1 RB0105 `argv` of `process::read` can't hold an integer | expected list of string
        time::now(1)
            1:11+1 RB0105 `time::now` is given too many arguments | it is `time::now()`
        "##);
    }
}
