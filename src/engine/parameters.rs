//! The values of a run's parameters: from flags, environment variables, the environment's file, defaults or the person, in this
//! order, each with its origin. What a parameter may hold is in [`super::param_kind`].

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::environment::Environment;
use super::param_kind::ParamKind;
use super::param_spec::ParamSpec;
use super::written::{What, Written, quoted};
use crate::messages::parameters as messages;
use crate::messages::state;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, did_you_mean};
use crate::model::place::Place;
use crate::model::secret::SecretRef;
use crate::model::value::Value;

/// What was given for a run.
#[derive(Default)]
pub struct Given<'a> {
    /// The `--set name=value` flags, split at the first `=`, in order.
    pub set: &'a [(String, String)],
    /// The `--set-secret name=source` flags, split at the first `=`, in order.
    pub set_secret: &'a [(String, String)],
    /// The environment that `--env` named.
    pub environment: Option<&'a Environment>,
}

/// What resolving needs from outside.
pub trait Outside {
    /// The value of an environment variable of this process.
    fn variable(&self, name: &str) -> Option<String>;

    /// The text of a file that holds a secret.
    ///
    /// # Errors
    /// A file that can't be read.
    fn file(&self, path: &str) -> io::Result<Zeroizing<String>>;

    /// All of standard input; asked for once at most.
    ///
    /// # Errors
    /// Input that can't be read or is not text.
    fn standard_input(&mut self) -> io::Result<Zeroizing<String>>;

    /// Whether there is a person to ask.
    fn can_ask(&self) -> bool;

    /// Asks the person for a value (`wrong` says what was wrong with the answer before); `None` when they give up.
    fn ask(&mut self, spec: &ParamSpec, wrong: Option<&str>) -> Option<Zeroizing<String>>;
}

/// The values that a run starts with.
#[derive(Default)]
pub struct Resolved {
    /// Every parameter that is no secret; `()` for an optional one without a value.
    pub values: BTreeMap<String, Value>,
    /// Every secret: what the journal keeps of it, and its value.
    pub secrets: BTreeMap<String, (SecretRef, Zeroizing<String>)>,
    /// Where each came from.
    pub origins: BTreeMap<String, Origin>,
}

impl fmt::Debug for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Secrets stay out of panics and test output as well.
        let secrets: Vec<String> = self.secrets.values().map(|(reference, _)| reference.shown()).collect();
        f.debug_struct("Resolved").field("values", &self.values).field("secrets", &secrets).finish_non_exhaustive()
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `--set` or `--set-secret`.
    Flag,
    /// An environment variable of this name.
    Variable(String),
    /// The environment's file.
    File(Place),
    /// The runbook's default.
    Default,
    /// The person.
    Asked,
    /// Nowhere: optional and not given.
    Nowhere,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag => f.write_str("flag"),
            Origin::Variable(name) => write!(f, "${name}"),
            Origin::File(place) => write!(f, "{}:{}", place.file, place.line),
            Origin::Default => f.write_str("default"),
            Origin::Asked => f.write_str("asked"),
            Origin::Nowhere => f.write_str(&messages::not_given()),
        }
    }
}

/// How often a person may answer before it is an error.
const ANSWERS_MAX: usize = 3;

/// Finds the value of every parameter. The person is asked last, and only when nothing else is wrong, so that nobody answers
/// questions for a run that can't start. Paths that must exist are looked for from `root`, the project's folder.
///
/// # Errors
/// Everything that is wrong: unknown names (`RB0203`), values that don't fit (`RB0204`), missing ones (`RB0205`), flags given
/// twice (`RB0201`).
pub fn resolve(
    specs: &[ParamSpec],
    given: &Given,
    root: &Path,
    outside: &mut dyn Outside,
) -> Result<Resolved, Vec<Diagnostic>> {
    let mut run = Run { given, root, outside, input: None, resolved: Resolved::default(), problems: Vec::new() };
    run.check_flags(specs);
    let missing: Vec<&ParamSpec> = specs.iter().filter(|spec| !run.find(spec)).collect();
    if run.problems.is_empty() && run.outside.can_ask() {
        for spec in missing {
            run.ask(spec);
        }
    } else if !run.outside.can_ask() {
        run.problems.extend(missing.into_iter().map(required));
    }
    if run.problems.is_empty() {
        return Ok(run.resolved);
    }
    Err(run.problems.into_iter().map(|problem| problem.state(state::nothing_was_run())).collect())
}

