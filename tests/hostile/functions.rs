//! What a script can reach without any host function, compared with the list that was reviewed.

use std::collections::{BTreeSet, HashMap};

use runbook::engine::sandbox::{Limits, PinnedModules, Watch, engine, set_up_process};

const ALLOWED: &str = include_str!("functions.allow.txt");

#[test]
fn the_bare_engine_knows_the_functions_that_were_reviewed_and_no_others() {
    set_up_process();
    let limits = Limits::default();
    let watch = Watch::new(limits.clone());
    let engine = engine(&limits, &watch, PinnedModules::new(HashMap::new()), |_| {});
    let known: BTreeSet<String> = engine.gen_fn_signatures(true).into_iter().collect();
    let allowed: BTreeSet<String> = ALLOWED.lines().map(str::to_owned).collect();
    let new: Vec<&String> = known.difference(&allowed).collect();
    let gone: Vec<&String> = allowed.difference(&known).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "the functions that scripts can reach have changed.\n\
         For each new one ask: does it touch the world, wait, read a clock, or make much of little in one operation? \
         If so, override it in src/engine/sandbox/overrides.rs. \
         Then put the list in tests/hostile/functions.allow.txt right.\nnew: {new:#?}\ngone: {gone:#?}"
    );
}
