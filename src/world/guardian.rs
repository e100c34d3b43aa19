//! The guardian: a small process that ends the programs of a run when the run's own process is killed.
//!
//! It is this program again, started with one hidden argument, and holds one end of a socket whose other end only we hold. Each
//! program that is started announces its process group there before it becomes the program; when it has ended, its group is
//! forgotten. When the socket closes, we are gone, and what was not forgotten is ended. A forked child holds our end as well until
//! it becomes its program, so there is no moment in which a program runs and the guardian does not know it. The guardian also holds
//! the reading ends of a program's output, and reads them when we are gone: a program that says that it saves its state would else
//! die of a broken pipe before it has. And it holds the locks of the run until every program has ended: whoever takes the run up
//! again must not look what a program did while it may still do it. A program that leaves its group by itself is out of reach.

use std::collections::BTreeMap;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags};
use rustix::process::{Pid, Signal};

use super::clock::{Clock, SystemClock};
use super::private_files;

/// The argument that makes this program a guardian.
pub const ARGUMENT: &str = "__guard";

/// How long a group has after TERM before it is killed.
const GRACE: Duration = Duration::from_secs(5);

/// How often the guardian looks whether a group has ended.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The program that is started as the guardian; a test names it, everybody else is it.
pub struct Program(pub PathBuf);

impl Program {
    /// This very program, even when its file was replaced since it was started.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn this() -> io::Result<Self> {
        let running = Path::new("/proc/self/exe");
        if running.exists() { Ok(Program(running.to_owned())) } else { std::env::current_exe().map(Program) }
    }
}

/// The locks of a run, which its guardian keeps until the programs have ended; whoever runs it puts them into what is shared.
#[derive(Default)]
pub struct Locks(pub Vec<Arc<OwnedFd>>);

/// A run's guardian. It is started with the first program and ends by itself after us.
pub struct Guardian {
    program: PathBuf,
    locks: Arc<Locks>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    started: Option<Started>,
    /// Announcements so far: each start has a number, since the host can't know the process of a start that failed.
    numbers: u32,
    alive: BTreeMap<u32, Pid>,
    folders: BTreeMap<u32, Arc<OwnedFd>>,
}

struct Started {
    line: Arc<UnixStream>,
    // Tokio reaps it after we have let go of it.
    process: tokio::process::Child,
}

/// One start of a program, to be announced by the child and forgotten by us.
pub struct Announcement {
    line: Arc<UnixStream>,
    number: u32,
}

impl Announcement {
    /// Tells the guardian the calling process's group. Made for a forked child before it becomes its program: allocates
    /// nothing, takes no lock.
    ///
    /// # Errors
    /// When the guardian is gone.
    pub fn make(&self) -> io::Result<()> {
        tell(&self.line, self.number, rustix::process::getpid().as_raw_pid())
    }

    /// Its number, for [`Guardian::watch`] and [`Guardian::forget`].
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }
}

impl Guardian {
    /// A guardian that will be `program` and keep `locks`; nothing is started yet.
    #[must_use]
    pub fn new(program: &Program, locks: Arc<Locks>) -> Self {
        Guardian { program: program.0.clone(), locks, state: Mutex::default() }
    }

    /// Makes sure that the guardian lives, and reserves a number for a program that is about to be started. Must be called
    /// inside a Tokio runtime.
    ///
    /// # Errors
    /// When the guardian can't be started; then no program may be.
    pub fn announcement(&self) -> io::Result<Announcement> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let lives = state.started.as_mut().is_some_and(|started| matches!(started.process.try_wait(), Ok(None)));
        if !lives {
            let started = start(&self.program)?;
            // Before the first program: none may run without somebody who keeps the locks for it.
            lend_all(&started.line, &self.locks)?;
            for (number, group) in &state.alive {
                tell(&started.line, *number, group.as_raw_pid())?;
            }
            for (number, folder) in &state.folders {
                lend(&started.line, *number, FOLDER, &[folder.as_fd()])?;
            }
            state.started = Some(started);
        }
        state.numbers = state.numbers.checked_add(1).unwrap_or(KEPT + 1);
        let number = state.numbers;
        match &state.started {
            Some(started) => Ok(Announcement { line: Arc::clone(&started.line), number }),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// The guardian's process, once it has been started.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.started.as_ref().and_then(|started| started.process.id())
    }

