//! The 28 forms in which a secret leaves.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

/// The 28 forms, written by other means than the program's own.
pub fn encodings(value: &str) -> Vec<(&'static str, String)> {
    let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |text, byte| text + format!("{byte:02x}").as_str());
    let percent = |keep: &str, upper: bool| {
        value.bytes().fold(String::new(), |mut text, byte| {
            if byte.is_ascii_alphanumeric() || keep.as_bytes().contains(&byte) {
                text.push(char::from(byte));
            } else if upper {
                let _ = write!(text, "%{byte:02X}");
            } else {
                let _ = write!(text, "%{byte:02x}");
            }
            text
        })
    };
    let inner = |text: String| text[1..text.len() - 1].to_owned();
    let json = inner(serde_json::to_string(value).expect("json"));
    let ascii = json.chars().fold(String::new(), |mut text, c| {
        if c.is_ascii() {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
        text
    });
    let for_html = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    let slashes = |special: &str| {
        value.chars().fold(String::new(), |text, c| {
            if special.contains(c) { text + "\\" + c.to_string().as_str() } else { text + c.to_string().as_str() }
        })
    };
    let utf16: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let shifted =
        |engine: &base64::engine::GeneralPurpose, before: &[u8]| engine.encode([before, value.as_bytes()].concat());
    vec![
        ("raw", value.to_owned()),
        ("base64", STANDARD.encode(value)),
        ("base64, shifted by one", shifted(&STANDARD_NO_PAD, b"x")),
        ("base64, shifted by two", shifted(&STANDARD_NO_PAD, b"x:")),
        ("base64url", URL_SAFE.encode(value)),
        ("base64url, shifted by one", shifted(&URL_SAFE_NO_PAD, b"x")),
        ("base64url, shifted by two", shifted(&URL_SAFE_NO_PAD, b"x:")),
        ("hex", hex(value.as_bytes())),
        ("HEX", hex(value.as_bytes()).to_uppercase()),
        ("percent", percent("-._~", true)),
        ("percent, all", percent("", true)),
        ("percent, lower", percent("-._~", false)),
        ("form", percent("-._* ", true).replace(' ', "+")),
        ("json", json.clone()),
        ("json in json", inner(serde_json::to_string(&json).expect("json"))),
        ("json, slashes", json.replace('/', "\\/")),
        ("json, ascii", ascii),
        ("json, html", for_html),
        ("debug", inner(format!("{value:?}"))),
        ("shell, single", value.replace('\'', "'\\''")),
        ("shell, double", slashes("\"\\$`")),
        ("printf %q", slashes(" !\"#$&'()*,;<>?[\\]^`{|}~")),
        ("sql", value.replace('\'', "''")),
        (
            "html",
            value
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;")
                .replace('\'', "&#39;"),
        ),
        ("base32", data_encoding::BASE32.encode(value.as_bytes())),
        ("utf-16 base64", STANDARD.encode(&utf16)),
        ("upper", value.to_uppercase()),
        ("lower", value.to_lowercase()),
    ]
}

/// What a base64 with other bytes before it tells of those: three characters at its head, one at its end.
pub fn own(name: &str, form: &str) -> String {
    if name.contains("shifted") { form[3..form.len() - 1].to_owned() } else { form.to_owned() }
}
