//! What a host function's file must say. Facts that somebody must decide have no default.

use std::future::Future;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::context::Context;
use crate::model::effect::Effect;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::world::Settled;

/// An example for the manual; each is run as a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// What it shows.
    pub title: &'static str,
    /// The script.
    pub script: &'static str,
}

/// What every host function says of itself.
pub trait Described: Send + Sync + 'static {
    /// Its full name: `http::get`.
    const NAME: &'static str;
    /// What it does, in one line without a full stop.
    const SUMMARY: &'static str;
    /// The arguments that go by position, in order; the rest go by name in a last map.
    const POSITIONAL: &'static [&'static str];
    /// Examples for the manual.
    const EXAMPLES: &'static [Example];
    /// Its arguments: a plain struct whose doc comments are the manual's text. Must deny unknown fields.
    type Args: DeserializeOwned + JsonSchema + Send;
    /// Its result.
    type Output: Serialize + JsonSchema;
}

/// A function of its arguments alone: no permission, no entry, no effect.
pub trait PureFunction: Described {
    /// Computes the result.
    ///
    /// # Errors
    /// Arguments that have no result.
    fn compute(args: Self::Args) -> Result<Self::Output, Failure>;
}

/// A function that reaches the world.
pub trait HostFunction: Described {
    /// The permissions that a call of it needs, as a runbook writes them, with words in capitals for what depends on the arguments; what
    /// only some calls need says so after a comma. Empty: none.
    const PERMISSIONS: &'static [&'static str];

    /// What it must be permitted. Called before anything is journaled; rejects arguments that can't make a call.
    ///
    /// # Errors
    /// Arguments that make no call.
    fn wants(args: &Self::Args) -> Result<Vec<Want>, Failure>;

    /// How long it may take with these arguments.
    fn time_limit(args: &Self::Args) -> Duration;

    /// The effect with these arguments, where they raise or lower the declared one.
    fn effect(args: &Self::Args, declared: Effect) -> Effect {
        let _ = args;
        declared
    }

    /// Does it, in the live world.
    fn live(args: Self::Args, context: &Context<'_>) -> impl Future<Output = Result<Self::Output, Failure>> + Send;
}

/// What a function that changes or destroys can find out after a crash. `Settled::Unknown` is a legal answer: ask a person.
pub trait Settle: HostFunction {
    /// Whether the author may give `settle: || …`, a closure that looks.
    const BY_AUTHOR: bool;

    /// Whether the call can't go on doing things once our process and its guardian are gone. When it can (a request on its way),
    /// nobody's "it did not happen" is taken before the call's deadline.
    const ENDS_WITH_US: bool;

    /// Looks whether the call happened. May only read.
    fn settle(args: Self::Args, context: &Context<'_>) -> impl Future<Output = Settled> + Send;
}
