//! moto: AWS as far as it can be had without AWS. It comes out of a Python environment that the laboratory makes once for all test runs.
//! `Faults` stands in front of it and lets go wrong what a test wants.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::background::Background;
use super::counting::{Answer, CountingServer, Received};

/// What goes into the Python environment. botocore is that of which the tables are made.
const REQUIREMENTS: &str = include_str!("../aws/requirements.txt");

/// How long moto may take to start, on a machine that does much else.
const READY_MAX: Duration = Duration::from_secs(120);

/// The account that moto plays.
pub const ACCOUNT: &str = "123456789012";
/// The region that the tests call.
pub const REGION: &str = "ap-northeast-1";

/// A running moto. It is ended when this is dropped, and when the process that started it dies.
pub struct Moto {
    address: SocketAddr,
    _server: Background,
}

impl Moto {
    /// Starts moto and returns once it serves.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with settings of moto.
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        let python = python();
        let port =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port").local_addr().expect("an address").port();
        let mut command = Command::new(python.with_file_name("moto_server"));
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]).env("MOTO_ALLOW_NONEXISTENT_REGION", "false");
        command
            .env("MOTO_ACM_VALIDATION_WAIT", "1")
            .env("MOTO_ECS_SERVICE_RUNNING", "2")
            .env("AWS_DEFAULT_REGION", REGION);
        command.envs(settings.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let server = Background::start(command, Vec::new()).expect("moto starts");
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let since = SystemTime::now();
        while ask(address, &get("/moto-api/")).is_none() {
            assert!(server.is_running(), "moto ended as it started");
            assert!(since.elapsed().expect("the clock goes on") < READY_MAX, "moto does not serve after {READY_MAX:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
        Moto { address, _server: server }
    }

    /// Where it is.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Forgets everything that was made.
    pub fn reset(&self) {
        let request = b"POST /moto-api/reset HTTP/1.1\r\nhost: moto\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        ask(self.address, request).expect("moto answers");
    }
}

/// The variables with which a program calls AWS at `endpoint`.
pub fn environment(endpoint: &str) -> Vec<(&'static str, String)> {
    vec![
        ("AWS_ENDPOINT_URL", endpoint.to_owned()),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned()),
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
    ]
}

/// The Python of the laboratory, with moto and botocore; made when it is not there yet.
pub fn python() -> PathBuf {
    let shelf = option_env!("CARGO_TARGET_TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from).join("python");
    std::fs::create_dir_all(&shelf).expect("a folder for Python");
    let lock = std::fs::File::create(shelf.join("lock")).expect("a lock");
    lock.lock().expect("the lock");
    let (python, ready) = (shelf.join("venv/bin/python"), shelf.join("ready"));
    if std::fs::read_to_string(&ready).is_ok_and(|made| made == REQUIREMENTS) {
        return python;
    }
    let listed = shelf.join("requirements.txt");
    std::fs::write(&listed, REQUIREMENTS).expect("requirements.txt");
    let run = |command: &mut Command| {
        let output = command.output().expect("python3 with venv: apt-get install python3-venv");
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(shelf.join("venv")));
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(&listed));
    std::fs::write(ready, REQUIREMENTS).expect("written");
    python
}

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is answered with this status and code, and never reaches moto.
    Refused(u16, &'static str),
    /// It is done, and the answer is lost.
    Lost,
    /// It is lost before it is done.
    Dropped,
}

/// A server in front of moto.
pub struct Faults {
    server: CountingServer,
    planned: Arc<Mutex<Vec<(String, Fault)>>>,
}

impl Faults {
    /// Passes everything on until something is planned.
    pub fn before(moto: &Moto) -> Self {
        let server = CountingServer::start();
        let planned: Arc<Mutex<Vec<(String, Fault)>>> = Arc::default();
        let (plan, address) = (Arc::clone(&planned), moto.address);
        server.otherwise_with(move |request, _| {
            let mut planned = plan.lock().unwrap_or_else(PoisonError::into_inner);
            let at = planned.iter().position(|(operation, _)| operation_of(request) == *operation);
            match at.map(|at| planned.remove(at).1) {
                Some(Fault::Refused(status, code)) => Answer::status(status)
                    .header("content-type", "application/x-amz-json-1.1")
                    .body(format!("{{\"__type\":\"{code}\",\"message\":\"as planned\"}}")),
                Some(Fault::Lost) => {
                    passed_on(request, address);
                    Answer::lost()
                }
                Some(Fault::Dropped) => Answer::lost(),
                None => passed_on(request, address),
            }
        });
        Faults { server, planned }
    }

    /// Where it is.
    pub fn endpoint(&self) -> String {
        self.server.url("")
    }

    /// Lets the next requests of an operation go wrong, one after the other.
    pub fn plan(&self, operation: &str, faults: &[Fault]) {
        let mut planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        planned.extend(faults.iter().map(|fault| (operation.to_owned(), *fault)));
    }

    /// How many requests of an operation came.
    pub fn count(&self, operation: &str) -> usize {
        self.server.received().iter().filter(|request| operation_of(request) == operation).count()
    }

    /// How many requests came at all.
    pub fn requests(&self) -> usize {
        self.server.received().len()
    }
}

/// The operation of a request: by its target, by its form, or method and path.
fn operation_of(request: &Received) -> String {
    if let Some((_, operation)) = request.header("x-amz-target").and_then(|target| target.rsplit_once('.')) {
        return operation.to_owned();
    }
    let form = String::from_utf8_lossy(&request.body);
    match form.split('&').find_map(|part| part.strip_prefix("Action=")) {
        Some(operation) => operation.to_owned(),
        None => format!("{} {}", request.method, request.path),
    }
}

fn passed_on(request: &Received, address: SocketAddr) -> Answer {
    let query = request.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
    let mut message = format!("{} {}{query} HTTP/1.1\r\n", request.method, request.path).into_bytes();
    for (name, value) in &request.headers {
        if !matches!(name.as_str(), "connection" | "content-length" | "transfer-encoding") {
            message.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
    }
    message
        .extend_from_slice(format!("content-length: {}\r\nconnection: close\r\n\r\n", request.body.len()).as_bytes());
    message.extend_from_slice(&request.body);
    let answer = ask(address, &message).expect("moto answers");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status");
    let mut out = Answer::status(status).body(&answer[end + 4..]);
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        if !matches!(name.to_ascii_lowercase().as_str(), "connection" | "content-length" | "transfer-encoding") {
            out = out.header(name, value);
        }
    }
    out
}

fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: moto\r\nconnection: close\r\n\r\n").into_bytes()
}

/// The whole answer to a request, when there is one.
fn ask(address: SocketAddr, message: &[u8]) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.write_all(message).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    (!answer.is_empty()).then_some(answer)
}
