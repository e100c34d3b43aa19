//! The real program in a pseudo-terminal.

use std::io::Write as _;
use std::num::NonZero;
use std::process::Command;
use std::time::Duration;

use expectrl::session::OsSession;

pub struct Terminal {
    pub session: OsSession,
    parser: vt100::Parser,
    pub raw: Vec<u8>,
}

impl Terminal {
    /// The same command with the terminal for its three streams.
    pub fn of(asked: &Command) -> Self {
        let mut command = Command::new(asked.get_program());
        command.args(asked.get_args()).current_dir(asked.get_current_dir().expect("a folder")).env_clear();
        command.envs(asked.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("TERM", "xterm-256color");
        let mut session = OsSession::spawn(command).expect("starts");
        session.get_process_mut().set_window_size(100, 40).expect("a size");
        let size = |n| NonZero::new(n).expect("a size");
        Terminal { session, parser: vt100::Parser::new(size(40), size(100), 200), raw: Vec::new() }
    }

    pub fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    /// Reads until the screen shows `text`, or to the end when there is none.
    pub fn see(&mut self, text: &str) {
        self.read(|terminal| terminal.screen().contains(text));
        assert!(self.screen().contains(text), "`{text}` never came; the screen is:\n{}", self.screen());
    }

    /// Reads to the end and gives the exit code; a signal is its number, negative.
    pub fn end(&mut self) -> i32 {
        self.read(|_| false);
        match self.session.get_process_mut().wait().expect("ends") {
            expectrl::process::unix::WaitStatus::Exited(_, code) => code,
            expectrl::process::unix::WaitStatus::Signaled(_, signal, _) => -(signal as i32),
            other => panic!("{other:?}"),
        }
    }

    fn read(&mut self, done: impl Fn(&Self) -> bool) {
        let mut buffer = [0; 4096];
        for _ in 0..6000 {
            if done(self) {
                return;
            }
            match self.session.try_read(&mut buffer) {
                Ok(0) => return,
                Ok(read) => {
                    self.parser.process(&buffer[..read]);
                    self.raw.extend_from_slice(&buffer[..read]);
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(_) => return,
            }
        }
    }

    pub fn press(&mut self, keys: &str) {
        self.session.write_all(keys.as_bytes()).expect("typed");
        self.session.flush().expect("typed");
    }
}
