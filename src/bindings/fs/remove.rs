//! `fs::remove`: a file or an empty folder that is no longer there.

use std::time::Duration;

use rustix::fs::{AtFlags, FileType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{TIME_LIMIT, on_disk, wants};
use crate::binding::{Context, Described, Example, HostFunction, Settle};
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::model::value::Value;
use crate::world::Settled;
use crate::world::project::{PathBelow, Trouble, kind_of, open_parent};

/// `fs::remove`.
pub struct Remove;

/// A file to remove.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The file or empty folder, below the project's folder.
    path: String,
}

/// What was removed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Removed {
    /// Whether it was there before.
    removed: bool,
}

impl Described for Remove {
    const NAME: &'static str = "fs::remove";
    const SUMMARY: &'static str = "Removes a file or an empty folder";
    const POSITIONAL: &'static [&'static str] = &["path"];
    const EXAMPLES: &'static [Example] =
        &[Example { title: "A file that is gone afterwards", script: r#"fs::remove("build/old.tar.gz");"# }];
    type Args = Arguments;
    type Output = Removed;
}

impl HostFunction for Remove {
    const PERMISSIONS: &'static [&'static str] = &["fs:remove PATH"];

    fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
        Ok(wants("remove", &PathBelow::parse_inside(&args.path)?))
    }

    fn time_limit(_: &Arguments) -> Duration {
        TIME_LIMIT
    }

    async fn live(args: Arguments, context: &Context<'_>) -> Result<Removed, Failure> {
        let path = PathBelow::parse_inside(&args.path)?;
        on_disk(context, move |project| remove(project, &path).map_err(|trouble| trouble.failure(&path))).await
    }
}

impl Settle for Remove {
    const BY_AUTHOR: bool = false;
    const ENDS_WITH_US: bool = true;

    async fn settle(args: Arguments, context: &Context<'_>) -> Settled {
        let looked = async {
            let path = PathBelow::parse_inside(&args.path)?;
            on_disk(context, move |project| {
                let kind =
                    open_parent(project, &path, false).and_then(|parent| kind_of(&parent, path.name().unwrap_or(".")));
                match kind {
                    Ok(_) => Ok(true),
                    Err(Trouble::Missing) => Ok(false),
                    Err(trouble) => Err(trouble.failure(&path)),
                }
            })
            .await
        };
        match looked.await {
            Ok(true) => Settled::DidNotHappen,
            Ok(false) => Settled::Happened(Value::Map([("removed".to_owned(), Value::Bool(true))].into())),
            Err(failure) => Settled::Unknown(failure.message),
        }
    }
}

fn remove(project: &std::path::Path, path: &PathBelow) -> Result<Removed, Trouble> {
    let gone = Removed { removed: false };
    let folder = match open_parent(project, path, false) {
        Err(Trouble::Missing) => return Ok(gone),
        folder => folder?,
    };
    let name = path.name().unwrap_or_default();
    let flags = match kind_of(&folder, name) {
        Err(Trouble::Missing) => return Ok(gone),
        Ok(FileType::Symlink) => return Err(Trouble::Link(path.to_string())),
        Ok(FileType::Directory) => AtFlags::REMOVEDIR,
        Ok(_) => AtFlags::empty(),
        Err(trouble) => return Err(trouble),
    };
    rustix::fs::unlinkat(&folder, name, flags)?;
    rustix::fs::fsync(&folder)?;
    Ok(Removed { removed: true })
}
