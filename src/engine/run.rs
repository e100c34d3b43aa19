//! From a runbook's pinned sources to a verdict: begin a run, take one up again, or end one for good.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rhai::{Dynamic, Engine, Map, Scope};
use zeroize::Zeroizing;

use super::conversion::{to_dynamic, to_value};
use super::error::{Raised, told};
use super::gate::{Gate, Spot, journal_diagnostic};
use super::handles::Handles;
use super::header;
use super::ledger::Ledger;
use super::listener::{Cleaned, Listener};
use super::parser::parse;
use super::sandbox::{self, CompileError, Limits, PinnedModules, Watch, on_script_thread};
use super::scope::{self, Frame};
use super::session::{Nested, Session};
use super::settle;
use super::skip::{self, Skip};
use super::sources::Sources;
use super::stop::{Stop, StopSwitch};
use super::structure;
use crate::binding::Registry;
use crate::journal::{Hold, Journal, JournalError, Opening};
use crate::messages::engine as messages;
use crate::messages::state;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::effect::Effect;
use crate::model::entry::{Event, RunStart, Seq};
use crate::model::history::History;
use crate::model::permission::Permission;
use crate::model::place::Place;
use crate::model::run::{Mode, RunId, RunState, StopKind, Who};
use crate::model::scope::{ScopePath, Segment};
use crate::model::secret::SecretRef;
use crate::model::value::Value;
use crate::policy::Policy;
use crate::world::World;
use crate::world::guardian::Locks;
use crate::world::person::{Answer, Question};
use crate::world::private_files::PrivateFiles;
use crate::world::secrets::{FingerprintKey, Secrets};
use crate::world::shared::Shared;

pub use super::sources::NESTED;

/// Called once the run can be stopped: whoever gets the switch may stop it (signals, time limits).
pub type OnSwitch = Box<dyn FnOnce(Arc<StopSwitch>) + Send>;

/// Everything around a run that is not the run itself.
pub struct Host {
    /// Where entries go, and who sees them.
    pub opening: Opening,
    /// Where calls land.
    pub world: Arc<dyn World>,
    /// Every host function.
    pub registry: Arc<Registry>,
    /// Hears what happens between entries.
    pub listener: Arc<dyn Listener>,
    /// What environment and project decided.
    pub policy: Policy,
    /// Who runs it.
    pub by: Who,
    /// Runs the bindings' futures.
    pub runtime: tokio::runtime::Handle,
    /// The project's folder.
    pub project: PathBuf,
    /// Whether plain confirmations are answered with yes.
    pub yes: bool,
    /// Whether it is a plan: reads are made, writes are only told.
    pub plan: bool,
    /// Limits of the scripts.
    pub limits: Limits,
    /// Gets the switch that stops the run.
    pub on_switch: Option<OnSwitch>,
    /// Makes tokens of this run unforgeable; random.
    pub nonce: String,
    /// Makes fingerprints of secrets, which tell whether one has changed; nothing: nobody is told.
    pub fingerprints: Option<Arc<FingerprintKey>>,
}

/// A run that is about to begin.
pub struct NewRun {
    /// Its id.
    pub run: RunId,
    /// How it begins.
    pub start: RunStart,
    /// Every source by name.
    pub sources: BTreeMap<String, String>,
    /// The values of its secret parameters.
    pub secrets: BTreeMap<SecretRef, Zeroizing<String>>,
}

/// Gives a secret again on resume; nothing when it can't.
pub type SecretAgain<'a> = &'a mut dyn FnMut(&str, &SecretRef) -> Option<Zeroizing<String>>;

/// How a run stands when the process lets go of it.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The run.
    pub run: RunId,
    /// Its state.
    pub state: RunState,
    /// What is told, unless it is done.
    pub diagnostic: Option<Diagnostic>,
    /// What it gave: its output, or the script's last value.
    pub value: Value,
    /// How many writes it has made, over all its attempts.
    pub writes: usize,
    /// How many calls are in doubt.
    pub in_doubt: usize,
    /// Writes that were made before and not asked for again.
    pub unasked: Vec<Seq>,
    /// Names of what is open and must be closed.
    pub owed: Vec<String>,
    /// Names of compensations that are registered.
    pub undos: Vec<String>,
}

