//! What a runbook says of itself: the prose at its top and the `const RUNBOOK = #{ … }` literal, read from the source without
//! running anything. Whether the calls of the script agree with it is for `check`.

use std::collections::BTreeSet;
use std::time::Duration;

use rhai::{AST, ASTFlags, Position, Stmt};
use semver::{Version, VersionReq};

use super::guard;
use super::literal::{pieces, read_after};
use super::param_spec::ParamSpec;
use super::parser::parser;
use super::permission_line;
use super::written::{Fields, Problems, What, Written};
use crate::messages::header as messages;
use crate::messages::state;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::duration;
use crate::model::guard::Guard;
use crate::model::place::Place;

/// The header of a runbook; everything in it has been checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The runbook's name: `[a-z0-9/_-]+`.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// What it is for in one line, in English; may be empty.
    pub summary: String,
    /// What it is for in one line, in Japanese; may be empty.
    pub summary_ja: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Its parameters, in the order of the source.
    pub params: Vec<ParamSpec>,
    /// What it asks to be allowed, with `${name}` for parameters ([`permission_line::fill`] fills them in).
    pub permissions: Vec<(String, Place)>,
    /// The runbooks that it may run inside itself: the permissions that begin with `runbook:`.
    pub runbooks: Vec<Nested>,
    /// The programs that must be there.
    pub requires: Vec<Requirement>,
    /// The account and region it is for, where it is for one only.
    pub guard: Guard,
    /// The environments it may run in; empty is any.
    pub environments: Vec<String>,
    /// The findings of `check` that its author has judged and allows.
    pub allow: Vec<String>,
    /// How long a run may take; `None` is the program's default.
    pub time_limit: Option<Duration>,
    /// The leading `//!` lines: Markdown for people.
    pub prose: String,
    /// Where `RUNBOOK` stands.
    pub place: Place,
}

/// A program that a runbook needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The program's name, such as `terraform`.
    pub tool: String,
    /// Which versions will do.
    pub version: VersionReq,
    /// Where it is written.
    pub place: Place,
}

/// A runbook that another may run inside itself: `runbook:acm-wait@^1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nested {
    /// Its name.
    pub name: String,
    /// Which versions will do.
    pub version: VersionReq,
    /// Where it is written.
    pub place: Place,
}

impl Nested {
    /// The permission line: `runbook:acm-wait@^1`.
    #[must_use]
    pub fn line(&self) -> String {
        format!("runbook:{}@{}", self.name, self.version)
    }
}

/// Reads the header of a parsed runbook. `ast` must come from `text`, without optimisation; `file` is the name in messages.
///
/// # Errors
/// Everything that is wrong with it, in the order of the source.
pub fn read(ast: &AST, text: &str, file: &str) -> Result<Header, Vec<Diagnostic>> {
    let mut problems = Problems::new(Code::Metadata);
    let header = find(ast, file, &mut problems)
        .and_then(|name_at| read_after(&pieces(&parser(), text), name_at, file, &mut problems))
        .and_then(|written| read_literal(&written, prose(text), &mut problems));
    let problems = problems.into_sorted();
    match header {
        Some(header) if problems.is_empty() => Ok(header),
        _ => Err(problems.into_iter().map(|problem| problem.state(state::nothing_was_run())).collect()),
    }
}

/// The same from the text alone.
///
/// # Errors
/// A text that does not parse, or what [`read`] reports.
pub fn of_text(text: &str, file: &str) -> Result<Header, Vec<Diagnostic>> {
    let ast = super::parser::parse(text, file).map_err(|problem| vec![problem])?;
    read(&ast, text, file)
}

/// Whether a parsed text says that it is a runbook; modules and worlds don't.
#[must_use]
pub fn is_runbook(ast: &AST) -> bool {
    ast.statements().iter().any(|statement| matches!(statement, Stmt::Var(var, ..) if var.0.name.as_str() == "RUNBOOK"))
}

/// Whether `name` can be the name of a runbook: parts of `[a-z0-9_-]` with `/` between them.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-'))
    };
    name.split('/').all(is_part)
}

fn find(ast: &AST, file: &str, problems: &mut Problems) -> Option<Position> {
    let mut found = None;
    for statement in ast.statements() {
        let Stmt::Var(var, flags, _) = statement else {
            continue;
        };
        let ident = &var.0;
        if ident.name.as_str() != "RUNBOOK" {
            continue;
        }
        let here = Written { what: What::Unit, place: place(file, ident.pos), width: "RUNBOOK".len() };
        if !flags.intersects(ASTFlags::CONSTANT) {
            problems.at(&here, messages::runbook_is_a_variable_where_a_constant(), messages::write_the_constant());
        } else if found.is_some() {
            problems.at(&here, messages::runbook_stands_here_a_second_time(), "");
        } else {
            found = Some(ident.pos);
        }
    }
    if found.is_none() && problems.is_empty() {
        problems.push(
            Diagnostic::error(Code::Metadata, messages::this_file_has_no_const_runbook_so())
                .at(Place::new(file, 1, 1), 1, "")
                .next(messages::begin_it_with()),
        );
    }
    found
}

