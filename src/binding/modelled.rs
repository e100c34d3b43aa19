//! Functions that are described by a model instead of a type: there are too many of them to be written one by one.

use serde_json::Value as Json;

use super::context::Context;
use super::declaration::{Act, Checked, Declaration, Kind};
use super::function::Example;
use super::parameters::Parameter;
use crate::messages::binding as messages;
use crate::model::effect::Effect;
use crate::model::failure::Failure;
use crate::model::value::Value;
use crate::world::{Deed, Look};

/// What such a function says of itself.
#[derive(Clone, Debug)]
pub struct Description {
    /// Its full name: `ecs::describe_services`.
    pub name: &'static str,
    /// What it does, in one line without a full stop.
    pub summary: &'static str,
    /// The highest effect that a call of it can have.
    pub effect: Effect,
    /// The permissions that a call of it needs, as a runbook writes them.
    pub permissions: &'static [&'static str],
    /// The arguments that go by position.
    pub positional: &'static [&'static str],
    /// All arguments, in order.
    pub parameters: Vec<Parameter>,
    /// The JSON schema of the result.
    pub output: Json,
    /// What stands in the map that is its first argument.
    pub members: Vec<Parameter>,
    /// What needs explaining besides, one sentence each.
    pub remarks: Vec<String>,
}

/// A step of the way to a value inside arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A member of a map.
    Member(String),
    /// An item of a list, counted from 0.
    Item(usize),
}

/// Something wrong with arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, from the map of all arguments on.
    pub path: Vec<Step>,
    /// Whether it is the name of the last step that is wrong, and not what stands there.
    pub is_name: bool,
    /// What.
    pub message: String,
    /// What was probably meant.
    pub meant: Option<String>,
    /// Whether the call can be made all the same.
    pub is_warning: bool,
}

impl Problem {
    /// The way as people write it: `networkConfiguration.subnets[0]`.
    #[must_use]
    pub fn place(&self) -> String {
        let mut text = String::new();
        for step in &self.path {
            match step {
                Step::Member(name) if text.is_empty() => text.push_str(name),
                Step::Member(name) => {
                    text.push('.');
                    text.push_str(name);
                }
                Step::Item(at) => text.push_str(&format!("[{at}]")),
            }
        }
        text
    }
}

/// What such a function does.
pub trait Modelled: Send + Sync + 'static {
    /// Checks gathered arguments, of which none is unknown.
    ///
    /// # Errors
    /// Arguments that make no call.
    fn check(&self, args: &Value) -> Result<Checked, Failure>;

    /// What is wrong with arguments of which some may be unknown, all of it.
    fn problems(&self, args: &Value) -> Vec<Problem>;

    /// Does it, in the live world.
    fn live<'a>(&'a self, args: &Value, context: &'a Context<'a>) -> Deed<'a>;

    /// Looks whether the call happened. May only read.
    fn settle<'a>(&'a self, args: &Value, context: &'a Context<'a>) -> Look<'a>;
}

impl Declaration {
    /// A function that a model describes.
    #[must_use]
    pub fn modelled(of: Description, function: impl Modelled) -> Self {
        const NONE: &[Example] = &[];
        Declaration {
            name: of.name,
            summary: of.summary,
            kind: Kind::World(of.effect),
            permissions: of.permissions,
            positional: of.positional,
            parameters: of.parameters,
            output: of.output,
            members: of.members,
            remarks: of.remarks,
            examples: NONE,
            author_settles: of.effect > Effect::Ensure,
            ends_with_us: false,
            act: Box::new(By(function, of.name)),
        }
    }
}

struct By<M>(M, &'static str);

impl<M: Modelled> Act for By<M> {
    fn check(&self, args: &Value, _: Effect) -> Result<Checked, Failure> {
        self.0.check(args)
    }

    fn problems(&self, args: &Value) -> Vec<Problem> {
        self.0.problems(args)
    }

    fn compute(&self, _: &Value) -> Result<Value, Failure> {
        Err(Failure::invalid(messages::reaches_the_world(self.1)))
    }

    fn live<'a>(&'a self, args: &Value, context: &'a Context<'a>) -> Deed<'a> {
        self.0.live(args, context)
    }

    fn settle<'a>(&'a self, args: &Value, context: &'a Context<'a>) -> Look<'a> {
        self.0.settle(args, context)
    }
}
