//! AWS: every operation of every service. The functions are not written here one by one: they are declared from the published models.

pub mod client;
pub mod tables;
