//! May this call be made? Pure functions of facts: allow, ask, or refuse. Another part does what they say.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::model::effect::Effect;
use crate::model::permission::{Permission, Want};
use crate::model::run::Mode;

/// What the user, the project and the environment decided. Each layer can only tighten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Effects that need a plain yes.
    pub confirm: BTreeSet<Effect>,
    /// Effects that need an approval; `destroy` always does.
    pub approve: BTreeSet<Effect>,
    /// Calls that nobody may make, whatever a runbook declares. Written as permissions are.
    pub deny: Vec<Permission>,
    /// The programs that may be started, one list for each layer that has one: a program must stand in every list.
    pub programs: Vec<Vec<Program>>,
    /// When nothing is written.
    pub frozen: Vec<Freeze>,
}

/// A program that may be started, and the least effect that it then has: `terragrunt destroy` is a destroy, whatever the script says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The words of its command line, as a permission for `process:*`.
    pub line: Permission,
    /// The least effect.
    pub effect: Effect,
}

/// A time in which nothing is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end, which is no part of it.
    pub until: Timestamp,
    /// Why, for people.
    pub reason: String,
}

impl Policy {
    /// What is asked before a call of that effect that nothing refuses.
    #[must_use]
    pub fn asks(&self, effect: Effect) -> Decision {
        if effect == Effect::Destroy || self.approve.contains(&effect) {
            Decision::Approve
        } else if self.confirm.contains(&effect) {
            Decision::Confirm
        } else {
            Decision::Allow
        }
    }

    /// Both policies at once.
    #[must_use]
    pub fn tightened_by(mut self, other: &Policy) -> Policy {
        self.confirm.extend(&other.confirm);
        self.approve.extend(&other.approve);
        self.deny.extend_from_slice(&other.deny);
        self.programs.extend_from_slice(&other.programs);
        self.frozen.extend_from_slice(&other.frozen);
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
    /// When it would be made.
    pub now: Timestamp,
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

impl Decision {
    /// What a person is asked for first, in one word: `confirmation` or `approval`.
    #[must_use]
    pub fn asks(&self) -> Option<&'static str> {
        match self {
            Decision::Confirm => Some("confirmation"),
            Decision::Approve => Some("approval"),
            Decision::Allow | Decision::Refuse(_) => None,
        }
    }
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
    /// The policy denies it, by this line.
    Denied(Permission),
    /// The policy lists the programs that may be started, and this is none of them.
    ProgramNotListed(Want),
    /// The policy says by this line that the program has a greater effect than the script says.
    EffectTooSmall(Program),
    /// Nothing is written now.
    Frozen(Freeze),
}

/// Decides about one call.
#[must_use]
pub fn decide(facts: &Facts<'_>, policy: &Policy) -> Decision {
    if let Some(refusal) = denied(facts, policy) {
        return Decision::Refuse(refusal);
    }
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
        if let Some(freeze) = policy.frozen.iter().find(|freeze| freeze.from <= facts.now && facts.now < freeze.until) {
            return Decision::Refuse(Refusal::Frozen(freeze.clone()));
        }
    }
    policy.asks(facts.effect)
}

