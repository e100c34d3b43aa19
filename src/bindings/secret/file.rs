//! `secret::file`: a secret from a file, below the project or wherever a permission says.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::SIZE_MAX;
use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::secrets as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::world::project::{PathBelow, open_file};

/// `secret::file`.
pub struct File;

/// A file that holds a secret.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The file: below the project's folder, or absolute, such as `/run/secrets/db`. A line end at its end is no part of the
    /// secret.
    path: String,
}

impl Described for File {
    const NAME: &'static str = "secret::file";
    const SUMMARY: &'static str = "Gives a secret from a file";
    const POSITIONAL: &'static [&'static str] = &["path"];
    const EXAMPLES: &'static [Example] = &[Example {
        title: "A secret that the platform puts into a file",
        script: r#"let key = secret::file("/etc/hostname"); process::read(["true"], #{ stdin: key }).code == 0"#,
    }];
    type Args = Arguments;
    type Output = String;
}

impl HostFunction for File {
    const PERMISSIONS: &'static [&'static str] = &["secret:file PATH"];

    fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
        Ok(vec![Want::new("secret:file", plain(&args.path)?)])
    }

    fn time_limit(_: &Arguments) -> Duration {
        Duration::from_secs(60)
    }

    async fn live(args: Arguments, context: &Context<'_>) -> Result<String, Failure> {
        let path = plain(&args.path)?;
        let (asked, project) = (path.clone(), context.project.to_owned());
        let read = tokio::task::spawn_blocking(move || read(&project, &asked)).await;
        let text = read.unwrap_or_else(|error| Err(Failure::failed(messages::file_unreadable(&path, error))))?;
        super::taken_in("file", &path, &format!("`{path}`"), text, context)
    }
}

/// The path as permissions and the journal know it.
fn plain(path: &str) -> Result<String, Failure> {
    if !path.starts_with('/') {
        return PathBelow::parse_inside(path).map(|path| path.to_string());
    }
    if path.contains('\0') || path.split('/').any(|part| part == "..") {
        return Err(Failure::refused(messages::path_goes_up(path.escape_debug())));
    }
    Ok(path.to_owned())
}

fn read(project: &Path, path: &str) -> Result<Zeroizing<String>, Failure> {
    let unreadable = |error: std::io::Error| Failure::failed(messages::file_unreadable(path, error));
    let file = if path.starts_with('/') {
        // A pipe would wait for its writer.
        if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(Failure::failed(messages::no_file(path)));
        }
        std::fs::File::open(path).map_err(unreadable)?
    } else {
        let path = PathBelow::parse_inside(path)?;
        std::fs::File::from(open_file(project, &path).map_err(|trouble| trouble.failure(&path))?)
    };
    let mut text = Zeroizing::new(String::new());
    match file.take(SIZE_MAX).read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            Err(Failure::failed(messages::not_text(format!("`{path}`"))))
        }
        Err(error) => Err(unreadable(error)),
    }
}
