//! Every host function by name.

use std::collections::BTreeMap;

use super::declaration::Declaration;

/// Every host function by name. The one list: registration, check, manual and audit go through it.
#[derive(Default)]
pub struct Registry {
    by_name: BTreeMap<&'static str, Declaration>,
}

impl Registry {
    /// A registry of these functions.
    #[must_use]
    pub fn of(declarations: impl IntoIterator<Item = Declaration>) -> Self {
        let by_name = declarations.into_iter().map(|declaration| (declaration.name, declaration)).collect();
        Registry { by_name }
    }

    /// The function of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Declaration> {
        self.by_name.get(name)
    }

    /// All functions, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Declaration> {
        self.by_name.values()
    }

    /// All namespaces, by name.
    #[must_use]
    pub fn namespaces(&self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = self.by_name.values().map(Declaration::namespace).collect();
        names.dedup();
        names
    }
}