/// Begins a run and runs it until it ends or stops.
///
/// # Errors
/// What keeps the run from beginning; nothing was run.
pub fn start(host: Host, new: NewRun) -> Result<Verdict, Box<Diagnostic>> {
    // What keeps a run from beginning takes no place in the journal.
    let prepared = Prepared::of(&host, &new.run, &new.start, &new.sources, new.secrets)?;
    let texts: Vec<String> = new.sources.into_values().collect();
    let journal = Journal::start(host.opening.clone(), new.run, new.start, texts).map_err(told_journal)?;
    Attempt::of(host, journal, prepared).run()
}

/// What a resume changes.
#[derive(Default)]
pub struct ResumeOptions {
    /// Sources that replace the pinned ones.
    pub edited: Option<BTreeMap<String, String>>,
    /// What was read of the run already: reading a long one takes its time.
    pub known: Option<History>,
    /// Steps that are left out by a person's decision.
    pub skip: Vec<Skip>,
}

/// Takes a run up again and runs it until it ends or stops.
///
/// # Errors
/// What keeps the run from being taken up; nothing was run.
pub fn resume(
    host: Host,
    run: &RunId,
    options: ResumeOptions,
    again: SecretAgain<'_>,
) -> Result<Verdict, Box<Diagnostic>> {
    let (journal, prepared) = take_up(&host, run, options, again)?;
    Attempt::of(host, journal, prepared).run()
}

/// Ends a run for good: pays the closes it owes, with `undo` makes its registered compensations.
///
/// # Errors
/// What keeps the run from being taken up, or a close that failed: the run is not ended then.
pub fn cancel(
    host: Host,
    run: &RunId,
    reason: Option<String>,
    undo: bool,
    again: SecretAgain<'_>,
) -> Result<Verdict, Box<Diagnostic>> {
    let (journal, prepared) = take_up(&host, run, ResumeOptions::default(), again)?;
    Attempt::of(host, journal, prepared).cancel(reason, undo)
}

fn take_up(
    host: &Host,
    run: &RunId,
    options: ResumeOptions,
    again: SecretAgain<'_>,
) -> Result<(Journal, Prepared), Box<Diagnostic>> {
    let ResumeOptions { edited, known, skip } = options;
    let journal = Journal::open_known(host.opening.clone(), run.clone(), &host.by, known).map_err(told_journal)?;
    let state = journal.history(|history| history.state);
    if state.is_final() {
        let diagnostic = Diagnostic::error(Code::RunEnded, messages::cannot_be_taken_up_again(run, state.told()));
        return Err(Box::new(diagnostic.next(messages::see_what_it_did(run))));
    }
    let skipped = skip
        .into_iter()
        .map(|skip| journal.history(|history| skip::scope_of(history, &skip.step)).map(|scope| (scope, skip)))
        .collect::<Result<Vec<_>, _>>()?;
    let mut secrets = BTreeMap::new();
    for (name, reference) in journal.history(|history| history.start.secrets.clone()) {
        match again(&name, &reference) {
            Some(value) => drop(secrets.insert(reference, value)),
            None => {
                let message = messages::the_secret_parameter_must_be_given_again(&name);
                let next = format!("runbook resume {run} --set-secret {name}=-");
                return Err(Box::new(Diagnostic::error(Code::ParameterRequired, message).next(next)));
            }
        }
    }
    let pinned = edited.as_ref().map(hashes);
    let sources = match &edited {
        Some(sources) => sources.clone(),
        None => pinned_sources(&journal).map_err(told_journal)?,
    };
    let start = journal.history(|history| history.start.clone());
    // A text that does not compile must not become the pinned one.
    let prepared = Prepared::of(host, run, &start, &sources, secrets)?;
    for text in edited.iter().flat_map(BTreeMap::values) {
        journal.keep_content(text.as_bytes());
    }
    journal.record(Event::RunResumed { by: host.by.clone(), edited: pinned }).map_err(told_journal)?;
    for (scope, Skip { value, reason, .. }) in skipped {
        let event = Event::StepSkipped { scope, value, reason, by: host.by.clone() };
        journal.record(event).map_err(told_journal)?;
    }
    Ok((journal, prepared))
}

