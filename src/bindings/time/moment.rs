//! Times as scripts hold them: text with an offset.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use crate::messages::bindings as messages;
use crate::model::failure::Failure;
use crate::model::value::Value;

/// Reads RFC 3339 or RFC 2822.
///
/// # Errors
/// Text that is no time, or one without an offset: it would mean something else on each machine.
pub(super) fn read(text: &str) -> Result<Timestamp, Failure> {
    let trimmed = text.trim();
    trimmed
        .parse::<Timestamp>()
        .ok()
        .or_else(|| jiff::fmt::rfc2822::parse(trimmed).ok().map(|zoned| zoned.timestamp()))
        .ok_or_else(|| Failure::invalid(messages::is_no_time_with_an_offset(text)).hint(messages::write_it_as()))
}

/// A time zone by name, or an offset.
///
/// # Errors
/// A zone that is not known.
pub(super) fn zone(name: &str) -> Result<TimeZone, Failure> {
    let by_offset = || {
        let (sign, rest) = match name.split_at_checked(1)? {
            ("+", rest) => (1, rest),
            ("-", rest) => (-1, rest),
            _ => return None,
        };
        let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
        let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
        let valid = (0..24).contains(&hours) && (0..60).contains(&minutes);
        valid.then(|| Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok().map(TimeZone::fixed)).flatten()
    };
    by_offset()
        .or_else(|| TimeZone::get(name).ok())
        .ok_or_else(|| Failure::invalid(messages::is_no_time_zone(name)).hint(messages::write_it_as_utc()))
}

/// A number of seconds: an integer where it is whole.
pub(super) fn seconds(seconds: f64) -> Value {
    // Whole numbers up to 2^53 are exact.
    if seconds.fract() == 0.0 && seconds.abs() < 9_007_199_254_740_992.0 {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and small enough to be exact")]
        let whole = seconds as i64;
        Value::Int(whole)
    } else {
        Value::Float(seconds)
    }
}
