//! What was recorded before, and what this attempt has asked for. Decides for a call that would be made whether it is new, was
//! made already, is in doubt, or diverged.

use std::sync::Arc;

use ahash::{HashMap, HashSet};

use crate::model::call::CallKey;
use crate::model::effect::Effect;
use crate::model::entry::{DivergenceChoice, Seq};
use crate::model::failure::{FailureKind, Outcome};
use crate::model::history::{CallPlace, History, RecordedCall};
use crate::model::scope::ScopePath;

/// What this attempt has asked for so far.
#[derive(Default)]
pub struct Ledger {
    equal: HashMap<CallPlace, u32>,
    asked: HashSet<Seq>,
    names: HashSet<ScopePath>,
    steps: Vec<ScopePath>,
    sites: HashMap<(ScopePath, String), u32>,
    earlier: HashMap<(ScopePath, Arc<str>), Vec<Seq>>,
}

/// What is known of a call that the script asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Never recorded, or found not to have happened: it may be made.
    New,
    /// Made before, with this outcome, which is given again.
    Recorded(Seq, Outcome),
    /// Begun before, result unknown.
    InDoubt(Seq),
    /// New, while the same place in the script made this other call before and has not asked for it again.
    Diverged(Seq),
    /// A person decided that this earlier call stands for it.
    Instead(Seq),
}

impl Ledger {
    /// The ledger for an attempt that takes up `history`.
    #[must_use]
    pub fn of(history: &History) -> Self {
        let mut ledger = Ledger::default();
        ledger.take_over(history);
        ledger
    }

    /// Takes over what was recorded before, anew: a step was renamed.
    pub fn take_over(&mut self, history: &History) {
        let ledger = self;
        ledger.earlier.clear();
        // In order, so that the calls of a place are oldest first.
        for (seq, call) in history.calls.iter().filter(|(_, call)| call.call.effect.is_write() && counts(call)) {
            let key = &call.call.key;
            if history.newest.get(key) == Some(seq) {
                ledger.earlier.entry((key.scope.clone(), key.site.clone())).or_default().push(*seq);
            }
        }
    }

    /// Whether a name was taken in this attempt.
    #[must_use]
    pub fn has_name(&self, scope: &ScopePath) -> bool {
        self.names.contains(scope)
    }

    /// The recorded steps that a finished script has no longer asked for, and those that it has asked for in another order.
    #[must_use]
    pub fn removed_and_reordered(&self, history: &History) -> (Vec<ScopePath>, Vec<ScopePath>) {
        let places: HashMap<&ScopePath, usize> =
            history.steps.iter().enumerate().map(|(place, step)| (&step.scope, place)).collect();
        let is_step = |scope: &ScopePath| scope.step_name().is_some();
        let recorded = history.steps.iter().map(|step| &step.scope);
        let removed = recorded.filter(|scope| is_step(scope) && !self.steps.contains(scope));
        let removed = removed.filter(|scope| !history.is_behind(&scope.around(), &ScopePath::root()));
        let mut newest: HashMap<ScopePath, usize> = HashMap::default();
        let mut reordered = Vec::new();
        for scope in self.steps.iter().filter(|scope| is_step(scope)) {
            let Some(place) = places.get(scope) else { continue };
            let before = newest.entry(scope.around()).or_insert(*place);
            if place < before {
                reordered.push(scope.clone());
            }
            *before = (*before).max(*place);
        }
        (removed.cloned().collect(), reordered)
    }

    /// The key of the next call with these arguments: counts the equal ones before it.
    pub fn key(&mut self, scope: &ScopePath, site: &str, args_hash: &str) -> CallKey {
        let (site, args_hash): (Arc<str>, Arc<str>) = (site.into(), args_hash.into());
        let count = self.equal.entry((scope.clone(), site.clone(), args_hash.clone())).or_insert(0);
        let occurrence = *count;
        *count += 1;
        CallKey { scope: scope.clone(), site, args_hash, occurrence }
    }