/// What the policy refuses whatever a runbook was granted. First of all: a denial always wins.
fn denied(facts: &Facts<'_>, policy: &Policy) -> Option<Refusal> {
    for want in facts.wants {
        if let Some(line) = policy.deny.iter().find(|line| line.covers(want)) {
            return Some(Refusal::Denied(line.clone()));
        }
        if !want.action.starts_with("process:") {
            continue;
        }
        for listed in &policy.programs {
            let fitting = listed.iter().filter(|program| program.line.covers(want));
            match fitting.max_by_key(|program| program.effect) {
                None => return Some(Refusal::ProgramNotListed(want.clone())),
                Some(program) if program.effect > facts.effect => {
                    return Some(Refusal::EffectTooSmall(program.clone()));
                }
                Some(_) => {}
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn facts<'a>(effect: Effect, wants: &'a [Want], granted: &'a [Vec<Permission>]) -> Facts<'a> {
        Facts { effect, wants, granted, mode: Mode::Normal, reads_only: false, now: Timestamp::UNIX_EPOCH }
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

    #[test]
    fn a_listed_program_has_at_least_the_effect_of_its_line() {
        let line = |words: &str, effect| Program {
            line: Permission::parse(&format!("process:* {words}")).expect(words),
            effect,
        };
        let programs = vec![vec![line("terragrunt *", Effect::Ensure), line("terragrunt destroy *", Effect::Destroy)]];
        let policy = Policy { programs, ..Policy::default() };
        let granted = [vec![Permission::parse("process:* *").expect("a permission")]];
        let decided = |verb: &str, effect| {
            let wants = [Want::new(format!("process:{}", Effect::word(effect)), verb.replace(' ', "\u{1f}"))];
            decide(&facts(effect, &wants, &granted), &policy)
        };
        assert_eq!(decided("terragrunt plan x", Effect::Ensure), Decision::Allow);
        assert_eq!(decided("terragrunt destroy x", Effect::Destroy), Decision::Approve);
        for (verb, effect) in [("terragrunt destroy x", Effect::Ensure), ("terragrunt plan x", Effect::Read)] {
            let refused = decided(verb, effect);
            assert!(matches!(refused, Decision::Refuse(Refusal::EffectTooSmall(_))), "{verb}: {refused:?}");
        }
        assert!(matches!(decided("rm x", Effect::Change), Decision::Refuse(Refusal::ProgramNotListed(_))));
    }

    #[test]
    fn nothing_is_written_in_a_freeze_and_reads_go_on() {
        let second = |second| Timestamp::from_second(second).expect("a time");
        let freeze = Freeze { from: second(10), until: second(20), reason: "year end".to_owned() };
        let policy = Policy { frozen: vec![freeze.clone()], ..Policy::default() };
        let at = |now, effect| decide(&Facts { now: second(now), ..facts(effect, &[], &[]) }, &policy);
        assert_eq!(at(9, Effect::Change), Decision::Allow);
        assert_eq!(at(10, Effect::Change), Decision::Refuse(Refusal::Frozen(freeze)));
        assert_eq!(at(15, Effect::Read), Decision::Allow);
        assert_eq!(at(20, Effect::Change), Decision::Allow);
    }

    const LINES: [&str; 6] = [
        "process:* git *",
        "process:* git push *",
        "process:change git *",
        "http:* https://*/*",
        "env:read *",
        "process:* *",
    ];

    fn any_policy() -> impl Strategy<Value = Policy> {
        let effects = || prop::collection::btree_set(prop::sample::select(Effect::ALL.to_vec()), 0..3);
        let lines = || prop::sample::select(LINES.to_vec()).prop_map(|line| Permission::parse(line).expect(line));
        let process = prop::sample::select(vec!["git *", "git push *", "*", "ls"]);
        let program = (process, prop::sample::select(Effect::ALL.to_vec())).prop_map(|(words, effect)| Program {
            line: Permission::parse(&format!("process:* {words}")).expect(words),
            effect,
        });
        let programs = prop::collection::vec(prop::collection::vec(program, 0..3), 0..2);
        let frozen = prop::collection::vec((0..30_i64, 0..30_i64), 0..2).prop_map(|times| {
            let second = |second| Timestamp::from_second(second).expect("a time");
            let freeze = |(from, until)| Freeze { from: second(from), until: second(until), reason: String::new() };
            times.into_iter().map(freeze).collect::<Vec<_>>()
        });
        (effects(), effects(), prop::collection::vec(lines(), 0..2), programs, frozen)
            .prop_map(|(confirm, approve, deny, programs, frozen)| Policy { confirm, approve, deny, programs, frozen })
    }

    proptest! {
        #[test]
        fn a_further_policy_never_makes_a_call_easier_and_a_denial_always_wins(
            a in any_policy(), b in any_policy(), which in 0usize..4, now in 0..30_i64,
            want in prop::sample::select(vec![("process:change", "git\u{1f}push\u{1f}x"), ("process:read", "ls"), ("env:read", "HOME")]),
        ) {
            let wants = [Want::new(want.0, want.1)];
            let granted = [vec![
                Permission::parse("process:* *").expect("a permission"),
                Permission::parse("env:read *").expect("a permission"),
            ]];
            let now = Timestamp::from_second(now).expect("a time");
            let facts = Facts { now, ..facts(Effect::ALL[which], &wants, &granted) };
            let before = decide(&facts, &a);
            let both = a.clone().tightened_by(&b);
            let after = decide(&facts, &both);
            prop_assert!(strictness(&after) >= strictness(&before));
            prop_assert_eq!(strictness(&after), strictness(&decide(&facts, &b.tightened_by(&a))), "whoever comes first");
            if both.deny.iter().any(|line| line.covers(&wants[0])) {
                prop_assert!(matches!(after, Decision::Refuse(Refusal::Denied(_))));
            }
        }
    }
}
