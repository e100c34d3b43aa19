//! An HTTP server that counts what reaches it and answers as badly as a test wants: late, in drips, for ever, or not
//! at all. It lives in the test's process, so it keeps its counts when the client is killed.
//!
//! A request is counted once it has arrived whole, before anything of the answer is sent: what was counted is what a
//! real server would have carried out.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};

/// Longest wait for a request that a test expects.
const WAIT_MAX: Duration = Duration::from_secs(30);
const HEAD_MAX: usize = 64 * 1024;
const BODY_MAX: usize = 64 * 1024 * 1024;

/// A request that arrived whole.
#[derive(Clone, Debug)]
pub struct Received {
    pub method: String,
    /// Without the query.
    pub path: String,
    pub query: Option<String>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Received {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn body_text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body of UTF-8")
    }
}

/// What happens to one request after it was counted.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    content: Content,
    delay: Duration,
    held: bool,
    drip: Option<(usize, Duration)>,
}

#[derive(Clone, Debug)]
enum Content {
    Bytes(Vec<u8>),
    /// That many bytes, made as they are sent.
    Huge(u64),
    /// Chunks until the client goes away.
    Endless,
    /// The connection is closed with nothing sent.
    Lost,
    /// The connection is reset (RST) with nothing sent.
    Reset,
    /// A length is promised, half of it is sent, and the connection is closed.
    Torn(Vec<u8>),
}

impl Answer {
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content: Content::Bytes(Vec::new()),
            delay: Duration::ZERO,
            held: false,
            drip: None,
        }
    }

    /// 200 with a body of plain text.
    pub fn text(body: &str) -> Self {
        Self::status(200).header("content-type", "text/plain; charset=utf-8").body(body)
    }

    /// 200 with a body of JSON.
    pub fn json(body: &str) -> Self {
        Self::status(200).header("content-type", "application/json").body(body)
    }

    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).header("location", location)
    }

    /// The request takes effect, and its answer never arrives: the connection is closed instead.
    pub fn lost() -> Self {
        Self { content: Content::Lost, ..Self::status(200) }
    }

    /// Like [`Answer::lost`], with a reset.
    pub fn reset() -> Self {
        Self { content: Content::Reset, ..Self::status(200) }
    }

    /// 200 and a body that never ends.
    pub fn endless() -> Self {
        Self { content: Content::Endless, ..Self::status(200) }
    }

    /// 200 and a body of `bytes` bytes, with its length announced.
    pub fn huge(bytes: u64) -> Self {
        Self { content: Content::Huge(bytes), ..Self::status(200) }
    }

    /// 200 and half of `body`; then the connection is closed.
    pub fn torn(body: &str) -> Self {
        Self { content: Content::Torn(body.into()), ..Self::status(200) }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.content = Content::Bytes(body.into());
        self
    }

    /// Waits before anything is sent.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Sends nothing until [`CountingServer::release`]: a moment, as long as the test needs, in which the request has
    /// taken effect and its client knows nothing.
    pub fn held(mut self) -> Self {
        self.held = true;
        self
    }

    /// Sends the body in pieces of `bytes`, with a pause after each.
    pub fn drip(mut self, bytes: usize, pause: Duration) -> Self {
        assert!(bytes > 0, "a piece has at least one byte");
        self.drip = Some((bytes, pause));
        self
    }
}

type Respond = dyn Fn(&Received, usize) -> Answer + Send + Sync;

struct State {
    received: Vec<Received>,
    answers: HashMap<(String, String), Arc<Respond>>,
    otherwise: Arc<Respond>,
}

