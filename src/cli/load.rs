//! From what a person names to a runbook that can be run: found, pinned, its header read, checked.

use super::desk::Desk;
use crate::binding::Registry;
use crate::check::{self, CheckInput};
use crate::engine::header::{self, Header};
use crate::engine::imports::{Pinned, closure_of_imports};
use crate::engine::library::{self, Source};
use crate::engine::sandbox::on_script_thread;
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

/// Finds and checks what `asked` names.
///
/// # Errors
/// What keeps it from being read; what the check finds is part of the result.
pub fn load(desk: &Desk, registry: &Registry, asked: &str) -> Result<Loaded, Vec<Diagnostic>> {
    let source = library::find(&desk.project, asked, &desk.current).map_err(|problem| vec![problem])?;
    load_source(registry, &source)
}

/// The same for a source that was found.
///
/// # Errors
/// As [`load`].
pub fn load_source(registry: &Registry, source: &Source) -> Result<Loaded, Vec<Diagnostic>> {
    // Parsing and walking recurse as deep as the text nests.
    on_script_thread(|| {
        let header = header::of_text(&source.text, &source.file)?;
        let pinned = closure_of_imports(source)?;
        let findings = find(registry, &header, &pinned);
        Ok(Loaded { header, pinned, findings })
    })
    .unwrap_or_else(|panic| Err(vec![Diagnostic::error(Code::Bug, panic.to_string())]))
}

fn find(registry: &Registry, header: &Header, pinned: &Pinned) -> Vec<Diagnostic> {
    let params: Vec<String> = header.params.iter().map(|spec| spec.name.clone()).collect();
    let text =
        |name: &str| pinned.sources.get(name).map(|text| check::Source { name: name.to_owned(), text: text.clone() });
    let Some(main) = text(&pinned.main) else { return Vec::new() };
    let modules = |name: &str| text(name.strip_suffix(".rhai").unwrap_or(name));
    check::check(&CheckInput {
        main: &main,
        modules: &modules,
        registry,
        params: &params,
        permissions: &header.permissions,
    })
}
