//! The entries of the host functions: each takes what it was given to the gate.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rhai::{Dynamic, Engine, FnPtr, FuncRegistration, Module, NativeCallContext, RhaiFunc};

use super::Caller;
use crate::engine::conversion::{NotKnownYet, not_known_yet};
use crate::engine::error::Raised;
use crate::engine::gate::Gate;
use crate::engine::walk::Sites;
use crate::messages::engine as messages;

pub(super) fn register(engine: &mut Engine, gate: &Gate) {
    let mut modules: BTreeMap<&'static str, Module> = BTreeMap::new();
    let session = gate.session();
    let called: BTreeSet<&str> = session.sites.values().flat_map(Sites::iter).map(|site| site.name.as_str()).collect();
    let families = session.registry.family_namespaces();
    let of_family = called
        .into_iter()
        .filter(|name| name.split_once("::").is_some_and(|(namespace, _)| families.binary_search(&namespace).is_ok()));
    for declaration in session.registry.iter().chain(of_family.filter_map(|name| session.registry.get(name))) {
        let module = modules.entry(declaration.namespace()).or_default();
        let required = declaration.parameters.iter().filter(|parameter| parameter.required);
        let fewest = required.filter(|parameter| declaration.positional.contains(&parameter.name.as_str())).count();
        // One more than go by position: the options. One fewer than needed and one more than can be are taken as well, so that
        // the message is ours and names the form.
        for arity in fewest.saturating_sub(1)..=declaration.positional.len() + 2 {
            entry(module, declaration.name, declaration.function(), arity, gate.clone());
        }
    }
    // `time::sleep` waits by the engine and is registered with the waits; its namespace must be one module.
    super::wait::register_sleep(modules.entry("time").or_default(), gate);
    super::say::register_run(modules.entry("run").or_default(), gate);
    super::nested::register(modules.entry("runbook").or_default(), gate);
    for (namespace, module) in modules {
        engine.register_static_module(namespace, Arc::new(module));
    }
    register_not_known(engine);
}

fn entry(module: &mut Module, name: &'static str, function: &'static str, arity: usize, gate: Gate) {
    let func = move |context: Option<NativeCallContext>, args: &mut [&mut Dynamic]| -> Result<Dynamic, Raised> {
        let Some(context) = context else {
            return Err(messages::a_host_function_was_called_without_its_place().into());
        };
        let caller = Caller::of(&context);
        let given = args.iter_mut().map(|argument| std::mem::take(*argument)).collect();
        gate.call(name, given, &caller.spot, &|closure: &FnPtr| {
            // What looks may only read, and leaves nothing of its own.
            let frame = crate::engine::scope::Frame { polling: true, ..caller.frame()? };
            crate::engine::scope::within(frame, || caller.call(closure, Vec::new()))
        })
    };
    let func = RhaiFunc::Pure { func: Arc::new(func), has_context: true, is_pure: false, is_volatile: true };
    FuncRegistration::new(function).set_into_module_raw(module, vec![TypeId::of::<Dynamic>(); arity], func);
}

/// What a plan's stand-in can do: be passed on, have parts that are not known either, be printed. Comparing it is an error, so
/// that the plan can say where it stops to know.
fn register_not_known(engine: &mut Engine) {
    fn unknown<T>() -> Result<T, Raised> {
        Err(messages::this_depends_on(not_known_yet()).into())
    }
    engine
        .register_type_with_name::<NotKnownYet>(&not_known_yet())
        .register_fn("to_string", |_: &mut NotKnownYet| messages::known_after_the_change().to_owned())
        .register_fn("to_debug", |_: &mut NotKnownYet| messages::known_after_the_change().to_owned())
        .register_indexer_get(|_: &mut NotKnownYet, _: &str| NotKnownYet)
        .register_indexer_get(|_: &mut NotKnownYet, _: i64| NotKnownYet)
        .register_fn("+", |_: NotKnownYet, _: &str| NotKnownYet)
        .register_fn("+", |_: &str, _: NotKnownYet| NotKnownYet);
    for operator in ["==", "!=", "<", ">", "<=", ">="] {
        engine
            .register_fn(operator, |_: NotKnownYet, _: Dynamic| unknown::<bool>())
            .register_fn(operator, |_: Dynamic, _: NotKnownYet| unknown::<bool>());
    }
}
