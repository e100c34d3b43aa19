//! Finds the published models in a folder of botocore.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::botocore::Published;

/// Why the models in a folder can't be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// A file or folder can't be read.
    #[error("{}: {why}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        why: std::io::Error,
    },
    /// A file is no JSON.
    #[error("{}: {why}", path.display())]
    Json {
        /// Which one.
        path: PathBuf,
        /// Why.
        why: serde_json::Error,
    },
}

/// The models in `data`, the folder `botocore/data` of the package: of each service the newest version of its interface.
///
/// # Errors
/// See [`Unreadable`].
pub fn in_folder(data: &Path) -> Result<Vec<Published>, Unreadable> {
    let mut found = Vec::new();
    for folder in sorted(data)? {
        let Some(newest) = sorted(&folder)?.pop().filter(|newest| newest.join("service-2.json").is_file()) else {
            continue;
        };
        found.push(Published {
            folder: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            service: amended(&newest, "service-2")?.unwrap_or_default(),
            paginators: amended(&newest, "paginators-1")?,
            waiters: amended(&newest, "waiters-2")?,
            endpoint_rules: json(&newest.join("endpoint-rule-set-1.json"))?,
        });
    }
    Ok(found)
}

/// A file with what the package adds to it in `NAME.sdk-extras.json`.
fn amended(folder: &Path, name: &str) -> Result<Option<Json>, Unreadable> {
    let mut of = json(&folder.join(format!("{name}.json")))?;
    let extras = json(&folder.join(format!("{name}.sdk-extras.json")))?;
    if let (Some(of), Some(more)) = (&mut of, extras.as_ref().and_then(|extras| extras.get("merge"))) {
        merge(of, more);
    }
    Ok(of)
}

/// Maps are merged, lists grow, everything else is replaced.
fn merge(of: &mut Json, more: &Json) {
    match (of, more) {
        (Json::Object(of), Json::Object(more)) => {
            for (name, value) in more {
                merge(of.entry(name.clone()).or_insert(Json::Null), value);
            }
        }
        (Json::Array(of), Json::Array(more)) => of.extend(more.iter().cloned()),
        (of, more) => *of = more.clone(),
    }
}

/// `partitions.json`.
///
/// # Errors
/// See [`Unreadable`].
pub fn partitions(data: &Path) -> Result<Json, Unreadable> {
    Ok(json(&data.join("partitions.json"))?.unwrap_or_default())
}

/// The version of the package around `data`, such as `1.44.8`.
#[must_use]
pub fn version(data: &Path) -> Option<String> {
    let text = fs::read_to_string(data.parent()?.join("__init__.py")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("__version__ = "))?;
    Some(line.trim_matches(['\'', '"']).to_owned())
}

/// The folders in a folder, by name.
fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Unreadable> {
    let unreadable = |why| Unreadable::File { path: folder.to_owned(), why };
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// A file of JSON, when it is there.
fn json(path: &Path) -> Result<Option<Json>, Unreadable> {
    match fs::read(path) {
        Ok(bytes) => {
            serde_json::from_slice(&bytes).map(Some).map_err(|why| Unreadable::Json { path: path.to_owned(), why })
        }
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(why) => Err(Unreadable::File { path: path.to_owned(), why }),
    }
}
