//! Every host function by name.

use std::collections::BTreeMap;

use super::declaration::Declaration;

/// Functions that are declared when they are asked for.
pub trait Family: Send + Sync {
    /// Its namespaces, by name.
    fn namespaces(&self) -> Vec<&'static str>;

    /// The names of the functions of a namespace, without it; empty for a namespace of others.
    fn functions(&self, namespace: &str) -> Vec<&'static str>;

    /// The function of that full name.
    fn get(&self, name: &str) -> Option<&'static Declaration>;
}

/// Every host function by name. The one list: registration, check, manual and audit go through it.
#[derive(Default)]
pub struct Registry {
    by_name: BTreeMap<&'static str, Declaration>,
    family: Option<Box<dyn Family>>,
}

impl Registry {
    /// A registry of these functions.
    #[must_use]
    pub fn of(declarations: impl IntoIterator<Item = Declaration>) -> Self {
        let by_name = declarations.into_iter().map(|declaration| (declaration.name, declaration)).collect();
        Registry { by_name, family: None }
    }

    /// The same, with a family of functions besides.
    #[must_use]
    pub fn with_family(self, family: impl Family + 'static) -> Self {
        Registry { family: Some(Box::new(family)), ..self }
    }

    /// The function of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Declaration> {
        self.by_name.get(name).or_else(|| self.family.as_ref()?.get(name))
    }

    /// All functions but those of the family, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Declaration> {
        self.by_name.values()
    }

    /// The namespaces of all functions but those of the family, by name.
    #[must_use]
    pub fn namespaces(&self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = self.by_name.values().map(Declaration::namespace).collect();
        names.dedup();
        names
    }

    /// The namespaces of the family, by name.
    #[must_use]
    pub fn family_namespaces(&self) -> Vec<&'static str> {
        self.family.as_ref().map(|family| family.namespaces()).unwrap_or_default()
    }

    /// The names of the family's functions in a namespace, without it.
    #[must_use]
    pub fn family_functions(&self, namespace: &str) -> Vec<&'static str> {
        self.family.as_ref().map(|family| family.functions(namespace)).unwrap_or_default()
    }
}
