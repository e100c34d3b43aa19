//! Imports that name no module, or lead back to where they stand (RB0113).

use rhai::Expr;

use super::ground::{Ground, View};
use crate::messages::check as messages;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;

/// Finds them.
pub(super) fn find(ground: &Ground<'_>, view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for import in &view.names.imports {
        let at = import.path.start_position();
        let Expr::StringConstant(path, _) = import.path else {
            let finding = Diagnostic::error(Code::UnknownModule, messages::an_import_that_cannot_be_followed_without());
            found.push(view.script.point(finding, at, messages::write_the_module_s_name_as_a_text()));
            continue;
        };
        match view.script.imports.get(path.as_str()).copied().flatten() {
            None => {
                let finding = Diagnostic::error(Code::UnknownModule, messages::there_is_no_module(path));
                let finding = finding.note(messages::modules_are_looked_up_in_the_project());
                found.push(view.script.point(finding, at, messages::imported_here()));
            }
            Some(module) => {
                if let Some(way) = way(ground, module, view.index, &mut Vec::new()) {
                    let files: Vec<String> = way.iter().map(|name| format!("`{name}`")).collect();
                    let finding =
                        Diagnostic::error(Code::UnknownModule, messages::imports_itself(&view.script.source.name));
                    let text = messages::leads_back_here(files.join(", "));
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

#[cfg(test)]
mod tests {
    use crate::check::fixture::{findings, found_in_each, line};

    #[test]
    fn imports_and_names_that_hide_others_are_found() {
        insta::assert_snapshot!(found_in_each(&[
            "import \"std/prob\" as probe; probe::anything(1)",
            "let name = \"std/probe\"; import name as probe; probe::anything(1)",
            "import \"std/probe\" as http; http::get(\"https://x.example/\")",
            "import \"std/probe\" as run;",
            "fn step(name, closure) { closure.call() } step(\"a\", || 1)",
            "fn helper(a) {}\nfn log(\n  text,\n) {\n  text\n}",
        ]), @r##"
        import "std/prob" as probe; probe::anything(1)
            1:8+10 RB0113 there is no module `std/prob` | imported here
        let name = "std/probe"; import name as probe; probe::anything(1)
            1:32+4 RB0113 an import that can't be followed without running the script | write the module's name as a text in double quotes
        import "std/probe" as http; http::get("https://x.example/")
            1:23+4 RB0114 `http` is a namespace of `runbook` itself | import it under another name than `http`
        import "std/probe" as run;
            1:23+3 RB0114 `run` is a namespace of `runbook` itself | import it under another name than `run`
        fn step(name, closure) { closure.call() } step("a", || 1)
            1:4+4 RB0114 `step` is a function of `runbook` itself | give it another name
        fn helper(a) {}
        fn log(
          text,
        ) {
          text
        }
            2:4+3 RB0114 `log` is a function of `runbook` itself | give it another name
        "##);
    }

    #[test]
    fn modules_that_import_each_other_are_found() {
        let modules = [
            ("x", "import \"y\" as y;"),
            ("y", "import \"z\" as z; import \"x\" as x;"),
            ("z", ""),
            ("me", "import \"me\" as me;"),
        ];
        let found = findings("import \"x\" as x; import \"me\" as me;", &[], &modules);
        insta::assert_snapshot!(found.iter().map(|finding| line(finding) + "\n").collect::<String>(), @r##"
        x.rhai 1:8+3 RB0113 `x.rhai` imports itself | leads back here by way of `y.rhai`, `x.rhai`
        me.rhai 1:8+4 RB0113 `me.rhai` imports itself | leads back here by way of `me.rhai`
        y.rhai 1:25+3 RB0113 `y.rhai` imports itself | leads back here by way of `x.rhai`, `y.rhai`
        "##);
    }
}
