//! What the four functions take and give: the same for each, since they differ in what the author says of the program's effect.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::environment;
use super::stop::Pace;
use crate::binding::SinkText;
use crate::messages::bindings_process as messages;
use crate::messages::secrets as of_secrets;
use crate::model::duration::Span;
use crate::model::effect::Effect;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::world::project::PathBelow;

/// Bytes of output that are kept of each stream when `output_limit` says nothing.
const OUTPUT_LIMIT: u64 = 1 << 20;

/// The most that `output_limit` can say.
const OUTPUT_LIMIT_MAX: u64 = 64 << 20;

/// What separates the words of a command line in what must be permitted; no argument may hold it.
const SEPARATOR: char = '\u{1f}';

/// A program to run.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The program and its arguments, each as one element: nothing is split, expanded or given to a shell. A name is looked up
    /// in `PATH`; a path with a slash is below the project unless it is absolute. Can't hold secrets: everybody on the machine
    /// can read them here.
    pub argv: Vec<String>,
    /// The folder it runs in, below the project's folder.
    #[serde(default = "default_cwd")]
    pub cwd: String,
    /// Environment variables to set; values may be secrets. Of our own environment it gets `PATH`, `HOME`, `LANG`, `LC_*` and `TZ`.
    #[serde(default)]
    pub env: BTreeMap<String, SinkText>,
    /// Names of environment variables to pass on from ours, where they are set.
    #[serde(default)]
    pub inherit_env: Vec<String>,
    /// Files for it: each variable is set to the path of a file with this text, which may be a secret. Only we can read it, and it is
    /// gone when the program has ended.
    #[serde(default)]
    pub files: BTreeMap<String, SinkText>,
    /// What it reads on its standard input; may be a secret. Without it, standard input is empty.
    pub stdin: Option<SinkText>,
    /// How long it may take. Then it is interrupted, and ended when it does not stop.
    #[serde(default = "default_timeout")]
    pub timeout: Span,
    /// The exit codes that are no failure.
    #[serde(default = "default_ok_codes")]
    pub ok_codes: Vec<i64>,
    /// How many bytes of standard output are kept, and of standard error as many; the rest is counted.
    #[serde(default = "default_output_limit")]
    pub output_limit: u64,
}

pub(super) fn default_cwd() -> String {
    ".".to_owned()
}

fn default_timeout() -> Span {
    Span(Duration::from_secs(600))
}

pub(super) fn default_ok_codes() -> Vec<i64> {
    vec![0]
}

pub(super) fn default_output_limit() -> u64 {
    OUTPUT_LIMIT
}

/// What a program left behind.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Finished {
    /// Its exit code.
    pub code: i64,
    /// What it wrote to standard output; bytes that are no UTF-8 are shown as `�`.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
    /// Whether it wrote more than was kept.
    pub truncated: bool,
    /// How many bytes were not kept.
    pub dropped_bytes: u64,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

impl Arguments {
    /// The program as the script names it.
    pub(super) fn program(&self) -> &str {
        self.argv.first().map_or("", String::as_str)
    }

    /// The program's name without its folder, for people.
    pub(super) fn name(&self) -> &str {
        self.program().rsplit('/').next().unwrap_or_default()
    }

    /// What a call of `effect` must be permitted.
    ///
    /// # Errors
    /// Arguments that no program can be started with.
    pub(super) fn wants(&self, effect: Effect) -> Result<Vec<Want>, Failure> {
        self.check()?;
        let mut wants = vec![Want::new(format!("process:{effect}"), self.argv.join(&SEPARATOR.to_string()))];
        wants.extend(self.inherit_env.iter().map(|name| Want::new("env:read", name)));
        let set = self.env.keys().chain(self.files.keys()).chain(&self.inherit_env);
        wants.extend(set.filter(|name| environment::carries_code(name)).map(|name| Want::new("process:env", name)));
        Ok(wants)
    }

