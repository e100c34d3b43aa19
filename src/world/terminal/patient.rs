//! Standard error, written with a patience that ends: whoever holds the other end of a full pipe and does not read must not hold up
//! a run. A terminal is waited for: somebody who stops it with Ctrl-S wants to read.

use std::io::{self, Write};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::messages::command_line as messages;

/// How long a reader is waited for. One that did not read in this time is not waited for again until it does.
const PATIENCE: Timespec = Timespec { tv_sec: 5, tv_nsec: 0 };

/// A pipe that can be written to takes this much without waiting (`PIPE_BUF`, pipe(7)).
const PIECE: usize = 4096;

/// Standard error.
pub(super) struct Patient {
    stream: io::Stderr,
    waits: bool,
    gave_up: bool,
}

impl Patient {
    /// Standard error of this process; a terminal is waited for.
    pub(super) fn standard_error(is_terminal: bool) -> Self {
        Patient { stream: io::stderr(), waits: is_terminal, gave_up: false }
    }

    fn can_be_written(&self) -> bool {
        let patience = if self.gave_up { Timespec { tv_sec: 0, tv_nsec: 0 } } else { PATIENCE };
        // What is wrong with it is told by the write.
        poll(&mut [PollFd::new(&self.stream, PollFlags::OUT)], Some(&patience)) != Ok(0)
    }
}

impl Write for Patient {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.waits {
            return self.stream.write(bytes);
        }
        if !self.can_be_written() {
            self.gave_up = true;
            return Err(io::ErrorKind::TimedOut.into());
        }
        if self.gave_up {
            self.gave_up = false;
            // What was written last may have ended within a line.
            self.stream.write_all(format!("\n{}\n", messages::output_left_out()).as_bytes())?;
        }
        self.stream.write(bytes.get(..PIECE).unwrap_or(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
