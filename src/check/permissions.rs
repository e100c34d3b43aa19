//! Calls that the runbook's permissions don't cover (RB0107), permissions that no call uses (RB0108), and lines that are no
//! permission (RB0106).

use std::collections::BTreeMap;

use rhai::{Expr, Position};
use url::Url;

use super::actions::{Known, actions, besides, known, wants_of_first};
use super::arguments::Arguments;
use super::ground::Ground;
use super::names::Names;
use super::reach::{Reached, reached};
use super::template::{Part, Template};
use crate::binding::Declaration;
use crate::messages::check as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::permission::{Permission, Want};
use crate::model::place::Place;

/// Separates the words of a command line in a permission's target.
const WORDS: char = '\u{1f}';

/// A line of the runbook's permissions.
struct Line<'a> {
    text: &'a str,
    place: &'a Place,
    grants: Grants,
    used: bool,
}

enum Grants {
    /// Host calls; several where a parameter may stand for different things.
    Calls(Vec<Permission>),
    /// Running a runbook of that name.
    Runbook(String),
    /// Nothing: the line is malformed.
    Nothing,
}

impl Line<'_> {
    fn is_for_one_of(&self, actions: &[&str]) -> bool {
        match &self.grants {
            Grants::Calls(permissions) => {
                permissions.iter().any(|permission| actions.iter().any(|action| permission.is_for(action)))
            }
            Grants::Runbook(_) | Grants::Nothing => false,
        }
    }
}

/// What a call needs.
struct Need {
    action: String,
    target: Known,
    /// Command lines with their holes, instead of a target.
    words: Option<Vec<Template>>,
    /// The line that would permit it.
    line: String,
}

/// Finds them.
pub(super) fn find(ground: &Ground<'_>, found: &mut Vec<Diagnostic>) {
    let mut lines: Vec<Line<'_>> =
        ground.input.permissions.iter().map(|(text, place)| read(text, place, found)).collect();
    // Without the runbook's own calls nothing can be said of what it needs.
    if ground.main().is_none() {
        return;
    }
    let mut missing: BTreeMap<String, (Diagnostic, usize)> = BTreeMap::new();
    for reached in reached(ground) {
        let name = reached.call.name();
        let needs = match ground.input.registry.get(&name) {
            Some(declaration) => {
                let besides = besides(declaration);
                for line in &mut lines {
                    line.used |= line.is_for_one_of(&besides);
                }
                needs(declaration, &reached)
            }
            None if name == "runbook::run" => nested(&reached),
            None => Vec::new(),
        };
        for need in needs {
            // Not `any`: every line that covers the call is in use.
            let covering = lines.iter_mut().filter(|line| covers(line, &need)).map(|line| line.used = true).count();
            if covering == 0 {
                let entry = missing.entry(need.line.clone());
                entry.and_modify(|(_, times)| *times += 1).or_insert_with(|| (refused(ground, &reached, &need), 1));
            }
        }
    }
    found.extend(missing.into_values().map(|(finding, times)| match times {
        1 => finding,
        2 => finding.note(messages::one_more_call_needs_the_same()),
        more => finding.note(messages::more_calls_need_the_same(&more - 1)),
    }));
    for line in lines.iter().filter(|line| !line.used && !matches!(line.grants, Grants::Nothing)) {
        let finding = Diagnostic::warning(Code::PermissionUnused, messages::a_permission_that_no_call_uses());
        // Taken out for whoever asks; given only by a person.
        let finding = finding.mended_by(format!("\"{}\"", line.text), Some(""));
        found.push(point(ground, finding, line, &messages::take_it_out_or_narrow_it_to_what()));
    }
}

fn read<'a>(text: &'a str, place: &'a Place, found: &mut Vec<Diagnostic>) -> Line<'a> {
    let grants = match text.trim().strip_prefix("runbook:") {
        Some(rest) => {
            let (name, version) = rest.split_once('@').unwrap_or((rest, "*"));
            match semver::VersionReq::parse(version) {
                Ok(_) if !name.is_empty() => Ok(Grants::Runbook(name.to_owned())),
                _ => Err(messages::nested_is_permitted_by_name_and_version()),
            }
        }
        None => {
            // What a parameter stands for is known when the run begins. In front of a URL it may bring the scheme with it.
            let fillings = ["*", "https://*", "http://*"];
            let parsed: Vec<_> = fillings.iter().map(|filling| Permission::parse(&fill(text, filling))).collect();
            let first_error = parsed.iter().find_map(|result| result.as_ref().err().map(ToString::to_string));
            let mut permissions: Vec<Permission> = parsed.into_iter().flatten().collect();
            permissions.dedup();
            if permissions.is_empty() { Err(first_error.unwrap_or_default()) } else { Ok(Grants::Calls(permissions)) }
        }
    };
    let grants = grants.unwrap_or_else(|error: String| {
        let finding = Diagnostic::error(Code::Metadata, messages::is_not_a_permission(text));
        found.push(finding.at(place.clone(), text.chars().count() + 2, error));
        Grants::Nothing
    });
    Line { text, place, grants, used: false }
}