    /// How long the call may take: the program's time, and the time it is given to stop.
    pub(super) fn time_limit(&self) -> Duration {
        self.timeout.0.saturating_add(Pace::PATIENT.longest())
    }

    fn check(&self) -> Result<(), Failure> {
        let program = self.program();
        if program.is_empty() {
            return Err(Failure::invalid(messages::argv_names_no_program()).hint(messages::write_the_program_first()));
        }
        if program.contains(char::is_whitespace) && (!program.contains('/') || self.argv.len() == 1) {
            return Err(Failure::invalid(messages::is_no_program_s_name_it_holds(program))
                .hint(messages::write_each_word_as_an_element_of_its()));
        }
        if self.argv.iter().any(|word| word.contains('\0') || word.contains(SEPARATOR)) {
            return Err(Failure::invalid(messages::an_argument_cannot_hold_a_zero_byte()));
        }
        for name in self.env.keys().chain(self.files.keys()).chain(&self.inherit_env) {
            if name.is_empty() || name.contains(['=', '\0']) {
                return Err(Failure::invalid(messages::is_no_name_of_an_environment_variable(name)));
            }
        }
        if let Some(name) = self.files.keys().find(|name| self.env.contains_key(*name) || name.contains('/')) {
            return Err(Failure::invalid(of_secrets::variable_twice(name)));
        }
        if self.ok_codes.is_empty() || self.ok_codes.iter().any(|code| !(0..=255).contains(code)) {
            return Err(Failure::invalid(messages::ok_codes_lists_exit_codes_from()));
        }
        if self.output_limit > OUTPUT_LIMIT_MAX {
            return Err(Failure::invalid(messages::output_limit_is_too_large(OUTPUT_LIMIT_MAX)));
        }
        PathBelow::parse(&self.cwd)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::FailureKind;
    use crate::model::permission::Permission;

    fn arguments(json: serde_json::Value) -> Arguments {
        serde_json::from_value(json).expect("arguments")
    }

    #[test]
    fn a_permission_speaks_of_the_words_as_they_are_given() {
        let args = arguments(
            serde_json::json!({ "argv": ["git", "log", "--author=A B"], "inherit_env": ["GIT_DIR", "LD_PRELOAD"] }),
        );
        let wants = args.wants(Effect::Read).expect("wants");
        let covered = |line: &str, want: &Want| Permission::parse(line).expect(line).covers(want);
        assert!(covered("process:read git log *", &wants[0]) && !covered("process:read git log --author=A", &wants[0]));
        let rest: Vec<String> = wants[1..].iter().map(Want::line).collect();
        assert_eq!(rest, ["env:read GIT_DIR", "env:read LD_PRELOAD", "process:env LD_PRELOAD"]);
    }

    #[test]
    fn arguments_that_start_no_program_are_told_before_anything_is_permitted() {
        for (json, why) in [
            (serde_json::json!({ "argv": [] }), "names no program"),
            (serde_json::json!({ "argv": ["git status"] }), "holds a space"),
            (serde_json::json!({ "argv": ["git", "a\u{1f}b"] }), "separator"),
            (serde_json::json!({ "argv": ["git", "a\u{0}b"] }), "zero byte"),
            (serde_json::json!({ "argv": ["x"], "env": { "A=B": "c" } }), "environment variable"),
            (serde_json::json!({ "argv": ["x"], "ok_codes": [] }), "exit codes"),
            (serde_json::json!({ "argv": ["x"], "ok_codes": [256] }), "exit codes"),
            (serde_json::json!({ "argv": ["x"], "output_limit": 1_u64 << 40 }), "output_limit"),
        ] {
            let failure = arguments(json).wants(Effect::Change).expect_err(why);
            assert!(failure.message.contains(why) && failure.kind == FailureKind::Invalid, "{failure}");
        }
        let outside = arguments(serde_json::json!({ "argv": ["x"], "cwd": "../other" }));
        assert_eq!(outside.wants(Effect::Read).expect_err("outside").kind, FailureKind::Refused);
    }
}
