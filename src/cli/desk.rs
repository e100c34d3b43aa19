//! What a subcommand works with: the screen, the project, the journal, and how things are told.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anstream::ColorChoice;

use super::arguments::{Colour, Common, Output};
use super::github::GitHub;
use super::render::{Look, render};
use crate::engine::gate::journal_diagnostic;
use crate::engine::project::{self, Project, Settings};
use crate::journal::sqlite::SqliteBackend;
use crate::journal::{self, Backend, JournalError, Pruned, RunSummary};
use crate::messages::command_line as messages;
use crate::messages::{prune, state};
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::entry::Event;
use crate::model::run::{RunId, Who};
use crate::world::process_facts;
use crate::world::terminal::{Looks, Screen, Surroundings};

/// What a subcommand works with.
pub struct Desk {
    /// Where things are shown.
    pub screen: Arc<Screen>,
    /// How results look: they may go to a file while a terminal shows what people watch.
    pub looks: Looks,
    /// The project.
    pub project: Project,
    /// What the user's own settings say; they are part of the project's already.
    pub user: Settings,
    /// The folder the command was given in.
    pub current: PathBuf,
    /// The form of the result.
    pub output: Output,
    /// Whether a person may be asked.
    pub interactive: bool,
    /// Who works here.
    pub by: Who,
    /// The step of a workflow that this process is.
    pub(super) github: Option<GitHub>,
    /// Whether a flag says the language.
    pub(super) language_flag: bool,
    /// The folder of the journal as a flag or variable says it.
    pub(super) state_dir: Option<PathBuf>,
}

impl Desk {
    /// Sets the desk for a command.
    ///
    /// # Errors
    /// A project that can't be read: it has been told, and this is the exit code.
    pub fn set(common: &Common) -> Result<Self, ExitCode> {
        let colour = match common.color {
            Colour::Auto => ColorChoice::Auto,
            Colour::Always => ColorChoice::Always,
            Colour::Never => ColorChoice::Never,
        };
        // What is wrong with the project is told before it can say in which language.
        let surroundings = Surroundings::of_process(false);
        surroundings.language(common.lang, None).speak();
        let found = std::env::current_dir()
            .map_err(|error| vec![Diagnostic::error(Code::File, messages::current_folder_not_found(&error))])
            .and_then(|current| Project::find(&current).map(|project| (current, project)))
            .and_then(|(current, project)| project::user_settings().map(|user| (current, project, user)));
        let settled = found.as_ref().ok().and_then(|(_, project, user)| project.settings.language.or(user.language));
        let language = surroundings.language(common.lang, settled);
        language.speak();
        let screen = Arc::new(Screen::standard(Looks::decide(colour, common.ascii)));
        let looks = Looks::decide_results(colour, common.ascii);
        let by = process_facts::who();
        let told = |diagnostics: Vec<Diagnostic>| {
            for diagnostic in &diagnostics {
                let source = |file: &str| std::fs::read_to_string(file).ok();
                screen.watch(render(diagnostic, &source, look(&screen)).trim_end());
            }
            exit_code(diagnostics.first().map_or(Code::Configuration, |diagnostic| diagnostic.code))
        };
        let (current, project, user) = found.map_err(told)?;
        let project = Project { settings: project.settings.with_user(&user), ..project };
        Ok(Desk {
            screen,
            looks,
            project,
            user,
            current,
            output: common.output,
            interactive: !common.non_interactive && std::env::var_os("CI").is_none(),
            by,
            github: GitHub::of_process(),
            language_flag: common.lang.is_some(),
            state_dir: common.state_dir.clone(),
        })
    }

    /// The folder of the journal.
    ///
    /// # Errors
    /// No home folder to put it in.
    pub fn state_folder(&self) -> Result<PathBuf, Box<Diagnostic>> {
        project::state_folder(self.state_dir.as_ref().map(|folder| folder.as_os_str())).map_err(Box::new)
    }

    /// The journal.
    ///
    /// # Errors
    /// One that can't be opened.
    pub fn journal(&self) -> Result<Arc<dyn Backend>, Box<Diagnostic>> {
        let folder = self.state_folder()?;
        let backend = SqliteBackend::open(&folder).map_err(|error| {
            let diagnostic = journal_diagnostic(&error).state(state::nothing_was_run());
            Box::new(match &error {
                JournalError::Exposed { path, .. } => diagnostic.next(format!("chmod go-rwx '{path}'")),
                JournalError::Newer { .. } => diagnostic.next(messages::use_the_newer_program()),
                _ => diagnostic,
            })
        })?;
        Ok(Arc::new(backend))
    }

