//! Random numbers of the operating system.

use crate::messages::bindings as messages;
use crate::model::failure::Failure;

/// Fills `bytes`.
///
/// # Errors
/// A system that has no random numbers to give.
pub(super) fn fill(bytes: &mut [u8]) -> Result<(), Failure> {
    getrandom::fill(bytes).map_err(|error| Failure::unavailable(messages::the_system_gives_no_random_numbers(error)))
}

/// 64 random bits.
pub(super) fn word() -> Result<u64, Failure> {
    let mut bytes = [0; 8];
    fill(&mut bytes)?;
    Ok(u64::from_ne_bytes(bytes))
}

/// A number below `choices`, each as likely as any other; 0 when there are no choices.
pub(super) fn below(choices: u64) -> Result<u64, Failure> {
    let Some(most) = u64::MAX.checked_rem(choices).map(|rest| u64::MAX - rest) else {
        return Ok(0);
    };
    // A number above the last whole multiple would favour the small ones: drawn again, at most every second time.
    loop {
        let drawn = word()?;
        if drawn < most {
            return Ok(drawn % choices);
        }
    }
}
