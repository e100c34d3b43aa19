//! `runbook resume`: takes up a run that stopped or died.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use zeroize::Zeroizing;

use super::arguments::pair;
use super::conduct::{Conduct, conduct, person};
use super::desk::Desk;
use super::load::load;
use super::outside::Around;
use super::take_over;
use super::view::Act;
use crate::engine::environment::Environment;
use crate::engine::gate::journal_diagnostic;
use crate::engine::parameters::Outside;
use crate::engine::project::Project;
use crate::engine::run::{self as engine, ResumeOptions};
use crate::engine::skip::Skip;
use crate::journal::{self, Backend};
use crate::messages::command_line as messages;
use crate::messages::resume as told;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::entry::content_hash;
use crate::model::history::History;
use crate::model::run::RunId;
use crate::model::secret::SecretRef;
use crate::model::value::Value;
use crate::policy::Policy;
use crate::world::person::{Answer, Question};

/// Go on with a run that stopped or died
#[derive(Debug, Args)]
#[command(
    after_help = "What was done is not done again: finished steps are skipped, recorded writes are given from the journal,\n\
                        and what is in doubt is settled first."
)]
pub struct Resume {
    /// Its id, or the beginning of it; the newest unfinished run when left out
    run: Option<String>,

    /// Take the runbook's text as it is now instead of the pinned one
    #[arg(long)]
    edited: bool,

    /// Leave a step out that was begun and is not finished: its name, or its path as it is shown (`outer › inner`)
    #[arg(long, value_name = "STEP", requires = "reason")]
    skip: Option<String>,

    /// Why it is left out; every report says so
    #[arg(long, value_name = "TEXT", requires = "skip")]
    reason: Option<String>,

    /// What stands for the value of the step that is left out
    #[arg(long, value_name = "JSON", requires = "skip")]
    value: Option<String>,

    /// Give a secret parameter again: `-` (standard input), `@FILE` or `env:NAME`
    #[arg(long = "set-secret", value_name = "NAME=SOURCE", value_parser = pair)]
    set_secret: Vec<(String, String)>,

    /// Go on with an imported run: it has stopped where it comes from, and nobody resumes it there
    #[arg(long)]
    take_over: bool,

    /// Answer plain confirmations with yes; never approvals
    #[arg(short, long)]
    yes: bool,
}

/// A run that is about to be taken up.
pub(super) struct Taken {
    pub backend: Arc<dyn Backend>,
    pub run: RunId,
    pub history: History,
    pub policy: Policy,
}

impl Resume {
    /// Runs the command.
    #[must_use]
    pub fn go(self, desk: &Desk) -> ExitCode {
        let taken = match take(desk, self.run.as_deref()) {
            Ok(taken) => taken,
            Err(code) => return code,
        };
        if let Err(diagnostic) = take_over::allowed(desk, &taken, self.take_over, "resume") {
            return desk.fail(&diagnostic);
        }
        let skip = match self.skip() {
            Ok(skip) => skip,
            Err(diagnostic) => return desk.fail(&diagnostic),
        };
        let sources = pinned(&taken);
        let edited = if self.edited {
            match edited(desk, &taken) {
                Ok(sources) => Some(sources),
                Err(code) => return code,
            }
        } else {
            if let Some(changed) = changed_file(desk, &taken) {
                desk.screen.watch(&messages::the_text_has_changed(&changed));
            }
            None
        };
        if taken.backend.is_ending(&taken.run, &desk.by) {
            desk.screen.watch(&told::waits_for_what_was_started());
        }
        let how = Conduct {
            act: Act::Resume,
            backend: Arc::clone(&taken.backend),
            policy: taken.policy,
            yes: self.yes,
            sources: edited.clone().unwrap_or(sources),
        };
        let mut again = secrets_again(desk, self.set_secret);
        let start = taken.history.start.clone();
        let skip = skip.into_iter().collect();
        let options = ResumeOptions { edited, known: Some(taken.history), skip };
        conduct(desk, &taken.run, &start, how, |host| engine::resume(host, &taken.run, options, &mut again))
    }
}

impl Resume {
    /// The step that is left out.
    fn skip(&self) -> Result<Option<Skip>, Box<Diagnostic>> {
        let (Some(step), Some(reason)) = (self.skip.clone(), self.reason.clone()) else { return Ok(None) };
        let read = |text: &String| {
            let json = serde_json::from_str(text).map_err(|error| error.to_string())?;
            Value::from_plain_json(json).map_err(|error| error.to_string())
        };
        let value = self.value.as_ref().map(read).transpose().map_err(|why| {
            Box::new(Diagnostic::error(Code::Usage, told::value_is_no_json(why)).state(told::nothing_was_run()))
        })?;
        Ok(Some(Skip { step, value: value.unwrap_or_default(), reason }))
    }
}

