//! `fs::read`: what a file holds.

use std::fs::File;
use std::io::Read as _;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{SIZE_MAX, TIME_LIMIT, on_disk, wants};
use crate::binding::{Context, Described, Example, HostFunction};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::model::value::Value;
use crate::world::project::{PathBelow, Trouble, open_file};

/// `fs::read`.
pub struct Read;

/// A file to read.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The file, below the project's folder. At most 8 MiB are read.
    path: String,
    /// What to give: `text`, which must be UTF-8, or `bytes`.
    #[serde(default)]
    form: Form,
}

/// The form of a file's content.
#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Form {
    #[default]
    Text,
    Bytes,
}

impl Described for Read {
    const NAME: &'static str = "fs::read";
    const SUMMARY: &'static str = "Gives what a file holds";
    const POSITIONAL: &'static [&'static str] = &["path"];
    const EXAMPLES: &'static [Example] = &[
        Example { title: "A version from a file", script: r#"fs::read("VERSION").trim()"# },
        Example { title: "Bytes that are no text", script: r#"fs::read("logo.png", #{ form: "bytes" }).len()"# },
    ];
    type Args = Arguments;
    type Output = Value;
}

impl HostFunction for Read {
    const PERMISSIONS: &'static [&'static str] = &["fs:read PATH"];

    fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
        Ok(wants("read", &PathBelow::parse_inside(&args.path)?))
    }

    fn time_limit(_: &Arguments) -> Duration {
        TIME_LIMIT
    }

    async fn live(args: Arguments, context: &Context<'_>) -> Result<Value, Failure> {
        let path = PathBelow::parse_inside(&args.path)?;
        on_disk(context, move |project| {
            let file = open_file(project, &path).map_err(|trouble| trouble.failure(&path))?;
            let mut bytes = Vec::new();
            let read = File::from(file).take(SIZE_MAX + 1).read_to_end(&mut bytes);
            let read = read.map_err(|error| Trouble::Io(error).failure(&path))?;
            if read as u64 > SIZE_MAX {
                return Err(Failure::failed(messages::file_is_too_large(&path, &SIZE_MAX >> 20)));
            }
            match args.form {
                Form::Bytes => Ok(Value::Bytes(bytes)),
                Form::Text => String::from_utf8(bytes).map(Value::Text).map_err(|error| {
                    let at = error.utf8_error().valid_up_to();
                    Failure::failed(messages::is_no_utf_text_byte_begins_no_character(&path, at))
                        .hint(messages::reads_it_as())
                }),
            }
        })
        .await
    }
}
