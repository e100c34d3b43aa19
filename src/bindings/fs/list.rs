//! `fs::list`: what a folder holds.

use std::time::Duration;

use rustix::fs::{AtFlags, Dir, FileType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{TIME_LIMIT, on_disk, wants};
use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::world::project::{PathBelow, Trouble, open_folder};

/// The most entries that are listed.
const ENTRIES_MAX: usize = 10_000;

/// `fs::list`.
pub struct List;

/// A folder to list.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The folder, below the project's folder; `.` is the project's folder.
    path: String,
}

/// One entry of a folder.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Entry {
    /// Its name.
    name: String,
    /// `file`, `folder`, `link` or `other`.
    kind: &'static str,
    /// Its size in bytes.
    size: u64,
}

impl Described for List {
    const NAME: &'static str = "fs::list";
    const SUMMARY: &'static str = "Lists the entries of a folder by name";
    const POSITIONAL: &'static [&'static str] = &["path"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "The names of the environment files",
        script: r#"fs::list("envs").filter(|entry| entry.kind == "file").map(|entry| entry.name)"#,
    }];
    type Args = Arguments;
    type Output = Vec<Entry>;
}

impl HostFunction for List {
    const PERMISSIONS: &'static [&'static str] = &["fs:read PATH"];

    fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
        Ok(wants("read", &PathBelow::parse(&args.path)?))
    }

    fn time_limit(_: &Arguments) -> Duration {
        TIME_LIMIT
    }

    async fn live(args: Arguments, context: &Context<'_>) -> Result<Vec<Entry>, Failure> {
        let path = PathBelow::parse(&args.path)?;
        on_disk(context, move |project| {
            let folder = open_folder(project, &path).map_err(|trouble| trouble.failure(&path))?;
            let told = |errno: rustix::io::Errno| Trouble::from(errno).failure(&path);
            let mut entries = Vec::new();
            for entry in Dir::read_from(&folder).map_err(told)? {
                let entry = entry.map_err(told)?;
                let name = entry.file_name();
                if [&b"."[..], b".."].contains(&name.to_bytes()) {
                    continue;
                }
                // An entry that is removed while we look is not listed.
                let Ok(stat) = rustix::fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW) else { continue };
                if entries.len() == ENTRIES_MAX {
                    return Err(Failure::failed(messages::folder_holds_too_many(&path, ENTRIES_MAX)));
                }
                let kind = match FileType::from_raw_mode(stat.st_mode) {
                    FileType::RegularFile => "file",
                    FileType::Directory => "folder",
                    FileType::Symlink => "link",
                    _ => "other",
                };
                let size = u64::try_from(stat.st_size).unwrap_or(0);
                entries.push(Entry { name: name.to_string_lossy().into_owned(), kind, size });
            }
            entries.sort_by(|a, b| a.name.cmp(&b.name));
            Ok(entries)
        })
        .await
    }
}
