//! Where runbooks come from: a path, or a name in the project's `runbooks/`, the configured libraries, and the library inside
//! the program, in this order. What they import is in [`super::imports`].

use std::path::{Path, PathBuf};

use semver::{Version, VersionReq};

use super::header::{self, Header};
use super::parser::parse;
use super::project::Project;
use super::shelf::{Shelf, read_source};
use super::written::quoted;
use crate::messages::project as messages;
use crate::messages::state;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, did_you_mean};
use crate::model::place::Place;

/// The folder of runbooks below the project.
pub const FOLDER: &str = "runbooks";

/// The text of a runbook that was found, not yet parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What messages, the journal and the pinned sources call it: `runbooks/ns-check.rhai`.
    pub file: String,
    /// Its text.
    pub text: String,
    /// Where its imports are looked for.
    pub shelf: Shelf,
}

/// A line of `list`.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The name that `run` takes.
    pub name: String,
    /// Its version; `None` where the header can't be read.
    pub version: Option<Version>,
    /// What it is for, in English.
    pub summary: String,
    /// What it is for, in Japanese.
    pub summary_ja: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Where it comes from: `project`, a library's folder, or `built in`.
    pub origin: String,
    /// Whether a nearer library has the same name, so that only `name@version` reaches this one.
    pub hidden: bool,
    /// Why it can't be run; empty where it can.
    pub problems: Vec<Diagnostic>,
}

/// The libraries of a project, nearest first.
#[must_use]
pub fn shelves(project: &Project) -> Vec<Shelf> {
    let own = Shelf::Folder { root: project.root.join(FOLDER), shown: FOLDER.to_owned(), of_project: true };
    let configured = project.settings.libraries.iter().map(|library| Shelf::Folder {
        root: project.root.join(library),
        shown: library.trim_end_matches('/').to_owned(),
        of_project: false,
    });
    std::iter::once(own).chain(configured).chain(std::iter::once(Shelf::Embedded)).collect()
}

/// Finds what `asked` names: a path that ends in `.rhai` (from `current`, the folder that the command is given in), a name, or a
/// name with versions (`ns-check@^1.2`). Of several libraries with a version that fits, the nearest is taken.
///
/// # Errors
/// Nothing of that name or version (`RB0202`), a malformed version (`RB0201`), a file that can't be read (`RB0207`), a file
/// whose header has another name (`RB0115`).
pub fn find(project: &Project, asked: &str, current: &Path) -> Result<Source, Diagnostic> {
    let found =
        if asked.ends_with(".rhai") { find_path(project, asked, current) } else { find_name(project, asked, current) };
    found.map_err(|problem| problem.state(state::nothing_was_run()))
}

/// Every runbook of the project's libraries, by name; those of a nearer library first. Files without a `RUNBOOK` are modules or
/// worlds and left out.
#[must_use]
pub fn list(project: &Project) -> Vec<Listed> {
    let mut listed: Vec<Listed> = Vec::new();
    for shelf in shelves(project) {
        for name in shelf.names() {
            if let Some(mut line) = list_one(&shelf, &name) {
                line.hidden = listed.iter().any(|nearer| nearer.name == name);
                listed.push(line);
            }
        }
    }
    // Stable, so that the nearer of two equal names stays first.
    listed.sort_by(|a, b| a.name.cmp(&b.name));
    listed
}

fn list_one(shelf: &Shelf, name: &str) -> Option<Listed> {
    let mut line = Listed {
        name: name.to_owned(),
        version: None,
        summary: String::new(),
        summary_ja: String::new(),
        tags: Vec::new(),
        origin: shelf.words().to_owned(),
        hidden: false,
        problems: Vec::new(),
    };
    let text = match shelf.text(name) {
        Ok(text) => text?,
        Err(problem) => {
            line.problems.push(problem);
            return Some(line);
        }
    };
    let file = shelf.file(name);
    let tree = match parse(&text, &file) {
        Ok(tree) => tree,
        // Whether a text that does not parse is a runbook can only be guessed.
        Err(problem) => {
            line.problems.push(problem);
            return text.contains("RUNBOOK").then_some(line);
        }
    };
    if !header::is_runbook(&tree) {
        return None;
    }
    match header::read(&tree, &text, &file) {
        Ok(header) => {
            line.problems.extend(misnamed(&header, name));
            line.version = Some(header.version);
            line.summary = header.summary;
            line.summary_ja = header.summary_ja;
            line.tags = header.tags;
        }
        Err(problems) => line.problems = problems,
    }
    Some(line)
}

