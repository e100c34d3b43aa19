//! All operations of all services as functions, declared when they are asked for.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::tables::{self, Loaded};
use super::{call, wait};
use crate::binding::{Declaration, Family};

/// All operations of all services.
#[derive(Clone, Copy, Debug, Default)]
pub struct Operations;

impl Family for Operations {
    fn namespaces(&self) -> Vec<&'static str> {
        tables::embedded()
            .map(|contents| contents.services.iter().map(|entry| entry.name.as_str()).collect())
            .unwrap_or_default()
    }

    fn functions(&self, namespace: &str) -> Vec<&'static str> {
        let loaded = tables::service(namespace).ok().flatten();
        let Some(Loaded { service, .. }) = loaded else { return Vec::new() };
        let waits = service.waiters.iter().map(|waiter| &*String::leak(format!("{}{}", wait::PREFIX, waiter.function)));
        service.operations.iter().map(|operation| operation.function).chain(waits).collect()
    }

    fn get(&self, name: &str) -> Option<&'static Declaration> {
        static DECLARED: Mutex<BTreeMap<String, &'static Declaration>> = Mutex::new(BTreeMap::new());
        let (namespace, function) = name.split_once("::")?;
        let mut declared = DECLARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = declared.get(name) {
            return Some(known);
        }
        let loaded = tables::service(namespace).ok().flatten()?;
        let declared_now = match loaded.service.operation(function) {
            Some(operation) => call::declaration(loaded, operation),
            None => {
                let waiter = loaded.service.waiter(function.strip_prefix(wait::PREFIX)?)?;
                wait::declaration(loaded, waiter, loaded.service.operation(waiter.operation)?)
            }
        };
        // Kept as long as the process lives, as the tables are.
        let declaration: &'static Declaration = Box::leak(Box::new(declared_now));
        declared.insert(name.to_owned(), declaration);
        Some(declaration)
    }
}