struct Shared {
    state: Mutex<State>,
    arrived: Condvar,
    released: watch::Sender<bool>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere in the test must not hide behind a poisoned lock; the state is whole after each use.
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A running server. Dropping it closes its port and every connection.
pub struct CountingServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl CountingServer {
    /// Starts on a free port of 127.0.0.1; until told otherwise it answers 404 to everything, and counts it.
    pub fn start() -> Self {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port of 127.0.0.1");
        listener.set_nonblocking(true).expect("a non-blocking socket");
        let address = listener.local_addr().expect("a bound socket has an address");
        let state =
            State { received: Vec::new(), answers: HashMap::new(), otherwise: Arc::new(|_, _| Answer::status(404)) };
        let shared =
            Arc::new(Shared { state: Mutex::new(state), arrived: Condvar::new(), released: watch::Sender::new(false) });
        let (stop, stopped) = oneshot::channel();
        let for_thread = Arc::clone(&shared);
        // A thread and a runtime of its own: the test may block, or have no runtime at all.
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).expect("a listener");
                tokio::select! {
                    () = accept(listener, for_thread) => {}
                    _ = stopped => {}
                }
            });
            // Dropping the runtime ends what is still being answered.
        });
        Self { address, shared, stop: Some(stop), thread: Some(thread) }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// Answers the first such request with the first of `answers`, the second with the second, and all that follow
    /// with the last. The path is without query.
    pub fn answer(&self, method: &str, path: &str, answers: impl IntoIterator<Item = Answer>) {
        let answers: Vec<Answer> = answers.into_iter().collect();
        let last = answers.len().checked_sub(1).expect("at least one answer");
        self.answer_with(method, path, move |_, nth| answers[nth.min(last)].clone());
    }

    /// Answers such requests with what `respond` makes of each and of how many came before it.
    pub fn answer_with(
        &self,
        method: &str,
        path: &str,
        respond: impl Fn(&Received, usize) -> Answer + Send + Sync + 'static,
    ) {
        self.shared.state().answers.insert((method.to_owned(), path.to_owned()), Arc::new(respond));
    }

    /// Answers every request that nothing else was said about.
    pub fn otherwise(&self, answer: Answer) {
        self.otherwise_with(move |_, _| answer.clone());
    }

    /// Answers every request that nothing else was said about with what `respond` makes of each.
    pub fn otherwise_with(&self, respond: impl Fn(&Received, usize) -> Answer + Send + Sync + 'static) {
        self.shared.state().otherwise = Arc::new(respond);
    }

    /// Lets held answers go, those that wait and those to come.
    pub fn release(&self) {
        self.shared.released.send_replace(true);
    }

    /// How many requests with this method and path (without query) arrived.
    pub fn count(&self, method: &str, path: &str) -> usize {
        count(&self.shared.state().received, method, path)
    }

    /// All requests that arrived, oldest first.
    pub fn received(&self) -> Vec<Received> {
        self.shared.state().received.clone()
    }

    /// Returns once `times` such requests have arrived.
    ///
    /// # Panics
    /// When they have not after 30 seconds; the message lists what did arrive.
    pub fn wait_for(&self, method: &str, path: &str, times: usize) {
        let (state, waited) = self
            .shared
            .arrived
            .wait_timeout_while(self.shared.state(), WAIT_MAX, |state| count(&state.received, method, path) < times)
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        assert!(!waited.timed_out(), "waited for {times} × {method} {path}; arrived: {}", Listing(&state.received));
    }

    /// # Panics
    /// Unless exactly `times` such requests have arrived.
    #[track_caller]
    pub fn assert_count(&self, method: &str, path: &str, times: usize) {
        let state = self.shared.state();
        let arrived = count(&state.received, method, path);
        assert!(
            arrived == times,
            "{method} {path} arrived {arrived} times, not {times}; all requests: {}",
            Listing(&state.received)
        );
    }
}

impl Drop for CountingServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn count(received: &[Received], method: &str, path: &str) -> usize {
    received.iter().filter(|request| request.method == method && request.path == path).count()
}

struct Listing<'a>(&'a [Received]);

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        for request in self.0 {
            write!(f, "\n  {} {}", request.method, request.path)?;
        }
        Ok(())
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
            // The client was gone before it was accepted; that is what crash tests do.
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

/// Serves a connection until either side closes it; a client that goes away is no error here.
async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let mut buffer = Vec::new();
    while let Ok(Some(request)) = receive(&mut stream, &mut buffer).await {
        let answer = take(&shared, request.clone());
        if !answer.delay.is_zero() {
            tokio::time::sleep(answer.delay).await;
        }
        if answer.held {
            let _ = shared.released.subscribe().wait_for(|released| *released).await;
        }
        let keep = send(&mut stream, &request, &answer).await;
        let close = request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        if close || !matches!(keep, Ok(true)) {
            return;
        }
    }
}

/// Counts the request and chooses its answer.
fn take(shared: &Shared, request: Received) -> Answer {
    let (respond, before) = {
        let mut state = shared.state();
        let before = count(&state.received, &request.method, &request.path);
        state.received.push(request.clone());
        (state.answers.get(&(request.method.clone(), request.path.clone())).cloned(), before)
    };
    shared.arrived.notify_all();
    // Outside the lock, so that the test's function may ask this server for its counts.
    match respond {
        Some(respond) => respond(&request, before),
        None => {
            let otherwise = Arc::clone(&shared.state().otherwise);
            otherwise(&request, before)
        }
    }
}

