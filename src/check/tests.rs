//! Whole scripts and what is found in them.

use super::fixture::{EVERYTHING, PROBE, findings, found_in};
use super::{CheckInput, Source, check};
use crate::cli::render::{Look, render};
use crate::model::code::Code;

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
let limit = probe::LIMIT + probe::MORE + global::BASE;
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

#[test]
fn the_examples_of_every_host_function_are_clean_but_for_permissions() {
    let registry = crate::bindings::all();
    for declaration in registry.iter() {
        for example in declaration.examples {
            let main =
                Source { name: format!("{} ({})", declaration.name, example.title), text: example.script.to_owned() };
            let input =
                CheckInput { main: &main, modules: &|_| None, registry: &registry, params: &[], permissions: &[] };
            let found: Vec<_> =
                check(&input).into_iter().filter(|finding| finding.code != Code::PermissionMissing).collect();
            assert_eq!(found, [], "{}", example.script);
        }
    }
}
