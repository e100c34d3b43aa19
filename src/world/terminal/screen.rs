//! Writing that never fails a run: what people watch on standard error, results on standard output.
//!
//! A closed terminal, a broken pipe or a full disk is noted and otherwise ignored, since the run goes on or stops for its own
//! reasons. Below what was written may stand a *tail* of live lines that is drawn over; while a question is on the screen
//! nothing else is written, so that nobody can paint over it.

use std::io::{IsTerminal, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::looks::{Looks, Surroundings};
use super::patient::Patient;
use crate::messages::world as messages;
use crate::world::escape;
use crate::world::width::width;

/// How often a waiting question looks whether it was taken back.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The two streams of the program.
pub struct Screen {
    looks: Looks,
    size: Size,
    state: Mutex<State>,
    asked: Condvar,
}

enum Size {
    Terminal,
    Fixed { columns: usize, rows: usize },
}

struct State {
    watched: Box<dyn Write + Send>,
    results: Box<dyn Write + Send>,
    /// Whether results appear between what people watch.
    results_on_terminal: bool,
    tail: Vec<String>,
    /// The widths of the tail's lines as they were drawn.
    drawn: Vec<usize>,
    asking: bool,
    held: Vec<Held>,
    lost: Option<String>,
}

enum Held {
    Watched(String),
    Result(String),
}

/// While this lives, a question is on the screen, and everything else waits.
pub struct Asking<'a>(&'a Screen);

impl Screen {
    /// The screen of this process.
    #[must_use]
    pub fn standard(looks: Looks) -> Self {
        let on_terminal = std::io::stdout().is_terminal();
        let watched = Patient::standard_error(std::io::stderr().is_terminal());
        Self::with(looks, Size::Terminal, Box::new(watched), Box::new(std::io::stdout()), on_terminal)
    }

    /// A screen of a fixed size on other streams.
    #[must_use]
    pub fn on(
        looks: Looks,
        columns: usize,
        rows: usize,
        watched: Box<dyn Write + Send>,
        results: Box<dyn Write + Send>,
    ) -> Self {
        Self::with(looks, Size::Fixed { columns, rows }, watched, results, false)
    }

    fn with(
        looks: Looks,
        size: Size,
        watched: Box<dyn Write + Send>,
        results: Box<dyn Write + Send>,
        results_on_terminal: bool,
    ) -> Self {
        let state = State {
            watched,
            results,
            results_on_terminal,
            tail: Vec::new(),
            drawn: Vec::new(),
            asking: false,
            held: Vec::new(),
            lost: None,
        };
        Screen { looks, size, state: Mutex::new(state), asked: Condvar::new() }
    }

    /// How things look on it.
    #[must_use]
    pub fn looks(&self) -> Looks {
        self.looks
    }

