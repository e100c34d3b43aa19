//! What has to be set once in a process before the first script is compiled.

use std::panic;
use std::sync::Once;

use super::thread;

/// Rhai hashes names with this. Any constant does: closure names and the order of functions then are the same in every
/// process, so that a resumed run finds its calls.
const HASHING_SEED: [u64; 4] =
    [0x7275_6e62_6f6f_6b31, 0x6869_6464_656e_2e2e, 0x0bad_cafe_f00d_d00d, 0x5eed_5eed_5eed_5eed];

/// Sets up the process. The first line of `main`, and of each test that needs the same names in each process.
///
/// Later calls do nothing. After a Rhai engine was made without it, names differ from process to process.
pub fn set_up_process() {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        // Fails only when something else fixed a seed before: then names are stable as well.
        let _ = rhai::config::hashing::set_hashing_seed(Some(HASHING_SEED));
        // A core would hold the secrets of the run. A system that does not take the limit has no cores.
        let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
        let _unlimited = rustix::process::setrlimit(rustix::process::Resource::Core, none);
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            // A panic on a script thread becomes an error that the engine reports; writing it here as well would put
            // it in the middle of what a person watches.
            if !thread::runs_script() {
                others(info);
            }
        }));
    });
}
