//! The calls of the differential test, and the runbook that makes them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::{Command, Stdio};

use runbook::bindings::aws::tables::function_name;
use serde_json::{Value as Json, json};

use crate::lab::moto;

/// A call of `calls.txt`.
#[derive(Clone, Debug)]
pub struct Call {
    pub name: String,
    pub service: String,
    pub operation: String,
    pub params: Json,
    pub is_write: bool,
}

/// All calls, in order.
pub fn all() -> Vec<Call> {
    let mut calls = Vec::new();
    let mut is_write = true;
    for line in include_str!("calls.txt").lines().map(str::trim) {
        if let Some(section) = line.strip_prefix("## ") {
            is_write = section == "writes";
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (head, params) = line.split_at(line.find('{').expect("parameters"));
        let words: Vec<&str> = head.split_whitespace().collect();
        let (name, service, operation) = match words.as_slice() {
            [name, service, operation] => (name.trim_end_matches(':').to_owned(), *service, *operation),
            [service, operation] => (format!("read_{}", calls.len()), *service, *operation),
            _ => panic!("{line}"),
        };
        calls.push(Call {
            name,
            service: service.to_owned(),
            operation: operation.to_owned(),
            params: serde_json::from_str(params).unwrap_or_else(|error| panic!("{error}: {line}")),
            is_write,
        });
    }
    calls
}

/// A runbook that makes these calls and gives their results by name. What `known` holds was made before.
pub fn runbook(calls: &[Call], known: &BTreeMap<String, Json>) -> String {
    let mut permissions: Vec<String> = calls.iter().map(|call| format!("\"aws:{}:*\"", call.service)).collect();
    permissions.sort();
    permissions.dedup();
    let permissions = permissions.join(", ");
    let mut text = format!(
        "const RUNBOOK = #{{ name: \"calls\", version: \"1.0.0\", permissions: [{permissions}] }};\nlet r = #{{}};\n"
    );
    for call in calls {
        let name = function_name(&call.operation);
        let params = written(&call.params, known);
        writeln!(text, "r.{} = {}::{name}({params});", call.name, call.service).expect("written");
    }
    text + "r\n"
}

/// A value as Rhai writes it; `$name.path` is what an earlier call gave.
fn written(value: &Json, known: &BTreeMap<String, Json>) -> String {
    match value {
        Json::Object(map) => {
            let entries: Vec<String> =
                map.iter().map(|(name, value)| format!("{}: {}", json!(name), written(value, known))).collect();
            format!("#{{ {} }}", entries.join(", "))
        }
        Json::Array(items) => {
            format!("[{}]", items.iter().map(|item| written(item, known)).collect::<Vec<_>>().join(", "))
        }
        Json::String(text) => match text.strip_prefix('$') {
            Some(path) if known.is_empty() => format!("r.{path}"),
            Some(_) => resolved(value, known).to_string(),
            None => value.to_string(),
        },
        value => value.to_string(),
    }
}

/// A value with what earlier calls gave in it.
pub fn resolved(value: &Json, known: &BTreeMap<String, Json>) -> Json {
    match value {
        Json::Object(map) => map.iter().map(|(name, value)| (name.clone(), resolved(value, known))).collect(),
        Json::Array(items) => items.iter().map(|item| resolved(item, known)).collect(),
        Json::String(text) if text.starts_with('$') => {
            let (name, path) = text[1..].split_once('.').expect("a path");
            let pointer = format!("/{}", path.replace('[', "/").replace(']', "").replace('.', "/"));
            known[name].pointer(&pointer).unwrap_or_else(|| panic!("{text} is not there")).clone()
        }
        value => value.clone(),
    }
}

/// What botocore gives for these calls: result by name. Times are `{ "$time": seconds }`.
pub fn botocore(endpoint: &str, calls: &[Call], known: &BTreeMap<String, Json>) -> BTreeMap<String, Json> {
    use std::io::Write as _;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws/botocore_calls.py");
    let mut command = Command::new(moto::python());
    command.arg(script).arg(endpoint).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut child = command.spawn().expect("Python starts");
    let mut input = child.stdin.take().expect("a pipe");
    for call in calls {
        let params = if call.is_write { call.params.clone() } else { resolved(&call.params, known) };
        let line = json!({ "name": call.name, "service": call.service, "operation": call.operation, "params": params });
        writeln!(input, "{line}").expect("Python reads");
    }
    drop(input);
    let output = child.wait_with_output().expect("Python ends");
    assert!(output.status.success(), "Python failed");
    let mut results = BTreeMap::new();
    for line in String::from_utf8(output.stdout).expect("UTF-8").lines() {
        let answer: Json = serde_json::from_str(line).expect("JSON");
        let name = answer["name"].as_str().expect("a name").to_owned();
        assert!(answer.get("error").is_none(), "botocore: {name}: {answer}");
        let call = calls.iter().find(|call| call.name == name).expect("a call");
        assert_eq!(
            answer["method"],
            json!(function_name(&call.operation)),
            "the name of {} in scripts",
            call.operation
        );
        results.insert(name, answer["result"].clone());
    }
    results
}
