//! What a host function gets from the host while it works.

use std::any::Any;
use std::path::Path;

use tokio_util::sync::CancellationToken;

use crate::model::guard::Guard;
use crate::model::value::Value;
use crate::world::clock::Clock;
use crate::world::person::Person;
use crate::world::secrets::Secrets;
use crate::world::shared::Shared;

/// Something a person may like to see while a call is under way. Foreign text; whoever shows it neutralises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A line of a program's output.
    Line {
        /// Which program or part it is from.
        from: String,
        /// The line.
        text: String,
    },
    /// How far it is, in a few words.
    State(String),
    /// Something that people should still see when the call has ended.
    Remark(String),
    /// How far it is, with how much there was in each of the last moments, oldest first.
    Levels {
        /// How far it is.
        text: String,
        /// How much there was.
        levels: Vec<u64>,
    },
}

/// What a host function gets from the host while it works.
pub struct Context<'a> {
    /// The clock of the world.
    pub clock: &'a dyn Clock,
    /// The person at the terminal.
    pub person: &'a dyn Person,
    /// The secrets of the run, for sinks.
    pub secrets: &'a Secrets,
    /// What the calls of the run share.
    pub shared: &'a Shared,
    /// The project's folder, absolute.
    pub project: &'a Path,
    /// The AWS account and region that the run's environment is.
    pub guard: &'a Guard,
    /// The name of the function that is called.
    pub function: &'a str,
    /// The run's id.
    pub run: &'a str,
    /// The call's idempotency token: the same whenever this call is made again.
    pub token: &'a str,
    /// Cancelled when the call must end now. A write that can't tell what happened then is in doubt.
    pub cancel: CancellationToken,
    /// Cancelled as soon as the run is to stop: a wait or a question ends here, a write goes on to its end.
    pub stopping: CancellationToken,
    /// Takes what a person may like to see.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// What the handle gave that is opened again: it must come out the same.
    pub opened: Option<&'a Value>,
    /// Keeps something until the scope of the call ends; it is dropped then.
    pub keep: &'a (dyn Fn(Box<dyn Any + Send>) + Sync),
}
