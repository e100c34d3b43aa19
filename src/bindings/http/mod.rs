//! HTTP: one file per function. A request is made once, over a connection of its own, with limits on time, size and redirects;
//! any status is a result. What is shared: the request and its options, where it goes and may not go, what is learned on the
//! way, the answer, and why there is none.

mod client;
mod delete;
mod exchange;
mod get;
mod head;
mod lost;
mod names;
mod options;
mod post;
mod put;
mod record;
mod request;
mod response;
mod target;
mod tls_facts;
mod trust;

pub use names::Names;

use crate::binding::Declaration;

/// The functions of `http::`.
#[must_use]
pub fn declarations() -> Vec<Declaration> {
    vec![
        Declaration::read::<get::Get>(),
        Declaration::read::<head::Head>(),
        Declaration::ensure::<put::Put>(),
        Declaration::change::<post::Post>(),
        Declaration::destroy::<delete::Delete>(),
    ]
}
