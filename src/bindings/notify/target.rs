//! Where a message goes. The address of a web hook is often the only thing that protects it, so it may be a secret.

use url::Url;

use crate::binding::{Context, SinkText};
use crate::messages::bindings_notify as messages;
use crate::model::failure::Failure;
use crate::model::permission::Want;
use crate::model::secret::{CLOSE, OPEN};
use crate::world::address::allow;

/// What sending to `url` must be permitted: `notify:webhook URL`, or `notify:webhook secret:PROVIDER:NAME` where the address is a secret.
///
/// # Errors
/// What is neither a URL nor one secret.
pub fn wants(url: &SinkText) -> Result<Vec<Want>, Failure> {
    let written = url.written();
    let target = match secret(written) {
        Some(secret) => secret.to_owned(),
        // Nobody could tell where a URL leads that is secret in part.
        None if written.contains(OPEN) => {
            return Err(Failure::invalid(messages::url_is_secret_as_a_whole()).hint(messages::make_it_whole()));
        }
        None => parse(written)?.to_string(),
    };
    Ok(vec![Want::new("notify:webhook", target)])
}

/// The reference of text that is one secret and nothing else: `secret:env:NAME`.
fn secret(text: &str) -> Option<&str> {
    let body = text.strip_prefix(OPEN)?.strip_suffix(CLOSE)?;
    let body = body.split_once('#').map_or(body, |(body, _)| body);
    (body.starts_with("secret:") && !body.contains(OPEN)).then_some(body)
}

/// The address itself.
///
/// # Errors
/// A secret that is not known, or holds no URL of a web hook.
pub fn reveal(url: &SinkText, context: &Context<'_>) -> Result<Url, Failure> {
    parse(&url.reveal(context)?)
}

fn parse(text: &str) -> Result<Url, Failure> {
    // The text is not repeated: it may be a secret.
    let url = Url::parse(text.trim()).map_err(|error| Failure::invalid(messages::is_no_url(error)))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Failure::invalid(messages::is_not_http()));
    }
    if let Some(host) = url.host() {
        allow(&host).map_err(|refused| refused.failure())?;
    }
    Ok(url)
}
