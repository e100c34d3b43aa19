//! What a program finds in its environment: a short list of ours, what the script passes on, what it sets.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use zeroize::Zeroizing;

/// Whether every program gets this variable of ours.
fn is_passed(name: &str) -> bool {
    matches!(name, "PATH" | "HOME" | "LANG" | "TZ") || name.starts_with("LC_")
}

/// Whether a program, or one it starts, runs code that this variable names. Setting one needs a permission of its own, as a
/// permission for `git status` would else be one for anything.
pub(super) fn carries_code(name: &str) -> bool {
    const PREFIXES: [&str; 8] = ["LD_", "DYLD_", "BASH_FUNC_", "GIT_CONFIG", "PYTHON", "PERL5", "RUBY", "TF_CLI_ARGS"];
    const NAMES: [&str; 26] = [
        "PATH",
        "ENV",
        "BASH_ENV",
        "SHELLOPTS",
        "BASHOPTS",
        "PS4",
        "PROMPT_COMMAND",
        "IFS",
        "SHELL",
        "EDITOR",
        "VISUAL",
        "PAGER",
        "BROWSER",
        "LESSOPEN",
        "GIT_EXEC_PATH",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_ASKPASS",
        "GIT_EDITOR",
        "GIT_EXTERNAL_DIFF",
        "GIT_PAGER",
        "GIT_PROXY_COMMAND",
        "NODE_OPTIONS",
        "JAVA_TOOL_OPTIONS",
        "_JAVA_OPTIONS",
        "SSH_ASKPASS",
    ];
    NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// The environment of a program: `ours` filtered, then `inherited` names of ours, then what is `set`.
pub(super) fn of(
    ours: impl Iterator<Item = (OsString, OsString)>,
    inherited: &[String],
    set: &BTreeMap<String, Zeroizing<String>>,
) -> BTreeMap<OsString, OsString> {
    let mut environment: BTreeMap<OsString, OsString> = ours
        .filter(|(name, _)| name.to_str().is_some_and(|name| is_passed(name) || inherited.iter().any(|n| n == name)))
        .map(|(name, value)| if name == "PATH" { (name, absolute_only(&value)) } else { (name, value) })
        .collect();
    environment.extend(set.iter().map(|(name, value)| (OsString::from(name), OsString::from(value.as_str()))));
    environment
}

/// `PATH` without what depends on the folder a program happens to be in: there a checkout would decide what runs.
pub(super) fn absolute_only(path: &OsStr) -> OsString {
    let kept = path.as_bytes().split(|byte| *byte == b':').filter(|folder| folder.starts_with(b"/"));
    OsStr::from_bytes(&kept.collect::<Vec<_>>().join(&b':')).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_gets_the_short_list_and_what_was_declared() {
        let ours =
            ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "AWS_SECRET_ACCESS_KEY", "LD_PRELOAD", "TERM", "MINE", "BASH_ENV"];
        let ours = ours.map(|name| (OsString::from(name), OsString::from(format!("/{name}"))));
        let set = BTreeMap::from([("LANG".to_owned(), Zeroizing::new("C".to_owned()))]);
        let got = of(ours.into_iter(), &["MINE".to_owned(), "UNSET".to_owned()], &set);
        let got: Vec<String> =
            got.iter().map(|(name, value)| format!("{}={}", name.to_string_lossy(), value.to_string_lossy())).collect();
        assert_eq!(got, ["HOME=/HOME", "LANG=C", "LC_ALL=/LC_ALL", "MINE=/MINE", "PATH=/PATH", "TZ=/TZ"]);
    }

    #[test]
    fn folders_that_depend_on_the_place_are_no_part_of_path() {
        for (path, kept) in [("/a:.:/b", "/a:/b"), (":/a:", "/a"), ("bin:/a:./x", "/a"), ("", "")] {
            assert_eq!(absolute_only(OsStr::new(path)), kept);
        }
    }

    #[test]
    fn variables_that_name_code_are_known() {
        for name in
            ["LD_PRELOAD", "PATH", "PYTHONSTARTUP", "GIT_SSH_COMMAND", "GIT_CONFIG_COUNT", "NODE_OPTIONS", "DYLD_X"]
        {
            assert!(carries_code(name), "{name}");
        }
        for name in ["AWS_PROFILE", "TF_VAR_region", "GIT_DIR", "DATABASE_URL"] {
            assert!(!carries_code(name), "{name}");
        }
    }
}
