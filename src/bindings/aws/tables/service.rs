//! A service as its published model describes it: what it is called, how it is reached, which operations it has. Interface facts only, in
//! the form that the tables keep. Every text borrows from the decompressed table.

use serde::{Deserialize, Serialize};

use super::shape::{Shape, ShapeIndex};

/// A service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Service<'a> {
    /// Its namespace in scripts: the name that the AWS CLI has for it, with `_` for `-`.
    pub name: &'a str,
    /// What AWS calls it in sentences: `Amazon Elastic Container Service`.
    pub full_name: &'a str,
    /// Its service id (`ECS`), from which the names of settings derive, such as `AWS_ENDPOINT_URL_ECS`.
    pub service_id: &'a str,
    /// The version of the interface: `2014-11-13`.
    pub api_version: &'a str,
    /// What its pages of the API reference are filed under: `ecs-2014-11-13`.
    pub uid: &'a str,
    /// The first part of its host names where nothing else is said, and its name in signatures.
    pub endpoint_prefix: &'a str,
    /// Its name in signatures, when that is another.
    #[serde(borrow)]
    pub signing_name: Option<&'a str>,
    /// How requests and answers are written.
    pub protocol: Protocol,
    /// What `X-Amz-Target` begins with.
    pub target_prefix: &'a str,
    /// The XML namespace of its requests.
    #[serde(borrow)]
    pub xml_namespace: Option<&'a str>,
    /// Whether errors carry the code of an earlier query interface.
    pub query_compatible: bool,
    /// How requests prove who sends them.
    pub auth: Auth,
    /// Its operations, by [`Operation::function`].
    #[serde(borrow)]
    pub operations: Vec<Operation<'a>>,
    /// All shapes that its operations use.
    #[serde(borrow)]
    pub shapes: Vec<Shape<'a>>,
    /// What a script can wait for, by [`Waiter::function`].
    #[serde(borrow)]
    pub waiters: Vec<Waiter<'a>>,
}

/// How requests and answers are written: <https://smithy.io/2.0/aws/protocols/index.html>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Protocol {
    /// AWS JSON 1.0.
    #[default]
    Json10,
    /// AWS JSON 1.1.
    Json11,
    /// REST with bodies of JSON.
    RestJson,
    /// REST with bodies of XML.
    RestXml,
    /// A form to be sent, XML to be read.
    Query,
    /// The same with the names of EC2.
    Ec2,
    /// Smithy RPC v2 with CBOR.
    Cbor,
}

/// How a request proves who sends it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Auth {
    /// Signature version 4.
    #[default]
    SigV4,
    /// Not at all.
    None,
    /// By something that this client does not do: a bearer token, signature version 2.
    Other,
}

/// An operation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Operation<'a> {
    /// Its name in scripts: `describe_services`.
    pub function: &'a str,
    /// Its name in the API reference: `DescribeServices`.
    pub name: &'a str,
    /// Its name on the wire, where that is another.
    #[serde(borrow)]
    pub wire_name: Option<&'a str>,
    /// The method of its HTTP request.
    pub method: &'a str,
    /// The path of its HTTP request, with labels and a query.
    pub uri: &'a str,
    /// The shape of its request.
    pub input: Option<ShapeIndex>,
    /// The shape of its result.
    pub output: Option<ShapeIndex>,
    /// The element that a request in XML is, and its namespace, where the model names them.
    #[serde(borrow)]
    pub input_element: Option<Element<'a>>,
    /// The shapes of its errors.
    pub errors: Vec<ShapeIndex>,
    /// What is put before the host name; members stand in braces.
    #[serde(borrow)]
    pub host_prefix: Option<&'a str>,
    /// How it proves who sends it, where that differs from the service.
    pub auth: Option<Auth>,
    /// Whether the body is left out of the signature.
    pub unsigned_payload: bool,
    /// The checksum of its body that a request needs.
    pub checksum: Option<Checksum>,
    /// Whether the model says that it only reads. Said of some reads only, and of a few operations that do more.
    pub readonly: bool,
    /// Whether the model says that it can be repeated.
    pub idempotent: bool,
    /// Whether AWS advises against it.
    pub deprecated: bool,
    /// Whether its request or its result is a stream of events.
    pub event_stream: bool,
    /// What the endpoint rules are told for this operation.
    #[serde(borrow)]
    pub endpoint_texts: Vec<(&'a str, &'a str)>,
    /// The same, for parameters that are true or false.
    #[serde(borrow)]
    pub endpoint_flags: Vec<(&'a str, bool)>,
    /// What the endpoint rules are told from a place inside the request: name of the parameter, JMESPath.
    #[serde(borrow)]
    pub endpoint_paths: Vec<(&'a str, &'a str)>,
    /// How its pages are followed.
    #[serde(borrow)]
    pub pages: Option<Pages<'a>>,
}

