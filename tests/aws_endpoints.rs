//! The endpoint suites that AWS publishes, as botocore carries them, for all services: address, headers, how to sign, error.

#[path = "aws/mod.rs"]
mod aws;

use std::collections::BTreeMap;
use std::fs;

use runbook::bindings::aws::endpoints::{EndpointError, Parameter, Resolved, resolve};
use runbook::bindings::aws::tables;
use serde_json::{Value as Json, json};

#[test]
fn every_service_is_found_where_the_published_suites_say() {
    let folder = aws::botocore::source().join("tests/functional/endpoint-rules");
    let partitions = &tables::embedded().expect("tables").partitions;
    let mut services: Vec<_> =
        fs::read_dir(folder).expect("suites").map(|entry| entry.expect("a suite").path()).collect();
    services.sort();
    let (mut cases, mut wrong) = (0, Vec::new());
    for folder in services.iter().filter(|folder| folder.join("endpoint-tests-1.json").is_file()) {
        let name = folder.file_name().expect("a name").to_string_lossy().replace('-', "_");
        let Some(loaded) = tables::service(&name).expect("tables") else {
            wrong.push(format!("{name}: there is no such service"));
            continue;
        };
        let suite = fs::read_to_string(folder.join("endpoint-tests-1.json")).expect("a suite");
        let suite: Json = serde_json::from_str(&suite).expect("JSON");
        for case in suite["testCases"].as_array().expect("cases") {
            cases += 1;
            let found = resolve(loaded.rules, partitions, &parameters(&case["params"]));
            if let Some(difference) = differs(&found, &case["expect"]) {
                wrong.push(format!("{name}: {}: {difference}", case["documentation"]));
            }
        }
    }
    println!("{cases} cases, {} wrong", wrong.len());
    assert!(cases > 14_000, "the suites are not complete: {cases} cases");
    assert!(wrong.is_empty(), "{} of {cases}:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}

fn parameters(told: &Json) -> BTreeMap<String, Parameter> {
    let parameter = |value: &Json| match value {
        Json::Bool(flag) => Parameter::Flag(*flag),
        Json::Array(items) => Parameter::Texts(items.iter().filter_map(Json::as_str).map(str::to_owned).collect()),
        value => Parameter::Text(value.as_str().expect("a text").to_owned()),
    };
    told.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), parameter(value))).collect()
}

fn differs(found: &Result<Resolved, EndpointError>, expected: &Json) -> Option<String> {
    if let Some(message) = expected["error"].as_str() {
        return match found {
            Err(EndpointError::Refused(said)) if said == message => None,
            Err(EndpointError::Missing(_)) if message.contains("Missing") || message.contains("required") => None,
            other => Some(format!("{other:?}, not the error {message:?}")),
        };
    }
    let resolved = match found {
        Ok(resolved) => resolved,
        Err(error) => return Some(format!("{error:?}, not {}", expected["endpoint"]["url"])),
    };
    let endpoint = &expected["endpoint"];
    if endpoint["url"] != json!(resolved.url) {
        return Some(format!("{}, not {}", resolved.url, endpoint["url"]));
    }
    let headers = endpoint.get("headers").cloned().unwrap_or(json!({}));
    if json!(resolved.headers) != headers {
        return Some(format!("headers {:?}, not {headers}", resolved.headers));
    }
    let schemes: Vec<Json> = resolved
        .auth_schemes
        .iter()
        .map(|scheme| {
            let mut of = json!({ "name": scheme.name });
            let mut put = |key: &str, value: Option<Json>| {
                if let Some(value) = value {
                    of[key] = value;
                }
            };
            put("signingName", scheme.signing_name.as_ref().map(|name| json!(name)));
            put("signingRegion", scheme.signing_region.as_ref().map(|region| json!(region)));
            let set = &scheme.signing_region_set;
            put("signingRegionSet", (!set.is_empty()).then(|| json!(set)));
            put("disableDoubleEncoding", scheme.disable_double_encoding.map(|disable| json!(disable)));
            of
        })
        .collect();
    let wanted = endpoint.pointer("/properties/authSchemes").cloned().unwrap_or(json!([]));
    (json!(schemes) != wanted).then(|| format!("{}, not {wanted}", json!(schemes)))
}