/// A file under one name that says it is another.
fn misnamed(header: &Header, name: &str) -> Option<Diagnostic> {
    let problem = || {
        Diagnostic::error(Code::NotARunbook, messages::the_runbook_under_the_name(name, &header.name))
            .at(Place::clone(&header.place), 1, "")
            .next(messages::rename_the_file_or_change_name_in_its())
    };
    (header.name != name).then(problem)
}

fn find_path(project: &Project, asked: &str, current: &Path) -> Result<Source, Diagnostic> {
    let path = current.join(asked);
    // The same file has the same name in messages and journal, wherever the command is given.
    let path = path.canonicalize().unwrap_or(path);
    let below = |root: &Path| path.strip_prefix(root.canonicalize().ok()?).ok().map(Path::to_owned);
    let file = below(&project.root).unwrap_or_else(|| PathBuf::from(asked)).display().to_string();
    let Some(text) = read_source(&path, &file)? else {
        return Err(Diagnostic::error(Code::NoSuchRunbook, messages::there_is_no_file(asked)));
    };
    // Imports of a file inside a library are found in that library, those of another beside it.
    let inside = shelves(project).into_iter().find(|shelf| match shelf {
        Shelf::Folder { root, .. } => below(root).is_some(),
        Shelf::Embedded => false,
    });
    let beside = || {
        let root = path.parent().map(Path::to_owned).unwrap_or_default();
        let shown = Path::new(&file).parent().map(|folder| folder.display().to_string()).unwrap_or_default();
        Shelf::Folder { root, shown, of_project: false }
    };
    let shelf = inside.unwrap_or_else(beside);
    Ok(Source { file, text, shelf })
}

fn find_name(project: &Project, asked: &str, current: &Path) -> Result<Source, Diagnostic> {
    let (name, versions) = match asked.split_once('@') {
        Some((name, versions)) => {
            let versions = VersionReq::parse(versions).map_err(|error| {
                Diagnostic::error(Code::Usage, messages::names_no_versions(versions, &error))
                    .next(messages::such_as_or(name))
            })?;
            (name, Some(versions))
        }
        None => (asked, None),
    };
    let shelves = shelves(project);
    let mut others = Vec::new();
    for shelf in &shelves {
        let Some(text) = shelf.text(name)? else {
            continue;
        };
        let file = shelf.file(name);
        let header = parse(&text, &file).ok().and_then(|tree| header::read(&tree, &text, &file).ok());
        let fits = match (&versions, &header) {
            (None, _) => true,
            (Some(versions), Some(header)) => versions.matches(&header.version),
            (Some(_), None) => false,
        };
        if !fits {
            let version =
                header.map_or_else(messages::a_version_that_cannot_be_read, |header| header.version.to_string());
            others.push(format!("{version} ({})", shelf.words()));
            continue;
        }
        // A header that can't be read is reported in whole by whoever parses the text.
        if let Some(problem) = header.as_ref().and_then(|header| misnamed(header, name)) {
            return Err(problem);
        }
        return Ok(Source { file, text, shelf: shelf.clone() });
    }
    Err(match versions {
        Some(versions) if !others.is_empty() => {
            Diagnostic::error(Code::NoSuchRunbook, messages::no_version_of_fits(name, &versions))
                .note(messages::there_is(others.join(", ")))
        }
        _ => unknown(name, &shelves, current),
    })
}

