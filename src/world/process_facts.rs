//! Facts about this process and machine that a run records: who runs it, where.

use crate::model::run::Who;

/// Who runs this process, on which machine.
#[must_use]
pub fn who() -> Who {
    let user = ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok()).filter(|user| !user.is_empty());
    let user = user.unwrap_or_else(|| format!("uid{}", rustix::process::getuid().as_raw()));
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    Who { user, host, pid: std::process::id() }
}
