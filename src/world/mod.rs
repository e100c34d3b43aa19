//! Where calls land, and what surrounds them: the clock, the person at the terminal, secrets, resources that calls share.
//! Knows no service by name.

pub mod address;
pub mod authorities;
pub mod clock;
pub mod escape;
pub mod guardian;
pub mod live;
pub mod person;
pub mod private_files;
pub mod process_facts;
pub mod project;
pub mod secrets;
pub mod shared;
pub mod standard_input;
pub mod terminal;
pub mod time_sync;
pub mod tool_version;
pub mod web_client;
pub mod width;

use std::future::Future;
use std::pin::Pin;

use crate::journal::Receipt;
use crate::model::call::Call;
use crate::model::failure::Failure;
use crate::model::value::Value;

pub use live::LiveWorld;

/// What a binding would do to the live world; nothing happens until it is polled.
pub type Deed<'a> = Pin<Box<dyn Future<Output = Result<Value, Failure>> + Send + 'a>>;

/// What a look after a call in doubt would find; nothing happens until it is polled.
pub type Look<'a> = Pin<Box<dyn Future<Output = Settled> + Send + 'a>>;

/// What a look after a call in doubt found.
#[derive(Clone, Debug, PartialEq)]
pub enum Settled {
    /// It happened, with this result.
    Happened(Value),
    /// It provably did not happen.
    DidNotHappen,
    /// Nothing was learned; the text says what was looked at.
    Unknown(String),
}

/// Where calls land. The seam between the live world and a simulated one.
pub trait World: Send + Sync {
    /// Makes a recorded call. `live` is what the binding would do; another world answers by itself and never polls it.
    fn perform<'a>(&'a self, receipt: &'a Receipt, call: &'a Call, live: Deed<'a>) -> Deed<'a>;

    /// Looks whether a call in doubt happened.
    fn settle<'a>(&'a self, call: &'a Call, live: Look<'a>) -> Look<'a>;

    /// The clock of this world.
    fn clock(&self) -> &dyn clock::Clock;

    /// The person of this world.
    fn person(&self) -> &dyn person::Person;
}
