//! Host functions of the counted cloud, declared as the program declares its own. What they do is in `cloud`.

use std::time::Duration;

use runbook::binding::{Context, Declaration, Described, Example, HostFunction, Registry, Settle};
use runbook::bindings;
use runbook::model::effect::Effect;
use runbook::model::failure::Failure;
use runbook::model::permission::Want;
use runbook::model::value::Value;
use runbook::world::Settled;
use schemars::JsonSchema;
use serde::Deserialize;

/// The arguments of all of them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// What it is done to.
    name: String,
    /// What is written.
    #[serde(default)]
    value: serde_json::Value,
    /// A header that may hold a secret.
    #[serde(default)]
    #[schemars(schema_with = "sink")]
    header: String,
}

fn sink(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "string", "x-sink": true })
}

macro_rules! function {
    ($type:ident, $name:literal, $verb:literal) => {
        pub struct $type;

        impl Described for $type {
            const NAME: &'static str = $name;
            const SUMMARY: &'static str = "A function of the counted cloud";
            const POSITIONAL: &'static [&'static str] = &["name"];
            const EXAMPLES: &'static [Example] = &[];
            type Args = Arguments;
            type Output = serde_json::Value;
        }

        impl HostFunction for $type {
            const PERMISSIONS: &'static [&'static str] = &[concat!("cloud:", $verb, " NAME")];

            fn wants(args: &Arguments) -> Result<Vec<Want>, Failure> {
                if args.name.is_empty() {
                    return Err(Failure::invalid("`name` is empty"));
                }
                let _ = (&args.value, &args.header);
                Ok(vec![Want::new(concat!("cloud:", $verb), &args.name)])
            }

            fn time_limit(_: &Arguments) -> Duration {
                Duration::from_secs(60)
            }

            async fn live(_: Arguments, _: &Context<'_>) -> Result<serde_json::Value, Failure> {
                Err(Failure::failed("the counted cloud acts by itself"))
            }
        }
    };
}

macro_rules! settles {
    ($type:ident, $by_author:literal) => {
        impl Settle for $type {
            const BY_AUTHOR: bool = $by_author;
            const ENDS_WITH_US: bool = false;

            async fn settle(_: Arguments, _: &Context<'_>) -> Settled {
                Settled::Unknown("the counted cloud looks by itself".to_owned())
            }
        }
    };
}

function!(Read, "cloud::read", "read");
function!(Ensure, "cloud::ensure", "ensure");
function!(Change, "cloud::change", "change");
function!(Post, "cloud::post", "post");
function!(Destroy, "cloud::destroy", "destroy");
function!(Blind, "cloud::blind", "blind");
settles!(Change, false);
settles!(Post, true);
settles!(Destroy, false);
settles!(Blind, false);

/// The cloud's functions, and the program's own that need no world.
///
/// `change` and `destroy` can be settled by their token; `post` can't, but its author may say how; `blind` can't at all.
pub fn registry() -> Registry {
    let own = vec![
        Declaration::read::<Read>(),
        Declaration::ensure::<Ensure>(),
        Declaration::change::<Change>(),
        Declaration::change::<Post>(),
        Declaration::change::<Blind>(),
        Declaration::destroy::<Destroy>(),
        crate::handles::declaration(),
    ];
    let groups = [bindings::human::declarations(), bindings::id::declarations(), bindings::time::declarations()];
    Registry::of(own.into_iter().chain(groups.into_iter().flatten()))
}

/// The argument `name` of a call.
pub fn name_of(args: &Value) -> String {
    match args.as_map().and_then(|map| map.get("name")) {
        Some(Value::Text(name)) => name.clone(),
        _ => String::new(),
    }
}

/// The argument `value` of a call.
pub fn value_of(args: &Value) -> Value {
    args.as_map().and_then(|map| map.get("value")).cloned().unwrap_or_default()
}

/// The effect of a function, by its name.
pub fn effect_of(function: &str) -> Effect {
    match function {
        "cloud::read" => Effect::Read,
        "cloud::ensure" => Effect::Ensure,
        "cloud::destroy" => Effect::Destroy,
        _ => Effect::Change,
    }
}