/// Finds the run and reads what it has done.
///
/// # Errors
/// No such run, or one that can't be read: it has been told, and this is the exit code.
pub(super) fn take(desk: &Desk, run: Option<&str>) -> Result<Taken, ExitCode> {
    let backend = desk.journal().map_err(|diagnostic| desk.fail(&diagnostic))?;
    let run = desk.run_of(&*backend, run).map_err(|diagnostic| desk.fail(&diagnostic))?;
    let history = journal::read(&*backend, &run).map_err(|error| desk.fail(&journal_diagnostic(&error)))?;
    // The run's own project decides, wherever it is taken up.
    let project = std::path::Path::new(&history.start.project);
    let settled = Project::find(project)
        .map_err(|problems: Vec<Diagnostic>| desk.tell_all(&problems, &|name| desk.file(name)))?;
    let mut policy = settled.settings.with_user(&desk.user).policy;
    if let Some(name) = &history.start.environment {
        let environment =
            Environment::load(project, name).map_err(|problems| desk.tell_all(&problems, &|name| desk.file(name)))?;
        policy = policy.tightened_by(&environment.policy);
    }
    Ok(Taken { backend, run, history, policy })
}

/// The pinned texts, for messages; those that can't be read are left out.
pub(super) fn pinned(taken: &Taken) -> BTreeMap<String, String> {
    super::found::pinned(&*taken.backend, &taken.history)
}

fn edited(desk: &Desk, taken: &Taken) -> Result<BTreeMap<String, String>, ExitCode> {
    let registry = crate::bindings::all();
    let start = &taken.history.start;
    // By path where it was run by path, else by name.
    let asked = if desk.project.root.join(&start.script).is_file() {
        desk.project.root.join(&start.script).display().to_string()
    } else {
        start.runbook.clone()
    };
    let loaded = load(desk, &registry, &asked).map_err(|problems| desk.tell_all(&problems, &|name| desk.file(name)))?;
    if loaded.has_errors() {
        return Err(desk.tell_all(&loaded.findings, &|name| loaded.text(name)));
    }
    let mut sources = loaded.pinned.sources;
    // The main text keeps the name it was pinned under, since the journal knows it by that.
    if let Some(main) = sources.remove(&loaded.pinned.main) {
        sources.insert(start.script.clone(), main);
    }
    Ok(sources)
}

fn changed_file(desk: &Desk, taken: &Taken) -> Option<String> {
    let script = &taken.history.start.script;
    let now = desk.file(script)?;
    let pinned = taken.history.sources.get(script)?;
    (content_hash(now.as_bytes()) != *pinned).then(|| script.clone())
}

/// Reads secrets again: from the flag, from where they came from, or from the person.
pub(super) fn secrets_again(
    desk: &Desk,
    flags: Vec<(String, String)>,
) -> impl FnMut(&str, &SecretRef) -> Option<Zeroizing<String>> {
    let person = person(desk);
    let mut around = Around { current: desk.current.clone(), person: Arc::clone(&person) };
    move |name, reference| {
        let source = flags.iter().find(|(flag, _)| flag == name).map(|(_, source)| source.as_str());
        let text = match (source, reference.provider.as_str()) {
            (Some("-"), _) => around.standard_input().ok(),
            (Some(source), _) if source.starts_with('@') => around.file(source.trim_start_matches('@')).ok(),
            (Some(source), _) => source.strip_prefix("env:").and_then(|name| around.variable(name)).map(Zeroizing::new),
            (None, "env") => around.variable(&reference.name).map(Zeroizing::new),
            (None, "file") => around.file(&reference.name).ok(),
            (None, _) => None,
        };
        let text = text.map(|text| Zeroizing::new(text.trim_end_matches(['\n', '\r']).to_owned()));
        text.or_else(|| {
            if !person.is_there() {
                return None;
            }
            let question = Question::Secret { text: messages::given_again(name) };
            match person.ask(&question, "", &tokio_util::sync::CancellationToken::new()) {
                Answer::Given(Value::Text(text)) => Some(Zeroizing::new(text)),
                _ => None,
            }
        })
    }
}

/// A run that is final can't be taken up.
pub(super) fn refuse_final(desk: &Desk, taken: &Taken) -> Option<ExitCode> {
    taken.history.state.is_final().then(|| {
        let message = messages::run_is_in_state(&taken.run, taken.history.state.told());
        desk.fail(&Diagnostic::error(Code::RunEnded, message).next(messages::see_what_a_run_did(&taken.run)))
    })
}
