//! One request and its answer, by the SDK's own runtime: signing, time-outs, connections. It tries once; whether to try again is the
//! engine's business.

use std::fmt;
use std::sync::Arc;

use aws_runtime::auth::sigv4::SigV4AuthScheme;
use aws_runtime::auth::{SigV4OperationSigningConfig, SigningOptions};
use aws_runtime::user_agent::{ApiMetadata, UserAgentInterceptor};
use aws_smithy_runtime::client::auth::no_auth::{NO_AUTH_SCHEME_ID, NoAuthRuntimePluginV2};
use aws_smithy_runtime::client::defaults::{DefaultPluginParams, default_plugins};
use aws_smithy_runtime::client::orchestrator::{StopPoint, invoke_with_stop_point};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::static_resolver::{
    StaticAuthSchemeOptionResolver, StaticAuthSchemeOptionResolverParams,
};
use aws_smithy_runtime_api::client::auth::{AuthSchemeId, AuthSchemeOptionResolverParams, SharedAuthScheme};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::endpoint::{
    EndpointFuture, EndpointPrefix, EndpointResolverParams, ResolveEndpoint, SharedEndpointResolver,
};
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input, InterceptorContext, Output};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, Metadata, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::{RuntimePlugins, StaticRuntimePlugin};
use aws_smithy_runtime_api::client::ser_de::{
    DeserializeResponse, SerializeRequest, SharedRequestSerializer, SharedResponseDeserializer,
};
use aws_smithy_types::config_bag::{ConfigBag, Layer};
use aws_smithy_types::endpoint::Endpoint;
use aws_smithy_types::retry::RetryConfig;
use aws_types::SigningName;
use aws_types::region::{Region, SigningRegion};
use aws_types::sdk_config::SdkConfig;

use super::lock::{Lock, Permit};
use super::rest;
use super::wire::{ServiceError, Wire};
use crate::bindings::aws::tables::{Auth, Operation, Service};
use crate::model::value::Value;

const SIGV4: AuthSchemeId = AuthSchemeId::new("sigv4");

/// One request, complete but for its signature.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// How the service's requests are written.
    pub wire: Arc<Wire>,
    /// The operation.
    pub operation: &'static Operation<'static>,
    /// Its members.
    pub input: Value,
    /// Where it goes.
    pub endpoint: Endpoint,
    /// What is put before the host name.
    pub host_prefix: Option<String>,
    /// Whether the host name begins with the name of the bucket, which then stands in no path.
    pub bucket_in_host: bool,
    /// The region that it is signed for.
    pub region: String,
    /// What the gate let through.
    pub permit: Permit,
}

/// What came of it.
pub type Exchanged = Result<Value, SdkError<ServiceFailure, HttpResponse>>;

/// A service's answer that something went wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceFailure(pub ServiceError);

impl fmt::Display for ServiceFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.0.code.as_deref().unwrap_or("unknown error");
        write!(f, "{code}: {}", self.0.message.as_deref().unwrap_or_default())
    }
}

impl std::error::Error for ServiceFailure {}

impl Exchange {
    /// Sends the request, once.
    ///
    /// # Errors
    /// What the service says, or why it was not reached.
    pub async fn send(self, config: &SdkConfig) -> Exchanged {
        let finished = self.go(config, StopPoint::None).await.map_err(service_failure)?;
        let output = finished.finalize().map_err(service_failure)?;
        output.downcast::<Value>().map_err(|_| SdkError::construction_failure("the answer was read by something else"))
    }

    /// The request as it would be sent, signed, without sending it.
    ///
    /// # Errors
    /// What can't be written or signed.
    pub async fn preview(self, config: &SdkConfig) -> Result<HttpRequest, SdkError<ServiceFailure, HttpResponse>> {
        let mut stopped = self.go(config, StopPoint::BeforeTransmit).await.map_err(service_failure)?;
        stopped.take_request().ok_or_else(|| SdkError::construction_failure("no request was made"))
    }

    async fn go(
        self,
        config: &SdkConfig,
        until: StopPoint,
    ) -> Result<InterceptorContext, SdkError<Error, HttpResponse>> {
        let service = self.wire.service();
        let operation = self.operation;
        let plugins = self.plugins(config);
        let input = Input::erase(self.input);
        invoke_with_stop_point(service.service_id, operation.name, input, &plugins, until).await
    }

    fn plugins(&self, config: &SdkConfig) -> RuntimePlugins {
        let service = self.wire.service();
        let defaults = DefaultPluginParams::new()
            .with_retry_partition_name(service.endpoint_prefix)
            .with_behavior_version(BehaviorVersion::latest())
            .with_is_aws_sdk(true);
        let own = StaticRuntimePlugin::new()
            .with_config(self.settings(config).freeze())
            .with_runtime_components(self.parts(config));
        let wire = StaticRuntimePlugin::new().with_config(self.wire.settings().freeze());
        RuntimePlugins::new()
            .with_client_plugins(default_plugins(defaults))
            .with_client_plugin(NoAuthRuntimePluginV2::new())
            .with_client_plugin(wire)
            .with_client_plugin(own)
    }

    fn settings(&self, config: &SdkConfig) -> Layer {
        let (service, operation) = (self.wire.service(), self.operation);
        let mut layer = Layer::new("exchange");
        layer.store_put(Metadata::new(operation.wire_name(), service.service_id));
        layer.store_put(ApiMetadata::new(service.service_id, env!("CARGO_PKG_VERSION")));
        layer.store_put(Region::new(self.region.clone()));
        let region = SigningRegion::from(Region::new(self.region.clone()));
        let name = SigningName::from(service.signing_name().to_owned());
        layer.store_put(region.clone());
        layer.store_put(name.clone());
        layer.store_put(SigV4OperationSigningConfig {
            region: Some(region),
            region_set: None,
            name: Some(name),
            signing_options: signing_options(service, operation),
        });
        layer.store_put(RetryConfig::disabled());
        if let Some(timeouts) = config.timeout_config() {
            layer.store_put(timeouts.clone());
        }
        layer.store_put(AuthSchemeOptionResolverParams::new(StaticAuthSchemeOptionResolverParams::new()));
        layer.store_put(SharedRequestSerializer::new(Writer(self.clone())));
        layer.store_put(SharedResponseDeserializer::new(Reader(Arc::clone(&self.wire), operation)));
        layer
    }

