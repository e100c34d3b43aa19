//! The functions that come with the language, with the numbers of arguments they take.

use std::collections::{BTreeMap, BTreeSet};

use rhai::Engine;

/// Functions that the evaluator knows without their being registered.
const KEYWORDS: &[(&str, &[usize])] =
    &[("type_of", &[1]), ("is_shared", &[1]), ("print", &[1]), ("debug", &[1]), ("call", &[]), ("curry", &[])];

/// The functions that come with the language.
pub(super) struct Builtins {
    by_name: BTreeMap<String, BTreeSet<usize>>,
}

impl Builtins {
    /// Those of an engine.
    pub(super) fn of(engine: &Engine) -> Self {
        let all = engine.collect_fn_metadata(
            None,
            |info| info.namespace.is_empty().then(|| (info.metadata.name.to_string(), info.metadata.num_params)),
            true,
        );
        let mut by_name: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        // Getters, setters and operators are no names that a script could call.
        for (name, arguments) in all.into_iter().filter(|(name, _)| is_name(name)) {
            by_name.entry(name).or_default().insert(arguments);
        }
        for (name, arguments) in KEYWORDS {
            by_name.entry((*name).to_owned()).or_default().extend(*arguments);
        }
        Builtins { by_name }
    }

    /// The numbers of arguments that the function of that name takes, counting the value a method is called on; empty for any.
    pub(super) fn get(&self, name: &str) -> Option<&BTreeSet<usize>> {
        self.by_name.get(name)
    }

    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
