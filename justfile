[private]
default:
    @just --list

# Compile the program and everything that tests it
build:
    cargo build --all-targets

# The test suite, as the README says it
test *arguments:
    cargo nextest run {{ arguments }}

# What a change must pass, the same lines as `.ci/run`
check: && test
    cargo fmt --all --check
    cargo clippy --all-targets --all-features -- -D warnings
    cargo deny check bans licenses sources

# Known vulnerabilities in what we depend on; needs the network
advisories:
    cargo deny check advisories

# Everything, the exhaustive suites whole instead of sampled, in debug and release
full: check
    cargo test --doc
    RUNBOOK_FULL=1 cargo nextest run --profile full
    RUNBOOK_FULL=1 cargo nextest run --profile full --release

# Measure
bench *arguments:
    cargo bench {{ arguments }}

# Run the main example against a real site behind a firewall on this machine
try *arguments:
    ./try.sh {{ arguments }}

# Write formatting
fmt:
    cargo fmt --all
