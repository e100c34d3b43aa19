//! A public web application: nginx with TLS in front of a web and an API server, behind ModSecurity with the OWASP
//! Core Rule Set, with a certificate of the laboratory's own authority.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use super::authority::{Authority, DAY, Issued};
use super::background::Background;

/// The domain of the site unless an option says otherwise; `www.` of it is served as well.
pub const DOMAIN: &str = "shop.example.test";

/// How long nginx may take to answer its first request; loading the rules takes about half a second of processor time.
const READY_MAX: Duration = Duration::from_secs(30);

const PACKAGES: &str = "nginx libnginx-mod-http-modsecurity modsecurity-crs";
const MODULE: &str = "/usr/lib/nginx/modules/ngx_http_modsecurity_module.so";
const ENGINE: &str = "/etc/nginx/modsecurity.conf";
const UNICODE: &str = "/etc/nginx/unicode.mapping";
const CRS_SETUP: &str = "/etc/modsecurity/crs";
const CRS_RULES: &str = "/usr/share/modsecurity-crs/rules";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Waf {
    #[default]
    On,
    Off,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certificate {
    #[default]
    Good,
    /// Its last day was 30 days ago.
    Expired,
    /// Valid for three more days.
    SoonExpiring,
    /// Issued for `other.example`.
    WrongName,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answers {
    #[default]
    Normal,
    /// 200 to every request on both ports, so that a check which can't fail shows itself. Needs the WAF off.
    AlwaysOk,
}

#[derive(Clone, Debug)]
pub struct SiteOptions {
    pub domain: String,
    pub waf: Waf,
    pub certificate: Certificate,
    pub answers: Answers,
}

impl Default for SiteOptions {
    fn default() -> Self {
        Self {
            domain: DOMAIN.to_owned(),
            waf: Waf::default(),
            certificate: Certificate::default(),
            answers: Answers::default(),
        }
    }
}

/// A line of the site's access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub scheme: String,
    pub host: String,
    pub method: String,
    /// Path and query as they were sent.
    pub target: String,
    pub status: u16,
    /// `TLSv1.3`, or `-` without TLS.
    pub tls: String,
}

/// A running site. It is ended when this is dropped, and when the process that started it dies.
pub struct Site {
    domain: String,
    http: SocketAddr,
    https: SocketAddr,
    ready: SocketAddr,
    ca_file: PathBuf,
    // Ended before the folder it works in is removed: fields drop in this order.
    nginx: Background,
    folder: tempfile::TempDir,
}

impl Site {
    /// Starts the site and returns once it answers.
    pub fn start(options: SiteOptions) -> Self {
        assert!(
            options.answers == Answers::Normal || options.waf == Waf::Off,
            "a site that answers 200 to everything has no firewall: set `waf: Waf::Off`"
        );
        let program = installed_nginx(options.waf);
        // nginx's workers give up root for www-data, which can't enter a folder that only root may enter.
        let folder = tempfile::Builder::new()
            .prefix("site-")
            .permissions(std::fs::Permissions::from_mode(0o755))
            .tempdir()
            .expect("a folder for the site");
        let authority = Authority::new(folder.path());
        let issued = issue(&authority, &options);
        let listeners = Listeners::bind();
        let [http, https, ready] = [&listeners.http, &listeners.https, &listeners.ready].map(address);
        if options.waf == Waf::On {
            write_rules(folder.path());
        }
        std::fs::create_dir(folder.path().join("tmp")).expect("a folder for nginx's bodies");
        let configuration = nginx_configuration(folder.path(), &options, &listeners, &issued);
        std::fs::write(folder.path().join("nginx.conf"), configuration).expect("nginx.conf");
        let Listeners { http: a, https: b, ready: c, web: d, api: e } = listeners;
        let nginx = start_nginx(&program, folder.path(), vec![a, b, c, d, e]);
        let ca_file = authority.ca_file().to_owned();
        let site = Self { domain: options.domain, http, https, ready, ca_file, nginx, folder };
        if let Err(cause) = site.answer_of_ready_port() {
            panic!("nginx did not start: {cause}\n{}", site.error_log());
        }
        site
    }

    pub fn domain(&self) -> &str {
        &self.domain
    }

    pub fn http_port(&self) -> u16 {
        self.http.port()
    }

    pub fn https_port(&self) -> u16 {
        self.https.port()
    }

    /// Where a client must connect for the site's domain, which no DNS server knows.
    pub fn http_address(&self) -> SocketAddr {
        self.http
    }

    /// Where a client must connect for the site's domain, which no DNS server knows.
    pub fn https_address(&self) -> SocketAddr {
        self.https
    }

    /// The authority's certificate, as PEM.
    pub fn ca_file(&self) -> &Path {
        &self.ca_file
    }

    /// `https://DOMAIN:PORT` followed by `target`.
    pub fn url(&self, target: &str) -> String {
        format!("https://{}:{}{target}", self.domain, self.https_port())
    }

    /// Process id of nginx, which leads its own process group.
    pub fn pid(&self) -> i32 {
        self.nginx.pid()
    }

    /// Every request answered so far, oldest first.
    pub fn access_log(&self) -> Vec<Access> {
        // nginx answers first and logs then. Its one worker handles one event after the other, so once it has
        // answered this, the lines of everything answered before are written.
        if let Err(cause) = self.answer_of_ready_port() {
            panic!("nginx has ended: {cause}\n{}", self.error_log());
        }
        let log = std::fs::read_to_string(self.folder.path().join("access.log")).expect("access.log");
        log.lines().map(access).collect()
    }

    fn error_log(&self) -> String {
        let read = |name| std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        format!("{}{}", read("nginx.out"), read("error.log"))
    }

    /// One request to the port that is neither logged nor filtered.
    ///
    /// The socket listens since before nginx was started, so the request waits in its queue until the rules are
    /// loaded. If nginx ends instead, the kernel closes the socket and the connection is reset.
    fn answer_of_ready_port(&self) -> Result<(), String> {
        answer_of(self.ready)
    }
}

/// One request to a port that answers 204 to everything.
pub(super) fn answer_of(ready: SocketAddr) -> Result<(), String> {
    let exchange = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(ready)?;
        stream.set_read_timeout(Some(READY_MAX))?;
        stream.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    match exchange() {
        Ok(answer) if answer.starts_with("HTTP/1.1 204") => Ok(()),
        Ok(answer) => Err(format!("unexpected answer {answer:?}")),
        Err(cause) => Err(cause.to_string()),
    }
}

/// Listening sockets, bound by us on ports that the kernel chose and handed to nginx, so that no other process can
/// take a port in between.
struct Listeners {
    http: TcpListener,
    https: TcpListener,
    ready: TcpListener,
    web: TcpListener,
    api: TcpListener,
}

impl Listeners {
    fn bind() -> Self {
        let free = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port of 127.0.0.1");
        Self { http: free(), https: free(), ready: free(), web: free(), api: free() }
    }
}

fn address(listener: &TcpListener) -> SocketAddr {
    listener.local_addr().expect("a bound socket has an address")
}

/// Starts nginx in `folder`, which has its `nginx.conf`, with sockets that listen already.
pub(super) fn start_nginx(program: &Path, folder: &Path, listeners: Vec<TcpListener>) -> Background {
    use std::os::fd::{AsRawFd, OwnedFd};
    let inherit: Vec<OwnedFd> = listeners.into_iter().map(OwnedFd::from).collect();
    // How nginx hands its sockets to its successor in an upgrade without interruption: the descriptors' numbers, each
    // followed by a semicolon. It knows by their addresses which `listen` they belong to.
    let sockets = inherit.iter().fold(String::new(), |mut list, socket| {
        let _ = write!(list, "{};", socket.as_raw_fd());
        list
    });
    let output = std::fs::File::create(folder.join("nginx.out")).expect("a file for nginx's output");
    let mut command = Command::new(program);
    command
        .arg("-p")
        .arg(folder)
        .arg("-c")
        .arg(folder.join("nginx.conf"))
        // Otherwise it opens /var/log/nginx/error.log before it reads the configuration.
        .arg("-e")
        .arg(folder.join("error.log"))
        .env("NGINX", sockets)
        .stdin(Stdio::null())
        .stdout(output.try_clone().expect("a second handle"))
        .stderr(output);
    Background::start(command, inherit).unwrap_or_else(|cause| panic!("{}: {cause}", program.display()))
}

/// Finds nginx and, where they are needed, ModSecurity and the rules; a missing part ends the test with what to do.
pub(super) fn installed_nginx(waf: Waf) -> PathBuf {
    // A user's search path often lacks the folders of system programs.
    let program = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"].map(PathBuf::from);
    let program = program.into_iter().find(|path| path.exists());
    let parts = [MODULE, ENGINE, UNICODE, CRS_SETUP, CRS_RULES];
    let mut missing: Vec<&str> = match waf {
        Waf::On => parts.into_iter().filter(|path| !Path::new(path).exists()).collect(),
        Waf::Off => Vec::new(),
    };
    if program.is_none() {
        missing.insert(0, "nginx");
    }
    match program {
        Some(program) if missing.is_empty() => program,
        _ => panic!("not installed: {}\ninstall the Debian packages: apt-get install {PACKAGES}", missing.join(", ")),
    }
}

fn issue(authority: &Authority, options: &SiteOptions) -> Issued {
    let (domain, all_below) = (options.domain.as_str(), format!("*.{}", options.domain));
    let own = [domain, all_below.as_str()];
    let now = SystemTime::now();
    match options.certificate {
        Certificate::Good => authority.issue("site", &own, now - DAY, now + 90 * DAY),
        Certificate::Expired => authority.issue("site", &own, now - 120 * DAY, now - 30 * DAY),
        Certificate::SoonExpiring => authority.issue("site", &own, now - 87 * DAY, now + 3 * DAY),
        Certificate::WrongName => authority.issue("site", &["other.example"], now - DAY, now + 90 * DAY),
    }
}

/// Writes `waf.conf`: Debian's settings of the engine, with blocking on, and the whole Core Rule Set.
fn write_rules(folder: &Path) {
    let packaged = std::fs::read_to_string(ENGINE).expect("readable settings of ModSecurity");
    let path = folder.display();
    let engine: String = packaged
        .lines()
        .map(|line| match line.split_whitespace().next() {
            // The package ships it off ("DetectionOnly"), and with folders that only its own user may write.
            Some("SecRuleEngine") => "SecRuleEngine On\n".to_owned(),
            Some("SecAuditLog") => format!("SecAuditLog {path}/audit.log\n"),
            Some("SecTmpDir") => format!("SecTmpDir {path}/tmp\n"),
            Some("SecDataDir") => format!("SecDataDir {path}/tmp\n"),
            Some("SecUnicodeMapFile") => format!("SecUnicodeMapFile {UNICODE} 20127\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    std::fs::write(folder.join("engine.conf"), engine).expect("engine.conf");

    let mut rules: Vec<PathBuf> = std::fs::read_dir(CRS_RULES)
        .expect("the folder of the Core Rule Set")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "conf"))
        .collect();
    // The numbers in the names are the order in which the rules must be loaded.
    rules.sort();
    let mut all = format!("include {path}/engine.conf\ninclude {CRS_SETUP}/crs-setup.conf\n");
    for rule in rules {
        let _ = writeln!(all, "include {}", rule.display());
    }
    std::fs::write(folder.join("waf.conf"), all).expect("waf.conf");
}

fn nginx_configuration(folder: &Path, options: &SiteOptions, listeners: &Listeners, issued: &Issued) -> String {
    let path = folder.display();
    let domain = &options.domain;
    let root = rustix::process::geteuid().is_root();
    let user = if root { "user www-data;" } else { "" };
    let (load, waf) = match options.waf {
        Waf::On => {
            (format!("load_module {MODULE};"), format!("modsecurity on; modsecurity_rules_file {path}/waf.conf;"))
        }
        Waf::Off => (String::new(), String::new()),
    };
    let http = address(&listeners.http);
    let https = address(&listeners.https);
    let (ready, web, api) = (address(&listeners.ready), address(&listeners.web), address(&listeners.api));
    let (chain, key) = (issued.chain_file.display(), issued.key_file.display());
    let on_http = match options.answers {
        Answers::Normal => format!("return 301 https://$host:{}$request_uri;", https.port()),
        Answers::AlwaysOk => "default_type text/html; return 200 '<!doctype html><title>ok</title>';".to_owned(),
    };
    // The applications are servers of their own: an answer made by the front itself (`return`) comes before
    // ModSecurity has seen the request.
    let on_https = match options.answers {
        Answers::Normal => format!(
            "location /api/ {{ proxy_pass http://{api}; proxy_set_header Host $host; }}
             location / {{ proxy_pass http://{web}; proxy_set_header Host $host; }}"
        ),
        Answers::AlwaysOk => "default_type text/html; return 200 '<!doctype html><title>ok</title>';".to_owned(),
    };
    format!(
        r#"{load}
{user}
daemon off;
worker_processes 1;
pid {path}/nginx.pid;
error_log {path}/error.log notice;
events {{ worker_connections 512; }}
http {{
  client_body_temp_path {path}/tmp/body;
  proxy_temp_path {path}/tmp/proxy;
  fastcgi_temp_path {path}/tmp/fastcgi;
  uwsgi_temp_path {path}/tmp/uwsgi;
  scgi_temp_path {path}/tmp/scgi;
  log_format access "$scheme\t$host\t$request_method\t$request_uri\t$status\t$ssl_protocol";
  access_log {path}/access.log access;
  server_tokens off;

  server {{
    listen {http};
    server_name {domain} www.{domain};
    {on_http}
  }}
  server {{
    listen {https} ssl http2;
    server_name {domain} www.{domain};
    ssl_certificate {chain};
    ssl_certificate_key {key};
    ssl_protocols TLSv1.2 TLSv1.3;
    add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;
    {waf}
    {on_https}
  }}
  server {{
    listen {web};
    access_log off;
    location = /health {{ default_type application/json; return 200 '{{"status":"ok","app":"web"}}'; }}
    location = / {{ default_type text/html; return 200 '<!doctype html><title>{domain}</title><h1>{domain}</h1>'; }}
    location / {{ return 404; }}
  }}
  server {{
    listen {api};
    access_log off;
    location = /api/health {{ default_type application/json; return 200 '{{"status":"ok","app":"api"}}'; }}
    location / {{ return 404; }}
  }}
  server {{
    listen {ready};
    access_log off;
    return 204;
  }}
}}
"#
    )
}

fn access(line: &str) -> Access {
    let fields: Vec<&str> = line.split('\t').collect();
    let [scheme, host, method, target, status, tls] = fields[..] else {
        panic!("not a line of the access log: {line:?}");
    };
    Access {
        scheme: scheme.to_owned(),
        host: host.to_owned(),
        method: method.to_owned(),
        target: target.to_owned(),
        status: status.parse().expect("a status"),
        tls: tls.to_owned(),
    }
}
