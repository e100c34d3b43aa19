//! What a runbook does, told without running it: its steps and the host calls that can be reached in them, in the order of the
//! text. Functions and modules are looked into where they are called.

use rhai::{Expr, Position, Stmt};
use serde::Serialize;

use super::CheckInput;
use super::arguments::Arguments;
use super::ground::{Ground, Module, View};
use super::names::Names;
use super::template::Template;
use super::{parser, script};
use crate::binding::{Declaration, Kind};
use crate::engine::walk::{Call, Node};
use crate::model::effect::Effect;
use crate::model::place::Place;

/// How many lines an outline has at most: functions that call each other over and over have no end.
const LINES_MAX: usize = 2_000;

/// One line of an outline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// How many parts of the runbook are around it.
    pub depth: usize,
    /// What it is.
    #[serde(flatten)]
    pub what: What,
    /// Where it stands.
    pub place: Place,
}

/// What a line of an outline is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum What {
    /// A part with a name: `step`, `branch`, `hold`, `cleanup`, `undo`, `wait`, `runbook`.
    Part {
        /// Which kind of part.
        kind: &'static str,
        /// Its name as far as the text tells it, with `${…}` for parameters and `*` for what only a run can tell.
        name: String,
    },
    /// A host call.
    Call {
        /// The function.
        function: String,
        /// The gravest effect it can have; nothing for a question to a person and for what a run remembers.
        effect: Option<Effect>,
        /// Whether it asks a person.
        asks_person: bool,
        /// Its first argument as far as the text tells it.
        about: String,
    },
}

/// The outline of a runbook; empty when it does not parse.
#[must_use]
pub fn outline(input: &CheckInput<'_>) -> Vec<Line> {
    let engine = parser::parser();
    let scripts = script::load(&engine, input, &mut Vec::new());
    let ground = Ground::of(&engine, input, &scripts);
    let mut drawing = Drawing { ground: &ground, lines: Vec::new(), inside: Vec::new(), depth: 0 };
    if let Some(main) = ground.main() {
        drawing.all(main, main.tree.ast.statements());
    }
    drawing.lines
}

struct Drawing<'g, 'a> {
    ground: &'g Ground<'a>,
    lines: Vec<Line>,
    /// The bodies that are being looked into, so that none is looked into inside itself.
    inside: Vec<(usize, String, usize)>,
    depth: usize,
}

impl<'g, 'a> Drawing<'g, 'a> {
    fn all(&mut self, view: &'g View<'a>, statements: &'a [Stmt]) {
        statements.iter().for_each(|stmt| self.look(view, Node::Stmt(stmt)));
    }

    fn look(&mut self, view: &'g View<'a>, node: Node<'a>) {
        if self.lines.len() >= LINES_MAX {
            return;
        }
        if let Some(call) = node.call() {
            return self.call(view, &call);
        }
        node.closures().iter().for_each(|name| self.body(view, name, None));
        match node {
            Node::Expr(Expr::Variable(_, _, at)) => {
                let function = view.names.functions_as_values.iter().find(|(place, _)| place == at);
                if let Some((_, name)) = function {
                    self.body(view, name, None);
                }
            }
            // A module's own statements run when it is imported.
            Node::Stmt(Stmt::Import(parts, _)) => {
                if let Some(Module::Known(module)) = self.ground.module(view, &parts.1.name) {
                    self.once((module.index, String::new(), 0), |drawing| {
                        drawing.all(module, module.tree.ast.statements());
                    });
                }
            }
            _ => {}
        }
        node.children(&mut |child| self.look(view, child));
    }

    fn call(&mut self, view: &'g View<'a>, call: &Call<'a>) {
        let name = call.name();
        let args = call.args();
        match (name.as_str(), args) {
            ("step" | "hold" | "cleanup" | "undo", [title, closures @ ..]) => {
                let kind = match name.as_str() {
                    "step" => "step",
                    "hold" => "hold",
                    "cleanup" => "cleanup",
                    _ => "undo",
                };
                let title = Template::of(&view.names, title).pattern();
                self.part(view, kind, title, call.start(), closures.iter().collect());
            }
            ("parallel", [Expr::Map(entries, _)]) => {
                for (name, closure) in &entries.0 {
                    self.part(view, "branch", name.name.to_string(), name.pos, vec![closure]);
                }
            }
            ("parallel_map", [items, closure]) => {
                self.look(view, Node::Expr(items));
                self.part(view, "branch", "*".to_owned(), call.start(), vec![closure]);
            }
            ("wait_until", [Expr::Map(options, _), closure]) => {
                let what = options.0.iter().find(|(key, _)| key.name == "what");
                let what = what.map(|(_, what)| Template::of(&view.names, what).pattern()).unwrap_or_default();
                self.part(view, "wait", what, call.start(), vec![closure]);
            }
            ("runbook::run", [runbook, rest @ ..]) => {
                rest.iter().for_each(|arg| self.look(view, Node::Expr(arg)));
                let runbook = Template::of(&view.names, runbook).pattern();
                self.part(view, "runbook", runbook, call.start(), Vec::new());
            }
            // Arguments are computed before the call is made.
            _ => {
                args.iter().for_each(|arg| self.look(view, Node::Expr(arg)));
                self.called(view, call, &name);
            }
        }
    }

