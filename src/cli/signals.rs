//! Ctrl-C, termination and hang-up: the first asks the run to stop at a safe point, the second ends it now.

use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use crate::engine::stop::{Stop, StopSwitch};
use crate::messages::command_line as messages;
use crate::messages::standing;
use crate::model::code::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::run::StopKind;
use crate::world::terminal::Screen;

/// A file that grows past a limit must be an error that the journal reports, not the end of the process.
const SIGXFSZ: i32 = 25;

/// Listens until the process ends.
pub async fn listen(switch: Arc<StopSwitch>, screen: Arc<Screen>) {
    let _ignored = signal(SignalKind::from_raw(SIGXFSZ));
    let (Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()), signal(SignalKind::hangup()))
    else {
        return;
    };
    let mut times = 0;
    loop {
        let (kind, word) = tokio::select! {
            _ = interrupt.recv() => (StopKind::Interrupted, standing::interrupted()),
            _ = terminate.recv() => (StopKind::Terminated, messages::told_to_terminate()),
            _ = hangup.recv() => (StopKind::HungUp, messages::the_terminal_went_away()),
        };
        times += 1;
        if times == 1 {
            screen.watch(&screen.looks().own(messages::stopping()));
            switch.stop(Stop { kind, diagnostic: Diagnostic::error(Code::Interrupted, word) });
        } else {
            screen.watch(&messages::ending_now());
            switch.cancel_calls();
        }
    }
}