fn unknown(name: &str, shelves: &[Shelf], current: &Path) -> Diagnostic {
    let problem = Diagnostic::error(Code::NoSuchRunbook, messages::there_is_no_runbook(name));
    let looked: Vec<&str> = shelves.iter().map(Shelf::words).collect();
    let problem = problem.note(messages::looked_in(quoted(&looked)));
    if current.join(format!("{name}.rhai")).is_file() {
        return problem.next(messages::a_path_ends(name));
    }
    let mut names: Vec<String> = shelves
        .iter()
        .flat_map(|shelf| shelf.names().into_iter().filter(move |name| list_one(shelf, name).is_some()))
        .collect();
    names.sort();
    names.dedup();
    let meant = did_you_mean(name, names.iter().map(String::as_str))
        .or_else(|| names.iter().map(String::as_str).find(|known| known.rsplit('/').next() == Some(name)));
    match meant {
        Some(meant) => problem.next(messages::did_you_mean_it(meant)),
        None => problem.next(messages::runbook_list_shows_them_all()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::engine::project::Settings;

    fn runbook(name: &str, version: &str) -> String {
        format!("const RUNBOOK = #{{ name: \"{name}\", version: \"{version}\", summary: \"of {version}\" }};\n")
    }

    fn write(root: &TempDir, file: &str, text: &str) {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    /// A project with a library `shared`.
    fn project() -> (TempDir, Project) {
        let root = tempfile::tempdir().expect("a folder");
        write(&root, "runbooks/near.rhai", &runbook("near", "2.0.0"));
        write(&root, "runbooks/incident/tidy-up.rhai", &runbook("incident/tidy-up", "1.0.0"));
        write(&root, "runbooks/incident/tidy-up.test.rhai", "scenario();");
        write(&root, "runbooks/lib/words.rhai", "fn f() { 1 }");
        write(&root, "runbooks/other-name.rhai", &runbook("another", "1.0.0"));
        write(&root, "runbooks/broken.rhai", "const RUNBOOK = #{ name: 5 };");
        write(&root, "runbooks/unclosed.rhai", "const RUNBOOK = #{");
        write(&root, "shared/near.rhai", &runbook("near", "1.4.0"));
        write(&root, "shared/far.rhai", &runbook("far", "0.3.1"));
        write(&root, "elsewhere/x.rhai", &runbook("x", "1.0.0"));
        let settings = Settings { libraries: vec!["shared/".to_owned()], ..Settings::default() };
        let project = Project { root: root.path().to_owned(), settings, has_settings: true };
        (root, project)
    }

    #[test]
    fn a_name_is_found_in_the_nearest_library_and_a_version_in_the_nearest_that_has_it() {
        let (root, project) = project();
        let table = [
            ("near", Ok("runbooks/near.rhai")),
            ("near@^2", Ok("runbooks/near.rhai")),
            ("near@^1.2", Ok("shared/near.rhai")),
            ("near@1.4.0", Ok("shared/near.rhai")),
            ("far", Ok("shared/far.rhai")),
            ("incident/tidy-up", Ok("runbooks/incident/tidy-up.rhai")),
            ("verify-waf", Ok("built-in/verify-waf.rhai")),
            ("verify-waf@>=1", Ok("built-in/verify-waf.rhai")),
            ("runbooks/near.rhai", Ok("runbooks/near.rhai")),
            ("./elsewhere/x.rhai", Ok("elsewhere/x.rhai")),
            ("near@^3", Err("RB0202 no version of `near` fits `^3`; there is 2.0.0 (project), 1.4.0 (shared)")),
            (
                "near@new",
                Err("RB0201 `new` names no versions: unexpected character 'n' while parsing major version number"),
            ),
            (
                "broken@1",
                Err("RB0202 no version of `broken` fits `^1`; there is a version that can't be read (project)"),
            ),
            ("other-name", Err("RB0115 the runbook under the name `other-name` says that it is `another`")),
            ("gone.rhai", Err("RB0202 there is no file `gone.rhai`")),
            ("incident", Err("RB0202 there is no runbook `incident`; looked in `project`, `shared`, `built in`")),
            (
                "../shared/far",
                Err("RB0202 there is no runbook `../shared/far`; looked in `project`, `shared`, `built in`"),
            ),
            ("lib/wordz", Err("RB0202 there is no runbook `lib/wordz`; looked in `project`, `shared`, `built in`")),
        ];
        for (asked, expected) in table {
            let found = find(&project, asked, root.path());
            let found = found.as_ref().map(|source| source.file.as_str()).map_err(|problem| {
                let notes: String = problem.notes.iter().map(|note| format!("; {note}")).collect();
                format!("{} {}{notes}", problem.code, problem.message)
            });
            assert_eq!(found, expected.map_err(str::to_owned), "{asked}");
        }
    }

    #[test]
    fn a_mistyped_name_is_answered_with_the_one_that_was_meant() {
        let (root, project) = project();
        for (asked, next) in [
            ("naer", "did you mean `near`?"),
            ("tidy-up", "did you mean `incident/tidy-up`?"),
            ("verify-wef", "did you mean `verify-waf`?"),
            ("elsewhere/x", "a path ends in `.rhai`: `elsewhere/x.rhai`"),
            ("zzz", "`runbook list` shows them all"),
        ] {
            let problem = find(&project, asked, root.path()).expect_err(asked);
            assert_eq!((problem.next, problem.state.as_deref()), (vec![next.to_owned()], Some("nothing was run")));
        }
    }

    #[test]
    fn a_path_is_from_the_current_folder_and_named_from_the_projects() {
        let (root, project) = project();
        let inside = find(&project, "../runbooks/near.rhai", &root.path().join("shared")).expect("found");
        assert_eq!((inside.file.as_str(), inside.shelf.words()), ("runbooks/near.rhai", "project"));
        let outside = tempfile::tempdir().expect("a folder");
        write(&outside, "y.rhai", &runbook("y", "1.0.0"));
        write(&outside, "lib/z.rhai", "fn z() {}");
        let beside = find(&project, "y.rhai", outside.path()).expect("found");
        assert_eq!(beside.file, "y.rhai");
        assert_eq!(beside.shelf.text("lib/z").expect("reads").as_deref(), Some("fn z() {}"));
    }

    #[test]
    fn the_list_has_every_runbook_with_what_is_wrong_and_leaves_modules_out() {
        let (_root, project) = project();
        let lines: Vec<String> = list(&project)
            .iter()
            .map(|line| {
                let version = line.version.as_ref().map_or("-".to_owned(), Version::to_string);
                let hidden = if line.hidden { " hidden" } else { "" };
                format!("{} {version} {}{hidden} [{}]", line.name, line.origin, line.problems.len())
            })
            .collect();
        assert_eq!(
            lines,
            [
                "acm-wait 1.0.0 built in [0]",
                "broken - project [2]",
                "far 0.3.1 shared [0]",
                "incident/tidy-up 1.0.0 project [0]",
                "near 2.0.0 project [0]",
                "near 1.4.0 shared hidden [0]",
                "ns-check 1.0.0 built in [0]",
                "other-name 1.0.0 project [1]",
                "unclosed - project [1]",
                "verify-tls 1.0.0 built in [0]",
                "verify-waf 1.0.0 built in [0]",
            ]
        );
    }

    #[test]
    fn a_source_that_is_too_long_or_no_text_is_not_read() {
        let (root, project) = project();
        fs::write(root.path().join("runbooks/noise.rhai"), [0xff, 0xfe]).expect("written");
        write(&root, "runbooks/long.rhai", &" ".repeat(SOURCE_TOO_LONG));
        for name in ["noise", "long"] {
            assert_eq!(find(&project, name, root.path()).expect_err(name).code, Code::File);
        }
    }

    const SOURCE_TOO_LONG: usize = 128 * 1024 + 1;
}
