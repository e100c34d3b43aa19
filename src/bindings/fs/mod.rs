//! `fs::`: files below the project's folder, and nowhere else. Paths that go up are refused, links are not followed.

mod exists;
mod list;
mod read;
mod remove;
mod write;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::binding::{Context, Declaration};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::world::project::PathBelow;

/// The most bytes of a file that are read or written.
const SIZE_MAX: u64 = 8 << 20;

/// How long a disk may take.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// The functions of `fs::`.
#[must_use]
pub fn declarations() -> Vec<Declaration> {
    vec![
        Declaration::read::<exists::Exists>(),
        Declaration::read::<list::List>(),
        Declaration::read::<read::Read>(),
        Declaration::destroy::<remove::Remove>(),
        Declaration::ensure::<write::Write>(),
    ]
}

fn wants(verb: &str, path: &PathBelow) -> Vec<Want> {
    vec![Want::new(format!("fs:{verb}"), path.to_string())]
}

/// Does work that waits for the disk where it keeps nobody else waiting.
async fn on_disk<T: Send + 'static>(
    context: &Context<'_>,
    work: impl FnOnce(&Path) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let project: PathBuf = context.project.to_owned();
    let done = tokio::task::spawn_blocking(move || work(&project)).await;
    done.unwrap_or_else(|error| Err(Failure::unknown(messages::the_file_s_state_is_not_known(&error))))
}
