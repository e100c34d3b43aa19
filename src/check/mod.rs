//! What is wrong with a runbook, found without running it. One file per rule; what a rule needs to know of a script is in
//! `script`, `names` and `known`. How findings look does not live here, except as JSON (`output`).

mod actions;
mod arguments;
mod chains;
mod clock;
mod functions;
mod ground;
mod imports;
mod known;
mod literal;
mod loops;
mod names;
pub mod outline;
pub mod output;
mod parameters;
mod parser;
mod permissions;
mod reach;
mod script;
mod shadowing;
mod steps;
mod syntax;
mod template;
mod variables;

use crate::binding::Registry;
use crate::model::diagnostic::Diagnostic;
use crate::model::place::Place;

/// A script as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name that messages give it: a path below the project, or a module's name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What is checked, and against what.
pub struct CheckInput<'a> {
    /// The runbook.
    pub main: &'a Source,
    /// The module that an `import` of this text names, if there is one.
    pub modules: &'a dyn Fn(&str) -> Option<Source>,
    /// The host functions.
    pub registry: &'a Registry,
    /// The names of the runbook's parameters.
    pub params: &'a [String],
    /// The runbook's permissions as written, those for nested runbooks (`runbook:name@^1`) among them.
    pub permissions: &'a [(String, Place)],
}

/// Everything that is wrong with a runbook and the modules it imports, in the order of files and places: the runbook first.
///
/// A file that does not parse gives one finding; what it would have defined is then taken to be there.
#[must_use]
pub fn check(input: &CheckInput<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let engine = parser::parser();
    let scripts = script::load(&engine, input, &mut found);
    let ground = ground::Ground::of(&engine, input, &scripts);
    for view in ground.views() {
        imports::find(&ground, view, &mut found);
        shadowing::find(&ground, view, &mut found);
        functions::find(&ground, view, &mut found);
        variables::find(&ground, view, &mut found);
        parameters::find(&ground, view, &mut found);
        arguments::find(&ground, view, &mut found);
        word_arguments::find(view, &mut found);
        clock::find(&ground, view, &mut found);
        steps::find(&ground, view, &mut found);
        chains::find(&ground, view, &mut found);
        loops::find(&ground, view, &mut found);
    }
    permissions::find(&ground, &mut found);
    let order = |finding: &Diagnostic| {
        let place = finding.place();
        let file = place.and_then(|place| scripts.iter().position(|script| script.source.name == place.file));
        (file, place.map(|place| (place.line, place.column)), finding.code)
    };
    found.sort_by_key(order);
    found.dedup();
    found
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
mod word_arguments;
