//! Guards: the AWS account and region that an environment is, so that a run refuses the wrong one before anything else.

use serde::{Deserialize, Serialize};

/// What must be so before the first AWS call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Guard {
    /// The account's twelve digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aws_account: Option<String>,
    /// The region's name, such as `ap-northeast-1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aws_region: Option<String>,
}

impl Guard {
    /// Whether it guards nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Guard::default()
    }

    /// Both guards in one; what they say differently, when they do.
    ///
    /// # Errors
    /// The two values that can't both be so.
    pub fn and(self, other: Guard) -> Result<Guard, (String, String)> {
        let both = |one: Option<String>, other: Option<String>| match (one, other) {
            (Some(one), Some(other)) if one != other => Err((one, other)),
            (one, other) => Ok(one.or(other)),
        };
        Ok(Guard {
            aws_account: both(self.aws_account, other.aws_account)?,
            aws_region: both(self.aws_region, other.aws_region)?,
        })
    }
}
