//! The pinned sources of a run, compiled: where their calls stand, and closures that are called by name after their process is
//! gone.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use rhai::{AST, Dynamic, Engine, FnPtr, GlobalRuntimeState, NativeCallContext, Scope, Stmt};

use super::error::Raised;
use super::sandbox::{CompileError, Limits, compile_in};
use super::walk::{Functions, Node, Sites, StepNames};

use crate::messages::engine as messages;

/// The name of the native that hands a source's state out; no script can call it, since only [`Sources::state`] registers it.
const STATE: &str = "state_of_source";

/// What the names of nested runbooks begin with among the sources of a run.
pub const NESTED: &str = "runbook:";

/// The sources of a run.
pub struct Sources {
    main: String,
    trees: BTreeMap<String, AST>,
}

impl Sources {
    /// Compiles every source; the main one sees the variables of `scope`.
    ///
    /// # Errors
    /// The first that does not compile.
    pub fn compile(
        engine: &Engine,
        limits: &Limits,
        scope: &Scope<'_>,
        main: &str,
        texts: &BTreeMap<String, String>,
    ) -> Result<Self, CompileError> {
        let nothing = Scope::new();
        let compiled = texts.iter().map(|(name, text)| {
            let is_runbook = name == main || name.starts_with(NESTED);
            let scope = if is_runbook { scope } else { &nothing };
            Ok((name.clone(), compile_in(engine, limits, scope, name, text)?))
        });
        Ok(Sources { main: main.to_owned(), trees: compiled.collect::<Result<_, CompileError>>()? })
    }

    /// The main script.
    #[must_use]
    pub fn main(&self) -> Option<&AST> {
        self.trees.get(&self.main)
    }

    /// Where the calls of each source stand.
    #[must_use]
    pub fn sites(&self) -> HashMap<String, Sites> {
        self.trees.iter().map(|(name, tree)| (name.clone(), Sites::of(tree))).collect()
    }

    /// The nested runbooks by name.
    pub fn nested(&self) -> impl Iterator<Item = (&str, &AST)> {
        self.trees.iter().filter_map(|(name, tree)| Some((name.strip_prefix(NESTED)?, tree)))
    }

    /// The names that the steps of each source can have.
    #[must_use]
    pub fn step_names(&self) -> Vec<StepNames> {
        self.trees.values().map(StepNames::of).collect()
    }

    /// The closure of that name as its source makes it, without what it captured.
    #[must_use]
    pub fn closure(&self, source: &str, name: &str) -> Option<FnPtr> {
        let tree = self.trees.get(source)?;
        let functions = Functions::of(tree);
        let bodies = functions.iter().map(|function| &function.body[..]).chain(std::iter::once(tree.statements()));
        let mut found = None;
        for statement in bodies.flatten() {
            Node::Stmt(statement).each(&mut |node| {
                if let Node::Expr(rhai::Expr::DynamicConstant(value, _)) = node {
                    found = found.take().or_else(|| pointer_in(value, name));
                }
            });
        }
        found
    }

    /// The state in which closures of `source` are called: its functions, imports and constants, with nothing of it run.
    ///
    /// # Errors
    /// An import that fails.
    pub fn state(
        &self,
        engine: &mut Engine,
        scope: &mut Scope<'_>,
        source: &str,
    ) -> Result<GlobalRuntimeState, Raised> {
        let tree = self.trees.get(source).ok_or_else(|| messages::source_is_not_pinned(source))?;
        let kept: Arc<Mutex<Option<GlobalRuntimeState>>> = Arc::default();
        let keeping = Arc::clone(&kept);
        engine.register_fn(STATE, move |context: NativeCallContext| {
            *keeping.lock().unwrap_or_else(PoisonError::into_inner) = Some(context.global_runtime_state().clone());
        });
        let ask = engine.compile(format!("{STATE}();"))?;
        let mut statements: Vec<Stmt> =
            tree.statements().iter().filter(|statement| is_declaration(statement)).cloned().collect();
        statements.extend(ask.statements().iter().cloned());
        let state_only = AST::new_with_source(statements, tree.shared_lib().as_ref().clone(), source);
        let _: Dynamic = engine.eval_ast_with_scope(scope, &state_only)?;
        let state = kept.lock().unwrap_or_else(PoisonError::into_inner).take();
        state.ok_or_else(|| messages::the_state_of_was_not_handed_out(source).into())
    }
}

fn is_declaration(statement: &Stmt) -> bool {
    match statement {
        Stmt::Import(..) => true,
        Stmt::Var(variable, _, _) => variable.1.is_constant(),
        _ => false,
    }
}

fn pointer_in(value: &Dynamic, name: &str) -> Option<FnPtr> {
    if let Some(pointer) = value.read_lock::<FnPtr>() {
        return (pointer.fn_name() == name).then(|| pointer.clone());
    }
    if let Some(items) = value.read_lock::<rhai::Array>() {
        return items.iter().find_map(|item| pointer_in(item, name));
    }
    let map = value.read_lock::<rhai::Map>()?;
    map.values().find_map(|item| pointer_in(item, name))
}
