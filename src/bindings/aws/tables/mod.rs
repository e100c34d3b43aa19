//! What the published models say of every service: names, operations, shapes. The tables are made by a command for developers and are a part
//! of the program; each is read when its service is first used.

mod archive;
mod botocore;
mod differences;
mod names;
mod published;
mod service;
mod shape;

pub use archive::{Contents, Damaged, Entry, Loaded, Packed, contents, embedded, pack, service};
pub use botocore::{ModelError, Names, Published, table};
pub use differences::differences;
pub use names::function_name;
pub use published::{Unreadable, in_folder, partitions, version};
pub use service::{
    Acceptor, Auth, Checksum, Element, Expected, Matcher, Operation, Pages, Protocol, Service, Waiter, WaiterState,
};
pub use shape::{
    ErrorFacts, Flags, Kind, List, Location, Map, Member, Shape, ShapeIndex, Structure, TimestampFormat, XmlNamespace,
};
