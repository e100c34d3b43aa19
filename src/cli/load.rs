//! From what a person names to a runbook that can be run: found, pinned, its header read, checked.

use super::desk::Desk;
use crate::binding::Registry;
use crate::check::outline::{self, Line, What};
use crate::check::{self, CheckInput};
use crate::engine::header::{self, Header};
use crate::engine::imports::{Pinned, closure_of_imports};
use crate::engine::library::{self, Source};
use crate::engine::run::NESTED;
use crate::engine::sandbox::on_script_thread;
use crate::messages::command_line as messages;
use crate::model::code::Code;
use crate::model::diagnostic::{Diagnostic, Severity};

/// A runbook with all its texts.
pub struct Loaded {
    /// What it says of itself.
    pub header: Header,
    /// Its texts.
    pub pinned: Pinned,
    /// What the check found.
    pub findings: Vec<Diagnostic>,
}

impl Loaded {
    /// Whether the check found something that keeps it from being run.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// A text by the name that messages use.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.pinned.sources.get(name).cloned()
    }
}

/// Steps and calls of a runbook, those of the runbooks that it runs inside itself with them.
#[must_use]
pub fn outline(loaded: &Loaded, registry: &Registry) -> Vec<Line> {
    on_script_thread(|| outline_of(registry, &loaded.header, &loaded.pinned, &mut Vec::new())).unwrap_or_default()
}

fn outline_of(registry: &Registry, header: &Header, pinned: &Pinned, around: &mut Vec<String>) -> Vec<Line> {
    let mut lines = Vec::new();
    for line in with_input(registry, header, pinned, outline::outline) {
        let depth = line.depth + 1;
        let nested = match &line.what {
            What::Part { kind: "runbook", name } => Some(format!("{NESTED}{name}")),
            _ => None,
        };
        lines.push(line);
        let Some(key) = nested.filter(|key| !around.contains(key)) else { continue };
        let inner = pinned.sources.get(&key).and_then(|text| header::of_text(text, &key).ok());
        if let Some(inner) = inner {
            let pinned = Pinned { main: key.clone(), ..pinned.clone() };
            around.push(key);
            let inside = outline_of(registry, &inner, &pinned, around);
            around.pop();
            lines.extend(inside.into_iter().map(|line| Line { depth: line.depth + depth, ..line }));
        }
    }
    lines
}

/// Finds and checks what `asked` names.
///
/// # Errors
/// What keeps it from being read; what the check finds is part of the result.
pub fn load(desk: &Desk, registry: &Registry, asked: &str) -> Result<Loaded, Vec<Diagnostic>> {
    let source = library::find(&desk.project, asked, &desk.current).map_err(|problem| vec![problem])?;
    load_source(desk, registry, &source)
}

/// The same for a text that was found.
///
/// # Errors
/// As [`load`].
pub fn load_source(desk: &Desk, registry: &Registry, source: &Source) -> Result<Loaded, Vec<Diagnostic>> {
    // Parsing and walking recurse as deep as the text nests.
    on_script_thread(|| {
        let header = header::of_text(&source.text, &source.file)?;
        let mut pinned = closure_of_imports(source)?;
        let mut findings = find(registry, &header, &pinned);
        pin_nested(desk, registry, &header, &mut pinned, &mut findings)?;
        Ok(Loaded { header, pinned, findings })
    })
    .unwrap_or_else(|panic| Err(vec![Diagnostic::error(Code::Bug, panic.to_string())]))
}

/// Pins the runbooks that a runbook runs, and those that they run, each under `runbook:NAME`; they are checked with it.
fn pin_nested(
    desk: &Desk,
    registry: &Registry,
    header: &Header,
    pinned: &mut Pinned,
    findings: &mut Vec<Diagnostic>,
) -> Result<(), Vec<Diagnostic>> {
    for nested in &header.runbooks {
        let key = format!("{NESTED}{}", nested.name);
        if pinned.sources.contains_key(&key) {
            continue;
        }
        let asked = format!("{}@{}", nested.name, nested.version);
        let at = |problem: Diagnostic| vec![problem.at(nested.place.clone(), 1, "")];
        let source = library::find(&desk.project, &asked, &desk.current).map_err(at)?;
        let source = Source { file: key.clone(), ..source };
        let inner = header::of_text(&source.text, &source.file)?;
        let texts = closure_of_imports(&source)?;
        findings.extend(find(registry, &inner, &texts));
        findings.retain(|finding| !is_for_nested(finding, header, &inner));
        for (name, text) in texts.sources {
            match pinned.sources.get(&name) {
                Some(known) if *known != text => {
                    let message = messages::two_modules_of_one_name(&name);
                    return Err(at(Diagnostic::error(Code::NotARunbook, message)));
                }
                _ => drop(pinned.sources.insert(name, text)),
            }
        }
        pin_nested(desk, registry, &inner, pinned, findings)?;
    }
    Ok(())
}

/// Whether a permission that the outer runbook does not use itself is there for a nested one: both must have it.
fn is_for_nested(finding: &Diagnostic, outer: &Header, inner: &Header) -> bool {
    let action = |line: &str| line.split_whitespace().next().unwrap_or_default().to_owned();
    finding.code == Code::PermissionUnused
        && outer.permissions.iter().any(|(line, place)| {
            finding.place() == Some(place) && inner.permissions.iter().any(|(wanted, _)| action(wanted) == action(line))
        })
}

fn find(registry: &Registry, header: &Header, pinned: &Pinned) -> Vec<Diagnostic> {
    with_input(registry, header, pinned, check::check)
}

fn with_input<T>(
    registry: &Registry,
    header: &Header,
    pinned: &Pinned,
    look: impl FnOnce(&CheckInput<'_>) -> Vec<T>,
) -> Vec<T> {
    let params: Vec<String> = header.params.iter().map(|spec| spec.name.clone()).collect();
    let text =
        |name: &str| pinned.sources.get(name).map(|text| check::Source { name: name.to_owned(), text: text.clone() });
    let Some(main) = text(&pinned.main) else { return Vec::new() };
    let modules = |name: &str| text(name.strip_suffix(".rhai").unwrap_or(name));
    let nested = header.runbooks.iter().map(|nested| (nested.line(), nested.place.clone()));
    let permissions: Vec<_> = header.permissions.iter().cloned().chain(nested).collect();
    look(&CheckInput { main: &main, modules: &modules, registry, params: &params, permissions: &permissions })
}
