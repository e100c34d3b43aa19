//! A program that runs beside a test and ends with it, whichever way the test ends.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};

/// How long a program may take to end after TERM before it is killed.
const GRACE: Duration = Duration::from_secs(5);

/// A running program and the process group it leads.
///
/// Dropping it sends TERM to the group, waits, and kills what is left. When the test process itself is killed, the
/// kernel sends TERM to the program (`PR_SET_PDEATHSIG`), which is expected to end its own children.
pub struct Background {
    pid: Pid,
    exited: mpsc::Receiver<()>,
    reap: Option<mpsc::Sender<()>>,
    holder: Option<JoinHandle<()>>,
}

impl Background {
    /// Starts `command`; it inherits the descriptors `inherit` under the same numbers, and they are closed here.
    pub fn start(command: Command, inherit: Vec<OwnedFd>) -> io::Result<Self> {
        let (started, start) = mpsc::channel();
        let (exit, exited) = mpsc::channel();
        let (reap, reaped) = mpsc::channel::<()>();
        // The kernel's parent is the thread that forks, not the process: were it a pooled thread, the program would
        // be ended as soon as that thread is. This one lives exactly as long as the program.
        let holder = std::thread::spawn(move || hold(command, inherit, &started, &exit, &reaped));
        match start.recv() {
            Ok(Ok(pid)) => Ok(Self { pid, exited, reap: Some(reap), holder: Some(holder) }),
            Ok(Err(cause)) => Err(cause),
            Err(mpsc::RecvError) => Err(io::Error::other("the thread that starts the program ended early")),
        }
    }

    /// The program's process id, which is its group's as well.
    pub fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// True while the program has not ended.
    pub fn is_running(&self) -> bool {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        matches!(rustix::process::waitid(WaitId::Pid(self.pid), look), Ok(None))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // The program is not reaped before `reap` is dropped, so these numbers can't have passed to a stranger.
        let _ = rustix::process::kill_process_group(self.pid, Signal::TERM);
        if let Err(mpsc::RecvTimeoutError::Timeout) = self.exited.recv_timeout(GRACE) {
            eprintln!("process {} did not end within {GRACE:?} of TERM and is killed", self.pid());
        }
        let _ = rustix::process::kill_process_group(self.pid, Signal::KILL);
        drop(self.reap.take());
        if let Some(holder) = self.holder.take() {
            let _ = holder.join();
        }
    }
}

fn hold(
    mut command: Command,
    inherit: Vec<OwnedFd>,
    started: &mpsc::Sender<io::Result<Pid>>,
    exit: &mpsc::Sender<()>,
    reaped: &mpsc::Receiver<()>,
) {
    let parent = rustix::process::getpid();
    command.process_group(0);
    // SAFETY: between fork and exec only async-signal-safe system calls are made (prctl, getppid, fcntl), and nothing
    // is allocated: `io::Error` from an errno holds just the number.
    #[expect(unsafe_code, reason = "the standard library offers no other way to run code in the child before exec")]
    unsafe {
        command.pre_exec(move || {
            rustix::process::set_parent_process_death_signal(Some(Signal::TERM))?;
            // The parent may have died before the line above, and then no signal comes.
            if rustix::process::getppid() != Some(parent) {
                return Err(rustix::io::Errno::SRCH.into());
            }
            for descriptor in &inherit {
                rustix::io::fcntl_setfd(descriptor, rustix::io::FdFlags::empty())?;
            }
            Ok(())
        });
    }
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(cause) => {
            let _ = started.send(Err(cause));
            return;
        }
    };
    // The command owns our copies of the inherited descriptors. A listening socket must be closed with its program,
    // or a client would wait for ever on one that nobody serves.
    drop(command);
    let pid = Pid::from_child(&child);
    let _ = started.send(Ok(pid));
    while let Err(rustix::io::Errno::INTR) =
        rustix::process::waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)
    {}
    let _ = exit.send(());
    let _ = reaped.recv();
    let _ = child.wait();
}
