//! The account and region that an environment is: looked at once, before the first AWS call of a run.

use std::sync::Arc;

use aws_types::sdk_config::SdkConfig;

use super::client::{Exchange, Permit, Wire};
use super::settings::{self, Settings};
use super::{failures, tables};
use crate::binding::Context;
use crate::messages::bindings_aws as messages;
use crate::model::effect::Effect;
use crate::model::failure::{Failure, FailureKind};
use crate::model::value::Value;

/// Refuses a call whose credentials are of another account than the environment is, or that would go to another region by default.
///
/// # Errors
/// The wrong account or region; no way to tell.
pub async fn hold(settings: &Settings, config: &SdkConfig, context: &Context<'_>) -> Result<(), Failure> {
    let guard = context.guard;
    if let (Some(wanted), Some(region)) = (&guard.aws_region, config.region())
        && wanted != region.as_ref()
    {
        return Err(Failure::new(FailureKind::Credentials, messages::wrong_region(region, wanted))
            .hint(messages::set_the_region(wanted)));
    }
    let Some(wanted) = &guard.aws_account else { return Ok(()) };
    let account = settings.account.get_or_try_init(|| account(config, guard.aws_region.as_deref())).await?;
    if account != wanted {
        return Err(Failure::new(FailureKind::Credentials, messages::wrong_account(account, wanted))
            .hint(messages::log_in_there()));
    }
    Ok(())
}

/// The account that the credentials are of.
async fn account(config: &SdkConfig, region: Option<&str>) -> Result<String, Failure> {
    let damaged = |damaged: tables::Damaged| Failure::failed(damaged.to_string());
    let loaded = tables::service("sts").map_err(damaged)?;
    let operation = loaded.and_then(|loaded| Some((loaded, loaded.service.operation("get_caller_identity")?)));
    let Some((loaded, operation)) = operation else { return Err(Failure::failed(messages::no_account())) };
    let input = Value::Map(std::collections::BTreeMap::new());
    let region = settings::region(region, config)?;
    let at = settings::endpoint(loaded, operation, &input, &region, config)?;
    let exchange = Exchange {
        wire: Arc::new(Wire::new(loaded.service)),
        operation,
        input,
        endpoint: at.endpoint,
        host_prefix: None,
        bucket_in_host: false,
        region: at.region,
        permit: Permit::of("sts::get_caller_identity", at.regions)
            .ok_or_else(|| Failure::failed(messages::no_account()))?,
    };
    let answer = exchange.send(config).await;
    let answer = answer.map_err(|error| failures::failure(loaded.service, operation, Effect::Read, &error))?;
    let account = answer.as_map().and_then(|map| map.get("Account")).and_then(Value::as_text);
    account.map(str::to_owned).ok_or_else(|| Failure::failed(messages::no_account()))
}
