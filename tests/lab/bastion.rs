//! A bastion: OpenSSH's server, started anew for each connection, that forwards ports for one key.

use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

const SERVER: &str = "/usr/sbin/sshd";

/// The Debian packages that it needs.
const PACKAGES: &str = "openssh-server openssh-client";

/// A bastion on 127.0.0.1. Its servers end with their connections.
pub struct Bastion {
    folder: tempfile::TempDir,
    port: u16,
}

impl Bastion {
    /// Opens the door.
    pub fn start() -> Self {
        for program in [SERVER, "/usr/bin/ssh", "/usr/bin/ssh-keygen"] {
            assert!(Path::new(program).exists(), "{program} is not installed: apt-get install {PACKAGES}");
        }
        let folder = tempfile::tempdir().expect("a folder for the bastion");
        for key in ["host", "operator"] {
            let made = Command::new("/usr/bin/ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-C", key, "-f"])
                .arg(folder.path().join(key))
                .stdin(Stdio::null())
                .status();
            assert!(made.expect("ssh-keygen runs").success());
        }
        if rustix::process::geteuid().is_root() {
            // Where a server that may change its user shuts itself in; Debian's service makes it when it starts.
            std::fs::create_dir_all("/run/sshd").expect("the server's empty folder");
        }
        let file = |name: &str| folder.path().join(name).display().to_string();
        let settings = format!(
            "HostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\nPermitRootLogin prohibit-password\nPidFile none\n",
            file("host"),
            file("operator.pub")
        );
        std::fs::write(folder.path().join("sshd_config"), settings).expect("the server's settings");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let host_key = std::fs::read_to_string(folder.path().join("host.pub")).expect("the host's key");
        std::fs::write(folder.path().join("known_hosts"), format!("[127.0.0.1]:{port} {host_key}"))
            .expect("known hosts");
        std::fs::set_permissions(folder.path().join("operator"), std::fs::Permissions::from_mode(0o600)).expect("mode");
        let settings = folder.path().join("sshd_config");
        thread::spawn(move || serve(&listener, &settings));
        Bastion { folder, port }
    }

    /// The command that opens `{port}` here as the way to `port` behind the bastion, for `process::tunnel`.
    pub fn tunnel_to(&self, port: u16) -> Vec<String> {
        let file = |name: &str| self.folder.path().join(name).display().to_string();
        let user = if rustix::process::geteuid().is_root() { "root@" } else { "" };
        let words = [
            "ssh".to_owned(),
            "-F".to_owned(),
            "none".to_owned(),
            "-i".to_owned(),
            file("operator"),
            "-o".to_owned(),
            format!("UserKnownHostsFile={}", file("known_hosts")),
            "-o".to_owned(),
            "ExitOnForwardFailure=yes".to_owned(),
            "-N".to_owned(),
            "-L".to_owned(),
            format!("127.0.0.1:{{port}}:127.0.0.1:{port}"),
            "-p".to_owned(),
            self.port.to_string(),
            format!("{user}127.0.0.1"),
        ];
        words.to_vec()
    }
}

/// Gives each connection to a server of its own. Ends with the test's process.
fn serve(listener: &TcpListener, settings: &PathBuf) {
    for connection in listener.incoming() {
        let Ok(connection) = connection else { return };
        let Ok(other) = connection.try_clone() else { return };
        let server = Command::new(SERVER)
            .args(["-i", "-e", "-f"])
            .arg(settings)
            .stdin(OwnedFd::from(connection))
            .stdout(OwnedFd::from(other))
            .stderr(Stdio::null())
            .spawn();
        if let Ok(mut server) = server {
            thread::spawn(move || server.wait());
        }
    }
}
