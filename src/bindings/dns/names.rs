//! Names and record types as scripts write them, and as they are shown: in small letters and without the dot at the end.

use std::net::IpAddr;
use std::str::FromStr as _;

use hickory_proto::rr::{Name, RecordType};

use crate::messages::bindings_dns as messages;
use crate::model::failure::Failure;

/// A name as DNS has it; an international one becomes its ASCII form (RFC 5891).
///
/// # Errors
/// Text that is no domain name.
pub fn parse(text: &str) -> Result<Name, Failure> {
    let wrong = || Failure::invalid(messages::is_no_name(text));
    // Labels such as `_acme-challenge` are no host names, and names nevertheless.
    let ascii = if text.is_ascii() { text.to_owned() } else { idna::domain_to_ascii(text).map_err(|_| wrong())? };
    if ascii.is_empty() {
        return Err(wrong());
    }
    let mut name = Name::from_ascii(ascii.to_ascii_lowercase()).map_err(|_| wrong())?;
    name.set_fqdn(true);
    Ok(name)
}

/// The same; an address stands for the name that its `PTR` records have (RFC 1035 §3.5, RFC 3596 §2.5).
///
/// # Errors
/// As [`parse`].
pub fn parse_or_reverse(text: &str, record: RecordType) -> Result<Name, Failure> {
    match text.parse::<IpAddr>() {
        Ok(address) if record == RecordType::PTR => Ok(Name::from(address)),
        Ok(_) => Err(Failure::invalid(messages::is_an_address(text)).hint(messages::addresses_have_ptr())),
        Err(_) => parse(text),
    }
}

/// A name as it is shown.
#[must_use]
pub fn shown(name: &Name) -> String {
    let text = name.to_ascii().to_ascii_lowercase();
    match text.strip_suffix('.') {
        Some("") | None => text,
        Some(name) => name.to_owned(),
    }
}

/// A record type by its name (`A`, `TXT`), or as `TYPE65280` where it has none (RFC 3597 §5).
///
/// # Errors
/// No type of that name; one that asks for a whole zone.
pub fn record_type(text: &str) -> Result<RecordType, Failure> {
    let upper = text.to_ascii_uppercase();
    let by_number = || upper.strip_prefix("TYPE").and_then(|number| number.parse::<u16>().ok()).map(RecordType::from);
    let found = RecordType::from_str(&upper).ok().or_else(by_number);
    match found {
        Some(RecordType::AXFR | RecordType::IXFR | RecordType::OPT | RecordType::TSIG | RecordType::ZERO) | None => {
            Err(Failure::invalid(messages::is_no_record_type(text)).hint(messages::record_types()))
        }
        Some(found) => Ok(found),
    }
}

/// A record type as it is shown.
#[must_use]
pub fn type_name(record: RecordType) -> String {
    match record {
        RecordType::Unknown(code) => format!("TYPE{code}"),
        known => known.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_as_people_write_them() {
        for (given, means) in [
            ("Example.COM", "example.com"),
            ("example.com.", "example.com"),
            ("_acme-challenge.example.com", "_acme-challenge.example.com"),
            ("日本.example", "xn--wgv71a.example"),
            (".", "."),
        ] {
            assert_eq!(shown(&parse(given).unwrap()), means, "{given}");
        }
        for wrong in ["", "a..b", "a b.example", &"a".repeat(64)] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        let reverse = |text| parse_or_reverse(text, RecordType::PTR).map(|name| shown(&name));
        assert_eq!(reverse("192.0.2.1").unwrap(), "1.2.0.192.in-addr.arpa");
        assert!(reverse("2001:db8::1").unwrap().ends_with("8.b.d.0.1.0.0.2.ip6.arpa"));
        assert!(parse_or_reverse("192.0.2.1", RecordType::A).is_err());
    }

    #[test]
    fn types_have_names_or_numbers() {
        for (given, means) in [("a", "A"), ("CAA", "CAA"), ("TYPE257", "CAA"), ("type65280", "TYPE65280")] {
            assert_eq!(type_name(record_type(given).unwrap()), means);
        }
        for wrong in ["", "AXFR", "TYPE70000", "ADDRESS"] {
            assert!(record_type(wrong).is_err(), "{wrong}");
        }
    }
}
