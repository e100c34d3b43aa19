//! DNS from the root down: a registry (knot) whose delegation can be changed, the hosted zone's servers (knot), those of a registrar
//! before (nsd), one that stayed behind (nsd), one that knows nothing of the zone (nsd), signed zones, and a resolver that checks signatures
//! (unbound). Every server has an
//! address of its own, which no other test process has.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::background::Background;

/// The zone whose delegation changes.
pub const ZONE: &str = "shop.example";

/// The name servers of the hosted zone.
pub const HOSTED: [&str; 2] = ["ns1.hosted.test", "ns2.hosted.test"];

/// A zone whose promised key nobody has.
const BOGUS: &str = "bogus.example";

const PACKAGES: &str = "knot knot-dnsutils nsd unbound";
const KNOT: &str = "/usr/sbin/knotd";
const KNOT_CONTROL: &str = "/usr/sbin/knotc";
const KNOT_KEYS: &str = "/usr/sbin/keymgr";
const NSD: &str = "/usr/sbin/nsd";
const UNBOUND: &str = "/usr/sbin/unbound";
const UNBOUND_CONTROL: &str = "/usr/sbin/unbound-control";

/// How long a server may take until it answers.
const READY_MAX: Duration = Duration::from_secs(30);

const ROOT: u8 = 1;
const REGISTRY: u8 = 2;
const HOSTED_AT: [u8; 2] = [11, 12];
const OLD: u8 = 21;
const BEHIND: u8 = 22;
const LAME: u8 = 31;
const DEAD: u8 = 41;
const RESOLVER: u8 = 53;

/// What the registry hands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// The hosted zone's servers.
    Good,
    /// Nothing.
    Nothing,
    /// Those of the registrar before.
    Old,
    /// One of each.
    Mixed,
    /// One that knows nothing of the zone.
    Lame,
    /// One where nobody answers.
    Dead,
    /// The hosted zone's, and one that stayed behind.
    Behind,
}

/// The servers. They end when this is dropped.
pub struct Dns {
    net: [u8; 2],
    // Ended before the folder that they work in is removed: fields drop in this order.
    servers: Vec<Background>,
    folder: tempfile::TempDir,
}

impl Dns {
    /// Starts all and returns once each answers.
    pub fn start() -> Self {
        for program in [KNOT, KNOT_CONTROL, KNOT_KEYS, NSD, UNBOUND, UNBOUND_CONTROL] {
            assert!(Path::new(program).exists(), "{program} is not installed: apt-get install {PACKAGES}");
        }
        // Addresses that no other test process has.
        let [low, high, ..] = std::process::id().to_le_bytes();
        let net = [64 + high % 128, low];
        let folder = tempfile::tempdir().expect("a folder for the name servers");
        let mut dns = Dns { net, servers: Vec::new(), folder };
        may_listen(dns.at(RESOLVER));
        dns.start_registry();
        dns.start_hosted();
        dns.start_nsd("old", OLD, ZONE, &zone(1, &["ns1.old.test"], "192.0.2.99"));
        dns.start_nsd("behind", BEHIND, ZONE, &zone(1, &HOSTED, "192.0.2.7"));
        dns.start_nsd("lame", LAME, "other.test", &zone(1, &["ns1.lame.test"], "192.0.2.98"));
        dns.promise_keys();
        dns.start_resolver();
        dns
    }

    /// `ADDRESS:PORT` of the resolver.
    pub fn resolver(&self) -> String {
        self.at(RESOLVER).to_string()
    }

    /// `ADDRESS:PORT` of the registry's name server.
    pub fn registry(&self) -> String {
        self.at(REGISTRY).to_string()
    }

    /// `ADDRESS:PORT` of the first name server of the hosted zone.
    pub fn hosted(&self) -> String {
        self.at(HOSTED_AT[0]).to_string()
    }

    /// `ADDRESS:PORT` of the name server that knows nothing of the zone.
    pub fn lame(&self) -> String {
        self.at(LAME).to_string()
    }

