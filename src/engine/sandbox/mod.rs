//! The hardened script engine: Rhai without any capability of its own, and with limits that end a script before it
//! takes the host down. What scripts can do is registered by others; nothing here touches the world.

mod closure;
mod compile;
mod fault;
mod heap;
mod json;
mod limits;
mod link;
mod modules;
mod overrides;
mod packages;
mod process;
mod text;
mod thread;
mod value_depth;
mod watch;

use std::sync::Arc;

use rhai::{Engine, LexError, OptimizationLevel, Position, Token, TokenizeState};

pub use closure::{call_closure, call_site, unshared};
pub use compile::{CompileError, compile, compile_in};
pub use fault::{Fault, Place};
pub use heap::{CountingAllocator, held_bytes};
pub use limits::Limits;
pub use modules::PinnedModules;
pub use process::set_up_process;
pub use thread::{ScriptPanicked, ScriptThread, on_script_thread, spawn_scoped};
pub use watch::{Exhausted, Watch};

/// Symbols that a script can't use. `eval` and `Fn` make code of text, which no check sees before it runs; `is_def_*`
/// let a script behave differently where functions are missing, such as in a rehearsal.
const DISABLED: [&str; 4] = ["eval", "Fn", "is_def_var", "is_def_fn"];

/// Returns an engine for one run.
///
/// Host functions are registered with it afterwards; each has to call [`Watch::host_call`]. `print` gets each line that
/// a script prints or debugs, without line end.
pub fn engine(
    limits: &Limits,
    watch: &Arc<Watch>,
    modules: PinnedModules,
    print: impl Fn(&str) + Send + Sync + 'static,
) -> Engine {
    let mut engine = Engine::new_raw();
    packages::register(&mut engine);
    overrides::register(&mut engine, limits);
    for symbol in DISABLED {
        engine.disable_symbol(symbol);
    }
    limits.apply(&mut engine);
    engine
        // The optimizer panics on some scripts and changes what others mean.
        .set_optimization_level(OptimizationLevel::None)
        .set_strict_variables(true)
        .set_fail_on_invalid_map_property(true);

    #[expect(deprecated, reason = "marked so because it may change; the version is pinned and a test covers it")]
    engine.on_parse_token(whole_numbers_stay_whole);

    let counted = watch.clone();
    engine.on_progress(move |_| counted.operation());
    let measured = watch.clone();
    #[expect(deprecated, reason = "marked so because it may change; the version is pinned and a test covers it")]
    engine.on_var(move |_, _, context| measured.measure(&context).map(|()| None));

    let print = Arc::new(print);
    let debug = print.clone();
    engine.on_print(move |text| print(text)).on_debug(move |text, _, _| debug(text));

    engine.set_module_resolver(modules.with_limits(limits));
    engine
}

/// Rhai reads a whole number that is too large as a float, without its last digits.
fn whole_numbers_stay_whole(token: Token, _: Position, _: &TokenizeState) -> Token {
    match token {
        Token::FloatConstant(number) if number.1.bytes().all(|byte| byte.is_ascii_digit()) => {
            Token::LexError(Box::new(LexError::MalformedNumber(number.1.to_string())))
        }
        other => other,
    }
}
