//! Values in PostgreSQL's text form, read by their types.

use sqlx::TypeInfo as _;
use sqlx::postgres::{PgTypeInfo, PgTypeKind};

use crate::model::value::Value;

/// The type that a domain is made of, at the bottom; any other type itself.
#[must_use]
pub fn base(kind: &PgTypeInfo) -> &PgTypeInfo {
    let mut kind = kind;
    while is_known(kind) {
        match kind.kind() {
            PgTypeKind::Domain(of) => kind = of,
            _ => break,
        }
    }
    kind
}

/// Whether the library knows more of a type than its number; asked of one that it doesn't, it panics.
fn is_known(kind: &PgTypeInfo) -> bool {
    kind.name() != "?"
}

/// What kind of type it is, where the library knows.
#[must_use]
pub fn kind_of(kind: &PgTypeInfo) -> Option<&PgTypeKind> {
    is_known(kind).then(|| kind.kind())
}

/// A value of `kind` from its text. What has no simpler form here stays text, exactly as the server wrote it.
#[must_use]
pub fn value(text: &str, kind: &PgTypeInfo) -> Value {
    let kind = base(kind);
    if let Some(PgTypeKind::Array(of)) = kind_of(kind) {
        return array(text, of).unwrap_or_else(|| text.into());
    }
    let read = match kind.name() {
        "BOOL" => match text {
            "t" | "true" => Some(Value::Bool(true)),
            "f" | "false" => Some(Value::Bool(false)),
            _ => None,
        },
        "INT2" | "INT4" | "INT8" | "OID" => text.parse().ok().map(Value::Int),
        "FLOAT4" | "FLOAT8" => text.parse().ok().map(Value::Float),
        "JSON" | "JSONB" => json(text),
        "BYTEA" => text.strip_prefix("\\x").and_then(bytes).map(Value::Bytes),
        "TIMESTAMP" | "TIMESTAMPTZ" => timestamp(text),
        "VOID" => Some(Value::Unit),
        _ => None,
    };
    read.unwrap_or_else(|| text.into())
}

/// JSON as a value.
#[must_use]
pub fn json(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().and_then(|json| Value::from_plain_json(json).ok())
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = hex.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    digits.chunks(2).map(|pair| u8::try_from(pair.first()? * 16 + pair.get(1)?).ok()).collect()
}

/// `2026-01-02 03:04:05.6+00` as RFC 3339 writes it; a session here is always in UTC. Not for `infinity` and years that RFC 3339
/// has no form for.
fn timestamp(text: &str) -> Option<Value> {
    let (date, time) = text.split_once(' ')?;
    if date.len() != 10 || time.ends_with("BC") {
        return None;
    }
    Some(Value::Text(match time.strip_suffix("+00") {
        Some(time) => format!("{date}T{time}Z"),
        None => format!("{date}T{time}"),
    }))
}

/// `{1,2,NULL}`, `{"a b","c\"d"}`, `{{1},{2}}`, `[0:1]={1,2}`; nothing when it is none.
fn array(text: &str, of: &PgTypeInfo) -> Option<Value> {
    let body = if text.starts_with('[') { text.split_once('=')?.1 } else { text };
    let chars: Vec<char> = body.chars().collect();
    let mut here = 0;
    let list = list(&chars, &mut here, of)?;
    (here == chars.len()).then_some(list)
}

fn list(chars: &[char], here: &mut usize, of: &PgTypeInfo) -> Option<Value> {
    // The one type whose own text holds commas.
    let between = if of.name() == "BOX" { ';' } else { ',' };
    if chars.get(*here)? != &'{' {
        return None;
    }
    *here += 1;
    let mut items = Vec::new();
    if chars.get(*here)? == &'}' {
        *here += 1;
        return Some(Value::List(items));
    }
    loop {
        items.push(item(chars, here, of, between)?);
        let next = *chars.get(*here)?;
        *here += 1;
        match next {
            '}' => return Some(Value::List(items)),
            c if c == between => {}
            _ => return None,
        }
    }
}

fn item(chars: &[char], here: &mut usize, of: &PgTypeInfo, between: char) -> Option<Value> {
    match chars.get(*here)? {
        '{' => list(chars, here, of),
        '"' => {
            let mut text = String::new();
            *here += 1;
            loop {
                match chars.get(*here)? {
                    '\\' => {
                        text.push(*chars.get(*here + 1)?);
                        *here += 2;
                    }
                    '"' => {
                        *here += 1;
                        return Some(value(&text, of));
                    }
                    c => {
                        text.push(*c);
                        *here += 1;
                    }
                }
            }
        }
        _ => {
            let text: String = chars.iter().skip(*here).take_while(|c| **c != between && **c != '}').collect();
            *here += text.chars().count();
            Some(if text == "NULL" { Value::Unit } else { value(&text, of) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_lists_whatever_stands_in_their_texts() {
        let text = <str as sqlx::Type<sqlx::Postgres>>::type_info();
        let of = |written: &str| array(written, &text);
        let texts = |texts: &[&str]| Value::List(texts.iter().map(|text| Value::from(*text)).collect());
        assert_eq!(of("{}"), Some(texts(&[])));
        assert_eq!(of(r#"{a,"b c","d\"e\\f","","NULL","}"}"#), Some(texts(&["a", "b c", "d\"e\\f", "", "NULL", "}"])));
        assert_eq!(of("{NULL}"), Some(Value::List(vec![Value::Unit])));
        assert_eq!(of("[0:1]={日本,b}"), Some(texts(&["日本", "b"])));
        assert_eq!(of("{{a},{b}}"), Some(Value::List(vec![texts(&["a"]), texts(&["b"])])));
        for wrong in ["", "{", "{a", "{a,", "{\"a}", "{a}b", "a"] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn times_are_written_as_rfc_3339_where_it_has_a_form() {
        for (written, read) in [
            ("2026-01-02 03:04:05.6+00", Some("2026-01-02T03:04:05.6Z")),
            ("2026-01-02 03:04:05", Some("2026-01-02T03:04:05")),
            ("infinity", None),
            ("0044-03-15 00:00:00 BC", None),
            ("12026-01-02 03:04:05", None),
        ] {
            assert_eq!(timestamp(written), read.map(Value::from), "{written}");
        }
    }
}
