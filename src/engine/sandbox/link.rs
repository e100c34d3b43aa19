//! Ties each function to the file it was written in.
//!
//! Rhai looks a function up by name in whatever file runs at the moment, and remembers what it found. So a closure of
//! the main script that a module calls finds the module's `check` instead of its own, a module's function finds the
//! main script's once that was called twice, and a closure that leaves its module finds nothing. Here every function
//! gets an environment (its file's functions, imports and constants), all closures of a run can be found from
//! everywhere, and two files that define the same function are refused.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rhai::{
    AST, Engine, EvalAltResult, Expr, FnAccess, GlobalRuntimeState, Ident, ImmutableString, Module, Position, Scope,
    ScriptFuncDef, Stmt,
};

use super::modules;

use crate::messages::script as messages;

type Constants = Option<Arc<std::sync::RwLock<std::collections::BTreeMap<ImmutableString, rhai::Dynamic>>>>;

/// A function's name and the number of its parameters: what Rhai tells functions apart by.
type Signature = (String, usize);

#[derive(Clone, Debug)]
struct Environment {
    imports: Vec<(ImmutableString, Arc<Module>)>,
    constants: Constants,
}

thread_local! {
    // The environment that the next import of `ENVIRONMENT` on this thread sets up.
    static NEXT: RefCell<Option<Environment>> = const { RefCell::new(None) };
}

/// The functions of one file, each with its environment.
pub(super) struct File {
    name: String,
    functions: Module,
    /// With the place where each is defined.
    signatures: Vec<(Signature, Position)>,
}

/// What is linked in an engine: all modules that were loaded.
#[derive(Debug, Default)]
pub(super) struct Linked {
    /// Closures of all modules.
    closures: Module,
    /// Functions of all modules, with the module's name.
    defined_in: HashMap<Signature, String>,
    /// Functions of the host and of Rhai. Filled when the first file is linked.
    native: HashSet<Signature>,
}

impl Linked {
    /// Takes the functions of a module.
    ///
    /// # Errors
    ///
    /// When another module or the host defines one of the same name and number of parameters.
    pub(super) fn add_module(&mut self, engine: &Engine, file: File) -> Result<(), Box<EvalAltResult>> {
        self.check(engine, &file)?;
        let mut closures = AST::new_from_module(file.functions);
        closures.retain_functions(|_, _, name, _| is_closure(name));
        self.closures.fill_with(closures.shared_lib());
        for (signature, _) in file.signatures {
            self.defined_in.insert(signature, file.name.clone());
        }
        Ok(())
    }

    /// Returns what a main script can call: its own functions, and the closures of all modules. `None` when there is
    /// nothing.
    ///
    /// # Errors
    ///
    /// When a module or the host defines one of the same name and number of parameters.
    pub(super) fn with_main(&mut self, engine: &Engine, file: File) -> Result<Option<Arc<Module>>, Box<EvalAltResult>> {
        self.check(engine, &file)?;
        let mut functions = file.functions;
        functions.fill_with(&self.closures);
        if functions.is_empty() {
            return Ok(None);
        }
        functions.set_id(file.name);
        Ok(Some(functions.into()))
    }

    fn check(&mut self, engine: &Engine, file: &File) -> Result<(), Box<EvalAltResult>> {
        if self.native.is_empty() {
            self.native = native_functions(engine);
        }
        for (signature, position) in &file.signatures {
            let refused = |message: String| EvalAltResult::ErrorRuntime(message.into(), *position);
            let (name, parameters) = signature;
            let what = if is_closure(name) { messages::the_same_closure_in_the_same_place() } else { name.clone() };
            if self.native.contains(signature) {
                return Err(refused(messages::is_a_function_of_runbook(name, parameters, &file.name)).into());
            }
            if let Some(other) = self.defined_in.get(signature)
                && *other != file.name
            {
                return Err(refused(messages::is_defined_twice(&what, parameters, other, &file.name)).into());
            }
        }
        Ok(())
    }
}

/// Returns the functions of the file that is being run, which has evaluated its imports.
pub(super) fn file(engine: &Engine, global: &mut GlobalRuntimeState) -> Result<File, Box<EvalAltResult>> {
    let lib = global.lib.last().cloned().unwrap_or_default();
    let name = lib.id().unwrap_or_default().to_owned();
    let environment = Environment {
        imports: global.scan_imports_raw().map(|(alias, module)| (alias.clone(), module.clone())).collect(),
        // Shared from here on: what the file defines later is seen by its functions.
        constants: Some(global.constants.get_or_insert_default().clone()),
    };
    let mut own = Module::new();
    let mut signatures = Vec::new();
    for (_, access, function, parameters, definition) in lib.iter_script_fn_info() {
        let signature = (function.to_owned(), parameters);
        signatures.push((signature, definition.body.start_position()));
        // Only public functions get an environment. Privacy is kept by what a module exports, not by this copy.
        match access {
            FnAccess::Public => own.set_script_fn(definition.clone()),
            _ => own.set_script_fn(ScriptFuncDef { access: FnAccess::Public, ..definition.as_ref().clone() }),
        };
    }
    let functions = with_environment(engine, own, &name, environment)?;
    Ok(File { name, functions, signatures })
}

/// Sets up the environment that [`file`] left for the script that is being run.
pub(super) fn enter_environment(global: &mut GlobalRuntimeState) {
    let Some(environment) = NEXT.take() else {
        return;
    };
    for (alias, module) in environment.imports {
        global.push_import(alias, module);
    }
    global.constants = environment.constants;
}

/// Rhai gives functions an environment when it makes a module of a script, so a script is run that consists of the
/// functions and of one import, which sets up the environment.
fn with_environment(
    engine: &Engine,
    functions: Module,
    name: &str,
    environment: Environment,
) -> Result<Module, Box<EvalAltResult>> {
    let nowhere = Position::NONE;
    let alias = Ident { name: ImmutableString::new(), pos: nowhere };
    let path = Expr::StringConstant(modules::ENVIRONMENT.into(), nowhere);
    let enter = Stmt::Import(Box::new((path, alias)), nowhere);
    let script = AST::new_with_source([enter], functions, name);
    NEXT.set(Some(environment));
    let mut global = engine.new_global_runtime_state();
    Module::eval_ast_as_new_raw(engine, &mut Scope::new(), &mut global, &script)
}

fn is_closure(name: &str) -> bool {
    name.starts_with("anon$")
}

fn native_functions(engine: &Engine) -> HashSet<Signature> {
    engine
        .collect_fn_metadata(
            None,
            |function| {
                function
                    .namespace
                    .is_empty()
                    .then(|| (function.metadata.name.to_string(), function.metadata.num_params))
            },
            false,
        )
        .into_iter()
        .collect()
}
