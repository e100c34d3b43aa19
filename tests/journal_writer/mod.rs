//! What tests need that run `journal-writer`: the program itself, and chance that comes out the same each time.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The helper, built as it stands now.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        build.args(["build", "--quiet", "--example", "journal-writer", "--manifest-path"]);
        build.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success(), "`journal-writer` does not build");
        // The test lies in `deps`, the helper in `examples` beside it.
        let program = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/journal-writer");
        assert!(program.exists(), "{} is missing", program.display());
        program
    })
}

/// Whether everything is to be tried, not a seeded sample.
pub fn full() -> bool {
    std::env::var_os("RUNBOOK_FULL").is_some_and(|value| value == "1")
}

/// A small random number generator (SplitMix64), so that a seed gives the same cases everywhere.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}
