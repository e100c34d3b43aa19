//! The four effects, from which plan, permissions, approvals and resume derive.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::messages::standing;

/// What a call does to the world. Ordered: a later one needs more care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Changes nothing; made again whenever it is needed.
    Read,
    /// Repeating it is harmless; made again after a crash, with the same token.
    Ensure,
    /// Repeating it may do it twice; settled after a crash.
    Change,
    /// Can't be undone; settled after a crash, and always needs an approval.
    Destroy,
}

impl Effect {
    /// All effects, mildest first.
    pub const ALL: [Effect; 4] = [Effect::Read, Effect::Ensure, Effect::Change, Effect::Destroy];

    /// Whether a call of this effect is written to the journal before it is made.
    #[must_use]
    pub fn is_write(self) -> bool {
        self != Effect::Read
    }

    /// The word for it, as scripts and JSON spell it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Effect::Read => "read",
            Effect::Ensure => "ensure",
            Effect::Change => "change",
            Effect::Destroy => "destroy",
        }
    }

    /// The badge a person sees beside a step.
    #[must_use]
    pub fn badge(self) -> String {
        match self {
            Effect::Read => standing::read_badge(),
            Effect::Ensure => standing::ensure_badge(),
            Effect::Change => standing::change_badge(),
            Effect::Destroy => standing::destroy_badge(),
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
