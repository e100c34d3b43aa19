//! The forms in which a secret leaves: what of it is secret, and how programs, services and shells write that.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use super::SHORTEST;

/// A line shorter than this, or a value in a document, is too likely to be an ordinary word to be looked for by itself.
const PART_MIN: usize = 8;

/// What no encoder of URLs touches (RFC 3986, section 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What `application/x-www-form-urlencoded` keeps, and the space that becomes a plus.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*').remove(b' ');

/// What the URL standard keeps of a user and password.
const USERINFO: &AsciiSet = &UNRESERVED
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b'%');

/// A text that gives the secret away, wiped when it is dropped.
pub(super) type Form = Zeroizing<String>;

/// Every text by which `value` is known when it leaves.
pub(super) fn of(value: &str) -> Vec<Form> {
    let mut forms = BTreeSet::new();
    let parts = parts(value);
    for part in &parts {
        readable(part, &mut forms);
    }
    for part in parts.iter().map(|part| part.as_str()).chain([value]) {
        opaque(part, &mut forms);
    }
    forms.into_iter().map(Zeroizing::new).collect()
}

/// What of a secret is secret: of a URL the password and what follows the host, of a document the values that its keys call
/// secret, of a key its lines without those that only say what it is. The rest around it stays readable.
fn parts(value: &str) -> Vec<Form> {
    let mut parts: Vec<String> = Vec::new();
    if let Some(of_url) = of_url(value) {
        parts = of_url;
    } else if let Ok(json @ (serde_json::Value::Object(_) | serde_json::Value::Array(_))) = serde_json::from_str(value)
    {
        leaves(&json, false, &mut parts);
        if parts.is_empty() {
            leaves(&json, true, &mut parts);
        }
    } else {
        let lines: Vec<&str> = value.lines().filter(|line| !line.starts_with("-----")).collect();
        parts.push(lines.join("\n"));
        if lines.len() > 1 {
            parts.extend(lines.iter().map(|line| line.trim()).filter(|line| line.len() >= PART_MIN).map(str::to_owned));
        }
    }
    parts.retain(|part| part.len() >= SHORTEST);
    if parts.is_empty() {
        parts.push(value.to_owned());
    }
    parts.into_iter().map(Zeroizing::new).collect()
}

fn of_url(value: &str) -> Option<Vec<String>> {
    let url = url::Url::parse(value).ok().filter(|url| value.contains("://") && url.has_host())?;
    let mut parts = Vec::new();
    if let Some(password) = url.password() {
        parts.push(password.to_owned());
        parts.push(percent_encoding::percent_decode_str(password).decode_utf8_lossy().into_owned());
        // As it was written, before the parser touched it.
        let written = value.rsplit_once('@').and_then(|(before, _)| before.splitn(3, ':').nth(2));
        parts.extend(written.map(str::to_owned));
    } else if url.username().len() >= PART_MIN {
        parts.push(url.username().to_owned());
    } else {
        parts.push(url.path().trim_start_matches('/').to_owned());
    }
    let pairs = url.query_pairs().map(|(_, value)| value.into_owned());
    parts.extend(pairs.filter(|value| value.len() >= PART_MIN));
    parts.retain(|part| part.len() >= SHORTEST);
    (!parts.is_empty()).then_some(parts)
}

/// The texts in a document: those under a key that says they are secret, or `all`.
fn leaves(json: &serde_json::Value, all: bool, into: &mut Vec<String>) {
    match json {
        serde_json::Value::String(text) if all && text.len() >= PART_MIN => into.push(text.clone()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| leaves(item, all, into)),
        serde_json::Value::Object(map) => {
            for (key, item) in map {
                match item {
                    serde_json::Value::String(text) if is_secret_key(key) && text.len() >= SHORTEST => {
                        into.push(text.clone());
                    }
                    item => leaves(item, all || is_secret_key(key), into),
                }
            }
        }
        _ => {}
    }
}

fn is_secret_key(key: &str) -> bool {
    let key = key.to_lowercase();
    ["pass", "pwd", "secret", "token", "key", "cred", "auth", "private"].iter().any(|word| key.contains(word))
}

/// The text itself and what writers of text make of it.
fn readable(text: &str, into: &mut BTreeSet<String>) {
    let json = json(text);
    let escaped = |special: &str, with: &str| -> String {
        text.chars().map(|c| if special.contains(c) { format!("{with}{c}") } else { c.to_string() }).collect()
    };
    let component = utf8_percent_encode(text, UNRESERVED).to_string();
    into.extend([
        text.to_owned(),
        utf8_percent_encode(text, NON_ALPHANUMERIC).to_string(),
        utf8_percent_encode(text, FORM).to_string().replace(' ', "+"),
        utf8_percent_encode(text, USERINFO).to_string(),
        lower_escapes(&component),
        component,
        // JSON: plain, inside another JSON, with `\/`, in ASCII alone, and as writers do it whose text may stand in HTML.
        self::json(&json),
        json.replace('/', "\\/"),
        ascii(&json),
        for_html(&json),
        json,
        unquoted(format!("{text:?}")),
        // Shells: in single quotes, in double quotes, and as `printf %q` writes it.
        text.replace('\'', r"'\''"),
        escaped("\"\\$`", "\\"),
        escaped(" !\"#$&'()*,;<>?[\\]^`{|}~", "\\"),
        text.replace('\'', "''"),
        html(text),
        text.to_uppercase(),
        text.to_lowercase(),
    ]);
}

/// The forms that nobody reads.
fn opaque(text: &str, into: &mut BTreeSet<String>) {
    let bytes = text.as_bytes();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    into.extend([
        STANDARD.encode(bytes),
        URL_SAFE.encode(bytes),
        data_encoding::HEXLOWER.encode(bytes),
        data_encoding::HEXUPPER.encode(bytes),
        data_encoding::BASE32.encode(bytes),
    ]);
    for bytes in [bytes, &utf16] {
        for before in 0..3 {
            into.insert(aligned(&STANDARD_NO_PAD, bytes, before));
            into.insert(aligned(&URL_SAFE_NO_PAD, bytes, before));
        }
    }
}

/// What of the base64 of a text with `bytes` in it depends on them alone, when `before` more bytes than a multiple of three stand
/// before them.
fn aligned(engine: &impl base64::Engine, bytes: &[u8], before: usize) -> String {
    let mut padded = vec![0; before];
    padded.extend_from_slice(bytes);
    let whole = padded.len() * 8 / 6;
    let encoded = engine.encode(Zeroizing::new(padded).as_slice());
    encoded.get((before * 8).div_ceil(6)..whole).unwrap_or_default().to_owned()
}

fn json(text: &str) -> String {
    unquoted(serde_json::Value::from(text).to_string())
}

fn unquoted(text: String) -> String {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).map_or(text.clone(), str::to_owned)
}

fn ascii(json: &str) -> String {
    let mut units = [0; 2];
    json.chars()
        .map(|c| match c {
            c if c.is_ascii() => c.to_string(),
            c => c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
        })
        .collect()
}

fn for_html(json: &str) -> String {
    let escape = |c| matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}');
    json.chars().map(|c| if escape(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() }).collect()
}

fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    escaped.replace('"', "&quot;").replace('\'', "&#39;")
}

/// `%2F` as `%2f`.
fn lower_escapes(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        format!("{text}%{}{rest}", digits.to_lowercase())
    })
}
