//! What calls have opened in this process for as long as a scope lasts, such as tunnels. The journal holds the recipe: the call
//! and what it gave. A process that goes on opens it again, the same, before the first call that reaches the world.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rhai::{Dynamic, Position};

use super::conversion::to_dynamic;
use super::error::{Raised, ScriptError};
use super::gate::{Gate, Passing, Spot, given};
use super::ledger::Found;
use super::scope::Frame;
use crate::binding::Kind;
use crate::messages::engine as messages;
use crate::model::call::{Call, CallKey};
use crate::model::code::Code;
use crate::model::effect::Effect;
use crate::model::failure::{Failure, Outcome};
use crate::model::scope::ScopePath;
use crate::model::value::Value;

/// The handles of a run.
#[derive(Default)]
pub struct Handles {
    open: Mutex<Vec<(CallKey, Box<dyn Any + Send>)>>,
    /// To be opened again, oldest first. Locked while that is done, so that each branch finds them open.
    recipes: Mutex<VecDeque<Recipe>>,
}

/// What a handle is opened by.
struct Recipe {
    frame: Frame,
    spot: Spot,
    /// As the journal has it.
    call: Call,
    /// The same.
    gave: Value,
}

impl Handles {
    /// Keeps what a call has opened until its scope ends.
    pub fn keep(&self, call: &CallKey, thing: Box<dyn Any + Send>) {
        self.open().push((call.clone(), thing));
    }

    /// Lets go of what was opened inside a scope that has ended, newest first.
    pub fn end_within(&self, scope: &ScopePath) {
        self.recipes().retain(|recipe| !recipe.call.key.scope.is_within(scope));
        let all = std::mem::take(&mut *self.open());
        let (mut ended, rest) = all.into_iter().partition::<Vec<_>, _>(|(call, _)| call.scope.is_within(scope));
        self.open().extend(rest);
        while ended.pop().is_some() {}
    }

    /// Notes that something must be opened again, unless it is open or noted.
    fn note(&self, recipe: Recipe) {
        let mut recipes = self.recipes();
        let key = &recipe.call.key;
        let is_known =
            recipes.iter().any(|known| known.call.key == *key) || self.open().iter().any(|(open, _)| open == key);
        if !is_known {
            recipes.push_back(recipe);
        }
    }

    fn open(&self) -> MutexGuard<'_, Vec<(CallKey, Box<dyn Any + Send>)>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recipes(&self) -> MutexGuard<'_, VecDeque<Recipe>> {
        self.recipes.lock().unwrap_or_else(PoisonError::into_inner)
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
            let Passing { frame, spot, call, .. } = passing;
            session.handles.note(Recipe { frame, spot: spot.clone(), call, gave: gave.clone() });
            return Ok(to_dynamic(session.secrets.armed(gave)));
        }
        // It may lead through another.
        self.reopen_handles(passing.spot)?;
        let (outcome, seq) = self.read_once(&passing)?;
        // What is told by what it gave, such as a port, must be known before anything is done with it.
        session.journal.flush().map_err(|error| self.journal_lost(&error, position))?;
        given(function, outcome, seq, position)
    }

    /// Notes what was open inside and around a hold that a process before this one left open: its close may need it, and the script
    /// may not come to where it was opened.
    pub(super) fn take_over_handles(&self, hold: &ScopePath, frame: &Frame) {
        let session = self.session();
        let is_handle = |name: &str| session.registry.get(name).is_some_and(|declared| declared.kind == Kind::Handle);
        let recipes: Vec<Recipe> = session.journal.history(|history| {
            let was_open = |(seq, recorded): (&u64, &crate::model::history::RecordedCall)| {
                let call = &recorded.call;
                let (scope, is_newest) = (&call.key.scope, history.newest.get(&call.key) == Some(seq));
                let Some(Outcome::Ok(gave)) = &recorded.outcome else { return None };
                let is_near = hold.is_within(scope) || scope.is_within(hold);
                (is_newest && is_near && is_handle(&call.function)).then(|| Recipe {
                    frame: Frame { path: scope.clone(), ..frame.clone() },
                    spot: spot_of(call, &session.main),
                    call: call.clone(),
                    gave: gave.clone(),
                })
            };
            history.calls.iter().filter_map(was_open).collect()
        });
        recipes.into_iter().for_each(|recipe| session.handles.note(recipe));
    }

    /// Opens again what a process before this one had open; on the way to a call that reaches the world.
    pub(super) fn reopen_handles(&self, user: &Spot) -> Result<(), Raised> {
        let session = self.session();
        let mut recipes = session.handles.recipes();
        while let Some(recipe) = recipes.front() {
            let function = &recipe.call.function;
            let Some(declaration) = session.registry.get(function) else {
                return Err(ScriptError::new(Code::UnknownFunction, messages::there_is_no_function(function))
                    .raise(user.position));
            };
            let args = session.secrets.armed(recipe.call.args.clone());
            self.know_secrets(&args, user)?;
            let checked = declaration
                .check(&args)
                .map_err(|failure| ScriptError::of_call(function, &failure, None).raise(user.position))?;
            let gave = session.secrets.armed(recipe.gave.clone());
            let passing = Passing {
                declaration,
                frame: recipe.frame.clone(),
                spot: &recipe.spot,
                args,
                checked,
                call: recipe.call.clone(),
                settle: None,
                opened: Some(gave.clone()),
            };
            // What the policy allowed when it was opened first, it may not allow now.
            self.decide(&passing)?;
            let (outcome, seq) = self.read_once(&passing)?;
            let outcome = match outcome {
                Outcome::Ok(again) if again != gave => {
                    Outcome::Failed(Failure::failed(messages::opened_otherwise(gave.to_json(), again.to_json())))
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

/// Where a recorded call stands.
fn spot_of(call: &Call, main: &str) -> Spot {
    let place = call.place.as_ref();
    let number = |of: usize| u16::try_from(of).ok().filter(|number| *number > 0);
    let position = place.and_then(|place| Some(Position::new(number(place.line)?, number(place.column)?)));
    let file = place.map_or(main, |place| place.file.as_str()).to_owned();
    Spot { file, position: position.unwrap_or(Position::NONE) }
}
