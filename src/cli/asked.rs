//! What a check tells of the policy: before which calls of a runbook a person is asked.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::load::{Loaded, outline};
use crate::binding::Registry;
use crate::check::outline::What;
use crate::messages::check as messages;
use crate::model::place::Place;
use crate::policy::{Decision, Policy};

/// A call that a person is asked for first.
pub(super) struct Asked {
    runbook: String,
    function: String,
    about: String,
    place: Place,
    decision: Decision,
}

/// The calls of a runbook that the policy asks for, as far as its text tells.
pub(super) fn of(loaded: &Loaded, registry: &Registry, policy: &Policy) -> Vec<Asked> {
    // The outline costs as much as the rest of the check, and most runbooks call nothing of that kind.
    let asks = |name: &str| loaded.pinned.sources.values().any(|text| text.contains(name));
    let mut grave = registry.iter().filter(|known| policy.asks(known.kind.effect()) != Decision::Allow);
    if !grave.any(|known| asks(known.name)) && !asks("runbook::run") {
        return Vec::new();
    }
    let asked = outline(loaded, registry).into_iter().filter_map(|line| {
        let What::Call { function, effect: Some(effect), about, .. } = line.what else { return None };
        let decision = policy.asks(effect);
        decision.asks()?;
        Some(Asked { runbook: loaded.header.name.clone(), function, about, place: line.place, decision })
    });
    asked.collect()
}

/// For people: a line for each runbook and kind of question.
pub(super) fn lines(asked: &[Asked]) -> Vec<String> {
    let mut of_runbook: BTreeMap<(&str, bool), Vec<String>> = BTreeMap::new();
    for call in asked {
        let is_approval = call.decision == Decision::Approve;
        let places = of_runbook.entry((&call.runbook, is_approval)).or_default();
        places.push(format!("{}:{}", call.place.file, call.place.line));
    }
    let line = |((runbook, is_approval), mut places): ((&str, bool), Vec<String>)| {
        let calls = places.len();
        places.dedup();
        let places = places.join(", ");
        if is_approval {
            messages::approvals_are_asked(runbook, calls, places)
        } else {
            messages::confirmations_are_asked(runbook, calls, places)
        }
    };
    of_runbook.into_iter().map(line).collect()
}

/// For machines.
pub(super) fn json(asked: &[Asked]) -> Vec<Json> {
    let object = |call: &Asked| {
        json!({
            "runbook": call.runbook, "function": call.function, "about": call.about, "asks": call.decision.asks(),
            "filename": call.place.file, "line": call.place.line, "column": call.place.column,
        })
    };
    asked.iter().map(object).collect()
}
