//! Databases: one file per function. A call opens a connection of its own, does its work in one transaction, and closes it. What is
//! shared: where a call leads and how it is connected to, the one look at a statement's text, the transaction and what is known when
//! it is lost, the marker row, and for each of the three systems how parameters get in and values come out.

mod answer;
mod connection;
mod ensure;
mod execute;
mod explain;
mod lost;
mod marker;
mod mysql;
mod options;
mod parameters;
mod postgres;
mod query;
mod sqlite;
mod statement;
mod target;
mod tls;
mod transaction;
mod work;

use crate::binding::Declaration;

/// The functions of `db::`.
#[must_use]
pub fn declarations() -> Vec<Declaration> {
    vec![
        Declaration::read::<query::Query>(),
        Declaration::read::<explain::Explain>(),
        Declaration::ensure::<ensure::Ensure>(),
        Declaration::change::<execute::Execute>(),
        Declaration::change::<transaction::Transaction>(),
    ]
}
