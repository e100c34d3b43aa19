//! Results for machines: JSON on standard output, in which nothing is left that a terminal would obey.

use serde_json::{Map, Value as Json};

use super::desk::Desk;
use crate::report::VERSION;
use crate::world::clock::{self, Clock, SystemClock};
use crate::world::escape;

/// Writes one object on a line of its own: `v`, `type` and `time`, then `fields` (an object; of those three its own count).
pub fn object(desk: &Desk, kind: &str, fields: Json) {
    let mut object = Map::new();
    object.insert("v".to_owned(), VERSION.into());
    object.insert("type".to_owned(), kind.into());
    object.insert("time".to_owned(), clock::stamp(SystemClock.now()).into());
    if let Json::Object(fields) = fields {
        object.extend(fields);
    }
    line(desk, &Json::Object(object).to_string());
}

/// Writes JSON that is whole already, as a line.
pub fn line(desk: &Desk, json: &str) {
    desk.screen.result(&format!("{}\n", escape::json(json)));
}