    /// Its width in columns now.
    #[must_use]
    pub fn columns(&self) -> usize {
        match self.size {
            Size::Fixed { columns, .. } => columns,
            Size::Terminal => Surroundings {
                variable: &|name| std::env::var(name).ok(),
                is_terminal: true,
                columns: terminal_size().map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0),
            }
            .width(),
        }
    }

    /// From which width on a line that was drawn takes more rows than one.
    fn row_width(&self) -> usize {
        if self.looks.keeps_rows { usize::MAX } else { self.columns() }
    }

    /// Its height in rows now.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self.size {
            Size::Fixed { rows, .. } => rows,
            Size::Terminal => {
                terminal_size().map(|size| usize::from(size.ws_row)).filter(|rows| *rows > 0).unwrap_or(24)
            }
        }
    }

    /// Writes a line that people watch. It stays.
    pub fn watch(&self, line: &str) {
        let mut state = self.state();
        let tail = state.tail.clone();
        self.put(&mut state, &[line.to_owned()], tail);
    }

    /// Writes lines that stay, and replaces the live ones below them.
    pub fn show(&self, lines: &[String], tail: Vec<String>) {
        let mut state = self.state();
        self.put(&mut state, lines, tail);
    }

    /// Writes `text` to standard output as it is.
    pub fn result(&self, text: &str) {
        let mut state = self.state();
        if !state.results_on_terminal {
            state.write_result(text);
        } else if state.asking {
            state.held.push(Held::Result(text.to_owned()));
        } else {
            let erase = state.erase(self.row_width());
            state.write_watched(&erase);
            state.write_result(text);
            let draw = self.drawn(&mut state);
            state.write_watched(&draw);
        }
    }

    /// Writes text that is not ours to standard output: as it is for a program that reads it, made harmless for a person.
    pub fn foreign(&self, text: &str) {
        let on_terminal = self.state().results_on_terminal;
        if on_terminal {
            self.result(&escape::lines(text).collect::<Vec<_>>().join("\n"));
        } else {
            self.result(text);
        }
    }

    /// Replaces the live lines. Where lines can't be drawn over, there are none.
    pub fn tail(&self, lines: Vec<String>) {
        self.show(&[], lines);
    }

    /// Takes the screen for a question; nothing when it was cancelled before the one before was answered.
    #[must_use]
    pub fn ask(&self, cancel: &CancellationToken) -> Option<Asking<'_>> {
        let mut state = self.state();
        while state.asking {
            if cancel.is_cancelled() {
                return None;
            }
            state = self.asked.wait_timeout(state, LOOK_EVERY).unwrap_or_else(PoisonError::into_inner).0;
        }
        if cancel.is_cancelled() {
            return None;
        }
        let erase = state.erase(self.row_width());
        state.write_watched(&erase);
        state.asking = true;
        Some(Asking(self))
    }

    /// Why results were lost, if any were; not where their reader went away, which wanted no more.
    #[must_use]
    pub fn lost(&self) -> Option<String> {
        self.state().lost.clone()
    }

    fn put(&self, state: &mut State, lines: &[String], tail: Vec<String>) {
        let tail = if self.looks.redraws { tail } else { Vec::new() };
        if lines.is_empty() && state.tail == tail {
            return;
        }
        if state.asking {
            state.held.extend(lines.iter().cloned().map(Held::Watched));
            state.tail = tail;
            return;
        }
        let mut text = state.erase(self.row_width());
        for line in lines {
            text.push_str(line);
            text.push('\n');
        }
        state.tail = tail;
        text.push_str(&self.drawn(state));
        state.write_watched(&text);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The live lines as they are to be written, as many as fit; notes how wide they are.
    fn drawn(&self, state: &mut State) -> String {
        let room = self.rows().saturating_sub(1).max(1);
        let lines = state.tail.get(state.tail.len().saturating_sub(room)..).unwrap_or_default().to_vec();
        state.drawn = lines.iter().map(|line| width(&anstream::adapter::strip_str(line).to_string())).collect();
        lines.iter().fold(String::new(), |text, line| text + line.as_str() + "\n")
    }

    fn answered(&self) {
        let mut state = self.state();
        state.asking = false;
        for held in std::mem::take(&mut state.held) {
            match held {
                Held::Watched(line) => state.write_watched(&format!("{line}\n")),
                Held::Result(text) => state.write_result(&text),
            }
        }
        let draw = self.drawn(&mut state);
        state.write_watched(&draw);
        drop(state);
        self.asked.notify_all();
    }
}

/// The size of the terminal on standard error, if there is one. Asked of the system alone: the terminal library starts a program
/// (`tput`) where this fails.
fn terminal_size() -> Option<rustix::termios::Winsize> {
    rustix::termios::tcgetwinsize(rustix::stdio::stderr()).ok()
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.answered();
    }
}

impl State {
    /// What takes the live lines off the screen. A line drawn on a wider screen takes several rows of a narrower one.
    fn erase(&mut self, columns: usize) -> String {
        let rows: usize = self.drawn.iter().map(|width| width.div_ceil(columns.max(1)).max(1)).sum();
        self.drawn.clear();
        if rows == 0 { String::new() } else { format!("\r\x1b[{rows}A\x1b[J") }
    }

