//! What a runbook imports, all of it, before anything runs: the texts that a run is pinned to.
//!
//! Imports are found in the tokens, not in the tree, so that none can hide in a place that a walk of the tree misses.

use std::collections::{BTreeMap, BTreeSet};

use rhai::Token;

use super::embedded;
use super::header::{self, is_name};
use super::library::Source;
use super::literal::pieces;
use super::parser::{parse, parser};
use super::shelf::Shelf;
use crate::messages::project as messages;
use crate::messages::state;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, did_you_mean};
use crate::model::place::Place;

/// What the names of standard modules begin with. No library can put another in its place.
const STANDARD: &str = "std/";

/// The texts that a run is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// The name of the runbook's own text among the sources.
    pub main: String,
    /// Every text: the runbook's under its file's name, modules under the name that they are imported by.
    pub sources: BTreeMap<String, String>,
}

/// Reads the runbook and everything that it imports, directly or not. Standard modules come from the program, others from the
/// runbook's own library.
///
/// # Errors
/// All of: texts that don't parse (`RB0101`), paths that are no literal, modules that are not there or can't be imported
/// (`RB0113`), modules that import each other in a circle (`RB0113`), files that can't be read (`RB0207`).
pub fn closure_of_imports(source: &Source) -> Result<Pinned, Vec<Diagnostic>> {
    let mut search = Search { shelf: &source.shelf, sources: BTreeMap::new(), way: Vec::new(), problems: Vec::new() };
    search.visit(&source.file, source.text.clone(), None);
    if search.problems.is_empty() {
        return Ok(Pinned { main: source.file.clone(), sources: search.sources });
    }
    Err(search.problems.into_iter().map(|problem| problem.state(state::nothing_was_run())).collect())
}

/// An `import` with a literal path.
struct Import {
    name: String,
    place: Place,
    width: usize,
}

struct Search<'a> {
    shelf: &'a Shelf,
    sources: BTreeMap<String, String>,
    /// The modules on the way to the one that is being read, outermost first.
    way: Vec<String>,
    problems: Vec<Diagnostic>,
}

impl Search<'_> {
    /// Reads one text, and what it imports; `from` is the import that led here.
    fn visit(&mut self, file: &str, text: String, from: Option<&Import>) {
        let tree = match parse(&text, file) {
            Ok(tree) => tree,
            Err(problem) => return self.problems.push(problem),
        };
        if let Some(import) = from
            && header::is_runbook(&tree)
        {
            self.problems.push(
                Diagnostic::error(Code::UnknownModule, messages::is_a_runbook_not_a_module(file))
                    .at(import.place.clone(), import.width, messages::importing_it_would_run())
                    .next(messages::runs_it_as_a_part_of_this_run()),
            );
            return;
        }
        let imports = find(&text, file, &mut self.problems);
        self.sources.insert(file.to_owned(), text);
        self.way.push(file.to_owned());
        for import in imports {
            self.follow(&import);
        }
        self.way.pop();
    }

    fn follow(&mut self, import: &Import) {
        let name = &import.name;
        if let Some(start) = self.way.iter().position(|on_way| on_way == name) {
            let circle = self.way.iter().skip(start).chain([name]).map(|name| format!("`{name}`")).collect::<Vec<_>>();
            let problem = Diagnostic::error(Code::UnknownModule, messages::modules_import_each_other_in_a_circle());
            let problem = problem.at(import.place.clone(), import.width, messages::back_to_where_it_began());
            return self
                .problems
                .push(problem.note(
                    circle.iter().map(|name| (*name).to_string()).reduce(messages::imports).unwrap_or_default(),
                ));
        }
        if self.sources.contains_key(name) {
            return;
        }
        match self.text(name) {
            Ok(Some(text)) => self.visit(name, text, Some(import)),
            Ok(None) => self.problems.push(self.unknown(import)),
            Err(problem) => {
                self.problems.push(problem.at(import.place.clone(), import.width, messages::imported_here()))
            }
        }
    }

    fn text(&self, name: &str) -> Result<Option<String>, Diagnostic> {
        match name.strip_prefix(STANDARD) {
            Some(standard) => Ok(embedded::module(standard).map(str::to_owned)),
            // A module of the program can't come to depend on a file that happens to lie in a project.
            None if self.way.last().is_some_and(|importer| importer.starts_with(STANDARD)) => Ok(None),
            None => self.shelf.text(name),
        }
    }

    fn unknown(&self, import: &Import) -> Diagnostic {
        let name = &import.name;
        let at = |message: String, label: String| {
            Diagnostic::error(Code::UnknownModule, message).at(import.place.clone(), import.width, label)
        };
        if !is_name(name) {
            let label = messages::names_of_modules_have_small_letters_digits();
            return at(messages::cannot_be_the_name_of_a_module(name), label.to_owned());
        }
        let known: BTreeSet<String> =
            self.shelf.names().into_iter().chain(embedded::modules().map(|name| format!("{STANDARD}{name}"))).collect();
        let label = match did_you_mean(name, known.iter().map(String::as_str)) {
            Some(name) => messages::did_you_mean(name),
            None => messages::it_would_be(self.shelf.file(name)),
        };
        at(messages::there_is_no_module(name), label)
    }
}

