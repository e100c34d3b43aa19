//! The hostile scripts: files of this folder, and texts too large for files.

use std::fs;
use std::path::{Path, PathBuf};

use crate::generated;

pub struct Script {
    /// Group, `-`, and what it tries.
    pub name: String,
    pub text: String,
    /// Messages it may end with.
    pub ends: Vec<String>,
}

impl Script {
    pub fn group(&self) -> &str {
        self.name.split('-').next().unwrap_or_default()
    }
}

pub fn all() -> Vec<Script> {
    let mut scripts: Vec<Script> = files(&folder())
        .into_iter()
        .map(|(name, text)| {
            let first = text.lines().next().unwrap_or_default();
            let ends = first
                .strip_prefix("// ends: ")
                .unwrap_or_else(|| panic!("{name} does not say how it ends"))
                .split(" | ")
                .map(str::to_owned)
                .collect();
            Script { name, text, ends }
        })
        .collect();
    scripts.extend(generated::scripts());
    scripts
}

/// The modules that hostile scripts import, by name.
pub fn modules() -> Vec<(String, String)> {
    let mut modules = files(&folder().join("modules"));
    for link in 1..40 {
        let next = link + 1;
        let text = format!("import \"chain-{next}\" as next;\nfn f{link}() {{ next::f{next}() }}\n");
        modules.push((format!("chain-{link}"), text));
    }
    modules.push(("chain-40".into(), "fn f40() { 1 }\n".into()));
    modules
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile")
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|end| end == "rhai"))
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("readable"))
        })
        .collect();
    found.sort();
    found
}
