//! Starting a program: a session of its own, nothing of ours but what was declared, known to the guardian before it runs.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use rustix::fs::Mode;
use rustix::process::{Pid, Resource, Rlimit, Signal};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

use super::files::Files;
use super::stop;
use crate::messages::bindings_process as messages;
use crate::model::failure::Failure;
use crate::world::guardian::{Announcement, Guardian};
use crate::world::private_files::PrivateFolder;

/// What is started.
pub(super) struct Launch<'a> {
    /// The program's file, absolute.
    pub(super) file: PathBuf,
    /// Its arguments, its own name first.
    pub(super) argv: &'a [String],
    /// Its whole environment.
    pub(super) environment: BTreeMap<OsString, OsString>,
    /// The folder it runs in.
    pub(super) folder: OwnedFd,
    /// Whether something will be written to its standard input.
    pub(super) has_stdin: bool,
}

/// A program that runs. Dropped before it has ended, it is killed with its whole group.
pub(super) struct Running {
    child: Child,
    /// Its process group, and its session.
    pub(super) group: Pid,
    number: u32,
    guardian: Arc<Guardian>,
    is_over: bool,
}

/// The ends of a program's streams.
pub(super) struct Streams {
    pub(super) stdin: Option<ChildStdin>,
    pub(super) stdout: Option<ChildStdout>,
    pub(super) stderr: Option<ChildStderr>,
}

impl Launch<'_> {
    /// Starts it.
    ///
    /// # Errors
    /// A file that can't be run, or a machine that can't start another process. Nothing was started.
    pub(super) fn start(
        mut self,
        guardian: &Arc<Guardian>,
        files: Files,
    ) -> Result<(Running, Streams, Option<PrivateFolder>), Failure> {
        let name = self.argv.first().map_or("", String::as_str).to_owned();
        let cannot = |error: &io::Error| match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::OutOfMemory => {
                Failure::unavailable(messages::cannot_be_started_now(&name, error))
            }
            _ => Failure::invalid(messages::cannot_be_started(&name, error)),
        };
        let announcement = guardian
            .announcement()
            .map_err(|error| Failure::unavailable(messages::is_not_started_as_its_guardian_cannot_be(&name, &error)))?;
        let number = announcement.number();
        let files = files.write(guardian, number, &mut self.environment).inspect_err(|_| guardian.forget(number))?;
        #[expect(clippy::disallowed_methods, reason = "this is the process binding, where programs are run")]
        let mut command = Command::new(&self.file);
        if let Some((own, rest)) = self.argv.split_first() {
            command.arg0(own).args(rest);
        }
        command
            .env_clear()
            .envs(self.environment)
            .stdin(if self.has_stdin { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        prepare(&mut command, announcement, self.folder);
        let spawned = command.spawn();
        let started = spawned.map_err(|error| cannot(&error)).and_then(|child| {
            let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
            id.map(|group| (child, group)).ok_or_else(|| Failure::unknown(messages::ended_before_it_was_seen(&name)))
        });
        let (mut child, group) = started.inspect_err(|_| guardian.forget(number))?;
        let streams = Streams { stdin: child.stdin.take(), stdout: child.stdout.take(), stderr: child.stderr.take() };
        let output = [streams.stdout.as_ref().map(AsFd::as_fd), streams.stderr.as_ref().map(AsFd::as_fd)];
        guardian.watch(number, group, &output.into_iter().flatten().collect::<Vec<_>>());
        Ok((Running { child, group, number, guardian: Arc::clone(guardian), is_over: false }, streams, files))
    }
}

impl Running {
    /// Waits until the program itself has ended.
    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Notes that the whole group has ended.
    pub(super) fn has_ended(mut self) {
        self.is_over = true;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.is_over {
            stop::send(self.group, Signal::KILL);
        }
        self.guardian.forget(self.number);
    }
}

/// What the child does between fork and exec.
fn prepare(command: &mut Command, announcement: Announcement, folder: OwnedFd) {
    let before_exec = move || {
        // A session of its own: no terminal to ask on, no signals from ours.
        rustix::process::setsid()?;
        rustix::process::umask(Mode::RWXG | Mode::RWXO);
        // A core would hold the secrets of its environment.
        rustix::process::setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
        rustix::process::fchdir(&folder)?;
        close_on_exec_all();
        // Last: from here on the guardian ends it when we are gone.
        announcement.make()
    };
    #[expect(unsafe_code, reason = "`pre_exec` is the only way to do this in the child")]
    // SAFETY: between fork and exec only async-signal-safe functions may run. The closure makes system calls alone: it neither
    // allocates nor takes a lock, and what it captured is dropped in the parent.
    unsafe {
        command.pre_exec(before_exec);
    }
}

/// Marks every descriptor but the three standard ones to be closed: those that our own parent left open have no mark.
#[expect(unsafe_code, reason = "descriptors that we do not own have no safe interface")]
fn close_on_exec_all() {
    #[cfg(target_os = "linux")]
    // SAFETY: marks descriptors and touches no memory.
    if unsafe { libc::syscall(libc::SYS_close_range, 3_u32, u32::MAX, libc::CLOSE_RANGE_CLOEXEC) } == 0 {
        return;
    }
    // Kernels before 5.11, and other systems. Descriptors above the limit can't have been opened under it.
    let most = rustix::process::getrlimit(Resource::Nofile).current.unwrap_or(65_536).min(65_536);
    for fd in 3..i32::try_from(most).unwrap_or(65_536) {
        // SAFETY: a descriptor that is not open is an error that changes nothing.
        unsafe {
            let flags = libc::fcntl(fd, libc::F_GETFD);
            if flags >= 0 {
                libc::fcntl(fd, libc::F_SETFD, flags | libc::FD_CLOEXEC);
            }
        }
    }
}
