//! A published model, as the tests look at it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use runbook::bindings::aws::reviewed::effects::Facts;
use serde_json::Value;

pub struct Model {
    pub json: Value,
}

impl Model {
    pub fn operations(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.json["operations"].as_object().unwrap().iter().map(|(name, operation)| (name.as_str(), operation))
    }

    pub fn shape(&self, name: &str) -> &Value {
        &self.json["shapes"][name]
    }

    fn input(&self, operation: &Value) -> Option<&Value> {
        operation["input"]["shape"].as_str().map(|name| self.shape(name))
    }

    pub fn facts<'a>(&'a self, operation: &'a Value) -> Facts<'a> {
        let members = self.input(operation).and_then(|input| input["members"].as_object());
        let has_token = members.is_some_and(|members| members.values().any(|it| it["idempotencyToken"] == true));
        // Other protocols send everything as POST, and some of their models say GET all the same.
        let rest = self.json["metadata"]["protocol"].as_str().unwrap().starts_with("rest");
        Facts { http_method: if rest { operation["http"]["method"].as_str().unwrap() } else { "POST" }, has_token }
    }

    /// Whether a path of an argument rule or a token leads to a member.
    pub fn leads(&self, operation: &Value, path: &str) -> bool {
        let Some(mut shape) = self.input(operation) else { return false };
        let mut rest = path.to_owned();
        while !rest.is_empty() {
            let target = if let Some(after) = rest.strip_prefix("{}") {
                let after = after.to_owned();
                let value = shape["value"]["shape"]
                    .as_str()
                    // `{}` on a structure: any of its members.
                    .or_else(|| shape["members"].as_object()?.values().next()?["shape"].as_str());
                rest = after;
                value
            } else if rest.starts_with('[') {
                let (_, after) = rest.split_once(']').unwrap();
                let after = after.to_owned();
                rest = after;
                shape["member"]["shape"].as_str()
            } else {
                let name = rest.trim_start_matches('.').to_owned();
                let end = name.find(['.', '[', '{']).unwrap_or(name.len());
                rest = name[end..].to_owned();
                let name = &name[..end];
                match shape["type"].as_str() {
                    Some("map") => shape["value"]["shape"].as_str(),
                    _ => shape["members"][name]["shape"].as_str(),
                }
            };
            let Some(target) = target else { return false };
            shape = self.shape(target);
        }
        true
    }
}

pub fn models() -> &'static BTreeMap<String, Model> {
    static MODELS: LazyLock<BTreeMap<String, Model>> = LazyLock::new(read_models);
    &MODELS
}

fn read_models() -> BTreeMap<String, Model> {
    let source = crate::aws::botocore::source();
    let data = source.join("botocore/data");
    let mut found = BTreeMap::new();
    for service in fs::read_dir(&data).unwrap_or_else(|why| panic!("{} can't be read: {why}", data.display())) {
        let service = service.unwrap();
        let Some(path) = newest(&service.path()) else { continue };
        let json = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        found.insert(service.file_name().into_string().unwrap().replace('-', "_"), Model { json });
    }
    assert!(found.len() > 400, "{} holds only {} models", data.display(), found.len());
    found
}

fn newest(service: &Path) -> Option<PathBuf> {
    let versions = fs::read_dir(service).ok()?;
    versions.map(|version| version.unwrap().path().join("service-2.json")).filter(|path| path.exists()).max()
}
