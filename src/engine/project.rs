//! The project that a command is given in: its folder, its settings in `runbook.toml`, and the folders of the user.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use etcetera::base_strategy::Xdg;

use super::policy_settings;
use super::toml_text;
use super::written::{Fields, Problems};
use crate::messages::Language;
use crate::messages::project as messages;
use crate::messages::state;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::policy::Policy;

/// The name of the settings file.
pub const SETTINGS_FILE: &str = "runbook.toml";

/// A folder with runbooks, environments and settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// Its folder.
    pub root: PathBuf,
    /// What `runbook.toml` says, or defaults where there is none.
    pub settings: Settings,
    /// Whether there is a `runbook.toml`.
    pub has_settings: bool,
}

/// What `runbook.toml` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Folders of further runbooks, as written: absolute, or from the project's folder.
    pub libraries: Vec<String>,
    /// The language of messages.
    pub language: Option<Language>,
    /// What needs confirmation or approval in this project.
    pub policy: Policy,
}

impl Project {
    /// The project that `from` lies in: the nearest folder upwards with a `runbook.toml`, not looked for above a repository's
    /// root (a folder with `.git`). Where there is none, `from` itself without settings.
    ///
    /// # Errors
    /// A settings file that can't be read, or all that is wrong inside it.
    pub fn find(from: &Path) -> Result<Self, Vec<Diagnostic>> {
        for folder in from.ancestors() {
            let file = folder.join(SETTINGS_FILE);
            if file.is_file() {
                let text = std::fs::read_to_string(&file).map_err(|error| {
                    vec![
                        Diagnostic::error(Code::Configuration, messages::file_cannot_be_read(file.display(), &error))
                            .state(state::nothing_was_run()),
                    ]
                })?;
                let settings = Settings::read(&text, SETTINGS_FILE, folder)?;
                return Ok(Project { root: folder.to_owned(), settings, has_settings: true });
            }
            // A work tree made by `git worktree` has a file there instead of a folder.
            if folder.join(".git").exists() {
                break;
            }
        }
        Ok(Project { root: from.to_owned(), settings: Settings::default(), has_settings: false })
    }
}

impl Settings {
    /// These of a project, with the user's: the project's language counts more, its libraries are nearer, and both policies hold.
    #[must_use]
    pub fn with_user(mut self, user: &Settings) -> Self {
        self.language = self.language.or(user.language);
        self.libraries.extend_from_slice(&user.libraries);
        self.policy = self.policy.tightened_by(&user.policy);
        self
    }

    /// Reads the text of a settings file; libraries are looked for from `root`.
    ///
    /// # Errors
    /// All that is wrong with it, in the order of the file.
    pub fn read(text: &str, file: &str, root: &Path) -> Result<Self, Vec<Diagnostic>> {
        let mut problems = Problems::new(Code::Configuration);
        let written = toml_text::read(text, file, &mut problems);
        let read = Fields::of(&written, messages::the_settings_file(), &mut problems).map(|mut fields| {
            let mut libraries = Vec::new();
            for (library, at) in fields.texts("libraries", &mut problems) {
                if root.join(library).is_dir() {
                    libraries.push(library.to_owned());
                } else {
                    problems.at(at, messages::the_library_is_no_folder(library), "");
                }
            }
            let language = fields.text("lang", &mut problems).and_then(|(lang, at)| {
                let language = Language::named(lang);
                if language.is_none() {
                    problems.at(at, messages::there_are_no_messages(lang), messages::en_or_ja());
                }
                language
            });
            let policy = policy_settings::read(&mut fields, &mut problems);
            fields.finish(&mut problems);
            Settings { libraries, language, policy }
        });
        match read {
            Some(settings) if problems.is_empty() => Ok(settings),
            _ => {
                Err(problems.into_sorted().into_iter().map(|problem| problem.state(state::nothing_was_run())).collect())
            }
        }
    }
}

/// The folder of the journal: `overridden` (the value of `RUNBOOK_STATE_DIR`), else `$XDG_STATE_HOME/runbook`, else
/// `~/.local/state/runbook` (XDG Base Directory Specification 0.8), on every system.
///
/// # Errors
/// No home folder, so nowhere to put it.
pub fn state_folder(overridden: Option<&OsStr>) -> Result<PathBuf, Diagnostic> {
    if let Some(folder) = overridden.filter(|folder| !folder.is_empty()) {
        return Ok(PathBuf::from(folder));
    }
    let xdg = xdg("RUNBOOK_STATE_DIR")?;
    let state = xdg.state_dir().unwrap_or_else(|| xdg.home_dir().join(".local/state"));
    Ok(state.join("runbook"))
}

