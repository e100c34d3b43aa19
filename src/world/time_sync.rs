//! Whether the machine's clock is kept right, as the kernel knows it. Nothing is asked over the network.

/// Whether something (NTP, chrony, the hypervisor) keeps the clock right; nothing where the system can't tell.
#[must_use]
pub fn is_synchronised() -> Option<bool> {
    #[cfg(target_os = "linux")]
    {
        // `adjtimex(2)`: the state of the clock; 5 is TIME_ERROR, not synchronised.
        let mut clock = std::mem::MaybeUninit::<libc::timex>::zeroed();
        #[expect(unsafe_code, reason = "no library of ours has a safe interface to it")]
        // SAFETY: a zeroed `timex` asks for nothing to be changed, and the call writes no more than the structure.
        let state = unsafe { libc::adjtimex(clock.as_mut_ptr()) };
        (state >= 0).then_some(state != libc::TIME_ERROR)
    }
    #[cfg(not(target_os = "linux"))]
    None
}
