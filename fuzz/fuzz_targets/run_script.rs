//! Compiles and runs arbitrary text as a script. Nothing may panic, abort or hang; errors are fine.
//!
//! Start from the hostile corpus: `cargo +nightly fuzz run run_script fuzz/corpus/run_script tests/hostile`.

#![no_main]

use std::collections::HashMap;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use rhai::{Dynamic, FnPtr, NativeCallContext, Scope};
use runbook::engine::sandbox::{
    Fault, Limits, PinnedModules, Watch, call_closure, compile, engine, on_script_thread,
    set_up_process, unshared,
};

fuzz_target!(|text: &str| {
    set_up_process();
    // Small budgets, so that many texts are tried.
    let limits = Limits {
        operations_between_calls: 20_000,
        heap_bytes: 64 << 20,
        cpu_between_calls: Duration::from_secs(1),
        ..Limits::default()
    };
    let watch = Watch::new(limits.clone());
    let modules = HashMap::from([("m".to_owned(), "fn call_it(f) { f.call() }".to_owned())]);
    let mut engine = engine(&limits, &watch, PinnedModules::new(modules), |_| {});
    engine.register_fn("each", |context: NativeCallContext, closure: FnPtr| {
        let closure = unshared(&closure)?;
        let global = context.global_runtime_state();
        call_closure(context.engine(), global, context.call_position(), &closure, vec![])
    });
    let ended = on_script_thread(|| {
        let Ok(ast) = compile(&engine, &limits, "main", text) else {
            return;
        };
        if let Err(error) = engine.eval_ast_with_scope::<Dynamic>(&mut Scope::new(), &ast) {
            let fault = Fault::of(&error, "main");
            assert!(!fault.places.is_empty());
        }
    });
    if let Err(panicked) = ended {
        panic!("{panicked}");
    }
});
