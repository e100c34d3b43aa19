//! What is learned while one request is on its way: when each part was done, whom we met, why we turned back. The hooks in
//! name lookup, TLS and connection write it; the answer and the failure are told from it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustls::CertificateError;
use rustls::pki_types::CertificateDer;

use crate::world::address::Forbidden;
use crate::world::clock::{Clock, SystemClock};

/// What is learned while one request is on its way.
#[derive(Debug, Default)]
pub struct Facts {
    /// When the request was begun.
    pub begun: Duration,
    /// How long the name took; absent when there was none to look up.
    pub dns: Option<Duration>,
    /// When TCP stood and TLS began.
    pub handshake_begun: Option<Duration>,
    /// When the connection was ready; from then on the request may have been sent.
    pub connected: Option<Duration>,
    /// When the head of the answer was there.
    pub answered: Option<Duration>,
    /// The status, once the head of the answer was there.
    pub status: Option<u16>,
    /// The address of the other side.
    pub remote: Option<SocketAddr>,
    /// The certificates that the server showed, its own first.
    pub chain: Vec<CertificateDer<'static>>,
    /// Why its certificate was not accepted.
    pub certificate_error: Option<CertificateError>,
    /// Why we don't go to the address that the name has.
    pub forbidden: Option<Forbidden>,
    /// Why the name has no address.
    pub no_address: Option<String>,
}

/// The facts of the request that is on its way.
#[derive(Clone, Debug, Default)]
pub struct Record(Arc<Mutex<Facts>>);

impl Record {
    /// Forgets all, for the next request.
    pub fn begin(&self) {
        *self.facts() = Facts { begun: now(), ..Facts::default() };
    }

    /// The facts, to read and to write.
    pub fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time that the facts are measured in. The hooks outlive the borrow of the run's clock; the live world's is this one.
pub fn now() -> Duration {
    SystemClock.monotonic()
}
