//! Names that would hide a function of the host or of the engine (RB0114).

use super::ground::{Ground, View};
use crate::engine::words::word;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;

/// Finds them.
pub(super) fn find(ground: &Ground<'_>, view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for import in &view.names.imports {
        let alias = import.alias.name.as_str();
        if ground.is_namespace(alias) {
            let finding = Diagnostic::error(Code::Shadowing, format!("`{alias}` is a namespace of `runbook` itself"));
            let text = format!("import it under another name than `{alias}`");
            found.push(view.script.point(finding, import.alias.pos, text));
        }
    }
    for function in view.tree.functions.iter() {
        if let Some(word) = word(&function.name) {
            let finding =
                Diagnostic::error(Code::Shadowing, format!("`{}` is a function of `runbook` itself", word.name));
            let at = view.script.name_before(&function.name, function.start);
            let finding = finding.note(format!("`{}` {}", word.form(), word.summary));
            found.push(view.script.point(finding, at, "give it another name"));
        }
    }
}
