//! A PostgreSQL server with TLS and passwords by SCRAM; without TLS nobody gets in.

use std::path::{Path, PathBuf};

use super::background::Background;
use super::database::{self, User};

/// The user that may do everything.
pub const USER: &str = "admin";
/// Its password.
pub const PASSWORD: &str = "correct horse: battery/staple?";
/// The database that is there.
pub const DATABASE: &str = "postgres";

/// A running server. It is ended when this is dropped, and when the process that started it dies.
pub struct Postgres {
    port: u16,
    ca_file: PathBuf,
    server: Background,
    // Removed after the server has ended: fields drop in this order.
    folder: tempfile::TempDir,
}

impl Postgres {
    /// Starts a server and returns once it serves.
    pub fn start() -> Self {
        let programs = installed();
        let user = User::named("postgres");
        let folder = database::folder("postgres-", &user);
        let path = folder.path();
        let authority = database::issue(path, &user);
        std::fs::write(path.join("password"), PASSWORD).expect("password");
        user.owns(&path.join("password"), 0o600);
        let mut init = user.command(&programs.join("initdb"), path);
        init.args(["--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--pwfile=password"])
            .args(["--username", USER, "--pgdata=data"]);
        database::run(init);
        std::fs::write(path.join("data/pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n").expect("pg_hba");
        let settings = |port: u16| {
            let mut command = user.command(&programs.join("postgres"), path);
            command.args(["-D", "data"]);
            for setting in [
                format!("port={port}"),
                "listen_addresses=127.0.0.1".to_owned(),
                format!("unix_socket_directories={}", path.display()),
                "ssl=on".to_owned(),
                format!("ssl_cert_file={}", path.join("server.pem").display()),
                format!("ssl_key_file={}", path.join("server.key").display()),
                // Nobody needs this data after a power loss.
                "fsync=off".to_owned(),
                "full_page_writes=off".to_owned(),
                "shared_buffers=16MB".to_owned(),
                "max_wal_senders=0".to_owned(),
                "wal_level=minimal".to_owned(),
            ] {
                command.arg("-c").arg(setting);
            }
            command
        };
        let (server, port) = database::start(path, &user, settings);
        Self { port, ca_file: authority.ca_file().to_owned(), server, folder }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The authority's certificate, as PEM.
    pub fn ca_file(&self) -> &Path {
        &self.ca_file
    }

    /// The URL without a password.
    pub fn url(&self) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{DATABASE}", self.port)
    }

    /// As permissions name the database.
    pub fn target(&self) -> String {
        format!("127.0.0.1:{}/{DATABASE}", self.port)
    }
}

fn installed() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    found.retain(|programs| programs.join("initdb").exists());
    found.sort();
    found.pop().unwrap_or_else(|| {
        panic!("not installed: initdb\ninstall the Debian packages: apt-get install postgresql");
    })
}