/// What the environment's file says for the parameters of a runbook that is run inside another. It need not say anything: what
/// is missing then is an error where the outer runbook calls it.
///
/// # Errors
/// Values that don't fit. A secret is no value: only the runbook around can give it.
pub fn of_environment(
    specs: &[ParamSpec],
    environment: &Environment,
    root: &Path,
) -> Result<BTreeMap<String, Value>, Vec<Diagnostic>> {
    let mut values = BTreeMap::new();
    let mut problems = Vec::new();
    for spec in specs.iter().filter(|spec| !spec.is_secret()) {
        let Some((_, written)) = environment.params.iter().find(|(name, _)| *name == spec.name) else { continue };
        let Some(value) = written.value() else { continue };
        match spec.accept(value).and_then(|value| exists(&spec.kind, &value, root).map(|()| value)) {
            Ok(value) => drop(values.insert(spec.name.clone(), value)),
            Err(why) => problems.push(
                Diagnostic::error(Code::BadParameter, bad(spec, &format!("`{}`", environment.file)))
                    .at(written.place.clone(), written.width, "")
                    .note(why)
                    .state(state::nothing_was_run()),
            ),
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(problems) }
}

/// What is being resolved.
struct Run<'a> {
    given: &'a Given<'a>,
    root: &'a Path,
    outside: &'a mut dyn Outside,
    /// Standard input, once a secret has taken it.
    input: Option<String>,
    resolved: Resolved,
    problems: Vec<Diagnostic>,
}

