//! The outline of a runbook: which steps it has and which host functions they call, in the order of the text, told without
//! running it.

use serde::Serialize;

use crate::binding::{Declaration, Kind, Registry};
use crate::engine::walk::Sites;
use crate::model::effect::Effect;

/// One line of an outline.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// How deep it stands in closures.
    pub depth: usize,
    /// Where it stands in the text.
    pub line: usize,
    /// What it is: a step's word (`step`, `wait_until`, …) or a host function.
    pub name: String,
    /// The effect, for a host function that reaches the world.
    pub effect: Option<Effect>,
    /// Whether it asks a person.
    pub asks_person: bool,
}

/// The words that are shown in an outline besides host functions.
const WORDS: [&str; 8] = ["step", "parallel", "parallel_map", "retry", "wait_until", "hold", "cleanup", "undo"];

/// The outline of a script with these calls.
#[must_use]
pub fn of(sites: &Sites, registry: &Registry) -> Vec<Line> {
    let lines = sites.iter().filter_map(|site| {
        let declaration = registry.get(&site.name).filter(|declaration| declaration.kind != Kind::Pure);
        if declaration.is_none() && !WORDS.contains(&site.name.as_str()) {
            return None;
        }
        Some(Line {
            depth: site.owner.closures.len(),
            line: site.line,
            name: site.name.clone(),
            effect: declaration.and_then(effect_of),
            asks_person: declaration.is_some_and(|declaration| declaration.kind == Kind::Person),
        })
    });
    lines.collect()
}

/// The badges of the effects that a script's calls can have, mildest first.
#[must_use]
pub fn badges(lines: &[Line]) -> Vec<&'static str> {
    let has = |effect: Effect| lines.iter().any(|line| line.effect == Some(effect));
    let mut badges: Vec<&'static str> =
        Effect::ALL.into_iter().filter(|effect| has(*effect)).map(Effect::badge).collect();
    if lines.iter().any(|line| line.asks_person) {
        badges.push("[M]");
    }
    badges
}

fn effect_of(declaration: &Declaration) -> Option<Effect> {
    match declaration.kind {
        Kind::World(effect) => Some(effect),
        Kind::Pure | Kind::Remembered | Kind::Person => None,
    }
}
