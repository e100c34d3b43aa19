//! The lines of a question that change while it is answered: drawn over in place, without an alternate screen.

use std::fs::File;
use std::io::Write;

use crate::world::width::width;

/// Lines at the bottom of the terminal that are drawn over.
pub(super) struct Region {
    terminal: File,
    /// The widths of the lines as drawn.
    widths: Vec<usize>,
    /// The row and column of the cursor in them.
    cursor: (usize, usize),
}

impl Region {
    /// An empty region where the cursor stands.
    pub(super) fn new(terminal: File) -> Self {
        Region { terminal, widths: Vec::new(), cursor: (0, 0) }
    }

    /// Draws `lines` in place of what was drawn, with the cursor at `row` and `column` of them.
    pub(super) fn draw(&mut self, lines: &[String], (row, column): (usize, usize), columns: usize) {
        let mut text = self.erased(columns);
        text.push_str(&lines.join("\r\n"));
        let up = lines.len().saturating_sub(1).saturating_sub(row);
        text.push('\r');
        if up > 0 {
            text.push_str(&format!("\x1b[{up}A"));
        }
        if column > 0 {
            text.push_str(&format!("\x1b[{column}C"));
        }
        self.widths = lines.iter().map(|line| width(&anstream::adapter::strip_str(line).to_string())).collect();
        self.cursor = (row, column);
        self.write(&text);
    }

    /// Writes `lines` in place of what was drawn; they stay.
    pub(super) fn leave(&mut self, lines: &[String], columns: usize) {
        let mut text = self.erased(columns);
        for line in lines {
            text.push_str(line);
            text.push_str("\r\n");
        }
        self.forget();
        self.write(&text);
    }

    /// Forgets what was drawn: the screen may hold anything now.
    pub(super) fn forget(&mut self) {
        self.widths.clear();
        self.cursor = (0, 0);
    }

    fn erased(&self, columns: usize) -> String {
        // A line drawn on a wider screen takes several rows of a narrower one.
        let columns = columns.max(1);
        let above: usize = self.widths.iter().take(self.cursor.0).map(|width| width.div_ceil(columns).max(1)).sum();
        let up = above + self.cursor.1 / columns;
        if up > 0 { format!("\r\x1b[{up}A\x1b[J") } else { "\r\x1b[J".to_owned() }
    }

    fn write(&mut self, text: &str) {
        // A terminal that went away is noticed where keys are read.
        drop(self.terminal.write_all(text.as_bytes()).and_then(|()| self.terminal.flush()));
    }
}