    /// The run that a person means by `text`: an id, or the beginning of one that fits only one run. Nothing: the newest that is
    /// not finished.
    ///
    /// # Errors
    /// None or several that fit.
    pub fn run_of(&self, backend: &dyn Backend, text: Option<&str>) -> Result<RunId, Box<Diagnostic>> {
        let runs = backend.runs().map_err(|error| Box::new(journal_diagnostic(&error)))?;
        let ids = runs.iter().map(|run| run.first.run.clone());
        let Some(text) = text else {
            let newest = runs.iter().find(|run| !has_ended(backend, run)).map(|run| run.first.run.clone());
            return newest.ok_or_else(|| {
                let diagnostic = Diagnostic::error(Code::NoSuchRun, messages::no_unfinished_run());
                Box::new(diagnostic.next(messages::see_all_runs()))
            });
        };
        let wanted = if text.starts_with("r-") { text.to_owned() } else { format!("r-{text}") };
        let fitting: Vec<RunId> = ids.filter(|id| id.as_str().starts_with(&wanted)).collect();
        let exact = fitting.iter().find(|id| id.as_str() == wanted).cloned();
        match (exact, fitting.as_slice()) {
            (Some(run), _) => Ok(run),
            (None, [run]) => Ok(run.clone()),
            (None, []) => {
                let pruned = backend.pruned().map_err(|error| Box::new(journal_diagnostic(&error)))?;
                let gone = pruned.into_iter().rev().find(|gone| gone.run.as_str().starts_with(&wanted));
                Err(Box::new(match gone {
                    Some(Pruned { run, runbook, pruned_by, pruned_at, .. }) => {
                        let message = prune::was_pruned(run, runbook, pruned_by, pruned_at);
                        Diagnostic::error(Code::NoSuchRun, message).next(prune::import_what_was_exported())
                    }
                    None => {
                        let diagnostic = Diagnostic::error(Code::NoSuchRun, messages::no_such_run(text));
                        diagnostic.next(messages::see_all_runs())
                    }
                }))
            }
            (None, several) => {
                let ids: Vec<&str> = several.iter().map(RunId::as_str).collect();
                let diagnostic = Diagnostic::error(Code::NoSuchRun, messages::several_runs(text));
                Err(Box::new(diagnostic.note(ids.join(", "))))
            }
        }
    }

    /// Tells one message; gives the exit code it stands for.
    pub fn tell(&self, diagnostic: &Diagnostic, source: &dyn Fn(&str) -> Option<String>) -> ExitCode {
        self.screen.watch(render(diagnostic, source, look(&self.screen)).trim_end());
        if let Some(github) = &self.github {
            github.annotate(&self.screen, &self.project.root, diagnostic);
        }
        exit_code(diagnostic.code)
    }

    /// Tells messages whose sources are files of the project; gives the exit code of the first error.
    pub fn tell_all(&self, diagnostics: &[Diagnostic], sources: &dyn Fn(&str) -> Option<String>) -> ExitCode {
        for diagnostic in diagnostics {
            self.tell(diagnostic, sources);
        }
        let first = diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error);
        first.map_or(ExitCode::SUCCESS, |diagnostic| exit_code(diagnostic.code))
    }

    /// The text of a file of the project, for messages.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<String> {
        let inside = Path::new(name);
        std::fs::read_to_string(self.project.root.join(inside))
            .or_else(|_| std::fs::read_to_string(self.current.join(inside)))
            .ok()
    }

    /// Tells a message without a source.
    pub fn fail(&self, diagnostic: &Diagnostic) -> ExitCode {
        self.tell(diagnostic, &|name| self.file(name))
    }
}

/// How messages look on a screen.
#[must_use]
pub fn look(screen: &Screen) -> Look {
    let looks = screen.looks();
    Look { colour: looks.colour, ascii: looks.ascii, width: screen.columns().min(120) }
}

/// The exit code that a message stands for.
#[must_use]
pub fn exit_code(code: Code) -> ExitCode {
    ExitCode::from(match code {
        Code::NoSuchRun | Code::RunEnded => 2,
        Code::Waiting => 5,
        Code::Interrupted => 130,
        Code::Bug => 70,
        other => match other.text().get(2..4) {
            Some("01" | "03") => 3,
            Some("02") => 2,
            Some("04") => 4,
            Some("06") => 6,
            Some("07") => 7,
            Some("08") => 8,
            _ => 1,
        },
    })
}

/// Whether a run has ended for good. Notes can follow the end; a run that can't be read has not ended.
pub(super) fn has_ended(backend: &dyn Backend, run: &RunSummary) -> bool {
    match run.newest.event {
        Event::Done { .. } | Event::Cancelled { .. } => true,
        Event::Noted { .. } => journal::read(backend, &run.first.run).is_ok_and(|history| history.state.is_final()),
        _ => false,
    }
}
