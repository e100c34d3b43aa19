//! TLS as a server speaks it. A handshake tells the certificates; what else the server would speak is found by offering it.

mod certificate;
mod door;
mod handshake;
mod hello;
mod inspect;
mod offers;
mod stapled;
mod verdict;

use crate::binding::Declaration;

/// The functions of `tls::`.
#[must_use]
pub fn declarations() -> Vec<Declaration> {
    vec![Declaration::read::<inspect::Inspect>()]
}