    fn write_watched(&mut self, text: &str) {
        // Where nobody can watch, nobody can be told either.
        let _seen = self.watched.write_all(text.as_bytes()).and_then(|()| self.watched.flush());
    }

    fn write_result(&mut self, text: &str) {
        let written = self.results.write_all(text.as_bytes()).and_then(|()| self.results.flush());
        if let Err(error) = written
            && error.kind() != std::io::ErrorKind::BrokenPipe
        {
            self.lost.get_or_insert_with(|| messages::cannot_be_written(messages::standard_output(), &error));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Paper {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().expect("unpoisoned").clone()).expect("text")
        }

        fn screen(&self, columns: u16, rows: u16) -> String {
            let size = |n| std::num::NonZero::new(n).expect("a size");
            let mut parser = vt100::Parser::new(size(rows), size(columns), 100);
            parser.process(self.text().replace('\n', "\r\n").as_bytes());
            parser.screen().contents()
        }
    }

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("unpoisoned").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::from_raw_os_error(5))
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn drawing(rows: usize) -> (Screen, Paper, Paper) {
        let (watched, results) = (Paper::default(), Paper::default());
        let looks = Looks { redraws: true, ..Looks::default() };
        let screen = Screen::on(looks, 40, rows, Box::new(watched.clone()), Box::new(results.clone()));
        (screen, watched, results)
    }

    #[test]
    fn lines_that_stay_go_above_the_live_ones() {
        let (screen, watched, _) = drawing(10);
        screen.tail(vec!["● one".to_owned(), "○ two".to_owned()]);
        screen.watch("✓ zero");
        screen.tail(vec!["○ two".to_owned()]);
        screen.watch("✓ one");
        screen.tail(Vec::new());
        assert_eq!(watched.screen(40, 10), "✓ zero\n✓ one");
    }

    #[test]
    fn nothing_is_written_while_a_question_is_on_the_screen_and_nothing_is_lost() {
        let (screen, watched, _) = drawing(10);
        screen.tail(vec!["● live".to_owned()]);
        let asking = screen.ask(&CancellationToken::new()).expect("the screen is free");
        let before = watched.text();
        assert_eq!(watched.screen(40, 10), "");
        screen.watch("said meanwhile");
        screen.tail(vec!["● still live".to_owned()]);
        assert_eq!(watched.text(), before);
        let cancelled = CancellationToken::new();
        cancelled.cancel();
        assert!(screen.ask(&cancelled).is_none());
        drop(asking);
        assert_eq!(watched.screen(40, 10), "said meanwhile\n● still live");
    }

    #[test]
    fn more_live_lines_than_rows_leave_what_stands_above_alone() {
        let (screen, watched, _) = drawing(4);
        for n in 0..6 {
            screen.tail((0..=n).map(|i| format!("live {i}")).collect());
        }
        screen.tail(Vec::new());
        screen.watch("the end");
        assert_eq!(watched.screen(40, 4), "the end");
    }

    #[test]
    fn a_terminal_that_went_away_stops_nothing_and_results_that_are_lost_are_noted() {
        let screen = Screen::on(Looks::default(), 80, 24, Box::new(Closed), Box::new(Closed));
        screen.watch("to nobody");
        assert_eq!(screen.lost(), None);
        screen.result("to nobody either");
        let lost = screen.lost().expect("noted");
        assert!(lost.starts_with("standard output can't be written"), "{lost}");
    }

    #[test]
    fn results_are_apart_from_what_people_watch() {
        let (screen, watched, results) = drawing(10);
        screen.watch("seen");
        screen.result("{}\n");
        assert_eq!((watched.text().as_str(), results.text().as_str()), ("seen\n", "{}\n"));
    }
}
