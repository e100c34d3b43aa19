//! Names that would hide a function of the host or of the engine (RB0114).

use super::ground::{Ground, View};
use crate::engine::words::word;
use crate::messages::check as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;

/// Finds them.
pub(super) fn find(ground: &Ground<'_>, view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for import in &view.names.imports {
        let alias = import.alias.name.as_str();
        if ground.is_namespace(alias) {
            let finding = Diagnostic::error(Code::Shadowing, messages::is_a_namespace_of_runbook_itself(alias));
            let text = messages::import_it_under_another_name_than(alias);
            found.push(view.script.point(finding, import.alias.pos, text));
        }
    }
    for function in view.tree.functions.iter() {
        if let Some(word) = word(&function.name) {
            let finding = Diagnostic::error(Code::Shadowing, messages::is_a_function_of_runbook_itself(word.name));
            let at = view.script.name_before(&function.name, function.start);
            let finding = finding.note(format!("`{}` {}", word.form(), word.summary));
            found.push(view.script.point(finding, at, messages::give_it_another_name()));
        }
    }
}
