//! Imports that name no module, or lead back to where they stand (RB0113).

use rhai::Expr;

use super::ground::{Ground, View};
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;

/// Finds them.
pub(super) fn find(ground: &Ground<'_>, view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for import in &view.names.imports {
        let at = import.path.start_position();
        let Expr::StringConstant(path, _) = import.path else {
            let finding = Diagnostic::error(Code::UnknownModule, "an import that can't be followed without running the script");
            found.push(view.script.point(finding, at, "write the module's name as a text in double quotes"));
            continue;
        };
        match view.script.imports.get(path.as_str()).copied().flatten() {
            None => {
                let finding = Diagnostic::error(Code::UnknownModule, format!("there is no module `{path}`"));
                let finding =
                    finding.note("modules are looked up in the project, in the configured libraries, and among those built in");
                found.push(view.script.point(finding, at, "imported here"));
            }
            Some(module) => {
                if let Some(way) = way(ground, module, view.index, &mut Vec::new()) {
                    let files: Vec<String> = way.iter().map(|name| format!("`{name}`")).collect();
                    let finding = Diagnostic::error(Code::UnknownModule, format!("`{}` imports itself", view.script.source.name));
                    let text = format!("leads back here by way of {}", files.join(", "));
                    found.push(view.script.point(finding, at, text));
                }
            }
        }
    }
}

/// The scripts on the way from one to another by imports.
fn way(ground: &Ground<'_>, from: usize, to: usize, seen: &mut Vec<usize>) -> Option<Vec<String>> {
    let view = ground.view(from)?;
    let name = view.script.source.name.clone();
    if from == to {
        return Some(vec![name]);
    }
    if seen.contains(&from) {
        return None;
    }
    seen.push(from);
    let mut next: Vec<usize> = view.script.imports.values().flatten().copied().collect();
    next.sort_unstable();
    let rest = next.into_iter().find_map(|next| way(ground, next, to, seen))?;
    Some([vec![name], rest].concat())
}
