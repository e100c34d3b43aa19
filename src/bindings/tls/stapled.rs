//! The status of a certificate that its server sends along (OCSP, RFC 6960).

use der::Decode as _;
use schemars::JsonSchema;
use serde::Serialize;
use x509_ocsp::{BasicOcspResponse, CertStatus, OcspResponse, OcspResponseStatus};

/// A status that came along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stapled {
    /// `good`, `revoked` or `unknown`, as the authority says; `malformed` for what can't be read.
    pub status: String,
    /// Since when that is so (RFC 3339, UTC); nothing where it does not say.
    pub this_update: Option<String>,
    /// Until when it holds (RFC 3339, UTC); nothing where it does not say.
    pub next_update: Option<String>,
}

impl Stapled {
    /// What the bytes say; nothing where there are none. Its signature is not looked at.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() {
            return None;
        }
        Some(read(bytes).unwrap_or_else(|| Stapled {
            status: "malformed".to_owned(),
            this_update: None,
            next_update: None,
        }))
    }
}

fn read(bytes: &[u8]) -> Option<Stapled> {
    let response = OcspResponse::from_der(bytes).ok()?;
    if response.response_status != OcspResponseStatus::Successful {
        return None;
    }
    let basic = BasicOcspResponse::from_der(response.response_bytes?.response.as_bytes()).ok()?;
    let single = basic.tbs_response_data.responses.first()?;
    let status = match single.cert_status {
        CertStatus::Good(_) => "good",
        CertStatus::Revoked(_) => "revoked",
        CertStatus::Unknown(_) => "unknown",
    };
    let said = |time: &x509_ocsp::OcspGeneralizedTime| time.0.to_date_time().to_string();
    Some(Stapled {
        status: status.to_owned(),
        this_update: Some(said(&single.this_update)),
        next_update: single.next_update.as_ref().map(said),
    })
}
