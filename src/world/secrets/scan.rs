//! Masks secrets in what leaves: a text at once, or a stream as it comes.

use std::ops::Range;

use super::Secrets;
use super::table::{Owner, Recent, Table, and_then, is_line_end};

/// `text` with the secrets in it masked; nothing when there are none.
pub(super) fn masked(table: &Table, text: &str) -> Option<String> {
    replaced(table, text, Table::mark)
}

/// `text` with `mark` in place of the secrets in it; nothing when there are none.
pub(super) fn replaced(table: &Table, text: &str, mark: fn(&Table, Owner) -> &str) -> Option<String> {
    let found = find(table, text.as_bytes());
    if found.is_empty() {
        return None;
    }
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for (range, owner) in found {
        // A piece may begin or end within a character.
        let (start, end) = (text.floor_char_boundary(range.start).max(at), text.ceil_char_boundary(range.end));
        masked.push_str(text.get(at..start).unwrap_or_default());
        let mark = mark(table, owner);
        for line in text.get(start..end).unwrap_or_default().split_inclusive(['\n', '\r']) {
            let kept = line.trim_start_matches(|c| !matches!(c, '\n' | '\r'));
            if kept.len() < line.len() {
                masked.push_str(mark);
            }
            masked.push_str(kept);
        }
        at = end;
    }
    masked.push_str(text.get(at..).unwrap_or_default());
    Some(masked)
}

/// Where secrets stand, in order.
fn find(table: &Table, bytes: &[u8]) -> Vec<(Range<usize>, Owner)> {
    let mut found: Vec<(Range<usize>, Owner)> = Vec::new();
    if table.is_empty() {
        return found;
    }
    let (mut recent, mut seen): (Recent, usize) = (0, 0);
    for (at, byte) in bytes.iter().enumerate() {
        if is_line_end(*byte) {
            continue;
        }
        recent = and_then(recent, *byte);
        seen += 1;
        let Some((length, owner)) = table.ends(recent, seen) else { continue };
        let start = start_of(bytes.get(..=at).unwrap_or_default(), length);
        match found.last_mut() {
            Some((last, _)) if start <= last.end => {
                last.start = last.start.min(start);
                last.end = at + 1;
            }
            _ => found.push((start..at + 1, owner)),
        }
    }
    found
}

/// Where the last `length` bytes begin, line ends not counted; the beginning when there are fewer.
fn start_of(bytes: &[u8], length: usize) -> usize {
    let mut counted = bytes.iter().enumerate().rev().filter(|(_, byte)| !is_line_end(**byte));
    counted.nth(length.saturating_sub(1)).map_or(0, |(at, _)| at)
}

/// Masks a stream. It lets out what can't be part of a secret any more, and keeps the rest until more comes.
pub struct Scan<'a> {
    secrets: &'a Secrets,
    recent: Recent,
    seen: usize,
    kept: Vec<(u8, Option<Owner>)>,
    /// The mask that was written last, when nothing has come after it.
    masking: bool,
}

impl<'a> Scan<'a> {
    /// At the beginning of a stream.
    #[must_use]
    pub fn new(secrets: &'a Secrets) -> Self {
        Scan { secrets, recent: 0, seen: 0, kept: Vec::new(), masking: false }
    }

    /// Takes what came; `out` gets what may leave now.
    pub fn take(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let table = self.secrets.table();
        if table.is_empty() && self.kept.is_empty() {
            out.extend_from_slice(bytes);
            return;
        }
        for byte in bytes {
            self.kept.push((*byte, None));
            if is_line_end(*byte) {
                continue;
            }
            self.recent = and_then(self.recent, *byte);
            self.seen += 1;
            if let Some((length, owner)) = table.ends(self.recent, self.seen) {
                self.mark(length, owner);
            }
        }
        let at_line_end = bytes.last().is_some_and(|byte| is_line_end(*byte));
        if table.may_go_on(self.recent, self.seen, at_line_end) {
            let undecided = self.start_of_last(super::table::WINDOW - 1);
            // What is masked already stays so, whatever comes; and a line end stays a line end.
            let rest = self.kept.iter().skip(undecided);
            let decided = rest.take_while(|(byte, masked)| masked.is_some() || is_line_end(*byte)).count();
            self.let_out(undecided + decided, &table, out);
        } else {
            self.let_out(self.kept.len(), &table, out);
        }
    }

    /// Lets out the rest, at the end of the stream.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        let table = self.secrets.table();
        self.let_out(self.kept.len(), &table, out);
    }

    /// Masks the last `length` bytes, and the line ends between them.
    fn mark(&mut self, length: usize, owner: Owner) {
        let start = self.start_of_last(length);
        for (_, masked) in self.kept.iter_mut().skip(start) {
            masked.get_or_insert(owner);
        }
    }

    fn start_of_last(&self, length: usize) -> usize {
        let mut counted = self.kept.iter().enumerate().rev().filter(|(_, (byte, _))| !is_line_end(*byte));
        counted.nth(length.saturating_sub(1)).map_or(0, |(at, _)| at)
    }

    fn let_out(&mut self, count: usize, table: &Table, out: &mut Vec<u8>) {
        for (byte, masked) in self.kept.drain(..count) {
            match masked {
                // A line end stays, and what is masked after it is masked anew: as many lines come out as went in.
                Some(owner) if !is_line_end(byte) => {
                    if !self.masking {
                        out.extend_from_slice(table.mark(owner).as_bytes());
                    }
                    self.masking = true;
                }
                _ => {
                    out.push(byte);
                    self.masking = false;
                }
            }
        }
    }
}
