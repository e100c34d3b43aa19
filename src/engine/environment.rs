//! Environments: `envs/NAME.toml` below the project, with values for parameters, guards and the policy there.

use std::path::Path;

use super::guard;
use super::policy_settings;
use super::toml_text;
use super::written::{Entry, Fields, Problems, Written, quoted};
use crate::messages::project as messages;
use crate::messages::state;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, did_you_mean};
use crate::model::guard::Guard;
use crate::policy::Policy;

/// The folder of environments below the project.
pub const FOLDER: &str = "envs";

/// An environment as its file describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Environment {
    /// Its name: the file's name without `.toml`.
    pub name: String,
    /// The file's path below the project.
    pub file: String,
    /// Values for parameters. One file serves many runbooks, so a runbook need not have each of them.
    pub params: Vec<(String, Written)>,
    /// The account and region that this environment is.
    pub guard: Guard,
    /// What needs confirmation or approval here.
    pub policy: Policy,
}

impl Environment {
    /// Reads the environment `name` of the project at `root`.
    ///
    /// # Errors
    /// No such file, with the names there are; a file that can't be read; all that is wrong inside it.
    pub fn load(root: &Path, name: &str) -> Result<Self, Vec<Diagnostic>> {
        let known = names(root);
        if !known.iter().any(|known| known == name) {
            return Err(vec![unknown(name, &known)]);
        }
        let file = format!("{FOLDER}/{name}.toml");
        let text = std::fs::read_to_string(root.join(&file)).map_err(|error| {
            vec![
                Diagnostic::error(Code::EnvironmentFile, messages::file_cannot_be_read(&file, &error))
                    .state(state::nothing_was_run()),
            ]
        })?;
        Environment::read(&text, name, &file)
    }

    /// Reads the text of an environment's file.
    ///
    /// # Errors
    /// All that is wrong with it, in the order of the file.
    pub fn read(text: &str, name: &str, file: &str) -> Result<Self, Vec<Diagnostic>> {
        let mut problems = Problems::new(Code::EnvironmentFile);
        let written = toml_text::read(text, file, &mut problems);
        let read = Fields::of(&written, messages::the_environment_file(), &mut problems).map(|mut fields| {
            let params = fields.map("params", &mut problems).iter().map(value_of).collect();
            let guard = read_guard(&mut fields, &mut problems);
            let policy = policy_settings::read(&mut fields, &mut problems);
            fields.finish(&mut problems);
            Environment { name: name.to_owned(), file: file.to_owned(), params, guard, policy }
        });
        match read {
            Some(environment) if problems.is_empty() => Ok(environment),
            _ => {
                Err(problems.into_sorted().into_iter().map(|problem| problem.state(state::nothing_was_run())).collect())
            }
        }
    }
}

/// The names of the environments that the project at `root` has, in order.
#[must_use]
pub fn names(root: &Path) -> Vec<String> {
    // A folder that is not there holds none; one that can't be read is told when its file is.
    let entries = std::fs::read_dir(root.join(FOLDER)).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().is_file())
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".toml")?.to_owned()))
        .filter(|name| is_name(name))
        .collect();
    names.sort();
    names
}

// Only such names can be in the list of files, so a name with a path in it never meets one.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn unknown(name: &str, known: &[String]) -> Diagnostic {
    let problem = Diagnostic::error(Code::EnvironmentFile, messages::there_is_no_environment(name))
        .state(state::nothing_was_run());
    let problem = match known {
        [] => problem.note(messages::the_project_has_no_environment(FOLDER)),
        _ => problem.note(messages::there_are(quoted(known))),
    };
    match did_you_mean(name, known.iter().map(String::as_str)) {
        Some(name) => problem.next(messages::did_you_mean_environment(name)),
        None if is_name(name) => problem.next(messages::write_an_environment(FOLDER, name)),
        None => problem.next(messages::an_environment_s_name_is_letters_digits()),
    }
}

fn value_of(entry: &Entry) -> (String, Written) {
    (entry.key.clone(), entry.value.clone())
}

