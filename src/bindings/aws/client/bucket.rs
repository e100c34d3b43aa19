//! Buckets of S3 whose name is a part of the host name.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use crate::model::value::Value;

/// Takes the bucket out of the path of a request: it stands in the host name.
///
/// # Errors
/// A path that is none afterwards.
pub fn leave_out_of_path(request: &mut HttpRequest, input: &Value) -> Result<(), BoxError> {
    let Some(bucket) = input.as_map().and_then(|map| map.get("Bucket")).and_then(Value::as_text) else { return Ok(()) };
    let path = request.uri().to_owned();
    let Some(rest) = path.strip_prefix('/').and_then(|path| path.strip_prefix(bucket)) else { return Ok(()) };
    let rest = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
    request.set_uri(rest)?;
    Ok(())
}
