//! A host function with its types erased: what registration, check, manual, plan, permission and audit are derived from.

use std::time::Duration;

use serde_json::Value as Json;

use super::arguments::ArgumentError;
use super::context::Context;
use super::function::{Described, Example, HostFunction, PureFunction, Settle};
use super::modelled::Problem;
use super::parameters::Parameter;
use crate::messages::binding as messages;
use crate::model::effect::Effect;
use crate::model::failure::{Failure, FailureKind};
use crate::model::permission::Want;
use crate::model::value::Value;
use crate::world::{Deed, Look, Settled};

/// How a function relates to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Depends on its arguments alone.
    Pure,
    /// Draws something that the run remembers (an id, a random number).
    Remembered,
    /// Asks a person; the answer is remembered.
    Person,
    /// Opens something that lives in this process as long as the scope around it, such as a tunnel. The run remembers what it was
    /// opened by and what it gave, and opens the same again when another process goes on.
    Handle,
    /// Reaches the world.
    World(Effect),
}

impl Kind {
    /// The effect that plan, permissions and journal go by.
    #[must_use]
    pub fn effect(self) -> Effect {
        match self {
            Kind::World(effect) => effect,
            Kind::Pure | Kind::Remembered | Kind::Person | Kind::Handle => Effect::Read,
        }
    }
}

/// Arguments that a call can be made with.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// What must be permitted.
    pub wants: Vec<Want>,
    /// The effect with these arguments.
    pub effect: Effect,
    /// How long it may take.
    pub time_limit: Duration,
}

/// A host function, declared.
pub struct Declaration {
    /// Its full name: `http::get`.
    pub name: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// How it relates to the world.
    pub kind: Kind,
    /// The permissions that its calls need ([`HostFunction::PERMISSIONS`]).
    pub permissions: &'static [&'static str],
    /// The arguments that go by position.
    pub positional: &'static [&'static str],
    /// All arguments, in order.
    pub parameters: Vec<Parameter>,
    /// The JSON schema of the result.
    pub output: Json,
    /// What stands in the map that is the first argument of a function that a model describes.
    pub members: Vec<Parameter>,
    /// What needs explaining besides, one sentence each.
    pub remarks: Vec<String>,
    /// Examples.
    pub examples: &'static [Example],
    /// Whether the author may give `settle: || …`.
    pub author_settles: bool,
    /// Whether a call that lost its process does nothing any more ([`Settle::ENDS_WITH_US`]).
    pub ends_with_us: bool,
    pub(super) act: Box<dyn Act>,
}

pub(super) trait Act: Send + Sync {
    fn check(&self, args: &Value, declared: Effect) -> Result<Checked, Failure>;
    fn problems(&self, _: &Value) -> Vec<Problem> {
        Vec::new()
    }
    fn compute(&self, args: &Value) -> Result<Value, Failure>;
    fn live<'a>(&'a self, args: &Value, context: &'a Context<'a>) -> Deed<'a>;
    fn settle<'a>(&'a self, args: &Value, context: &'a Context<'a>) -> Look<'a>;
}

impl Declaration {
    /// A function of its arguments alone.
    #[must_use]
    pub fn pure<F: PureFunction>() -> Self {
        Self::of::<F>(Kind::Pure, &[], Box::new(Pure::<F>(std::marker::PhantomData)))
    }

    /// A function whose result the run remembers.
    #[must_use]
    pub fn remembered<F: HostFunction>() -> Self {
        Self::of::<F>(Kind::Remembered, F::PERMISSIONS, Box::new(Reaches::<F>(std::marker::PhantomData)))
    }

    /// A question to a person.
    #[must_use]
    pub fn person<F: HostFunction>() -> Self {
        Self::of::<F>(Kind::Person, F::PERMISSIONS, Box::new(Reaches::<F>(std::marker::PhantomData)))
    }

    /// A function that opens something ([`Kind::Handle`]). What must be closed again it gives to [`Context::keep`].
    #[must_use]
    pub fn handle<F: HostFunction>() -> Self {
        Self::of::<F>(Kind::Handle, F::PERMISSIONS, Box::new(Reaches::<F>(std::marker::PhantomData)))
    }

    /// A function that changes nothing.
    #[must_use]
    pub fn read<F: HostFunction>() -> Self {
        Self::of::<F>(Kind::World(Effect::Read), F::PERMISSIONS, Box::new(Reaches::<F>(std::marker::PhantomData)))
    }