impl Run<'_> {
    fn check_flags(&mut self, specs: &[ParamSpec]) {
        for (flag, flags, other) in
            [("--set", self.given.set, self.given.set_secret), ("--set-secret", self.given.set_secret, self.given.set)]
        {
            for (at, (name, _)) in flags.iter().enumerate() {
                if !specs.iter().any(|spec| spec.name == *name) {
                    self.problems.push(unknown(flag, name, specs));
                }
                let earlier = flags.iter().take(at).any(|(earlier, _)| earlier == name);
                let as_other = flag == "--set-secret" && other.iter().any(|(earlier, _)| earlier == name);
                if earlier || as_other {
                    self.problems.push(
                        Diagnostic::error(Code::Usage, messages::the_flags_give_a_value_twice(name))
                            .next(messages::leave_one_out(flag, name)),
                    );
                }
            }
        }
    }

    /// Finds the value of one parameter, or reports why it can't be used; false when nobody gives one.
    fn find(&mut self, spec: &ParamSpec) -> bool {
        if spec.is_secret() { self.find_secret(spec) } else { self.find_value(spec) }
    }

    fn find_value(&mut self, spec: &ParamSpec) -> bool {
        if by_name(self.given.set_secret, spec).is_some() {
            self.problems.push(
                Diagnostic::error(Code::BadParameter, messages::parameter_is_no_secret(&spec.name))
                    .next(format!("`{}`", spec.flag())),
            );
            return true;
        }
        if let Some(text) = by_name(self.given.set, spec) {
            let value = spec.parse(&text);
            return self
                .take(spec, value, Origin::Flag, || Diagnostic::error(Code::BadParameter, bad(spec, "`--set`")));
        }
        let variable = spec.variable();
        if let Some(text) = self.outside.variable(&variable) {
            let value = spec.parse(&text);
            let problem = || Diagnostic::error(Code::BadParameter, bad(spec, &messages::the_variable(&variable)));
            return self.take(spec, value, Origin::Variable(variable.clone()), problem);
        }
        if let Some((written, file)) = self.in_file(spec) {
            let Some(value) = written.value() else {
                return true;
            };
            let (place, width) = (written.place.clone(), written.width);
            let problem =
                || Diagnostic::error(Code::BadParameter, bad(spec, &format!("`{file}`"))).at(place.clone(), width, "");
            return self.take(spec, spec.accept(value), Origin::File(place.clone()), problem);
        }
        if let Some(default) = spec.default.clone() {
            let problem = || {
                Diagnostic::error(Code::BadParameter, bad(spec, &messages::the_default())).at(spec.place.clone(), 1, "")
            };
            return self.take(spec, Ok(default), Origin::Default, problem);
        }
        if spec.optional {
            return self.take(spec, Ok(Value::Unit), Origin::Nowhere, || required(spec));
        }
        false
    }

    /// Keeps a value that fits, else reports `problem` with the reason.
    fn take(
        &mut self,
        spec: &ParamSpec,
        value: Result<Value, String>,
        origin: Origin,
        problem: impl Fn() -> Diagnostic,
    ) -> bool {
        match value.and_then(|value| exists(&spec.kind, &value, self.root).map(|()| value)) {
            Ok(value) => {
                self.resolved.origins.insert(spec.name.clone(), origin);
                self.resolved.values.insert(spec.name.clone(), value);
            }
            Err(why) => self.problems.push(problem().note(why)),
        }
        true
    }

    fn in_file(&self, spec: &ParamSpec) -> Option<(Written, String)> {
        let environment = self.given.environment?;
        let (_, written) = environment.params.iter().find(|(name, _)| *name == spec.name)?;
        Some((written.clone(), environment.file.clone()))
    }

    fn find_secret(&mut self, spec: &ParamSpec) -> bool {
        if by_name(self.given.set, spec).is_some() {
            self.problems.push(
                Diagnostic::error(Code::BadParameter, messages::parameter_is_a_secret_so_does_not_take(&spec.name))
                    .note(messages::a_command_line_is_seen_by_other_users())
                    .next(format!("`{}`", spec.flag())),
            );
            return true;
        }
        if let Some(source) = by_name(self.given.set_secret, spec) {
            self.take_secret(spec, &source, Origin::Flag, None);
            return true;
        }
        let variable = spec.variable();
        if self.outside.variable(&variable).is_some() {
            self.take_secret(spec, &format!("env:{variable}"), Origin::Variable(variable), None);
            return true;
        }
        if let Some((written, file)) = self.in_file(spec) {
            let (place, width) = (written.place.clone(), written.width);
            match &written.what {
                What::Text(source) if source.starts_with('@') || source.starts_with("env:") => {
                    let source = source.clone();
                    self.take_secret(spec, &source, Origin::File(place.clone()), Some((place, width)));
                }
                _ => self.problems.push(
                    Diagnostic::error(Code::BadParameter, bad(spec, &format!("`{file}`")))
                        .at(place, width, "")
                        .note(messages::a_secret_does_not_stand_in_a_file()),
                ),
            }
            return true;
        }
        if spec.optional {
            self.resolved.origins.insert(spec.name.clone(), Origin::Nowhere);
            self.resolved.values.insert(spec.name.clone(), Value::Unit);
            return true;
        }
        false
    }

    /// Reads a secret from where `source` says: `-`, `@file` or `env:VARIABLE`. What is wrong never repeats the value.
    fn take_secret(&mut self, spec: &ParamSpec, source: &str, origin: Origin, label: Option<(Place, usize)>) {
        let read = if source == "-" {
            self.read_input(spec).map(|text| (reference("param", &spec.name), text))
        } else if let Some(path) = source.strip_prefix('@') {
            match self.outside.file(path) {
                Ok(text) => Ok((reference("file", path), without_newline(&text))),
                Err(error) => Err(messages::the_file_cannot_be_read(path, &error)),
            }
        } else if let Some(name) = source.strip_prefix("env:") {
            match self.outside.variable(name) {
                Some(text) => Ok((reference("env", name), Zeroizing::new(text))),
                None => Err(messages::the_variable_is_not_set(name)),
            }
        } else {
            // It may well be the secret itself, so it is not repeated.
            Err(messages::the_source_of_a_secret_is_standard_input())
        };
        let read = read.and_then(|(reference, text)| spec.parse(&text).map(|_| (reference, text)));
        match read {
            Ok((reference, text)) => self.keep_secret(spec, reference, text, origin),
            Err(why) => {
                let from = match &origin {
                    Origin::Flag => "`--set-secret`".to_owned(),
                    Origin::Variable(name) => messages::the_variable(name),
                    other => format!("`{other}`"),
                };
                let problem = Diagnostic::error(Code::BadParameter, bad(spec, &from)).note(why);
                self.problems.push(match label {
                    Some((place, width)) => problem.at(place, width, ""),
                    None => problem.next(format!("`{}`", spec.flag())),
                });
            }
        }
    }

    fn keep_secret(&mut self, spec: &ParamSpec, reference: SecretRef, text: Zeroizing<String>, origin: Origin) {
        self.resolved.origins.insert(spec.name.clone(), origin);
        self.resolved.secrets.insert(spec.name.clone(), (reference, text));
    }

    fn read_input(&mut self, spec: &ParamSpec) -> Result<Zeroizing<String>, String> {
        if let Some(other) = &self.input {
            return Err(messages::standard_input_is_already_the_secret(other));
        }
        self.input = Some(spec.name.clone());
        match self.outside.standard_input() {
            Ok(text) => Ok(without_newline(&text)),
            Err(error) => Err(messages::standard_input_cannot_be_read(&error)),
        }
    }

    fn ask(&mut self, spec: &ParamSpec) {
        let mut wrong: Option<String> = None;
        for _ in 0..ANSWERS_MAX {
            let Some(text) = self.outside.ask(spec, wrong.as_deref()) else {
                self.problems.push(required(spec));
                return;
            };
            let value = spec.parse(&text).and_then(|value| exists(&spec.kind, &value, self.root).map(|()| value));
            match value {
                Ok(_) if spec.is_secret() => {
                    self.keep_secret(spec, reference("param", &spec.name), text, Origin::Asked);
                    return;
                }
                Ok(value) => {
                    self.resolved.origins.insert(spec.name.clone(), Origin::Asked);
                    self.resolved.values.insert(spec.name.clone(), value);
                    return;
                }
                Err(why) => wrong = Some(why),
            }
        }
        let problem = Diagnostic::error(Code::BadParameter, bad(spec, &messages::the_answer()));
        self.problems.push(problem.note(wrong.unwrap_or_default()).next(format!("`{}`", spec.flag())));
    }
}