fn place(file: &str, at: Position) -> Place {
    Place::new(file, at.line().unwrap_or(0), at.position().unwrap_or(0))
}

fn read_literal(written: &Written, prose: String, problems: &mut Problems) -> Option<Header> {
    let mut fields = Fields::of(written, "`RUNBOOK`", problems)?;
    let text = |found: Option<(&str, &Written)>| found.map(|(text, _)| text.to_owned()).unwrap_or_default();
    let name = read_name(written, &mut fields, problems);
    let version = read_version(written, &mut fields, problems);
    let summary = text(fields.text("summary", problems));
    let summary_ja = text(fields.text("summary_ja", problems));
    let tags = words("tags", &mut fields, problems);
    let params = read_params(&mut fields, problems);
    let (permissions, runbooks) = read_permissions(&params, &mut fields, problems);
    let requires = read_requires(&mut fields, problems);
    let (guard, environments) = read_guard(&mut fields, problems);
    let allow = words("allow", &mut fields, problems);
    let time_limit = read_time_limit(&mut fields, problems);
    fields.finish(problems);
    Some(Header {
        name: name?,
        version: version?,
        summary,
        summary_ja,
        tags,
        params,
        permissions,
        runbooks,
        requires,
        guard,
        environments,
        allow,
        time_limit,
        prose,
        place: written.place.clone(),
    })
}

fn read_name(written: &Written, fields: &mut Fields, problems: &mut Problems) -> Option<String> {
    if fields.entry("name").is_none() {
        problems.at(written, messages::runbook_has_no_name(), messages::such_as());
        return None;
    }
    let (name, at) = fields.text("name", problems)?;
    if is_name(name) {
        return Some(name.to_owned());
    }
    problems.at(at, messages::is_no_name_for_a_runbook(name), messages::small_letters_digits_and_between_parts());
    None
}

fn read_version(written: &Written, fields: &mut Fields, problems: &mut Problems) -> Option<Version> {
    if fields.entry("version").is_none() {
        problems.at(written, messages::runbook_has_no_version(), messages::such_as_2());
        return None;
    }
    let (text, at) = fields.text("version", problems)?;
    Version::parse(text)
        .map_err(|error| problems.at(at, messages::is_no_version(text, &error), messages::three_numbers_such()))
        .ok()
}

/// A list of words of small letters, digits and hyphens.
fn words(key: &'static str, fields: &mut Fields, problems: &mut Problems) -> Vec<String> {
    let mut words = Vec::new();
    for (word, at) in fields.texts(key, problems) {
        if word.is_empty() || word.chars().any(|c| c.is_whitespace() || c.is_control() || c == ',') {
            problems.at(at, messages::in_is_not_one_word(word, key), "");
        } else {
            words.push(word.to_owned());
        }
    }
    words
}

fn read_params(fields: &mut Fields, problems: &mut Problems) -> Vec<ParamSpec> {
    let mut params: Vec<ParamSpec> = Vec::new();
    for entry in fields.map("params", problems) {
        let Some(spec) = ParamSpec::read(entry, problems) else {
            continue;
        };
        if let Some(other) = params.iter().find(|other| other.variable() == spec.variable()) {
            problems.at_key(
                entry,
                messages::parameters_cannot_be_told_apart(&other.name, &spec.name, spec.variable()),
                messages::rename_one_of_them(),
            );
        }
        params.push(spec);
    }
    params
}

fn read_permissions(
    params: &[ParamSpec],
    fields: &mut Fields,
    problems: &mut Problems,
) -> (Vec<(String, Place)>, Vec<Nested>) {
    let (mut permissions, mut runbooks) = (Vec::new(), Vec::new());
    // A parameter whose declaration is malformed is still a name that a placeholder may use.
    let declared: BTreeSet<String> = fields.map("params", problems).iter().map(|entry| entry.key.clone()).collect();
    for (line, at) in fields.texts("permissions", problems) {
        if let Some(nested) = line.trim().strip_prefix("runbook:") {
            match read_nested(nested, &at.place) {
                Ok(nested) => runbooks.push(nested),
                Err(why) => problems.at(at, why, messages::such_as_3()),
            }
            continue;
        }
        let broken: Vec<&String> =
            declared.iter().filter(|name| params.iter().all(|spec| spec.name != **name)).collect();
        if broken.iter().any(|name| line.contains(&format!("${{{name}}}"))) {
            continue;
        }
        match permission_line::check(line, params) {
            Ok(()) => permissions.push((line.to_owned(), at.place.clone())),
            Err(why) => problems.at(at, messages::is_no_permission(line), why),
        }
    }
    (permissions, runbooks)
}