    /// `ADDRESS:PORT` where nobody answers.
    pub fn dead(&self) -> String {
        self.at(DEAD).to_string()
    }

    /// Changes what the registry hands out, as its web page would. Resolvers go on with what they know.
    pub fn hand_out(&self, handed: Handed) {
        let [first, second] = HOSTED;
        let servers: &[&str] = match handed {
            Handed::Good => &[first, second],
            Handed::Nothing => &[],
            Handed::Old => &["ns1.old.test"],
            Handed::Mixed => &[first, "ns1.old.test"],
            Handed::Lame => &["ns1.lame.test"],
            Handed::Dead => &["ns1.dead.test"],
            Handed::Behind => &[first, second, "ns1.behind.test"],
        };
        self.knotc("registry", &["zone-begin", "example"]);
        // It fails where there is none.
        let owner = fqdn(ZONE);
        let _ = self.control("registry", &["zone-unset", "example", &owner, "NS"]);
        for server in servers {
            self.knotc("registry", &["zone-set", "example", &owner, "20", "NS", &format!("{server}.")]);
        }
        self.knotc("registry", &["zone-commit", "example"]);
    }

    fn at(&self, last: u8) -> SocketAddr {
        let [second, third] = self.net;
        SocketAddr::from((Ipv4Addr::new(127, second, third, last), PORT))
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn start_registry(&mut self) {
        let mut root = soa(1, "a.root-servers.test");
        let ip = |last| self.at(last).ip();
        let _ = writeln!(root, "@ NS a.root-servers.test.\na.root-servers.test. A {}", ip(ROOT));
        let _ = writeln!(root, "example. NS a.nic.example.\na.nic.example. A {}", ip(REGISTRY));
        let named = HOSTED.iter().copied().zip(HOSTED_AT);
        let others =
            [("ns1.old.test", OLD), ("ns1.behind.test", BEHIND), ("ns1.lame.test", LAME), ("ns1.dead.test", DEAD)];
        for (name, last) in named.chain(others) {
            let _ = writeln!(root, "{name}. A {}", ip(last));
        }
        let mut example = soa(1, "a.nic.example");
        let _ = writeln!(example, "@ NS a.nic.example.\na.nic A {}", ip(REGISTRY));
        for zone in ["shop", "signed", "bogus", "island"] {
            for server in HOSTED {
                let _ = writeln!(example, "{zone} NS {server}.");
            }
        }
        self.start_knot("registry", &[ROOT, REGISTRY], &[(".", root, false), ("example", example, false)]);
    }

    fn start_hosted(&mut self) {
        let mut shop = zone(5, &HOSTED, "192.0.2.7");
        shop.push_str(
            "www CNAME shop.example.\n@ MX 10 mail.shop.example.\nmail A 192.0.2.8\n@ CAA 0 issue \"amazon.com\"\n\
             @ TXT \"v=spf1 \" \"-all\"\n_sip._tcp SRV 1 2 5060 mail.shop.example.\nodd TYPE65280 \\# 3 0a0b0c\n\
             v6 AAAA 2001:db8::7\n",
        );
        // More than fits into a datagram.
        for nth in 0..40 {
            let _ = writeln!(shop, "many TXT \"{nth:02} {}\"", "x".repeat(60));
        }
        let signed = |serial| zone(serial, &HOSTED, "192.0.2.9");
        let zones = [
            (ZONE, shop, false),
            ("signed.example", signed(1), true),
            ("bogus.example", signed(1), true),
            ("island.example", signed(1), true),
        ];
        self.start_knot("hosted", &HOSTED_AT, &zones);
    }

    fn start_knot(&mut self, name: &str, at: &[u8], zones: &[(&str, String, bool)]) {
        let folder = self.place(name);
        for inner in ["zones", "db"] {
            std::fs::create_dir_all(folder.join(inner)).expect("a folder for zones and keys");
        }
        let path = folder.display();
        let listen: Vec<String> = at.iter().map(|last| format!("{}@{}", self.at(*last).ip(), PORT)).collect();
        let mut settings = format!(
            "server:\n  rundir: {path}\n  pidfile: {path}/pid\n  udp-workers: 1\n  tcp-workers: 1\n  background-workers: 1\n  \
             listen: [ {} ]\nlog:\n  - target: stderr\n    any: info\ndatabase:\n  storage: {path}/db\ncontrol:\n  \
             listen: {path}/control\ntemplate:\n  - id: default\n    storage: {path}/zones\n    zonefile-sync: -1\n    \
             zonefile-load: whole\n    journal-content: none\nzone:\n",
            listen.join(", ")
        );
        for (zone, text, signed) in zones {
            let file = if *zone == "." { "root" } else { zone };
            std::fs::write(folder.join("zones").join(file), format!("$ORIGIN {}\n{text}", fqdn(zone))).expect("a zone");
            let _ = writeln!(settings, "  - domain: \"{zone}\"\n    file: {file}");
            if *signed {
                settings.push_str("    dnssec-signing: on\n");
            }
        }
        std::fs::write(folder.join("knot.conf"), settings).expect("knot.conf");
        let mut command = Command::new(KNOT);
        command.arg("-c").arg(folder.join("knot.conf"));
        self.run(name, command, at[0]);
    }

    fn start_nsd(&mut self, name: &str, at: u8, zone: &str, text: &str) {
        let folder = self.place(name);
        std::fs::create_dir_all(&folder).expect("a folder for zones");
        let path = folder.display();
        std::fs::write(folder.join("zone"), format!("$ORIGIN {}\n{text}", fqdn(zone))).expect("a zone");
        let settings = format!(
            "server:\n  ip-address: {}@{}\n  username: \"\"\n  chroot: \"\"\n  zonesdir: \"{path}\"\n  zonelistfile: \"{path}/list\"\n  \
             database: \"\"\n  pidfile: \"{path}/pid\"\n  xfrdfile: \"{path}/xfrd\"\n  xfrdir: \"{path}\"\n  server-count: 1\n\
             remote-control:\n  control-enable: no\nzone:\n  name: \"{zone}\"\n  zonefile: \"zone\"\n",
            self.at(at).ip(),
            PORT
        );
        std::fs::write(folder.join("nsd.conf"), settings).expect("nsd.conf");
        let mut command = Command::new(NSD);
        command.arg("-d").arg("-c").arg(folder.join("nsd.conf"));
        self.run(name, command, at);
    }

    fn start_resolver(&mut self) {
        let folder = self.place("resolver");
        std::fs::create_dir_all(&folder).expect("a folder for the resolver");
        let path = folder.display();
        let hints =
            format!(". 3600000 NS a.root-servers.test.\na.root-servers.test. 3600000 A {}\n", self.at(ROOT).ip());
        std::fs::write(folder.join("hints"), hints).expect("hints");
        // The root of this world is not signed, so what is promised is told to the resolver itself.
        let anchors: String = ["signed.example", BOGUS]
            .iter()
            .map(|zone| format!("  trust-anchor: \"{zone}. DS {}\"\n", self.promised(zone)))
            .collect();
        let settings = format!(
            "server:\n  interface: {ip}@{port}\n  port: {port}\n  access-control: 127.0.0.0/8 allow\n  do-not-query-localhost: no\n  \
             do-ip6: no\n  username: \"\"\n  chroot: \"\"\n  directory: \"{path}\"\n  pidfile: \"{path}/pid\"\n  use-syslog: no\n  \
             module-config: \"validator iterator\"\n  local-zone: \"test.\" nodefault\n  root-hints: \"{path}/hints\"\n  qname-minimisation: no\n  infra-host-ttl: 1\n  \
             cache-max-negative-ttl: 1\n  cache-max-ttl: 1\n{anchors}\
             remote-control:\n  control-enable: yes\n  control-interface: {path}/control\n",
            ip = self.at(RESOLVER).ip(),
            port = PORT,
        );
        std::fs::write(folder.join("unbound.conf"), settings).expect("unbound.conf");
        let mut command = Command::new(UNBOUND);
        command.arg("-d").arg("-c").arg(folder.join("unbound.conf"));
        self.run("resolver", command, RESOLVER);
    }

    /// The registry promises the keys of `signed.example`, and for `bogus.example` one that nobody has.
    fn promise_keys(&self) {
        self.knotc("registry", &["zone-begin", "example"]);
        for zone in ["signed.example", BOGUS] {
            let (owner, promise) = (format!("{zone}."), self.promised(zone));
            let words = ["zone-set", "example", &owner, "20", "DS"].into_iter().chain(promise.split(' '));
            self.knotc("registry", &words.collect::<Vec<_>>());
        }
        self.knotc("registry", &["zone-commit", "example"]);
    }

    /// The promise for the keys of a zone, as its data; of `bogus.example` it is for a key that nobody has.
    fn promised(&self, zone: &str) -> String {
        let settings = self.place("hosted").join("knot.conf");
        let begun = Instant::now();
        loop {
            // The server makes the keys once it has loaded the zone.
            let output = Command::new(KNOT_KEYS).arg("-c").arg(&settings).args([zone, "ds"]).output();
            let output = output.expect("keymgr runs");
            let text = String::from_utf8(output.stdout).expect("text");
            // Of several digests, that of SHA-256.
            if let Some(line) = text.lines().find(|line| line.split(' ').nth(4) == Some("2")) {
                let promise = line.split(" DS ").nth(1).expect("a promise").to_owned();
                return if zone == BOGUS { promise.replace(['a', 'b', 'c', 'd'], "0") } else { promise };
            }
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(begun.elapsed() < READY_MAX, "no keys of {zone}: {text}{said}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn run(&mut self, name: &str, mut command: Command, at: u8) {
        let log = self.place(&format!("{name}.log"));
        let output = std::fs::File::create(&log).expect("a file for what a server says");
        command.stdin(Stdio::null()).stdout(output.try_clone().expect("a second handle")).stderr(output);
        let server = Background::start(command, Vec::new()).expect("a name server starts");
        let begun = Instant::now();
        while TcpStream::connect(self.at(at)).is_err() {
            let said = || std::fs::read_to_string(&log).unwrap_or_default();
            assert!(server.is_running() && begun.elapsed() < READY_MAX, "{name} does not answer:\n{}", said());
            std::thread::sleep(Duration::from_millis(5));
        }
        self.servers.push(server);
    }

    fn control(&self, name: &str, words: &[&str]) -> Result<(), String> {
        let control = self.place(name).join("control");
        let output =
            Command::new(KNOT_CONTROL).arg("-b").arg("-s").arg(control).args(words).output().expect("knotc runs");
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        if output.status.success() { Ok(()) } else { Err(format!("knotc {words:?}: {said}")) }
    }

    fn knotc(&self, name: &str, words: &[&str]) {
        self.control(name, words).unwrap_or_else(|said| panic!("{said}"));
    }
}

/// Name servers are found by address alone: resolvers ask them at this port.
const PORT: u16 = 53;

/// Whether this process may use [`PORT`] at the addresses that it has for itself.
fn may_listen(at: SocketAddr) {
    if let Err(cause) = UdpSocket::bind(at).and(TcpListener::bind(at)) {
        panic!("{at}: {cause}; run the tests as root, or `sysctl net.ipv4.ip_unprivileged_port_start=53`");
    }
}

fn fqdn(zone: &str) -> String {
    if zone == "." { ".".to_owned() } else { format!("{zone}.") }
}

fn soa(serial: u32, server: &str) -> String {
    format!("$TTL 20\n@ SOA {server}. hostmaster.example. {serial} 7200 900 1209600 20\n")
}

fn zone(serial: u32, servers: &[&str], address: &str) -> String {
    let mut text = soa(serial, servers[0]);
    for server in servers {
        let _ = writeln!(text, "@ NS {server}.");
    }
    let _ = writeln!(text, "@ A {address}");
    text
}
