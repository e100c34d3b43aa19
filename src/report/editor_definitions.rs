//! Definitions for editors: what a script can call, in the form that Rhai's language server reads (a file `….d.rhai`: `module
//! static;`, functions without bodies, and a `module` for each namespace).

use std::collections::BTreeMap;

use super::manual::{Entry, entries};
use crate::binding::{Declaration, Parameter, Registry};
use crate::engine::words::Word;
use crate::messages::manual as messages;

/// The definitions of everything that a script can call, as one file.
#[must_use]
pub fn definitions(registry: &Registry) -> String {
    let mut file = String::from("module static;\n\n");
    file.push_str(&format!("/// {}\nlet params: map;\n", messages::values_of_parameters()));
    let mut modules: BTreeMap<&str, String> = BTreeMap::new();
    for entry in entries(registry) {
        match entry.namespace() {
            "" => file.push_str(&format!("\n{}", definition(entry, ""))),
            namespace => modules.entry(namespace).or_default().push_str(&definition(entry, "    ")),
        }
    }
    for (name, inside) in modules {
        file.push_str(&format!("\nmodule {name} {{\n{}\n}}\n", inside.trim_end()));
    }
    file
}

fn definition(entry: Entry<'_>, indent: &str) -> String {
    let forms = match entry {
        Entry::Word(word) => of_word(word),
        Entry::Function(declaration) => of_function(declaration),
    };
    let name = entry.name().rsplit("::").next().unwrap_or_default().to_owned();
    let mut lines: Vec<String> = vec![entry.summary().to_owned()];
    if let Some(effect) = entry.effect() {
        lines.push(format!("Effect: {effect}."));
    }
    if let Entry::Function(declaration) = entry {
        lines.extend(declaration.parameters.iter().map(about));
    }
    let about: String = lines.iter().map(|line| format!("{indent}/// {}\n", line.replace('\n', " "))).collect();
    forms.into_iter().map(|form| format!("{about}{indent}fn {name}({form}) -> ?;\n\n")).collect()
}

fn about(parameter: &Parameter) -> String {
    format!("* `{}` ({}): {}", parameter.name, parameter.type_text(), parameter.doc)
}

fn of_word(word: &Word) -> Vec<String> {
    let typed = |form: &&[&str]| form.iter().map(|name| format!("{name}: ?")).collect::<Vec<_>>().join(", ");
    word.forms.iter().map(typed).collect()
}

/// One form with the arguments by position, and another with the map of options where there are any.
fn of_function(declaration: &Declaration) -> Vec<String> {
    let mut arguments: Vec<String> = declaration.positional.iter().map(|name| format!("{name}: ?")).collect();
    let options: Vec<&Parameter> =
        declaration.parameters.iter().filter(|it| !declaration.positional.contains(&it.name.as_str())).collect();
    let mut forms = Vec::new();
    if options.iter().all(|option| !option.required) {
        forms.push(arguments.join(", "));
    }
    if !options.is_empty() {
        arguments.push("options: map".to_owned());
        forms.push(arguments.join(", "));
    }
    forms
}
