//! Reads guards: the AWS account and region that an environment is.

use super::written::{Fields, Problems};

use crate::messages::project as messages;
use crate::model::guard::Guard;

/// Reads the guard's keys; others in the map are left to the caller.
pub(crate) fn read(fields: &mut Fields, problems: &mut Problems) -> Guard {
    let aws_account = fields.text("aws_account", problems).and_then(|(text, at)| {
        let fits = text.len() == 12 && text.chars().all(|c| c.is_ascii_digit());
        if !fits {
            problems.at(at, messages::is_no_aws_account(text), messages::an_account_is_twelve_digits_as_a_string());
        }
        fits.then(|| text.to_owned())
    });
    let aws_region = fields.text("aws_region", problems).and_then(|(text, at)| {
        let fits = text.split('-').count() >= 3
            && text
                .split('-')
                .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
        if !fits {
            problems.at(at, messages::is_no_aws_region(text), messages::such_as());
        }
        fits.then(|| text.to_owned())
    });
    Guard { aws_account, aws_region }
}