    fn called(&mut self, view: &'g View<'a>, call: &Call<'a>, name: &str) {
        let namespace = call.namespace();
        if namespace.is_empty() {
            return self.body(view, name, Some(call.args().len()));
        }
        match self.ground.module(view, &namespace) {
            Some(Module::Known(module)) => self.body(module, call.function(), Some(call.args().len())),
            Some(Module::Broken) => {}
            None => {
                let declaration = self.ground.input.registry.get(name).filter(|found| found.kind != Kind::Pure);
                if let Some(declaration) = declaration {
                    let effect = match declaration.kind {
                        Kind::World(effect) => Some(effect),
                        Kind::Handle => Some(declaration.kind.effect()),
                        Kind::Pure | Kind::Remembered | Kind::Person => None,
                    };
                    let what = What::Call {
                        function: name.to_owned(),
                        effect,
                        asks_person: declaration.kind == Kind::Person,
                        about: about(&view.names, declaration, call),
                    };
                    self.line(view, what, call.start());
                }
            }
        }
    }

    fn part(&mut self, view: &'g View<'a>, kind: &'static str, name: String, at: Position, closures: Vec<&'a Expr>) {
        self.line(view, What::Part { kind, name }, at);
        self.depth += 1;
        closures.into_iter().for_each(|closure| self.look(view, Node::Expr(closure)));
        self.depth -= 1;
    }

    /// Looks into the functions of that name: those with that many arguments, where a number is known.
    fn body(&mut self, view: &'g View<'a>, name: &str, arguments: Option<usize>) {
        for function in view.tree.functions.named(name) {
            if arguments.is_none_or(|arguments| function.params.len() == arguments) {
                let key = (view.index, function.name.clone(), function.params.len());
                self.once(key, |drawing| drawing.all(view, &function.body));
            }
        }
    }

    fn once(&mut self, key: (usize, String, usize), look: impl FnOnce(&mut Self)) {
        if !self.inside.contains(&key) {
            self.inside.push(key);
            look(self);
            self.inside.pop();
        }
    }

    fn line(&mut self, view: &View<'_>, what: What, at: Position) {
        self.lines.push(Line { depth: self.depth, what, place: view.script.place(at) });
    }
}

/// The first argument of a call as far as the text tells it: for a program its words.
fn about(names: &Names<'_>, declaration: &Declaration, call: &Call<'_>) -> String {
    let arguments = Arguments::of(declaration, call);
    let about = match arguments.positional.first() {
        Some((_, Expr::Array(words, _))) => {
            let words: Vec<String> = words.iter().map(|word| Template::of(names, word).pattern()).collect();
            words.join(" ")
        }
        Some((_, expr)) => Template::of(names, expr).pattern(),
        None => String::new(),
    };
    // That only a run can tell says nothing.
    if about == "*" { String::new() } else { about }
}

/// The effects that calls of an outline can have, mildest first, and whether a person is asked.
#[must_use]
pub fn effects(lines: &[Line]) -> (Vec<Effect>, bool) {
    let calls = |wanted: &dyn Fn(Option<Effect>, bool) -> bool| {
        lines.iter().any(|line| match &line.what {
            What::Call { effect, asks_person, .. } => wanted(*effect, *asks_person),
            What::Part { .. } => false,
        })
    };
    let effects = Effect::ALL.into_iter().filter(|wanted| calls(&|effect, _| effect == Some(*wanted)));
    (effects.collect(), calls(&|_, asks| asks))
}

#[cfg(test)]
mod tests {
    use super::super::{Source, fixture};
    use super::*;

    fn drawn(script: &str) -> String {
        let main = Source { name: "a.rhai".to_owned(), text: script.to_owned() };
        let modules = |path: &str| {
            (path == "std/probe").then(|| Source { name: "std/probe".to_owned(), text: fixture::PROBE.to_owned() })
        };
        let registry = fixture::registry();
        let input = CheckInput { main: &main, modules: &modules, registry: &registry, params: &[], permissions: &[] };
        let line = |line: &Line| {
            let told = match &line.what {
                What::Part { kind, name } => format!("{kind} {name}"),
                What::Call { function, effect, about, .. } => {
                    format!("{function} {about} {}", effect.map_or_else(String::new, Effect::badge))
                }
            };
            format!("{}{told}\n", "  ".repeat(line.depth))
        };
        outline(&input).iter().map(line).collect()
    }

    #[test]
    fn steps_hold_the_calls_that_can_be_reached_in_them() {
        insta::assert_snapshot!(drawn(r#"
            import "std/probe" as probe;
            fn look(name) { dns::lookup(name) }
            let base = `https://${params.domain}`;
            step("ask", || { look("example.com"); parallel(#{ a: || probe::expect_status(`${base}/`, 200), b: || http::get("https://b.example/") }) });
            for n in ["x", "y"] { step(`do ${n}`, || process::read(["uname", n])); }
            hold("tunnel", || http::post("https://c.example/open"), |it| http::delete(it));
        "#), @"
        step ask
          dns::lookup  [R]
          branch a
            http::get  [R]
          branch b
            http::get https://b.example/ [R]
        step do *
          process::read uname * [R]
        hold tunnel
          http::post https://c.example/open [W!]
          http::delete  [D]
        ");
    }

    #[test]
    fn what_nobody_calls_is_left_out_and_functions_that_call_each_other_end() {
        insta::assert_snapshot!(drawn(r#"
            import "std/probe" as probe;
            fn a(n) { http::get("https://a.example/"); b(n) }
            fn b(n) { a(n) }
            fn unused() { http::delete("https://a.example/") }
            a(1);
        "#), @"http::get https://a.example/ [R]");
    }

    #[test]
    fn a_script_that_does_not_parse_has_no_outline() {
        assert_eq!(drawn("let x = ;"), "");
    }
}
