//! What one run has while it runs: its journal, world, grants, secrets, and the places of its calls.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rhai::{AST, FnPtr, GlobalRuntimeState};

use super::handles::Handles;
use super::header::Header;
use super::ledger::Ledger;
use super::listener::Listener;
use super::sandbox::Watch;
use super::stop::StopSwitch;
use super::walk::{Sites, StepNames};
use crate::binding::Registry;
use crate::journal::Journal;
use crate::model::entry::{ClosureRecipe, Seq};
use crate::model::guard::Guard;
use crate::model::run::{Mode, Who};
use crate::model::scope::ScopePath;
use crate::model::value::Value;
use crate::policy::Policy;
use crate::world::World;
use crate::world::secrets::Secrets;
use crate::world::shared::Shared;

/// One run while it runs.
pub struct Session {
    /// Its record.
    pub journal: Journal,
    /// Where calls land.
    pub world: Arc<dyn World>,
    /// Every host function.
    pub registry: Arc<Registry>,
    /// What the environment and project decided.
    pub policy: Policy,
    /// Whether it may write.
    pub mode: Mode,
    /// The AWS account and region that its environment is.
    pub guard: Guard,
    /// Whether it is a plan: reads are made, writes are only told.
    pub plan: bool,
    /// Whether plain confirmations are answered with yes.
    pub yes: bool,
    /// Its secrets.
    pub secrets: Arc<Secrets>,
    /// What its calls share.
    pub shared: Shared,
    /// The project's folder.
    pub project: PathBuf,
    /// Who runs it.
    pub by: Who,
    /// Runs the bindings' futures.
    pub runtime: tokio::runtime::Handle,
    /// Budgets of its script threads.
    pub watch: Arc<Watch>,
    /// The order to stop.
    pub stop: Arc<StopSwitch>,
    /// What this attempt has asked for.
    pub ledger: Mutex<Ledger>,
    /// The name of the main script.
    pub main: String,
    /// Where the calls of each source stand.
    pub sites: HashMap<String, Sites>,
    /// The runbooks that may be run inside this one, by name.
    pub nested: HashMap<String, Nested>,
    /// The names that the steps of each source can have.
    pub step_names: Vec<StepNames>,
    /// Hears what happens between entries.
    pub listener: Arc<dyn Listener>,
    /// Closes of what this process opened, oldest first.
    pub closes: Mutex<Vec<OpenClose>>,
    /// Closes of what a process before it left open and this one has not opened again, oldest first.
    pub owed: Mutex<Vec<OpenClose>>,
    /// The calls whose errors kept a close from ending; a resume makes them again.
    pub failed_closes: Mutex<Vec<Seq>>,
    /// What its calls have opened.
    pub handles: Handles,
    /// Asked one at a time, whichever branch asks.
    pub asking: Mutex<()>,
}

/// A runbook that may be run inside another.
pub struct Nested {
    /// What it says of itself.
    pub header: Header,
    /// Its text, compiled.
    pub tree: AST,
}

/// The close of something open, while its process lives.
#[derive(Clone)]
pub struct OpenClose {
    /// The scope that must run it.
    pub scope: ScopePath,
    /// The hold's name.
    pub name: String,
    /// What was opened.
    pub value: Value,
    /// The source that holds the closure.
    pub source: String,
    /// The closure.
    pub close: FnPtr,
    /// The state it is called in.
    pub global: GlobalRuntimeState,
    /// The approval given when it was opened, if the close destroys.
    pub approval: Option<u64>,
}

impl Session {
    /// The ledger, for one look.
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The closes, for one look.
    pub fn closes(&self) -> MutexGuard<'_, Vec<OpenClose>> {
        self.closes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The closes that are owed, for one look.
    pub fn owed(&self) -> MutexGuard<'_, Vec<OpenClose>> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The calls that kept closes from ending, for one look.
    pub fn failed_closes(&self) -> MutexGuard<'_, Vec<Seq>> {
        self.failed_closes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The source that a closure stands in: `near`, or another that `near` has it from.
    #[must_use]
    pub fn source_of<'a>(&'a self, closure: &str, near: &'a str) -> &'a str {
        let holds = |sites: &Sites| sites.closure(closure).is_some();
        if self.sites.get(near).is_some_and(holds) {
            return near;
        }
        let mut others: Vec<&str> =
            self.sites.iter().filter(|(_, sites)| holds(sites)).map(|(name, _)| &**name).collect();
        others.sort_unstable();
        others.first().copied().unwrap_or(near)
    }

    /// The key text of the call at a place, as seen from inside the closure `body`.
    #[must_use]
    pub fn site(&self, file: &str, line: usize, column: usize, body: Option<&str>, name: &str) -> String {
        match self.sites.get(file) {
            Some(sites) if file == self.main => sites.key(line, column, body),
            Some(sites) => format!("{file}:{}", sites.key(line, column, body)),
            None => format!("?/{name}"),
        }
    }

    /// What a closure that was given at a place in `near` is after its process is gone.
    ///
    /// # Errors
    /// A captured value that can't be kept.
    pub fn recipe(&self, near: &str, closure: &FnPtr) -> Result<ClosureRecipe, String> {
        let source = self.source_of(closure.fn_name(), near);
        let captured = closure.iter_curry().map(super::conversion::to_value).collect::<Result<Vec<_>, _>>()?;
        let captured = captured.into_iter().map(|value| self.secrets.shown(value)).collect();
        Ok(ClosureRecipe { source: source.to_owned(), name: closure.fn_name().to_owned(), captured })
    }
}