    /// Which use of a place in the script this is, from 1: for waits, retries and groups of branches.
    pub fn nth(&mut self, scope: &ScopePath, site: &str) -> u32 {
        let count = self.sites.entry((scope.clone(), site.to_owned())).or_insert(0);
        *count += 1;
        *count
    }

    /// Takes a name in a scope; `false` when it is taken in this attempt.
    pub fn take_name(&mut self, scope: &ScopePath) -> bool {
        let fresh = self.names.insert(scope.clone());
        if fresh && scope.step_name().is_some() {
            self.steps.push(scope.clone());
        }
        fresh
    }

    /// Gives names inside a scope back, for the next attempt of a `retry` or a hold that opens again.
    pub fn forget_within(&mut self, scope: &ScopePath) {
        self.names.retain(|name| !name.is_within(scope));
        self.equal.retain(|(path, _, _), _| !path.is_within(scope));
        self.sites.retain(|(path, _), _| !path.is_within(scope));
    }

    /// Looks a write or a remembered call up, and notes that it was asked for.
    pub fn look_up(&mut self, history: &History, key: &CallKey, effect: Effect) -> Found {
        if let Some(call) = history.newest.get(key).and_then(|seq| history.calls.get(seq)) {
            self.asked.insert(call.seq);
            if call.is_in_doubt() {
                return Found::InDoubt(call.seq);
            }
            return match &call.outcome {
                Some(outcome) if !call.ended_run => Found::Recorded(call.seq, outcome.clone()),
                // It is asked for again and did not happen, so there is nothing that it could be instead of.
                _ => Found::New,
            };
        }
        let choice = (key.scope.clone(), key.site.clone(), key.args_hash.clone());
        match history.divergences.get(&choice) {
            Some((earlier, DivergenceChoice::Earlier)) => {
                self.asked.insert(*earlier);
                return Found::Instead(*earlier);
            }
            Some((earlier, DivergenceChoice::Both)) => {
                self.asked.insert(*earlier);
            }
            None => {}
        }
        if effect >= Effect::Change
            && let Some(earlier) = self.unasked_at(history, &key.scope, &key.site)
        {
            return Found::Diverged(earlier);
        }
        Found::New
    }

    /// Writes inside a scope that were made before and that this attempt has not asked for.
    #[must_use]
    pub fn unasked_within(&self, history: &History, scope: &ScopePath) -> Vec<Seq> {
        let within = self.earlier.iter().filter(|((path, _), _)| path.is_within(scope));
        let mut unasked: Vec<Seq> = within
            .flat_map(|(_, calls)| calls.iter().copied())
            .filter(|seq| !self.asked.contains(seq) && !history.unasked.contains(seq))
            .filter(|seq| history.calls.get(seq).is_some_and(|call| history.newest.get(&call.call.key) == Some(seq)))
            .filter(|seq| history.calls.get(seq).is_some_and(|call| !history.is_behind(&call.call.key.scope, scope)))
            .collect();
        unasked.sort_unstable();
        unasked
    }

    fn unasked_at(&self, history: &History, scope: &ScopePath, site: &Arc<str>) -> Option<Seq> {
        let calls = self.earlier.get(&(scope.clone(), Arc::clone(site)))?;
        calls.iter().copied().find(|seq| {
            !self.asked.contains(seq)
                && history.calls.get(seq).is_some_and(|call| {
                    call.call.effect >= Effect::Change
                        && counts(call)
                        && history.newest.get(&call.call.key) == Some(seq)
                })
        })
    }
}

/// Whether a recorded call did, or may have done, something: a definite failure did not.
fn counts(call: &RecordedCall) -> bool {
    match &call.outcome {
        Some(Outcome::Ok(_)) => true,
        Some(Outcome::Failed(failure)) => failure.kind == FailureKind::Unknown,
        None => !call.absent,
    }
}
