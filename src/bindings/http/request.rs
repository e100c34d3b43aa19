//! A request that can be made: the options of whichever function, checked and put into one shape; headers and body with the
//! secrets in them.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use url::Url;
use zeroize::Zeroizing;

use super::options::{DeleteArgs, ReadArgs, SendArgs};
use super::target::{self, ConnectTo};
use crate::binding::{Context, SinkJson, SinkText};
use crate::messages::bindings_http as messages;
use crate::model::failure::Failure;
use crate::model::permission::{CONNECT, Want};
use crate::world::web_client::IDEMPOTENCY_KEY;
use crate::world::{authorities, web_client};

/// How many bytes of a body can be asked for: it is kept in memory and in the journal.
const BODY_LIMIT_MAX: u64 = 256 << 20;
/// How many redirects can be asked for.
const REDIRECTS_MAX: u32 = 20;

/// The body of a request, as the script wrote it.
#[derive(Clone, Debug)]
pub enum Body {
    /// None.
    Empty,
    /// Text.
    Text(SinkText),
    /// A value as JSON.
    Json(SinkJson),
    /// The fields of a form.
    Form(BTreeMap<String, SinkText>),
}

/// A request that can be made.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where it goes.
    pub url: Url,
    /// Headers, as the script wrote them.
    pub headers: BTreeMap<String, SinkText>,
    /// The body.
    pub body: Body,
    /// How long all of it may take.
    pub timeout: Duration,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How many redirects to follow.
    pub follow_redirects: u32,
    /// How many bytes of the answer's body to take.
    pub body_limit: u64,
    /// Where to connect instead.
    pub connect_to: Option<ConnectTo>,
    /// Authorities besides the system's.
    pub ca_file: Option<String>,
}

impl Request {
    /// A request that reads.
    ///
    /// # Errors
    /// `Invalid` or `Refused`: arguments that make no request.
    pub fn read(method: Method, args: &ReadArgs) -> Result<Self, Failure> {
        if args.follow_redirects > REDIRECTS_MAX {
            return Err(Failure::invalid(messages::too_many_redirects(REDIRECTS_MAX)));
        }
        let url = target::url(&args.url, &args.query)?;
        Request {
            method,
            connect_to: connect_to(args.connect_to.as_deref(), &url)?,
            url,
            headers: args.headers.clone(),
            body: Body::Empty,
            timeout: args.timeout.0,
            connect_timeout: args.connect_timeout.0,
            follow_redirects: args.follow_redirects,
            body_limit: args.body_limit,
            ca_file: args.ca_file.clone(),
        }
        .checked()
    }

    /// A request that sends a body.
    ///
    /// # Errors
    /// `Invalid` or `Refused`: arguments that make no request.
    pub fn send(method: Method, args: &SendArgs) -> Result<Self, Failure> {
        let body = match (&args.body, &args.json, &args.form) {
            (None, None, None) => Body::Empty,
            (Some(text), None, None) => Body::Text(text.clone()),
            (None, Some(value), None) => Body::Json(value.clone()),
            (None, None, Some(fields)) => Body::Form(fields.clone()),
            _ => return Err(Failure::invalid(messages::a_request_has_one_body_give_body_json())),
        };
        let url = target::url(&args.url, &args.query)?;
        Request {
            method,
            connect_to: connect_to(args.connect_to.as_deref(), &url)?,
            url,
            headers: args.headers.clone(),
            body,
            timeout: args.timeout.0,
            connect_timeout: args.connect_timeout.0,
            follow_redirects: 0,
            body_limit: args.body_limit,
            ca_file: args.ca_file.clone(),
        }
        .checked()
    }

    /// A request that deletes.
    ///
    /// # Errors
    /// `Invalid` or `Refused`: arguments that make no request.
    pub fn delete(args: &DeleteArgs) -> Result<Self, Failure> {
        let url = target::url(&args.url, &args.query)?;
        Request {
            method: Method::DELETE,
            connect_to: connect_to(args.connect_to.as_deref(), &url)?,
            url,
            headers: args.headers.clone(),
            body: Body::Empty,
            timeout: args.timeout.0,
            connect_timeout: args.connect_timeout.0,
            follow_redirects: 0,
            body_limit: args.body_limit,
            ca_file: args.ca_file.clone(),
        }
        .checked()
    }

