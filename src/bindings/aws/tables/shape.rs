//! The shapes of requests, results and errors.

use serde::{Deserialize, Serialize};

/// Which shape of its service, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ShapeIndex(pub u32);

/// A shape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape<'a> {
    /// Its name in the API reference.
    pub name: &'a str,
    /// Whether it holds what nobody should read.
    pub sensitive: bool,
    /// What it is.
    #[serde(borrow)]
    pub kind: Kind<'a>,
}

/// What a shape is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Kind<'a> {
    /// Text.
    Text {
        /// The values that the model knows; empty for any text.
        #[serde(borrow)]
        known: Vec<&'a str>,
    },
    /// Bytes.
    Blob {
        /// Whether they come as a stream.
        streaming: bool,
    },
    /// True or false.
    Boolean,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    Long,
    /// A number of 32 bits.
    Float,
    /// A number of 64 bits.
    Double,
    /// A moment.
    Timestamp(Option<TimestampFormat>),
    /// Anything that JSON can say.
    Document,
    /// A list.
    #[serde(borrow)]
    List(List<'a>),
    /// A map from texts.
    #[serde(borrow)]
    Map(Map<'a>),
    /// Members with names.
    #[serde(borrow)]
    Structure(Structure<'a>),
}

/// How a moment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimestampFormat {
    /// RFC 3339.
    DateTime,
    /// RFC 9110 §5.6.7.
    HttpDate,
    /// Seconds since 1970.
    EpochSeconds,
}

/// A list.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct List<'a> {
    /// What it holds.
    pub member: ShapeIndex,
    /// What XML and forms call an element of it.
    #[serde(borrow)]
    pub member_name: Option<&'a str>,
    /// Whether its elements stand beside each other without one around them.
    pub flattened: bool,
    /// How many elements it may have.
    pub max: Option<u32>,
    /// Whether an element may be missing.
    pub sparse: bool,
}

/// A map from texts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Map<'a> {
    /// Its keys.
    pub key: ShapeIndex,
    /// Its values.
    pub value: ShapeIndex,
    /// What XML and forms call a key.
    #[serde(borrow)]
    pub key_name: Option<&'a str>,
    /// What XML and forms call a value.
    #[serde(borrow)]
    pub value_name: Option<&'a str>,
    /// Whether its entries stand beside each other without an element around them.
    pub flattened: bool,
    /// Whether a value may be missing.
    pub sparse: bool,
}

/// Members with names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Structure<'a> {
    /// Its members, in the order of the API reference.
    #[serde(borrow)]
    pub members: Vec<Member<'a>>,
    /// The member that is the whole body.
    pub payload: Option<u16>,
    /// Whether exactly one member is there.
    pub union: bool,
    /// What it says as an error.
    #[serde(borrow)]
    pub error: Option<ErrorFacts<'a>>,
    /// The XML namespace of its element.
    #[serde(borrow)]
    pub xml_namespace: Option<XmlNamespace<'a>>,
}

/// What an error says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorFacts<'a> {
    /// Its code on the wire, where that is not the name of the shape.
    #[serde(borrow)]
    pub code: Option<&'a str>,
    /// Its HTTP status.
    pub status: Option<u16>,
    /// Whether the service asks for another attempt.
    pub retryable: bool,
}

/// A namespace of XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct XmlNamespace<'a> {
    /// Its name.
    pub uri: &'a str,
    /// What stands for it in names.
    #[serde(borrow)]
    pub prefix: Option<&'a str>,
}

/// A member of a structure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Member<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its shape.
    pub target: ShapeIndex,
    /// Where in the message it stands.
    pub location: Location,
    /// Its name there, where that is another.
    #[serde(borrow)]
    pub location_name: Option<&'a str>,
    /// Its name in forms to EC2, where the model says so.
    #[serde(borrow)]
    pub query_name: Option<&'a str>,
    /// What holds of it.
    pub flags: Flags,
    /// The XML namespace of its element.
    #[serde(borrow)]
    pub xml_namespace: Option<XmlNamespace<'a>>,
    /// The parameter of the endpoint rules that it is.
    #[serde(borrow)]
    pub endpoint_parameter: Option<&'a str>,
}

/// Where in a message a member stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Location {
    /// In the body.
    #[default]
    Body,
    /// In the path.
    Uri,
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// In all headers whose names begin with its name.
    Headers,
    /// The status of the answer.
    Status,
}

/// What holds of a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flags(pub u8);

impl Flags {
    /// It must be given.
    pub const REQUIRED: Flags = Flags(1);
    /// It makes repeating a request harmless; filled in when it is not given.
    pub const IDEMPOTENCY_TOKEN: Flags = Flags(1 << 1);
    /// It is an attribute of its element.
    pub const XML_ATTRIBUTE: Flags = Flags(1 << 2);
    /// Its elements stand beside each other without one around them.
    pub const FLATTENED: Flags = Flags(1 << 3);
    /// It is a part of the host name.
    pub const HOST_LABEL: Flags = Flags(1 << 4);
    /// It is sent as a stream.
    pub const STREAMING: Flags = Flags(1 << 5);
    /// It is JSON inside a text.
    pub const JSON_TEXT: Flags = Flags(1 << 6);
    /// AWS advises against it.
    pub const DEPRECATED: Flags = Flags(1 << 7);

    /// Whether this holds.
    #[must_use]
    pub fn has(self, flag: Flags) -> bool {
        self.0 & flag.0 != 0
    }

    /// These and one more.
    #[must_use]
    pub fn with(self, flag: Flags, holds: bool) -> Flags {
        if holds { Flags(self.0 | flag.0) } else { self }
    }
}

impl<'a> Shape<'a> {
    /// Its members, when it has any.
    #[must_use]
    pub fn structure(&self) -> Option<&Structure<'a>> {
        match &self.kind {
            Kind::Structure(structure) => Some(structure),
            _ => None,
        }
    }
}

impl<'a> Member<'a> {
    /// Its name where it stands.
    #[must_use]
    pub fn location_name(&self) -> &'a str {
        self.location_name.unwrap_or(self.name)
    }

    /// Whether it must be given.
    #[must_use]
    pub fn required(&self) -> bool {
        self.flags.has(Flags::REQUIRED)
    }
}
