//! One line of text while it is typed: edited by character as people see them, shown through the escaper.

use crossterm::event::{KeyCode, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;
use zeroize::Zeroizing;

use crate::world::escape;
use crate::world::width::{prefix, width};

/// A line being typed. Wiped when it is dropped, since it may be a secret.
#[derive(Default)]
pub(super) struct Line {
    text: Zeroizing<String>,
    /// Where the cursor stands, in bytes, between characters.
    at: usize,
}

impl Line {
    /// What was typed.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing was typed.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Forgets what was typed.
    pub(super) fn clear(&mut self) {
        *self = Line::default();
    }

    /// Puts `text` in at the cursor; of several lines only the first, since a line is asked for.
    pub(super) fn insert(&mut self, text: &str) {
        let first = text.split(['\n', '\r']).next().unwrap_or_default();
        // A new buffer each time, so that no unwiped copy of a secret is left behind by one that grew.
        let mut longer = Zeroizing::new(String::with_capacity(self.text.len() + first.len()));
        longer.push_str(self.before());
        longer.push_str(first);
        longer.push_str(self.after());
        self.text = longer;
        self.at += first.len();
    }

    /// Does what a key means to a line; says whether it meant anything.
    pub(super) fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) -> bool {
        match (code, modifiers.contains(KeyModifiers::CONTROL)) {
            (KeyCode::Char('a'), true) | (KeyCode::Home, _) => self.at = 0,
            (KeyCode::Char('e'), true) | (KeyCode::End, _) => self.at = self.text.len(),
            (KeyCode::Char('b'), true) | (KeyCode::Left, _) => self.at = self.left(),
            (KeyCode::Char('f'), true) | (KeyCode::Right, _) => self.at = self.right(),
            (KeyCode::Char('u'), true) => self.remove(0, self.at),
            (KeyCode::Char('k'), true) => self.remove(self.at, self.text.len()),
            (KeyCode::Char('w'), true) => self.remove(self.word(), self.at),
            (KeyCode::Char('h'), true) | (KeyCode::Backspace, _) => self.remove(self.left(), self.at),
            (KeyCode::Delete, _) => self.remove(self.at, self.right()),
            (KeyCode::Char(c), false) if !modifiers.contains(KeyModifiers::ALT) => {
                self.insert(c.encode_utf8(&mut [0; 4]));
            }
            _ => return false,
        }
        true
    }

    /// The part around the cursor that fits `columns` columns, escaped, and the column of the cursor in it.
    pub(super) fn window(&self, columns: usize) -> (String, usize) {
        let before = escape::line(self.before());
        let after = escape::line(self.after());
        // The cursor itself needs a column, so that a full line does not wrap.
        let room = columns.saturating_sub(1);
        let mut shown = before.as_ref();
        while width(shown) > room {
            let Some(first) = shown.graphemes(true).next() else { break };
            shown = &shown[first.len()..];
        }
        let cursor = width(shown);
        let rest = &after[..prefix(&after, room - cursor.min(room))];
        (format!("{shown}{rest}"), cursor)
    }

    fn before(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }

    fn after(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn left(&self) -> usize {
        self.at - self.before().graphemes(true).next_back().map_or(0, str::len)
    }

    fn right(&self) -> usize {
        self.at + self.after().graphemes(true).next().map_or(0, str::len)
    }

    /// The beginning of the word before the cursor.
    fn word(&self) -> usize {
        let before = self.before().trim_end();
        before
            .rfind(char::is_whitespace)
            .map_or(0, |space| space + before[space..].chars().next().map_or(0, char::len_utf8))
    }

    fn remove(&mut self, from: usize, to: usize) {
        let mut shorter = Zeroizing::new(String::with_capacity(self.text.len()));
        shorter.push_str(self.text.get(..from).unwrap_or_default());
        shorter.push_str(self.text.get(to..).unwrap_or_default());
        self.text = shorter;
        self.at = from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: KeyModifiers = KeyModifiers::NONE;
    const CTRL: KeyModifiers = KeyModifiers::CONTROL;

    fn typed(text: &str) -> Line {
        let mut line = Line::default();
        for c in text.chars() {
            assert!(line.press(KeyCode::Char(c), NONE));
        }
        line
    }

    #[test]
    fn a_key_takes_a_whole_character_away() {
        for (text, left) in [("状態", "状"), ("e\u{301}", ""), ("か\u{3099}き\u{3099}", "か\u{3099}"), ("", "")] {
            let mut line = typed(text);
            line.press(KeyCode::Backspace, NONE);
            assert_eq!(line.text(), left, "{text}");
        }
    }

    #[test]
    fn the_usual_keys_move_and_delete() {
        let mut line = typed("one 二つ three");
        line.press(KeyCode::Char('w'), CTRL);
        assert_eq!(line.text(), "one 二つ ");
        line.press(KeyCode::Char('w'), CTRL);
        assert_eq!(line.text(), "one ");
        line.press(KeyCode::Home, NONE);
        line.press(KeyCode::Right, NONE);
        line.press(KeyCode::Delete, NONE);
        assert_eq!(line.text(), "oe ");
        line.press(KeyCode::Char('k'), CTRL);
        line.insert("k\nnot this");
        assert_eq!(line.text(), "ok");
        line.press(KeyCode::Char('u'), CTRL);
        assert!(line.is_empty());
    }

    #[test]
    fn the_cursor_stands_where_the_next_character_will_come() {
        let mut line = typed("現在の状態を確認");
        assert_eq!(line.window(40), ("現在の状態を確認".to_owned(), 16));
        assert_eq!(line.window(9), ("態を確認".to_owned(), 8));
        line.press(KeyCode::Home, NONE);
        assert_eq!(line.window(9), ("現在の状".to_owned(), 0));
    }

    #[test]
    fn what_was_pasted_is_shown_escaped() {
        let mut line = Line::default();
        line.insert("a\u{202e}b\x1b[2J");
        assert_eq!(line.window(40).0, "a\\u{202e}b\\x1b[2J");
    }
}
