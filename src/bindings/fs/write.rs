//! `fs::write`: a file with a given content. A reader sees the old file or the new one, never a part; so does the disk after a
//! crash.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{SIZE_MAX, TIME_LIMIT, on_disk, wants};
use crate::binding::{Context, Described, Example, HostFunction, SinkText};
use crate::messages::bindings as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::world::project::{PathBelow, Trouble, kind_of, open_parent};

/// `fs::write`.
pub struct Write;

/// A file to write.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// The file, below the project's folder. Folders on the way that are missing are made, with mode 0700.
    path: String,
    /// What it holds afterwards; may be a secret. At most 8 MiB.
    text: SinkText,
    /// Its mode, in octal digits such as `0644`. Without it only its owner can read it.
    #[serde(default = "default_mode")]
    mode: String,
}

fn default_mode() -> String {
    "0600".to_owned()
}

/// What was written.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Written {
    /// The file, below the project's folder.
    path: String,
    /// How many bytes it holds.
    bytes: u64,
    /// Whether it had another content or mode before, or was not there.
    changed: bool,
}

impl Described for Write {
    const NAME: &'static str = "fs::write";
    const SUMMARY: &'static str = "Makes a file hold a text, wholly or not at all";
    const POSITIONAL: &'static [&'static str] = &["path", "text"];
    const EXAMPLES: &'static [Example] = &[
        Example { title: "A report beside the runbooks", script: r#"fs::write("reports/today.md", "All is well\n");"# },
        Example {
            title: "A file for everybody",
            script: r#"fs::write("public/version.txt", "1.4.0", #{ mode: "0644" });"#,
        },
    ];
    type Args = Arguments;
    type Output = Written;
}

impl HostFunction for Write {
    const PERMISSIONS: &'static [&'static str] = &["fs:write PATH"];

    fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
        mode(&args.mode)?;
        small_enough(args.text.written())?;
        Ok(wants("write", &PathBelow::parse_inside(&args.path)?))
    }

    fn time_limit(_: &Arguments) -> Duration {
        TIME_LIMIT
    }

    async fn live(args: Arguments, context: &Context<'_>) -> Result<Written, Failure> {
        let path = PathBelow::parse_inside(&args.path)?;
        let mode = mode(&args.mode)?;
        let text = args.text.reveal(context)?;
        small_enough(&text)?;
        // The same name when the call is made again: what a crash left of it is overwritten and renamed, not left.
        let beside = format!(".runbook-{}.part", context.token);
        on_disk(context, move |project| {
            let written = put(project, &path, &text, mode, &beside);
            let changed = written.map_err(|trouble| trouble.failure(&path))?;
            Ok(Written { path: path.to_string(), bytes: text.len() as u64, changed })
        })
        .await
    }
}

fn put(
    project: &std::path::Path,
    path: &PathBelow,
    text: &Zeroizing<String>,
    mode: Mode,
    beside: &str,
) -> Result<bool, Trouble> {
    let folder = open_parent(project, path, true)?;
    let name = path.name().unwrap_or_default();
    match kind_of(&folder, name) {
        Ok(FileType::RegularFile) if holds(&folder, name, text, mode)? => return Ok(false),
        Ok(FileType::RegularFile) | Err(Trouble::Missing) => {}
        Ok(FileType::Symlink) => return Err(Trouble::Link(path.to_string())),
        Ok(_) => return Err(Trouble::NotAFile),
        Err(trouble) => return Err(trouble),
    }
    match rustix::fs::unlinkat(&folder, beside, AtFlags::empty()) {
        Ok(()) | Err(rustix::io::Errno::NOENT) => {}
        Err(errno) => return Err(errno.into()),
    }
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = rustix::fs::openat(&folder, beside, flags, Mode::RUSR | Mode::WUSR)?;
    let filled = fill(file, text, mode).and_then(|()| Ok(rustix::fs::renameat(&folder, beside, &folder, name)?));
    if filled.is_err() {
        // The reason is told; that the rest could not be removed either would hide it.
        let _left = rustix::fs::unlinkat(&folder, beside, AtFlags::empty());
    }
    filled?;
    rustix::fs::fsync(&folder)?;
    Ok(true)
}

fn fill(file: OwnedFd, text: &Zeroizing<String>, mode: Mode) -> Result<(), Trouble> {
    let mut file = File::from(file);
    file.write_all(text.as_bytes())?;
    rustix::fs::fchmod(&file, mode)?;
    file.sync_all()?;
    Ok(())
}

/// Whether the file already is what is asked for.
fn holds(folder: &OwnedFd, name: &str, text: &Zeroizing<String>, mode: Mode) -> Result<bool, Trouble> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    // What can't be read is replaced.
    let Ok(file) = rustix::fs::openat(folder, name, flags, Mode::empty()) else { return Ok(false) };
    let stat = rustix::fs::fstat(&file)?;
    if Mode::from_raw_mode(stat.st_mode) != mode || u64::try_from(stat.st_size) != Ok(text.len() as u64) {
        return Ok(false);
    }
    let mut now = Zeroizing::new(Vec::with_capacity(text.len() + 1));
    File::from(file).take(SIZE_MAX + 1).read_to_end(&mut now)?;
    Ok(*now == text.as_bytes())
}

fn mode(text: &str) -> Result<Mode, Failure> {
    let bits = u32::from_str_radix(text, 8).ok().filter(|bits| *bits <= 0o777 && text.len() <= 4);
    bits.and_then(|bits| rustix::fs::RawMode::try_from(bits).ok())
        .map(Mode::from_raw_mode)
        .ok_or_else(|| Failure::invalid(messages::is_no_mode(text)))
}

fn small_enough(text: &str) -> Result<(), Failure> {
    if text.len() as u64 > SIZE_MAX {
        return Err(Failure::invalid(messages::too_much_to_write(text.len(), &SIZE_MAX >> 20)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_octal_digits_without_special_bits() {
        for (text, bits) in [("0644", 0o644), ("600", 0o600), ("0", 0)] {
            assert_eq!(mode(text).expect(text).as_raw_mode(), bits);
        }
        for text in ["4755", "0o644", "rw", "", "-1", "00644", "888"] {
            assert!(mode(text).is_err(), "{text}");
        }
    }
}
