//! A server on a free port of this machine that counts connections and keeps every request it was sent.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What a server does with a request.
#[derive(Clone)]
pub enum Reply {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Closes without a word.
    Close,
    /// Sends these bytes and then neither sends nor closes.
    Hang(Vec<u8>),
    /// Sends these bytes, then one byte at a time without end.
    Drip(Vec<u8>),
}

/// A request as it arrived.
#[derive(Clone, Debug, Default)]
pub struct Received {
    pub line: String,
    pub head: String,
    pub body: Vec<u8>,
    /// The name that TLS was asked for.
    pub sni: Option<String>,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub fn path(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or("")
    }
}

type Handler = dyn Fn(&Received) -> Reply + Send + Sync;

pub struct Server {
    pub address: SocketAddr,
    connections: Arc<AtomicUsize>,
    received: Arc<Mutex<Vec<Received>>>,
    arrived: Arc<tokio::sync::Semaphore>,
}

impl Server {
    pub async fn plain(handler: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(None, Arc::new(handler)).await
    }

    pub async fn tls(acceptor: TlsAcceptor, handler: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(Some(acceptor), Arc::new(handler)).await
    }

    async fn start(acceptor: Option<TlsAcceptor>, handler: Arc<Handler>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let server = Server {
            address: listener.local_addr().expect("an address"),
            connections: Arc::default(),
            received: Arc::default(),
            arrived: Arc::new(tokio::sync::Semaphore::new(0)),
        };
        let (connections, received) = (Arc::clone(&server.connections), Arc::clone(&server.received));
        let arrived = Arc::clone(&server.arrived);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let (acceptor, handler) = (acceptor.clone(), Arc::clone(&handler));
                let (received, arrived) = (Arc::clone(&received), Arc::clone(&arrived));
                tokio::spawn(serve(stream, acceptor, handler, received, arrived));
            }
        });
        server
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().expect("requests").clone()
    }

    pub fn only(&self) -> Received {
        let mut all = self.received();
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// Waits until another request has arrived whole.
    pub async fn arrival(&self) {
        self.arrived.acquire().await.expect("open").forget();
    }
}

async fn serve(
    stream: TcpStream,
    acceptor: Option<TlsAcceptor>,
    handler: Arc<Handler>,
    received: Arc<Mutex<Vec<Received>>>,
    arrived: Arc<tokio::sync::Semaphore>,
) {
    match acceptor {
        None => converse(stream, None, handler, received, arrived).await,
        Some(acceptor) => {
            if let Ok(stream) = acceptor.accept(stream).await {
                let sni = stream.get_ref().1.server_name().map(str::to_owned);
                converse(stream, sni, handler, received, arrived).await;
            }
        }
    }
}

async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    sni: Option<String>,
    handler: Arc<Handler>,
    received: Arc<Mutex<Vec<Received>>>,
    arrived: Arc<tokio::sync::Semaphore>,
) {
    let Some(mut request) = read(&mut stream).await else {
        return;
    };
    request.sni = sni;
    received.lock().expect("requests").push(request.clone());
    arrived.add_permits(1);
    match handler(&request) {
        Reply::Close => {}
        Reply::Bytes(bytes) => {
            // The client may have heard enough and gone.
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Reply::Hang(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.flush().await;
            // Until the client closes.
            let _ = stream.read(&mut [0]).await;
        }
        Reply::Drip(bytes) => {
            let _ = stream.write_all(&bytes).await;
            while stream.write_all(b"x").await.is_ok() && stream.flush().await.is_ok() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Received> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut request = Received { line: head.lines().next().unwrap_or("").to_owned(), head, ..Received::default() };
    let length: usize = request.header("content-length").map_or(0, |length| length.parse().expect("a length"));
    request.body = bytes.split_off(end + 4);
    while request.body.len() < length {
        if stream.read_buf(&mut request.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(request)
}

/// An answer with these headers and this body; its length and the end of the connection are said.
pub fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let mut bytes = Vec::new();
    write!(bytes, "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n", body.len()).expect("memory");
    for (name, value) in headers {
        write!(bytes, "{name}: {value}\r\n").expect("memory");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    Reply::Bytes(bytes)
}

/// A port of this machine where nobody listens.
pub fn closed_port() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
}