    /// A function whose repetition is harmless.
    #[must_use]
    pub fn ensure<F: HostFunction>() -> Self {
        Self::of::<F>(Kind::World(Effect::Ensure), F::PERMISSIONS, Box::new(Reaches::<F>(std::marker::PhantomData)))
    }

    /// A function whose repetition may do it twice; it must say how to settle.
    #[must_use]
    pub fn change<F: Settle>() -> Self {
        Self::settled::<F>(Effect::Change)
    }

    /// A function that can't be undone; it must say how to settle.
    #[must_use]
    pub fn destroy<F: Settle>() -> Self {
        Self::settled::<F>(Effect::Destroy)
    }

    fn settled<F: Settle>(effect: Effect) -> Self {
        let of = Self::of::<F>(Kind::World(effect), F::PERMISSIONS, Box::new(Settles::<F>(std::marker::PhantomData)));
        Declaration { author_settles: F::BY_AUTHOR, ends_with_us: F::ENDS_WITH_US, ..of }
    }

    fn of<F: Described>(kind: Kind, permissions: &'static [&'static str], act: Box<dyn Act>) -> Self {
        let schema = schemars::schema_for!(F::Args).to_value();
        Declaration {
            name: F::NAME,
            summary: F::SUMMARY,
            kind,
            permissions,
            positional: F::POSITIONAL,
            parameters: Parameter::of(&schema),
            output: schemars::schema_for!(F::Output).to_value(),
            members: Vec::new(),
            remarks: Vec::new(),
            examples: F::EXAMPLES,
            author_settles: false,
            ends_with_us: false,
            act,
        }
    }

    /// The part of the name before `::`.
    #[must_use]
    pub fn namespace(&self) -> &'static str {
        self.name.split_once("::").map_or("", |(namespace, _)| namespace)
    }

    /// The part of the name after `::`.
    #[must_use]
    pub fn function(&self) -> &'static str {
        self.name.split_once("::").map_or(self.name, |(_, function)| function)
    }

    /// How it is called: `http::get(url, #{ … })`.
    #[must_use]
    pub fn form(&self) -> String {
        let mut arguments: Vec<String> = self.positional.iter().map(|name| (*name).to_owned()).collect();
        let by_name: Vec<&Parameter> =
            self.parameters.iter().filter(|p| !self.positional.contains(&p.name.as_str())).collect();
        if !by_name.is_empty() {
            let required: Vec<String> =
                by_name.iter().filter(|p| p.required).map(|p| format!("{}: …", p.name)).collect();
            let inside = if required.is_empty() { "…".to_owned() } else { required.join(", ") };
            arguments.push(format!("#{{ {inside} }}"));
        }
        format!("{}({})", self.name, arguments.join(", "))
    }

    /// One map from what came by position and by name.
    ///
    /// # Errors
    /// See [`ArgumentError`].
    pub fn gather(&self, given: Vec<Value>) -> Result<Value, ArgumentError> {
        super::arguments::gather(self, given).map(Value::Map)
    }

    /// Checks gathered arguments. Nothing is sent.
    ///
    /// # Errors
    /// Arguments that make no call.
    pub fn check(&self, args: &Value) -> Result<Checked, Failure> {
        self.act.check(args, self.kind.effect())
    }

    /// What is wrong with arguments of which some are not known yet, all of it. Of functions that are described by a model ([`Modelled`]).
    #[must_use]
    pub fn problems(&self, args: &Value) -> Vec<Problem> {
        self.act.problems(args)
    }

    /// Computes a pure function.
    ///
    /// # Errors
    /// Arguments that have no result.
    pub fn compute(&self, args: &Value) -> Result<Value, Failure> {
        self.act.compute(args)
    }

    /// What it would do in the live world.
    #[must_use]
    pub fn live<'a>(&'a self, args: &Value, context: &'a Context<'a>) -> Deed<'a> {
        self.act.live(args, context)
    }

    /// How it would look whether it happened.
    #[must_use]
    pub fn settle<'a>(&'a self, args: &Value, context: &'a Context<'a>) -> Look<'a> {
        self.act.settle(args, context)
    }

    /// The names of the arguments in which secrets may stand.
    pub fn sinks(&self) -> impl Iterator<Item = &str> {
        self.parameters.iter().filter(|parameter| parameter.sink).map(|parameter| parameter.name.as_str())
    }
}

