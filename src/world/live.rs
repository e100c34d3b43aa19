//! The real world: calls really happen.

use std::sync::Arc;

use super::clock::{Clock, SystemClock};
use super::person::Person;
use super::{Deed, Look, World};
use crate::journal::Receipt;
use crate::model::call::Call;

/// The world in which a binding's deed is done.
pub struct LiveWorld {
    clock: SystemClock,
    person: Arc<dyn Person>,
}

impl LiveWorld {
    /// The real world, with `person` at the terminal.
    #[must_use]
    pub fn new(person: Arc<dyn Person>) -> Self {
        LiveWorld { clock: SystemClock, person }
    }
}

impl World for LiveWorld {
    fn perform<'a>(&'a self, _: &'a Receipt, _: &'a Call, live: Deed<'a>) -> Deed<'a> {
        live
    }

    fn settle<'a>(&'a self, _: &'a Call, live: Look<'a>) -> Look<'a> {
        live
    }

    fn clock(&self) -> &dyn Clock {
        &self.clock
    }

    fn person(&self) -> &dyn Person {
        &*self.person
    }
}