fn hashes(sources: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    sources.iter().map(|(name, text)| (name.clone(), crate::model::entry::content_hash(text.as_bytes()))).collect()
}

fn pinned_sources(journal: &Journal) -> Result<BTreeMap<String, String>, JournalError> {
    let pinned = journal.history(|history| history.sources.clone());
    pinned
        .into_iter()
        .map(|(name, hash)| {
            let bytes = journal.backend().content(&hash)?;
            let text = String::from_utf8(bytes).map_err(|_| JournalError::Damaged {
                run: journal.run().to_string(),
                seq: 1,
                what: messages::the_source_is_not_text(&name),
            })?;
            Ok((name, text))
        })
        .collect()
}

fn told_journal(error: JournalError) -> Box<Diagnostic> {
    Box::new(journal_diagnostic(&error).state(state::nothing_was_run()))
}

/// Everything that an attempt needs besides the journal: nothing of it leaves a trace.
struct Prepared {
    engine: Engine,
    printed: Arc<Mutex<Option<Gate>>>,
    watch: Arc<Watch>,
    scope: Scope<'static>,
    sources: Sources,
    secrets: Arc<Secrets>,
    nested: HashMap<String, Nested>,
    granted: Arc<Vec<Vec<Permission>>>,
    environment: Option<Hold>,
}

impl Prepared {
    fn of(
        host: &Host,
        run: &RunId,
        start: &RunStart,
        texts: &BTreeMap<String, String>,
        secret_values: BTreeMap<SecretRef, Zeroizing<String>>,
    ) -> Result<Self, Box<Diagnostic>> {
        let watch = Watch::new(host.limits.clone());
        let secrets = Arc::new(Secrets::new(host.nonce.clone()).with_fingerprints(host.fingerprints.clone()));
        let mut scope = Scope::new();
        scope.push_constant_dynamic("params", Dynamic::from_map(params(start, &secrets, secret_values)));
        let modules = texts.iter().filter(|(name, _)| **name != start.script);
        let modules = modules.map(|(name, text)| (module_name(name), text.clone())).collect();
        let words = ["time", "run", "runbook"];
        let modules = PinnedModules::new(modules)
            .reserve(host.registry.namespaces())
            .reserve(words)
            .reserve(host.registry.family_namespaces());
        let printed: Arc<Mutex<Option<Gate>>> = Arc::default();
        let mut engine = sandbox::engine(&host.limits, &watch, modules, print_to(Arc::clone(&printed)));
        // The parser wants to know the namespaces; what stands in them comes with the gate.
        let of_family = host.registry.family_namespaces().into_iter();
        let written = |namespace: &&str| texts.values().any(|text| text.contains(&format!("{namespace}::")));
        for namespace in host.registry.namespaces().into_iter().chain(words).chain(of_family.clone().filter(written)) {
            engine.register_static_module(namespace, rhai::Module::new().into());
        }
        let sources = Sources::compile(&engine, &host.limits, &scope, &start.script, texts)
            .map_err(|error| Box::new(told_compile(&error).state(state::nothing_was_run())))?;
        let nested = nested_of(&sources, texts)?;
        let writes = sources.sites().values().flat_map(|sites| sites.iter()).any(|site| {
            host.registry.get(&site.name).is_some_and(|declaration| declaration.kind.effect() > Effect::Read)
        });
        let environment = match &start.environment {
            Some(name) if writes && start.mode == Mode::Normal && !host.plan => {
                let held = host.opening.backend.hold_environment(name, run, &host.by);
                Some(held.map_err(|error| Box::new(environment_held(&error, name)))?)
            }
            _ => None,
        };
        let granted: Vec<Permission> =
            start.permissions.iter().filter_map(|line| Permission::parse(line).ok()).collect();
        let granted = Arc::new(vec![granted]);
        Ok(Prepared { engine, printed, watch, scope, sources, secrets, nested, granted, environment })
    }
}

