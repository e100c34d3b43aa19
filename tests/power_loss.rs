//! Cuts the power under a small run: ext4 in a file, shut down without writing what is not committed
//! (`EXT4_IOC_SHUTDOWN`, <https://docs.kernel.org/filesystems/ext4/>), then mounted again. What was promised must still be
//! there; with a laxer setting of SQLite something must be lost, or the test would see nothing.
//!
//! Needs root and loop devices; where it can't be done it says so. `RUNBOOK_FULL=1` for 50 rounds.

mod journal_writer;
#[path = "journal_writer/site.rs"]
mod site;

use std::fs::{self, File};
use std::io::Read;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::ioctl::{Setter, ioctl};
use rustix::process::{Pid, Signal, kill_process};

use journal_writer::{Random, full, program};
use site::{Site, private};

const SEED: u64 = 20_260_105;
/// `_IOR('X', 125, __u32)`
const EXT4_IOC_SHUTDOWN: rustix::ioctl::Opcode = 0x8004_587d;
/// Without writing out the log of the file system.
const NO_LOG_FLUSH: u32 = 2;

/// A disk whose power can be cut.
struct Disk {
    scratch: tempfile::TempDir,
    mounted: bool,
}

impl Disk {
    /// A fresh one; nothing where file systems can't be made and mounted.
    fn new() -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let scratch = private();
        let mut disk = Disk { scratch, mounted: false };
        fs::create_dir(disk.at()).unwrap();
        File::create(disk.image()).unwrap().set_len(24 << 20).unwrap();
        let made = ran(Command::new("mkfs.ext4").args(["-q", "-F"]).arg(disk.image()));
        disk.mounted = made && disk.mount();
        disk.mounted.then_some(disk)
    }

    fn image(&self) -> PathBuf {
        self.scratch.path().join("image")
    }

    fn at(&self) -> PathBuf {
        self.scratch.path().join("disk")
    }

    fn mount(&self) -> bool {
        ran(Command::new("mount").args(["-o", "loop"]).arg(self.image()).arg(self.at()))
    }

    /// Everything that is not committed is gone after this, as after a loss of power.
    fn cut(&self) {
        let root = File::open(self.at()).unwrap();
        #[expect(unsafe_code, reason = "an `ioctl` that no safe interface has")]
        // SAFETY: the call takes a pointer to an `u32`, which `Setter` gives it, and writes nothing.
        unsafe { ioctl(root.as_fd(), Setter::<EXT4_IOC_SHUTDOWN, u32>::new(NO_LOG_FLUSH)) }.unwrap();
    }

    fn again(&mut self) {
        assert!(ran(Command::new("umount").arg(self.at())));
        self.mounted = false;
        self.mounted = self.mount();
        assert!(self.mounted, "it can't be mounted again");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.mounted {
            ran(Command::new("umount").arg(self.at()));
        }
    }
}

fn ran(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).output().is_ok_and(|output| output.status.success())
}

/// Stops every thread, so that no call is in flight when the power goes: one could end well although it was not done.
fn freeze(child: &Child) {
    let pid = Pid::from_child(child);
    kill_process(pid, Signal::STOP).unwrap();
    let tasks = format!("/proc/{}/task", child.id());
    let stands = |task: &Path| {
        let Ok(stat) = fs::read_to_string(task.join("stat")) else { return true };
        // The state follows the name, which stands in brackets.
        stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with(['T', 'Z', 'X']))
    };
    while !fs::read_dir(&tasks).unwrap().all(|task| stands(&task.unwrap().path())) {
        std::thread::yield_now();
    }
}

/// What came of one loss of power.
struct Round {
    promised: usize,
    wrong: Option<String>,
}

/// Lets the helper run until it has made some promises, and cuts the power.
fn round(disk: &mut Disk, number: u64, synchronous: &str, promises: u64) -> Round {
    let base = disk.at().join(number.to_string());
    fs::create_dir(&base).unwrap();
    let world = disk.scratch.path().join(format!("world-{number}"));
    let site = Site { folder: base.join("state"), world, steps: 100_000 };
    // The folder above is not the journal's affair.
    File::open(disk.at()).and_then(|root| root.sync_all()).unwrap();
    let mut child = Command::new(program())
        .args(site.arguments())
        .arg(format!("synchronous={synchronous}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut said = Vec::new();
    let mut buffer = [0; 64];
    while (said.iter().filter(|byte| **byte == b'\n').count() as u64) < promises {
        let length = out.read(&mut buffer).unwrap();
        assert!(length > 0, "the helper ended by itself");
        said.extend_from_slice(&buffer[..length]);
    }
    freeze(&child);
    disk.cut();
    child.kill().unwrap();
    child.wait().unwrap();
    out.read_to_end(&mut said).unwrap();
    disk.again();
    // The process was killed as well: a line that was not written whole was no promise.
    let said = String::from_utf8(said).unwrap();
    let said = &said[..said.rfind('\n').map_or(0, |end| end + 1)];
    let done = site.effects().iter().copied().max().unwrap_or(0);
    let wrong = site.check(said).and_then(|()| Site { steps: done + 3, ..site }.finish());
    Round { promised: said.lines().count(), wrong: wrong.err() }
}

fn losses(synchronous: &str, rounds: u64) -> Option<(usize, Vec<String>)> {
    let mut disk = Disk::new()?;
    let mut random = Random(SEED);
    let (mut promised, mut wrong) = (0, Vec::new());
    for number in 1..=rounds {
        let round = round(&mut disk, number, synchronous, 1 + random.below(40));
        promised += round.promised;
        wrong.extend(round.wrong.map(|wrong| format!("round {number}: {wrong}")));
        // A fresh disk now and then keeps it from filling up.
        if number % 10 == 0 && number < rounds {
            drop(disk);
            disk = Disk::new()?;
        }
    }
    Some((promised, wrong))
}

fn left_out(test: &str) {
    println!("LEFT OUT: {test}: 1 test, because file systems can't be made and mounted here");
}

#[test]
fn what_was_promised_survives_a_loss_of_power() {
    let rounds = if full() { 50 } else { 12 };
    let Some((promised, wrong)) = losses("full", rounds) else { return left_out("loss of power") };
    println!("{rounds} losses of power (seed {SEED}), {promised} promises, {} rounds lost something", wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(promised as u64 >= rounds);
}

#[test]
fn with_laxer_settings_something_is_lost_so_that_this_test_would_notice() {
    for synchronous in ["normal", "off"] {
        let rounds = if full() { 25 } else { 6 };
        let Some((promised, wrong)) = losses(synchronous, rounds) else {
            return left_out("control with laxer settings");
        };
        println!(
            "control `{synchronous}`: {rounds} losses of power, {promised} promises, {} rounds lost something",
            wrong.len()
        );
        assert!(!wrong.is_empty(), "nothing was lost with `{synchronous}`");
        let by_loss = |wrong: &String| wrong.contains("is lost") || wrong.contains("without an intent");
        assert!(wrong.iter().all(by_loss), "something else went wrong: {wrong:#?}");
    }
}
