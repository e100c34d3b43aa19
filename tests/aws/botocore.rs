//! The source distribution of botocore, whose suites are those that AWS publishes. Fetched once for all test runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version whose models the tables were made of.
pub const VERSION: &str = "1.44.8";

/// The folder of its source: what `RUNBOOK_BOTOCORE_SOURCE` says, else what `pip download` fetches.
///
/// # Panics
/// When there is neither: the suites are not left out silently.
pub fn source() -> PathBuf {
    if let Some(folder) = std::env::var_os("RUNBOOK_BOTOCORE_SOURCE") {
        return PathBuf::from(folder);
    }
    let shelf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("botocore");
    let folder = shelf.join(format!("botocore-{VERSION}"));
    fs::create_dir_all(&shelf).expect("a folder for botocore");
    let lock = fs::File::create(shelf.join("lock")).expect("a lock");
    lock.lock().expect("the lock");
    if !folder.is_dir() {
        let wanted = format!("botocore=={VERSION}");
        let args = ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "botocore", "--dest"];
        let status = Command::new("python3").args(args).arg(&shelf).arg(&wanted).status().expect("python3 with pip");
        assert!(
            status.success(),
            "pip could not download {wanted}; RUNBOOK_BOTOCORE_SOURCE names a folder that holds it"
        );
        let packed = shelf.join(format!("botocore-{VERSION}.tar.gz"));
        let status = Command::new("tar").arg("-xzf").arg(&packed).arg("-C").arg(&shelf).status().expect("tar");
        assert!(status.success(), "{} could not be unpacked", packed.display());
    }
    folder
}
