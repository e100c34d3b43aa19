//! What calls have opened in this process for as long as a scope lasts, such as tunnels. The journal holds the recipe: the call
//! and what it gave. A process that goes on opens it again, the same, before the first call that reaches the world.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use rhai::Dynamic;

use super::conversion::to_dynamic;
use super::error::{Raised, ScriptError};
use super::gate::{Gate, Passing, Spot, given};
use super::scope::Frame;
use crate::binding::Checked;
use crate::messages::engine as messages;
use crate::model::call::Call;
use crate::model::code::Code;
use crate::model::effect::Effect;
use crate::model::failure::{Failure, Outcome};
use crate::model::scope::ScopePath;
use crate::model::value::Value;

use super::ledger::Found;

/// The handles of a run.
#[derive(Default)]
pub struct Handles {
    open: Mutex<Vec<(ScopePath, Box<dyn Any + Send>)>>,
    /// To be opened again, oldest first. Locked while that is done, so that each branch finds them open.
    recipes: Mutex<VecDeque<Recipe>>,
}

/// What a handle is opened by.
struct Recipe {
    frame: Frame,
    spot: Spot,
    args: Value,
    checked: Checked,
    call: Call,
    gave: Value,
}

impl Handles {
    /// Keeps something until `scope` ends.
    pub fn keep(&self, scope: &ScopePath, thing: Box<dyn Any + Send>) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).push((scope.clone(), thing));
    }

    /// Lets go of what was opened inside a scope that has ended, newest first.
    pub fn end_within(&self, scope: &ScopePath) {
        self.recipes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|recipe| !recipe.frame.path.is_within(scope));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut ended, rest) =
            std::mem::take(&mut *open).into_iter().partition::<Vec<_>, _>(|(of, _)| of.is_within(scope));
        *open = rest;
        drop(open);
        while ended.pop().is_some() {}
    }
}

impl Gate {
    /// A call that opens a handle: opened now, or known from the journal and opened when it is used.
    pub(super) fn handle(&self, mut passing: Passing<'_>) -> Result<Dynamic, Raised> {
        let position = passing.spot.position;
        self.give_token(&mut passing.call);
        let function = &passing.call.function;
        if passing.frame.polling {
            let message = messages::cannot_stand_inside_wait_until_its_answer(function);
            return Err(ScriptError::new(Code::WriteInWait, message).raise(position));
        }
        let session = self.session();
        let found =
            session.journal.history(|history| session.ledger().look_up(history, &passing.call.key, Effect::Read));
        if let Found::Recorded(_, Outcome::Ok(gave)) = found {
            session.listener.replayed_call(&passing.call);
            let gave = session.secrets.armed(gave);
            let Passing { frame, spot, args, checked, call, .. } = passing;
            let recipe = Recipe { frame, spot: spot.clone(), args, checked, call, gave: gave.clone() };
            session.handles.recipes.lock().unwrap_or_else(PoisonError::into_inner).push_back(recipe);
            return Ok(to_dynamic(gave));
        }
        // It may lead through another.
        self.reopen_handles(passing.spot)?;
        let (outcome, seq) = self.read_once(&passing)?;
        // What is told by what it gave, such as a port, must be known before anything is done with it.
        session.journal.flush().map_err(|error| self.journal_lost(&error, position))?;
        given(function, outcome, seq, position)
    }

    /// Opens again what a process before this one had open; on the way to a call that reaches the world.
    pub(super) fn reopen_handles(&self, user: &Spot) -> Result<(), Raised> {
        let session = self.session();
        let mut recipes = session.handles.recipes.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(recipe) = recipes.front() {
            let function = &recipe.call.function;
            let Some(declaration) = session.registry.get(function) else {
                return Err(ScriptError::new(Code::UnknownFunction, messages::there_is_no_function(function))
                    .raise(user.position));
            };
            let passing = Passing {
                declaration,
                frame: recipe.frame.clone(),
                spot: &recipe.spot,
                args: recipe.args.clone(),
                checked: recipe.checked.clone(),
                call: recipe.call.clone(),
                settle: None,
                opened: Some(recipe.gave.clone()),
            };
            let (outcome, seq) = self.read_once(&passing)?;
            let outcome = match outcome {
                Outcome::Ok(again) if again != recipe.gave => {
                    Outcome::Failed(Failure::failed(messages::opened_otherwise(recipe.gave.to_json(), again.to_json())))
                }
                outcome => outcome,
            };
            // Left to be opened: a script that goes on, or a resume, tries again.
            let _same = given(function, outcome, seq, user.position)?;
            recipes.pop_front();
        }
        Ok(())
    }
}
