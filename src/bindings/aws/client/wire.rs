//! How a service's requests are written and its answers read: the official protocols of the SDK, with what they leave to their callers.

use aws_smithy_cbor::protocol::RpcV2CborProtocol;
use aws_smithy_json::protocol::aws_json_rpc::AwsJsonRpcProtocol;
use aws_smithy_json::protocol::aws_rest_json_1::AwsRestJsonProtocol;
use aws_smithy_query::protocol::AwsQueryProtocol;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_schema::Schema;
use aws_smithy_schema::protocol::{ClientProtocol, ServiceVersion};
use aws_smithy_schema::serde::SerdeError;
use aws_smithy_types::config_bag::{ConfigBag, Layer};
use aws_smithy_xml::protocol::aws_rest_xml::AwsRestXmlProtocol;

use super::read;
use super::schemas::{Schemas, Side};
use super::write::StructValue;
use crate::bindings::aws::tables::{Operation, Protocol, Service};
use crate::model::value::Value;

type Http = dyn ClientProtocol<HttpRequest, HttpResponse>;

/// How a service's requests are written and its answers read.
#[derive(Debug)]
pub struct Wire {
    requests: Schemas,
    answers: Schemas,
    writes: Box<Http>,
    reads: Box<Http>,
}

/// What a service says went wrong.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceError {
    /// The code: `AccessDeniedException`.
    pub code: Option<String>,
    /// What it says.
    pub message: Option<String>,
    /// The members that the model gives this error.
    pub members: Value,
    /// The HTTP status.
    pub status: u16,
    /// The id under which AWS knows the request.
    pub request_id: Option<String>,
    /// The name of the error's shape, when the model knows it.
    pub shape: Option<&'static str>,
}

impl Wire {
    /// The wire of a service.
    #[must_use]
    pub fn new(service: &'static Service<'static>) -> Self {
        let (writes, reads): (Box<Http>, Box<Http>) = match service.protocol {
            Protocol::Json10 => same(|| AwsJsonRpcProtocol::aws_json_1_0().with_target_prefix(service.target_prefix)),
            Protocol::Json11 => same(|| AwsJsonRpcProtocol::aws_json_1_1().with_target_prefix(service.target_prefix)),
            Protocol::RestJson => same(AwsRestJsonProtocol::new),
            Protocol::RestXml => same(|| rest_xml(service)),
            Protocol::Cbor => same(RpcV2CborProtocol::new),
            Protocol::Query => (Box::new(AwsQueryProtocol::new()), Box::new(AwsQueryProtocol::new())),
            // Answers of EC2 have no element for the result inside.
            Protocol::Ec2 => (Box::new(AwsQueryProtocol::new()), Box::new(rest_xml(service))),
        };
        Wire {
            requests: Schemas::new(service, Side::Request),
            answers: Schemas::new(service, Side::Answer),
            writes,
            reads,
        }
    }

    /// The service.
    #[must_use]
    pub fn service(&self) -> &'static Service<'static> {
        self.requests.service()
    }

    /// Settings that the protocols look up.
    #[must_use]
    pub fn settings(&self) -> Layer {
        let service = self.service();
        let mut layer = Layer::new("wire");
        layer.store_put(ServiceVersion::new(service.api_version));
        layer.store_put(aws_smithy_schema::protocol::ServiceShapeName::new(service.target_prefix));
        layer
    }

    /// The request of an operation, without its host.
    ///
    /// # Errors
    /// A value that the member can't have.
    pub fn request(
        &self,
        operation: &Operation<'static>,
        value: &Value,
        cfg: &ConfigBag,
    ) -> Result<HttpRequest, SerdeError> {
        // Leaked on purpose: a process makes few calls of many operations, and schemas refer to what lives as long as it.
        let schema: &'static Schema<'static> = Box::leak(Box::new(self.requests.input(operation)));
        let input = StructValue::request(&self.requests, schema, operation.input, value);
        self.writes.serialize_request(&input, schema, "", cfg)
    }

