//! Scripts and what is found in them.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::*;
use crate::binding::{Context, Declaration, Described, Example, HostFunction, Settle};
use crate::cli::render::{Look, render};
use crate::model::code::Code;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::world::Settled;

/// How `http::get` and its kin are asked here.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Request {
    /// Where.
    url: String,
    /// How long to wait.
    #[serde(default)]
    timeout: Option<crate::model::duration::Span>,
    /// How many redirects to follow.
    #[serde(default)]
    redirects: Option<u32>,
    /// Headers.
    #[serde(default)]
    headers: std::collections::BTreeMap<String, String>,
    /// What is sent.
    #[serde(default)]
    body: Option<serde_json::Value>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Record {
    A,
    Ns,
    Txt,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Question {
    /// The name.
    name: String,
    /// The record type.
    #[serde(default)]
    record: Option<Record>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Command {
    /// The program and its arguments.
    argv: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

macro_rules! host {
    ($type:ident, $name:literal, $args:ty, $positional:expr, |$given:ident| $wants:expr) => {
        struct $type;
        impl Described for $type {
            const NAME: &'static str = $name;
            const SUMMARY: &'static str = "a function of these tests";
            const POSITIONAL: &'static [&'static str] = $positional;
            const EXAMPLES: &'static [Example] = &[];
            type Args = $args;
            type Output = ();
        }
        impl HostFunction for $type {
            fn wants($given: &Self::Args) -> Result<Vec<Want>, Failure> {
                $wants
            }
            fn time_limit(_: &Self::Args) -> Duration {
                Duration::from_secs(1)
            }
            async fn live(_: Self::Args, _: &Context<'_>) -> Result<(), Failure> {
                Ok(())
            }
        }
        impl Settle for $type {
            const BY_AUTHOR: bool = true;
            async fn settle(_: Self::Args, _: &Context<'_>) -> Settled {
                Settled::Unknown("a test".to_owned())
            }
        }
    };
}

fn web(action: &str, args: &Request) -> Result<Vec<Want>, Failure> {
    let url = url::Url::parse(&args.url).map_err(|error| Failure::invalid(format!("`{}` is no address: {error}", args.url)))?;
    Ok(vec![Want::new(action, url.as_str())])
}

host!(Get, "http::get", Request, &["url"], |args| web("http:get", args));
host!(Put, "http::put", Request, &["url"], |args| web("http:put", args));
host!(Post, "http::post", Request, &["url"], |args| web("http:post", args));
host!(Delete, "http::delete", Request, &["url"], |args| web("http:delete", args));
host!(Lookup, "dns::lookup", Question, &["name"], |args| Ok(vec![Want::new("dns:lookup", &args.name)]));
host!(Read, "process::read", Command, &["argv"], |args| Ok(vec![Want::new("process:read", args.argv.join("\u{1f}"))]));
host!(Now, "time::now", Nothing, &[], |_args| Ok(Vec::new()));

fn registry() -> Registry {
    Registry::of([
        Declaration::read::<Get>(),
        Declaration::ensure::<Put>(),
        Declaration::change::<Post>(),
        Declaration::destroy::<Delete>(),
        Declaration::read::<Lookup>(),
        Declaration::read::<Read>(),
        Declaration::read::<Now>(),
    ])
}

const EVERYTHING: &[&str] = &[
    "http:get https://*/*",
    "http:put https://*/*",
    "http:post https://*/*",
    "http:delete https://*/*",
    "dns:lookup *",
    "process:read *",
    "runbook:acm-wait@^1",
];

const PROBE: &str = r#"
const LIMIT = 3;
export LIMIT;
fn expect_status(url, status) { let answer = http::get(url); inner(answer, status) }
private fn inner(answer, status) { answer.status == status }
fn unused() { http::delete("https://nobody.example/x") }
"#;

/// What is found in a runbook with the parameters `domain` and `cluster` that may do everything, as `line:column code message |
/// label`; unused permissions apart.
fn found_in(script: &str) -> Vec<String> {
    let findings = findings(script, EVERYTHING, &[("std/probe", PROBE)]);
    findings.iter().filter(|finding| finding.code != Code::PermissionUnused).map(line).collect()
}

fn line(finding: &Diagnostic) -> String {
    let label = finding.label.as_deref().expect("every finding has a place");
    let file = if label.place.file == "a.rhai" { String::new() } else { format!("{} ", label.place.file) };
    let place = format!("{file}{}:{}+{}", label.place.line, label.place.column, label.width);
    format!("{place} {} {} | {}", finding.code, finding.message, label.text)
}

fn findings(script: &str, permissions: &[&str], modules: &[(&str, &str)]) -> Vec<Diagnostic> {
    let main = Source { name: "a.rhai".to_owned(), text: script.to_owned() };
    let modules = |path: &str| {
        let (name, text) = modules.iter().find(|(name, _)| *name == path)?;
        Some(Source { name: format!("{name}.rhai"), text: (*text).to_owned() })
    };
    let registry = registry();
    let params = ["domain".to_owned(), "cluster".to_owned()];
    // The header is another reader's work; its lines stand where the test says.
    let lines = permissions.iter().zip(1000..);
    let permissions: Vec<(String, Place)> = lines.map(|(text, row)| ((*text).to_owned(), Place::new("header", row, 5))).collect();
    check(&CheckInput { main: &main, modules: &modules, registry: &registry, params: &params, permissions: &permissions })
}

fn shown(script: &str) -> String {
    let findings = findings(script, EVERYTHING, &[("std/probe", PROBE)]);
    let source = |_: &str| Some(script.to_owned());
    let findings = findings.iter().filter(|finding| finding.code != Code::PermissionUnused);
    findings.map(|finding| render(finding, &source, Look { width: 100, ..Look::default() })).collect()
}

/// All that a careful author may write, with nothing wrong in it.
const CLEAN: &str = r##"
//! # 手順
const RUNBOOK = #{ name: "a", params: #{ domain: #{ type: "domain" } } };
import "std/probe" as probe;
const BASE = 5;
let base = `https://${params.domain}`;
let seen = [];
let total = 0;
step("an ordinary request passes", || probe::expect_status(`${base}/health`, 200));
step("並列", || {
    parallel(#{
        sqli: || probe::expect_status(`${base}/?id=1`, 403),
        xss: || { let local = base + "/x"; http::get(local, #{ timeout: "10s", headers: #{ "X-日本": "値" } }) },
    })
});
for (item, index) in [1, 2, 3] {
    step(`item ${item}`, || { seen.push(item); log(`${index}: ${item}`); });
    total += item * index;
    let own = item;
    seen.push(|| own);
}
let results = parallel_map(["a", "b"], |name| dns::lookup(name, #{ record: "NS" }));
let waited = wait_until(#{ what: "x", every: "1s", timeout: "1m" }, || http::get(base).status == 200);
retry(#{ times: 3 }, || http::put(base, #{ body: #{ at: run::started_at() } }));
hold("tunnel", || http::post(base, #{ settle: || true }), |it| http::delete(`${base}/${it.id}`));
let answer = attempt(|| helper(base, params.cluster));
if answer.ok { step("same", || 1) } else { step("same", || 2) }
switch total { 0 => step("s", || 0), _ => step("s", || 1) }
try { step("t", || 1) } catch (err) { step("t", || 2); log(err.message); }
let o = #{ greet: |x| x + 1, deep: #{ more: 2 } };
o.greet(1); o.deep.more += 1; o.later = || 5; o.later();
let f = |x, y| x + y + total; f.call(1, 2);
let names = seen.map(shout).filter(|n| n.len() > 2).reduce(|sum, n| sum + n, "");
let text = "a,b".split(",").map(|s| s.trim()).len();
let checked = ["http"].contains("h") || names.is_empty() || type_of(names) == "string";
fn helper(url, name) { let n = name; let c = || { let k = n; k + url }; c.call(); shout(url) }
fn shout(text) { text.to_upper() }
fn Map.twice() { this.more * 2 }
o.deep.twice();
print(results[0].answers[0]?.value ?? waited); debug(checked);
let limit = probe::LIMIT + global::BASE;
while total > 0 { total -= 1; if total == 1 { break; } continue; }
do { total += 1; } until total > 3;
let n = loop { total += 1; if total > 9 { break total; } };
process::read(["git", "log", `--max-count=${n}`]);
let run_id = run::id(); time::sleep("1s");
let when = time::now(); log(`${when} ${run_id} ${params["domain"]} ${params.keys().len()} ${run.id}`);
assert(n > 1, "must be"); output(#{ n, limit, text });
runbook::run("acm-wait", #{ domain: params.domain });
{ import "std/probe" as again; again::expect_status(base, 200); }
undo("u", || cleanup("c", || ()));
fail("the end");
"##;

#[test]
fn nothing_is_found_in_a_clean_runbook() {
    // `#{ n, … }` is no Rhai: maps spell out their values.
    let script = CLEAN.replace("#{ n, limit, text }", "#{ n: n, limit: limit, text: text }");
    assert_eq!(found_in(&script), Vec::<String>::new());
}

/// Each script with what is found in it below.
fn found_in_each(scripts: &[&str]) -> String {
    scripts.iter().map(|script| format!("{script}\n{}", listed(&found_in(script)))).collect()
}

fn listed(findings: &[String]) -> String {
    if findings.is_empty() { "    nothing\n".to_owned() } else { findings.iter().map(|line| format!("    {line}\n")).collect() }
}

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

#[test]
fn clock_values_are_followed_into_writes() {
    insta::assert_snapshot!(found_in_each(&[
        "http::post(\"https://x.example/\", #{ body: time::now() })",
        "let at = time::now(); let name = `backup-${at}`; http::put(`https://x.example/${name}`)",
        "let at = 1; at = time::now(); step(\"a\", || http::delete(`https://x.example/${at}`));",
        "let at = time::now(); http::get(`https://x.example/${at}`); log(at)",
        "http::post(\"https://x.example/\", #{ settle: || time::now() > 5 })",
    ]), @r##"
    http::post("https://x.example/", #{ body: time::now() })
        1:43+9 RB0109 the time is in the arguments of `http::post`, a change | read here
    let at = time::now(); let name = `backup-${at}`; http::put(`https://x.example/${name}`)
        1:81+4 RB0109 the time is in the arguments of `http::put`, an ensure | holds the time
    let at = 1; at = time::now(); step("a", || http::delete(`https://x.example/${at}`));
        1:78+2 RB0109 the time is in the arguments of `http::delete`, a destroy | holds the time
    let at = time::now(); http::get(`https://x.example/${at}`); log(at)
        nothing
    http::post("https://x.example/", #{ settle: || time::now() > 5 })
        nothing
    "##);
}

#[test]
fn steps_of_one_name_in_one_scope_are_found() {
    insta::assert_snapshot!(found_in_each(&[
        "step(\"a\", || 1); step(\"b\", || 1); step(\"a\", || 2);",
        "step(\"a\", || { step(\"a\", || 1); step(\"a\", || 1); });",
        "const N = \"a\"; step(N, || 1); if true { step(`a`, || 1); }",
        "if true { step(\"a\", || 1) } else { step(\"a\", || 2) } step(\"a\", || 3)",
        "for i in 0..3 { step(\"a\", || i); }",
        "loop { step(\"a\", || 1); break; }",
        "fn f() { step(\"a\", || 1); } step(\"a\", || 1); f();",
    ]), @r##"
    step("a", || 1); step("b", || 1); step("a", || 2);
        1:40+3 RB0110 two steps are named "a" in one scope | give it a name of its own
    step("a", || { step("a", || 1); step("a", || 1); });
        1:38+3 RB0110 two steps are named "a" in one scope | give it a name of its own
    const N = "a"; step(N, || 1); if true { step(`a`, || 1); }
        1:46+3 RB0110 two steps are named "a" in one scope | give it a name of its own
    if true { step("a", || 1) } else { step("a", || 2) } step("a", || 3)
        1:59+3 RB0110 two steps are named "a" in one scope | give it a name of its own
    for i in 0..3 { step("a", || i); }
        1:22+3 RB0110 a step in a loop is named "a" each time | put the item into the name: `a ${…}`
    loop { step("a", || 1); break; }
        nothing
    fn f() { step("a", || 1); } step("a", || 1); f();
        nothing
    "##);
}

#[test]
fn imports_and_names_that_hide_others_are_found() {
    insta::assert_snapshot!(found_in_each(&[
        "import \"std/prob\" as probe; probe::anything(1)",
        "let name = \"std/probe\"; import name as probe; probe::anything(1)",
        "import \"std/probe\" as http; http::get(\"https://x.example/\")",
        "import \"std/probe\" as run;",
        "fn step(name, closure) { closure.call() } step(\"a\", || 1)",
        "fn helper(a) {}\nfn log(\n  text,\n) {\n  text\n}",
    ]), @r##"
    import "std/prob" as probe; probe::anything(1)
        1:8+10 RB0113 there is no module `std/prob` | imported here
    let name = "std/probe"; import name as probe; probe::anything(1)
        1:32+4 RB0113 an import that can't be followed without running the script | write the module's name as a text in double quotes
    import "std/probe" as http; http::get("https://x.example/")
        1:23+4 RB0114 `http` is a namespace of `runbook` itself | import it under another name than `http`
    import "std/probe" as run;
        1:23+3 RB0114 `run` is a namespace of `runbook` itself | import it under another name than `run`
    fn step(name, closure) { closure.call() } step("a", || 1)
        1:4+4 RB0114 `step` is a function of `runbook` itself | give it another name
    fn helper(a) {}
    fn log(
      text,
    ) {
      text
    }
        2:4+3 RB0114 `log` is a function of `runbook` itself | give it another name
    "##);
}

#[test]
fn closures_that_outlive_a_round_of_their_loop_are_found() {
    insta::assert_snapshot!(found_in_each(&[
        "let fs = []; for s in [1, 2] { fs.push(|| s * 10); }",
        "let fs = []; for (s, i) in [1, 2] { fs += [|| s, #{ k: |x| x + i }]; }",
        "let m = #{}; for s in [1, 2] { m[s] = || s; push(m.list, || s); }",
        "for s in [1, 2] { let fs = []; fs.push(|| s); let f = || s; step(`${s}`, || s); fs.map(|x| x + s); }",
        "let fs = []; for s in [1, 2] { let own = s; fs.push(|| own); fs.push(|| 5); }",
    ]), @r##"
    let fs = []; for s in [1, 2] { fs.push(|| s * 10); }
        1:40+1 RB0117 this closure sees only the last value of `s` | captures `s`
    let fs = []; for (s, i) in [1, 2] { fs += [|| s, #{ k: |x| x + i }]; }
        1:44+1 RB0117 this closure sees only the last value of `s` | captures `s`
        1:56+1 RB0117 this closure sees only the last value of `i` | captures `i`
    let m = #{}; for s in [1, 2] { m[s] = || s; push(m.list, || s); }
        1:39+1 RB0117 this closure sees only the last value of `s` | captures `s`
        1:58+1 RB0117 this closure sees only the last value of `s` | captures `s`
    for s in [1, 2] { let fs = []; fs.push(|| s); let f = || s; step(`${s}`, || s); fs.map(|x| x + s); }
        nothing
    let fs = []; for s in [1, 2] { let own = s; fs.push(|| own); fs.push(|| 5); }
        nothing
    "##);
}

#[test]
fn what_does_not_parse_is_one_finding_at_its_place() {
    insta::assert_snapshot!(found_in_each(&[
        "let a = 1;\nlet b = (a + ;\nunknown",
        "let a = \"日本語",
        "step(\"a\", || { 1 }",
        "let 値 = 1;",
        "",
    ]), @r##"
    let a = 1;
    let b = (a + ;
    unknown
        2:14+1 RB0101 `a.rhai` does not parse | unexpected `;`
    let a = "日本語
        1:9+4 RB0101 `a.rhai` does not parse | open string is not terminated
    step("a", || { 1 }
        1:19+1 RB0101 `a.rhai` does not parse | expecting `)` to close the arguments list of this function call `step`
    let 値 = 1;
        1:5+1 RB0101 `a.rhai` does not parse | unexpected `値`

        nothing
    "##);
    let found = findings("import \"broken\" as b; b::any(1) + b::ANY + nobody", EVERYTHING, &[("broken", "fn f( {")]);
    let found: Vec<String> = found.iter().filter(|f| f.code != Code::PermissionUnused).map(line).collect();
    assert_eq!(
        found,
        [
            "1:44+6 RB0104 there is no variable `nobody` | ",
            "broken.rhai 1:7+1 RB0101 `broken.rhai` does not parse | expecting `)` to close the parameters list of function `f`",
        ]
    );
}

/// Each script with its permissions and what is found in it below.
fn permissions(cases: &[(&str, &[&str])]) -> String {
    let one = |(script, lines): &(&str, &[&str])| {
        let found = findings(script, lines, &[("std/probe", PROBE)]);
        let found: Vec<String> =
            found.iter().map(|finding| [vec![line(finding)], finding.notes.clone()].concat().join(" / ")).collect();
        let lines: String = lines.iter().map(|line| format!("  may {line}\n")).collect();
        format!("{script}\n{lines}{}", listed(&found))
    };
    cases.iter().map(one).collect()
}

#[test]
fn every_call_needs_a_permission_and_every_permission_a_call() {
    let cases: &[(&str, &[&str])] = &[
        ("http::get(\"https://a.example/x\")", &["http:get https://a.example/*"]),
        ("http::get(\"https://a.example\")", &["http:get https://a.example/"]),
        ("http::get(\"https://b.example/x\")", &["http:get https://a.example/*"]),
        ("http::post(\"https://a.example/x\")", &["http:get https://a.example/*"]),
        ("http::get(`https://${params.domain}/x`)", &["http:get https://${domain}/*"]),
        ("http::get(`https://${params.domain}/x`)", &[]),
        ("let base = `https://a.example/${params.domain}`; http::get(base + \"/y\"); http::get(`${base}/z/${base.len()}`)", &[]),
        ("let id = 1; http::get(`https://b.example/${id}/${id + 1}`)", &["http:get https://a.example/*"]),
        ("let url = http::get(\"https://a.example/\"); http::get(url)", &["http:get https://a.example/"]),
        ("http::get(`${params.domain}/x`)", &["http:get ${domain}/*"]),
        ("let n = 1 + 1; process::read([\"git\", \"log\", `-${n}`])", &["process:read git log *"]),
        ("let n = 1 + 1; process::read([\"git\", \"log\", `-${n}`])", &["process:read git status *"]),
        ("let base = \"https://a.example/\"; base.replace(\"a\", \"b\"); http::get(base)", &["http:get https://b.example/"]),
        ("process::read([\"git\", \"push\"])", &["process:read git log *"]),
        ("let argv = [\"git\"] + []; process::read(argv)", &["process:read git *"]),
        ("import \"std/probe\" as probe; probe::expect_status(\"u\", 1)", &[]),
        ("import \"std/probe\" as probe;", &[]),
        ("fn used() { http::get(\"https://a.example/\") } fn unused() { http::post(\"https://a.example/\") } [1].map(used)", &[]),
        ("fn a() { b() } fn b() { || || http::get(\"https://a.example/\") } a()", &["http:get https://a.example/"]),
        ("runbook::run(\"acm-wait\", #{})", &["runbook:acm-wait@^1"]),
        ("runbook::run(\"acm-wait\", #{})", &["runbook:other"]),
        ("1", &["http:get example.com", "fs read", "runbook:@1", "runbook:x@y", "http:get ${u}/*"]),
    ];
    insta::assert_snapshot!(permissions(cases), @r##"
    http::get("https://a.example/x")
      may http:get https://a.example/*
        nothing
    http::get("https://a.example")
      may http:get https://a.example/
        nothing
    http::get("https://b.example/x")
      may http:get https://a.example/*
        header 1000:5+30 RB0108 a permission that no call uses | take it out, or narrow it to what is called
        1:1+9 RB0107 `http::get` needs a permission that this runbook does not ask for | add "http:get https://b.example/x" to `permissions`
    http::post("https://a.example/x")
      may http:get https://a.example/*
        header 1000:5+30 RB0108 a permission that no call uses | take it out, or narrow it to what is called
        1:1+10 RB0107 `http::post` needs a permission that this runbook does not ask for | add "http:post https://a.example/x" to `permissions`
    http::get(`https://${params.domain}/x`)
      may http:get https://${domain}/*
        nothing
    http::get(`https://${params.domain}/x`)
        1:1+9 RB0107 `http::get` needs a permission that this runbook does not ask for | add "http:get https://${domain}/x" to `permissions`
    let base = `https://a.example/${params.domain}`; http::get(base + "/y"); http::get(`${base}/z/${base.len()}`)
        1:50+9 RB0107 `http::get` needs a permission that this runbook does not ask for | add "http:get https://a.example/${domain}/y" to `permissions`
        1:74+9 RB0107 `http::get` needs a permission that this runbook does not ask for | add "http:get https://a.example/${domain}/z/*" to `permissions`
    let id = 1; http::get(`https://b.example/${id}/${id + 1}`)
      may http:get https://a.example/*
        header 1000:5+30 RB0108 a permission that no call uses | take it out, or narrow it to what is called
        1:13+9 RB0107 `http::get` needs a permission that this runbook does not ask for | add "http:get https://b.example/1/*" to `permissions`
    let url = http::get("https://a.example/"); http::get(url)
      may http:get https://a.example/
        nothing
    http::get(`${params.domain}/x`)
      may http:get ${domain}/*
        nothing
    let n = 1 + 1; process::read(["git", "log", `-${n}`])
      may process:read git log *
        nothing
    let n = 1 + 1; process::read(["git", "log", `-${n}`])
      may process:read git status *
        header 1000:5+27 RB0108 a permission that no call uses | take it out, or narrow it to what is called
        1:16+13 RB0107 `process::read` needs a permission that this runbook does not ask for | add "process:read git log -*" to `permissions`
    let base = "https://a.example/"; base.replace("a", "b"); http::get(base)
      may http:get https://b.example/
        nothing
    process::read(["git", "push"])
      may process:read git log *
        header 1000:5+24 RB0108 a permission that no call uses | take it out, or narrow it to what is called
        1:1+13 RB0107 `process::read` needs a permission that this runbook does not ask for | add "process:read git push" to `permissions`
    let argv = ["git"] + []; process::read(argv)
      may process:read git *
        nothing
    import "std/probe" as probe; probe::expect_status("u", 1)
        1:30+20 RB0107 `http::get` needs a permission that this runbook does not ask for | add "http:get https://*/*" to `permissions` / the call is at std/probe.rhai:4:46
    import "std/probe" as probe;
        nothing
    fn used() { http::get("https://a.example/") } fn unused() { http::post("https://a.example/") } [1].map(used)
        1:13+9 RB0107 `http::get` needs a permission that this runbook does not ask for | add "http:get https://a.example/" to `permissions`
    fn a() { b() } fn b() { || || http::get("https://a.example/") } a()
      may http:get https://a.example/
        nothing
    runbook::run("acm-wait", #{})
      may runbook:acm-wait@^1
        nothing
    runbook::run("acm-wait", #{})
      may runbook:other
        header 1000:5+15 RB0108 a permission that no call uses | take it out, or narrow it to what is called
        1:1+12 RB0107 `runbook::run` needs a permission that this runbook does not ask for | add "runbook:acm-wait" to `permissions`
    1
      may http:get example.com
      may fs read
      may runbook:@1
      may runbook:x@y
      may http:get ${u}/*
        header 1000:5+22 RB0106 `http:get example.com` is not a permission | `example.com` is not a pattern for URLs: write scheme, host and path, such as `https://example.com/*`
        header 1001:5+9 RB0106 `fs read` is not a permission | a permission is an action and what it is done to, such as `http:get https://example.com/*`
        header 1002:5+12 RB0106 `runbook:@1` is not a permission | a nested runbook is permitted by name and version, such as `runbook:acm-wait@^1`
        header 1003:5+13 RB0106 `runbook:x@y` is not a permission | a nested runbook is permitted by name and version, such as `runbook:acm-wait@^1`
        header 1004:5+17 RB0108 a permission that no call uses | take it out, or narrow it to what is called
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

/// What the warning says of loops is so, and what it proposes helps.
#[test]
fn a_closure_kept_from_a_loop_does_see_only_the_last_value() {
    let engine = parser::parser();
    let kept = |body: &str| {
        let script = format!("let fs = []; for s in [1, 2, 3] {{ {body} }} fs.map(|f| f.call())");
        let values: rhai::Array = engine.eval(&script).expect("runs");
        values.iter().map(|value| value.as_int().expect("a number")).collect::<Vec<_>>()
    };
    assert_eq!(kept("fs.push(|| s);"), [3, 3, 3]);
    assert_eq!(kept("let own = s; fs.push(|| own);"), [1, 2, 3]);
}

#[test]
fn findings_are_shown_with_the_caret_under_the_word() {
    let script = r##"import "std/prob" as probe;
let names = ["東京", "大阪"];
step("現在の状態を確認", || http::get(`https://${params.domian}/健康`, #{ timout: "10s" }));
step("現在の状態を確認", || dns::lookup("例え.jp", #{ record: "XN" })); step("並列", || nmaes);
let checks = [];
for name in names { checks.push(|| name); }
http::post("https://例え.jp/", #{ body: #{ "時": [time::now()] } });
let at = `${time::now()}`; http::delete(`https://a.example/${at}`);
/* 日本語 */ stpe("x", || params.cluster); http::get();
fn log(text) { names }
"##;
    insta::assert_snapshot!(shown(script), @r##"
    error[RB0113]: there is no module `std/prob`
     --> a.rhai:1:8
      |
    1 | import "std/prob" as probe;
      |        ^^^^^^^^^^ imported here
      modules are looked up in the project, in the configured libraries, and among those built in
    error[RB0102]: this runbook has no parameter `domian`
     --> a.rhai:3:49
      |
    3 | step("現在の状態を確認", || http::get(`https://${params.domian}/健康`, #{ timout: "10s" }));
      |                                                         ^^^^^^ did you mean `domain`?
    error[RB0112]: `http::get` has no option `timout`
     --> a.rhai:3:65
      |
    3 | step("現在の状態を確認", || http::get(`https://${params.domian}/健康`, #{ timout: "10s" }));
      |                                                                           ^^^^^^ did you mean `timeout`?
    error[RB0110]: two steps are named "現在の状態を確認" in one scope
     --> a.rhai:4:6
      |
    4 | step("現在の状態を確認", || dns::lookup("例え.jp", #{ record: "XN" })); step("並列", || nmaes);
      |      ^^^^^^^^^^^^^^^^^^ give it a name of its own
      the first is at a.rhai:3:6
      a finished step is known by its name: the second would be taken for the first
    error[RB0105]: `record` of `dns::lookup` can't be "XN"
     --> a.rhai:4:53
      |
    4 | step("現在の状態を確認", || dns::lookup("例え.jp", #{ record: "XN" })); step("並列", || nmaes);
      |                                                               ^^^^ it is "A" or "NS" or "TXT"
    error[RB0104]: there is no variable `nmaes`
     --> a.rhai:4:77
      |
    4 | step("現在の状態を確認", || dns::lookup("例え.jp", #{ record: "XN" })); step("並列", || nmaes);
      |                                                                                         ^^^^^
    warning[RB0117]: this closure sees only the last value of `name`
     --> a.rhai:6:33
      |
    6 | for name in names { checks.push(|| name); }
      |                                 ^ captures `name`
      a loop has one variable for all its rounds, and a closure captures the variable, not its value
      `let own = name;` in the loop gives each closure its own; `parallel_map(list, |item| …)` needs
      none
    warning[RB0109]: the time is in the arguments of `http::post`, a change
     --> a.rhai:7:48
      |
    7 | http::post("https://例え.jp/", #{ body: #{ "時": [time::now()] } });
      |                                                   ^^^^^^^^^ read here
      when the run is resumed the time is another, and so is the call: what was done can't be told from
      it
      `run::started_at()` stays the same for the whole run
    warning[RB0109]: the time is in the arguments of `http::delete`, a destroy
     --> a.rhai:8:62
      |
    8 | let at = `${time::now()}`; http::delete(`https://a.example/${at}`);
      |                                                              ^^ holds the time
      when the run is resumed the time is another, and so is the call: what was done can't be told from
      it
      `run::started_at()` stays the same for the whole run
    error[RB0103]: there is no function `stpe`
     --> a.rhai:9:11
      |
    9 | /* 日本語 */ stpe("x", || params.cluster); http::get();
      |              ^^^^ did you mean `step`?
    error[RB0105]: `http::get` needs `url`
     --> a.rhai:9:41
      |
    9 | /* 日本語 */ stpe("x", || params.cluster); http::get();
      |                                            ^^^^^^^^^ it is `http::get(url, #{ … })`
    error[RB0114]: `log` is a function of `runbook` itself
      --> a.rhai:10:4
       |
    10 | fn log(text) { names }
       |    ^^^ give it another name
      `log(text)` tells the person who watches
    error[RB0104]: there is no variable `names`
      --> a.rhai:10:16
       |
    10 | fn log(text) { names }
       |                ^^^^^
      functions see only their parameters: hand `names` to `log`
    "##);
    insta::assert_snapshot!(shown("let 名 = 1;"), @r##"
    error[RB0101]: `a.rhai` does not parse
     --> a.rhai:1:5
      |
    1 | let 名 = 1;
      |     ^^ unexpected `名`
    "##);
}

#[test]
fn json_has_the_shape_of_terraform_validate() {
    let script = "step(\"希望\", || params.clster);\r\nlet a = 1;";
    let findings = findings(script, &["http:get https://*/*"], &[]);
    let report = output::report(&findings, &|file| (file == "a.rhai").then(|| script.to_owned()));
    insta::assert_snapshot!(serde_json::to_string_pretty(&report).expect("json"), @r##"
    {
      "format_version": "1.0",
      "valid": false,
      "error_count": 1,
      "warning_count": 1,
      "diagnostics": [
        {
          "severity": "warning",
          "summary": "a permission that no call uses",
          "detail": "take it out, or narrow it to what is called",
          "code": "RB0108"
        },
        {
          "severity": "error",
          "summary": "this runbook has no parameter `clster`",
          "detail": "did you mean `cluster`?",
          "code": "RB0102",
          "range": {
            "filename": "a.rhai",
            "start": {
              "line": 1,
              "column": 22,
              "byte": 25
            },
            "end": {
              "line": 1,
              "column": 28,
              "byte": 31
            }
          },
          "snippet": {
            "context": null,
            "code": "step(\"希望\", || params.clster);",
            "start_line": 1,
            "highlight_start_offset": 25,
            "highlight_end_offset": 31,
            "values": []
          }
        }
      ]
    }
    "##);
}

#[test]
fn a_runbook_of_two_thousand_lines_is_checked_to_its_end() {
    let mut script = String::from("import \"std/probe\" as probe;\n");
    for step in 0..250 {
        script.push_str(&format!(
            "step(\"手順 {step}\", || {{\n    let base = `https://${{params.domain}}/{step}`;\n    let answer = http::get(base, #{{ timeout: \"10s\", headers: #{{ a: \"b\" }} }});\n    if answer.status != 200 {{\n        log(`step {step}: ${{answer.status}}`);\n    }}\n    [1, 2].map(|x| probe::expect_status(`${{base}}/${{x}}`, 200));\n}});\n"
        ));
    }
    assert_eq!(script.lines().count(), 2001);
    assert_eq!(found_in(&script), Vec::<String>::new());
    script.push_str("params.clster");
    assert_eq!(found_in(&script), ["2002:8+6 RB0102 this runbook has no parameter `clster` | did you mean `cluster`?"]);
}

/// The parser refuses what is nested too deep; what it takes must not exhaust the stack of whoever walks it.
#[test]
fn scripts_that_nest_or_go_on_for_long_are_judged() {
    let nested = |open: &str, close: &str, times: usize| format!("let a = {}1{};", open.repeat(times), close.repeat(times));
    for script in [
        nested("(", ")", 3000),
        nested("[", "]", 3000),
        nested("|| ", "", 3000),
        nested("f(", ")", 3000),
        nested("`${", "}`", 3000),
        nested("{ ", " }", 3000),
        format!("let a = 1{};", " + 1".repeat(3000)),
        format!("let a = #{{}}; a{};", ".b".repeat(3000)),
        format!("let a = []; a{};", "[0]".repeat(3000)),
        format!("if true {{ }} {}", "else if true { } ".repeat(3000)),
        "{".repeat(3000),
    ] {
        let found = found_in(&script);
        let beginning: String = script.chars().take(30).collect();
        assert!(found.len() <= 1 && found.iter().all(|finding| finding.contains("RB0101")), "{beginning}: {found:?}");
    }
}

#[test]
fn modules_that_import_each_other_are_found() {
    let modules =
        [("x", "import \"y\" as y;"), ("y", "import \"z\" as z; import \"x\" as x;"), ("z", ""), ("me", "import \"me\" as me;")];
    let found = findings("import \"x\" as x; import \"me\" as me;", &[], &modules);
    insta::assert_snapshot!(found.iter().map(|finding| line(finding) + "\n").collect::<String>(), @r##"
    x.rhai 1:8+3 RB0113 `x.rhai` imports itself | leads back here by way of `y.rhai`, `x.rhai`
    me.rhai 1:8+4 RB0113 `me.rhai` imports itself | leads back here by way of `me.rhai`
    y.rhai 1:25+3 RB0113 `y.rhai` imports itself | leads back here by way of `x.rhai`, `y.rhai`
    "##);
}

#[test]
fn what_a_function_needs_is_what_it_says_itself() {
    let needs = |declaration: &Declaration| actions::actions(declaration).into_iter().collect::<Vec<_>>().join(" ");
    let all: Vec<String> = registry().iter().map(|declaration| format!("{} {}", declaration.name, needs(declaration))).collect();
    assert_eq!(
        all,
        [
            "dns::lookup dns:lookup",
            "http::delete http:delete",
            "http::get http:get",
            "http::post http:post",
            "http::put http:put",
            "process::read process:read",
            "time::now ",
        ]
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 200, ..Default::default() })]

    /// Whatever somebody is in the middle of typing, each finding points into a text that is there.
    #[test]
    fn a_damaged_script_gives_findings_inside_its_text(
        cuts in proptest::collection::vec((0usize..CLEAN.len(), 0usize..40, "[a-z(){}|`$#\"日;. ]{0,3}"), 1..4)
    ) {
        let mut script: Vec<char> = CLEAN.chars().collect();
        for (at, length, put) in cuts {
            let from = at.min(script.len());
            let to = (from + length).min(script.len());
            script.splice(from..to, put.chars());
        }
        let script: String = script.into_iter().collect();
        let lines: Vec<usize> = script.lines().map(|line| line.chars().count()).collect();
        for finding in findings(&script, EVERYTHING, &[("std/probe", PROBE)]) {
            let label = finding.label.as_deref().expect("every finding has a place");
            if label.place.file == "a.rhai" {
                let width = lines.get(label.place.line - 1).copied().unwrap_or(0);
                proptest::prop_assert!(label.place.column >= 1 && label.place.column <= width + 1, "{:?}\n{}", label, script);
                proptest::prop_assert!(label.place.column - 1 + label.width <= width.max(label.place.column), "{:?}\n{}", label, script);
            }
            let text = script.clone();
            proptest::prop_assert!(render(&finding, &|_| Some(text.clone()), Look::default()).contains(&finding.message));
        }
    }
}
