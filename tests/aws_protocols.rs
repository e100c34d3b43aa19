//! The protocol suites that AWS publishes, as botocore carries them: what each request looks like on the wire, and what each answer says.

#[path = "aws/mod.rs"]
mod aws;

use std::fs;

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, Metadata};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{ConfigBag, Layer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use runbook::bindings::aws::client::{Wire, add_rest, fill_tokens, host_prefix, moment};
use runbook::bindings::aws::tables::{Kind, Names, Operation, Published, Service, ShapeIndex, table};
use runbook::model::value::Value;
use serde_json::{Value as Json, json};

/// Requests that do not come out as the suites say, each with the reason. One that does is an error as well: the list is exact.
const KNOWN_REQUESTS: &[(&str, &str)] = &[
    (
        "SDKAppliedContentEncoding_ec2Query",
        "no request of AWS is compressed: one operation of all, CloudWatch's `PutMetricData`, may be",
    ),
    (
        "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_ec2Query",
        "no request of AWS is compressed: one operation of all, CloudWatch's `PutMetricData`, may be",
    ),
    (
        "SDKAppliedContentEncoding_awsJson1_1",
        "no request of AWS is compressed: one operation of all, CloudWatch's `PutMetricData`, may be",
    ),
    (
        "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1",
        "no request of AWS is compressed: one operation of all, CloudWatch's `PutMetricData`, may be",
    ),
    (
        "SDKAppliedContentEncoding_awsJson1_0",
        "no request of AWS is compressed: one operation of all, CloudWatch's `PutMetricData`, may be",
    ),
    (
        "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0",
        "no request of AWS is compressed: one operation of all, CloudWatch's `PutMetricData`, may be",
    ),
    (
        "SDKAppliedContentEncoding_awsQuery",
        "no request of AWS is compressed: one operation of all, CloudWatch's `PutMetricData`, may be",
    ),
    (
        "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery",
        "no request of AWS is compressed: one operation of all, CloudWatch's `PutMetricData`, may be",
    ),
    (
        "SDKAppliedContentEncoding_restJson1",
        "no request of AWS is compressed: one operation of all, CloudWatch's `PutMetricData`, may be",
    ),
    (
        "SDKAppendedGzipAfterProvidedEncoding_restJson1",
        "no request of AWS is compressed: one operation of all, CloudWatch's `PutMetricData`, may be",
    ),
    (
        "SDKAppliedContentEncoding_restXml",
        "no request of AWS is compressed: one operation of all, CloudWatch's `PutMetricData`, may be",
    ),
    (
        "SDKAppendedGzipAfterProvidedEncoding_restXml",
        "no request of AWS is compressed: one operation of all, CloudWatch's `PutMetricData`, may be",
    ),
    (
        "BodyWithXmlName",
        "the models of AWS name the element of a payload in its member, those of the suite in its shape",
    ),
    (
        "RestXmlHttpPayloadWithUnion",
        "the models of AWS name the element of a payload in its member, those of the suite in its shape",
    ),
    (
        "HttpPayloadWithXmlName",
        "the models of AWS name the element of a payload in its member, those of the suite in its shape",
    ),
    (
        "HttpPayloadWithXmlNamespace",
        "the models of AWS name the element of a payload in its member, those of the suite in its shape",
    ),
    (
        "HttpPayloadWithXmlNamespaceAndPrefix",
        "the models of AWS name the element of a payload in its member, those of the suite in its shape",
    ),
    (
        "XmlAttributesOnPayload",
        "the models of AWS name the element of a payload in its member, those of the suite in its shape",
    ),
    ("XmlNamespaces", "no model of AWS gives the elements of a list a namespace"),
    ("RestXmlXmlMapWithXmlNamespace", "no model of AWS gives the keys and values of a map a namespace"),
];

/// The same of answers.
const KNOWN_ANSWERS: &[(&str, &str)] = &[
    ("Ec2InvalidGreetingError", "EC2 has no errors with members"),
    ("Ec2ComplexError", "EC2 has no errors with members"),
    ("MediaTypeHeaderOutputBase64", "JSON in a header is read, as the AWS CLI does"),
];

#[test]
fn requests_look_as_the_published_suites_say() {
    run("input", KNOWN_REQUESTS, &|suite, case| request_differs(suite, case));
}

#[test]
fn answers_say_what_the_published_suites_say() {
    run("output", KNOWN_ANSWERS, &|suite, case| answer_differs(suite, case));
}

fn run(side: &str, known: &[(&str, &str)], differs: &dyn Fn(&Json, &Json) -> Option<String>) {
    let folder = aws::botocore::source().join("tests/unit/protocols").join(side);
    let mut files: Vec<_> = fs::read_dir(&folder).expect("suites").map(|file| file.expect("a suite").path()).collect();
    files.sort();
    let (mut all, mut expected) = (0, 0);
    let mut wrong = Vec::new();
    for file in files {
        let suites: Json = serde_json::from_str(&fs::read_to_string(&file).expect("a suite")).expect("JSON");
        let protocol = file.file_stem().expect("a name").to_string_lossy().into_owned();
        for suite in suites.as_array().expect("suites") {
            for case in suite["cases"].as_array().expect("cases") {
                all += 1;
                let id = case["id"].as_str().expect("an id");
                let reason = known.iter().find(|(name, _)| *name == id);
                match (differs(suite, case), reason) {
                    (None, None) => {}
                    (Some(_), Some(_)) => expected += 1,
                    (Some(difference), None) => wrong.push(format!("{protocol} {id}: {difference}")),
                    (None, Some(_)) => {
                        wrong.push(format!("{protocol} {id}: comes out right, though it is listed as known"))
                    }
                }
            }
        }
    }
    println!("{side}: {all} cases, {expected} known to differ, {} wrong", wrong.len());
    assert!(all > 300, "the suites are not complete: {all} cases");
    assert!(wrong.is_empty(), "{} of {all} cases:\n{}", wrong.len(), wrong.join("\n"));
}

/// The table of a case's service. Leaked, as the tables of the program are.
fn wire(suite: &Json, case: &Json) -> (Wire, &'static Operation<'static>) {
    let given = &case["given"];
    let name = given["name"].as_str().unwrap_or("OperationName");
    let mut model = suite.clone();
    model["operations"] = json!({ name: given });
    let published =
        Box::leak(Box::new(Published { folder: "suite".to_owned(), service: model, ..Published::default() }));
    let names = Box::leak(Box::new(Names::of(published)));
    let written = postcard::to_stdvec(&table(published, names).expect("a table")).expect("a table that can be written");
    let service: Service<'static> = postcard::from_bytes(Vec::leak(written)).expect("the table as it was");
    let service: &'static Service<'static> = Box::leak(Box::new(service));
    (Wire::new(service), &service.operations[0])
}

fn settings(wire: &Wire, operation: &Operation<'_>) -> ConfigBag {
    let mut layer = Layer::new("case");
    layer.store_put(Metadata::new(operation.name.to_owned(), "suite"));
    ConfigBag::of_layers(vec![wire.settings(), layer])
}

fn request_differs(suite: &Json, case: &Json) -> Option<String> {
    let (wire, operation) = wire(suite, case);
    let input = Value::from_plain_json(case["params"].clone()).expect("parameters");
    let input = fill_tokens(wire.service(), operation, input, "00000000-0000-4000-8000-000000000000");
    let expected = &case["serialized"];
    let request = match wire.request(operation, &input, &settings(&wire, operation)) {
        Ok(request) => request,
        Err(error) => return Some(format!("no request: {error}")),
    };
    let mut request = request;
    if let Err(error) = add_rest(&mut request, wire.service(), operation, &input) {
        return Some(format!("no request: {error}"));
    }
    if let Some(host) = expected["host"].as_str() {
        let endpoint = suite["clientEndpoint"]
            .as_str()
            .expect("an endpoint")
            .trim_start_matches("https://")
            .trim_start_matches("http://");
        let prefix = host_prefix(wire.service(), operation, &input).unwrap_or_default();
        if format!("{prefix}{endpoint}") != host {
            return Some(format!("host {prefix}{endpoint}, not {host}"));
        }
    }
    let method = expected["method"].as_str().unwrap_or("POST");
    if request.method() != method {
        return Some(format!("method {}, not {method}", request.method()));
    }
    // The path of the endpoint is put before that of the operation when both are joined.
    let endpoint = suite["clientEndpoint"].as_str().and_then(|endpoint| endpoint.split_once("://")?.1.split_once('/'));
    let uri = expected["uri"].as_str().unwrap_or_default();
    let uri = endpoint.and_then(|(_, path)| uri.strip_prefix('/')?.strip_prefix(path)).unwrap_or(uri);
    if !same_uri(request.uri(), uri) {
        return Some(format!("uri {}, not {uri}", request.uri()));
    }
    headers_differ(&request, expected).or_else(|| body_differs(wire.service(), &request, case))
}

fn same_uri(one: &str, other: &str) -> bool {
    let parts = |uri: &str| {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let mut query: Vec<String> = query
            .split('&')
            .filter(|part| !part.is_empty())
            .map(|part| part.trim_end_matches('=').to_owned())
            .collect();
        query.sort();
        (path.to_owned(), query)
    };
    parts(one) == parts(other)
}

fn headers_differ(request: &HttpRequest, expected: &Json) -> Option<String> {
    for (name, value) in expected["headers"].as_object().into_iter().flatten() {
        let wanted = value.as_str().unwrap_or_default();
        let all: Vec<&str> = request.headers().get_all(name).collect();
        let seen = all.join(", ");
        let plain = |text: &str| text.replace(", ", ",");
        if plain(&seen) != plain(wanted) {
            return Some(format!("header {name}: {seen:?}, not {wanted:?}"));
        }
    }
    for name in expected["forbidHeaders"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        if let Some(value) = request.headers().get(name) {
            return Some(format!("header {name}: {value:?}, which must not be there"));
        }
    }
    for name in expected["requireHeaders"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        if request.headers().get(name).is_none() && !name.eq_ignore_ascii_case("content-length") {
            return Some(format!("header {name} is missing"));
        }
    }
    None
}

fn body_differs(service: &Service<'_>, request: &HttpRequest, case: &Json) -> Option<String> {
    use runbook::bindings::aws::tables::Protocol;
    let wanted = case["serialized"]["body"].as_str()?;
    // The entries of a map have no order, which only XML gives them.
    let ordered = !case["id"].as_str().is_some_and(|id| id.contains("Map"));
    let bytes = request.body().bytes().unwrap_or_default();
    let seen = String::from_utf8_lossy(bytes).into_owned();
    let same = match service.protocol {
        Protocol::Cbor => {
            let wanted = STANDARD.decode(wanted).expect("Base64");
            (bytes.is_empty() && wanted.is_empty()) || cbor(bytes) == cbor(&wanted)
        }
        Protocol::Json10 | Protocol::Json11 | Protocol::RestJson => {
            match (serde_json::from_str::<Json>(&seen), serde_json::from_str::<Json>(wanted)) {
                (Ok(seen), Ok(wanted)) => same_json(&seen, &wanted),
                _ => seen == wanted,
            }
        }
        Protocol::RestXml => match (xml(&seen, ordered), xml(wanted, ordered)) {
            (Some(seen), Some(wanted)) => seen == wanted,
            _ => seen == wanted,
        },
        Protocol::Query | Protocol::Ec2 => {
            let parts = |text: &str| {
                let mut parts: Vec<String> = text.split('&').map(str::to_owned).collect();
                parts.sort();
                parts
            };
            parts(&seen) == parts(wanted)
        }
    };
    (!same).then(|| format!("body {seen:?}, not {wanted:?}"))
}

/// CBOR with its maps in order, so that it can be compared.
fn cbor(bytes: &[u8]) -> Option<ciborium::Value> {
    fn sorted(value: ciborium::Value) -> ciborium::Value {
        use ciborium::Value as Cbor;
        match value {
            Cbor::Map(mut entries) => {
                entries.sort_by_key(|(key, _)| format!("{key:?}"));
                Cbor::Map(entries.into_iter().map(|(key, value)| (key, sorted(value))).collect())
            }
            Cbor::Array(items) => Cbor::Array(items.into_iter().map(sorted).collect()),
            Cbor::Float(number) if number.is_nan() => Cbor::Text("NaN".to_owned()),
            other => other,
        }
    }
    ciborium::from_reader(bytes).ok().map(sorted)
}

/// An element as text in which what does not matter is always the same: the order of attributes, and blanks around elements.
fn xml(text: &str, ordered: bool) -> Option<String> {
    fn told(node: roxmltree::Node<'_, '_>, ordered: bool) -> String {
        let mut attributes: Vec<String> = node
            .attributes()
            .map(|a| format!("{{{}}}{}={:?}", a.namespace().unwrap_or_default(), a.name(), a.value()))
            .collect();
        attributes.sort();
        let mut inside: Vec<String> = Vec::new();
        for child in node.children() {
            if child.is_element() {
                inside.push(told(child, ordered));
            } else if let Some(text) = child.text().map(str::trim).filter(|text| !text.is_empty()) {
                inside.push(text.to_owned());
            }
        }
        if !ordered {
            inside.sort();
        }
        let name = node.tag_name();
        format!(
            "<{{{}}}{} {}>{}</>",
            name.namespace().unwrap_or_default(),
            name.name(),
            attributes.join(" "),
            inside.join("")
        )
    }
    let document = roxmltree::Document::parse(text).ok()?;
    Some(told(document.root_element(), ordered))
}

fn answer_differs(suite: &Json, case: &Json) -> Option<String> {
    let (wire, operation) = wire(suite, case);
    let service = wire.service();
    let response = &case["response"];
    let mut body = response["body"].as_str().unwrap_or_default().as_bytes().to_vec();
    if service.protocol == runbook::bindings::aws::tables::Protocol::Cbor {
        body = STANDARD.decode(&body).unwrap_or(body);
    }
    let status = u16::try_from(response["status_code"].as_u64().expect("a status")).expect("a status");
    let mut built = http::Response::builder().status(status);
    for (name, value) in response["headers"].as_object().into_iter().flatten() {
        built = built.header(name, value.as_str().unwrap_or_default());
    }
    let response = HttpResponse::try_from(built.body(SdkBody::from(body)).expect("an answer")).expect("an answer");
    let cfg = settings(&wire, operation);
    if let Some(error) = case.get("error") {
        let seen = wire.error(operation, &response, &cfg);
        let code = case["errorCode"].as_str().unwrap_or_default();
        if seen.code.as_deref() != Some(code) {
            return Some(format!("code {:?}, not {code}", seen.code));
        }
        if let Some(message) = case["errorMessage"].as_str().filter(|message| seen.message.as_deref() != Some(message))
        {
            return Some(format!("message {:?}, not {message}", seen.message));
        }
        let shape =
            operation.errors.iter().find(|index| Some(service.shape(**index).expect("a shape").name) == seen.shape);
        let members = shape.map_or(json!({}), |index| plain(service, *index, &seen.members));
        return (!same_json(&members, error)).then(|| format!("{members}, not {error}"));
    }
    let wanted = &case["result"];
    match wire.answer(operation, &response, &cfg) {
        Err(error) => Some(format!("no answer: {error}")),
        Ok(seen) => {
            let seen = operation.output.map_or(json!({}), |output| plain(service, output, &seen));
            (!same_json(&seen, wanted)).then(|| format!("{seen}, not {wanted}"))
        }
    }
}

/// What was read, as the suites write it: moments as seconds, bytes as text.
fn plain(service: &Service<'static>, index: ShapeIndex, value: &Value) -> Json {
    match (&service.shape(index).expect("a shape").kind, value) {
        (_, Value::Unit) => Json::Null,
        (Kind::Structure(structure), Value::Map(map)) => {
            let member = |(name, value): (&String, &Value)| {
                let member = structure.members.iter().find(|member| member.name == name).expect("a member");
                (name.clone(), plain(service, member.target, value))
            };
            Json::Object(map.iter().map(member).collect())
        }
        (Kind::List(list), Value::List(items)) => items.iter().map(|item| plain(service, list.member, item)).collect(),
        (Kind::Map(map), Value::Map(entries)) => {
            Json::Object(entries.iter().map(|(name, item)| (name.clone(), plain(service, map.value, item))).collect())
        }
        (Kind::Timestamp(_), value) => json!(moment(value).expect("a moment").as_secs_f64()),
        (Kind::Blob { streaming: false }, Value::Text(text)) => {
            String::from_utf8(STANDARD.decode(text).expect("Base64")).map_or(Json::Null, Json::String)
        }
        (Kind::Float | Kind::Double, Value::Float(number)) if !number.is_finite() => match number {
            number if number.is_nan() => json!("NaN"),
            number if *number > 0.0 => json!("Infinity"),
            _ => json!("-Infinity"),
        },
        (_, value) => value.to_plain_json().expect("plain"),
    }
}

fn same_json(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => {
            let (one, other) = (one.as_f64().expect("a number"), other.as_f64().expect("a number"));
            (one - other).abs() <= f64::from(f32::EPSILON) * one.abs()
        }
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| same_json(a, b))
        }
        (Json::Object(one), Json::Object(other)) => {
            let keys =
                |map: &serde_json::Map<String, Json>| map.keys().cloned().collect::<std::collections::BTreeSet<_>>();
            keys(one) == keys(other) && one.iter().all(|(key, value)| same_json(value, &other[key]))
        }
        _ => one == other,
    }
}

#[test]
fn the_list_of_known_differences_is_short() {
    assert!(KNOWN_REQUESTS.len() + KNOWN_ANSWERS.len() <= 25);
}