fn nested_of(sources: &Sources, texts: &BTreeMap<String, String>) -> Result<HashMap<String, Nested>, Box<Diagnostic>> {
    let mut nested = HashMap::new();
    for (name, tree) in sources.nested() {
        let file = format!("{NESTED}{name}");
        let text = texts.get(&file).map_or("", String::as_str);
        let parsed = parse(text, &file).map_err(|problem| Box::new(problem.state(state::nothing_was_run())))?;
        let header = header::read(&parsed, text, &file).map_err(|problems| {
            let first = problems.into_iter().next();
            Box::new(first.unwrap_or_else(|| Diagnostic::error(Code::NotARunbook, messages::is_no_runbook(name))))
        })?;
        nested.insert(name.to_owned(), Nested { header, tree: tree.clone() });
    }
    Ok(nested)
}

/// One attempt at a run, by one process.
struct Attempt {
    gate: Gate,
    engine: Engine,
    scope: Scope<'static>,
    sources: Sources,
    granted: Arc<Vec<Vec<Permission>>>,
    time_limit: Duration,
    _environment: Option<Hold>,
}

impl Attempt {
    fn of(host: Host, journal: Journal, prepared: Prepared) -> Self {
        let Prepared { mut engine, printed, watch, scope, sources, secrets, nested, granted, environment } = prepared;
        let (start, ledger) = journal.history(|history| (history.start.clone(), Ledger::of(history)));
        let stop = Arc::new(StopSwitch::new(Arc::clone(&watch)));
        let of_run = Arc::clone(&secrets);
        journal.filter(Box::new(move |event| event.rewrite(&mut |text| of_run.clean(text))));
        let shared = Shared::default();
        let locks = Locks(environment.iter().filter_map(Hold::lock).chain(journal.lock()).collect());
        let Ok(_kept) = shared.get::<Locks, std::convert::Infallible>(|| Ok(locks));
        let private = PrivateFiles::of(journal.backend().private_folder());
        private.sweep();
        let Ok(_known) = shared.get::<PrivateFiles, std::convert::Infallible>(|| Ok(private));
        let session = Arc::new(Session {
            journal,
            world: host.world,
            registry: host.registry,
            policy: host.policy,
            mode: start.mode,
            guard: start.guard,
            plan: host.plan,
            yes: host.yes,
            secrets: Arc::clone(&secrets),
            shared,
            project: host.project,
            by: host.by,
            runtime: host.runtime,
            watch,
            stop: Arc::clone(&stop),
            ledger: Mutex::new(ledger),
            main: start.script,
            sites: sources.sites(),
            nested,
            step_names: sources.step_names(),
            listener: Arc::new(Cleaned::of(host.listener, secrets)),
            closes: Mutex::default(),
            owed: Mutex::default(),
            failed_closes: Mutex::default(),
            handles: Handles::default(),
            asking: Mutex::default(),
        });
        let gate = Gate::new(session);
        *printed.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(gate.clone());
        structure::register(&mut engine, &gate);
        if let Some(on_switch) = host.on_switch {
            on_switch(stop);
        }
        let time_limit = Duration::from_secs(start.time_limit_s);
        Attempt { gate, engine, scope, sources, granted, time_limit, _environment: environment }
    }

    fn run(mut self) -> Result<Verdict, Box<Diagnostic>> {
        let overtime = self.watch_time();
        let undoing = self.gate.session().journal.history(|history| history.undoing);
        let verdict = if undoing { self.take_up_undoing() } else { self.run_script() };
        overtime.abort();
        Ok(verdict)
    }

    fn run_script(&mut self) -> Verdict {
        let result = on_script_thread(|| self.script());
        let result = result.unwrap_or_else(|panic| Err(bug(panic.to_string())));
        match result {
            Ok(value) => self.done(value),
            Err(ended) => self.stopped(ended),
        }
    }

    /// A run that has begun to undo can only finish undoing.
    fn take_up_undoing(&mut self) -> Verdict {
        let result = on_script_thread(|| {
            settle::before_start(&self.gate)?;
            self.take_over_holds();
            self.pay()?;
            self.finish_undoing()
        });
        match result.unwrap_or_else(|panic| Err(bug(panic.to_string()))) {
            Ok(()) => self.summary(RunState::Cancelled, None, Value::Unit),
            Err(ended) => self.record_stop(ended),
        }
    }