/// The line with `${…}` replaced.
fn fill(line: &str, filling: &str) -> String {
    let mut filled = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((_, behind)) = after.split_once('}') else { break };
        filled.push_str(before);
        filled.push_str(filling);
        rest = behind;
    }
    filled + rest
}

fn covers(line: &Line<'_>, need: &Need) -> bool {
    let permissions = match &line.grants {
        Grants::Calls(permissions) => permissions,
        Grants::Runbook(name) => {
            return need.action == "runbook"
                && (matches!(need.target, Known::Nothing) || need.line == format!("runbook:{name}"));
        }
        Grants::Nothing => return false,
    };
    permissions.iter().filter(|permission| permission.is_for(&need.action)).any(|permission| {
        let target = match (&need.target, &need.words) {
            (Known::All(target), _) => target.clone(),
            (Known::Nothing, Some(words)) => fill_words(permission, words),
            (Known::Nothing, None) => return true,
            (Known::Beginning(beginning), _) => return host_of(permission).covers(&Want::new(&need.action, beginning)),
        };
        permission.covers(&Want::new(&need.action, target))
    })
}

/// A permission for every path of its hosts.
fn host_of(permission: &Permission) -> Permission {
    let line = permission.line();
    let path = line.find("://").and_then(|at| line.get(at + 3..)?.find('/').map(|slash| at + 3 + slash));
    let widened = path.and_then(|path| line.get(..path)).map(|host| Permission::parse(&format!("{host}/*")));
    widened.and_then(Result::ok).unwrap_or_else(|| permission.clone())
}

/// A command line whose holes are filled so that they suit a permission, if anything could.
fn fill_words(permission: &Permission, words: &[Template]) -> String {
    let pattern: Vec<&str> = permission.line().split_whitespace().skip(1).collect();
    let word = |(place, template): (usize, &Template)| {
        template.text().unwrap_or_else(|| pattern.get(place).map_or_else(String::new, |word| word.replace('*', "x")))
    };
    words.iter().enumerate().map(word).collect::<Vec<_>>().join(&WORDS.to_string())
}

fn needs(declaration: &Declaration, reached: &Reached<'_, '_>) -> Vec<Need> {
    let arguments = Arguments::of(declaration, &reached.call);
    // The function itself says what a call needs whose arguments are all written out.
    if let Some(Ok(checked)) = arguments.values().map(|values| declaration.check(&values)) {
        return checked.wants.into_iter().map(need_of).collect();
    }
    let first = arguments.positional.first().map(|(_, expr)| *expr);
    let written = first.and_then(|first| Template::of(&reached.view.names, first).text());
    if let Some(wants) = written.and_then(|first| wants_of_first(declaration, &first)) {
        return wants.into_iter().map(need_of).collect();
    }
    // Where an address is a secret, its name is what is permitted.
    let secret = first.and_then(|first| Template::of(&reached.view.names, first).secret());
    if let (Some(secret), "db" | "notify") = (secret, declaration.namespace()) {
        let want = |action: &str| need_of(Want::new(action, secret.clone()));
        return actions(declaration).into_iter().map(want).collect();
    }
    // How much of a database's URL is its target can't be told from a part of it.
    let first = first.filter(|_| declaration.namespace() != "db");
    actions(declaration).into_iter().map(|action| need(action.to_owned(), first, &reached.view.names)).collect()
}

fn need_of(want: Want) -> Need {
    Need { line: in_words(&want), action: want.action, target: Known::All(want.target), words: None }
}

/// The line that permits a want. A word of a command line that can't stand in a line becomes `*`.
fn in_words(want: &Want) -> String {
    if !want.action.starts_with("process:") {
        return want.line();
    }
    format!("{} {}", want.action, want.target.split(WORDS).map(word_in_line).collect::<Vec<_>>().join(" "))
}

fn word_in_line(word: &str) -> &str {
    if word.is_empty() || word.contains(char::is_whitespace) { "*" } else { word }
}

/// What a call needs of which only a part is written out.
fn need(action: String, first: Option<&Expr>, names: &Names<'_>) -> Need {
    if action.starts_with("process:") {
        let words = first.and_then(|argv| match argv {
            Expr::Array(items, _) => Some(items.iter().map(|item| Template::of(names, item)).collect::<Vec<_>>()),
            _ => None,
        });
        let line = words.as_ref().map(|words| {
            words.iter().map(|word| word_in_line(&word.pattern()).to_owned()).collect::<Vec<_>>().join(" ")
        });
        let line = format!("{action} {}", line.unwrap_or_else(|| "*".to_owned()));
        return Need { action, target: Known::Nothing, words, line };
    }
    let template = first.map(|first| Template::of(names, first)).unwrap_or_else(|| Template(vec![Part::Computed]));
    let mut target = known(&action, &template);
    let is_url = ["http:", "load:", "notify:"].iter().any(|prefix| action.starts_with(prefix));
    if let (true, Known::All(text)) = (is_url, &target) {
        // The gate sees the address as it will be asked for.
        target = Url::parse(text).map_or(Known::Nothing, |url| Known::All(url.to_string()));
    }
    let pattern = match (template.pattern(), is_url) {
        (pattern, true) if pattern == "*" => "https://*/*".to_owned(),
        (pattern, _) => pattern,
    };
    Need { line: format!("{action} {pattern}"), action, target, words: None }
}

