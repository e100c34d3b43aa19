//! The shapes of a table as the protocols of the SDK want to see them. Made when an operation first needs them and kept as long as the
//! process lives, since the tables are.

use std::sync::OnceLock;

use aws_smithy_schema::traits::{HttpTrait, TimestampFormat as Format};
use aws_smithy_schema::{PayloadHint, Schema, ShapeId, ShapeType, intern_header_name};

use crate::bindings::aws::tables::{
    Flags, Kind, List, Location, Map, Member, Operation, Protocol, Service, Shape, ShapeIndex, Structure,
    TimestampFormat,
};

/// Which way a message goes. Forms to EC2 and to query services name and nest lists otherwise than answers do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// To the service.
    Request,
    /// From the service.
    Answer,
}

/// The schemas of a service, for messages that go one way.
#[derive(Debug)]
pub struct Schemas {
    service: &'static Service<'static>,
    side: Side,
    made: Vec<OnceLock<&'static Schema<'static>>>,
    payloads: Vec<OnceLock<&'static Schema<'static>>>,
}

impl Schemas {
    /// The schemas of a service, none of them made yet.
    #[must_use]
    pub fn new(service: &'static Service<'static>, side: Side) -> Self {
        let slots = || service.shapes.iter().map(|_| OnceLock::new()).collect();
        Schemas { service, side, made: slots(), payloads: slots() }
    }

    /// The service.
    #[must_use]
    pub fn service(&self) -> &'static Service<'static> {
        self.service
    }

    /// A shape by itself.
    #[must_use]
    pub fn shape(&self, index: ShapeIndex) -> &'static Schema<'static> {
        let Some((slot, shape)) = self.made.get(index.0 as usize).zip(self.service.shape(index)) else {
            return &aws_smithy_schema::prelude::DOCUMENT;
        };
        slot.get_or_init(|| keep(self.own(shape)))
    }

    /// A structure that is the whole body, under the name that the member has.
    #[must_use]
    pub fn payload(&self, member: &Member<'static>) -> &'static Schema<'static> {
        let at = member.target.0 as usize;
        let Some((slot, shape)) = self.payloads.get(at).zip(self.service.shape(member.target)) else {
            return &aws_smithy_schema::prelude::DOCUMENT;
        };
        slot.get_or_init(|| {
            let mut schema = self.own(shape);
            if self.is_xml() {
                schema = schema.with_xml_name(member.location_name());
                if let Some(namespace) = member.xml_namespace {
                    schema = schema.with_xml_namespace(namespace.uri, namespace.prefix);
                }
            }
            keep(schema)
        })
    }

    /// The request of an operation.
    #[must_use]
    pub fn input(&self, operation: &Operation<'static>) -> Schema<'static> {
        let structure = operation.input.and_then(|input| self.service.shape(input)?.structure());
        let name =
            operation.input.and_then(|input| self.service.shape(input)).map_or(operation.name, |shape| shape.name);
        let mut schema = Schema::new_struct(self.id(name), ShapeType::Structure, self.members(structure));
        let code = Some(200);
        schema = schema.with_http(HttpTrait::new(operation.method, operation.uri, code));
        if let Some(structure) = structure {
            let in_body = structure.members.iter().any(|member| member.location == Location::Body);
            let payload = structure.payload.and_then(|at| structure.members.get(usize::from(at)));
            let is_struct = payload.is_some_and(|member| self.kind(member.target).is_some_and(is_structure));
            let is_raw = payload
                .is_some_and(|member| matches!(self.kind(member.target), Some(Kind::Text { .. } | Kind::Blob { .. })));
            if is_raw || !in_body {
                schema = schema.with_no_body_members();
            }
            schema = schema.with_payload_hint(if is_struct {
                PayloadHint::StructPayload
            } else {
                PayloadHint::NoStructPayload
            });
            if let Some(namespace) = structure.xml_namespace.filter(|_| self.is_xml()) {
                schema = schema.with_xml_namespace(namespace.uri, namespace.prefix);
            }
        } else {
            schema = schema.with_no_body_members();
        }
        if let Some(element) = operation.input_element {
            schema = schema.with_xml_name(element.name);
            if let Some(namespace) = element.namespace {
                schema = schema.with_xml_namespace(namespace, None);
            }
        }
        schema
    }

    fn kind(&self, index: ShapeIndex) -> Option<&'static Kind<'static>> {
        self.service.shape(index).map(|shape| &shape.kind)
    }

    fn own(&self, shape: &'static Shape<'static>) -> Schema<'static> {
        let id = self.id(shape.name);
        let schema = match &shape.kind {
            Kind::Structure(structure) => {
                let schema = Schema::new_struct(id, struct_type(structure), self.members(Some(structure)));
                match structure.xml_namespace {
                    Some(namespace) if self.is_xml() => schema.with_xml_namespace(namespace.uri, namespace.prefix),
                    _ => schema,
                }
            }
            Kind::List(list) => Schema::new_list(id, self.element(list)),
            Kind::Map(map) => {
                let (key, value) = self.entry(map);
                Schema::new_map(id, key, value)
            }
            other => scalar(Schema::new(id, shape_type(other)), other),
        };
        // The answer of this one operation is not inside an element of its own.
        let is_bare = self.service.name == "s3" && shape.name == "GetBucketLocationOutput";
        let schema = if is_bare { schema.with_xml_unwrapped_output() } else { schema };
        if self.is_flat(shape, Flags::default()) { schema.with_xml_flattened() } else { schema }
    }