    /// Runs the script; on the script thread.
    fn script(&mut self) -> Result<Value, Ended> {
        let (frame, spot) = (self.root(), self.spot());
        for secret in self.gate.session().journal.history(|history| history.start.secrets.clone()).into_values() {
            self.gate.note_secret(secret, None, &spot).map_err(|error| self.failed(&error))?;
        }
        settle::before_start(&self.gate)?;
        self.take_over_holds();
        let Some(tree) = self.sources.main() else { return Err(bug(messages::the_main_script_is_not_pinned())) };
        let variables = &mut self.scope;
        let body = || self.engine.eval_ast_with_scope::<Dynamic>(variables, tree);
        let result = structure::in_scope(&self.gate, &self.engine, &spot, &frame, body);
        let session = self.gate.session();
        if let Some(stop) = session.stop.reason() {
            return Err(stop.into());
        }
        match result {
            Ok(value) => {
                settle::after_end(&self.gate)?;
                self.nothing_owed()?;
                let mut value = session.secrets.shown(to_value(&value).unwrap_or_default());
                value.rewrite(&mut |text| session.secrets.clean(text));
                Ok(value)
            }
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// Makes the closes of what a process before this one left open ready to be run: at the end of their scope, or when the run
    /// stops.
    fn take_over_holds(&mut self) {
        for hold in self.gate.session().journal.history(|history| history.holds.clone()) {
            self.gate.take_over_handles(&hold.scope.inner(&Segment::Hold(&hold.name)), &self.root());
            // A close that is no longer in the text stays owed; the end of the run tells.
            if let Ok((closure, state)) = self.prepare(&hold.close.source, &hold.close.name) {
                let close = structure::owed_close(&self.gate, &hold, closure, state);
                self.gate.session().owed().push(close);
            }
        }
    }

    /// A run is only done when nothing is left open.
    fn nothing_owed(&self) -> Result<(), Ended> {
        let session = self.gate.session();
        let owed: Vec<String> =
            session.journal.history(|history| history.holds.iter().map(|hold| format!("`{}`", hold.name)).collect());
        if owed.is_empty() {
            return Ok(());
        }
        let run = session.journal.run();
        let message = messages::could_not_be_closed(owed.join(", "));
        let diagnostic = Diagnostic::error(Code::CallFailed, message).next(messages::try_again_to_close(run));
        Err(Stop { kind: StopKind::Failed, diagnostic }.into())
    }

    fn done(&self, value: Value) -> Verdict {
        let session = self.gate.session();
        if let Err(error) = self.report_edit() {
            let diagnostic = journal_diagnostic(&error).state(messages::only_the_end_is_missing());
            return self.summary(RunState::Stopped(StopKind::Journal), Some(diagnostic), value);
        }
        let unasked = session.journal.history(|history| session.ledger().unasked_within(history, &ScopePath::root()));
        match session.journal.record(Event::Done { value: value.clone(), unasked }) {
            Ok(_) => self.summary(RunState::Done, None, value),
            Err(error) => {
                let diagnostic = journal_diagnostic(&error).state(messages::only_the_end_is_missing());
                self.summary(RunState::Stopped(StopKind::Journal), Some(diagnostic), value)
            }
        }
    }

    /// Tells which steps an edited text has no longer, or has in another order.
    fn report_edit(&self) -> Result<(), JournalError> {
        let session = self.gate.session();
        let (removed, reordered) = session.journal.history(|history| {
            if history.is_edited() { session.ledger().removed_and_reordered(history) } else { Default::default() }
        });
        let removed = removed.into_iter().map(|scope| (scope, messages::the_edited_text_has_this_step_no_longer()));
        let reordered =
            reordered.into_iter().map(|scope| (scope, messages::the_edited_text_has_this_step_at_another()));
        for (scope, text) in removed.chain(reordered) {
            session.journal.record(Event::Logged { scope, text: text.to_owned() })?;
        }
        Ok(())
    }

    /// The end of an attempt that did not reach the end of the script: runs what closes may still be run, offers what can be
    /// undone, and records why.
    fn stopped(&mut self, mut ended: Ended) -> Verdict {
        if ended.stop.kind.allows_closes() {
            let closed = on_script_thread(|| self.close_all());
            for (name, error) in closed.unwrap_or_default() {
                let note = messages::the_close_of_failed_and_is_owed(&name, structure::message_of(&error));
                ended.stop.diagnostic = ended.stop.diagnostic.note(note);
            }
        }
        if ended.stop.kind == StopKind::Failed && self.offer_undo() {
            self.gate.session().watch.resume();
            let undone = on_script_thread(|| self.finish_undoing());
            return match undone.unwrap_or_else(|panic| Err(bug(panic.to_string()))) {
                Ok(()) => {
                    let diagnostic =
                        ended.stop.diagnostic.state(messages::what_was_registered_to_be_undone_is_undone());
                    self.summary(RunState::Cancelled, Some(diagnostic), Value::Unit)
                }
                Err(ended) => self.record_stop(ended),
            };
        }
        self.record_stop(ended)
    }

    fn close_all(&self) -> Vec<(String, Raised)> {
        let session = self.gate.session();
        if session.closes().is_empty() && session.owed().is_empty() {
            return Vec::new();
        }
        session.watch.resume();
        let frame = Frame { closing: true, ..self.root() };
        scope::within(frame.clone(), || structure::close_all(&self.gate, &self.engine, &frame))
    }

    /// Pays every close that is owed.
    fn pay(&self) -> Result<(), Ended> {
        match self.close_all().into_iter().next() {
            None => self.nothing_owed(),
            Some((name, error)) => {
                let mut ended = self.failed(&error);
                ended.stop.diagnostic = ended.stop.diagnostic.note(messages::it_is_the_close_of_which_is_still(&name));
                Err(ended)
            }
        }
    }

    fn record_stop(&self, ended: Ended) -> Verdict {
        let session = self.gate.session();
        let Ended { stop, mut calls } = ended;
        let Stop { kind, mut diagnostic } = *stop;
        calls.extend(session.failed_closes().iter());
        if diagnostic.state.is_none() {
            diagnostic.state = Some(self.state_of_the_world());
        }
        if kind != StopKind::Journal {
            let event = Event::Stopped { kind, diagnostic: Box::new(diagnostic.clone()), ended_by: calls };
            if let Err(error) = session.journal.record(event) {
                diagnostic = diagnostic.note(messages::this_end_could_not_be_recorded(&error));
            }
        }
        self.summary(RunState::Stopped(kind), Some(diagnostic), Value::Unit)
    }

    fn summary(&self, state: RunState, mut diagnostic: Option<Diagnostic>, value: Value) -> Verdict {
        let secrets = &self.gate.session().secrets;
        diagnostic.iter_mut().for_each(|told| told.rewrite(&mut |text| secrets.clean(text)));
        self.gate.session().journal.history(|history| Verdict {
            run: history.run.clone(),
            state,
            diagnostic,
            value: history.output.clone().unwrap_or(value),
            writes: history.writes().count(),
            in_doubt: history.in_doubt().count(),
            unasked: history.unasked.clone(),
            owed: history.holds.iter().map(|hold| hold.name.clone()).collect(),
            undos: history.undos.iter().map(|undo| undo.name.clone()).collect(),
        })
    }

    fn state_of_the_world(&self) -> String {
        let (writes, doubts) =
            self.gate.session().journal.history(|history| (history.writes().count(), history.in_doubt().count()));
        match (writes, doubts) {
            (0, 0) => messages::nothing_was_changed(),
            (1, 0) => messages::one_write_was_made(),
            (writes, 0) => messages::writes_were_made(writes),
            (1, doubts) => messages::one_write_was_made_and_some_in_doubt(doubts),
            (writes, doubts) => messages::writes_were_made_and_some_in_doubt(writes, doubts),
        }
    }

    /// Offers the registered compensations; only a person at the terminal can take them.
    fn offer_undo(&self) -> bool {
        let session = self.gate.session();
        let names =
            session.journal.history(|history| history.undos.iter().map(|undo| undo.name.clone()).collect::<Vec<_>>());
        if names.is_empty() || session.plan || !session.world.person().is_there() {
            return false;
        }
        let mut shown = vec![messages::registered_to_be_undone()];
        shown.extend(names.iter().rev().map(|name| format!("  {name}")));
        let choices = vec![messages::undo_it_and_end_the_run(), messages::leave_everything_as_it_is_the_run_can()];
        let quiet = tokio_util::sync::CancellationToken::new();
        session.listener.asking(true);
        let answer = session.world.person().ask(&Question::Decide { shown, choices }, "", &quiet);
        session.listener.asking(false);
        answer == Answer::Given(Value::Int(0))
            && session.journal.record(Event::UndoBegun { by: session.by.clone() }).is_ok()
    }

    /// Makes the compensations that are left; then the run is ended for good.
    fn finish_undoing(&mut self) -> Result<(), Ended> {
        let gate = self.gate.clone();
        let frame = Frame { closing: true, ..self.root() };
        // The states are taken first: that needs the engine for itself.
        let undos = gate.session().journal.history(|history| history.undos.clone());
        let mut closures = BTreeMap::new();
        for undo in undos {
            let prepared = self.prepare(&undo.undo.source, &undo.undo.name).map_err(|error| self.failed(&error))?;
            closures.insert((undo.undo.source, undo.undo.name), prepared);
        }
        let undone = scope::within(frame.clone(), || {
            structure::undo_all(&gate, &self.engine, &frame, &mut |recipe| {
                let prepared = closures.get(&(recipe.source.clone(), recipe.name.clone()));
                prepared.cloned().ok_or_else(|| messages::the_closure_is_not_pinned().into())
            })
        });
        undone.map_err(|error| self.failed(&error))?;
        let session = gate.session();
        let cancelled = Event::Cancelled { by: session.by.clone(), reason: Some("undone".to_owned()) };
        session.journal.record(cancelled).map_err(|error| Ended::from(lost(&error)))?;
        Ok(())
    }

    fn failed(&self, error: &Raised) -> Ended {
        let session = self.gate.session();
        match session.stop.reason() {
            Some(stop) => stop.into(),
            None => {
                let (diagnostic, calls) = told(error, scope::failed_call(), &session.main, &session.watch);
                Ended { stop: Box::new(Stop { kind: StopKind::Failed, diagnostic }), calls }
            }
        }
    }

    fn prepare(&mut self, source: &str, closure: &str) -> Result<(rhai::FnPtr, rhai::GlobalRuntimeState), Raised> {
        let pointer = self.sources.closure(source, closure).ok_or_else(|| messages::no_closure_in(closure, source))?;
        let state = self.sources.state(&mut self.engine, &mut self.scope.clone(), source)?;
        Ok((pointer, state))
    }

    fn cancel(mut self, reason: Option<String>, undo: bool) -> Result<Verdict, Box<Diagnostic>> {
        let result = on_script_thread(|| self.cancel_on_thread(reason, undo));
        match result.unwrap_or_else(|panic| Err(bug(panic.to_string()))) {
            Ok(()) => Ok(self.summary(RunState::Cancelled, None, Value::Unit)),
            Err(mut ended) => {
                let state = if self.gate.session().journal.history(|history| history.undoing) {
                    messages::the_run_is_not_cancelled_undoing_can_be()
                } else {
                    messages::the_run_is_not_cancelled()
                };
                ended.stop.diagnostic = ended.stop.diagnostic.state(state.clone());
                match self.record_stop(ended).diagnostic {
                    Some(diagnostic) => Err(Box::new(diagnostic)),
                    None => Err(Box::new(Diagnostic::error(Code::Bug, state))),
                }
            }
        }
    }

    fn cancel_on_thread(&mut self, reason: Option<String>, undo: bool) -> Result<(), Ended> {
        settle::before_start(&self.gate)?;
        self.take_over_holds();
        self.pay()?;
        let session = Arc::clone(self.gate.session());
        let undoing = session.journal.history(|history| history.undoing);
        if undo || undoing {
            if !undoing {
                let begun = Event::UndoBegun { by: session.by.clone() };
                session.journal.record(begun).map_err(|error| Ended::from(lost(&error)))?;
            }
            return self.finish_undoing();
        }
        let left: Vec<String> =
            session.journal.history(|history| history.in_doubt().map(|call| call.call.function.clone()).collect());
        let reason = match (reason, left.is_empty()) {
            (reason, true) => reason,
            (None, false) => Some(messages::left_in_doubt(left.join(", "))),
            (Some(reason), false) => Some(messages::reason_and_left_in_doubt(&reason, left.join(", "))),
        };
        let cancelled = Event::Cancelled { by: session.by.clone(), reason };
        session.journal.record(cancelled).map_err(|error| Ended::from(lost(&error)))?;
        Ok(())
    }

    fn watch_time(&self) -> tokio::task::JoinHandle<()> {
        let session = self.gate.session();
        // Not the session itself: the run must be let go of as soon as the attempt is over.
        let (world, stop) = (Arc::clone(&session.world), Arc::clone(&session.stop));
        let (limit, run) = (self.time_limit, session.journal.run().clone());
        session.runtime.spawn(async move {
            world.clock().sleep(limit).await;
            let message = messages::the_run_took_longer_than(crate::model::duration::say(limit));
            let diagnostic = Diagnostic::error(Code::RunTimedOut, message).next(messages::go_on_with(&run));
            stop.stop(Stop { kind: StopKind::TimedOut, diagnostic });
        })
    }

    fn root(&self) -> Frame {
        Frame::of_script(crate::model::scope::ScopePath::root(), Arc::clone(&self.granted))
    }

    fn spot(&self) -> Spot {
        Spot { file: self.gate.session().main.clone(), position: rhai::Position::NONE }
    }
}

/// An attempt that did not reach the end.
struct Ended {
    stop: Box<Stop>,
    calls: Vec<Seq>,
}

impl From<Box<Stop>> for Ended {
    fn from(stop: Box<Stop>) -> Self {
        Ended { stop, calls: Vec::new() }
    }
}

impl From<Stop> for Ended {
    fn from(stop: Stop) -> Self {
        Ended { stop: Box::new(stop), calls: Vec::new() }
    }
}

fn bug(what: String) -> Ended {
    Stop { kind: StopKind::Bug, diagnostic: Diagnostic::error(Code::Bug, what) }.into()
}

fn lost(error: &JournalError) -> Stop {
    Stop { kind: StopKind::Journal, diagnostic: journal_diagnostic(error) }
}

/// The name under which a script imports a pinned source.
fn module_name(source: &str) -> String {
    source.strip_suffix(".rhai").unwrap_or(source).to_owned()
}

fn print_to(gate: Arc<Mutex<Option<Gate>>>) -> impl Fn(&str) + Send + Sync + 'static {
    move |text| {
        let gate = gate.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if let (Some(gate), Some(frame)) = (gate, scope::current())
            && !frame.polling
        {
            // A journal that fails stops the run at its next call; a print has no way to say so.
            let _ = gate.record(Event::Logged { scope: frame.path, text: text.to_owned() }, rhai::Position::NONE);
        }
    }
}

fn params(start: &RunStart, secrets: &Secrets, mut values: BTreeMap<SecretRef, Zeroizing<String>>) -> Map {
    let plain = start.params.as_map().cloned().unwrap_or_default();
    let mut params: Map = plain.into_iter().map(|(name, value)| (name.into(), to_dynamic(value))).collect();
    for (name, reference) in &start.secrets {
        if let Some(value) = values.remove(reference) {
            params.insert(name.as_str().into(), secrets.add(reference.clone(), value).into());
        }
    }
    params
}

/// What is told of a source that does not compile.
#[must_use]
pub fn told_compile(error: &CompileError) -> Diagnostic {
    let position = error.position();
    let file = match error {
        CompileError::TooLarge { file, .. } | CompileError::Refused { file, .. } => file.clone(),
    };
    let place = Place::new(file, position.line().unwrap_or(1), position.position().unwrap_or(1));
    Diagnostic::error(Code::Syntax, error.to_string()).at(place, 1, "")
}

fn environment_held(error: &JournalError, name: &str) -> Diagnostic {
    match error {
        JournalError::Held { by, run } => {
            let run = run.clone().unwrap_or_default();
            let by = by.as_ref().map(|who| format!(", {who}")).unwrap_or_default();
            Diagnostic::error(Code::EnvironmentHeld, messages::environment_is_held(name, &run, &by))
                .state(state::nothing_was_run())
                .next(messages::show(&run))
                .next(messages::decide_or(&run))
        }
        other => journal_diagnostic(other),
    }
}