fn nested(reached: &Reached<'_, '_>) -> Vec<Need> {
    let name =
        reached.call.args().first().map(|name| Template::of(&reached.view.names, name)).and_then(|name| name.text());
    let target = name.clone().map_or(Known::Nothing, Known::All);
    let line = name.map_or_else(|| "runbook:NAME".to_owned(), |name| format!("runbook:{name}"));
    vec![Need { action: "runbook".to_owned(), target, words: None, line }]
}

fn refused(ground: &Ground<'_>, reached: &Reached<'_, '_>, need: &Need) -> Diagnostic {
    let name = reached.call.name();
    let finding =
        Diagnostic::error(Code::PermissionMissing, messages::needs_a_permission_that_this_runbook_does(&name));
    let text = messages::add_it_to_permissions(&need.line);
    match (reached.via, ground.main()) {
        (Some(via), Some(main)) => {
            let inner = reached.view.script.place(reached.call.start());
            main.script.point(finding.note(messages::the_call_is_at(&inner)), via, text)
        }
        _ => reached.view.script.point(finding, reached.call.start(), text),
    }
}

fn point(ground: &Ground<'_>, finding: Diagnostic, line: &Line<'_>, text: &str) -> Diagnostic {
    let written = ground.main().and_then(|main| {
        let (row, column) = (u16::try_from(line.place.line).ok()?, u16::try_from(line.place.column).ok()?);
        (row > 0 && column > 0 && main.script.source.name == line.place.file)
            .then(|| main.script.width(Position::new(row, column)))
    });
    finding.at(line.place.clone(), written.unwrap_or(line.text.chars().count() + 2), text)
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::permissions;

    #[test]
    fn every_call_needs_a_permission_and_every_permission_a_call() {
        let cases: &[(&str, &[&str])] = &[
            ("http::get(\"https://a.example/x\")", &["http:get https://a.example/*"]),
            ("http::get(\"https://a.example\")", &["http:get https://a.example/"]),
            ("http::get(\"https://b.example/x\")", &["http:get https://a.example/*"]),
            ("http::post(\"https://a.example/x\")", &["http:get https://a.example/*"]),
            ("http::get(`https://${params.domain}/x`)", &["http:get https://${domain}/*"]),
            ("http::get(`https://${params.domain}/x`)", &[]),
            (
                "let base = `https://a.example/${params.domain}`; http::get(base + \"/y\"); http::get(`${base}/z/${base.len()}`)",
                &[],
            ),
            ("let id = 1; http::get(`https://b.example/${id}/${id + 1}`)", &["http:get https://a.example/*"]),
            ("let url = http::get(\"https://a.example/\"); http::get(url)", &["http:get https://a.example/"]),
            ("http::get(`${params.domain}/x`)", &["http:get ${domain}/*"]),
            ("let n = 1 + 1; process::read([\"git\", \"log\", `-${n}`])", &["process:read git log *"]),
            ("let n = 1 + 1; process::read([\"git\", \"log\", `-${n}`])", &["process:read git status *"]),
            (
                "let base = \"https://a.example/\"; base.replace(\"a\", \"b\"); http::get(base)",
                &["http:get https://b.example/"],
            ),
            ("process::read([\"git\", \"push\"])", &["process:read git log *"]),
            ("process::read([\"git\", \"commit\", \"-m\", \"two words\"])", &[]),
            ("let argv = [\"git\"] + []; process::read(argv)", &["process:read git *"]),
            ("import \"std/probe\" as probe; probe::expect_status(\"u\", 1)", &[]),
            ("import \"std/probe\" as probe;", &[]),
            (
                "fn used() { http::get(\"https://a.example/\") } fn unused() { http::post(\"https://a.example/\") } [1].map(used)",
                &[],
            ),
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
        process::read(["git", "commit", "-m", "two words"])
            1:1+13 RB0107 `process::read` needs a permission that this runbook does not ask for | add "process:read git commit -m *" to `permissions`
        let argv = ["git"] + []; process::read(argv)
          may process:read git *
            nothing
        import "std/probe" as probe; probe::expect_status("u", 1)
            1:30+20 RB0107 `http::get` needs a permission that this runbook does not ask for | add "http:get https://*/*" to `permissions` / the call is at std/probe.rhai:5:46
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
}