struct Pure<F>(std::marker::PhantomData<fn() -> F>);
struct Reaches<F>(std::marker::PhantomData<fn() -> F>);
struct Settles<F>(std::marker::PhantomData<fn() -> F>);

impl<F: PureFunction> Act for Pure<F> {
    fn check(&self, args: &Value, declared: Effect) -> Result<Checked, Failure> {
        arguments::<F>(args)?;
        Ok(Checked { wants: Vec::new(), effect: declared, time_limit: Duration::MAX })
    }

    fn compute(&self, args: &Value) -> Result<Value, Failure> {
        result::<F>(F::compute(arguments::<F>(args)?))
    }

    fn live<'a>(&'a self, args: &Value, _: &'a Context<'a>) -> Deed<'a> {
        let computed = self.compute(args);
        Box::pin(async move { computed })
    }

    fn settle<'a>(&'a self, _: &Value, _: &'a Context<'a>) -> Look<'a> {
        Box::pin(async { Settled::DidNotHappen })
    }
}

impl<F: HostFunction> Act for Reaches<F> {
    fn check(&self, args: &Value, declared: Effect) -> Result<Checked, Failure> {
        check::<F>(args, declared)
    }

    fn compute(&self, _: &Value) -> Result<Value, Failure> {
        Err(not_pure::<F>())
    }

    fn live<'a>(&'a self, args: &Value, context: &'a Context<'a>) -> Deed<'a> {
        let args = arguments::<F>(args);
        Box::pin(async move { result::<F>(F::live(args?, context).await) })
    }

    fn settle<'a>(&'a self, _: &Value, _: &'a Context<'a>) -> Look<'a> {
        // Only reads and ensures are declared without a way to settle; they are made again instead.
        Box::pin(async { Settled::Unknown(messages::is_made_again_instead_of_being_settled(F::NAME)) })
    }
}

impl<F: Settle> Act for Settles<F> {
    fn check(&self, args: &Value, declared: Effect) -> Result<Checked, Failure> {
        check::<F>(args, declared)
    }

    fn compute(&self, _: &Value) -> Result<Value, Failure> {
        Err(not_pure::<F>())
    }

    fn live<'a>(&'a self, args: &Value, context: &'a Context<'a>) -> Deed<'a> {
        let args = arguments::<F>(args);
        Box::pin(async move { result::<F>(F::live(args?, context).await) })
    }

    fn settle<'a>(&'a self, args: &Value, context: &'a Context<'a>) -> Look<'a> {
        let args = arguments::<F>(args);
        Box::pin(async move {
            match args {
                Ok(args) => F::settle(args, context).await,
                Err(failure) => Settled::Unknown(failure.message),
            }
        })
    }
}

fn check<F: HostFunction>(args: &Value, declared: Effect) -> Result<Checked, Failure> {
    let args = arguments::<F>(args)?;
    let wants = F::wants(&args)?;
    let is_told = |want: &Want| F::PERMISSIONS.iter().any(|told| told.split([' ', ',']).next() == Some(&want.action));
    debug_assert!(wants.iter().all(is_told), "{}: {wants:?}, {:?}", F::NAME, F::PERMISSIONS);
    Ok(Checked { wants, effect: F::effect(&args, declared), time_limit: F::time_limit(&args) })
}

fn arguments<F: Described>(args: &Value) -> Result<F::Args, Failure> {
    serde_path_to_error::deserialize(args.to_json()).map_err(|error| {
        let path = error.path().to_string();
        Failure::invalid(match path.as_str() {
            "." => messages::cannot_take(F::NAME, error.inner()),
            path => messages::cannot_take_at(F::NAME, path, error.inner()),
        })
    })
}

fn result<F: Described>(output: Result<F::Output, Failure>) -> Result<Value, Failure> {
    let json = serde_json::to_value(output?);
    let value = json
        .map_err(|error| error.to_string())
        .and_then(|json| Value::from_json(json).map_err(|error| error.to_string()));
    value.map_err(|error| Failure::new(FailureKind::Failed, messages::result_cannot_be_passed_on(F::NAME, &error)))
}

fn not_pure<F: Described>() -> Failure {
    Failure::invalid(messages::reaches_the_world(F::NAME))
}
