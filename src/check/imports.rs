//! Imports that name no module (RB0113).

use rhai::Expr;

use super::ground::{Ground, View};
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;

/// Finds them.
pub(super) fn find(_: &Ground<'_>, view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for import in &view.names.imports {
        let at = import.path.start_position();
        match import.path {
            Expr::StringConstant(path, _) if matches!(view.script.imports.get(path.as_str()), Some(Some(_))) => {}
            Expr::StringConstant(path, _) => {
                let finding = Diagnostic::error(Code::UnknownModule, format!("there is no module `{path}`"));
                let finding = finding.note(
                    "modules are looked up in the project, in the configured libraries, and among those built in",
                );
                found.push(view.script.point(finding, at, "imported here"));
            }
            _ => {
                let finding = Diagnostic::error(
                    Code::UnknownModule,
                    "an import that can't be followed without running the script",
                );
                found.push(view.script.point(finding, at, "write the module's name as a text in double quotes"));
            }
        }
    }
}
