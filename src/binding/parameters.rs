//! The parameters of a host function, read from the schema of its argument struct.

use serde_json::Value as Json;

/// One argument of a host function.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it is for: the doc comment of the struct's field.
    pub doc: String,
    /// The JSON types it takes: `string`, `integer`, `array`, …; empty for any.
    pub types: Vec<String>,
    /// The words it takes, when only these.
    pub choices: Vec<String>,
    /// Whether it must be given.
    pub required: bool,
    /// Its default.
    pub default: Option<Json>,
    /// Whether secrets may stand in it, or somewhere inside it.
    pub sink: bool,
    /// The type of what a list or map holds.
    pub items: Vec<String>,
}

impl Parameter {
    /// The parameters that a struct's schema describes, in the order of its fields.
    #[must_use]
    pub fn of(schema: &Json) -> Vec<Parameter> {
        let required: Vec<&str> =
            schema.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
        let properties = schema.get("properties").and_then(Json::as_object);
        properties
            .into_iter()
            .flatten()
            .map(|(name, property)| {
                let resolved = resolve(property, schema);
                Parameter {
                    name: name.clone(),
                    doc: text_of(property, "description")
                        .or_else(|| text_of(resolved, "description"))
                        .unwrap_or_default(),
                    types: types(resolved, schema),
                    choices: choices(resolved, schema),
                    required: required.contains(&name.as_str()),
                    default: property.get("default").filter(|default| !default.is_null()).cloned(),
                    sink: has_sink(resolved, schema, 0),
                    items: ["items", "additionalProperties"]
                        .iter()
                        .find_map(|key| resolved.get(key))
                        .map(|items| types(resolve(items, schema), schema))
                        .unwrap_or_default(),
                }
            })
            .collect()
    }

    /// The type as the manual writes it: `string`, `list of string`, `"a" or "b"`.
    #[must_use]
    pub fn type_text(&self) -> String {
        if !self.choices.is_empty() {
            return self.choices.iter().map(|choice| format!("\"{choice}\"")).collect::<Vec<_>>().join(" or ");
        }
        let word = |name: &String| {
            let of = if self.items.is_empty() { String::new() } else { format!(" of {}", self.items.join(" or ")) };
            match name.as_str() {
                "array" => format!("list{of}"),
                "object" => format!("map{of}"),
                "integer" => "int".to_owned(),
                "boolean" => "bool".to_owned(),
                other => other.to_owned(),
            }
        };
        let words: Vec<String> = self.types.iter().filter(|name| *name != "null").map(word).collect();
        if words.is_empty() { "any".to_owned() } else { words.join(" or ") }
    }
}

fn resolve<'a>(schema: &'a Json, root: &'a Json) -> &'a Json {
    let reference = schema
        .get("$ref")
        .or_else(|| schema.get("allOf").and_then(|all| all.get(0)).and_then(|first| first.get("$ref")));
    match reference.and_then(Json::as_str).and_then(|path| path.strip_prefix('#')) {
        Some(pointer) => root.pointer(pointer).unwrap_or(schema),
        None => schema,
    }
}

fn alternatives<'a>(schema: &'a Json, root: &'a Json) -> Vec<&'a Json> {
    let of = ["anyOf", "oneOf"].iter().find_map(|key| schema.get(key)).and_then(Json::as_array);
    of.into_iter().flatten().map(|inner| resolve(inner, root)).collect()
}

fn types(schema: &Json, root: &Json) -> Vec<String> {
    let mut found: Vec<String> = match schema.get("type") {
        Some(Json::String(name)) => vec![name.clone()],
        Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    for inner in alternatives(schema, root) {
        for name in types(inner, root) {
            if !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

fn choices(schema: &Json, root: &Json) -> Vec<String> {
    let own = schema.get("enum").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    let mut found: Vec<String> = own.chain(schema.get("const").and_then(Json::as_str)).map(str::to_owned).collect();
    for inner in alternatives(schema, root) {
        found.extend(choices(inner, root));
    }
    found
}

fn has_sink(schema: &Json, root: &Json, depth: usize) -> bool {
    if depth > 8 {
        return false;
    }
    if schema.get("x-sink") == Some(&Json::Bool(true)) {
        return true;
    }
    let inner = ["items", "additionalProperties"].iter().filter_map(|key| schema.get(key));
    let inside = inner.map(|inner| resolve(inner, root)).chain(alternatives(schema, root));
    inside.into_iter().any(|inner| has_sink(inner, root, depth + 1))
}

fn text_of(schema: &Json, key: &str) -> Option<String> {
    schema.get(key).and_then(Json::as_str).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}
