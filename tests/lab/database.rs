//! What the database servers of the laboratory share: running as a user that is not root, a free port, and waiting until they
//! serve.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use super::authority::{Authority, DAY};
use super::background::Background;

/// How long a server may take to start, on a machine that does much else.
const READY_MAX: Duration = Duration::from_secs(120);

/// How often a port is tried that another process may take before the server does.
const TRIES: usize = 5;

/// The names that the servers' certificates are for; `127.0.0.1` is none of them.
pub const NAMES: [&str; 2] = ["localhost", "db.example.test"];

/// The user that a server runs as when the test is run by root, as which no server runs.
pub struct User(Option<(u32, u32)>);

impl User {
    /// The user of this name, or nobody else when the test is not run by root.
    pub fn named(name: &str) -> Self {
        if !rustix::process::geteuid().is_root() {
            return User(None);
        }
        let users = std::fs::read_to_string("/etc/passwd").expect("/etc/passwd");
        let line = users.lines().find(|line| line.starts_with(&format!("{name}:")));
        let ids = line.and_then(|line| {
            let mut fields = line.split(':').skip(2);
            Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
        });
        User(Some(
            ids.unwrap_or_else(|| panic!("there is no user `{name}`: install the Debian packages of the laboratory")),
        ))
    }

    /// Gives a file or folder to the user, with this mode.
    pub fn owns(&self, path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("mode");
        if let User(Some((user, group))) = self {
            chown(path, Some(*user), Some(*group)).expect("owner");
        }
    }

    /// A command that runs as the user, with nothing of this machine's settings.
    pub fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", folder).env("LANG", "C.UTF-8");
        command.current_dir(folder).stdin(Stdio::null());
        if let User(Some((user, group))) = self {
            command.uid(*user).gid(*group);
        }
        command
    }
}

/// A folder that the server's user may work in.
pub fn folder(name: &str, user: &User) -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix(name).tempdir().expect("a folder for the server");
    user.owns(folder.path(), 0o755);
    folder
}

/// Issues the server's certificate and key, readable by its user alone.
pub fn issue(folder: &Path, user: &User) -> Authority {
    let authority = Authority::new(folder);
    let now = SystemTime::now();
    let issued = authority.issue("server", &NAMES, now - DAY, now + 90 * DAY);
    user.owns(&issued.key_file, 0o600);
    authority
}

/// Runs a command to its end; it must succeed.
pub fn run(mut command: Command) {
    let output = command.output().unwrap_or_else(|cause| panic!("{command:?}: {cause}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{out}\n{err}");
}

/// Starts a server on a free port and waits until it says that it serves, in the words of `sd_notify`.
pub fn start(folder: &Path, user: &User, command: impl Fn(u16) -> Command) -> (Background, u16) {
    let log = folder.join("server.log");
    for attempt in 1..=TRIES {
        let socket = folder.join(format!("ready-{attempt}"));
        let ready = UnixDatagram::bind(&socket).expect("a socket for readiness");
        user.owns(&socket, 0o777);
        ready.set_read_timeout(Some(Duration::from_millis(100))).expect("time-out");
        let port = free_port();
        let output = std::fs::File::create(&log).expect("a log");
        let mut command = command(port);
        command.env("NOTIFY_SOCKET", &socket).stdout(output.try_clone().expect("a handle")).stderr(output);
        let server = Background::start(command, Vec::new()).expect("the server starts");
        let since = SystemTime::now();
        while server.is_running() && since.elapsed().is_ok_and(|waited| waited < READY_MAX) {
            let mut message = [0; 1024];
            let read = ready.recv(&mut message).unwrap_or(0);
            if String::from_utf8_lossy(&message[..read]).lines().any(|line| line == "READY=1") {
                return (server, port);
            }
        }
    }
    panic!("the server did not start:\n{}", std::fs::read_to_string(log).unwrap_or_default());
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port of 127.0.0.1");
    listener.local_addr().expect("a bound socket has an address").port()
}
