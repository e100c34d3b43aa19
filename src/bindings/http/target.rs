//! Where a request goes: its URL, normalised and checked, and the address to connect to instead.

use std::collections::BTreeMap;

use url::{Host, Url};

use crate::messages::bindings_http as messages;
use crate::model::failure::Failure;
use crate::model::value::Value;
use crate::world::address::allow;

/// Where to connect instead of where the URL's name leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectTo {
    /// The host: a name, or an address.
    pub host: Host<String>,
    /// The port.
    pub port: u16,
}

/// Reads a URL, adds the query, checks where it leads. What comes back is what is sent: percent-encoded, without fragment.
///
/// # Errors
/// `Invalid` for text that is no `http` or `https` URL, or one with a user or password in it; `Refused` for a host that no
/// request goes to.
pub fn url(text: &str, query: &BTreeMap<String, Value>) -> Result<Url, Failure> {
    if text.chars().any(char::is_control) {
        return Err(Failure::invalid(messages::url_has_a_control_character(text.escape_debug())));
    }
    let mut url = Url::parse(text)
        .map_err(|error| Failure::invalid(messages::is_not_a_url(text, error)).hint(messages::write_it_as()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Failure::invalid(messages::is_not_spoken_here_only(url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        // The text is not repeated: there is a password in it.
        return Err(Failure::invalid(messages::a_url_cannot_hold_a_user()).hint(messages::send_them_as_a_header()));
    }
    url.set_fragment(None);
    if !query.is_empty() {
        let mut pairs = url.query_pairs_mut();
        for (name, value) in query {
            for text in query_texts(name, value)? {
                pairs.append_pair(name, &text);
            }
        }
    }
    check(&url)?;
    Ok(url)
}

/// Checks where a URL leads. Asked for the first one and for each redirect.
///
/// # Errors
/// `Refused` for a host that no request goes to.
pub fn check(url: &Url) -> Result<(), Failure> {
    match url.host() {
        Some(host) => allow(&host).map_err(|refused| refused.failure()),
        None => Err(Failure::invalid(messages::has_no_host(url))),
    }
}

/// Reads `connect_to`: `host:port`, `ip:port`, `[v6]:port`; without a port it is the URL's.
///
/// # Errors
/// `Invalid` for text that is none of these, or a URL whose host is an address already; `Refused` for a host that no request
/// goes to.
pub fn connect_to(text: &str, url: &Url) -> Result<ConnectTo, Failure> {
    let wrong = || Failure::invalid(messages::connect_to_cannot_be(text)).hint(messages::write_it_as_2());
    if !matches!(url.host(), Some(Host::Domain(_))) {
        return Err(Failure::invalid(messages::connect_to_is_for_a_url())
            .hint(messages::write_the_address_that_you_want_to_reach()));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port.parse::<u16>().map_err(|_| wrong())?)),
        _ => (text, None),
    };
    let host = Host::parse(host).map_err(|_| wrong())?;
    let port = port.or_else(|| url.port_or_known_default()).filter(|port| *port != 0).ok_or_else(wrong)?;
    let borrowed = match &host {
        Host::Domain(name) => Host::Domain(name.as_str()),
        Host::Ipv4(ip) => Host::Ipv4(*ip),
        Host::Ipv6(ip) => Host::Ipv6(*ip),
    };
    allow(&borrowed).map_err(|refused| refused.failure())?;
    Ok(ConnectTo { host, port })
}

fn query_texts(name: &str, value: &Value) -> Result<Vec<String>, Failure> {
    match value {
        Value::List(items) => items.iter().map(|item| query_text(name, item)).collect(),
        // A name without a value says nothing; `""` says that it is empty.
        Value::Unit => Ok(Vec::new()),
        other => Ok(vec![query_text(name, other)?]),
    }
}

fn query_text(name: &str, value: &Value) -> Result<String, Failure> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        Value::Int(n) => Ok(n.to_string()),
        Value::Float(x) => Ok(x.to_string()),
        Value::Bool(b) => Ok(b.to_string()),
        Value::Char(c) => Ok(c.to_string()),
        other => Err(Failure::invalid(messages::query_cannot_be(name, other.kind()))
            .hint(messages::a_query_holds_text_numbers_bools_and_lists())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::FailureKind;

    fn plain(text: &str) -> Result<Url, Failure> {
        url(text, &BTreeMap::new())
    }

    #[test]
    fn attacks_are_encoded_and_sent_not_refused() {
        for (written, sent) in [
            ("https://host.test/?id=1' OR '1'='1", "https://host.test/?id=1%27%20OR%20%271%27=%271"),
            (
                "https://host.test/?q=<script>alert('XSS')</script>",
                "https://host.test/?q=%3Cscript%3Ealert(%27XSS%27)%3C/script%3E",
            ),
            ("HTTPS://Host.TEST:443", "https://host.test/"),
            ("https://host.test/日本?x#part", "https://host.test/%E6%97%A5%E6%9C%AC?x"),
            ("http://127.1:8080/a/../b", "http://127.0.0.1:8080/b"),
        ] {
            assert_eq!(plain(written).expect(written).as_str(), sent);
        }
    }

    #[test]
    fn a_query_is_added_to_the_one_that_stands_in_the_url() {
        let query = BTreeMap::from([
            ("a b".to_owned(), Value::from("1&2")),
            ("n".to_owned(), Value::List(vec![Value::Int(1), Value::Bool(true)])),
            ("none".to_owned(), Value::Unit),
        ]);
        let made = url("https://host.test/?x=1", &query).expect("a URL");
        assert_eq!(made.as_str(), "https://host.test/?x=1&a+b=1%262&n=1&n=true");
    }

    #[test]
    fn what_is_no_plain_web_address_is_invalid() {
        for text in [
            "",
            "host.test/",
            "ftp://host.test/",
            "file:///etc/passwd",
            "https://u:p@host.test/",
            "https://u@host.test/",
            "https://h\nost.test/",
        ] {
            let failure = plain(text).expect_err(text);
            assert_eq!(failure.kind, FailureKind::Invalid, "{text}");
            assert!(!failure.message.contains("u:p"), "{failure}");
        }
    }

    #[test]
    fn connect_to_is_a_host_and_a_port() {
        let url = plain("https://host.test:8443/").expect("a URL");
        for (text, host, port) in [
            ("127.0.0.1:99", "127.0.0.1", 99),
            ("127.0.0.1", "127.0.0.1", 8443),
            ("[::1]:99", "[::1]", 99),
            ("[::1]", "[::1]", 8443),
            ("other.test:99", "other.test", 99),
        ] {
            let to = connect_to(text, &url).expect(text);
            assert_eq!((to.host.to_string().as_str(), to.port), (host, port), "{text}");
        }
        for text in ["", ":", ":80", "host.test:", "host.test:0", "host.test:99999", "::1", "a b:80"] {
            assert_eq!(connect_to(text, &url).expect_err(text).kind, FailureKind::Invalid, "{text}");
        }
        assert_eq!(connect_to("2852039166:80", &url).expect_err("metadata").kind, FailureKind::Refused);
        let address = plain("https://192.0.2.1/").expect("a URL");
        assert_eq!(connect_to("127.0.0.1:1", &address).expect_err("an address").kind, FailureKind::Invalid);
    }
}
