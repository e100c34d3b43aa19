//! Foreign text inside Markdown: it stays text, whatever it holds.

use crate::world::escape;

/// Text on one line that no Markdown takes for anything else: control and bidirectional characters made visible, every character
/// with a meaning escaped (CommonMark §2.4).
#[must_use]
pub fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in escape::line(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // GitHub makes addresses and mentions of these wherever they stand.
            '@' => escaped.push_str("&#64;"),
            ':' => escaped.push_str("&#58;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '!' | '|' | '~' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text of ours with names of ours in it: only what would end a cell or a line is taken away.
#[must_use]
pub fn cell(text: &str) -> String {
    escape::line(text).replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_foreign_text_is_markdown() {
        let attack = "**x** [a](http://b) <script> `c` | @all\n# d \u{202e}e \x1b[31m";
        let escaped = text(attack);
        assert!(!escaped.contains('\n') && !escaped.contains('<') && !escaped.contains('\u{202e}'), "{escaped}");
        assert_eq!(escaped.matches("\\*").count(), 4);
        assert!(
            escaped.contains("\\|") && escaped.contains("&#64;all") && escaped.contains("http&#58;//b"),
            "{escaped}"
        );
    }
}
