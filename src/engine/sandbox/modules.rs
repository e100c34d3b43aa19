//! Modules that a script may import: pinned texts by name, each loaded once per engine.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rhai::{Engine, EvalAltResult, GlobalRuntimeState, Module, ModuleResolver, Position, Scope};

use super::compile::{self, CompileError};
use super::limits::Limits;
use super::link::{self, Linked};

use crate::messages::script as messages;

/// What `compile` lets every file import after its own imports. No script can write it: it is no name of a module.
pub(super) const LINK: &str = "⟦link⟧";

/// What `link` imports to give functions their environment.
pub(super) const ENVIRONMENT: &str = "⟦environment⟧";

/// Given to [`ModuleResolver::resolve`] as the source, it asks whether an alias is free instead of loading a module.
pub(super) const ALIAS: &str = "⟦alias⟧";

/// The modules of a run: what may be imported, and nothing else. No file is read.
///
/// Implements [`ModuleResolver`].
#[derive(Debug, Default)]
pub struct PinnedModules {
    texts: HashMap<String, String>,
    reserved: BTreeSet<String>,
    limits: Limits,
    loaded: Mutex<Loaded>,
}

#[derive(Debug, Default)]
struct Loaded {
    modules: HashMap<String, Arc<Module>>,
    linked: Linked,
}

thread_local! {
    // Modules being loaded on this thread, outermost first, each with the address of its resolver.
    static LOADING: RefCell<Vec<(usize, String)>> = const { RefCell::new(Vec::new()) };
}

impl PinnedModules {
    /// Takes the texts by name. A name consists of `a-z`, `0-9`, `_`, `-` and `/`, without `.rhai`; others can't be
    /// imported.
    pub fn new(texts: HashMap<String, String>) -> PinnedModules {
        PinnedModules { texts, ..PinnedModules::default() }
    }

    /// Names that no import may take as its alias, because the host has functions under them. `import "evil" as ecs`
    /// would otherwise hide `ecs::` from the gate's eyes.
    #[must_use]
    pub fn reserve<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> PinnedModules {
        self.reserved.extend(names.into_iter().map(Into::into));
        self
    }

    pub(super) fn with_limits(mut self, limits: &Limits) -> PinnedModules {
        self.limits = limits.clone();
        self
    }

    fn loaded(&self) -> MutexGuard<'_, Loaded> {
        // Entries are put in whole, so what a panicking thread left is as good as any.
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn load(
        &self,
        engine: &Engine,
        global: &GlobalRuntimeState,
        name: &str,
        position: Position,
    ) -> Result<Arc<Module>, Box<EvalAltResult>> {
        if let Some(module) = self.loaded().modules.get(name) {
            return Ok(module.clone());
        }
        let Some(text) = self.texts.get(name) else {
            return Err(EvalAltResult::ErrorModuleNotFound(name.to_owned(), position).into());
        };
        if self.loaded().modules.len() + Loading::depth(self) >= self.limits.modules {
            return Err(EvalAltResult::ErrorTooManyModules(position).into());
        }
        let _loading = Loading::begin(self, name).map_err(|cycle| at(cycle, position))?;
        let module = self
            .evaluate(engine, global, name, text)
            .map_err(|error| EvalAltResult::ErrorInModule(name.to_owned(), error, position))?;
        let module = Arc::new(module);
        self.loaded().modules.insert(name.to_owned(), module.clone());
        Ok(module)
    }

    fn evaluate(
        &self,
        engine: &Engine,
        global: &GlobalRuntimeState,
        name: &str,
        text: &str,
    ) -> Result<Module, Box<EvalAltResult>> {
        let ast = compile::compile(engine, &self.limits, name, text).map_err(|error| match error {
            CompileError::Refused { message, position, .. } => at(message, position),
            CompileError::TooLarge { .. } => at(error.to_string(), Position::NONE),
        })?;
        // A module sees nothing of its importer but the host's tag.
        let mut own = engine.new_global_runtime_state();
        own.tag = global.tag.clone();
        Module::eval_ast_as_new_raw(engine, &mut Scope::new(), &mut own, &ast)
    }

