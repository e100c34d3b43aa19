//! A way to the counting server that lets the first who comes wait at the door and then turns it away: a moment, as long as the
//! test needs, in which a request is under way and nothing was done.

use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Longest wait for the first who comes.
const WAIT_MAX: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Door {
    Open,
    /// Nobody has come yet.
    Shut,
    /// Somebody stands before it.
    Knocked,
}

/// A door that leads to a server. Its threads end with the test's process.
pub struct Gate {
    address: SocketAddr,
    door: Arc<(Mutex<Door>, Condvar)>,
}

impl Gate {
    /// A door to `server`; when it is `shut`, the first connection never gets through.
    pub fn to(server: SocketAddr, shut: bool) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let door = Arc::new((Mutex::new(if shut { Door::Shut } else { Door::Open }), Condvar::new()));
        let at_door = Arc::clone(&door);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let (state, changed) = &*at_door;
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                if *state == Door::Shut {
                    *state = Door::Knocked;
                    changed.notify_all();
                    // Held until the door opens, then closed with what was sent unread.
                    let opened = changed.wait_while(state, |door| *door != Door::Open);
                    drop(opened.unwrap_or_else(PoisonError::into_inner));
                    continue;
                }
                drop(state);
                let Ok(beyond) = TcpStream::connect(server) else { return };
                let (Ok(from), Ok(to)) = (stream.try_clone(), beyond.try_clone()) else { return };
                thread::spawn(move || carry(from, beyond));
                thread::spawn(move || carry(to, stream));
            }
        });
        Gate { address, door }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns once somebody stands before the door.
    pub fn wait(&self) {
        let (state, changed) = &*self.door;
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = changed.wait_timeout_while(state, WAIT_MAX, |door| *door != Door::Knocked);
        assert!(!waited.unwrap_or_else(PoisonError::into_inner).1.timed_out(), "nobody came to the door");
    }

    pub fn open(&self) {
        let (state, changed) = &*self.door;
        *state.lock().unwrap_or_else(PoisonError::into_inner) = Door::Open;
        changed.notify_all();
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream) {
    // One side that hangs up is what such a test is about.
    let _: io::Result<u64> = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
