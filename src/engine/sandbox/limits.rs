//! How much a script may use before it is ended. What is counted while it runs is in `watch`.

use std::time::Duration;

use rhai::Engine;

/// Limits of a script.
///
/// They are set explicitly because Rhai's own defaults differ between debug and release builds. Rhai's limits on the
/// size of strings, arrays and maps stay off: each of them makes Rhai measure the whole value again on every `push`.
/// Memory is bounded by [`heap_bytes`](Limits::heap_bytes) and by the functions that can make much out of little.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Operations of one thread between two host calls. Default 1,000,000.
    pub operations_between_calls: u64,
    /// Growth of the process's heap since the watch was made, in bytes. Default 256 MiB.
    pub heap_bytes: usize,
    /// CPU time of one thread between two host calls. Waiting costs nothing. Default 5 s.
    pub cpu_between_calls: Duration,
    /// Nested calls of script functions. Default 64.
    pub call_levels: usize,
    /// Nesting of expressions and blocks outside functions. Default 64.
    pub expression_depth: usize,
    /// Nesting of expressions and blocks inside functions and closures. Default 32.
    pub function_expression_depth: usize,
    /// Variables in scope at once. Default 512.
    pub variables: usize,
    /// Functions of one file, closures included. Default 512.
    pub functions: usize,
    /// Modules that one run may load. Default 32.
    pub modules: usize,
    /// Bytes of a string that a function makes many values or a longer string of (`split`, `replace`, `pad`,
    /// `parse_json`, text of an array). Default 1 MiB.
    pub string_bytes: usize,
    /// Bytes of one source file. Parsing is quadratic in places. Default 128 KiB.
    pub source_bytes: usize,
    /// Nesting of arrays, maps and captured values in one another. Dropping and copying them recurses, so this bounds
    /// the stack. Default 4,096.
    pub value_depth: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            operations_between_calls: 1_000_000,
            heap_bytes: 256 << 20,
            cpu_between_calls: Duration::from_secs(5),
            call_levels: 64,
            expression_depth: 64,
            function_expression_depth: 32,
            variables: 512,
            functions: 512,
            modules: 32,
            string_bytes: 1 << 20,
            source_bytes: 128 << 10,
            value_depth: 4_096,
        }
    }
}

impl Limits {
    /// Sets the limits that Rhai keeps by itself.
    pub(super) fn apply(&self, engine: &mut Engine) {
        engine
            .set_max_call_levels(self.call_levels)
            .set_max_expr_depths(self.expression_depth, self.function_expression_depth)
            .set_max_variables(self.variables)
            .set_max_functions(self.functions)
            // Rhai counts imports by file; `modules` counts loaded modules by run, so its own count only has to be out
            // of the way. One more for the import that links each file.
            .set_max_modules(self.modules.saturating_add(1))
            // Operations are counted by `watch`: Rhai's count misses what closures called by natives do.
            .set_max_operations(0)
            .set_max_string_size(0)
            .set_max_array_size(0)
            .set_max_map_size(0)
            // The shared interner sleeps 10 ms when two threads meet in it.
            .set_max_strings_interned(0);
    }
}
