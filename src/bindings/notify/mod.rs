//! Messages to people elsewhere. That one does not arrive is a result and fails nothing, unless the script says that it must arrive.

mod delivery;
mod slack;
mod summary;
mod target;
mod webhook;

use crate::binding::Declaration;

/// The functions of `notify::`.
#[must_use]
pub fn declarations() -> Vec<Declaration> {
    vec![
        Declaration::ensure::<slack::Slack>(),
        Declaration::ensure::<summary::Summary>(),
        Declaration::ensure::<webhook::Webhook>(),
    ]
}
