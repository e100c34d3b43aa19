//! The second lock: a request that is not the one that the gate let through is not sent, and an answer that has no end is cut off.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use http_body_util::Limited;

use crate::bindings::aws::tables;
use crate::messages::bindings_aws as messages;

/// How long an answer may be, in bytes.
pub const ANSWER_MAX: usize = 64 << 20;

/// What the gate let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    service_id: &'static str,
    operation: &'static str,
    regions: Vec<String>,
}

impl Permit {
    /// What a function may send: its operation, signed for one of these regions. `None` when there is no such function.
    #[must_use]
    pub fn of(function: &str, regions: Vec<String>) -> Option<Self> {
        let (namespace, name) = function.split_once("::")?;
        let service = tables::service(namespace).ok().flatten()?.service;
        let waited = |name: &str| service.waiter(name.strip_prefix("wait_")?);
        let operation = service.operation(name).or_else(|| service.operation(waited(name)?.operation))?;
        Some(Permit { service_id: service.service_id, operation: operation.wire_name(), regions })
    }
}

/// Refuses everything but what the permit is for.
#[derive(Debug)]
pub struct Lock(pub Permit);

#[dyn_dispatch_hint]
impl Intercept for Lock {
    fn name(&self) -> &'static str {
        "Lock"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Lock(permit) = self;
        let is_operation =
            cfg.load::<Metadata>().is_some_and(|of| (of.service(), of.name()) == (permit.service_id, permit.operation));
        // `AWS4-HMAC-SHA256 Credential=ID/DATE/REGION/SERVICE/aws4_request, …`; a request without a signature goes to nobody's account.
        let scope =
            context.request().headers().get("authorization").and_then(|header| header.split("Credential=").nth(1));
        let region = scope.and_then(|scope| scope.split('/').nth(2));
        let is_region = region.is_none_or(|region| permit.regions.iter().any(|permitted| permitted == region));
        if is_operation && is_region { Ok(()) } else { Err(messages::not_let_through(permit.operation).into()) }
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response_mut().body_mut();
        let whole = std::mem::replace(body, SdkBody::taken());
        *body = whole.map_preserve_contents(|body| SdkBody::from_body_1_x(Limited::new(body, ANSWER_MAX)));
        Ok(())
    }
}
