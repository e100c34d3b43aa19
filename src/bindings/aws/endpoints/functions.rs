//! The functions that endpoint rules call: <https://smithy.io/2.0/additional-specs/rules-engine/standard-library.html>, and those of AWS:
//! <https://smithy.io/2.0/aws/rules-engine/library-functions.html>.

use std::net::{Ipv4Addr, Ipv6Addr};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::resolve::Known;

/// RFC 3986 §2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The characters of `text` from `start` up to `stop`, counted from the end when `reverse`; nothing when it has not so many, or has others
/// than ASCII.
pub fn substring(text: &str, start: i64, stop: i64, reverse: bool) -> Option<String> {
    if start >= stop || !text.is_ascii() {
        return None;
    }
    let (start, stop) = (usize::try_from(start).ok()?, usize::try_from(stop).ok()?);
    let length = text.len();
    let range = if reverse { length.checked_sub(stop)?..length.checked_sub(start)? } else { start..stop };
    text.get(range).map(str::to_owned)
}

/// `text` in percent encoding.
pub fn uri_encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The parts of a URL; nothing for one with a query or a fragment, or that is not HTTP.
pub fn parse_url(text: &str) -> Option<Known> {
    let url = Url::parse(text).ok()?;
    if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
        return None;
    }
    // What was written counts: the parser leaves out a default port, and adds a path.
    let written = text.split_once("://")?.1;
    let (authority, path) =
        written.split_once('/').map_or((written, String::new()), |(at, path)| (at, format!("/{path}")));
    let normalized = match path.trim_end_matches('/') {
        "" => "/".to_owned(),
        path => format!("{path}/"),
    };
    let host = url.host_str().unwrap_or_default();
    let is_ip = host.parse::<Ipv4Addr>().is_ok() || host.trim_matches(['[', ']']).parse::<Ipv6Addr>().is_ok();
    Some(Known::record([
        ("scheme", Known::Text(url.scheme().to_owned())),
        ("authority", Known::Text(authority.to_owned())),
        ("path", Known::Text(path)),
        ("normalizedPath", Known::Text(normalized)),
        ("isIp", Known::Flag(is_ip)),
    ]))
}

/// RFC 1123 §2.1, of one label or of several with dots between.
pub fn is_valid_host_label(text: &str, with_dots: bool) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    if with_dots { text.split('.').all(label) } else { label(text) }
}

/// Whether a bucket's name can be a part of a host name: lower case, no address, dots only where TLS allows them.
pub fn is_virtual_hostable_s3_bucket(bucket: &str, with_dots: bool) -> bool {
    let label = |label: &str| {
        let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        edge(label.chars().next())
            && edge(label.chars().last())
            && label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    if !(3..=63).contains(&bucket.len()) || bucket.parse::<Ipv4Addr>().is_ok() {
        return false;
    }
    if with_dots { bucket.split('.').all(label) } else { label(bucket) }
}

/// The parts of an ARN; nothing for a text that is none.
pub fn parse_arn(text: &str) -> Option<Known> {
    let mut parts = text.splitn(6, ':');
    let (arn, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    if arn != "arn" || partition.is_empty() || service.is_empty() || resource.is_empty() {
        return None;
    }
    let text = |text: &str| Known::Text(text.to_owned());
    Some(Known::record([
        ("partition", text(partition)),
        ("service", text(service)),
        ("region", text(region)),
        ("accountId", text(account)),
        ("resourceId", Known::Texts(resource.split([':', '/']).map(str::to_owned).collect())),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substrings_are_counted_from_either_end() {
        assert_eq!(substring("abcdefg", 0, 4, false).as_deref(), Some("abcd"));
        assert_eq!(substring("abcdefg", 0, 4, true).as_deref(), Some("defg"));
        assert_eq!(substring("abc", 0, 4, false), None);
        assert_eq!(substring("a\u{20ac}cdefg", 0, 4, false), None);
    }

    #[test]
    fn the_name_of_a_bucket_may_be_a_part_of_a_host_name() {
        assert!(is_virtual_hostable_s3_bucket("my-bucket", false));
        assert!(is_virtual_hostable_s3_bucket("my.bucket", true));
        for name in ["my.bucket", "My-bucket", "ab", "192.168.5.4", "-bucket"] {
            assert!(!is_virtual_hostable_s3_bucket(name, false), "{name}");
        }
        assert!(!is_virtual_hostable_s3_bucket("192.168.5.4", true));
    }
}