/// Reads one request; none if the client closed the connection, also in the middle of one.
async fn receive(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<Received>> {
    let head_end = loop {
        if let Some(at) = find(buffer, b"\r\n\r\n") {
            break at;
        }
        if buffer.len() > HEAD_MAX {
            return Err(invalid("head too long"));
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8(buffer[..head_end].to_vec()).map_err(|_| invalid("head is not UTF-8"))?;
    buffer.drain(..head_end + 4);
    let mut lines = head.split("\r\n");
    let request_line = lines.next().unwrap_or_default();
    let parts: Vec<&str> = request_line.split(' ').collect();
    let [method, target, "HTTP/1.1" | "HTTP/1.0"] = parts[..] else {
        return Err(invalid("not a request of HTTP/1"));
    };
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target, None),
    };
    let headers = lines
        .map(|line| line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| invalid("a header without a colon"))?;
    let mut request = Received { method: method.to_owned(), path: path.to_owned(), query, headers, body: Vec::new() };
    if request.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    let chunked = request.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
    let body = if chunked {
        receive_chunks(stream, buffer).await?
    } else {
        let length = match request.header("content-length") {
            Some(value) => value.parse().map_err(|_| invalid("content-length is no number"))?,
            None => 0,
        };
        receive_bytes(stream, buffer, length).await?
    };
    Ok(body.map(|body| {
        request.body = body;
        request
    }))
}

async fn receive_bytes(stream: &mut TcpStream, buffer: &mut Vec<u8>, length: usize) -> io::Result<Option<Vec<u8>>> {
    if length > BODY_MAX {
        return Err(invalid("body too long"));
    }
    while buffer.len() < length {
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
    Ok(Some(buffer.drain(..length).collect()))
}

async fn receive_chunks(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    loop {
        let line_end = loop {
            if let Some(at) = find(buffer, b"\r\n") {
                break at;
            }
            if buffer.len() > HEAD_MAX {
                return Err(invalid("chunk size too long"));
            }
            if stream.read_buf(buffer).await? == 0 {
                return Ok(None);
            }
        };
        let size = std::str::from_utf8(&buffer[..line_end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let size = size.ok_or_else(|| invalid("chunk size is no number"))?;
        buffer.drain(..line_end + 2);
        if body.len().saturating_add(size) > BODY_MAX {
            return Err(invalid("body too long"));
        }
        let Some(chunk) = receive_bytes(stream, buffer, size + 2).await? else { return Ok(None) };
        if size == 0 {
            return Ok(Some(body));
        }
        body.extend_from_slice(&chunk[..size]);
    }
}

/// Sends the answer; true if the connection can carry another request.
async fn send(stream: &mut TcpStream, request: &Received, answer: &Answer) -> io::Result<bool> {
    let without_body = request.method == "HEAD" || matches!(answer.status, 100..=199 | 204 | 304);
    let length = match &answer.content {
        Content::Lost => return Ok(false),
        Content::Reset => {
            stream.set_zero_linger()?;
            return Ok(false);
        }
        Content::Bytes(bytes) | Content::Torn(bytes) => Some(bytes.len() as u64),
        Content::Huge(bytes) => Some(*bytes),
        Content::Endless => None,
    };
    let mut head = format!("HTTP/1.1 {} {}\r\n", answer.status, reason(answer.status));
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    match length {
        Some(_) if matches!(answer.status, 100..=199 | 204 | 304) => {}
        Some(length) => head.push_str(&format!("content-length: {length}\r\n")),
        None => head.push_str("transfer-encoding: chunked\r\n"),
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await?;
    if without_body {
        return Ok(true);
    }
    match &answer.content {
        Content::Bytes(bytes) => match answer.drip {
            None => stream.write_all(bytes).await?,
            Some((piece, pause)) => {
                for piece in bytes.chunks(piece) {
                    stream.write_all(piece).await?;
                    tokio::time::sleep(pause).await;
                }
            }
        },
        Content::Torn(bytes) => {
            stream.write_all(&bytes[..bytes.len() / 2]).await?;
            return Ok(false);
        }
        Content::Huge(bytes) => {
            let block = [b'x'; 16 * 1024];
            let mut left = *bytes;
            while left > 0 {
                let now = left.min(block.len() as u64);
                stream.write_all(&block[..now as usize]).await?;
                left -= now;
            }
        }
        Content::Endless => {
            let (piece, pause) = answer.drip.unwrap_or((16 * 1024, Duration::ZERO));
            let chunk = format!("{piece:x}\r\n{}\r\n", "x".repeat(piece));
            loop {
                stream.write_all(chunk.as_bytes()).await?;
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
            }
        }
        Content::Lost | Content::Reset => unreachable!("answered above"),
    }
    stream.flush().await?;
    Ok(true)
}

fn find(buffer: &[u8], wanted: &[u8]) -> Option<usize> {
    buffer.windows(wanted.len()).position(|window| window == wanted)
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        409 => "Conflict",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Unknown",
    }
}
