//! Load on a web server, by this program and by what people use instead: how much, and how true the times are that it tells.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use crate::processes::{Project, written};

const CONNECTIONS: &str = "10";
const ROUNDS: usize = 3;

/// Every so often the server stands still for a while.
const STALL_EVERY: Duration = Duration::from_secs(2);
const STALL: Duration = Duration::from_millis(200);

/// What a tool told: requests a second, and the times that half, 95 and 99 of 100 requests took no longer than.
struct Told {
    rate: f64,
    p50: f64,
    p95: f64,
    p99: f64,
}

pub fn web_load() {
    throughput();
    accuracy();
}

fn throughput() {
    let folder = tempfile::tempdir().unwrap();
    let (_nginx, url) = nginx(folder.path());
    println!("  as many as possible, {CONNECTIONS} connections, against nginx:");
    for _ in 0..ROUNDS {
        line("runbook", ours(&url, "rate: 100000.0, duration: \"1s\""));
        line("wrk", wrk(&url, "4"));
        line("ab", ab(&url, "4"));
        line("oha", oha(&url, &["-z", "4s"]));
    }
}

fn accuracy() {
    let url = stalling();
    println!(
        "  a server that stands still for {} ms every {} s: a tenth of those who come wait, so p95 is 100 ms and p99 is 180 ms:",
        STALL.as_millis(),
        STALL_EVERY.as_secs()
    );
    line("runbook, 200 a second", ours(&url, "rate: 200.0, duration: \"10s\""));
    line("oha, 200 a second", oha(&url, &["-z", "10s", "-q", "200", "--latency-correction"]));
    line("wrk", wrk(&url, "10"));
    line("ab", ab(&url, "10"));
}

fn line(tool: &str, told: Option<Told>) {
    match told {
        Some(Told { rate, p50, p95, p99 }) => {
            println!("    {tool}: {rate:.0} requests/s, p50 {p50:.1} ms, p95 {p95:.1} ms, p99 {p99:.1} ms");
        }
        None => println!("    {tool}: not installed"),
    }
}

fn ours(url: &str, options: &str) -> Option<Told> {
    let body = format!("load::run(\"{url}\", #{{ {options}, connections: {CONNECTIONS} }})");
    let project = Project::new(&[("load.rhai", &written("\"load:run http://127.0.0.1:*/*\"", &body))]);
    let said = told_by(project.runbook(&["run", "./load.rhai"]))?;
    let seen: Json = serde_json::from_str(&said).unwrap();
    let time = |name: &str| seen["latency_ms"][name].as_f64().unwrap();
    assert_eq!(seen["failed"], 0, "{seen}");
    Some(Told { rate: seen["rate"].as_f64().unwrap(), p50: time("p50"), p95: time("p95"), p99: time("p99") })
}

fn wrk(url: &str, seconds: &str) -> Option<Told> {
    let mut command = Command::new("wrk");
    // Its own percentiles leave out 95; a line of its language tells them all.
    let script = tempfile::Builder::new().suffix(".lua").tempfile().unwrap();
    let text = "function done(s, l, r) io.write(string.format('told %f %f %f %f\\n', s.requests / (s.duration / 1e6), \
                l:percentile(50) / 1e3, l:percentile(95) / 1e3, l:percentile(99) / 1e3)) end";
    std::fs::write(script.path(), text).unwrap();
    command.args(["-t2", "-c", CONNECTIONS, "-d", seconds, "-s"]).arg(script.path()).arg(url);
    let said = told_by(command)?;
    let told = said.lines().find_map(|line| line.strip_prefix("told ")).unwrap();
    let numbers: Vec<f64> = told.split(' ').map(|number| number.parse().unwrap()).collect();
    Some(Told { rate: numbers[0], p50: numbers[1], p95: numbers[2], p99: numbers[3] })
}

fn ab(url: &str, seconds: &str) -> Option<Told> {
    let mut command = Command::new("ab");
    command.args(["-q", "-k", "-c", CONNECTIONS, "-t", seconds, "-n", "100000000", url]);
    let said = told_by(command)?;
    let after = |start: &str| {
        let line = said.lines().find_map(|line| line.trim().strip_prefix(start)).unwrap_or_else(|| panic!("{said}"));
        line.split_whitespace().next().unwrap().parse::<f64>().unwrap()
    };
    Some(Told { rate: after("Requests per second:"), p50: after("50%"), p95: after("95%"), p99: after("99%") })
}

fn oha(url: &str, options: &[&str]) -> Option<Told> {
    let mut command = Command::new("oha");
    command.args(["-c", CONNECTIONS, "--no-tui", "--output-format", "json"]).args(options).arg(url);
    let said = told_by(command)?;
    let seen: Json = serde_json::from_str(&said).unwrap();
    let time = |name: &str| seen["latencyPercentiles"][name].as_f64().unwrap() * 1e3;
    let rate = seen["summary"]["requestsPerSec"].as_f64().unwrap();
    Some(Told { rate, p50: time("p50"), p95: time("p95"), p99: time("p99") })
}

/// What a program writes; nothing where it is not installed.
fn told_by(mut command: Command) -> Option<String> {
    let output = match command.stdin(Stdio::null()).stdout(Stdio::piped()).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        output => output.unwrap(),
    };
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

fn nginx(folder: &Path) -> (Ended, String) {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let path = folder.display();
    let settings = format!(
        "daemon off; master_process off; pid {path}/pid; error_log {path}/error.log;\nevents {{ worker_connections 512; }}\n\
         http {{ access_log off; keepalive_requests 100000000; client_body_temp_path {path}/a; proxy_temp_path {path}/b;\n\
         fastcgi_temp_path {path}/c; uwsgi_temp_path {path}/d; scgi_temp_path {path}/e;\n\
         server {{ listen 127.0.0.1:{port}; return 200 'ok'; }} }}"
    );
    std::fs::write(folder.join("nginx.conf"), settings).unwrap();
    let mut command = Command::new("/usr/sbin/nginx");
    command.arg("-e").arg(folder.join("error.log")).arg("-p").arg(folder).arg("-c").arg(folder.join("nginx.conf"));
    let server = Ended(command.spawn().expect("nginx is installed"));
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        thread::sleep(Duration::from_millis(5));
    }
    (server, format!("http://127.0.0.1:{port}/"))
}

/// A server that answers at once, but for when it stands still.
fn stalling() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let begun = Instant::now();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { return };
            thread::spawn(move || answer(stream, begun));
        }
    });
    url
}

fn answer(mut stream: TcpStream, begun: Instant) {
    let _quick = stream.set_nodelay(true);
    let (mut request, mut bytes) = (Vec::new(), [0; 4096]);
    while let Ok(read @ 1..) = stream.read(&mut bytes) {
        request.extend_from_slice(&bytes[..read]);
        while let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") {
            request.drain(..end + 4);
            let into = Duration::from_nanos((begun.elapsed().as_nanos() % STALL_EVERY.as_nanos()) as u64);
            thread::sleep(STALL.saturating_sub(into));
            // `ab` speaks HTTP/1.0, and must be told that the connection stays.
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nok";
            if stream.write_all(answer).is_err() {
                return;
            }
        }
    }
}