    /// Remembers a started group, so that a new guardian learns of it should this one be killed, and lends the guardian the
    /// reading ends of the group's output.
    pub fn watch(&self, number: u32, group: Pid, output: &[BorrowedFd<'_>]) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.alive.insert(number, group);
        if let Some(started) = &state.started {
            // It knows the group already. What it can't be lent costs a program its last words, and no more.
            let _unlent = lend(&started.line, number, group.as_raw_pid(), output);
        }
    }

    /// Lends the guardian the folder with the private files of a start, to be removed after us.
    ///
    /// # Errors
    /// When the guardian can't be told; then nothing private may be written into it.
    pub fn mind(&self, number: u32, folder: &Arc<OwnedFd>) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.folders.insert(number, Arc::clone(folder));
        match &state.started {
            Some(started) => lend(&started.line, number, FOLDER, &[folder.as_fd()]),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// Tells the guardian that a group has ended, or that a start failed.
    pub fn forget(&self, number: u32) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.alive.remove(&number);
        state.folders.remove(&number);
        if let Some(started) = &state.started {
            // A guardian that is gone has nothing to forget.
            let _gone = tell(&started.line, number, 0);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the guardian is this program itself; no script chooses it")]
fn start(program: &Path) -> io::Result<Started> {
    let (ours, theirs) = UnixStream::pair()?;
    let process = tokio::process::Command::new(program)
        .arg(ARGUMENT)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // A group of its own: what the terminal sends us must not end it first.
        .process_group(0)
        .spawn()?;
    Ok(Started { line: Arc::new(ours), process })
}

/// One record: the number of a start, then its group, or 0 to forget it.
fn record(number: u32, group: i32) -> [u8; RECORD] {
    let [a, b, c, d] = number.to_ne_bytes();
    let [e, f, g, h] = group.to_ne_bytes();
    [a, b, c, d, e, f, g, h]
}

const RECORD: usize = 8;

/// In place of a group: what is lent is a folder with private files.
const FOLDER: i32 = -1;

/// The number of no start: what is lent with it is kept to the end.
const KEPT: u32 = 0;

/// The most descriptors that come with a record: standard output and standard error.
const LENT_MAX: usize = 2;

#[cfg(not(target_vendor = "apple"))]
const SEND: SendFlags = SendFlags::DONTWAIT.union(SendFlags::NOSIGNAL);
#[cfg(target_vendor = "apple")]
const SEND: SendFlags = SendFlags::DONTWAIT;

fn tell(line: &impl AsFd, number: u32, group: i32) -> io::Result<()> {
    let sent = rustix::net::send(line, &record(number, group), SEND)?;
    if sent == RECORD { Ok(()) } else { Err(io::ErrorKind::WriteZero.into()) }
}

fn lend_all(line: &impl AsFd, locks: &Locks) -> io::Result<()> {
    locks.0.iter().try_for_each(|lock| lend(line, KEPT, 0, &[lock.as_fd()]))
}

fn lend(line: &impl AsFd, number: u32, group: i32, lent: &[BorrowedFd<'_>]) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(LENT_MAX))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !control.push(SendAncillaryMessage::ScmRights(lent)) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    rustix::net::sendmsg(line, &[IoSlice::new(&record(number, group))], &mut control, SEND)?;
    Ok(())
}

/// What the guardian does: called first thing by `main` when the first argument is [`ARGUMENT`]. Reads announcements from
/// standard input until the other side is gone, then ends what is left.
#[must_use]
pub fn guard_main() -> ExitCode {
    let Left { known, folders, kept } = listen(&rustix::stdio::stdin());
    end(&known, &SystemClock);
    for folder in &folders {
        // What can't be removed is swept away by the next run.
        let _left = private_files::remove_open(folder);
    }
    drop(kept);
    ExitCode::SUCCESS
}

/// A group that was announced, and the reading ends of its output.
struct Known {
    group: Pid,
    output: Vec<OwnedFd>,
}

/// What is left when the other side has closed.
struct Left {
    /// The groups that were announced and not forgotten.
    known: Vec<Known>,
    /// The folders with their private files.
    folders: Vec<OwnedFd>,
    /// What is kept until the groups have ended.
    kept: Vec<OwnedFd>,
}

fn listen(line: &impl AsFd) -> Left {
    let mut alive: BTreeMap<u32, Known> = BTreeMap::new();
    let mut folders: BTreeMap<u32, Vec<OwnedFd>> = BTreeMap::new();
    let mut kept = Vec::new();
    let mut record = [0_u8; RECORD];
    loop {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(LENT_MAX))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let read = rustix::io::retry_on_intr(|| {
            rustix::net::recvmsg(line, &mut [IoSliceMut::new(&mut record)], &mut control, RecvFlags::empty())
        });
        if read.map_or(0, |read| read.bytes) != RECORD {
            let folders = folders.into_values().flatten().collect();
            return Left { known: alive.into_values().collect(), folders, kept };
        }
        let mut lent = Vec::new();
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(descriptors) = message {
                lent.extend(descriptors);
            }
        }
        let [a, b, c, d, e, f, g, h] = record;
        let (number, group) = (u32::from_ne_bytes([a, b, c, d]), i32::from_ne_bytes([e, f, g, h]));
        if number == KEPT {
            kept.extend(lent);
            continue;
        }
        if group == FOLDER {
            folders.insert(number, lent);
            continue;
        }
        // A signal to group 1 would reach every process there is.
        match (group > 1).then(|| Pid::from_raw(group)).flatten() {
            Some(group) => alive.insert(number, Known { group, output: lent }),
            None => {
                folders.remove(&number);
                alive.remove(&number)
            }
        };
    }
}

/// TERM, a grace, KILL and a grace, for all groups at once. What they still write is read, so that they can.
#[expect(clippy::disallowed_methods, reason = "a guardian has no runtime and outlives every clock but the machine's")]
fn end(known: &[Known], clock: &dyn Clock) {
    let send = |signal: Signal| {
        for Known { group, .. } in known {
            let _ended = rustix::process::kill_process_group(*group, signal);
        }
    };
    for signal in [Signal::TERM, Signal::KILL] {
        send(signal);
        let until = clock.monotonic() + GRACE;
        while clock.monotonic() < until {
            if !known.iter().any(|known| lives(known.group)) {
                return;
            }
            known.iter().flat_map(|known| &known.output).for_each(drain);
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

/// Whether a process of the group can still do something. What has ended and was not yet reaped (its parent may have died with us,
/// and not every container has somebody who reaps) can't.
fn lives(group: Pid) -> bool {
    if rustix::process::test_kill_process_group(group).is_err() {
        return false;
    }
    let Ok(processes) = std::fs::read_dir("/proc") else { return true };
    let mut known = false;
    for process in processes
        .flatten()
        .filter(|process| process.file_name().as_encoded_bytes().first().is_some_and(u8::is_ascii_digit))
    {
        // One that is gone meanwhile does nothing any more.
        let Ok(facts) = std::fs::read(process.path().join("stat")) else { continue };
        match is_at_work_in(group, &String::from_utf8_lossy(&facts)) {
            Some(true) => return true,
            Some(false) => known = true,
            None => {}
        }
    }
    // A system whose processes can't be seen there: the signal's word counts.
    !known
}

/// Of a process as `/proc/PID/stat` tells of it: whether it is more than a dead entry of the table; nothing for one of another
/// group. The name, in parentheses, may hold anything; after it come the state, the parent and the group (proc_pid_stat(5)).
fn is_at_work_in(group: Pid, facts: &str) -> Option<bool> {
    let mut fields = facts.rsplit_once(')')?.1.split_ascii_whitespace();
    let state = fields.next()?;
    let its_group: i32 = fields.nth(1)?.parse().ok()?;
    (its_group == group.as_raw_pid()).then_some(!matches!(state, "Z" | "X" | "x"))
}

/// Reads what is there.
fn drain(output: &OwnedFd) {
    let mut buffer = [0; 4096];
    // A pipe that would wait, or has ended, has nothing for now. At most what a pipe holds, so that no one program that never
    // stops writing keeps the others waiting.
    if rustix::io::ioctl_fionbio(output, true).is_ok() {
        let _rest = (0..256).find(|_| rustix::io::read(output, &mut buffer).unwrap_or(0) == 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(records: &[(u32, i32)]) -> Vec<i32> {
        let (ours, theirs) = UnixStream::pair().expect("pair");
        for (number, group) in records {
            tell(&ours, *number, *group).expect("tell");
        }
        drop(ours);
        listen(&theirs).known.into_iter().map(|known| known.group.as_raw_pid()).collect()
    }

    #[test]
    fn what_is_lent_is_kept_until_the_group_is_forgotten() {
        let (ours, theirs) = UnixStream::pair().expect("pair");
        let pipes = [0, 1, 2, 3].map(|_| io::pipe().expect("pipe"));
        tell(&ours, 1, 500).expect("tell");
        lend(&ours, KEPT, 0, &[pipes[3].0.as_fd()]).expect("lend");
        lend(&ours, 1, 500, &[pipes[0].0.as_fd(), pipes[1].0.as_fd()]).expect("lend");
        lend(&ours, 2, 500, &[pipes[2].0.as_fd()]).expect("lend");
        tell(&ours, 2, 0).expect("tell");
        drop(ours);
        let Left { known, kept, .. } = listen(&theirs);
        assert_eq!(known.iter().map(|known| known.output.len()).collect::<Vec<_>>(), [2]);
        let [first, second, third, lock] = pipes.map(|(reader, writer)| {
            drop(reader);
            writer
        });
        let writes = |writer: &io::PipeWriter| rustix::io::write(writer, b"x").is_ok();
        assert_eq!([writes(&first), writes(&second), writes(&third), writes(&lock)], [true, true, false, true]);
        drop(kept);
        assert!(!writes(&lock));
        drain(&known[0].output[0]);
    }

    #[test]
    fn what_was_announced_and_not_forgotten_is_left() {
        assert_eq!(said(&[(1, 500), (2, 600), (1, 0), (3, 700)]), [600, 700]);
        assert_eq!(said(&[(1, 500), (1, 0)]), [] as [i32; 0]);
    }

    #[test]
    fn a_process_that_only_waits_to_be_reaped_does_nothing_any_more() {
        let group = Pid::from_raw(500).expect("pid");
        let facts =
            ["7 (a) S 1 500 1 0", "7 (a) Z 1 500 1 0", "7 (a) b) S 9 (c) Z 1 500 1", "7 (a) S 1 600 1", "", "7 (a) S"];
        let seen = facts.map(|facts| is_at_work_in(group, facts));
        assert_eq!(seen, [Some(true), Some(false), Some(false), None, None, None]);
    }

    #[test]
    fn a_group_that_would_reach_strangers_is_never_signalled() {
        assert_eq!(said(&[(1, 1), (2, -1), (3, -500), (4, 0)]), [] as [i32; 0]);
    }
}
