//! What the protocols leave to their callers: the type of bodies that no codec writes, bodies that must not be empty, checksums.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};

use crate::bindings::aws::tables::{Checksum, Kind, Location, Member, Operation, Protocol, Service};
use crate::model::value::Value;

/// Adds what the protocol did not.
///
/// # Errors
/// A header that can't be written.
pub fn add(
    request: &mut HttpRequest,
    service: &Service<'_>,
    operation: &Operation<'_>,
    input: &Value,
) -> Result<(), BoxError> {
    if service.query_compatible {
        request.headers_mut().try_insert("x-amzn-query-mode", "true")?;
    }
    match service.protocol {
        Protocol::Cbor if operation.input.is_none() => {
            *request.body_mut() = SdkBody::empty();
            request.headers_mut().remove("content-type");
            request.headers_mut().remove("content-length");
        }
        Protocol::RestJson | Protocol::RestXml => payload(request, service, operation, input)?,
        _ => {}
    }
    checksum(request, operation.checksum)
}

/// The type of a body that one member is, and the body of a structure that was not given.
fn payload(
    request: &mut HttpRequest,
    service: &Service<'_>,
    operation: &Operation<'_>,
    input: &Value,
) -> Result<(), BoxError> {
    let Some((member, kind)) = payload_member(service, operation) else { return Ok(()) };
    let is_given = input.as_map().and_then(|map| map.get(member.name)).is_some_and(|value| *value != Value::Unit);
    let is_json = service.protocol == Protocol::RestJson;
    let of_body = match kind {
        Kind::Text { .. } if is_given => "text/plain",
        Kind::Blob { .. } if is_given => "application/octet-stream",
        Kind::Document if is_given => "application/json",
        Kind::Structure(structure) if !is_given && is_json && !structure.union => {
            *request.body_mut() = SdkBody::from("{}");
            request.headers_mut().try_insert("content-length", "2")?;
            "application/json"
        }
        _ => return Ok(()),
    };
    if request.headers().get("content-type").is_none() {
        request.headers_mut().try_insert("content-type", of_body)?;
    }
    Ok(())
}

fn payload_member<'s, 'a>(
    service: &'s Service<'a>,
    operation: &Operation<'_>,
) -> Option<(&'s Member<'a>, &'s Kind<'a>)> {
    let structure = service.shape(operation.input?)?.structure()?;
    let member = structure.members.get(usize::from(structure.payload?))?;
    (member.location == Location::Body).then_some((member, &service.shape(member.target)?.kind))
}

/// Adds the checksum that the operation needs, unless the script gave one.
fn checksum(request: &mut HttpRequest, checksum: Option<Checksum>) -> Result<(), BoxError> {
    let Some(checksum) = checksum else { return Ok(()) };
    let body = request.body().bytes().unwrap_or_default();
    let (name, value) = match checksum {
        Checksum::Crc32 => ("x-amz-checksum-crc32", STANDARD.encode(crc32fast::hash(body).to_be_bytes())),
        Checksum::Md5 => ("content-md5", STANDARD.encode(Md5::digest(body))),
    };
    let given = request.headers().iter().any(|(name, _)| name.starts_with("x-amz-checksum-") || name == "content-md5");
    if !given {
        request.headers_mut().try_insert(name, value)?;
        if checksum == Checksum::Crc32 {
            request.headers_mut().try_insert("x-amz-sdk-checksum-algorithm", "CRC32")?;
        }
    }
    Ok(())
}