fn by_name(flags: &[(String, String)], spec: &ParamSpec) -> Option<String> {
    flags.iter().find(|(name, _)| *name == spec.name).map(|(_, value)| value.clone())
}

fn exists(kind: &ParamKind, value: &Value, root: &Path) -> Result<(), String> {
    match (kind, value) {
        (ParamKind::Path { must_exist: true }, Value::Text(path)) if !root.join(path).exists() => {
            Err(messages::there_is_nothing_at(path))
        }
        (ParamKind::List { of, .. }, Value::List(items)) => items.iter().try_for_each(|item| exists(of, item, root)),
        _ => Ok(()),
    }
}

fn reference(provider: &str, name: &str) -> SecretRef {
    SecretRef { provider: provider.to_owned(), name: name.to_owned() }
}

/// Editors and `echo` end a file with a line break that nobody means.
fn without_newline(text: &str) -> Zeroizing<String> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    Zeroizing::new(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

fn bad(spec: &ParamSpec, from: &str) -> String {
    messages::the_value_of_parameter_from_does_not_fit(&spec.name, from)
}

fn required(spec: &ParamSpec) -> Diagnostic {
    let problem = Diagnostic::error(Code::ParameterRequired, messages::is_required(&spec.name));
    let problem = if spec.told().is_empty() { problem } else { problem.note(spec.told()) };
    problem.next(format!("`{}` ({})", spec.flag(), spec.kind.words()))
}

fn unknown(flag: &str, name: &str, specs: &[ParamSpec]) -> Diagnostic {
    let names: Vec<&str> = specs.iter().map(|spec| spec.name.as_str()).collect();
    let problem = Diagnostic::error(Code::UnknownParameter, messages::the_runbook_has_no_parameter_from(name, flag));
    match did_you_mean(name, names.iter().copied()) {
        Some(name) => problem.next(messages::did_you_mean(name)),
        None if names.is_empty() => problem.note(messages::it_has_no_parameters()),
        None => problem.note(messages::it_has(quoted(&names))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::param_kind::Bounds;

    #[derive(Default)]
    struct Fake {
        variables: BTreeMap<String, String>,
        files: BTreeMap<String, String>,
        input: Option<String>,
        /// What the person answers, in order; `None` when there is no person.
        answers: Option<Vec<&'static str>>,
        asked: Vec<String>,
    }

    impl Outside for Fake {
        fn variable(&self, name: &str) -> Option<String> {
            self.variables.get(name).cloned()
        }

        fn file(&self, path: &str) -> io::Result<Zeroizing<String>> {
            let text = self.files.get(path).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
            Ok(Zeroizing::new(text))
        }

        fn standard_input(&mut self) -> io::Result<Zeroizing<String>> {
            self.input.take().map(Zeroizing::new).ok_or_else(|| io::Error::other("nothing there"))
        }

        fn can_ask(&self) -> bool {
            self.answers.is_some()
        }

        fn ask(&mut self, spec: &ParamSpec, wrong: Option<&str>) -> Option<Zeroizing<String>> {
            self.asked.push(format!("{} {}", spec.name, wrong.unwrap_or("-")));
            let answers = self.answers.as_mut()?;
            if answers.is_empty() { None } else { Some(Zeroizing::new(answers.remove(0).to_owned())) }
        }
    }

    fn spec(name: &str, kind: ParamKind) -> ParamSpec {
        ParamSpec {
            name: name.to_owned(),
            kind,
            doc: String::new(),
            doc_ja: String::new(),
            default: None,
            optional: false,
            place: Place::new("t.rhai", 1, 1),
        }
    }

    fn int() -> ParamKind {
        ParamKind::Int(Bounds { min: Some(1), max: Some(10) })
    }

    fn specs() -> Vec<ParamSpec> {
        vec![
            ParamSpec { doc: "Wanted number of tasks".to_owned(), ..spec("count", int()) },
            spec("web-acl", ParamKind::Text { pattern: None, length: Bounds::default() }),
            spec("domain", ParamKind::Domain),
            ParamSpec { optional: true, ..spec("plan", ParamKind::Path { must_exist: true }) },
            spec("password", ParamKind::Secret),
            ParamSpec { optional: true, ..spec("token", ParamKind::Secret) },
        ]
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    fn environment(text: &str) -> Environment {
        Environment::read(text, "prod", "envs/prod.toml").expect("an environment")
    }

    fn shown(problems: &[Diagnostic]) -> String {
        let line = |problem: &Diagnostic| {
            let place = problem.place().map(|place| format!(" at {place}")).unwrap_or_default();
            let more = [problem.notes.join("; "), problem.next.join("; ")];
            let more: Vec<_> = more.into_iter().filter(|text| !text.is_empty()).collect();
            assert_eq!(problem.state.as_deref(), Some("nothing was run"));
            format!("{}{place}: {} | {}", problem.code, problem.message, more.join(" | "))
        };
        problems.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_and_no_secret_with_it() {
        let environment = environment(
            "[params]\ndomain = \"a_b.example\"\npassword = \"hunter2-in-file\"\nother = 1\n[params.deep]\nx = 1\n",
        );
        let set =
            pairs(&[("count", "eleven"), ("cuont", "1"), ("zzz", "1"), ("count", "2"), ("token", "hunter2-in-flag")]);
        let set_secret = pairs(&[("web-acl", "-"), ("passwd", "-")]);
        let given = Given { set: &set, set_secret: &set_secret, environment: Some(&environment) };
        let mut fake =
            Fake { variables: [("RUNBOOK_PARAM_PLAN".to_owned(), "gone.plan".to_owned())].into(), ..Fake::default() };
        let root = tempfile::tempdir().expect("a folder");
        let problems = resolve(&specs(), &given, root.path(), &mut fake).expect_err("wrong");
        let text = shown(&problems);
        assert!(!text.contains("hunter2") && !format!("{problems:?}").contains("hunter2"), "{text}");
        insta::assert_snapshot!(text, @r#"
        RB0203: the runbook has no parameter `cuont` (from `--set`) | did you mean `count`?
        RB0203: the runbook has no parameter `zzz` (from `--set`) | it has `count`, `web-acl`, `domain`, `plan`, `password`, `token`
        RB0201: the flags give `count` a value twice | leave one `--set count=…` out
        RB0203: the runbook has no parameter `passwd` (from `--set-secret`) | did you mean `password`?
        RB0204: the value of parameter `count` from `--set` does not fit | `eleven` is not an int; wanted is an int 1..10, such as `5`
        RB0204: parameter `web-acl` is no secret | `--set web-acl=TEXT`
        RB0204 at envs/prod.toml:2:10: the value of parameter `domain` from `envs/prod.toml` does not fit | `a_b.example` is not a domain: it is not made of labels of letters, digits and inner hyphens; wanted is a domain, such as `example.com`
        RB0204: the value of parameter `plan` from the variable `RUNBOOK_PARAM_PLAN` does not fit | there is nothing at `gone.plan`
        RB0204 at envs/prod.toml:3:12: the value of parameter `password` from `envs/prod.toml` does not fit | a secret does not stand in a file of the project; say where it is: `env:VARIABLE` or `@FILE`
        RB0204: parameter `token` is a secret, so `--set` does not take it | a command line is seen by other users and kept in the shell's history | `--set-secret token=-|@FILE|env:VARIABLE`
        "#);
    }

    #[test]
    fn what_is_missing_names_its_flag() {
        let problems = resolve(&specs(), &Given::default(), Path::new("/"), &mut Fake::default()).expect_err("missing");
        insta::assert_snapshot!(shown(&problems), @r#"
        RB0205: parameter `count` is required | Wanted number of tasks | `--set count=N` (int 1..10)
        RB0205: parameter `web-acl` is required | `--set web-acl=TEXT` (string)
        RB0205: parameter `domain` is required | `--set domain=DOMAIN` (domain)
        RB0205: parameter `password` is required | `--set-secret password=-|@FILE|env:VARIABLE` (secret)
        "#);
    }

    #[test]
    fn a_secret_comes_from_input_a_file_or_a_variable_and_is_kept_apart() {
        let password = vec![spec("password", ParamKind::Secret)];
        let cases = [
            ("-", "param:password", "from input"),
            ("@/run/key", "file:/run/key", "from a file"),
            ("env:KEY", "env:KEY", " from a variable "),
        ];
        for (source, name, value) in cases {
            let mut fake = Fake {
                variables: [("KEY".to_owned(), " from a variable ".to_owned())].into(),
                files: [("/run/key".to_owned(), "from a file\r\n".to_owned())].into(),
                input: Some("from input\n".to_owned()),
                ..Fake::default()
            };
            let set_secret = pairs(&[("password", source)]);
            let given = Given { set_secret: &set_secret, ..Given::default() };
            let resolved = resolve(&password, &given, Path::new("/"), &mut fake).expect("resolves");
            let (reference, text) = &resolved.secrets["password"];
            assert_eq!((reference.shown(), text.as_str()), (format!("⟦secret:{name}⟧"), value));
            assert!(resolved.values.is_empty());
            assert!(!format!("{resolved:?}").contains(value));
        }
        for (source, why) in [
            ("hunter2", "the source of a secret is `-` (standard input), `@FILE` or `env:VARIABLE`"),
            ("env:GONE", "the variable `GONE` is not set"),
            ("@gone", "the file `gone` can't be read: entity not found"),
            ("-", "standard input can't be read: nothing there"),
            ("env:EMPTY", "a secret can't be empty"),
        ] {
            let mut fake = Fake { variables: [("EMPTY".to_owned(), String::new())].into(), ..Fake::default() };
            let set_secret = pairs(&[("password", source)]);
            let given = Given { set_secret: &set_secret, ..Given::default() };
            let problems = resolve(&password, &given, Path::new("/"), &mut fake).expect_err("wrong");
            assert_eq!(problems[0].notes, [why]);
            assert!(!format!("{problems:?}").contains("hunter2"));
        }
    }

    #[test]
    fn two_secrets_can_not_both_be_standard_input() {
        let two = [spec("a", ParamKind::Secret), spec("b", ParamKind::Secret)];
        let set_secret = pairs(&[("a", "-"), ("b", "-")]);
        let given = Given { set_secret: &set_secret, ..Given::default() };
        let mut fake = Fake { input: Some("x".to_owned()), ..Fake::default() };
        let problems = resolve(&two, &given, Path::new("/"), &mut fake).expect_err("twice");
        assert_eq!(problems[0].notes, ["standard input is already the secret `a`"]);
    }

    #[test]
    fn an_environment_file_says_where_a_secret_is_never_what_it_is() {
        let environment = environment("[params]\npassword = \"env:DB_PASSWORD\"\n");
        let given = Given { environment: Some(&environment), ..Given::default() };
        let mut fake = Fake { variables: [("DB_PASSWORD".to_owned(), "s3cret".to_owned())].into(), ..Fake::default() };
        let resolved =
            resolve(&[spec("password", ParamKind::Secret)], &given, Path::new("/"), &mut fake).expect("resolves");
        assert_eq!(resolved.secrets["password"].0.shown(), "⟦secret:env:DB_PASSWORD⟧");
        assert_eq!(resolved.origins["password"].to_string(), "envs/prod.toml:2");
    }

    #[test]
    fn the_person_is_asked_only_for_what_is_missing_and_again_after_a_mistake() {
        let specs = [spec("count", int()), spec("domain", ParamKind::Domain), spec("password", ParamKind::Secret)];
        let set = pairs(&[("domain", "example.com")]);
        let given = Given { set: &set, ..Given::default() };
        let mut fake = Fake { answers: Some(vec!["eleven", "7", "s3cret"]), ..Fake::default() };
        let resolved = resolve(&specs, &given, Path::new("/"), &mut fake).expect("resolves");
        assert_eq!(
            fake.asked,
            ["count -", "count `eleven` is not an int; wanted is an int 1..10, such as `5`", "password -"]
        );
        assert_eq!(resolved.values["count"], Value::Int(7));
        assert_eq!(resolved.secrets["password"].1.as_str(), "s3cret");
        assert_eq!(resolved.origins["count"], Origin::Asked);
    }

    #[test]
    fn nobody_is_asked_for_a_run_that_can_not_start() {
        let set = pairs(&[("domain", "a b")]);
        let given = Given { set: &set, ..Given::default() };
        let mut fake = Fake { answers: Some(vec!["1"; 9]), ..Fake::default() };
        let problems = resolve(&specs(), &given, Path::new("/"), &mut fake).expect_err("wrong");
        assert_eq!((problems.len(), fake.asked.len()), (1, 0));
    }

    #[test]
    fn a_person_who_gives_up_or_never_gets_it_right_ends_it() {
        let one = [spec("count", int())];
        for (answers, code, asked) in [(vec![], Code::ParameterRequired, 1), (vec!["x"; 9], Code::BadParameter, 3)] {
            let mut fake = Fake { answers: Some(answers), ..Fake::default() };
            let problems = resolve(&one, &Given::default(), Path::new("/"), &mut fake).expect_err("no value");
            assert_eq!((problems[0].code, fake.asked.len()), (code, asked));
        }
    }

    proptest! {
        #[test]
        fn the_first_of_flag_variable_file_default_and_person_wins(
            flag in any::<bool>(), variable in any::<bool>(), file in any::<bool>(), default in any::<bool>(),
            person in any::<bool>(), optional in any::<bool>(),
        ) {
            let spec = ParamSpec { default: default.then_some(Value::Int(4)), optional, ..spec("count", int()) };
            let environment = environment(if file { "[params]\ncount = 3\n" } else { "" });
            let set = if flag { pairs(&[("count", "1")]) } else { Vec::new() };
            let given = Given { set: &set, environment: Some(&environment), ..Given::default() };
            let mut fake = Fake { answers: person.then(|| vec!["5"]), ..Fake::default() };
            if variable {
                fake.variables.insert("RUNBOOK_PARAM_COUNT".to_owned(), "2".to_owned());
            }
            let resolved = resolve(&[spec], &given, Path::new("/"), &mut fake);
            let expected = [(flag, 1), (variable, 2), (file, 3), (default, 4)];
            let expected = expected.into_iter().find(|(there, _)| *there).map(|(_, value)| Value::Int(value));
            let expected = expected.or(optional.then_some(Value::Unit)).or(person.then_some(Value::Int(5)));
            match (resolved, expected) {
                (Ok(resolved), Some(value)) => {
                    prop_assert_eq!(&resolved.values["count"], &value);
                    prop_assert!(resolved.origins.contains_key("count"));
                }
                (Err(problems), None) => prop_assert_eq!(problems[0].code, Code::ParameterRequired),
                (resolved, expected) => prop_assert!(false, "{:?} {:?}", resolved, expected),
            }
        }
    }
}