    fn members(&self, structure: Option<&'static Structure<'static>>) -> &'static [&'static Schema<'static>] {
        let Some(structure) = structure else { return &[] };
        let members = structure.members.iter().enumerate();
        let made: Vec<&'static Schema<'static>> = members
            .filter_map(|(at, member)| {
                let is_payload = structure.payload.is_some_and(|payload| usize::from(payload) == at);
                Some(keep(self.member(member, self.service.shape(member.target)?, at, is_payload)))
            })
            .collect();
        Vec::leak(made)
    }

    fn member(
        &self,
        member: &'static Member<'static>,
        target: &'static Shape<'static>,
        at: usize,
        is_payload: bool,
    ) -> Schema<'static> {
        let mut schema = Schema::new_member(self.id(target.name), shape_type(&target.kind), member.name, at);
        schema = match &target.kind {
            Kind::List(list) => schema.with_list_member(self.element(list)),
            Kind::Map(map) => {
                let (key, value) = self.entry(map);
                schema.with_map_members(key, value)
            }
            other => scalar(schema, other),
        };
        if self.is_flat(target, member.flags) {
            schema = schema.with_xml_flattened();
        }
        if member.flags.has(Flags::XML_ATTRIBUTE) {
            schema = schema.with_xml_attribute();
        }
        match member.location {
            Location::Uri => schema = schema.with_http_label(),
            Location::Query if matches!(target.kind, Kind::Map(_)) => schema = schema.with_http_query_params(),
            Location::Query => schema = schema.with_http_query(member.location_name()),
            Location::Header => {
                schema = schema.with_http_header(intern_header_name(member.location_name()));
                if member.flags.has(Flags::JSON_TEXT) {
                    schema = schema.with_media_type("application/json");
                }
            }
            Location::Headers => schema = schema.with_http_prefix_headers(member.location_name.unwrap_or_default()),
            Location::Status => schema = schema.with_http_response_code(),
            Location::Body if is_payload => schema = schema.with_http_payload(),
            Location::Body => {}
        }
        let name = self.name_in_body(member);
        if self.is_xml() {
            if let Some(namespace) = member.xml_namespace.or_else(|| target.structure()?.xml_namespace) {
                schema = schema.with_xml_namespace(namespace.uri, namespace.prefix);
            }
            if name != member.name {
                schema = schema.with_xml_name(name);
            }
        } else if name != member.name {
            schema = schema.with_json_name(name);
        }
        schema
    }

    /// What a member is called in a body.
    fn name_in_body(&self, member: &'static Member<'static>) -> &'static str {
        if self.service.protocol == Protocol::Ec2 && self.side == Side::Request {
            return member.query_name.unwrap_or_else(|| upper_first(member.location_name()));
        }
        member.location_name()
    }

    fn is_flat(&self, shape: &Shape<'_>, flags: Flags) -> bool {
        let (flat, is_list) = match &shape.kind {
            Kind::List(list) => (list.flattened, true),
            Kind::Map(map) => (map.flattened, false),
            _ => return false,
        };
        let all_lists = is_list && self.service.protocol == Protocol::Ec2 && self.side == Side::Request;
        flat || all_lists || flags.has(Flags::FLATTENED)
    }

    fn element(&self, list: &'static List<'static>) -> &'static Schema<'static> {
        self.part(list.member, list.member_name)
    }

    fn entry(&self, map: &'static Map<'static>) -> (&'static Schema<'static>, &'static Schema<'static>) {
        (self.part(map.key, map.key_name), self.part(map.value, map.value_name))
    }

    /// What a list or map holds, without the members of a structure: it may hold the list again.
    fn part(&self, index: ShapeIndex, name: Option<&'static str>) -> &'static Schema<'static> {
        let Some(shape) = self.service.shape(index) else { return &aws_smithy_schema::prelude::DOCUMENT };
        let id = self.id(shape.name);
        let mut schema = match &shape.kind {
            Kind::List(list) => Schema::new_list(id, self.element(list)),
            Kind::Map(map) => {
                let (key, value) = self.entry(map);
                Schema::new_map(id, key, value)
            }
            other => scalar(Schema::new(id, shape_type(other)), other),
        };
        if self.is_xml() {
            if let Some(name) = name {
                schema = schema.with_xml_name(name);
            }
            if let Some(namespace) = shape.structure().and_then(|structure| structure.xml_namespace) {
                schema = schema.with_xml_namespace(namespace.uri, namespace.prefix);
            }
        }
        if self.is_flat(shape, Flags::default()) {
            schema = schema.with_xml_flattened();
        }
        keep(schema)
    }

    fn is_xml(&self) -> bool {
        matches!(self.service.protocol, Protocol::RestXml | Protocol::Query | Protocol::Ec2)
    }

    fn id(&self, name: &'static str) -> ShapeId<'static> {
        let full = String::leak(format!("{}#{name}", self.service.name));
        ShapeId::from_parts(full, self.service.name, name)
    }
}

