//! `runbooks.lock`: name, version and content hash of the runbooks that a project uses, so that content does not change while
//! its version stays.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use semver::Version;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::header::{Header, is_name};
use super::imports::Pinned;
use super::toml_text;
use super::written::{Fields, Problems, What, Written};
use crate::messages::project as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;

/// The file's name, below the project.
pub const FILE: &str = "runbooks.lock";

/// The format that this program writes and the newest that it reads.
const FORMAT: i64 = 1;

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock(BTreeMap<String, Locked>);

/// A runbook's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// Its version when it was locked.
    pub version: Version,
    /// SHA-256 of its content: 64 hexadecimal digits.
    pub sha256: String,
}

impl Locked {
    /// What the lock would say of a runbook as it is now.
    #[must_use]
    pub fn of(header: &Header, pinned: &Pinned) -> Self {
        Locked { version: header.version.clone(), sha256: content_hash(pinned) }
    }
}

/// SHA-256 over the runbook's text and the modules of its library. Standard modules are not part of it: they have the version of
/// the program. Line ends count as `\n`, since a repository may write either.
#[must_use]
pub fn content_hash(pinned: &Pinned) -> String {
    let mut hasher = Sha256::new();
    let mut add = |text: &str| {
        let text = text.replace("\r\n", "\n");
        // With its length, so that no text can pass for the end of one and the beginning of another.
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    add(pinned.sources.get(&pinned.main).map_or("", String::as_str));
    for (name, text) in pinned.sources.iter().filter(|(name, _)| **name != pinned.main && !name.starts_with("std/")) {
        add(name);
        add(text);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Lock {
    /// Reads the project's lock; an empty one where there is no file.
    ///
    /// # Errors
    /// A file that can't be read, all that is wrong inside it, or a format of a newer program.
    pub fn load(root: &Path) -> Result<Self, Vec<Diagnostic>> {
        match fs::read_to_string(root.join(FILE)) {
            Ok(text) => Lock::read(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Lock::default()),
            Err(error) => Err(vec![Diagnostic::error(Code::File, messages::file_cannot_be_read(FILE, &error))]),
        }
    }

    /// Reads the text of a lock.
    ///
    /// # Errors
    /// All that is wrong with it, or a format of a newer program.
    pub fn read(text: &str) -> Result<Self, Vec<Diagnostic>> {
        let mut problems = Problems::new(Code::Configuration);
        let written = toml_text::read(text, FILE, &mut problems);
        let mut lock = Lock::default();
        if let Some(mut fields) = Fields::of(&written, format!("`{FILE}`"), &mut problems) {
            match fields.int("format", &mut problems) {
                Some(FORMAT) => {}
                Some(newer) => {
                    let problem = messages::lock_is_newer(FILE, newer, FORMAT);
                    return Err(vec![
                        Diagnostic::error(Code::Configuration, problem).next(messages::use_the_newer_program()),
                    ]);
                }
                None => problems.at(&written, messages::lock_has_no_format(FILE), ""),
            }
            if let Some(lines) = fields.any("runbook") {
                lock.read_lines(lines, &mut problems);
            }
            fields.finish(&mut problems);
        }
        if problems.is_empty() { Ok(lock) } else { Err(problems.into_sorted()) }
    }

    fn read_lines(&mut self, lines: &Written, problems: &mut Problems) {
        let What::List(lines) = &lines.what else {
            return problems.at(lines, messages::runbook_is_no_list_of_tables(), messages::written_as());
        };
        for line in lines {
            let Some(mut fields) = Fields::of(line, messages::a_runbooks_line(), problems) else {
                continue;
            };
            let name = fields.text("name", problems).map(|(name, _)| name.to_owned()).filter(|name| is_name(name));
            let version = fields.text("version", problems).and_then(|(version, _)| Version::parse(version).ok());
            let sha256 = fields
                .text("sha256", problems)
                .map(|(hash, _)| hash.to_owned())
                .filter(|hash| hash.len() == 64 && hash.chars().all(|c| c.is_ascii_digit() || matches!(c, 'a'..='f')));
            fields.finish(problems);
            match (name, version, sha256) {
                (Some(name), Some(version), Some(sha256)) if !self.0.contains_key(&name) => {
                    self.0.insert(name, Locked { version, sha256 });
                }
                (Some(name), Some(_), Some(_)) => problems.at(line, messages::stands_in_the_lock_twice(&name), ""),
                _ => problems.at(line, messages::a_runbook_s_line_needs_name_version(), ""),
            }
        }
    }

    /// The line of a runbook.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Locked> {
        self.0.get(name)
    }

    /// Says when a runbook's content has changed since it was locked while its version has not.
    #[must_use]
    pub fn verify(&self, header: &Header, pinned: &Pinned) -> Option<Diagnostic> {
        let (locked, now) = (self.get(&header.name)?, Locked::of(header, pinned));
        if locked.version != now.version || locked.sha256 == now.sha256 {
            return None;
        }
        Some(
            Diagnostic::error(
                Code::LockMismatch,
                messages::has_changed_but_its_version_is_still(&header.name, &now.version),
            )
            .at(header.place.clone(), 1, messages::raise_version())
            .note(messages::lock_has_another_hash(FILE, short(&locked.sha256), short(&now.sha256))),
        )
    }

    /// Sets the line of a runbook; true when that changes anything.
    pub fn set(&mut self, name: &str, locked: Locked) -> bool {
        self.0.insert(name.to_owned(), locked.clone()) != Some(locked)
    }

    /// Drops the lines of runbooks that `keep` does not know.
    pub fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.0.retain(|name, _| keep(name));
    }

    /// The lock as text, the same for equal locks.
    ///
    /// # Errors
    /// None that a valid lock can cause; reported as a bug.
    pub fn text(&self) -> Result<String, Diagnostic> {
        #[derive(Serialize)]
        struct File<'a> {
            format: i64,
            runbook: Vec<Line<'a>>,
        }
        #[derive(Serialize)]
        struct Line<'a> {
            name: &'a str,
            version: String,
            sha256: &'a str,
        }
        let line = |(name, locked): (&'_ String, &'_ Locked)| {
            (name.clone(), locked.version.to_string(), locked.sha256.clone())
        };
        let lines: Vec<(String, String, String)> = self.0.iter().map(line).collect();
        let runbook =
            lines.iter().map(|(name, version, sha256)| Line { name, version: version.clone(), sha256 }).collect();
        let body = toml::to_string(&File { format: FORMAT, runbook })
            .map_err(|error| Diagnostic::error(Code::Bug, messages::the_lock_cannot_be_written_as_toml(&error)))?;
        Ok(format!("# Written by `runbook`; keep it under version control.\n{body}"))
    }

    /// Writes the project's lock. Once this returns, the file is whole; if it fails, the earlier one is.
    ///
    /// # Errors
    /// A file that can't be written.
    pub fn save(&self, root: &Path) -> Result<(), Diagnostic> {
        let text = self.text()?;
        let (new, file) = (root.join(format!(".{FILE}.new")), root.join(FILE));
        fs::write(&new, text)
            .and_then(|()| fs::rename(&new, &file))
            .map_err(|error| Diagnostic::error(Code::File, messages::file_cannot_be_written(FILE, &error)))
    }
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::header;
    use crate::engine::parser::parse;

    fn pinned(version: &str, script: &str, module: &str) -> (Header, Pinned) {
        let text = format!("const RUNBOOK = #{{ name: \"x\", version: \"{version}\" }};\n{script}\n");
        let header = header::read(&parse(&text, "x").expect("parses"), &text, "x").expect("reads");
        let sources = [("x", text.as_str()), ("lib/m", module), ("std/probe", "")];
        let sources = sources.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        (header, Pinned { main: "x".to_owned(), sources })
    }

    #[test]
    fn content_may_only_change_with_its_version() {
        let (header, locked) = pinned("1.0.0", "1", "m");
        let mut lock = Lock::default();
        assert!(lock.set("x", Locked::of(&header, &locked)) && !lock.set("x", Locked::of(&header, &locked)));
        for (version, script, module, changed) in [
            ("1.0.0", "1", "m", false),
            ("1.0.0", "2", "m", true),
            ("1.0.0", "1", "n", true),
            ("1.0.1", "2", "m", false),
            ("0.9.0", "2", "m", false),
        ] {
            let (header, pinned) = pinned(version, script, module);
            let problem = lock.verify(&header, &pinned);
            assert_eq!(
                problem.map(|problem| problem.code),
                changed.then_some(Code::LockMismatch),
                "{version} {script} {module}"
            );
        }
    }

    #[test]
    fn the_hash_is_of_the_content_not_of_where_it_lies_or_what_the_program_brings() {
        let (_, one) = pinned("1.0.0", "1", "m");
        let mut other = one.clone();
        let text = other.sources.remove("x").expect("text").replace('\n', "\r\n");
        other.sources.insert("elsewhere/x.rhai".to_owned(), text);
        other.main = "elsewhere/x.rhai".to_owned();
        other.sources.insert("std/probe".to_owned(), "newer".to_owned());
        assert_eq!(content_hash(&one), content_hash(&other));
    }

    #[test]
    fn a_lock_comes_back_from_its_file_as_it_was() {
        let root = tempfile::tempdir().expect("a folder");
        assert_eq!(Lock::load(root.path()), Ok(Lock::default()));
        let (header, pinned) = pinned("1.0.0-rc.1", "1", "m");
        let mut lock = Lock::default();
        lock.set("b/x", Locked::of(&header, &pinned));
        lock.set("a", Locked::of(&header, &pinned));
        lock.save(root.path()).expect("saved");
        assert_eq!(Lock::load(root.path()), Ok(lock.clone()));
        assert_eq!(fs::read_dir(root.path()).expect("reads").count(), 1, "nothing else is left behind");
        lock.retain(|name| name == "a");
        assert!(lock.get("a").is_some() && lock.get("b/x").is_none());
    }

    #[test]
    fn a_damaged_lock_is_told_line_by_line_and_a_newer_one_refused() {
        let text = "format = 1\nfromat = 2\n[[runbook]]\nname = \"x\"\nversion = \"one\"\nsha256 = \"\"\n[[runbook]]\nnmae = 1\n";
        let problems = Lock::read(text).expect_err("damaged");
        let shown: Vec<_> =
            problems.iter().map(|p| format!("{} {}", p.place().expect("a place").line, p.message)).collect();
        insta::assert_snapshot!(shown.join("\n"), @r#"
        2 `runbooks.lock` has no key `fromat`
        3 a runbook's line needs `name`, `version` and `sha256`
        7 a runbook's line needs `name`, `version` and `sha256`
        8 a runbook's line has no key `nmae`
        "#);
        assert!(Lock::read("format = 2\nsomething = \"new\"\n").expect_err("newer")[0].message.contains("format 2"));
    }
}