/// What the user's own settings file says, `$XDG_CONFIG_HOME/runbook/config.toml` or `~/.config/runbook/config.toml`: the same keys
/// as a project's. Nothing where there is none, or no home folder.
///
/// # Errors
/// A file that can't be read, or all that is wrong inside it.
pub fn user_settings() -> Result<Settings, Vec<Diagnostic>> {
    let Some(file) = user_file() else { return Ok(Settings::default()) };
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Settings::default()),
        Err(error) => {
            let message = messages::file_cannot_be_read(file.display(), &error);
            return Err(vec![Diagnostic::error(Code::Configuration, message).state(state::nothing_was_run())]);
        }
    };
    let folder = file.parent().unwrap_or(&file);
    let mut settings = Settings::read(&text, &file.display().to_string(), folder)?;
    // From wherever they are used.
    let absolute = settings.libraries.iter().map(|library| folder.join(library).display().to_string()).collect();
    settings.libraries = absolute;
    Ok(settings)
}

/// Where the user's own settings file is, or would be; nothing without a home folder.
#[must_use]
pub fn user_file() -> Option<PathBuf> {
    xdg("XDG_CONFIG_HOME").ok().map(|xdg| xdg.config_dir().join("runbook/config.toml"))
}

fn xdg(instead: &str) -> Result<Xdg, Diagnostic> {
    Xdg::new().map_err(|error| {
        Diagnostic::error(Code::Configuration, messages::the_home_folder_is_not_known(&error))
            .next(messages::set_home_or(instead))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_project_is_the_nearest_folder_with_settings_below_the_repositorys_root() {
        let top = tempfile::tempdir().expect("a folder");
        let deep = top.path().join("repository/project/a/b");
        fs::create_dir_all(&deep).expect("made");
        fs::write(top.path().join(SETTINGS_FILE), "").expect("written");
        let find = |from: &Path| Project::find(from).expect("finds").root;

        assert_eq!(find(&deep), top.path());
        fs::create_dir(top.path().join("repository/.git")).expect("made");
        assert_eq!(find(&deep), deep, "the settings above the repository are another's");
        let project = top.path().join("repository/project");
        fs::write(project.join(SETTINGS_FILE), "").expect("written");
        assert_eq!(find(&deep), project);
        assert!(Project::find(&deep).expect("finds").has_settings);
        fs::write(top.path().join("repository").join(SETTINGS_FILE), "").expect("written");
        assert_eq!(find(&deep), project);
        assert_eq!(find(&top.path().join("repository")), top.path().join("repository"));
    }

    #[test]
    fn settings_are_read_and_all_mistakes_told() {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir(root.path().join("shared")).expect("made");
        let read = |text: &str| Settings::read(text, SETTINGS_FILE, root.path());
        let settings =
            read("libraries = [\"shared\"]\nlang = \"ja\"\n[policy]\nconfirm = [\"change\"]\n").expect("reads");
        assert_eq!((settings.libraries, settings.language), (vec!["shared".to_owned()], Some(Language::Japanese)));
        let problems =
            read("libraries = [\"gone\", 3]\nlanguage = \"fr\"\nlang = \"fr\"\n[plicy]\n").expect_err("wrong");
        let shown: Vec<_> =
            problems.iter().map(|p| format!("{} {} {}", p.code, p.place().expect("a place"), p.message)).collect();
        insta::assert_snapshot!(shown.join("\n"), @r#"
        RB0208 runbook.toml:1:14 the library `gone` is no folder
        RB0208 runbook.toml:1:22 `libraries` holds an integer, where a string is wanted
        RB0208 runbook.toml:2:1 the settings file has no key `language`
        RB0208 runbook.toml:3:8 there are no messages in `fr`
        RB0208 runbook.toml:4:2 the settings file has no key `plicy`
        "#);
    }

    #[test]
    fn the_journal_goes_where_it_is_told_or_to_the_users_state() {
        assert_eq!(state_folder(Some(OsStr::new("/srv/journal"))).expect("known"), Path::new("/srv/journal"));
        let usual = state_folder(None).expect("known");
        assert!(usual.ends_with("runbook"));
        assert_eq!(state_folder(Some(OsStr::new(""))).expect("known"), usual);
    }
}
