//! The manual of everything a script can call, made from the declarations and the table of words.

use serde_json::{Value as Json, json};

use crate::binding::{Declaration, Kind, Parameter, Registry};
use crate::engine::words::{WORDS, Word};
use crate::messages::manual as messages;

/// Something that a script can call.
#[derive(Clone, Copy)]
pub enum Entry<'a> {
    /// A word of the engine.
    Word(&'static Word),
    /// A host function.
    Function(&'a Declaration),
}

/// Everything that a script can call: the engine's words first, then the host functions by name.
pub fn entries(registry: &Registry) -> impl Iterator<Item = Entry<'_>> {
    WORDS.iter().map(Entry::Word).chain(registry.iter().map(Entry::Function))
}

impl<'a> Entry<'a> {
    /// Its full name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        match self {
            Entry::Word(word) => word.name,
            Entry::Function(declaration) => declaration.name,
        }
    }

    /// The part of the name before `::`; empty for the language's own words.
    #[must_use]
    pub fn namespace(&self) -> &'a str {
        self.name().split_once("::").map_or("", |(namespace, _)| namespace)
    }

    /// What it does, in one line.
    #[must_use]
    pub fn summary(&self) -> &'a str {
        match self {
            Entry::Word(word) => word.summary,
            Entry::Function(declaration) => declaration.summary,
        }
    }

    /// How it is called.
    #[must_use]
    pub fn form(&self) -> String {
        match self {
            Entry::Word(word) => word.form(),
            Entry::Function(declaration) => declaration.form(),
        }
    }

    /// How it relates to the world, in a word: an effect, `pure`, `remembered`, `person`, `handle`; nothing for the language's own.
    #[must_use]
    pub fn effect(&self) -> Option<&'static str> {
        match self {
            Entry::Word(_) => None,
            Entry::Function(declaration) => Some(match declaration.kind {
                Kind::Pure => "pure",
                Kind::Remembered => "remembered",
                Kind::Person => "person",
                Kind::Handle => "handle",
                Kind::World(effect) => effect.word(),
            }),
        }
    }

    /// The permissions that it needs, each as a runbook writes it; what only some calls need says so after a comma.
    #[must_use]
    pub fn permissions(&self) -> &'static [&'static str] {
        match self {
            Entry::Word(_) => &[],
            Entry::Function(declaration) => declaration.permissions,
        }
    }

    /// What of it needs explaining besides, one sentence a line.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let Entry::Function(declaration) = self else { return Vec::new() };
        let mut remarks = Vec::new();
        if declaration.author_settles {
            remarks.push(messages::settle_looks("settle: || #{ happened: …, value: … }"));
        }
        if declaration.kind == Kind::Handle {
            remarks.push(messages::lives_as_long_as_its_scope());
        }
        let sinks: Vec<String> = declaration.sinks().map(|name| format!("`{name}`")).collect();
        if !sinks.is_empty() && declaration.members.is_empty() {
            remarks.push(messages::secrets_may_stand_in(sinks.join(", ")));
        }
        remarks.extend(declaration.remarks.iter().cloned());
        remarks
    }

    /// What the result holds: name and type of each field; one without a name where it is no map.
    #[must_use]
    pub fn result(&self) -> Vec<(String, String, String)> {
        let Entry::Function(declaration) = self else { return Vec::new() };
        let fields = Parameter::of(&declaration.output);
        if fields.is_empty() {
            let whole = Parameter::of(&json!({ "properties": { "": declaration.output } }));
            let known =
                whole.into_iter().map(|whole| whole.type_text()).filter(|text| text != "any" && !text.is_empty());
            return known.map(|text| (String::new(), text, String::new())).collect();
        }
        fields.into_iter().map(|field| (field.name.clone(), field.type_text(), field.doc)).collect()
    }

    fn positional(&self) -> &'static [&'static str] {
        match self {
            Entry::Word(_) => &[],
            Entry::Function(declaration) => declaration.positional,
        }
    }

    /// What stands in the map that is its first argument, where a model says so.
    #[must_use]
    pub fn members(&self) -> &'a [Parameter] {
        match self {
            Entry::Word(_) => &[],
            Entry::Function(declaration) => &declaration.members,
        }
    }

    fn parameters(&self) -> &'a [Parameter] {
        match self {
            Entry::Word(_) => &[],
            Entry::Function(declaration) => &declaration.parameters,
        }
    }

    /// As Markdown, under a heading of the third level.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut page =
            format!("### `{}`\n\n{}.\n\n```rhai\n{}\n```\n", self.name(), capital(self.summary()), self.form());
        if let Some(effect) = self.effect() {
            page.push_str(&format!("\nEffect: {effect}.\n"));
        }
        let permissions: Vec<String> = self.permissions().iter().map(|told| in_code(told)).collect();
        if !permissions.is_empty() {
            page.push_str(&format!("\nPermission: {}.\n", permissions.join("; ")));
        }
        for remark in self.remarks() {
            page.push_str(&format!("\n{remark}\n"));
        }
        if !self.parameters().is_empty() {
            page.push_str("\n| argument | type | |\n| --- | --- | --- |\n");
            for parameter in self.parameters() {
                let cells = [format!("`{}`", parameter.name), cell(&parameter.type_text()), cell(&words_of(parameter))];
                page.push_str(&format!("| {} |\n", cells.join(" | ")));
            }
        }
        let result = self.result();
        if !result.is_empty() {
            page.push_str("\n| result | type | |\n| --- | --- | --- |\n");
            for (name, kind, doc) in result {
                let name = if name.is_empty() { String::new() } else { format!("`{name}`") };
                page.push_str(&format!("| {name} | {} | {} |\n", cell(&kind), cell(&doc)));
            }
        }
        if let Entry::Function(declaration) = self {
            for example in declaration.examples {
                page.push_str(&format!("\n{}:\n\n```rhai\n{}\n```\n", example.title, example.script.trim()));
            }
        }
        page
    }

    /// As text for a terminal, lines not wrapped.
    #[must_use]
    pub fn text(&self) -> Vec<String> {
        let mut lines = vec![self.form(), format!("  {}", capital(self.summary()))];
        if let Some(effect) = self.effect() {
            lines.push(format!("  effect: {effect}"));
        }
        lines.extend(self.permissions().iter().map(|told| format!("  permission: {}", told.replace('`', ""))));
        lines.extend(self.remarks().into_iter().map(|remark| format!("  {}", remark.replace('`', ""))));
        for parameter in self.parameters() {
            lines.push(format!("    {}  {}  {}", parameter.name, parameter.type_text(), words_of(parameter)));
            if Some(parameter.name.as_str()) == self.positional().first().copied() {
                let members = self.members().iter();
                lines.extend(members.map(|of| format!("      {}  {}  {}", of.name, of.type_text(), words_of(of))));
            }
        }
        let result = self.result();
        if !result.is_empty() {
            lines.push("  gives".to_owned());
            for (name, kind, doc) in result {
                let name = if name.is_empty() { String::new() } else { format!("{name}  ") };
                lines.push(format!("    {name}{kind}  {doc}"));
            }
        }
        if let Entry::Function(declaration) = self {
            for example in declaration.examples {
                lines.push(format!("  {}:", example.title));
                lines.extend(example.script.trim().lines().map(|line| format!("    {line}")));
            }
        }
        lines
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> Json {
        let of = |parameter: &Parameter| {
            json!({
                "name": parameter.name, "type": parameter.type_text(), "doc": parameter.doc, "required": parameter.required,
                "default": parameter.default, "secret": parameter.sink,
            })
        };
        let parameters: Vec<Json> = self.parameters().iter().map(of).collect();
        let members: Vec<Json> = self.members().iter().map(of).collect();
        let result: Vec<Json> = self
            .result()
            .into_iter()
            .map(|(name, kind, doc)| json!({ "name": name, "type": kind, "doc": doc }))
            .collect();
        let examples: Vec<Json> = match self {
            Entry::Word(_) => Vec::new(),
            Entry::Function(declaration) => {
                let of = declaration.examples.iter();
                of.map(|example| json!({ "title": example.title, "script": example.script })).collect()
            }
        };
        json!({
            "name": self.name(), "form": self.form(), "summary": self.summary(), "effect": self.effect(),
            "permissions": self.permissions(), "parameters": parameters, "members": members, "result": result,
            "examples": examples,
        })
    }
}

/// The whole manual as Markdown.
#[must_use]
pub fn markdown(registry: &Registry) -> String {
    let mut page =
        format!("# {}\n\n{}\n\n## {}\n", messages::the_manual(), messages::how_to_read_it(), messages::the_language());
    let mut namespace = "";
    for entry in entries(registry) {
        if matches!(entry, Entry::Function(_)) && entry.namespace() != namespace {
            namespace = entry.namespace();
            page.push_str(&format!("\n## `{namespace}::`\n"));
        }
        page.push('\n');
        page.push_str(&entry.markdown());
    }
    page
}

/// What is told of an argument besides its type.
fn words_of(parameter: &Parameter) -> String {
    let mut words = parameter.doc.replace('\n', " ");
    if let Some(default) = &parameter.default {
        words.push_str(&format!(" Default: {default}."));
    } else if parameter.required {
        words.push_str(" Required.");
    }
    words.trim().to_owned()
}

/// A permission in the type of code, and when it is needed after it.
fn in_code(permission: &str) -> String {
    permission.split_once(", ").map_or_else(|| format!("`{permission}`"), |(line, when)| format!("`{line}` {when}"))
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
