//! Resources that the calls of one run share (a client with its connections), by type, made at first use.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One value of each type.
#[derive(Default)]
pub struct Shared(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Shared {
    /// The run's value of this type; made by `make` when there is none yet.
    ///
    /// # Errors
    /// What `make` reports.
    pub fn get<T: Send + Sync + 'static, E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = map.get(&TypeId::of::<T>()).cloned().and_then(|any| any.downcast::<T>().ok()) {
            return Ok(known);
        }
        let made = Arc::new(make()?);
        map.insert(TypeId::of::<T>(), Arc::clone(&made) as Arc<dyn Any + Send + Sync>);
        Ok(made)
    }
}
