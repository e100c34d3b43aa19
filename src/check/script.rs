//! A script with its tree, and where in its text things stand.

use std::collections::HashMap;

use rhai::{AST, Engine, Expr, Position, Stmt};

use super::{CheckInput, Source, syntax};
use crate::engine::walk::{Functions, Node};
use crate::model::diagnostic::Diagnostic;
use crate::model::place::Place;

/// A script, parsed.
pub(super) struct Script {
    /// As it was read.
    pub(super) source: Source,
    /// Its tree; `None` when it does not parse.
    pub(super) tree: Option<Tree>,
    /// The script that each of its imports names, by the text of the import, as an index into all scripts.
    pub(super) imports: HashMap<String, Option<usize>>,
    lines: Vec<Vec<char>>,
}

/// What a script consists of.
pub(super) struct Tree {
    /// The main body.
    pub(super) ast: AST,
    /// The functions and closures.
    pub(super) functions: Functions,
}

impl Tree {
    /// Shows `visit` every statement and expression: of the main body, then of each function and closure.
    pub(super) fn each<'a>(&'a self, visit: &mut dyn FnMut(Node<'a>)) {
        let bodies = self.functions.iter().flat_map(|function| function.body.iter());
        for stmt in self.ast.statements().iter().chain(bodies) {
            Node::Stmt(stmt).each(visit);
        }
    }
}

/// Parses the runbook and all that it imports, the runbook first. What does not parse becomes a finding.
pub(super) fn load(engine: &Engine, input: &CheckInput<'_>, found: &mut Vec<Diagnostic>) -> Vec<Script> {
    let mut scripts: Vec<Script> = Vec::new();
    let mut by_import: HashMap<String, Option<usize>> = HashMap::new();
    let mut waiting: Vec<Source> = vec![input.main.clone()];
    let mut next = 0;
    while let Some(source) = waiting.get(next).cloned() {
        next += 1;
        let mut script = Script::new(source);
        match engine.compile(&script.source.text) {
            Ok(ast) => script.tree = Some(Tree { functions: Functions::of(&ast), ast }),
            Err(error) => found.push(syntax::finding(&script, &error)),
        }
        for path in script.imported() {
            let index = *by_import.entry(path.clone()).or_insert_with(|| {
                let module = (input.modules)(&path)?;
                let known = waiting.iter().position(|source| source.name == module.name);
                Some(known.unwrap_or_else(|| {
                    waiting.push(module);
                    waiting.len() - 1
                }))
            });
            script.imports.insert(path, index);
        }
        scripts.push(script);
    }
    scripts
}

impl Script {
    fn new(source: Source) -> Self {
        let lines = source.text.lines().map(|line| line.chars().collect()).collect();
        Script { source, tree: None, imports: HashMap::new(), lines }
    }

    fn imported(&self) -> Vec<String> {
        let mut paths = Vec::new();
        if let Some(tree) = &self.tree {
            tree.each(&mut |node| {
                if let Node::Stmt(Stmt::Import(parts, _)) = node
                    && let Expr::StringConstant(path, _) = &parts.0
                {
                    paths.push(path.to_string());
                }
            });
        }
        paths
    }

    /// A position in this script as a place.
    pub(super) fn place(&self, position: Position) -> Place {
        let last = self.lines.len().max(1);
        let end = self.lines.last().map_or(1, |line| line.len() + 1);
        match position.line() {
            // The parser has no position for the end of the text.
            None => Place::new(&self.source.name, last, end),
            Some(line) => Place::new(&self.source.name, line, position.position().unwrap_or(1).max(1)),
        }
    }

    /// How many characters what begins at a position covers: a name with its namespace, a number, a text in quotes; else 1.
    pub(super) fn width(&self, position: Position) -> usize {
        let place = self.place(position);
        let line = self.lines.get(place.line - 1).map_or(&[][..], Vec::as_slice);
        let rest = line.get(place.column - 1..).unwrap_or_default();
        let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
        match rest.first() {
            Some(quote @ ('"' | '`' | '\'')) => {
                let mut escaped = false;
                let end = rest.iter().skip(1).position(|c| {
                    let closes = c == quote && !escaped;
                    escaped = *c == '\\' && !escaped;
                    closes
                });
                end.map_or(rest.len(), |end| end + 2)
            }
            Some(first) if is_word(first) => {
                let mut width = rest.iter().take_while(|c| is_word(c)).count();
                while let [':', ':', after, ..] = rest.get(width..).unwrap_or_default()
                    && is_word(after)
                {
                    width += 2 + rest.get(width + 2..).unwrap_or_default().iter().take_while(|c| is_word(c)).count();
                }
                width
            }
            _ => 1,
        }
    }

    /// Points a finding at what begins at a position.
    pub(super) fn point(&self, finding: Diagnostic, position: Position, text: impl Into<String>) -> Diagnostic {
        finding.at(self.place(position), self.width(position), text)
    }

    /// The word at a position, if a colon follows as after the key of a map.
    pub(super) fn key_at(&self, position: Position) -> Option<String> {
        let place = self.place(position);
        let rest = self.lines.get(place.line - 1)?.get(place.column - 1..)?;
        let width = rest.iter().take_while(|c| c.is_ascii_alphabetic() || **c == '_').count();
        let mut after = rest.get(width..)?.iter().skip_while(|c| c.is_whitespace());
        let colon = after.next() == Some(&':') && after.next() != Some(&':');
        (width > 0 && colon).then(|| rest.iter().take(width).collect())
    }

    /// Where the name of the function stands whose body begins at `body`; there if it can't be found.
    pub(super) fn name_before(&self, name: &str, body: Position) -> Position {
        let Some(line) = body.line() else { return body };
        let before = body.position().unwrap_or(1).saturating_sub(1);
        // The name may stand some lines above the body, when the parameters take a line each.
        for number in (1..=line).rev() {
            let chars = self.lines.get(number - 1).map_or(&[][..], Vec::as_slice);
            let until = if number == line { before.min(chars.len()) } else { chars.len() };
            let text: String = chars.iter().take(until).collect();
            let Some(keyword) = text.rfind("fn ") else { continue };
            let Some(at) = text.get(keyword..).and_then(|rest| rest.find(name)) else { return body };
            let column = text.get(..keyword + at).map_or(0, |head| head.chars().count()) + 1;
            let fits = |number: usize| u16::try_from(number).ok();
            return match (fits(number), fits(column)) {
                (Some(line), Some(column)) => Position::new(line, column),
                _ => body,
            };
        }
        body
    }
}
