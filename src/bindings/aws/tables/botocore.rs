//! Reads the published service models in the form in which the `botocore` package carries them, and keeps the interface facts.

use std::collections::BTreeMap;

use serde_json::{Map as Object, Value as Json};

use super::names::function_name;
use super::service::{
    Acceptor, Auth, Checksum, Element, Expected, Matcher, Operation, Pages, Protocol, Service, Waiter, WaiterState,
};
use super::shape::{
    ErrorFacts, Flags, Kind, List, Location, Map, Member, Shape, ShapeIndex, Structure, TimestampFormat, XmlNamespace,
};

/// The published files of one service.
#[derive(Clone, Debug, Default)]
pub struct Published {
    /// The name of its folder: `application-autoscaling`.
    pub folder: String,
    /// `service-2.json`.
    pub service: Json,
    /// `paginators-1.json`.
    pub paginators: Option<Json>,
    /// `waiters-2.json`.
    pub waiters: Option<Json>,
    /// `endpoint-rule-set-1.json`.
    pub endpoint_rules: Option<Json>,
}

/// Names that stand in no file, kept where the tables can borrow them.
#[derive(Clone, Debug, Default)]
pub struct Names {
    namespace: String,
    functions: BTreeMap<String, String>,
    paths: BTreeMap<String, String>,
}

/// A model that says something this program does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{service}: {what}")]
pub struct ModelError {
    /// The folder of the service.
    pub service: String,
    /// What is not known.
    pub what: String,
}

impl Names {
    /// The names of a service.
    #[must_use]
    pub fn of(published: &Published) -> Self {
        let operations = object(&published.service, "operations");
        let waiters = published.waiters.as_ref().map(|waiters| object(waiters, "waiters"));
        let names =
            operations.iter().map(|(name, _)| name).chain(waiters.iter().flat_map(|w| w.iter().map(|(n, _)| n)));
        Names {
            namespace: published.folder.replace('-', "_"),
            functions: names.map(|name| (name.clone(), function_name(name))).collect(),
            paths: operations
                .iter()
                .map(|(name, operation)| (name.clone(), path(&published.service, operation)))
                .collect(),
        }
    }
}

/// The table of a service.
///
/// # Errors
/// A model that says something this program does not know.
pub fn table<'a>(published: &'a Published, names: &'a Names) -> Result<Service<'a>, ModelError> {
    Reader { published, names, shapes: Vec::new(), places: BTreeMap::new() }.read()
}

struct Reader<'a> {
    published: &'a Published,
    names: &'a Names,
    shapes: Vec<Shape<'a>>,
    places: BTreeMap<&'a str, ShapeIndex>,
}