    fn parts(&self, config: &SdkConfig) -> RuntimeComponentsBuilder {
        let scheme = match self.operation.auth.unwrap_or(self.wire.service().auth) {
            Auth::SigV4 | Auth::Other => SIGV4,
            Auth::None => NO_AUTH_SCHEME_ID,
        };
        RuntimeComponentsBuilder::new("exchange")
            .with_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()))
            .with_auth_scheme_option_resolver(Some(StaticAuthSchemeOptionResolver::new(vec![scheme])))
            .with_endpoint_resolver(Some(SharedEndpointResolver::new(Known)))
            .with_http_client(config.http_client())
            .with_time_source(config.time_source())
            .with_sleep_impl(config.sleep_impl())
            .with_identity_cache(config.identity_cache())
            .with_identity_resolver(SIGV4, config.credentials_provider().unwrap_or_else(no_credentials))
            .with_interceptor(SharedInterceptor::permanent(UserAgentInterceptor::new()))
            .with_interceptor(SharedInterceptor::permanent(Lock(self.permit.clone())))
    }
}

fn no_credentials() -> aws_credential_types::provider::SharedCredentialsProvider {
    #[derive(Debug)]
    struct None;
    impl aws_credential_types::provider::ProvideCredentials for None {
        fn provide_credentials<'a>(&'a self) -> aws_credential_types::provider::future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            use aws_credential_types::provider::error::CredentialsError;
            let none = CredentialsError::not_loaded_no_source();
            aws_credential_types::provider::future::ProvideCredentials::ready(Err(none))
        }
    }
    aws_credential_types::provider::SharedCredentialsProvider::new(None)
}

/// S3 signs paths as they are and wants to be told the digest of the body; everybody else does neither.
fn signing_options(service: &Service<'_>, operation: &Operation<'_>) -> SigningOptions {
    let mut options = SigningOptions::default();
    if matches!(service.name, "s3" | "s3control" | "s3outposts") {
        options.double_uri_encode = false;
        options.content_sha256_header = true;
        options.normalize_uri_path = false;
    }
    if operation.unsigned_payload {
        options.content_sha256_header = true;
        options.payload_override =
            Some(aws_runtime::auth::PayloadSigningOverride::unsigned_payload().to_signable_body());
    }
    options
}

fn service_failure(error: SdkError<Error, HttpResponse>) -> SdkError<ServiceFailure, HttpResponse> {
    error.map_service_error(|error| {
        error
            .downcast::<ServiceFailure>()
            .map_or_else(|_| ServiceFailure(ServiceError::default()), |failure| *Box::new(failure))
    })
}

/// Gives the endpoint that was found before.
#[derive(Debug)]
struct Known;

impl ResolveEndpoint for Known {
    fn resolve_endpoint<'a>(&'a self, params: &'a EndpointResolverParams) -> EndpointFuture<'a> {
        let known = params.get::<Endpoint>().cloned();
        EndpointFuture::ready(known.ok_or_else(|| BoxError::from("no endpoint was found before")))
    }
}

#[derive(Debug)]
struct Writer(Exchange);

impl SerializeRequest for Writer {
    fn serialize_input(&self, input: Input, cfg: &mut ConfigBag) -> Result<HttpRequest, BoxError> {
        let input = input.downcast::<Value>().map_err(|_| BoxError::from("the request was made by something else"))?;
        let exchange = &self.0;
        let mut request = exchange.wire.request(exchange.operation, &input, cfg)?;
        if exchange.bucket_in_host {
            super::bucket::leave_out_of_path(&mut request, &input)?;
        }
        rest::add(&mut request, exchange.wire.service(), exchange.operation, &input)?;
        cfg.interceptor_state().store_put(EndpointResolverParams::new(exchange.endpoint.clone()));
        if let Some(prefix) = &exchange.host_prefix {
            cfg.interceptor_state().store_put(EndpointPrefix::new(prefix.clone())?);
        }
        Ok(request)
    }
}

#[derive(Debug)]
struct Reader(Arc<Wire>, &'static Operation<'static>);

impl DeserializeResponse for Reader {
    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        cfg: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        let Reader(wire, operation) = self;
        if !response.status().is_success() {
            let failure = ServiceFailure(wire.error(operation, response, cfg));
            return Err(OrchestratorError::operation(Error::erase(failure)));
        }
        wire.answer(operation, response, cfg).map(Output::erase).map_err(OrchestratorError::other)
    }
}

/// What an operation puts before the host name, with the members that stand in it.
#[must_use]
pub fn host_prefix(service: &Service<'_>, operation: &Operation<'_>, input: &Value) -> Option<String> {
    let template = operation.host_prefix?;
    let structure = operation.input.and_then(|input| service.shape(input)?.structure());
    let members = structure.map_or(&[][..], |structure| &structure.members);
    let text = |name: &str| input.as_map().and_then(|map| map.get(name)).and_then(Value::as_text).unwrap_or_default();
    Some(members.iter().fold(template.to_owned(), |prefix, member| {
        prefix
            .replace(&format!("{{{}}}", member.name), text(member.name))
            .replace(&format!("{{{}}}", member.location_name()), text(member.name))
    }))
}
