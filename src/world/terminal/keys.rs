//! The keyboard while a question is on the screen: raw, without what was typed before, given back on every way out.

use std::fs::File;
use std::io::{self, Write};
use std::time::Duration;

use crossterm::event::{self, DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::Signal;
use rustix::termios::{QueueSelector, tcflush};
use tokio_util::sync::CancellationToken;

/// How often a waiting question looks whether it was taken back.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How long the library looks for what is there already. With no time at all it does not look (crossterm 0.29 with
/// `use-dev-tty`; its other source loses a key that comes together with a new size of the screen).
const A_MOMENT: Duration = Duration::from_millis(1);

/// What came from the keyboard, or instead of it.
pub(super) enum Heard {
    /// A key.
    Key(KeyCode, KeyModifiers),
    /// Text from the clipboard, in one piece.
    Pasted(String),
    /// The screen has another size.
    Resized,
    /// The program was stopped and continued; the screen may hold anything.
    Continued,
    /// The question was taken back.
    Withdrawn,
    /// The terminal is gone.
    Gone,
}

/// The keyboard in raw mode. Dropping it, also by a panic, gives the terminal back as it was.
pub(super) struct Keyboard {
    terminal: File,
}

impl Keyboard {
    /// Takes the keyboard and discards what was typed ahead.
    ///
    /// # Errors
    /// No terminal, or one that went away.
    pub(super) fn take(mut terminal: File) -> io::Result<Self> {
        enable_raw_mode()?;
        // Made before anything else can fail, so that the mode is given back.
        let pasting = crossterm::execute!(terminal, EnableBracketedPaste);
        let keyboard = Keyboard { terminal };
        pasting?;
        keyboard.discard()?;
        Ok(keyboard)
    }

    /// Discards what was typed and not yet heard: it was no answer to what is asked now.
    ///
    /// # Errors
    /// A terminal that went away.
    pub(super) fn discard(&self) -> io::Result<()> {
        tcflush(rustix::stdio::stdin(), QueueSelector::IFlush)?;
        loop {
            is_there(Duration::ZERO)?;
            if !event::poll(A_MOMENT)? {
                return Ok(());
            }
            event::read()?;
        }
    }

    /// Waits for the next key, until `cancel`.
    pub(super) fn hear(&mut self, cancel: &CancellationToken) -> Heard {
        loop {
            if cancel.is_cancelled() {
                return Heard::Withdrawn;
            }
            // What was read already comes first: it would not make the terminal readable again.
            match is_there(Duration::ZERO).and_then(|()| event::poll(A_MOMENT)) {
                Ok(true) => {}
                Ok(false) if is_there(LOOK_EVERY).is_ok() => continue,
                Ok(false) | Err(_) => return Heard::Gone,
            }
            match event::read() {
                Ok(Event::Key(key)) if key.kind == KeyEventKind::Release => {}
                Ok(Event::Key(key)) if key.code == KeyCode::Char('z') && key.modifiers == KeyModifiers::CONTROL => {
                    if self.stop_here().is_err() {
                        return Heard::Gone;
                    }
                    return Heard::Continued;
                }
                Ok(Event::Key(key)) => return Heard::Key(key.code, key.modifiers),
                Ok(Event::Paste(text)) => return Heard::Pasted(text),
                Ok(Event::Resize(..)) => return Heard::Resized,
                Ok(_) => {}
                Err(_) => return Heard::Gone,
            }
        }
    }

    /// Ctrl-Z: what a terminal in its usual mode would have done.
    fn stop_here(&mut self) -> io::Result<()> {
        crossterm::execute!(self.terminal, DisableBracketedPaste)?;
        disable_raw_mode()?;
        rustix::process::kill_current_process_group(Signal::TSTP)?;
        enable_raw_mode()?;
        crossterm::execute!(self.terminal, EnableBracketedPaste)
    }
}

/// Waits until something was typed, at most for `timeout`.
///
/// # Errors
/// A terminal that was closed. Asked before each look of the library, whose own reading of a closed terminal never ends
/// (crossterm 0.29 takes the end of input for "nothing yet" and reads again).
fn is_there(timeout: Duration) -> io::Result<()> {
    let stdin = rustix::stdio::stdin();
    let mut waited = [PollFd::new(&stdin, PollFlags::IN)];
    let timeout = Timespec::try_from(timeout).map_err(|_| io::ErrorKind::InvalidInput)?;
    match rustix::event::poll(&mut waited, Some(&timeout)) {
        // A signal: a new size, or the program was continued.
        Ok(_) | Err(rustix::io::Errno::INTR) => {}
        Err(error) => return Err(error.into()),
    }
    let closed = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    if waited.iter().any(|it| it.revents().intersects(closed)) { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        // Nothing more can be done for a terminal that is gone.
        drop(crossterm::execute!(self.terminal, DisableBracketedPaste));
        drop(self.terminal.flush());
        drop(disable_raw_mode());
    }
}
