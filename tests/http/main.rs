//! `http::` against real servers that each test starts for itself, called through the declarations as the gate calls them.

mod answers;
mod bench;
mod forbidden;
mod limits;
mod redirects;
mod secrets;
mod server;
mod stops;
mod tls;
mod writes;