    fn link(&self, engine: &Engine, global: &mut GlobalRuntimeState) -> Result<Arc<Module>, Box<EvalAltResult>> {
        let is_module = Loading::depth(self) > 0;
        let file = link::file(engine, global)?;
        let mut loaded = self.loaded();
        if is_module {
            loaded.linked.add_module(engine, file)?;
        } else if let Some(functions) = loaded.linked.with_main(engine, file)?
            && let Some(lib) = global.lib.first_mut()
        {
            *lib = functions;
        }
        // The last import is taken away, because the statement that asked for this puts it back.
        let Some(last) = global.num_imports().checked_sub(1) else {
            return Ok(Arc::new(Module::new()));
        };
        let module = global.get_shared_import(last).unwrap_or_default();
        global.truncate_imports(last);
        Ok(module)
    }
}

impl ModuleResolver for PinnedModules {
    fn resolve(
        &self,
        engine: &Engine,
        source: Option<&str>,
        path: &str,
        position: Position,
    ) -> Result<Arc<Module>, Box<EvalAltResult>> {
        if source == Some(ALIAS) {
            if self.reserved.contains(path) {
                return Err(at(messages::is_reserved(path), position));
            }
            return Ok(Arc::new(Module::new()));
        }
        let name = check_name(path).map_err(|error| at(error, position))?;
        self.load(engine, &engine.new_global_runtime_state(), name, position)
    }

    fn resolve_raw(
        &self,
        engine: &Engine,
        global: &mut GlobalRuntimeState,
        _scope: &mut Scope,
        path: &str,
        position: Position,
    ) -> Result<Arc<Module>, Box<EvalAltResult>> {
        if global.level > 0 || global.scope_level > 0 {
            let rule = messages::imports_come_first_import_cannot_stand();
            return Err(at(rule.to_owned(), position));
        }
        match path {
            LINK => return self.link(engine, global),
            ENVIRONMENT => {
                link::enter_environment(global);
                return Ok(Arc::new(Module::new()));
            }
            _ => {}
        }
        let name = check_name(path).map_err(|error| at(error, position))?;
        self.load(engine, global, name, position)
    }
}

/// Returns the name of a module without the optional `.rhai`.
///
/// # Errors
///
/// A sentence, when it is no name of a module: an absolute path, one with `..`, with capitals or with spaces.
pub(super) fn check_name(path: &str) -> Result<&str, String> {
    let name = path.strip_suffix(".rhai").unwrap_or(path);
    let allowed = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '_' | '-' | '/');
    if !name.is_empty() && name.chars().all(allowed) {
        return Ok(name);
    }
    Err(messages::no_name_of_a_module(format!("{path:?}")))
}

fn at(message: String, position: Position) -> Box<EvalAltResult> {
    EvalAltResult::ErrorRuntime(message.into(), position).into()
}

/// Held while a module is loaded, so that one that imports itself is found.
struct Loading;

impl Loading {
    fn begin(resolver: &PinnedModules, name: &str) -> Result<Loading, String> {
        let resolver = std::ptr::from_ref(resolver).addr();
        LOADING.with_borrow_mut(|loading| {
            let own = || loading.iter().filter(|(of, _)| *of == resolver);
            if own().any(|(_, other)| other == name) {
                let way: Vec<&str> =
                    own().map(|(_, other)| other.as_str()).skip_while(|other| *other != name).chain([name]).collect();
                return Err(messages::modules_import_each_other(way.join(" → ")));
            }
            loading.push((resolver, name.to_owned()));
            Ok(Loading)
        })
    }

    /// Returns how many modules of `resolver` are being loaded: each but the last is waiting for the next.
    fn depth(resolver: &PinnedModules) -> usize {
        let resolver = std::ptr::from_ref(resolver).addr();
        LOADING.with_borrow(|loading| loading.iter().filter(|(of, _)| *of == resolver).count())
    }
}

impl Drop for Loading {
    fn drop(&mut self) {
        LOADING.with_borrow_mut(Vec::pop);
    }
}
