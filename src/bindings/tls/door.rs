//! The way to a server up to where TLS begins.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::messages::bindings_tls as messages;
use crate::model::failure::Failure;

/// Protocols in which TLS begins only after it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StartTls {
    /// PostgreSQL, which is asked by an `SSLRequest`.
    Postgres,
}

/// `SSLRequest` (PostgreSQL's protocol, "Message Formats"): its length, and 1234 and 5679 where a version stands elsewhere.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// Where a server is.
#[derive(Clone, Debug)]
pub struct Door {
    /// Its addresses, in the order in which they are tried.
    pub addresses: Vec<SocketAddr>,
    /// How TLS is asked for.
    pub starttls: Option<StartTls>,
    /// What messages call it: `host:port`.
    pub shown: String,
}

impl Door {
    /// A connection on which TLS can begin, and the address that it leads to.
    ///
    /// # Errors
    /// Nobody takes connections there; a server that has no TLS.
    pub async fn open(&self) -> Result<(TcpStream, SocketAddr), Failure> {
        let mut last = messages::it_has_no_address();
        for address in &self.addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok((self.prepared(stream).await?, *address)),
                Err(error) => last = error.to_string(),
            }
        }
        Err(Failure::unavailable(messages::cannot_be_connected_to(&self.shown, last)))
    }

    async fn prepared(&self, mut stream: TcpStream) -> Result<TcpStream, Failure> {
        let Some(StartTls::Postgres) = self.starttls else { return Ok(stream) };
        let lost = |error: std::io::Error| Failure::unavailable(messages::ended_the_connection(&self.shown, error));
        stream.write_all(&SSL_REQUEST).await.map_err(lost)?;
        match stream.read_u8().await.map_err(lost)? {
            b'S' => Ok(stream),
            b'N' => Err(Failure::failed(messages::has_no_tls(&self.shown)).hint(messages::turn_ssl_on())),
            _ => Err(Failure::failed(messages::is_no_postgresql(&self.shown))),
        }
    }
}
