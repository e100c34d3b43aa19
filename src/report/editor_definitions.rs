//! Definitions for editors: what a script can call, in the form that Rhai's language server reads (a file `….d.rhai`: `module
//! static;`, functions without bodies, and a `module` for each namespace).

use std::collections::BTreeMap;

use super::manual::{Entry, entries};
use crate::binding::{Declaration, Parameter, Registry};
use crate::engine::words::{Closures, Word};
use crate::messages::manual as messages;

/// The definitions of everything that a script can call, as one file.
#[must_use]
pub fn definitions(registry: &Registry) -> String {
    let mut file = String::from("module static;\n\n");
    file.push_str(&format!("/// {}\nlet params: Map;\n", messages::values_of_parameters()));
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
    let gives = gives(entry);
    let about: String = lines.iter().map(|line| format!("{indent}/// {}\n", line.replace('\n', " "))).collect();
    forms.into_iter().map(|form| format!("{about}{indent}fn {name}({form}) -> {gives};\n\n")).collect()
}

fn about(parameter: &Parameter) -> String {
    format!("* `{}` ({}): {}", parameter.name, parameter.type_text(), parameter.doc)
}

/// A function of the engine: it says where it takes closures, and where names and text.
fn of_word(word: &Word) -> Vec<String> {
    let kind = |place: usize, name: &str| match (word.closures, name) {
        (Closures::At(places), _) if places.contains(&place) => "Fn",
        (Closures::Values, _) | (_, "options") => "Map",
        (_, "name" | "text" | "what") => "String",
        _ => "?",
    };
    let typed = |form: &&[&str]| {
        let arguments = form.iter().enumerate().map(|(place, name)| format!("{name}: {}", kind(place, name)));
        arguments.collect::<Vec<_>>().join(", ")
    };
    word.forms.iter().map(typed).collect()
}

/// What a call gives.
fn gives(entry: Entry<'_>) -> &'static str {
    match entry.result().as_slice() {
        [] => "?",
        [(name, kind, _)] if name.is_empty() => in_rhai(kind),
        _ => "Map",
    }
}

/// A type of the manual in Rhai's words; `?` where it can be several, or a number of either kind.
fn in_rhai(kind: &str) -> &'static str {
    let one = |kind: &str| match kind {
        "string" => "String",
        "int" => "int",
        "bool" => "bool",
        quoted if quoted.starts_with('"') => "String",
        list if list.starts_with("list") => "Array",
        map if map.starts_with("map") => "Map",
        _ => "?",
    };
    // `list of string or int` is one type.
    if kind.contains(" of ") {
        return one(kind);
    }
    let mut kinds = kind.split(" or ").map(one);
    let first = kinds.next().unwrap_or("?");
    if kinds.all(|other| other == first) { first } else { "?" }
}

/// One form with the arguments by position, and another with the map of options where there are any.
fn of_function(declaration: &Declaration) -> Vec<String> {
    let kind = |name: &str| {
        let parameter = declaration.parameters.iter().find(|parameter| parameter.name == name);
        parameter.map_or("?", |parameter| in_rhai(&parameter.type_text()))
    };
    let mut arguments: Vec<String> =
        declaration.positional.iter().map(|name| format!("{name}: {}", kind(name))).collect();
    let options: Vec<&Parameter> =
        declaration.parameters.iter().filter(|it| !declaration.positional.contains(&it.name.as_str())).collect();
    let mut forms = Vec::new();
    if options.iter().all(|option| !option.required) {
        forms.push(arguments.join(", "));
    }
    if !options.is_empty() {
        arguments.push("options: Map".to_owned());
        forms.push(arguments.join(", "));
    }
    forms
}
