//! Every call of a script by its place, and the structural name of that place.

use std::collections::HashMap;
use std::sync::Arc;

use rhai::{AST, Position, Stmt};

use super::functions::Functions;
use super::node::{Call, Node};

/// Where a call stands: in the main body or in a function, and inside which closures there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The function: `helper`, or `helper(2)` where several have that name; `None` for the main body.
    pub function: Option<String>,
    /// The closures around the call, outermost first: each counts from 1 among those directly in the same body, by position.
    pub closures: Vec<u32>,
}

/// One call in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name as written: `http::get`, `step`.
    pub name: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The body it stands in.
    pub owner: Arc<Owner>,
    /// Which call of that name it is in its body, from 1, by position.
    pub ordinal: u32,
    /// How many arguments are written.
    pub arguments: usize,
    /// Whether it is written `value.name(…)`.
    pub method: bool,
}

/// Every call of a script by its place, and every closure by its name.
#[derive(Clone, Debug, Default)]
pub struct Sites {
    all: Vec<Site>,
    closures: HashMap<String, Arc<Owner>>,
    parameters: HashMap<String, usize>,
}

impl Sites {
    /// The calls of a script.
    #[must_use]
    pub fn of(ast: &AST) -> Self {
        Self::with(ast, &Functions::of(ast))
    }

    /// The calls of a script whose functions were looked up already.
    #[must_use]
    pub fn with(ast: &AST, functions: &Functions) -> Self {
        let mut sites = Sites::default();
        sites.collect(Owner::default(), ast.statements(), functions);
        for function in functions.iter().filter(|function| !function.is_closure()) {
            let label = match functions.named(&function.name).nth(1) {
                None => function.name.clone(),
                Some(_) => format!("{}({})", function.name, function.params.len()),
            };
            sites.collect(Owner { function: Some(label), closures: Vec::new() }, &function.body, functions);
        }
        sites.all.sort_by_key(|site| (site.line, site.column));
        sites
    }

    fn collect(&mut self, owner: Owner, body: &[Stmt], functions: &Functions) {
        let mut calls: Vec<Call<'_>> = Vec::new();
        let mut closures: Vec<(Position, String)> = Vec::new();
        for stmt in body {
            Node::Stmt(stmt).each(&mut |node| {
                calls.extend(node.call());
                closures.extend(node.closures().into_iter().map(|name| (node.position(), name)));
            });
        }
        let owner = Arc::new(owner);
        calls.sort_by_key(|call| call.position);
        let mut counts: HashMap<String, u32> = HashMap::new();
        for call in calls {
            let name = call.name();
            let ordinal = counts.entry(name.clone()).or_default();
            *ordinal += 1;
            self.all.push(Site {
                line: call.position.line().unwrap_or(0),
                column: call.position.position().unwrap_or(0),
                owner: Arc::clone(&owner),
                ordinal: *ordinal,
                arguments: call.args().len(),
                method: call.method,
                name,
            });
        }
        closures.sort();
        for ((_, name), ordinal) in closures.into_iter().zip(1..) {
            let mut inner = Owner::clone(&owner);
            inner.closures.push(ordinal);
            if self.closures.contains_key(&name) {
                continue;
            }
            self.closures.insert(name.clone(), Arc::new(inner.clone()));
            if let Some(function) = functions.closure(&name) {
                self.parameters.insert(name, function.params.len());
                self.collect(inner, &function.body, functions);
            }
        }
    }

    /// The call at a place, as `NativeCallContext::call_position` tells it.
    #[must_use]
    pub fn at(&self, line: usize, column: usize) -> Option<&Site> {
        let at = self.all.partition_point(|site| (site.line, site.column) < (line, column));
        self.all.get(at).filter(|site| (site.line, site.column) == (line, column))
    }

    /// Where the closure of that name (`anon$…`) was made; its own number is the last of the path.
    #[must_use]
    pub fn closure(&self, fn_name: &str) -> Option<&Owner> {
        self.closures.get(fn_name).map(Arc::as_ref)
    }

    /// The names of the calls that stand in a closure, those of closures inside it included.
    #[must_use]
    pub fn calls_inside(&self, closure: &str) -> Vec<String> {
        let Some(owner) = self.closure(closure) else { return Vec::new() };
        let inside = self
            .all
            .iter()
            .filter(|site| site.owner.function == owner.function && site.owner.closures.starts_with(&owner.closures));
        inside.map(|site| site.name.clone()).collect()
    }

    /// How many parameters a closure has, captured variables included.
    #[must_use]
    pub fn parameters(&self, closure: &str) -> Option<usize> {
        self.parameters.get(closure).copied()
    }