impl<'a> Reader<'a> {
    fn read(mut self) -> Result<Service<'a>, ModelError> {
        let model = &self.published.service;
        let metadata = model.get("metadata").unwrap_or(&Json::Null);
        let mut operations = Vec::new();
        for (name, operation) in object(model, "operations") {
            operations.push(self.operation(name, operation)?);
        }
        operations.sort_by(|one, other| one.function.cmp(other.function));
        let waiters = self.waiters(&operations)?;
        let query_compatible = metadata.get("awsQueryCompatible").is_some();
        Ok(Service {
            name: &self.names.namespace,
            full_name: text(metadata, "serviceFullName").unwrap_or_default(),
            service_id: text(metadata, "serviceId").unwrap_or_default(),
            api_version: text(metadata, "apiVersion").unwrap_or_default(),
            uid: text(metadata, "uid").unwrap_or_default(),
            endpoint_prefix: text(metadata, "endpointPrefix").unwrap_or_default(),
            signing_name: text(metadata, "signingName"),
            protocol: self.protocol(metadata)?,
            target_prefix: text(metadata, "targetPrefix").unwrap_or_default(),
            xml_namespace: text(metadata, "xmlNamespace"),
            query_compatible,
            auth: auth(metadata),
            operations,
            shapes: self.shapes,
            waiters,
        })
    }

    fn protocol(&self, metadata: &'a Json) -> Result<Protocol, ModelError> {
        // Where a service speaks several, JSON is what proxies, logs and stand-ins of AWS understand as well.
        let speaks_json = texts(metadata, "protocols").contains(&"json");
        let protocol = if speaks_json { Some("json") } else { text(metadata, "protocol") };
        Ok(match (protocol, text(metadata, "jsonVersion")) {
            (Some("json"), Some("1.0")) => Protocol::Json10,
            (Some("json"), _) => Protocol::Json11,
            (Some("rest-json"), _) => Protocol::RestJson,
            (Some("rest-xml"), _) => Protocol::RestXml,
            (Some("query"), _) => Protocol::Query,
            (Some("ec2"), _) => Protocol::Ec2,
            (Some("smithy-rpc-v2-cbor"), _) => Protocol::Cbor,
            (other, _) => return Err(self.unknown(format!("protocol {other:?}"))),
        })
    }

    fn operation(&mut self, name: &'a str, from: &'a Json) -> Result<Operation<'a>, ModelError> {
        let http = from.get("http").unwrap_or(&Json::Null);
        let (input, output) = (from.get("input"), from.get("output"));
        let input_element = input.and_then(|input| {
            let name = text(input, "locationName")?;
            Some(Element { name, namespace: input.get("xmlNamespace").and_then(|of| text(of, "uri")) })
        });
        let endpoint = self.endpoint_settings(from)?;
        let wire_name = text(from, "name").filter(|wire| *wire != name);
        let errors = from.get("errors").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
        let operation = Operation {
            function: self.names.functions.get(name).map_or(name, String::as_str),
            name,
            wire_name,
            method: text(http, "method").unwrap_or("POST"),
            uri: self.names.paths.get(name).map_or("/", String::as_str),
            input: self.reference(input)?,
            output: self.reference(output)?,
            input_element,
            errors: errors
                .iter()
                .filter_map(|error| self.reference(Some(error)).transpose())
                .collect::<Result<_, _>>()?,
            host_prefix: from.get("endpoint").and_then(|endpoint| text(endpoint, "hostPrefix")),
            auth: operation_auth(from),
            unsigned_payload: flag(from, "unsignedPayload") || text(from, "authtype") == Some("v4-unsigned-body"),
            checksum: checksum(from),
            readonly: is_said(from, "readonly"),
            idempotent: is_said(from, "idempotent"),
            deprecated: flag(from, "deprecated"),
            event_stream: [input, output].into_iter().flatten().any(|shape| self.streams_events(shape)),
            endpoint_texts: endpoint.texts,
            endpoint_flags: endpoint.flags,
            endpoint_paths: endpoint.paths,
            pages: self.pages(name),
        };
        Ok(operation)
    }

    fn endpoint_settings(&self, from: &'a Json) -> Result<EndpointSettings<'a>, ModelError> {
        let mut settings = EndpointSettings::default();
        for (name, of) in object(from, "staticContextParams") {
            match of.get("value") {
                Some(Json::String(value)) => settings.texts.push((name, value)),
                Some(Json::Bool(value)) => settings.flags.push((name, *value)),
                other => return Err(self.unknown(format!("static context parameter {name}: {other:?}"))),
            }
        }
        for (name, of) in object(from, "operationContextParams") {
            settings.paths.push((name, text(of, "path").unwrap_or_default()));
        }
        Ok(settings)
    }

    fn streams_events(&self, reference: &Json) -> bool {
        let shapes = self.published.service.get("shapes");
        let shape = |reference: &Json| shapes.and_then(|shapes| shapes.get(reference.get("shape")?.as_str()?));
        let Some(members) = shape(reference).and_then(|of| of.get("members")).and_then(Json::as_object) else {
            return false;
        };
        members.values().any(|member| shape(member).is_some_and(|of| flag(of, "eventstream")))
    }

    /// The place of a shape in the table; it and what it refers to are put there when they are not yet.
    fn reference(&mut self, reference: Option<&'a Json>) -> Result<Option<ShapeIndex>, ModelError> {
        let Some(name) = reference.and_then(|reference| text(reference, "shape")) else { return Ok(None) };
        self.place(name).map(Some)
    }

    fn place(&mut self, name: &'a str) -> Result<ShapeIndex, ModelError> {
        if let Some(known) = self.places.get(name) {
            return Ok(*known);
        }
        let shapes = object(&self.published.service, "shapes");
        let Some(from) = shapes.get(name) else { return Err(self.unknown(format!("shape {name}"))) };
        let index = ShapeIndex(u32::try_from(self.shapes.len()).unwrap_or(u32::MAX));
        self.places.insert(name, index);
        // The place is taken before the shape is read: shapes may hold themselves.
        self.shapes.push(Shape { name, sensitive: flag(from, "sensitive"), kind: Kind::Document });
        let kind = self.kind(name, from)?;
        if let Some(shape) = self.shapes.get_mut(index.0 as usize) {
            shape.kind = kind;
        }
        Ok(index)
    }

    fn kind(&mut self, name: &str, from: &'a Json) -> Result<Kind<'a>, ModelError> {
        Ok(match text(from, "type") {
            Some("string") => Kind::Text { known: texts(from, "enum") },
            Some("blob") => Kind::Blob { streaming: flag(from, "streaming") },
            Some("boolean") => Kind::Boolean,
            Some("integer") => Kind::Integer,
            Some("long") => Kind::Long,
            Some("float") => Kind::Float,
            Some("double") => Kind::Double,
            Some("timestamp") => Kind::Timestamp(match text(from, "timestampFormat") {
                None => None,
                Some("iso8601") => Some(TimestampFormat::DateTime),
                Some("rfc822") => Some(TimestampFormat::HttpDate),
                Some("unixTimestamp") => Some(TimestampFormat::EpochSeconds),
                Some(other) => return Err(self.unknown(format!("timestamp format {other}"))),
            }),
            Some("structure") if flag(from, "document") => Kind::Document,
            Some("structure") => Kind::Structure(self.structure(from)?),
            Some("list") => Kind::List(List {
                member: self.part(name, from, "member")?,
                member_name: from.get("member").and_then(|member| text(member, "locationName")),
                flattened: flag(from, "flattened"),
                max: from.get("max").and_then(Json::as_u64).and_then(|max| u32::try_from(max).ok()),
                sparse: flag(from, "sparse"),
            }),
            Some("map") => Kind::Map(Map {
                key: self.part(name, from, "key")?,
                value: self.part(name, from, "value")?,
                key_name: from.get("key").and_then(|key| text(key, "locationName")),
                value_name: from.get("value").and_then(|value| text(value, "locationName")),
                flattened: flag(from, "flattened"),
                sparse: flag(from, "sparse"),
            }),
            other => return Err(self.unknown(format!("shape {name} of type {other:?}"))),
        })
    }

    fn part(&mut self, name: &str, from: &'a Json, part: &str) -> Result<ShapeIndex, ModelError> {
        match self.reference(from.get(part))? {
            Some(index) => Ok(index),
            None => Err(self.unknown(format!("shape {name} has no {part}"))),
        }
    }

    fn structure(&mut self, from: &'a Json) -> Result<Structure<'a>, ModelError> {
        let required = texts(from, "required");
        let mut members = Vec::new();
        for (name, member) in object(from, "members") {
            let Some(target) = self.reference(Some(member))? else {
                return Err(self.unknown(format!("member {name} without a shape")));
            };
            let flags = Flags::default()
                .with(Flags::REQUIRED, required.contains(&name.as_str()))
                .with(Flags::IDEMPOTENCY_TOKEN, flag(member, "idempotencyToken"))
                .with(Flags::XML_ATTRIBUTE, flag(member, "xmlAttribute"))
                .with(Flags::FLATTENED, flag(member, "flattened"))
                .with(Flags::HOST_LABEL, flag(member, "hostLabel"))
                .with(Flags::STREAMING, flag(member, "streaming"))
                .with(Flags::JSON_TEXT, flag(member, "jsonvalue") && text(member, "location") == Some("header"))
                .with(Flags::DEPRECATED, flag(member, "deprecated"));
            members.push(Member {
                name,
                target,
                location: match text(member, "location") {
                    None => Location::Body,
                    Some("uri") => Location::Uri,
                    Some("querystring") => Location::Query,
                    Some("header") => Location::Header,
                    Some("headers") => Location::Headers,
                    Some("statusCode") => Location::Status,
                    Some(other) => return Err(self.unknown(format!("location {other}"))),
                },
                location_name: text(member, "locationName").filter(|wire| wire != name),
                query_name: text(member, "queryName"),
                flags,
                xml_namespace: xml_namespace(member),
                endpoint_parameter: member.get("contextParam").and_then(|of| text(of, "name")),
            });
        }
        let payload = text(from, "payload")
            .and_then(|payload| members.iter().position(|member| member.name == payload))
            .and_then(|at| u16::try_from(at).ok());
        Ok(Structure {
            members,
            payload,
            union: flag(from, "union"),
            error: error_facts(from),
            xml_namespace: xml_namespace(from),
        })
    }

    fn pages(&self, operation: &str) -> Option<Pages<'a>> {
        let from = self.published.paginators.as_ref()?.get("pagination")?.get(operation)?;
        Some(Pages {
            input_tokens: one_or_more(from, "input_token"),
            output_tokens: one_or_more(from, "output_token"),
            more_results: text(from, "more_results"),
            result_keys: one_or_more(from, "result_key"),
            kept: texts(from, "non_aggregate_keys"),
            limit_key: text(from, "limit_key"),
        })
    }

    fn waiters(&self, operations: &[Operation<'a>]) -> Result<Vec<Waiter<'a>>, ModelError> {
        let Some(from) = &self.published.waiters else { return Ok(Vec::new()) };
        let mut waiters = Vec::new();
        for (name, waiter) in object(from, "waiters") {
            let asked = text(waiter, "operation").unwrap_or_default();
            let Some(operation) = operations.iter().find(|operation| operation.name == asked) else {
                return Err(self.unknown(format!("waiter {name} asks {asked}")));
            };
            let number = |key| waiter.get(key).and_then(Json::as_u64).and_then(|n| u32::try_from(n).ok());
            let acceptors = waiter.get("acceptors").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
            waiters.push(Waiter {
                function: self.names.functions.get(name).map_or(name, String::as_str),
                name,
                operation: operation.function,
                delay: number("delay").unwrap_or(30),
                attempts_max: number("maxAttempts").unwrap_or(40),
                acceptors: acceptors.iter().map(|from| self.acceptor(name, from)).collect::<Result<_, _>>()?,
            });
        }
        waiters.sort_by(|one, other| one.function.cmp(other.function));
        Ok(waiters)
    }

    fn acceptor(&self, waiter: &str, from: &'a Json) -> Result<Acceptor<'a>, ModelError> {
        let unknown = || self.unknown(format!("waiter {waiter}: {from}"));
        let path = text(from, "argument").unwrap_or_default();
        let expected = from.get("expected");
        let value = || match expected {
            Some(Json::String(text)) => Ok(Expected::Text(text)),
            Some(Json::Bool(flag)) => Ok(Expected::Flag(*flag)),
            Some(Json::Number(number)) => number.as_i64().map(Expected::Number).ok_or_else(unknown),
            _ => Err(unknown()),
        };
        let matcher = match (text(from, "matcher"), expected) {
            (Some("path"), _) => Matcher::Path(path, value()?),
            (Some("pathAll"), _) => Matcher::PathAll(path, value()?),
            (Some("pathAny"), _) => Matcher::PathAny(path, value()?),
            (Some("error"), Some(Json::String(code))) => Matcher::Error(code),
            (Some("error"), Some(Json::Bool(any))) => Matcher::AnyError(*any),
            (Some("status"), Some(status)) => {
                Matcher::Status(status.as_u64().and_then(|status| u16::try_from(status).ok()).ok_or_else(unknown)?)
            }
            _ => return Err(unknown()),
        };
        let state = match text(from, "state") {
            Some("success") => WaiterState::Success,
            Some("failure") => WaiterState::Failure,
            Some("retry") => WaiterState::Retry,
            _ => return Err(unknown()),
        };
        Ok(Acceptor { state, matcher })
    }

    fn unknown(&self, what: String) -> ModelError {
        ModelError { service: self.published.folder.clone(), what }
    }
}

#[derive(Default)]
struct EndpointSettings<'a> {
    texts: Vec<(&'a str, &'a str)>,
    flags: Vec<(&'a str, bool)>,
    paths: Vec<(&'a str, &'a str)>,
}

/// The path of an operation with the names of members in its labels; the models write the names on the wire.
fn path(model: &Json, operation: &Json) -> String {
    let path = operation.get("http").and_then(|http| text(http, "requestUri")).unwrap_or("/").to_owned();
    let input = operation.get("input").and_then(|input| text(input, "shape"));
    let shape = input.and_then(|name| model.get("shapes")?.get(name));
    let Some(members) = shape.and_then(|shape| shape.get("members")).and_then(Json::as_object) else { return path };
    let labels = members.iter().filter(|(_, member)| text(member, "location") == Some("uri"));
    labels.fold(path, |path, (name, member)| {
        let wire = text(member, "locationName").unwrap_or(name);
        path.replace(&format!("{{{wire}}}"), &format!("{{{name}}}"))
            .replace(&format!("{{{wire}+}}"), &format!("{{{name}+}}"))
    })
}

fn auth(metadata: &Json) -> Auth {
    match text(metadata, "signatureVersion") {
        Some("v4" | "s3" | "s3v4") => Auth::SigV4,
        None => Auth::None,
        Some(_) => Auth::Other,
    }
}

fn operation_auth(from: &Json) -> Option<Auth> {
    match text(from, "authtype") {
        Some("none") => Some(Auth::None),
        _ if texts(from, "auth") == ["smithy.api#noAuth"] => Some(Auth::None),
        _ => None,
    }
}

fn checksum(from: &Json) -> Option<Checksum> {
    match from.get("httpChecksum") {
        // Where it is possible it is sent, as all SDKs of AWS do.
        Some(of) => of.get("requestAlgorithmMember").is_some().then_some(Checksum::Crc32),
        None => flag(from, "httpChecksumRequired").then_some(Checksum::Md5),
    }
}

fn error_facts(from: &Json) -> Option<ErrorFacts<'_>> {
    let error = from.get("error");
    if error.is_none() && !flag(from, "exception") {
        return None;
    }
    Some(ErrorFacts {
        code: error.and_then(|error| text(error, "code")),
        status: error.and_then(|of| of.get("httpStatusCode")?.as_u64()).and_then(|status| u16::try_from(status).ok()),
        retryable: from.get("retryable").is_some(),
    })
}

fn xml_namespace(from: &Json) -> Option<XmlNamespace<'_>> {
    let of = from.get("xmlNamespace")?;
    // Old models write the name alone.
    let uri = of.as_str().or_else(|| text(of, "uri"))?;
    Some(XmlNamespace { uri, prefix: text(of, "prefix") })
}

fn object<'a>(from: &'a Json, key: &str) -> &'a Object<String, Json> {
    static NONE: std::sync::LazyLock<Object<String, Json>> = std::sync::LazyLock::new(Object::new);
    from.get(key).and_then(Json::as_object).unwrap_or(&NONE)
}

fn text<'a>(from: &'a Json, key: &str) -> Option<&'a str> {
    from.get(key).and_then(Json::as_str)
}

fn texts<'a>(from: &'a Json, key: &str) -> Vec<&'a str> {
    from.get(key).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect()
}

/// Some keys hold a text or a list of texts.
fn one_or_more<'a>(from: &'a Json, key: &str) -> Vec<&'a str> {
    text(from, key).map_or_else(|| texts(from, key), |one| vec![one])
}

fn flag(from: &Json, key: &str) -> bool {
    from.get(key).and_then(Json::as_bool).unwrap_or(false)
}

/// A trait that is written as `true` or as an object with settings.
fn is_said(from: &Json, key: &str) -> bool {
    from.get(key).is_some_and(|said| said.is_object() || said.as_bool() == Some(true))
}
