//! `parallel(#{ name: || … })` and `parallel_map(items, |item| …)`: branches that run at the same time, each a step.

use rhai::{Array, Dynamic, Engine, FnPtr, Map, NativeCallContext};

use super::{Caller, step};
use crate::engine::conversion::to_value;
use crate::engine::error::{self, Raised, ScriptError, terminated};
use crate::engine::gate::Gate;
use crate::engine::sandbox::{spawn_scoped, unshared};
use crate::engine::scope;
use crate::messages::engine as messages;
use crate::model::code::Code;
use crate::model::entry::Seq;
use crate::model::scope::Segment;
use crate::model::value::Value;

pub(super) fn register(engine: &mut Engine, gate: &Gate) {
    let of_map = gate.clone();
    engine.register_fn("parallel", move |context: NativeCallContext, branches: Map| -> Result<Dynamic, Raised> {
        let caller = Caller::of(&context);
        let mut named = Vec::with_capacity(branches.len());
        let names: Vec<_> = branches.keys().cloned().collect();
        for (name, body) in branches {
            let Some(body) = body.read_lock::<FnPtr>().map(|body| body.clone()) else {
                return Err(
                    caller.error(Code::WrongArguments, messages::the_branch_of_parallel_is_not_a_closure(&name))
                );
            };
            named.push(Branch { name: of_map.session().secrets.name(&name), body: unshared(&body)?, args: Vec::new() });
        }
        let values = run(&of_map, &caller, "parallel", named)?;
        Ok(names.into_iter().zip(values).collect::<Map>().into())
    });

    let of_list = gate.clone();
    engine.register_fn(
        "parallel_map",
        move |context: NativeCallContext, items: Array, body: FnPtr| -> Result<Dynamic, Raised> {
            let caller = Caller::of(&context);
            let mut branches = Vec::with_capacity(items.len());
            for item in items {
                let kept = to_value(&item)
                    .map_err(|why| caller.error(Code::WrongArguments, messages::an_item_of_parallel_map(&why)))?;
                let name = match kept {
                    Value::Text(text) => text,
                    other => other.to_json().to_string(),
                };
                let name = of_list.session().secrets.name(&name);
                branches.push(Branch { name, body: unshared(&body)?, args: vec![item.flatten()] });
            }
            run(&of_list, &caller, "parallel_map", branches).map(Dynamic::from_array)
        },
    );
}

struct Branch {
    name: String,
    body: FnPtr,
    args: Vec<Dynamic>,
}

/// Runs all branches to their ends; a failing one lets the others reach theirs. All failures are reported.
fn run(gate: &Gate, caller: &Caller<'_>, word: &str, branches: Vec<Branch>) -> Result<Vec<Dynamic>, Raised> {
    gate.open(caller.position())?;
    let frame = caller.frame()?;
    if frame.polling {
        return Err(caller.error(Code::WriteInWait, messages::cannot_stand_inside_wait_until_only_reads(word)));
    }
    let group = caller.nth_site(gate, &frame, word);
    let mut paths = Vec::with_capacity(branches.len());
    for branch in &branches {
        let path = frame.path.inner(&Segment::Branch(&group, &branch.name));
        caller.take_name(gate, &path, "branch")?;
        paths.push(path);
    }
    let results = std::thread::scope(|threads| {
        let started: Vec<_> = branches
            .into_iter()
            .zip(paths)
            .map(|(branch, path)| {
                let (name, frame) = (branch.name, &frame);
                let thread = spawn_scoped(threads, move || {
                    let run = || step::run(gate, caller, frame, path, &branch.body, branch.args);
                    scope::within(frame.clone(), run).map_err(|error| (error, scope::failed_call()))
                });
                (name, thread)
            })
            .collect();
        let joined = started.into_iter().map(|(name, thread)| {
            let failed = |code, why: String| Err((caller.error(code, why), None));
            let result = match thread {
                Ok(thread) => thread.join().unwrap_or_else(|panic| failed(Code::Bug, panic.to_string())),
                Err(error) => failed(Code::Limit, messages::no_thread_could_be_started_for_the_branch(&name, &error)),
            };
            (name, result)
        });
        joined.collect::<Vec<_>>()
    });
    if gate.is_ending() {
        return Err(terminated(caller.position()));
    }
    let mut values = Vec::with_capacity(results.len());
    let mut failures: Vec<(String, Raised, Option<Seq>)> = Vec::new();
    for (name, result) in results {
        match result {
            Ok(value) => values.push(value),
            Err((error, call)) => failures.push((name, error, call)),
        }
    }
    // A single failure keeps its own place.
    match failures.len() {
        0 => Ok(values),
        1 => Err(failures.pop().map_or_else(
            || terminated(caller.position()),
            |(_, error, call)| {
                scope::note_failed(call);
                error
            },
        )),
        count => {
            let told: Vec<String> =
                failures.iter().map(|(name, error, _)| format!("{name}: {}", step::message_of(error))).collect();
            let calls = failures.iter().flat_map(|(_, error, call)| error::calls_of(error, *call)).collect();
            let mut error = ScriptError::new(Code::ScriptFailed, messages::branches_failed(count, told.join("; ")));
            error.calls = calls;
            Err(error.raise(caller.position()))
        }
    }
}