    /// All calls, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Site> {
        self.all.iter()
    }

    /// The key text of the call at a place, as seen from inside the closure `root` (`None`: from the main body).
    ///
    /// `http::post~1` stands directly there, `|2/http::post~1` in its second closure, `fn helper/http::post~1` in a named
    /// function. A call that does not lie inside `root` begins at the top of its body: `main/|3/http::post~1`; so does every call
    /// when `root` is a closure of another script. A place where no call was written gives `?line:column`.
    #[must_use]
    pub fn key(&self, line: usize, column: usize, root: Option<&str>) -> String {
        let Some(site) = self.at(line, column) else {
            return format!("?{line}:{column}");
        };
        let main = Owner::default();
        let root = root.map_or(Some(&main), |name| self.closure(name));
        let inside = root
            .filter(|root| root.function == site.owner.function)
            .and_then(|root| site.owner.closures.strip_prefix(root.closures.as_slice()));
        let mut key = match (inside, &site.owner.function) {
            (Some(_), _) => String::new(),
            (None, Some(function)) => format!("fn {function}/"),
            (None, None) => "main/".to_owned(),
        };
        for ordinal in inside.unwrap_or(&site.owner.closures) {
            key.push_str(&format!("|{ordinal}/"));
        }
        key.push_str(&format!("{}~{}", site.name, site.ordinal));
        key
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use rhai::{Dynamic, Engine, FnPtr, FuncRegistration, Module, NativeCallContext, OptimizationLevel};

    use super::*;

    type Seen = Arc<Mutex<Vec<(String, usize, usize)>>>;

    fn note(seen: &Seen, context: &NativeCallContext<'_>, name: &str) {
        let at = context.call_position();
        let place = (name.to_owned(), at.line().expect("a line"), at.position().expect("a column"));
        seen.lock().expect("seen").push(place);
    }

    /// An engine whose `http::get`, `run` and `keep` note where they are called from.
    fn engine(seen: &Seen) -> Engine {
        let mut engine = Engine::new();
        engine.set_optimization_level(OptimizationLevel::None);
        let mut http = Module::new();
        let log = Arc::clone(seen);
        FuncRegistration::new("get").set_into_module(
            &mut http,
            move |context: NativeCallContext<'_>, value: Dynamic| {
                note(&log, &context, "http::get");
                value
            },
        );
        engine.register_static_module("http", http.into());
        let log = Arc::clone(seen);
        engine.register_fn("run", move |context: NativeCallContext<'_>, closure: FnPtr| {
            note(&log, &context, "run");
            closure.call_within_context::<Dynamic>(&context, ())
        });
        let log = Arc::clone(seen);
        engine.register_fn("keep", move |context: NativeCallContext<'_>, value: Dynamic| {
            note(&log, &context, "keep");
            value
        });
        engine
    }

    const EVERY_FORM: &str = r#"
