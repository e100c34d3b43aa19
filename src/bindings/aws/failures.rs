//! What went wrong with a request, told apart by what is known about the world then.

use std::collections::BTreeMap;
use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;

use super::client::{ServiceError, ServiceFailure};
use super::tables::{Operation, Service};
use crate::messages::bindings_aws as messages;
use crate::model::effect::Effect;
use crate::model::failure::{Failure, FailureKind};
use crate::model::value::Value;

/// Codes that say that a request came too soon; nothing was done. The list of the AWS SDKs.
const THROTTLED: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
];

/// Codes that say that the credentials are no longer, or not, good.
const NOT_LOGGED_IN: &[&str] = &[
    "ExpiredToken",
    "ExpiredTokenException",
    "TokenRefreshRequired",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "AuthFailure",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "IncompleteSignature",
    "RequestExpired",
];

const DENIED: &[&str] =
    &["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnauthorizedException", "Forbidden", "403"];

/// What is known after a request went wrong.
#[must_use]
pub fn failure(
    service: &Service<'_>,
    operation: &Operation<'_>,
    effect: Effect,
    error: &SdkError<ServiceFailure, HttpResponse>,
) -> Failure {
    let call = format!("{}:{}", service.name, operation.name);
    if let Some(credentials) = found::<CredentialsError>(error) {
        return Failure::new(FailureKind::Credentials, messages::no_credentials(&call, chain(credentials)))
            .hint(messages::log_in());
    }
    match error {
        SdkError::ServiceError(answer) => answered(&call, effect, &answer.err().0),
        SdkError::ConstructionFailure(_) => Failure::invalid(messages::cannot_be_sent(&call, chain(error))),
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => {
            lost(&call, effect, error)
        }
        _ => lost(&call, effect, error),
    }
}

fn answered(call: &str, effect: Effect, error: &ServiceError) -> Failure {
    let code = error.code.clone().unwrap_or_else(|| error.status.to_string());
    let message = error.message.clone().unwrap_or_default();
    let is = |codes: &[&str]| codes.contains(&code.as_str());
    let told = messages::service_says(call, &code, &message);
    let failure = if is(NOT_LOGGED_IN) {
        Failure::new(FailureKind::Credentials, told).hint(messages::log_in_again())
    } else if is(THROTTLED) || error.status == 429 || error.status == 503 {
        Failure::unavailable(told).hint(messages::throttled())
    } else if is(DENIED) {
        Failure::failed(told).hint(messages::denied(call))
    } else if error.status >= 500 {
        // It broke in the middle: what it had done by then is not known.
        Failure::new(if effect.is_write() { FailureKind::Unknown } else { FailureKind::Unavailable }, told)
    } else {
        Failure::failed(told)
    };
    failure.details(details(error, &code, &message))
}

fn details(error: &ServiceError, code: &str, message: &str) -> Value {
    let mut details = BTreeMap::from([
        ("code".to_owned(), Value::from(code)),
        ("message".to_owned(), Value::from(message)),
        ("status".to_owned(), Value::Int(i64::from(error.status))),
    ]);
    if let Some(id) = &error.request_id {
        details.insert("request_id".to_owned(), Value::from(id.as_str()));
    }
    if let Value::Map(members) = &error.members
        && !members.is_empty()
    {
        details.insert("members".to_owned(), error.members.clone());
    }
    Value::Map(details)
}

/// No answer, or none that can be read. Before there was a connection nothing was sent.
fn lost(call: &str, effect: Effect, error: &SdkError<ServiceFailure, HttpResponse>) -> Failure {
    let why = deepest(error);
    let connected = !found::<hyper_util::client::legacy::Error>(error)
        .is_some_and(hyper_util::client::legacy::Error::is_connect)
        && !matches!(error, SdkError::DispatchFailure(failure) if failure.is_user());
    if !connected {
        return Failure::unavailable(messages::not_reached(call, why));
    }
    if effect.is_write() {
        return Failure::unknown(messages::answer_lost(call, why));
    }
    Failure::unavailable(messages::answer_lost(call, why))
}

/// The error of this type among an error and what caused it.
fn found<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

fn deepest(error: &(dyn Error + 'static)) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

/// An error with what caused it, in one line.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let more = source.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        next = source.source();
    }
    text
}