    /// What a successful answer says.
    ///
    /// # Errors
    /// Text that is not what the protocol writes.
    pub fn answer(
        &self,
        operation: &Operation<'static>,
        response: &HttpResponse,
        cfg: &ConfigBag,
    ) -> Result<Value, SerdeError> {
        let Some(output) = operation.output else { return Ok(Value::Map(std::collections::BTreeMap::new())) };
        let is_empty = response.body().bytes().is_none_or(|body| body.iter().all(u8::is_ascii_whitespace));
        let reads_forms = matches!(self.service().protocol, Protocol::Query | Protocol::Ec2);
        if is_empty && reads_forms {
            return Ok(Value::Map(std::collections::BTreeMap::new()));
        }
        let schema = self.answers.shape(output);
        let mut from = self.reads.deserialize_response(response, schema, cfg)?;
        read::structure(&mut *from, &self.answers, output)
    }

    /// What an answer says went wrong.
    #[must_use]
    pub fn error(&self, operation: &Operation<'static>, response: &HttpResponse, cfg: &ConfigBag) -> ServiceError {
        let status = response.status().as_u16();
        let errors = self.errors_by();
        let parsed = errors.parse_error_metadata(response, cfg).map(|builder| builder.build()).unwrap_or_default();
        let ec2 = (self.service().protocol == Protocol::Ec2).then(|| super::ec2_error::parse(response)).flatten();
        let (code, message, request_id) = match ec2 {
            Some(error) => (error.code, error.message, error.request_id),
            None => (parsed.code().map(str::to_owned), parsed.message().map(str::to_owned), request_id(response)),
        };
        let shape = code.as_deref().and_then(|code| self.error_shape(operation, code, status));
        let members = shape.and_then(|(index, _)| {
            let mut from = errors.deserialize_error_response(response, cfg).ok()?;
            read::structure(&mut *from, &self.answers, index).ok()
        });
        ServiceError {
            message: message.or_else(|| member_text(members.as_ref(), "message")),
            code,
            members: members.unwrap_or_default(),
            status,
            request_id,
            shape: shape.map(|(_, name)| name),
        }
    }

    /// The query protocol of the SDK does not read errors; those of REST with XML have the same envelope.
    fn errors_by(&self) -> Box<Http> {
        match self.service().protocol {
            Protocol::Query => Box::new(AwsRestXmlProtocol::new()),
            Protocol::Json10 => Box::new(AwsJsonRpcProtocol::aws_json_1_0()),
            Protocol::Json11 => Box::new(AwsJsonRpcProtocol::aws_json_1_1()),
            Protocol::RestJson => Box::new(AwsRestJsonProtocol::new()),
            Protocol::RestXml | Protocol::Ec2 => Box::new(rest_xml(self.service())),
            Protocol::Cbor => Box::new(RpcV2CborProtocol::new()),
        }
    }

    fn error_shape(
        &self,
        operation: &Operation<'static>,
        code: &str,
        status: u16,
    ) -> Option<(crate::bindings::aws::tables::ShapeIndex, &'static str)> {
        let service = self.service();
        let known = operation.errors.iter().filter_map(|index| Some((*index, service.shape(*index)?)));
        let fits = |shape: &crate::bindings::aws::tables::Shape<'static>| {
            let facts = shape.structure().and_then(|structure| structure.error);
            shape.name == code || facts.and_then(|facts| facts.code) == Some(code)
        };
        let exact: Vec<_> = known.filter(|(_, shape)| fits(shape)).collect();
        let by_status = exact.iter().find(|(_, shape)| {
            shape.structure().and_then(|structure| structure.error?.status).is_some_and(|known| known == status)
        });
        by_status.or(exact.first()).map(|(index, shape)| (*index, shape.name))
    }
}

fn same<P: ClientProtocol<HttpRequest, HttpResponse> + 'static>(make: impl Fn() -> P) -> (Box<Http>, Box<Http>) {
    (Box::new(make()), Box::new(make()))
}

fn rest_xml(service: &Service<'static>) -> AwsRestXmlProtocol {
    let protocol = AwsRestXmlProtocol::new();
    // S3 writes its errors without an element around them.
    let protocol = protocol.with_no_error_wrapping(service.name == "s3");
    match service.xml_namespace {
        Some(namespace) if service.protocol == Protocol::RestXml => {
            protocol.with_service_xml_namespace(namespace, None)
        }
        _ => protocol,
    }
}

fn request_id(response: &HttpResponse) -> Option<String> {
    let headers = response.headers();
    headers.get("x-amzn-requestid").or_else(|| headers.get("x-amz-request-id")).map(str::to_owned)
}

fn member_text(members: Option<&Value>, name: &str) -> Option<String> {
    let Value::Map(map) = members? else { return None };
    map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_text()).map(str::to_owned)
}
