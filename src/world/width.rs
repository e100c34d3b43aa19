//! How wide text is on a screen, in columns: Japanese takes two a character, marks none. For text that was escaped before.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The columns that `text` takes.
#[must_use]
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// `text` in at most `columns` columns; what was cut off is replaced by `ellipsis`, as far as there is room for it.
#[must_use]
pub fn truncate<'a>(text: &'a str, columns: usize, ellipsis: &str) -> Cow<'a, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    match columns.checked_sub(width(ellipsis)) {
        Some(room) => Cow::Owned(format!("{}{ellipsis}", &text[..prefix(text, room)])),
        None => Cow::Borrowed(&text[..prefix(text, columns)]),
    }
}

/// `text` with spaces after it up to `columns` columns; longer text stays as it is.
#[must_use]
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// `text` with spaces before it up to `columns` columns; longer text stays as it is.
#[must_use]
pub fn pad_left(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// `text` in lines of at most `columns` columns, broken where its language allows, and anywhere when it must be. Nothing but
/// spaces at a line's end is lost.
#[must_use]
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    // What is joined by hyphens may be broken where Unicode allows it (UAX 14), so not in a date.
    let options = textwrap::Options::new(columns.max(2)).word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).into_iter().map(Cow::into_owned).collect()
}

/// The length in bytes of the longest beginning of `text` that takes at most `columns` columns and cuts no character.
#[must_use]
pub fn prefix(text: &str, columns: usize) -> usize {
    let mut end = 0;
    let mut used = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        used += width(cluster);
        if used > columns {
            break;
        }
        end = at + cluster.len();
    }
    end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::world::escape;

    #[test]
    fn text_is_cut_by_column_and_not_through_a_character() {
        for (text, columns, cut) in [
            ("abcdef", 6, "abcdef"),
            ("abcdef", 5, "abcd…"),
            ("現在の状態", 10, "現在の状態"),
            ("現在の状態", 9, "現在の状…"),
            ("現在の状態", 8, "現在の…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("ab", 1, "…"),
            ("ab", 0, ""),
        ] {
            assert_eq!(truncate(text, columns, "…"), cut, "{text} in {columns}");
        }
        assert_eq!(truncate("abcdef", 5, "..."), "ab...");
        assert_eq!(truncate("abcdef", 2, "..."), "ab");
    }

    #[test]
    fn padding_counts_columns() {
        assert_eq!(pad("状態", 6), "状態  ");
        assert_eq!(pad_left("1.2s", 6), "  1.2s");
        assert_eq!(pad("too long", 3), "too long");
    }

    proptest! {
        #[test]
        fn no_text_is_wider_than_it_was_cut_or_wrapped_to(text in "\\PC{0,40}", columns in 2_usize..60) {
            let shown = escape::line(&text);
            prop_assert!(width(&truncate(&shown, columns, "…")) <= columns);
            for line in wrap(&shown, columns) {
                prop_assert!(width(&line) <= columns, "{line:?} in {columns}");
            }
        }
    }
}