fn read_nested(text: &str, place: &Place) -> Result<Nested, String> {
    let (name, version) = text.split_once('@').unwrap_or((text, "*"));
    if !is_name(name) {
        return Err(messages::is_no_name_of_a_runbook(name));
    }
    let version = VersionReq::parse(version).map_err(|error| messages::names_no_versions(version, &error))?;
    Ok(Nested { name: name.to_owned(), version, place: place.clone() })
}

fn read_requires(fields: &mut Fields, problems: &mut Problems) -> Vec<Requirement> {
    let mut requires = Vec::new();
    for entry in fields.map("requires", problems) {
        let tool = &entry.key;
        match &entry.value.what {
            What::Text(text) => match VersionReq::parse(text) {
                Ok(version) => requires.push(Requirement { tool: tool.clone(), version, place: entry.place.clone() }),
                Err(error) => problems.at(
                    &entry.value,
                    messages::names_no_versions_2(text, tool, &error),
                    messages::such_as_a_version(),
                ),
            },
            What::Unreadable => {}
            _ => problems.at(
                &entry.value,
                messages::the_version_of_is_where_a_string(tool, entry.value.kind()),
                messages::such_as_a_version(),
            ),
        }
    }
    requires
}

fn read_guard(fields: &mut Fields, problems: &mut Problems) -> (Guard, Vec<String>) {
    let Some(written) = fields.any("guard") else {
        return (Guard::default(), Vec::new());
    };
    let Some(mut fields) = Fields::of(written, "`guard`", problems) else {
        return (Guard::default(), Vec::new());
    };
    let guard = guard::read(&mut fields, problems);
    let environments = words("environments", &mut fields, problems);
    fields.finish(problems);
    (guard, environments)
}

fn read_time_limit(fields: &mut Fields, problems: &mut Problems) -> Option<Duration> {
    let (text, at) = fields.text("time_limit", problems)?;
    match duration::parse(text) {
        Ok(limit) if !limit.is_zero() => Some(limit),
        Ok(_) => {
            problems.at(at, messages::a_time_limit_of_nothing_leaves_no_time(), "");
            None
        }
        Err(why) => {
            problems.at(at, why.to_string(), "");
            None
        }
    }
}

