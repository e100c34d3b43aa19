//! What the rules are checked on: the scripts with their names, and everything that a script may call.

use rhai::Engine;

use super::CheckInput;
use super::known::Builtins;
use super::names::Names;
use super::script::{Script, Tree};

/// All that a check knows.
pub(super) struct Ground<'a> {
    /// What was asked.
    pub(super) input: &'a CheckInput<'a>,
    /// The functions of the language.
    pub(super) builtins: Builtins,
    /// Namespaces of host functions and of the engine.
    pub(super) namespaces: Vec<&'static str>,
    views: Vec<Option<View<'a>>>,
}

/// A script that parses, with its names.
pub(super) struct View<'a> {
    /// Its place among all scripts; the runbook is 0.
    pub(super) index: usize,
    /// The script.
    pub(super) script: &'a Script,
    /// Its tree.
    pub(super) tree: &'a Tree,
    /// Its names.
    pub(super) names: Names<'a>,
}

/// What an alias of an import leads to.
pub(super) enum Module<'g, 'a> {
    /// A module that can be looked into.
    Known(&'g View<'a>),
    /// One that is missing or does not parse; said elsewhere.
    Broken,
}

impl<'a> Ground<'a> {
    /// The ground for these scripts.
    pub(super) fn of(engine: &Engine, input: &'a CheckInput<'a>, scripts: &'a [Script]) -> Self {
        let mut namespaces = input.registry.namespaces();
        namespaces.extend(input.registry.family_namespaces());
        namespaces.extend(crate::engine::words::WORDS.iter().filter_map(|word| Some(word.name.split_once("::")?.0)));
        namespaces.sort_unstable();
        namespaces.dedup();
        let view = |(index, script): (usize, &'a Script)| {
            let tree = script.tree.as_ref()?;
            let names = Names::of(&tree.ast, &tree.functions, index > 0);
            Some(View { index, script, tree, names })
        };
        let views = scripts.iter().enumerate().map(view).collect();
        Ground { input, builtins: Builtins::of(engine), namespaces, views }
    }

    /// The scripts that parse, the runbook first.
    pub(super) fn views(&self) -> impl Iterator<Item = &View<'a>> {
        self.views.iter().flatten()
    }

    /// The script at a place among all scripts, if it parses.
    pub(super) fn view(&self, index: usize) -> Option<&View<'a>> {
        self.views.get(index).and_then(Option::as_ref)
    }

    /// The runbook, if it parses.
    pub(super) fn main(&self) -> Option<&View<'a>> {
        self.view(0)
    }

    /// The module that a script imported under that name.
    pub(super) fn module(&self, view: &View<'a>, alias: &str) -> Option<Module<'_, 'a>> {
        let import = view.names.imports.iter().find(|import| import.alias.name == alias)?;
        let rhai::Expr::StringConstant(path, _) = import.path else { return Some(Module::Broken) };
        let index = view.script.imports.get(path.as_str()).copied().flatten();
        Some(match index.and_then(|index| self.view(index)) {
            Some(view) => Module::Known(view),
            None => Module::Broken,
        })
    }

    /// Whether a name before `::` is one of the program's own.
    pub(super) fn is_namespace(&self, name: &str) -> bool {
        self.namespaces.binary_search(&name).is_ok()
    }
}