fn read_guard(fields: &mut Fields, problems: &mut Problems) -> Guard {
    let Some(written) = fields.any("guard") else {
        return Guard::default();
    };
    let Some(mut fields) = Fields::of(written, "`guard`", problems) else {
        return Guard::default();
    };
    let guard = guard::read(&mut fields, problems);
    fields.finish(problems);
    guard
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::engine::written::What;
    use crate::model::effect::Effect;

    fn shown(problems: &[Diagnostic]) -> String {
        let line = |problem: &Diagnostic| {
            let place = problem.place().map(|place| format!("{}:{} ", place.line, place.column)).unwrap_or_default();
            let label = problem.label.as_ref().map(|label| label.text.clone()).unwrap_or_default();
            let more = [problem.notes.join("; "), problem.next.join("; "), label];
            let more: Vec<_> = more.into_iter().filter(|text| !text.is_empty()).collect();
            format!("{place}{}: {} | {}", problem.code, problem.message, more.join(" | "))
        };
        problems.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_file_holds_values_guards_and_policy() {
        let text = r#"
x-owner = "another program"
[params]
domain = "example.com"
count = 3
[guard]
aws_account = "123456789012"
aws_region = "ap-northeast-1"
[policy]
confirm = ["change"]
approve = ["change", "destroy"]
"#;
        let environment = Environment::read(text, "prod", "envs/prod.toml").expect("reads");
        assert_eq!(environment.params.len(), 2);
        assert_eq!(environment.params[1].1.what, What::Int(3));
        assert_eq!(environment.params[1].1.place.line, 5);
        assert_eq!(environment.guard.aws_account.as_deref(), Some("123456789012"));
        assert_eq!(environment.policy.confirm, BTreeSet::from([Effect::Change]));
        assert_eq!(environment.policy.approve, BTreeSet::from([Effect::Change, Effect::Destroy]));
    }

    #[test]
    fn all_that_is_wrong_is_told_with_line_and_column() {
        let text = r#"parms = {}
[guard]
aws_acount = "1"
aws_region = 5
[policy]
confirm = ["read", "chnge"]
aprove = []
[params]
a = 1
a = 2
"#;
        insta::assert_snapshot!(shown(&Environment::read(text, "p", "envs/p.toml").expect_err("wrong")), @r#"
1:1 RB0206: the environment file has no key `parms` | did you mean `params`?
3:1 RB0206: `guard` has no key `aws_acount` | did you mean `aws_account`?
4:14 RB0206: `aws_region` of `guard` is an integer, where a string is wanted | 
6:12 RB0206: `confirm` can't hold `read` | possible are `ensure`, `change`, `destroy`
6:20 RB0206: `confirm` can't hold `chnge` | did you mean `change`?
7:1 RB0206: `policy` has no key `aprove` | did you mean `approve`?
10:1 RB0206: duplicate key |
"#);
    }

    #[test]
    fn a_missing_environment_names_those_there_are() {
        let root = tempfile::tempdir().expect("a folder");
        let load = |name: &str| shown(&Environment::load(root.path(), name).expect_err("missing"));
        insta::assert_snapshot!(load("prod"), @r#"RB0206: there is no environment `prod` | the project has no file `envs/NAME.toml` | write `envs/prod.toml` with `[params]`, or leave `--env` out"#);
        std::fs::create_dir(root.path().join("envs")).expect("made");
        for name in ["prod", "staging"] {
            std::fs::write(root.path().join(format!("envs/{name}.toml")), "[params]\n").expect("written");
        }
        insta::assert_snapshot!(load("prdo"), @r#"RB0206: there is no environment `prdo` | there are `prod`, `staging` | did you mean `--env prod`?"#);
        insta::assert_snapshot!(load("../envs/prod"), @r#"RB0206: there is no environment `../envs/prod` | there are `prod`, `staging` | an environment's name is letters, digits, `-` and `_`"#);
        assert_eq!(Environment::load(root.path(), "prod").expect("loads").name, "prod");
    }
}
