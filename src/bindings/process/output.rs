//! What a program writes: shown line by line while it runs, kept up to a limit, and the last lines for a failure's text.
//!
//! Secrets are masked before anything is kept or cut, since the head of a secret would no longer be known for one.

use std::collections::VecDeque;

use crate::world::secrets::{Scan, Secrets};

/// The most of one line that is shown.
const LINE_MAX: usize = 8 << 10;

/// How many last lines are kept.
const LAST_LINES: usize = 20;

/// One stream of a program.
pub(super) struct Output<'a> {
    scan: Scan<'a>,
    safe: Vec<u8>,
    limit: usize,
    kept: Vec<u8>,
    seen: u64,
    line: Vec<u8>,
    line_overflows: bool,
    after_return: bool,
    last: VecDeque<String>,
}

impl<'a> Output<'a> {
    pub(super) fn new(limit: usize, secrets: &'a Secrets) -> Self {
        Output {
            scan: Scan::new(secrets),
            safe: Vec::new(),
            limit,
            kept: Vec::new(),
            seen: 0,
            line: Vec::new(),
            line_overflows: false,
            after_return: false,
            last: VecDeque::new(),
        }
    }

    /// Takes what came in; `show` gets each line that is whole.
    pub(super) fn take(&mut self, bytes: &[u8], show: &mut impl FnMut(String)) {
        let mut safe = std::mem::take(&mut self.safe);
        self.scan.take(bytes, &mut safe);
        self.keep(&safe, show);
        safe.clear();
        self.safe = safe;
    }

    /// Shows what is left of a last line without an end.
    pub(super) fn finish(&mut self, show: &mut impl FnMut(String)) {
        let mut safe = Vec::new();
        self.scan.finish(&mut safe);
        self.keep(&safe, show);
        if !self.line.is_empty() {
            self.end_line(show);
        }
    }

    /// What is kept.
    pub(super) fn text(&self) -> String {
        head(&self.kept, self.limit)
    }

    /// How many bytes are not kept.
    pub(super) fn dropped_bytes(&self) -> u64 {
        self.seen.saturating_sub(self.limit as u64)
    }

    /// The last lines.
    pub(super) fn last_lines(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.last.iter().map(String::as_str)
    }

    fn keep(&mut self, bytes: &[u8], show: &mut impl FnMut(String)) {
        self.seen = self.seen.saturating_add(bytes.len() as u64);
        let room = self.limit.saturating_sub(self.kept.len());
        self.kept.extend(bytes.iter().take(room));
        for byte in bytes {
            match byte {
                // The second half of `\r\n`.
                b'\n' if self.after_return => self.after_return = false,
                // A program that draws over its last line ends it with `\r`.
                b'\n' | b'\r' => {
                    self.after_return = *byte == b'\r';
                    self.end_line(show);
                }
                byte => {
                    self.after_return = false;
                    if self.line.len() < LINE_MAX { self.line.push(*byte) } else { self.line_overflows = true }
                }
            }
        }
    }

    fn end_line(&mut self, show: &mut impl FnMut(String)) {
        let mut text = head(&self.line, LINE_MAX);
        if self.line_overflows {
            text.push('…');
        }
        self.line.clear();
        self.line_overflows = false;
        if !text.trim().is_empty() {
            if self.last.len() == LAST_LINES {
                self.last.pop_front();
            }
            self.last.push_back(text.clone());
        }
        show(text);
    }
}

/// At most `limit` bytes of text from the head of `bytes`, which end with a whole character.
fn head(bytes: &[u8], limit: usize) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    // A character that was cut is shown as one of three bytes, and so is each byte that is none.
    text.truncate(text.floor_char_boundary(limit));
    if bytes.len() >= limit { text.trim_end_matches('\u{fffd}').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::model::secret::SecretRef;

    fn lines(secrets: &Secrets, pieces: &[&[u8]]) -> Vec<String> {
        let mut shown = Vec::new();
        let mut output = Output::new(100, secrets);
        for piece in pieces {
            output.take(piece, &mut |line| shown.push(line));
        }
        output.finish(&mut |line| shown.push(line));
        shown
    }

    #[test]
    fn lines_are_shown_whole_however_they_come_in() {
        let secrets = Secrets::new("n");
        let cases: [(&[&[u8]], &[&str]); 5] = [
            (&[b"one\ntw", b"o\n", b"three"], &["one", "two", "three"]),
            (&[b"10%\r20%\r", b"done\n"], &["10%", "20%", "done"]),
            (&[b"a\r", b"\nb\r\n\r\nc"], &["a", "b", "", "c"]),
            (&["日本".as_bytes().split_at(4).0, "日本".as_bytes().split_at(4).1, b"\n"], &["日本"]),
            (&[b"bad \xff byte\n"], &["bad \u{fffd} byte"]),
        ];
        for (pieces, expected) in cases {
            assert_eq!(lines(&secrets, pieces), expected);
        }
    }

    #[test]
    fn what_is_past_the_limit_is_counted_and_dropped() {
        let secrets = Secrets::new("n");
        let mut output = Output::new(10, &secrets);
        for _ in 0..1000 {
            output.take(&[b'x'; 1000], &mut |_| ());
        }
        assert_eq!((output.text().len(), output.dropped_bytes()), (10, 999_990));
        assert!(output.kept.len() <= 10 && output.line.len() <= LINE_MAX);
    }

    #[test]
    fn a_cut_never_falls_into_a_character_or_a_secret() {
        let secrets = Secrets::new("n");
        let reference = SecretRef { provider: "p".to_owned(), name: "s".to_owned() };
        let value = "a-rather-long-secret-value-that-takes-many-bytes";
        secrets.add(reference, Zeroizing::new(value.to_owned()));
        for limit in 0..300 {
            let mut output = Output::new(limit, &secrets);
            output.take(format!("日本 {value} and again {value}{value} 日本").repeat(2).as_bytes(), &mut |_| ());
            output.finish(&mut |_| ());
            let text = output.text();
            assert!(text.len() <= limit && !text.contains("a-rather") && !text.contains('\u{fffd}'), "{limit}: {text}");
        }
    }

    #[test]
    fn the_last_lines_are_at_hand_for_a_failure() {
        let secrets = Secrets::new("n");
        let mut output = Output::new(1, &secrets);
        for n in 0..50 {
            output.take(format!("line {n}\n\n").as_bytes(), &mut |_| ());
        }
        assert_eq!(output.last_lines().next_back(), Some("line 49"));
        assert_eq!(output.last_lines().count(), LAST_LINES);
    }
}
