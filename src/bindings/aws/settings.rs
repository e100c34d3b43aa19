//! Who calls AWS, and where: profile, region and credentials as the AWS SDK finds them; the endpoint of a service.

use std::collections::BTreeMap;

use aws_config::BehaviorVersion;
use aws_smithy_types::Document;
use aws_smithy_types::endpoint::Endpoint;
use aws_types::sdk_config::SdkConfig;
use aws_types::service_config::ServiceConfigKey;
use tokio::sync::OnceCell;

use super::endpoints::{self, Parameter, Resolved};
use super::tables::{self, Kind, Loaded, Operation, Service};
use crate::messages::bindings_aws as messages;
use crate::model::failure::Failure;
use crate::model::value::Value;

/// What the AWS calls of a run share.
#[derive(Debug, Default)]
pub struct Settings {
    loaded: OnceCell<SdkConfig>,
    /// The account that the credentials are of, once it was asked for.
    pub account: OnceCell<String>,
}

/// Where a request goes.
#[derive(Clone, Debug)]
pub struct Where {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The region that it is signed for where the endpoint says no other.
    pub region: String,
    /// All regions that it may be signed for.
    pub regions: Vec<String>,
    /// Whether the address is what a setting says.
    pub is_given: bool,
}

impl Settings {
    /// The configuration of the SDK, read from environment and files once.
    pub async fn config(&self) -> &SdkConfig {
        self.loaded.get_or_init(|| async { aws_config::defaults(BehaviorVersion::latest()).load().await }).await
    }
}

/// The region of a call: what the script says, else what the settings say.
///
/// # Errors
/// Nothing says one.
pub fn region(asked: Option<&str>, config: &SdkConfig) -> Result<String, Failure> {
    let region = asked.map(str::to_owned).or_else(|| config.region().map(ToString::to_string));
    region.ok_or_else(|| Failure::invalid(messages::no_region()).hint(messages::say_a_region()))
}

/// Where a request goes, by the rules of its service.
///
/// # Errors
/// What the rules refuse; tables that are damaged.
pub fn endpoint(
    loaded: Loaded,
    operation: &Operation<'_>,
    input: &Value,
    region: &str,
    config: &SdkConfig,
) -> Result<Where, Failure> {
    let service = loaded.service;
    let given = endpoint_setting(service, config);
    let mut told = told(service, operation, input);
    told.insert("Region".to_owned(), Parameter::Text(region.to_owned()));
    let mut flag = |name: &str, set: Option<bool>| {
        if let Some(set) = set {
            told.insert(name.to_owned(), Parameter::Flag(set));
        }
    };
    flag("UseFIPS", config.use_fips());
    flag("UseDualStack", config.use_dual_stack());
    if let Some(url) = &given {
        // Rules that can't read it may go to AWS's own host instead.
        url::Url::parse(url).map_err(|error| Failure::invalid(messages::no_endpoint_url(url, error)))?;
        told.insert("Endpoint".to_owned(), Parameter::Text(url.clone()));
    }
    let contents = tables::embedded().map_err(|damaged| Failure::failed(damaged.to_string()))?;
    let resolved = endpoints::resolve(loaded.rules, &contents.partitions, &told)
        .map_err(|error| Failure::invalid(messages::no_endpoint(service.full_name, region, error)))?;
    let of_rules = resolved.auth_schemes.iter().filter_map(|scheme| scheme.signing_region.clone());
    let regions = of_rules.chain([region.to_owned()]).collect();
    Ok(Where { endpoint: built(&resolved), region: region.to_owned(), regions, is_given: given.is_some() })
}

/// `AWS_ENDPOINT_URL_ECS`, `AWS_ENDPOINT_URL`, and what the profile says for both.
fn endpoint_setting(service: &Service<'_>, config: &SdkConfig) -> Option<String> {
    let key =
        ServiceConfigKey::builder().service_id(service.service_id).env("AWS_ENDPOINT_URL").profile("endpoint_url");
    let own = key.build().ok().and_then(|key| config.service_config()?.load_config(key));
    own.or_else(|| config.endpoint_url().map(str::to_owned))
}

/// What the rules are told of the request itself.
fn told(service: &Service<'_>, operation: &Operation<'_>, input: &Value) -> BTreeMap<String, Parameter> {
    let mut told = BTreeMap::new();
    for (name, text) in &operation.endpoint_texts {
        told.insert((*name).to_owned(), Parameter::Text((*text).to_owned()));
    }
    for (name, flag) in &operation.endpoint_flags {
        told.insert((*name).to_owned(), Parameter::Flag(*flag));
    }
    let structure = operation.input.and_then(|index| service.shape(index)?.structure());
    for member in structure.map_or(&[][..], |structure| &structure.members) {
        let Some(name) = member.endpoint_parameter else { continue };
        let kind = service.shape(member.target).map(|shape| &shape.kind);
        let parameter = match (kind, input.as_map().and_then(|map| map.get(member.name))) {
            (Some(Kind::Text { .. }), Some(Value::Text(text))) => Parameter::Text(text.clone()),
            (Some(Kind::Boolean), Some(Value::Bool(flag))) => Parameter::Flag(*flag),
            (Some(Kind::List(_)), Some(Value::List(items))) => {
                Parameter::Texts(items.iter().filter_map(Value::as_text).map(str::to_owned).collect())
            }
            _ => continue,
        };
        told.insert(name.to_owned(), parameter);
    }
    told
}

fn built(resolved: &Resolved) -> Endpoint {
    let mut builder = Endpoint::builder().url(resolved.url.clone());
    for (name, values) in &resolved.headers {
        for value in values {
            builder = builder.header(name.clone(), value.clone());
        }
    }
    let schemes = resolved.auth_schemes.iter().map(|scheme| {
        let mut of = std::collections::HashMap::from([("name".to_owned(), Document::String(scheme.name.clone()))]);
        let mut put = |key: &str, value: Option<Document>| {
            if let Some(value) = value {
                of.insert(key.to_owned(), value);
            }
        };
        put("signingName", scheme.signing_name.clone().map(Document::String));
        put("signingRegion", scheme.signing_region.clone().map(Document::String));
        put("disableDoubleEncoding", scheme.disable_double_encoding.map(Document::Bool));
        Document::Object(of)
    });
    let schemes: Vec<Document> = schemes.collect();
    if schemes.is_empty() { builder.build() } else { builder.property("authSchemes", schemes).build() }
}
