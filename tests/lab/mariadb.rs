//! A MariaDB server with TLS; its users have passwords.

use std::path::{Path, PathBuf};

use super::background::Background;
use super::database::{self, User};

/// The user that may do everything, over TLS.
pub const USER: &str = "app";
/// Its password.
pub const PASSWORD: &str = "another horse & battery";
/// The database that is there.
pub const DATABASE: &str = "shop";

/// A running server. It is ended when this is dropped, and when the process that started it dies.
pub struct MariaDb {
    port: u16,
    ca_file: PathBuf,
    server: Background,
    // Removed after the server has ended: fields drop in this order.
    folder: tempfile::TempDir,
}

impl MariaDb {
    /// Starts a server and returns once it serves.
    pub fn start() -> Self {
        let (install, program) = (Path::new("/usr/bin/mariadb-install-db"), Path::new("/usr/sbin/mariadbd"));
        assert!(
            install.exists() && program.exists(),
            "not installed: mariadbd\ninstall the Debian packages: apt-get install mariadb-server"
        );
        let user = User::named("mysql");
        let folder = database::folder("mariadb-", &user);
        let path = folder.path();
        let authority = database::issue(path, &user);
        let data = path.join("data");
        let mut init = user.command(install, path);
        init.args(["--no-defaults", "--skip-test-db", "--auth-root-authentication-method=normal", "--basedir=/usr"])
            .arg(format!("--datadir={}", data.display()))
            .args(["--innodb-flush-log-at-trx-commit=0", "--innodb-log-file-size=8M", "--skip-log-bin"]);
        database::run(init);
        let first = format!(
            "create database {DATABASE} character set utf8mb4;\n\
             create user '{USER}'@'127.0.0.1' identified by '{PASSWORD}' require ssl;\n\
             grant all on *.* to '{USER}'@'127.0.0.1';\n"
        );
        std::fs::write(path.join("first.sql"), first).expect("first.sql");
        let settings = |port: u16| {
            let mut command = user.command(program, path);
            command.args(["--no-defaults", "--skip-log-bin", "--skip-name-resolve", "--bind-address=127.0.0.1"]).args(
                [
                    format!("--port={port}"),
                    format!("--datadir={}", data.display()),
                    format!("--socket={}", path.join("mysqld.sock").display()),
                    format!("--pid-file={}", path.join("mysqld.pid").display()),
                    format!("--init-file={}", path.join("first.sql").display()),
                    format!("--ssl-cert={}", path.join("server.pem").display()),
                    format!("--ssl-key={}", path.join("server.key").display()),
                    // Nobody needs this data after a power loss.
                    "--innodb-flush-log-at-trx-commit=0".to_owned(),
                    "--innodb-buffer-pool-size=16M".to_owned(),
                    "--innodb-log-file-size=8M".to_owned(),
                ],
            );
            command
        };
        let (server, port) = database::start(path, &user, settings);
        Self { port, ca_file: authority.ca_file().to_owned(), server, folder }
    }

    /// The authority's certificate, as PEM.
    pub fn ca_file(&self) -> &Path {
        &self.ca_file
    }

    /// The URL without a password.
    pub fn url(&self) -> String {
        format!("mysql://{USER}@127.0.0.1:{}/{DATABASE}", self.port)
    }
}
