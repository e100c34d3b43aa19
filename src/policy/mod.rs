//! May this call be made? Pure functions of facts: allow, ask, or refuse. Another part does what they say.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::effect::Effect;
use crate::model::permission::{Permission, Want};
use crate::model::run::Mode;

/// What the environment and the project decided. Each layer can only tighten.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Effects that need a plain yes.
    pub confirm: BTreeSet<Effect>,
    /// Effects that need an approval; `destroy` always does.
    pub approve: BTreeSet<Effect>,
}

impl Policy {
    /// Both policies at once.
    #[must_use]
    pub fn tightened_by(mut self, other: &Policy) -> Policy {
        self.confirm.extend(&other.confirm);
        self.approve.extend(&other.approve);
        self
    }
}

/// The facts of a call that a decision needs.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The effect with these arguments.
    pub effect: Effect,
    /// What it needs to be permitted.
    pub wants: &'a [Want],
    /// What every runbook around it was granted; all must cover it.
    pub granted: &'a [Vec<Permission>],
    /// Whether the run may write.
    pub mode: Mode,
    /// Whether only reads may stand here, because a wait polls.
    pub reads_only: bool,
}

/// What to do with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Make it.
    Allow,
    /// Make it after a plain yes.
    Confirm,
    /// Make it after an approval of this exact call.
    Approve,
    /// Do not make it.
    Refuse(Refusal),
}

/// Why a call is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No permission covers it.
    NotPermitted(Want),
    /// The run is read-only.
    ReadOnly,
    /// Inside a wait, only reads may stand.
    ReadsOnly,
}

/// Decides about one call.
#[must_use]
pub fn decide(facts: &Facts<'_>, policy: &Policy) -> Decision {
    for want in facts.wants {
        let covered = facts.granted.iter().all(|granted| granted.iter().any(|permission| permission.covers(want)));
        if !covered {
            return Decision::Refuse(Refusal::NotPermitted(want.clone()));
        }
    }
    if facts.effect.is_write() {
        if facts.reads_only {
            return Decision::Refuse(Refusal::ReadsOnly);
        }
        if facts.mode == Mode::ReadOnly {
            return Decision::Refuse(Refusal::ReadOnly);
        }
    }
    if facts.effect == Effect::Destroy || policy.approve.contains(&facts.effect) {
        Decision::Approve
    } else if policy.confirm.contains(&facts.effect) {
        Decision::Confirm
    } else {
        Decision::Allow
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn facts<'a>(effect: Effect, wants: &'a [Want], granted: &'a [Vec<Permission>]) -> Facts<'a> {
        Facts { effect, wants, granted, mode: Mode::Normal, reads_only: false }
    }

    fn strictness(decision: &Decision) -> u8 {
        match decision {
            Decision::Allow => 0,
            Decision::Confirm => 1,
            Decision::Approve => 2,
            Decision::Refuse(_) => 3,
        }
    }

    #[test]
    fn destroy_needs_an_approval_whatever_the_policy_says() {
        assert_eq!(decide(&facts(Effect::Destroy, &[], &[]), &Policy::default()), Decision::Approve);
    }

    #[test]
    fn a_nested_runbook_needs_the_permission_of_every_runbook_around_it() {
        let wants = [Want::new("env:read", "HOME")];
        let permission = |line| Permission::parse(line).expect(line);
        let outer = vec![permission("env:read *")];
        assert_eq!(
            decide(
                &facts(Effect::Read, &wants, &[outer.clone(), vec![permission("env:read HOME")]]),
                &Policy::default()
            ),
            Decision::Allow
        );
        let refused = decide(&facts(Effect::Read, &wants, &[outer, vec![]]), &Policy::default());
        assert_eq!(refused, Decision::Refuse(Refusal::NotPermitted(wants[0].clone())));
    }

    proptest! {
        #[test]
        fn a_further_policy_never_makes_a_call_easier(a in any::<[bool; 8]>(), b in any::<[bool; 8]>(), which in 0usize..4) {
            let policy = |bits: [bool; 8]| Policy {
                confirm: Effect::ALL.into_iter().zip(bits).filter(|(_, on)| *on).map(|(effect, _)| effect).collect(),
                approve: Effect::ALL.into_iter().zip(bits.into_iter().skip(4)).filter(|(_, on)| *on).map(|(effect, _)| effect).collect(),
            };
            let facts = facts(Effect::ALL[which], &[], &[]);
            let before = decide(&facts, &policy(a));
            let after = decide(&facts, &policy(a).tightened_by(&policy(b)));
            prop_assert!(strictness(&after) >= strictness(&before));
        }
    }
}