    fn checked(self) -> Result<Self, Failure> {
        for name in self.headers.keys() {
            web_client::header_name(name)?;
        }
        for (option, span) in [("timeout", self.timeout), ("connect_timeout", self.connect_timeout)] {
            if span.is_zero() {
                return Err(Failure::invalid(messages::option_cannot_be_nothing(option)));
            }
        }
        if self.body_limit > BODY_LIMIT_MAX {
            return Err(Failure::invalid(messages::body_limit_is_too_large(BODY_LIMIT_MAX)));
        }
        if let Some(path) = &self.ca_file {
            authorities::check_path(path)?;
        }
        Ok(self)
    }

    /// Whether it writes: what is lost on its way is then in doubt.
    #[must_use]
    pub fn is_write(&self) -> bool {
        !matches!(self.method, Method::GET | Method::HEAD)
    }

    /// What it must be permitted: the method and the URL as it is sent, and another server than the URL's name leads to.
    #[must_use]
    pub fn wants(&self) -> Vec<Want> {
        let verb = self.method.as_str().to_ascii_lowercase();
        let url = Want::new(format!("http:{verb}"), self.url.as_str());
        let server = self.connect_to.as_ref().map(|to| Want::new(CONNECT, format!("{}:{}", to.host, to.port)));
        std::iter::once(url).chain(server).collect()
    }

    /// The headers with the secrets in them, the body's type and the token among them unless the script gave its own.
    ///
    /// # Errors
    /// A secret that is not known, a value that can't stand in a header.
    pub fn headers(&self, context: &Context<'_>) -> Result<HeaderMap, Failure> {
        let mut headers = HeaderMap::new();
        let kind = match self.body {
            Body::Empty => None,
            Body::Text(_) => Some("text/plain; charset=utf-8"),
            Body::Json(_) => Some("application/json"),
            Body::Form(_) => Some("application/x-www-form-urlencoded"),
        };
        if let Some(kind) = kind {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        if matches!(self.method, Method::PUT | Method::POST) {
            let name = messages::the_calls_token();
            headers.insert(IDEMPOTENCY_KEY, web_client::header_value(&name, context.token)?);
        }
        for (name, written) in &self.headers {
            headers.insert(web_client::header_name(name)?, web_client::header_value(name, &written.reveal(context)?)?);
        }
        Ok(headers)
    }

    /// The body with the secrets in it.
    ///
    /// # Errors
    /// A secret that is not known.
    pub fn body(&self, context: &Context<'_>) -> Result<Option<Vec<u8>>, Failure> {
        Ok(match &self.body {
            Body::Empty => None,
            Body::Text(text) => Some(text.reveal(context)?.as_bytes().to_vec()),
            Body::Json(json) => Some(json.reveal(context)?.to_string().into_bytes()),
            Body::Form(fields) => {
                let mut form = url::form_urlencoded::Serializer::new(String::new());
                for (name, value) in fields {
                    plain_name(name, "form", context)?;
                    let value: Zeroizing<String> = value.reveal(context)?;
                    form.append_pair(name, &value);
                }
                Some(form.finish().into_bytes())
            }
        })
    }
}

/// The `Host` header for a URL whose port is kept from the library.
///
/// # Errors
/// A host that can't stand in a header.
pub fn host_header(headers: &mut HeaderMap, url: &Url) -> Result<(), Failure> {
    let host = url.host_str().unwrap_or_default();
    let text = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    headers.insert(HOST, web_client::header_value("host", &text)?);
    Ok(())
}

fn connect_to(text: Option<&str>, url: &Url) -> Result<Option<ConnectTo>, Failure> {
    text.map(|text| target::connect_to(text, url)).transpose()
}

/// Only values are filled in; a token in a name would be sent as it is.
fn plain_name(name: &str, option: &str, context: &Context<'_>) -> Result<(), Failure> {
    if context.secrets.has_token(name) {
        return Err(Failure::invalid(messages::a_secret_as_a_name(option)));
    }
    Ok(())
}
