//! The engine that parses scripts for the check. It registers no host function and runs nothing.

use rhai::packages::{Package, StandardPackage};
use rhai::{Engine, OptimizationLevel};

/// A parser that knows what scripts may write, and the functions that come with the language.
pub(super) fn parser() -> Engine {
    let mut engine = Engine::new_raw();
    engine.register_global_module(StandardPackage::new().as_shared_module());
    // Optimised trees have lost what the author wrote.
    engine.set_optimization_level(OptimizationLevel::None);
    // The parser stops at the first unknown variable; the rule in `variables` finds all.
    engine.set_strict_variables(false);
    engine.set_max_expr_depths(64, 32);
    engine.set_max_strings_interned(0);
    for symbol in ["eval", "Fn", "is_def_var", "is_def_fn"] {
        engine.disable_symbol(symbol);
    }
    engine
}