fn keep(schema: Schema<'static>) -> &'static Schema<'static> {
    Box::leak(Box::new(schema))
}

fn scalar(schema: Schema<'static>, kind: &Kind<'_>) -> Schema<'static> {
    match kind {
        Kind::Timestamp(Some(format)) => schema.with_timestamp_format(match format {
            TimestampFormat::DateTime => Format::DateTime,
            TimestampFormat::HttpDate => Format::HttpDate,
            TimestampFormat::EpochSeconds => Format::EpochSeconds,
        }),
        _ => schema,
    }
}

fn shape_type(kind: &Kind<'_>) -> ShapeType {
    match kind {
        Kind::Text { .. } => ShapeType::String,
        Kind::Blob { .. } => ShapeType::Blob,
        Kind::Boolean => ShapeType::Boolean,
        Kind::Integer => ShapeType::Integer,
        Kind::Long => ShapeType::Long,
        Kind::Float => ShapeType::Float,
        Kind::Double => ShapeType::Double,
        Kind::Timestamp(_) => ShapeType::Timestamp,
        Kind::Document => ShapeType::Document,
        Kind::List(_) => ShapeType::List,
        Kind::Map(_) => ShapeType::Map,
        Kind::Structure(structure) => struct_type(structure),
    }
}

fn struct_type(structure: &Structure<'_>) -> ShapeType {
    if structure.union { ShapeType::Union } else { ShapeType::Structure }
}

/// Whether a payload of this kind writes the body as a codec does.
fn is_structure(kind: &Kind<'_>) -> bool {
    matches!(kind, Kind::Structure(_) | Kind::Document)
}

fn upper_first(name: &'static str) -> &'static str {
    let mut chars = name.chars();
    match chars.next() {
        Some(first) if first.is_ascii_lowercase() => {
            String::leak(format!("{}{}", first.to_ascii_uppercase(), chars.as_str()))
        }
        _ => name,
    }
}
