//! One question to one server. That there is no answer is an answer as well.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt as _;
use hickory_net::runtime::TokioRuntimeProvider;
use hickory_net::tcp::TcpClientStream;
use hickory_net::udp::UdpClientStream;
use hickory_net::xfer::DnsHandle as _;
use hickory_net::{DnsError, NetError};
use hickory_proto::op::{DnsRequest, DnsRequestOptions, Message, Query, ResponseCode};
use hickory_proto::rr::{Name, Record, RecordType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::binding::Context;
use crate::world::clock;

/// What larger answers come over TCP for: the size that fits every network (DNS Flag Day 2020).
const UDP_BYTES: u16 = 1232;

/// After how long without an answer a question over UDP is sent again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// How a question travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// Over UDP, and over TCP when the answer was cut.
    #[default]
    Auto,
    /// Over UDP alone; a cut answer stays cut.
    Udp,
    /// Over TCP.
    Tcp,
}

/// A question.
#[derive(Clone, Debug)]
pub struct Question {
    /// About which name.
    pub name: Name,
    /// Which records.
    pub record: RecordType,
    /// Whether the server shall ask others (RD).
    pub recursion: bool,
    /// Whether signatures shall come along (DO).
    pub dnssec: bool,
    /// Whether the server shall answer without looking at signatures (CD).
    pub unchecked: bool,
    /// How it travels.
    pub transport: Transport,
    /// How long all of it may take.
    pub timeout: Duration,
}

impl Question {
    /// A question for a resolver.
    #[must_use]
    pub fn to_resolver(name: Name, record: RecordType) -> Self {
        let timeout = Duration::from_secs(5);
        Question { name, record, recursion: true, dnssec: false, unchecked: false, transport: Transport::Auto, timeout }
    }

    /// A question for a server with authority.
    #[must_use]
    pub fn to_authority(name: Name, record: RecordType) -> Self {
        Question { recursion: false, ..Self::to_resolver(name, record) }
    }

    fn request(&self) -> DnsRequest {
        let mut options = DnsRequestOptions::default();
        options.use_edns = true;
        options.edns_payload_len = UDP_BYTES;
        options.edns_set_dnssec_ok = self.dnssec;
        options.recursion_desired = self.recursion;
        options.retry_interval = RETRY_AFTER;
        let (mut message, options) =
            DnsRequest::from_query(Query::query(self.name.clone(), self.record), options).into_parts();
        message.metadata.checking_disabled = self.unchecked;
        DnsRequest::new(message, options)
    }
}

/// What came of a question.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Whom it was put to.
    pub server: SocketAddr,
    /// `NOERROR`, `NXDOMAIN` and so on (RFC 6895 §2.3), `TIMEOUT`, `UNREACHABLE` or `MALFORMED`.
    pub status: String,
    /// What the server said.
    pub message: Option<Message>,
    /// Why there is no message.
    pub why: String,
    /// Whether it came over TCP.
    pub by_tcp: bool,
    /// How long it took.
    pub took: Duration,
}

impl Answered {
    /// The records of the answer section.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.message.iter().flat_map(|message| &message.answers)
    }

    /// Whether the server has authority for what it said (AA).
    #[must_use]
    pub fn is_authoritative(&self) -> bool {
        self.message.as_ref().is_some_and(|message| message.metadata.authoritative)
    }

    /// Whether the server vouches for the signatures (AD).
    #[must_use]
    pub fn is_validated(&self) -> bool {
        self.message.as_ref().is_some_and(|message| message.metadata.authentic_data)
    }
}

/// Puts a question to a server.
pub async fn ask(question: &Question, server: SocketAddr, context: &Context<'_>) -> Answered {
    let begun = context.clock.monotonic();
    let by_tcp = question.transport == Transport::Tcp;
    let mut result = send(question, server, by_tcp, question.timeout, context).await;
    let mut went_by_tcp = by_tcp;
    let is_cut = matches!(&result, Ok(message) if message.metadata.truncation);
    if is_cut && question.transport == Transport::Auto {
        went_by_tcp = true;
        let left = question.timeout.saturating_sub(context.clock.monotonic().saturating_sub(begun));
        result = send(question, server, true, left, context).await;
    }
    let took = context.clock.monotonic().saturating_sub(begun);
    let (status, message, why) = match result {
        Ok(message) => (status(message.metadata.response_code), Some(message), String::new()),
        Err(error) => (no_answer(&error).to_owned(), None, error.to_string()),
    };
    Answered { server, status, message, why, by_tcp: went_by_tcp, took }
}

async fn send(
    question: &Question,
    server: SocketAddr,
    by_tcp: bool,
    timeout: Duration,
    context: &Context<'_>,
) -> Result<Message, NetError> {
    // It owns the tasks behind a connection: they end with it, and not before.
    let provider = TokioRuntimeProvider::new();
    let exchange = async {
        let provider = provider.clone();
        let exchange = if by_tcp {
            TcpClientStream::exchange(server, None, timeout, None, provider).await?
        } else {
            UdpClientStream::builder(server, provider).with_timeout(Some(timeout)).with_max_retries(2).exchange()
        };
        let answer = exchange.send(question.request()).next().await.ok_or(NetError::Timeout)??;
        Ok(answer.into_message())
    };
    clock::within(context.clock, timeout, exchange).await.unwrap_or(Err(NetError::Timeout))
}

/// The name of a response code in the registry.
#[must_use]
pub fn status(code: ResponseCode) -> String {
    let known = match code {
        ResponseCode::NoError => "NOERROR",
        ResponseCode::FormErr => "FORMERR",
        ResponseCode::ServFail => "SERVFAIL",
        ResponseCode::NXDomain => "NXDOMAIN",
        ResponseCode::NotImp => "NOTIMP",
        ResponseCode::Refused => "REFUSED",
        ResponseCode::YXDomain => "YXDOMAIN",
        ResponseCode::YXRRSet => "YXRRSET",
        ResponseCode::NXRRSet => "NXRRSET",
        ResponseCode::NotAuth => "NOTAUTH",
        ResponseCode::NotZone => "NOTZONE",
        ResponseCode::BADVERS => "BADVERS",
        ResponseCode::BADCOOKIE => "BADCOOKIE",
        other => return format!("RCODE{}", u16::from(other)),
    };
    known.to_owned()
}

fn no_answer(error: &NetError) -> &'static str {
    match error {
        NetError::Timeout => "TIMEOUT",
        NetError::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => "TIMEOUT",
        NetError::Io(_) | NetError::NoConnections | NetError::Busy => "UNREACHABLE",
        NetError::Dns(DnsError::ResponseCode(_)) | _ => "MALFORMED",
    }
}