/// The `//!` lines before anything else, without their markers.
fn prose(text: &str) -> String {
    let lines = text.lines().skip_while(|line| line.trim().is_empty());
    let prose = lines.map_while(|line| line.trim_start().strip_prefix("//!"));
    let prose: Vec<&str> = prose.map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
    prose.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::parser::parse;
    use crate::model::value::Value;

    fn check(text: &str) -> Result<Header, String> {
        let ast = parse(text, "t.rhai").map_err(|problem| shown(&[problem]))?;
        read(&ast, text, "t.rhai").map_err(|problems| shown(&problems))
    }

    fn shown(problems: &[Diagnostic]) -> String {
        let lines: Vec<String> = problems
            .iter()
            .map(|problem| {
                let label = problem.label.as_ref().expect("a place");
                let Place { line, column, .. } = label.place;
                let said = if label.text.is_empty() { String::new() } else { format!(" | {}", label.text) };
                format!("{line}:{column}+{} {}: {}{said}", label.width, problem.code, problem.message)
            })
            .collect();
        lines.join("\n")
    }

    const WHOLE: &str = r##"
//! # Verify the WAF
//!
//!   Ordinary requests pass.

import "std/probe" as probe;
let unrelated = `a ${ #{ b: `${1}` }.b } c`;

const RUNBOOK = #{
    name: "incident/verify-waf", version: "1.2.0-rc.1", // a comment
    summary: "The firewall \"lets\" people in", summary_ja: "WAF が通す",
    tags: ["waf", "セキュリティ",],
    params: #{
        domain: #{ type: "domain", doc: "Public domain" },
        count: #{ type: "int", min: -1, max: 10, defaults_to: 3, doc_ja: "希望タスク数" },
        hosts: #{ type: "list", of: #{ type: "string", pattern: #"\w+"# }, max_length: 5, optional: true },
        ports: #{ type: "list", of: "int", defaults_to: [80, 443] },
        colour: #{ type: "choice", of: ["blue", "green"] },
        "wait-for": #{ type: "duration", min: "1s", defaults_to: 90 },
        password: #{ type: "secret" },
    },
    permissions: ["http:get https://${domain}/*", "process:read git status *", "runbook:acm-wait@^1", "dns:lookup ${hosts}"],
    requires: #{ terraform: ">=1.5, <2", git: "*" },
    guard: #{ aws_account: "123456789012", aws_region: "ap-northeast-1", environments: ["prod"] },
    allow: ["no-undo"],
    time_limit: "2h",
};
step("x", || 1);
"##;

    #[test]
    fn a_whole_header_is_read_without_running_anything() {
        let header = check(WHOLE).expect("reads");
        assert_eq!((header.name.as_str(), header.version.to_string().as_str()), ("incident/verify-waf", "1.2.0-rc.1"));
        assert_eq!(header.summary, "The firewall \"lets\" people in");
        assert_eq!((header.summary_ja.as_str(), header.tags.join(" ").as_str()), ("WAF が通す", "waf セキュリティ"));
        assert_eq!(header.prose, "# Verify the WAF\n\n  Ordinary requests pass.");
        assert_eq!(header.place, Place::new("t.rhai", 9, 17));
        let params: Vec<_> = header.params.iter().map(|spec| format!("{} {}", spec.name, spec.kind.words())).collect();
        assert_eq!(
            params,
            [
                "domain domain",
                "count int -1..10",
                "hosts list of string that matches `\\w+`, up to 5 items",
                "ports list of int",
                "colour choice of blue, green",
                "wait-for duration from 1s",
                "password secret",
            ]
        );
        let defaults: Vec<_> = header.params.iter().filter_map(|spec| spec.default.clone()).collect();
        let ports = Value::List(vec![Value::Int(80), Value::Int(443)]);
        assert_eq!(defaults, [Value::Int(3), ports, Value::from("90s")]);
        assert_eq!(header.params[1].place, Place::new("t.rhai", 15, 9));
        assert_eq!(header.permissions.len(), 3);
        assert_eq!(header.permissions[1].1, Place::new("t.rhai", 22, 51));
        assert_eq!(
            (header.runbooks[0].name.as_str(), header.runbooks[0].version.to_string().as_str()),
            ("acm-wait", "^1")
        );
        assert_eq!(header.requires.iter().map(|need| need.tool.as_str()).collect::<Vec<_>>(), ["terraform", "git"]);
        assert_eq!(header.guard.aws_account.as_deref(), Some("123456789012"));
        assert_eq!((header.environments, header.allow), (vec!["prod".to_owned()], vec!["no-undo".to_owned()]));
        assert_eq!(header.time_limit, Some(Duration::from_secs(7200)));
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let text = r#"const RUNBOOK = #{
    nmae: "x",
    version: "1.0",
    summary: 7,
    tags: ["a", "a", 3, "two words"],
    params: #{
        count: #{ type: "integer", min: 1 },
        big: #{ type: "int", min: 5, max: 1, defualts_to: 3 },
        size: #{ type: "int", max: 4, defaults_to: 5 },
        Web: #{ type: "string", pattern: "(" },
        key: #{ type: "secret", defaults_to: "hunter2" },
        one: #{ type: "choice" },
        a-b: 3,
        many: #{ type: "list", of: "secret" },
        none: #{ doc: "d" },
        now: #{ type: "string", defaults_to: time::now() + "x", },
        both: #{ type: "bool", optional: true, defaults_to: true },
    },
    permissions: ["http:get", "http:get https://${contu}/*", "dns:lookup ${key}", "dns:lookup ${count}", "x:y ${", 5, "runbook:A@1"],
    requires: #{ git: "new", terraform: 1.5 },
    guard: #{ aws_account: 123456789012, aws_region: "Tokyo", account: "x" },
    time_limit: "soon",
    summary_ja: `${name} で`,
};"#;
        // `a-b` unquoted is no key in Rhai; that mistake is the parser's, and comes alone.
        insta::assert_snapshot!(check(text).expect_err("wrong"), @r#"13:10+1 RB0101: expecting ':' to follow the property 'a' in this object map literal"#);
        insta::assert_snapshot!(check(&text.replace("a-b:", "\"a-b\":")).expect_err("wrong"), @r#"
        1:17+2 RB0106: `RUNBOOK` has no `name` | such as `name: "verify-waf"`
        2:5+4 RB0106: `RUNBOOK` has no key `nmae` | did you mean `name`?
        3:14+5 RB0106: `1.0` is no version: unexpected end of input while parsing minor version number | three numbers, such as `1.0.0`
        4:14+1 RB0106: `summary` of `RUNBOOK` is an integer, where a string is wanted
        5:17+3 RB0106: `a` stands twice in `tags`
        5:22+1 RB0106: `tags` holds an integer, where a string is wanted
        5:25+11 RB0106: `two words` in `tags` is not one word
        7:25+9 RB0106: there is no parameter type `integer` | did you mean `int`?
        8:9+3 RB0106: no value can fit parameter `big` | its least is above its greatest
        8:46+11 RB0106: parameter `big` has no key `defualts_to` | did you mean `defaults_to`?
        9:52+1 RB0106: the default of parameter `size` does not fit its type | `5` does not fit; wanted is an int up to 4, such as `4`
        10:9+3 RB0106: `Web` is no name for a parameter | a small letter, then small letters, digits, `_` and `-`
        10:42+3 RB0106: `(` is not a regular expression | error: unclosed group
        11:46+9 RB0106: parameter `key` is a secret and can't have a default | anybody could read it here
        12:9+3 RB0106: parameter `one` has nothing to choose from | `of: ["one", "two"]` is wanted
        13:16+1 RB0106: parameter `a-b` is an integer, where a map is wanted
        14:36+8 RB0106: a list of secret is not possible
        15:9+4 RB0106: parameter `none` has no `type` | one of `string`, `int`, `number`, `bool`, `duration`, `domain`, `url`, `path`, `choice`, `list`, `secret`
        16:46+17 RB0106: only literals may stand in `RUNBOOK`: it is read before anything runs | write the value itself here
        17:61+4 RB0106: parameter `both` is optional and has a default | one of the two is enough
        19:19+10 RB0106: `http:get` is no permission | `` is not a pattern for URLs: write scheme, host and path, such as `https://example.com/*`
        19:31+29 RB0106: `http:get https://${contu}/*` is no permission | `${contu}` names no parameter
        19:62+19 RB0106: `dns:lookup ${key}` is no permission | `key` is a secret and can't stand in a permission
        19:106+8 RB0106: `x:y ${` is no permission | `${` has no `}`
        19:116+1 RB0106: `permissions` holds an integer, where a string is wanted
        19:119+13 RB0106: `A` is no name of a runbook | such as `runbook:acm-wait@^1`
        20:23+5 RB0106: `new` names no versions of `git`: unexpected character 'n' while parsing major version number | such as `>=1.5`, or `*` for any
        20:41+3 RB0106: the version of `terraform` is a number, where a string is wanted | such as `>=1.5`, or `*` for any
        21:28+12 RB0106: `aws_account` of `guard` is an integer, where a string is wanted
        21:54+7 RB0106: `Tokyo` is no AWS region | such as `ap-northeast-1`
        21:63+7 RB0106: `guard` has no key `account` | known are `aws_account`, `aws_region`, `environments`
        22:17+6 RB0106: `soon` is not a duration: write it as `90s`, `10m` or `1h30m`
        23:17+11 RB0106: only literals may stand in `RUNBOOK`: it is read before anything runs | in `"…"` instead of backticks, `${name}` stands for a parameter
        "#);
    }

    #[test]
    fn a_file_without_a_literal_constant_is_no_runbook() {
        let table = [
            ("let x = 1;", "this file has no `const RUNBOOK`, so it is no runbook"),
            ("let RUNBOOK = #{};", "`RUNBOOK` is a variable, where a constant is wanted"),
            ("fn f() { const RUNBOOK = #{}; }", "this file has no `const RUNBOOK`, so it is no runbook"),
            ("const RUNBOOK = 5;", "`RUNBOOK` is an integer, where a map is wanted"),
            (
                "const RUNBOOK = f(1, #{ a: [2] });",
                "only literals may stand in `RUNBOOK`: it is read before anything runs",
            ),
            ("const RUNBOOK = #{} + #{};", "only literals may stand in `RUNBOOK`: it is read before anything runs"),
            ("const RUNBOOK;", "`RUNBOOK` has no value"),
            (
                "const RUNBOOK = #{ name: \"a\", version: \"1.0.0\" }; const RUNBOOK = #{};",
                "`RUNBOOK` stands here a second time",
            ),
        ];
        for (text, message) in table {
            let found = check(text).expect_err(text);
            assert!(found.contains(message), "{text}\n{found}");
        }
    }

    #[test]
    fn names_are_small_letters_digits_hyphens_and_slashes_between_parts() {
        for name in ["a", "verify-waf", "incident/ns_check2", "0"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "/", "a/", "/a", "a//b", "../a", "A", "a.b", "日本", "a b", "a@1"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
