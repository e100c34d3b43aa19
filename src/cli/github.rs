//! GitHub Actions, when a command runs there: workflow commands on standard error, and the summary of the step. Whatever else is
//! written stands behind a fence, so that nothing of foreign text is taken for a command
//! (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>).

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::model::diagnostic::{Diagnostic, Severity};
use crate::world::escape;
use crate::world::terminal::Screen;

/// The step of a workflow that this process is.
#[derive(Debug)]
pub(super) struct GitHub {
    /// What lowers the fence. Nobody else knows it before it is used.
    token: String,
    /// The checked-out repository, whose files can be annotated.
    workspace: Option<PathBuf>,
    /// The file of the step's summary.
    summary: Option<PathBuf>,
}

impl GitHub {
    /// The step, as the environment tells; nothing elsewhere.
    pub fn of_process() -> Option<Self> {
        let path = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        std::env::var_os("GITHUB_ACTIONS").filter(|value| value == "true")?;
        Some(GitHub {
            token: uuid::Uuid::new_v4().simple().to_string(),
            workspace: path("GITHUB_WORKSPACE"),
            summary: path("GITHUB_STEP_SUMMARY"),
        })
    }

    /// From now on nothing is taken for a command, whichever stream it is written to.
    pub fn raise_fence(&self, screen: &Screen) {
        screen.watch(&format!("::stop-commands::{}", self.token));
    }

    /// The opposite.
    pub fn lower_fence(&self, screen: &Screen) {
        screen.watch(&format!("::{}::", self.token));
    }

    /// Begins a group of lines that can be folded.
    pub fn group(&self, screen: &Screen, title: &str) {
        self.command(screen, &format!("::group::{}", data(title)));
    }

    /// Ends it.
    pub fn end_group(&self, screen: &Screen) {
        self.command(screen, "::endgroup::");
    }

    /// Annotates the source of a finding, where it is a file of the workspace.
    pub fn annotate(&self, screen: &Screen, root: &Path, diagnostic: &Diagnostic) {
        let kind = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let mut properties = Vec::new();
        if let Some(place) = diagnostic.place()
            && let Some(file) = self.inside(&root.join(&place.file))
        {
            properties.push(format!("file={},line={},col={}", property(&file), place.line, place.column));
        }
        properties.push(format!("title={}", property(&format!("{} {}", diagnostic.code, diagnostic.code.title()))));
        let said = [Some(diagnostic.message.clone()), diagnostic.state.clone()];
        let said: Vec<String> = said.into_iter().flatten().collect();
        self.command(screen, &format!("::{kind} {}::{}", properties.join(","), data(&said.join("\n"))));
    }

    /// Adds Markdown to the summary of the step.
    ///
    /// # Errors
    /// A file that can't be written.
    pub fn summarize(&self, markdown: &str) -> io::Result<()> {
        let Some(file) = &self.summary else { return Ok(()) };
        let mut opened = OpenOptions::new().append(true).create(true).open(file)?;
        opened.write_all(markdown.as_bytes())?;
        opened.write_all(b"\n")
    }

    fn inside(&self, file: &Path) -> Option<String> {
        let workspace = self.workspace.as_ref()?.canonicalize().ok()?;
        let file = file.canonicalize().ok()?;
        Some(file.strip_prefix(workspace).ok()?.to_string_lossy().into_owned())
    }

    fn command(&self, screen: &Screen, command: &str) {
        let lower = format!("::{}::", self.token);
        let raise = format!("::stop-commands::{}", self.token);
        // In one go: another thread's line between them would stand outside the fence.
        screen.show(&[lower, command.to_owned(), raise], Vec::new());
    }
}

/// The text of a command. Only line ends need escaping, and what escapes them.
fn data(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(escape::line).collect();
    lines.join("\n").replace('%', "%25").replace('\n', "%0A")
}

/// The value of a property, in which the signs between properties need it too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