fn helper(x) { http::get(x) }
fn helper(x, y) { run(|| http::get(x + y)) }
http::get(1);
let a = http::get(2);
/* 値 */ let text = "日本語のテキスト"; http::get(`前 ${http::get(3)} 後 ${run(|| http::get("四"))}`);
run(|| { http::get(5); run(|| http::get(a)); });
helper(6); helper(7, 8);
switch http::get(9) { 9 if http::get(true) => http::get(10), 11..13 => http::get(11), _ => http::get(12) }
let b = switch 12 { 1 | 12 => http::get(13), _ => 0 };
let c = loop { break http::get(14); };
while http::get(true) { break; }
do { let d = 1; } while http::get(false);
for i in http::get([1, 2]) { http::get(i); }
if http::get(true) { http::get(15) } else { http::get(16) }
let d = if http::get(false) { 1 } else { http::get(17) };
let m = #{ "キー": http::get(18), l: [http::get(19), #{ n: http::get(20) }] };
m.l[http::get(0)] = http::get(21);
let e = m["キー"].keep() + m.l[0].keep(); "文字".keep(); 5.keep();
m.l.map(|v| http::get(v));
try { http::get(22); throw http::get(23) } catch (err) { http::get(err); }
let f = http::get(true) && http::get(false) || http::get(true); let g = () ?? http::get(24);
let h = run(|| |z| http::get(z)); h.call(25);
let two = [|| http::get(1), || http::get(1)]; two[0].call(); two[1].call();
const K = http::get(26); a += http::get(27);
{ let inner = http::get(28); }
keep(keep(http::get(29)));
run(|| { return http::get(30); });
let r = { http::get(31) };
(|| http::get(32)).call();
run(|| { let x = http::get(33); let y = || { http::get(34); http::get(35) }; y.call() });
return http::get(36);
"#;

    #[test]
    fn the_place_of_every_call_is_the_one_the_engine_gives_when_it_is_made() {
        let seen = Seen::default();
        let engine = engine(&seen);
        let ast = engine.compile(EVERY_FORM).expect("compiles");
        let sites = Sites::of(&ast);
        let _ = engine.eval_ast::<Dynamic>(&ast).expect("runs");

        let seen = seen.lock().expect("seen");
        for (name, line, column) in seen.iter() {
            let site = sites.at(*line, *column);
            assert_eq!(site.map(|site| site.name.as_str()), Some(name.as_str()), "{line}:{column}");
        }
        // And every call that is written was found: those that did not run as well.
        let written = EVERY_FORM.matches("http::get(").count();
        assert_eq!(sites.iter().filter(|site| site.name == "http::get").count(), written);
        let reached: std::collections::BTreeSet<_> = seen.iter().filter(|(name, ..)| name == "http::get").collect();
        assert_eq!(reached.len(), written - 3, "all but three branches ran");
        assert_eq!(sites.iter().filter(|site| site.name == "keep" && site.method).count(), 4);
        assert!(!sites.iter().any(|site| site.name == "curry"), "captures are no calls");
    }

    fn sites(script: &str) -> Sites {
        let mut engine = Engine::new();
        engine.set_optimization_level(OptimizationLevel::None);
        Sites::of(&engine.compile(script).expect(script))
    }

    fn keys(script: &str) -> Vec<String> {
        let sites = sites(script);
        sites.iter().map(|site| sites.key(site.line, site.column, None)).collect()
    }

    #[test]
    fn a_key_names_the_closures_and_the_function_around_the_call() {
        let script = "f(1); f(2); let c = || { f(3); g(|| f(4)); || 0; || f(5) };
            fn helper(x) { f(x); c(|| f(6)) } fn helper(x, y) { f(x) } fn one() { f(7) }";
        assert_eq!(
            keys(script),
            [
                "f~1",
                "f~2",
                "|1/f~1",
                "|1/g~1",
                "|1/|1/f~1",
                "|1/|3/f~1",
                "fn helper(1)/f~1",
                "fn helper(1)/c~1",
                "fn helper(1)/|1/f~1",
                "fn helper(2)/f~1",
                "fn one/f~1"
            ]
        );
    }

    /// The keys of the calls of `f` inside the closure that stands at the last `||` before `mark`, as seen from that closure.
    fn inside(script: &str, ordinal: u32) -> Vec<String> {
        let sites = sites(script);
        let is_it = |owner: &Owner| owner.function.is_none() && owner.closures == [ordinal];
        let root =
            sites.closures.iter().find(|(_, owner)| is_it(owner)).map(|(name, _)| name.clone()).expect("a closure");
        let within = |site: &&Site| site.owner.function.is_none() && site.owner.closures.first() == Some(&ordinal);
        sites.iter().filter(within).map(|site| sites.key(site.line, site.column, Some(&root))).collect()
    }

    #[test]
    fn an_edit_in_one_closure_leaves_the_keys_inside_another_alone() {
        let before = "step(|| { f(1) }); step(|| { f(2); g(|| f(3)); f(4) });";
        let edited = "f(0); step(|| { f(8); h(|| f(9));\n f(1) });\n\n f(7); step(|| { f(2); g(|| f(3)); f(4) });";
        let moved = "step(|| f(5)); step(|| { f(1) }); step(|| { f(2); g(|| f(3)); f(4) });";
        let keys = inside(before, 2);
        assert_eq!(keys, ["f~1", "g~1", "|1/f~1", "f~2"]);
        assert_eq!(inside(edited, 2), keys);
        assert_eq!(inside(moved, 3), keys);
    }

    #[test]
    fn a_call_outside_the_closure_it_is_asked_from_begins_at_the_top() {
        let sites = sites("let probe = || f(1); step(|| { probe.call(); g(|| f(2)) }); fn helper() { f(3) }");
        let root = sites.closures.iter().find(|(_, owner)| owner.closures == [2]).map(|(name, _)| name.clone());
        let keys: Vec<String> =
            sites.iter().filter(|s| s.name == "f").map(|s| sites.key(s.line, s.column, root.as_deref())).collect();
        assert_eq!(keys, ["main/|1/f~1", "|1/f~1", "fn helper/f~1"]);
        assert_eq!(sites.key(1, 16, Some("anon$of-another-script")), "main/|1/f~1");
        assert_eq!(sites.key(9, 9, None), "?9:9");
    }

    #[test]
    fn equal_closures_in_different_places_are_told_apart() {
        for closure in
            ["|| {}", "|| ()", "|| 1", "|| f(1)", "|x| x", "|| x", "|| { f(1) }", "|| |y| y", "|| #{}", "|| throw"]
        {
            let script = format!("let x = 1; let a = [{closure}, {closure}]; f({closure}, #{{ k: {closure} }});");
            let sites = sites(&script);
            let mut tops: Vec<u32> = sites
                .closures
                .values()
                .filter(|owner| owner.closures.len() == 1)
                .map(|owner| owner.closures[0])
                .collect();
            tops.sort_unstable();
            assert_eq!(tops, [1, 2, 3, 4], "{closure}");
        }
    }
}
