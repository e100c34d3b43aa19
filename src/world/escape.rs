//! The one escaper for text that is not ours: what scripts, services and programs say, on its way to a screen, a log or a report.
//!
//! Whatever could move a cursor, change colours, reorder or hide text is shown in the way Rust writes it, in plain ASCII:
//! `\x1b`, `\r`, `\u{202e}`. Nothing is dropped, so that what was sent can be read; a backslash stays a backslash, so that
//! paths and patterns stay readable too (text can therefore look as if it had been escaped, which is harmless).

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// How many marks may stand on one character; more of them would climb into the lines above and below.
pub const MARKS_MAX: usize = 4;

enum Sort {
    /// Shown as it is.
    Plain,
    /// Drawn on the character before it.
    Mark,
    /// Invisible, or an order to the terminal.
    Hidden,
}

/// `text` on one line, with every control, format, unassigned and private character made visible, and so every mark that has
/// nothing to stand on or is the fifth or later one there. The result holds no such character: escaping it again changes
/// nothing.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(with(text, push_visible))
}

/// `text` with the same characters made visible by `push`, for a notation that has an escape of its own, such as JSON.
#[must_use]
pub fn with(text: &str, push: impl Fn(&mut String, char)) -> String {
    let mut shown = String::with_capacity(text.len() + 16);
    let mut marks = MARKS_MAX;
    for c in text.chars() {
        match sort(c) {
            Sort::Plain => {
                shown.push(c);
                marks = 0;
            }
            Sort::Mark if marks < MARKS_MAX => {
                shown.push(c);
                marks += 1;
            }
            Sort::Mark | Sort::Hidden => {
                push(&mut shown, c);
                marks = MARKS_MAX;
            }
        }
    }
    shown
}

/// JSON in which no character is left that a terminal would obey; it means the same.
#[must_use]
pub fn json(text: &str) -> String {
    // Outside of texts JSON is ASCII that prints and layout. A line feed can only be layout: in texts it is written `\n`.
    with(text, |shown, c| match c {
        '\n' => shown.push('\n'),
        _ => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| shown.push_str(&format!("\\u{unit:04x}"))),
    })
}

/// The lines of `text`, each escaped. A line ends with `\n` or `\r\n`; a tab is four spaces here, for it is layout.
pub fn lines(text: &str) -> impl Iterator<Item = String> {
    text.split('\n').map(|each| {
        let each = each.strip_suffix('\r').unwrap_or(each);
        line(&each.replace('\t', "    ")).into_owned()
    })
}

fn push_visible(shown: &mut String, c: char) {
    match c {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        '\0'..='\x7f' => shown.push_str(&format!("\\x{:02x}", u32::from(c))),
        _ => shown.extend(c.escape_unicode()),
    }
}

fn sort(c: char) -> Sort {
    match c {
        // The ideographic space is a space; the standard library counts only the ASCII one as printable.
        ' '..='~' | '\u{3000}' => Sort::Plain,
        // Letters, marks and a symbol that draw nothing: fillers, selectors, joiners, the empty Braille pattern.
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2800}' => {
            Sort::Hidden
        }
        '\u{3164}' | '\u{ffa0}' => Sort::Hidden,
        _ if !is_printable(c) => Sort::Hidden,
        _ if c.width().unwrap_or(0) == 0 => Sort::Mark,
        _ => Sort::Plain,
    }
}

/// Whether the standard library prints `c` in a debugged text as it is: then it is no Cc, Cf, Cs, Co, Cn, Zl, Zp or Zs. Asked of
/// a text in which `c` comes second, since a mark that comes first is escaped for that reason alone.
fn is_printable(c: char) -> bool {
    let mut buffer = [b'a'; 5];
    let length = c.encode_utf8(&mut buffer[1..]).len();
    let text = std::str::from_utf8(&buffer[..=length]).unwrap_or_default();
    text.escape_debug().nth(1) == Some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_point_that_orders_a_terminal_about_or_hides_passes() {
        let pattern = regex::Regex::new(r"[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]").expect("a pattern");
        let bad: std::collections::HashSet<char> =
            ('\0'..=char::MAX).filter(|c| pattern.is_match(c.encode_utf8(&mut [0; 4]))).collect();
        let mut escaped = 0_u32;
        for c in '\0'..=char::MAX {
            // First, after a letter, after an order to the terminal, and too often.
            let shown = line(&format!("{c}a{c}\u{1b}{c}{c}{c}{c}{c}")).into_owned();
            let passed = shown.chars().find(|c| !c.is_ascii_graphic() && bad.contains(c));
            assert_eq!(passed, None, "U+{:04X} passes as {shown:?}", u32::from(c));
            assert_eq!(line(&shown), shown, "U+{:04X} is not stable", u32::from(c));
            if bad.contains(&c) {
                escaped += 1;
            }
        }
        assert!(escaped > 65 + 6400, "only {escaped} code points were of the kinds to be escaped");
    }

    #[test]
    fn what_people_read_stays_as_it_is() {
        for text in [
            "an ordinary line: C:\\x, 'a' \"b\" ~",
            "現在の状態を確認　（全角）",
            "ﾊﾝｶｸ ｶﾞｷﾞｸﾞ",
            "か\u{3099}き\u{3099}",
            "é e\u{301} ñ Ελλάδα Русский עברית العربية ไทยนี้ हिन्दी 한국어",
            "✓ ✗ ● ○ ⏸ ↺ ↷ ▶ … — 👍 ☺\u{fe0f}",
        ] {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_as_rust_writes_it() {
        for (text, shown) in [
            ("\x1b[2J", "\\x1b[2J"),
            ("a\rb\nc\td", "a\\rb\\nc\\td"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("\u{7f}", "\\x7f"),
            ("abc\u{202e}fed", "abc\\u{202e}fed"),
            ("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}"),
            ("a\u{2028}b", "a\\u{2028}b"),
            ("x\u{301}\u{301}\u{301}\u{301}\u{301}", "x\u{301}\u{301}\u{301}\u{301}\\u{301}"),
            ("\u{301}x", "\\u{301}x"),
            ("a\u{e0041}", "a\\u{e0041}"),
        ] {
            assert_eq!(line(text), shown);
        }
    }

    #[test]
    fn lines_end_where_people_end_them_and_nowhere_else() {
        let shown: Vec<String> = lines("a\tb\r\nc\rd\n").collect();
        assert_eq!(shown, ["a    b", "c\\rd", ""]);
    }

    #[test]
    fn json_means_the_same_and_steers_no_terminal() {
        let value = serde_json::json!({ "a\u{9b}": "\u{202e}\u{1b}[31m\n\u{e0001} 日本" });
        for text in [value.to_string(), format!("{value:#}")] {
            let shown = json(&text);
            assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).expect("JSON"), value);
            assert_eq!(shown.lines().count(), text.lines().count());
            assert!(!shown.contains(['\u{9b}', '\u{202e}', '\u{1b}', '\u{e0001}']), "{shown}");
        }
    }
}
