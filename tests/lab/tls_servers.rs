//! A TLS server in each condition: nginx, each on a port of its own.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use super::authority::{Authority, DAY, Issued};
use super::background::Background;
use super::site::{Waf, answer_of, installed_nginx, start_nginx};

/// What the certificates are for, unless they are for another name.
pub const NAME: &str = "shop.example.test";

/// A condition of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    Good,
    /// Valid for three more days.
    SoonExpiring,
    /// Its last day was 30 days ago.
    Expired,
    /// Issued for `other.example`.
    WrongName,
    /// Issued by an authority that nobody knows.
    UnknownAuthority,
    /// Signed by nobody but itself.
    SelfSigned,
    /// TLS 1.2 alone.
    Only12,
    /// TLS 1.0 to 1.2.
    Old,
    /// With a status of the authority (OCSP).
    Stapled,
}

const ALL: [Condition; 9] = [
    Condition::Good,
    Condition::SoonExpiring,
    Condition::Expired,
    Condition::WrongName,
    Condition::UnknownAuthority,
    Condition::SelfSigned,
    Condition::Only12,
    Condition::Old,
    Condition::Stapled,
];

/// The servers. They end when this is dropped.
pub struct TlsServers {
    ports: Vec<SocketAddr>,
    ca_file: PathBuf,
    // Ended before the folder it works in is removed: fields drop in this order.
    _nginx: Background,
    _folder: tempfile::TempDir,
}

impl TlsServers {
    /// Starts them and returns once they answer.
    pub fn start() -> Self {
        let program = installed_nginx(Waf::Off);
        let folder = tempfile::Builder::new()
            .prefix("tls-")
            .permissions(std::fs::Permissions::from_mode(0o755))
            .tempdir()
            .expect("a folder for the servers");
        let path = folder.path();
        let other = path.join("other");
        for inner in [path.join("tmp"), other.clone()] {
            std::fs::create_dir(inner).expect("a folder");
        }
        let (authority, stranger) = (Authority::new(path), Authority::called("a stranger's CA", &other));
        let bind = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port of 127.0.0.1");
        let ready = bind();
        let at = |listener: &TcpListener| listener.local_addr().expect("an address");
        let mut settings = head(path, at(&ready));
        let mut listeners = Vec::new();
        for condition in ALL {
            let listener = bind();
            let issued = issue(condition, &authority, &stranger);
            let (chain, key) = (issued.chain_file.display(), issued.key_file.display());
            let more = match condition {
                Condition::Only12 => "ssl_protocols TLSv1.2;".to_owned(),
                // Today's libraries switch the old versions off unless they are told to forget security.
                Condition::Old => "ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers DEFAULT@SECLEVEL=0;".to_owned(),
                Condition::Stapled => {
                    let file = status(&issued, path);
                    format!("ssl_protocols TLSv1.2 TLSv1.3; ssl_stapling on; ssl_stapling_file {};", file.display())
                }
                _ => "ssl_protocols TLSv1.2 TLSv1.3;".to_owned(),
            };
            let _ = writeln!(
                settings,
                "server {{ listen {} ssl http2; server_name {NAME}; ssl_certificate {chain}; ssl_certificate_key {key}; {more} \
                 return 204; }}",
                at(&listener)
            );
            listeners.push(listener);
        }
        settings.push_str("}\n");
        std::fs::write(path.join("nginx.conf"), settings).expect("nginx.conf");
        let (ports, ready_at) = (listeners.iter().map(at).collect(), at(&ready));
        listeners.push(ready);
        let nginx = start_nginx(&program, path, listeners);
        if let Err(cause) = answer_of(ready_at) {
            let read = |name| std::fs::read_to_string(path.join(name)).unwrap_or_default();
            panic!("nginx did not start: {cause}\n{}{}", read("nginx.out"), read("error.log"));
        }
        let ca_file = authority.ca_file().to_owned();
        TlsServers { ports, ca_file, _nginx: nginx, _folder: folder }
    }

    /// Where the server in this condition is.
    pub fn address(&self, condition: Condition) -> SocketAddr {
        let nth = ALL.iter().position(|one| *one == condition).expect("one of them");
        self.ports[nth]
    }

    /// The authority's certificate, as PEM.
    pub fn ca_file(&self) -> &Path {
        &self.ca_file
    }
}

fn issue(condition: Condition, authority: &Authority, stranger: &Authority) -> Issued {
    let now = SystemTime::now();
    let file = format!("{condition:?}");
    match condition {
        Condition::SoonExpiring => authority.issue(&file, &[NAME], now - 87 * DAY, now + 3 * DAY),
        Condition::Expired => authority.issue(&file, &[NAME], now - 120 * DAY, now - 30 * DAY),
        Condition::WrongName => authority.issue(&file, &["other.example"], now - DAY, now + 90 * DAY),
        Condition::UnknownAuthority => stranger.issue(&file, &[NAME], now - DAY, now + 90 * DAY),
        Condition::SelfSigned => authority.issue_by_itself(&file, &[NAME], now - DAY, now + 90 * DAY),
        _ => authority.issue(&file, &[NAME], now - DAY, now + 90 * DAY),
    }
}

/// A status of the authority that says that a certificate is good, made by OpenSSL as the authority's own responder would.
fn status(issued: &Issued, folder: &Path) -> PathBuf {
    let openssl = |arguments: &[&str]| {
        let output = Command::new("openssl").args(arguments).current_dir(folder).output();
        let output = output.expect("openssl is installed: apt-get install openssl");
        assert!(output.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let leaf = issued.chain_file.to_str().expect("UTF-8");
    let serial = openssl(&["x509", "-in", leaf, "-noout", "-serial"]);
    let serial = serial.trim().trim_start_matches("serial=");
    // The list of an authority as OpenSSL keeps it: valid, until when, its number.
    let list = format!("V\t491231235959Z\t\t{serial}\tunknown\t/CN={NAME}\n");
    std::fs::write(folder.join("index.txt"), list).expect("the authority's list");
    openssl(&[
        "ocsp",
        "-index",
        "index.txt",
        "-rsigner",
        "ca.pem",
        "-rkey",
        "ca.key",
        "-CA",
        "ca.pem",
        "-issuer",
        "ca.pem",
        "-cert",
        leaf,
        "-respout",
        "status.der",
        "-ndays",
        "7",
        "-noverify",
    ]);
    folder.join("status.der")
}

fn head(path: &Path, ready: SocketAddr) -> String {
    let path = path.display();
    let user = if rustix::process::geteuid().is_root() { "user www-data;" } else { "" };
    format!(
        "{user}\ndaemon off;\nworker_processes 1;\npid {path}/nginx.pid;\nerror_log {path}/error.log notice;\n\
         events {{ worker_connections 512; }}\nhttp {{\nclient_body_temp_path {path}/tmp/body;\nproxy_temp_path {path}/tmp/proxy;\n\
         fastcgi_temp_path {path}/tmp/fastcgi;\nuwsgi_temp_path {path}/tmp/uwsgi;\nscgi_temp_path {path}/tmp/scgi;\naccess_log off;\n\
         server {{ listen {ready}; return 204; }}\n"
    )
}