/// A checksum that a request needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Checksum {
    /// `x-amz-checksum-crc32`.
    Crc32,
    /// `Content-MD5`.
    Md5,
}

/// An element of XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Element<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its namespace.
    #[serde(borrow)]
    pub namespace: Option<&'a str>,
}

/// How the pages of an operation are followed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pages<'a> {
    /// The members of a request that say where to go on.
    #[serde(borrow)]
    pub input_tokens: Vec<&'a str>,
    /// Where a result says how to go on (JMESPath), one for each of them.
    #[serde(borrow)]
    pub output_tokens: Vec<&'a str>,
    /// Where a result says whether there is more (JMESPath); without it, a token says so.
    #[serde(borrow)]
    pub more_results: Option<&'a str>,
    /// Where a result holds what comes in pages (JMESPath): lists that grow, texts that are put together, numbers that add up.
    #[serde(borrow)]
    pub result_keys: Vec<&'a str>,
    /// Where a result holds what is the same on each page.
    #[serde(borrow)]
    pub kept: Vec<&'a str>,
    /// The member of a request that says how much a page may hold.
    #[serde(borrow)]
    pub limit_key: Option<&'a str>,
}

/// Something that a script can wait for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Waiter<'a> {
    /// Its name in scripts, without `wait_`: `services_stable`.
    pub function: &'a str,
    /// Its name in the model: `ServicesStable`.
    pub name: &'a str,
    /// The operation that is asked again and again.
    pub operation: &'a str,
    /// How long to wait between two questions, in seconds.
    pub delay: u32,
    /// How often to ask.
    pub attempts_max: u32,
    /// What ends it, in order; the first that matches counts.
    #[serde(borrow)]
    pub acceptors: Vec<Acceptor<'a>>,
}

/// What ends a wait, or lets it go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acceptor<'a> {
    /// What a match means.
    pub state: WaiterState,
    /// What is looked at.
    #[serde(borrow)]
    pub matcher: Matcher<'a>,
}

/// What a match means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WaiterState {
    /// What was waited for is there.
    Success,
    /// It can't come any more.
    Failure,
    /// Not yet.
    Retry,
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Matcher<'a> {
    /// A place in the result is this.
    Path(&'a str, #[serde(borrow)] Expected<'a>),
    /// A place in the result is a list that is not empty, and all in it are this.
    PathAll(&'a str, #[serde(borrow)] Expected<'a>),
    /// A place in the result is a list, and one in it is this.
    PathAny(&'a str, #[serde(borrow)] Expected<'a>),
    /// The HTTP status is this.
    Status(u16),
    /// The error has this code.
    Error(&'a str),
    /// There was an error, or there was none.
    AnyError(bool),
}

/// What a place is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Expected<'a> {
    /// A text.
    Text(&'a str),
    /// True or false.
    Flag(bool),
    /// A whole number.
    Number(i64),
}

impl<'a> Service<'a> {
    /// The operation of that name in scripts.
    #[must_use]
    pub fn operation(&self, function: &str) -> Option<&Operation<'a>> {
        let at = self.operations.binary_search_by(|operation| operation.function.cmp(function)).ok()?;
        self.operations.get(at)
    }

    /// The waiter of that name in scripts.
    #[must_use]
    pub fn waiter(&self, function: &str) -> Option<&Waiter<'a>> {
        self.waiters.iter().find(|waiter| waiter.function == function)
    }

    /// The operation of that name in the API reference.
    #[must_use]
    pub fn operation_named(&self, name: &str) -> Option<&Operation<'a>> {
        self.operations.iter().find(|operation| operation.name == name)
    }

    /// Its name in signatures where the endpoint rules say no other.
    #[must_use]
    pub fn signing_name(&self) -> &'a str {
        self.signing_name.unwrap_or(self.endpoint_prefix)
    }

    /// A shape.
    #[must_use]
    pub fn shape(&self, index: ShapeIndex) -> Option<&Shape<'a>> {
        self.shapes.get(index.0 as usize)
    }

    /// The page of the API reference on an operation of it.
    #[must_use]
    pub fn reference_page(&self, operation: &Operation<'_>) -> String {
        format!("https://docs.aws.amazon.com/goto/WebAPI/{}/{}", self.uid, operation.name)
    }
}

impl<'a> Operation<'a> {
    /// Its name on the wire.
    #[must_use]
    pub fn wire_name(&self) -> &'a str {
        self.wire_name.unwrap_or(self.name)
    }
}
