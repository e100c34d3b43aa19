//! AWS: every operation of every service. The functions are not written here one by one: they are declared from the published models
//! (`tables`), sent by the runtime and protocols of the AWS SDK (`client`) to where the published rules say (`endpoints`). What the models
//! don't say stands in tables that people keep (`reviewed`).

pub mod call;
pub mod client;
pub mod describe;
pub mod endpoints;
pub mod failures;
pub mod family;
pub mod guard;
pub mod hide;
pub mod options;
pub mod pages;
pub mod reviewed;
pub mod settings;
pub mod tables;
pub mod validate;
pub mod wait;
