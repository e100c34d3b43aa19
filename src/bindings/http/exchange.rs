//! A request made and its answer read, within its limits: time, size, redirects, a stop in between.

use reqwest::header::HeaderMap;
use reqwest::tls::{TlsInfo, Version};
use url::Url;

use super::client::Wiring;
use super::lost::{self, Lost};
use super::record::{Record, now};
use super::request::{Request, host_header};
use super::response::{self, Hop, Response, Timings};
use super::target;
use super::tls_facts::TlsFacts;
use crate::binding::Context;
use crate::messages::bindings_http as messages;
use crate::model::failure::Failure;
use crate::model::value::Value;

/// Makes a request and reads its answer.
///
/// # Errors
/// See [`lost`]; besides `Refused` for a redirect that leads to another origin or to a host that no request goes to, and
/// `Failed` for a read whose body is too large.
pub async fn exchange(request: &Request, context: &Context<'_>) -> Result<Response, Failure> {
    let record = Record::default();
    record.begin();
    let mut url = request.url.clone();
    let ended = {
        let answer = follow(request, &mut url, &record, context);
        // A write goes on to its end when the run is to stop; only a cancellation ends it.
        let stopping = async {
            if request.is_write() { std::future::pending().await } else { context.stopping.cancelled().await }
        };
        tokio::select! {
            biased;
            () = context.cancel.cancelled() => Err(Ended::Stopped),
            () = stopping => Err(Ended::Stopped),
            answer = answer => answer,
            () = context.clock.sleep(request.timeout) => Err(Ended::TimedOut),
        }
    };
    let told = |lost: &Lost<'_>| lost::failure(lost, request, &url, &record.facts(), context.clock.now());
    ended.map_err(|ended| match ended {
        Ended::Told(failure) => failure,
        Ended::Error(error) => told(&Lost::Error(&error)),
        Ended::TimedOut => told(&Lost::TimedOut),
        Ended::Stopped => told(&Lost::Stopped),
    })
}

enum Ended {
    Told(Failure),
    Error(reqwest::Error),
    TimedOut,
    Stopped,
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Ended::Told(failure)
    }
}

impl From<reqwest::Error> for Ended {
    fn from(error: reqwest::Error) -> Self {
        Ended::Error(error)
    }
}

async fn follow(request: &Request, url: &mut Url, record: &Record, context: &Context<'_>) -> Result<Response, Ended> {
    let mut first_begun = None;
    let mut redirects = Vec::new();
    loop {
        record.begin();
        let answer = ask(request, url, record, context).await?;
        let begun = *first_begun.get_or_insert(record.facts().begun);
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let location = response::location(status, &headers, url);
        if let (Some(next), 1..) = (&location, request.follow_redirects) {
            may_follow(request, url, next, redirects.len())?;
            let mut next = next.clone();
            next.set_fragment(None);
            redirects.push(Hop { status, url: url.to_string(), location: next.to_string() });
            *url = next;
            continue;
        }
        let http_version = format!("{:?}", answer.version()).replace("HTTP/2.0", "HTTP/2");
        let version = answer.extensions().get::<TlsInfo>().and_then(TlsInfo::version).and_then(version_word);
        let (body, json, body_missing) = read(request, url, answer, &headers).await?;
        let facts = record.facts();
        return Ok(Response {
            status,
            url: url.to_string(),
            headers: response::headers(&headers),
            body,
            json,
            body_missing,
            location: location.map(String::from),
            redirects,
            http_version,
            remote_address: facts.remote.map(|address| address.to_string()),
            timings: Timings::of(&facts, now().saturating_sub(begun)),
            tls: if url.scheme() == "https" { TlsFacts::of(&facts.chain, version, context.clock.now()) } else { None },
        });
    }
}

/// Sends one request and waits for the head of its answer.
async fn ask(request: &Request, url: &Url, record: &Record, context: &Context<'_>) -> Result<reqwest::Response, Ended> {
    let wiring = Wiring {
        url,
        connect_to: request.connect_to.as_ref(),
        ca_file: request.ca_file.as_deref(),
        connect_timeout: request.connect_timeout,
    };
    let client = wiring.client(record, context)?;
    let mut headers = request.headers(context)?;
    let mut asked = url.clone();
    if wiring.hides_port() {
        host_header(&mut headers, url)?;
        // A URL with a host takes the absence of a port.
        let _ = asked.set_port(None);
    }
    let mut builder = client.request(request.method.clone(), asked).headers(headers);
    if let Some(body) = request.body(context)? {
        builder = builder.body(body);
    }
    // What was prepared on this machine (the first call loads the system's authorities) is no time of the server's.
    record.facts().begun = now();
    let answer = builder.send().await?;
    let mut facts = record.facts();
    facts.answered = Some(now());
    facts.status = Some(answer.status().as_u16());
    facts.remote = answer.remote_addr();
    Ok(answer)
}

/// Whether a redirect may be followed. The permission that was checked is for the first URL's origin; and a header with a
/// secret in it is for that server alone.
fn may_follow(request: &Request, from: &Url, to: &Url, followed: usize) -> Result<(), Failure> {
    if followed >= request.follow_redirects as usize {
        return Err(Failure::refused(messages::redirects_too_often(&request.url, followed, to)));
    }
    target::check(to)?;
    if to.origin() != from.origin() || !to.username().is_empty() || to.password().is_some() {
        return Err(Failure::refused(messages::redirects_to_another_server_and_is_not(from, to))
            .hint(messages::look_at_location_without_follow_redirects()));
    }
    Ok(())
}

/// Reads the body, no further than its limit. Bytes are counted unpacked, as they come, so that a small body that unpacks to a
/// huge one takes no more memory than the limit.
async fn read(
    request: &Request,
    url: &Url,
    mut answer: reqwest::Response,
    headers: &HeaderMap,
) -> Result<(Value, Value, Option<String>), Ended> {
    let limit = request.body_limit;
    let mut bytes: Vec<u8> = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if (bytes.len() as u64).saturating_add(chunk.len() as u64) > limit {
            let status = answer.status().as_u16();
            let why = messages::the_body_of_is_larger_than_bytes_status(&request.method, url, limit, status);
            if request.is_write() {
                // It was carried out, or turned down: the status says which, and that must not be lost.
                return Ok((Value::Unit, Value::Unit, Some(why)));
            }
            return Err(Failure::failed(why).hint(messages::allow_more_with_body_limit_in_bytes()).into());
        }
        bytes.extend_from_slice(&chunk);
    }
    let (body, json) = response::body(bytes, headers);
    Ok((body, json, None))
}

fn version_word(version: Version) -> Option<&'static str> {
    match version {
        Version::TLS_1_3 => Some("TLS 1.3"),
        Version::TLS_1_2 => Some("TLS 1.2"),
        _ => None,
    }
}