/// Every import of a text that parses, wherever it stands.
fn find(text: &str, file: &str, problems: &mut Vec<Diagnostic>) -> Vec<Import> {
    let pieces = pieces(&parser(), text);
    let mut imports = Vec::new();
    for (at, piece) in pieces.iter().enumerate().filter(|(_, piece)| piece.token == Token::Import) {
        let path = pieces.get(at + 1).unwrap_or(piece);
        let place = Place::new(file, path.at.line().unwrap_or(0), path.at.position().unwrap_or(0));
        let ends = matches!(
            pieces.get(at + 2).map(|piece| &piece.token),
            None | Some(Token::As | Token::SemiColon | Token::RightBrace)
        );
        match &path.token {
            Token::StringConstant(name) if ends => {
                imports.push(Import { name: name.to_string(), place, width: path.width });
            }
            _ => problems.push(
                Diagnostic::error(Code::UnknownModule, messages::the_path_of_an_import_must_be())
                    .at(place, path.width, messages::write_the_module_s_name())
                    .note(messages::everything_that_a_run_is_made()),
            ),
        }
    }
    imports
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The names of the pinned sources, or what is wrong.
    fn check(main: &str, modules: &[(&str, &str)]) -> String {
        let root = tempfile::tempdir().expect("a folder");
        for (name, text) in modules {
            let path = root.path().join(format!("{name}.rhai"));
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
        let shelf = Shelf::Folder { root: root.path().to_owned(), shown: "runbooks".to_owned(), of_project: true };
        let source = Source { file: "runbooks/main.rhai".to_owned(), text: main.to_owned(), shelf };
        match closure_of_imports(&source) {
            Ok(pinned) => {
                assert_eq!((pinned.main.as_str(), pinned.sources[&pinned.main].as_str()), (source.file.as_str(), main));
                pinned.sources.into_keys().collect::<Vec<_>>().join(" ")
            }
            Err(problems) => problems
                .iter()
                .map(|problem| {
                    let label = problem.label.as_ref().map(|label| {
                        format!(" {}:{}+{} ({})", label.place.line, label.place.column, label.width, label.text)
                    });
                    let notes: String = problem.notes.iter().map(|note| format!("; {note}")).collect();
                    format!("{}{} {}{notes}", problem.code, label.unwrap_or_default(), problem.message)
                })
                .collect::<Vec<_>>()
                .join("\n"),
        }
    }

    #[test]
    fn modules_are_found_wherever_the_import_stands() {
        let main = r#"
import "std/probe" as probe;
fn f() { import "a/b" as ab; ab::x() }
let g = || { loop { break { import `c` as c; c::x() } } };
let text = `x ${ { import "d" as d; d::x() } } import "not/this"`;
// import "nor/this";
"#;
        let modules = [("a/b", "import \"e\" as e; fn x() { 1 }"), ("c", "fn x() {}"), ("d", "fn x() {}"), ("e", "")];
        assert_eq!(check(main, &modules), "a/b c d e runbooks/main.rhai std/probe");
    }

    #[test]
    fn a_module_that_two_import_is_pinned_once_and_is_no_circle() {
        let modules = [("a", "import \"c\" as c;"), ("b", "import \"c\" as c;"), ("c", "")];
        assert_eq!(check("import \"a\" as a; import \"b\" as b;", &modules), "a b c runbooks/main.rhai");
    }

    #[test]
    fn a_project_can_not_put_its_own_module_in_place_of_a_standard_one() {
        let modules = [("std/probe", "fn mine() {}"), ("std/mine", "fn mine() {}")];
        assert_eq!(check("import \"std/probe\" as probe;", &modules), "runbooks/main.rhai std/probe");
        assert!(check("import \"std/mine\" as mine;", &modules).starts_with("RB0113"));
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let main = r#"import "std/prob" as p;
import "lib/wrods" as w;
import "../outside" as o;
import "/etc/passwd" as e;
import "lib/words.rhai" as r;
import "lib/" + "words" as s;
import some_variable as v;
import `lib/${x}` as t;
import "lib/broken" as b;
import "a" as a;
import "self" as s;
import "book" as k;
import "lib/words" as fine;
"#;
        let modules = [
            ("lib/words", "fn f() {}"),
            ("lib/broken", "fn f( {"),
            ("a", "import \"b\" as b;"),
            ("b", "\n  import \"a\" as a;"),
            ("self", "import \"self\" as me;"),
            ("book", "const RUNBOOK = #{ name: \"book\", version: \"1.0.0\" };"),
        ];
        insta::assert_snapshot!(check(main, &modules), @r#"
        RB0113 6:8+6 (write the module's name in `"…"`) the path of an import must be a literal; everything that a run is made of is read before it starts
        RB0113 7:8+13 (write the module's name in `"…"`) the path of an import must be a literal; everything that a run is made of is read before it starts
        RB0113 8:8+6 (write the module's name in `"…"`) the path of an import must be a literal; everything that a run is made of is read before it starts
        RB0113 1:8+10 (did you mean `std/probe`?) there is no module `std/prob`
        RB0113 2:8+11 (did you mean `lib/words`?) there is no module `lib/wrods`
        RB0113 3:8+12 (names of modules have small letters, digits, `_`, `-` and `/`, and no `.rhai`) `../outside` can't be the name of a module
        RB0113 4:8+13 (names of modules have small letters, digits, `_`, `-` and `/`, and no `.rhai`) `/etc/passwd` can't be the name of a module
        RB0113 5:8+16 (names of modules have small letters, digits, `_`, `-` and `/`, and no `.rhai`) `lib/words.rhai` can't be the name of a module
        RB0101 1:7+1 () expecting ')' to close the parameters list of function 'f'
        RB0113 2:10+3 (back to where it began) modules import each other in a circle; `a` imports `b` imports `a`
        RB0113 1:8+6 (back to where it began) modules import each other in a circle; `self` imports `self`
        RB0113 12:8+6 (importing it would run it) `book` is a runbook, not a module
        "#);
    }

    #[test]
    fn every_standard_module_and_shipped_runbook_can_be_pinned() {
        for name in embedded::modules() {
            assert_eq!(check(&format!("import \"std/{name}\" as it;"), &[]), format!("runbooks/main.rhai std/{name}"));
        }
        for name in Shelf::Embedded.names() {
            let text = embedded::file(&name).expect("text").to_owned();
            let source = Source { file: Shelf::Embedded.file(&name), text, shelf: Shelf::Embedded };
            assert_eq!(closure_of_imports(&source).map(|pinned| pinned.main), Ok(source.file));
        }
    }
}
