//! The errors of EC2: <https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html#operation-error-serialization>.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_xml::decode::{Document, try_data};

/// What an answer of EC2 says went wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ec2Error {
    /// The code.
    pub code: Option<String>,
    /// What it says.
    pub message: Option<String>,
    /// The id under which AWS knows the request.
    pub request_id: Option<String>,
}

/// Reads `Response/Errors/Error` and `Response/RequestID`.
#[must_use]
pub fn parse(response: &HttpResponse) -> Option<Ec2Error> {
    let body = std::str::from_utf8(response.body().bytes()?).ok()?;
    let mut document = Document::new(body);
    let mut root = document.root_element().ok()?;
    let mut found = Ec2Error::default();
    while let Some(mut inside) = root.next_tag() {
        if inside.start_el().matches("RequestID") || inside.start_el().matches("RequestId") {
            found.request_id = try_data(&mut inside).ok().map(|text| text.to_string());
        } else if inside.start_el().matches("Errors") {
            while let Some(mut error) = inside.next_tag() {
                while let Some(mut part) = error.next_tag() {
                    let is_code = part.start_el().matches("Code");
                    let is_message = part.start_el().matches("Message");
                    let text = try_data(&mut part).ok().map(|text| text.to_string());
                    if is_code {
                        found.code = text;
                    } else if is_message {
                        found.message = text;
                    }
                }
            }
        }
    }
    Some(found)
}
