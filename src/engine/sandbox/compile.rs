//! From source text to a tree that can be run: the rules of one file.

use rhai::{AST, Engine, Expr, Ident, ImmutableString, Position, Scope, Stmt};
use thiserror::Error;

use super::limits::Limits;
use super::modules;

use crate::messages::script as messages;

/// Why a source text can't be run. Nothing of it was run.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CompileError {
    /// The text is larger than [`Limits::source_bytes`].
    #[error("{}", messages::has_bytes_the_limit(.file, .bytes, .limit))]
    TooLarge {
        /// Name of the file.
        file: String,
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The text breaks a rule of the language, or one of ours about imports.
    #[error("{message}")]
    Refused {
        /// Name of the file.
        file: String,
        /// The reason: lower case, without position.
        message: String,
        /// Where: line and column in characters, both from 1.
        position: Position,
    },
}

impl CompileError {
    /// Returns where the error is. A text that is too large is wrong from its first character.
    pub fn position(&self) -> Position {
        match self {
            CompileError::TooLarge { .. } => Position::new(1, 1),
            CompileError::Refused { position, .. } => *position,
        }
    }
}

/// Compiles a file that sees no variables but its own.
///
/// # Errors
///
/// [`CompileError`].
pub fn compile(engine: &Engine, limits: &Limits, name: &str, text: &str) -> Result<AST, CompileError> {
    compile_in(engine, limits, &Scope::new(), name, text)
}

/// Compiles a file that sees the variables of `scope`, which have to be there when it runs.
///
/// # Errors
///
/// [`CompileError`].
pub fn compile_in(
    engine: &Engine,
    limits: &Limits,
    scope: &Scope,
    name: &str,
    text: &str,
) -> Result<AST, CompileError> {
    if text.len() > limits.source_bytes {
        return Err(CompileError::TooLarge { file: name.to_owned(), bytes: text.len(), limit: limits.source_bytes });
    }
    let refused = |message: String, position| CompileError::Refused { file: name.to_owned(), message, position };
    let parsed = engine
        .compile_with_scope(scope, text)
        .map_err(|error| refused(error.err_type().to_string(), error.position()))?;
    let (first_to_run, alias) =
        check_imports(engine, parsed.statements()).map_err(|(message, position)| refused(message, position))?;
    let mut statements = parsed.statements().to_vec();
    statements.insert(first_to_run, link_statement(alias));
    Ok(AST::new_with_source(
        statements,
        // Its id has to be the file's name, which is set while nothing else holds it.
        parsed.shared_lib().as_ref().clone(),
        name,
    ))
}

/// Returns the place after the last import, and the alias of that one.
///
/// Imports come first, so that every function can be linked to its file before any is called, and all that a run may
/// load is known without running it.
fn check_imports(engine: &Engine, statements: &[Stmt]) -> Result<(usize, ImmutableString), (String, Position)> {
    let mut first_to_run = 0;
    let mut ran = false;
    let mut aliases: Vec<&ImmutableString> = Vec::new();
    for (place, statement) in statements.iter().enumerate() {
        let Stmt::Import(import, position) = statement else {
            ran |= !harmless(statement);
            continue;
        };
        let (path, alias) = &**import;
        if ran {
            let rule = messages::imports_come_first_only_const_and_other();
            return Err((rule, *position));
        }
        let Expr::StringConstant(path, path_position) = path else {
            let rule = messages::the_name_of_an_imported_module_has();
            return Err((rule, path.position()));
        };
        if let Err(error) = modules::check_name(path) {
            return Err((error, *path_position));
        }
        if !alias.name.is_empty() && aliases.contains(&&alias.name) {
            let rule = messages::is_the_name_of_another_import_in_this(&alias.name);
            return Err((rule, alias.pos));
        }
        let resolver = engine.module_resolver();
        if resolver.resolve(engine, Some(modules::ALIAS), &alias.name, alias.pos).is_err() {
            let rule = messages::is_a_namespace_of_runbook_import_under(&alias.name);
            return Err((rule, alias.pos));
        }
        aliases.push(&alias.name);
        first_to_run = place + 1;
    }
    let last = aliases.last().copied().cloned().unwrap_or_default();
    Ok((first_to_run, last))
}

fn harmless(statement: &Stmt) -> bool {
    match statement {
        Stmt::Noop(_) => true,
        Stmt::Var(variable, _, _) => variable.1.is_constant(),
        _ => false,
    }
}

/// Rhai finds the imports of a script by their distance from the last one, so this import stands in for the last one:
/// it takes it away and gives it back under the same alias.
fn link_statement(alias: ImmutableString) -> Stmt {
    let nowhere = Position::NONE;
    let alias = Ident { name: alias, pos: nowhere };
    let path = Expr::StringConstant(modules::LINK.into(), nowhere);
    Stmt::Import(Box::new((path, alias)), nowhere)
}
