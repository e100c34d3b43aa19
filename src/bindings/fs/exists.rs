//! `fs::exists`: whether a file or folder is there.

use std::time::Duration;

use rustix::fs::FileType;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{TIME_LIMIT, on_disk, wants};
use crate::binding::{Context, Described, Example, HostFunction};
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::world::project::{PathBelow, Trouble, kind_of, open_parent};

/// `fs::exists`.
pub struct Exists;

/// A path to look at.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The file or folder, below the project's folder.
    path: String,
}

impl Described for Exists {
    const NAME: &'static str = "fs::exists";
    const SUMMARY: &'static str = "Tells whether a file or folder is there";
    const POSITIONAL: &'static [&'static str] = &["path"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A file that may be missing",
        script: r#"if fs::exists("notes.md") { fs::read("notes.md") } else { "" }"#,
    }];
    type Args = Arguments;
    type Output = bool;
}

impl HostFunction for Exists {
    const PERMISSIONS: &'static [&'static str] = &["fs:read PATH"];

    fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
        Ok(wants("read", &PathBelow::parse_inside(&args.path)?))
    }

    fn time_limit(_: &Arguments) -> Duration {
        TIME_LIMIT
    }

    async fn live(args: Arguments, context: &Context<'_>) -> Result<bool, Failure> {
        let path = PathBelow::parse_inside(&args.path)?;
        on_disk(context, move |project| {
            let kind =
                open_parent(project, &path, false).and_then(|parent| kind_of(&parent, path.name().unwrap_or(".")));
            match kind {
                Ok(FileType::Symlink) => Err(Trouble::Link(path.to_string()).failure(&path)),
                Ok(_) => Ok(true),
                // Below a file there is nothing.
                Err(Trouble::Missing | Trouble::NotAFolder(_)) => Ok(false),
                Err(trouble) => Err(trouble.failure(&path)),
            }
        })
        .await
    }
}
