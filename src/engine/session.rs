//! What one run has while it runs: its journal, world, grants, secrets, and the places of its calls.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rhai::{FnPtr, GlobalRuntimeState};

use super::ledger::Ledger;
use super::listener::Listener;
use super::sandbox::Watch;
use super::stop::StopSwitch;
use super::walk::Sites;
use crate::binding::Registry;
use crate::journal::Journal;
use crate::model::entry::ClosureRecipe;
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
    /// Whether it is a plan: reads are made, writes are only told.
    pub plan: bool,
    /// Whether plain confirmations are answered with yes.
    pub yes: bool,
    /// Its secrets.
    pub secrets: Secrets,
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
    /// Where the calls of each source stand; known once they are compiled, which needs what the session registers.
    pub sites: OnceLock<HashMap<String, Sites>>,
    /// Hears what happens between entries.
    pub listener: Arc<dyn Listener>,
    /// Closes of what is open, oldest first.
    pub closes: Mutex<Vec<OpenClose>>,
    /// Asked one at a time, whichever branch asks.
    pub asking: Mutex<()>,
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

    /// Where the calls of a source stand.
    #[must_use]
    pub fn sites_of(&self, file: &str) -> Option<&Sites> {
        self.sites.get()?.get(file)
    }

    /// The key text of the call at a place, as seen from inside the closure `body`.
    #[must_use]
    pub fn site(&self, file: &str, line: usize, column: usize, body: Option<&str>, name: &str) -> String {
        match self.sites_of(file) {
            Some(sites) if file == self.main => sites.key(line, column, body),
            Some(sites) => format!("{file}:{}", sites.key(line, column, body)),
            None => format!("?/{name}"),
        }
    }

    /// What a closure is after its process is gone.
    ///
    /// # Errors
    /// A captured value that can't be kept.
    pub fn recipe(&self, source: &str, closure: &FnPtr) -> Result<ClosureRecipe, String> {
        let captured = closure.iter_curry().map(super::conversion::to_value).collect::<Result<Vec<_>, _>>()?;
        let captured = captured.into_iter().map(|value| self.secrets.shown(value)).collect();
        Ok(ClosureRecipe { source: source.to_owned(), name: closure.fn_name().to_owned(), captured })
    }
}
