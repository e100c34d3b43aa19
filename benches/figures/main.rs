//! Measures what `docs/figures.md` says: `cargo bench --bench figures`, or a part of it: `cargo bench --bench figures -- start-up`.
//!
//! Each line says the median of several runs, the fastest and the slowest. What is compared is measured in turn, within one run,
//! in the same folder; a ratio is that of the two medians.

mod engine;
mod processes;
mod report;
mod secrets;
mod tools;
mod web_load;

use report::load;

type Part = (&'static str, fn());

const PARTS: [Part; 11] = [
    ("start-up", processes::start_up),
    ("check", processes::check),
    ("memory", processes::memory),
    ("waits", processes::parallel_waits),
    ("calls", engine::calls),
    ("durable", engine::durable_steps),
    ("resume", engine::long_resume),
    ("requests", processes::requests),
    ("scan", secrets::scan),
    ("hundred", tools::hundred_steps),
    ("load", web_load::web_load),
];

fn main() {
    // Cargo adds `--bench`.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if let Some(unknown) = wanted.iter().find(|wanted| PARTS.iter().all(|(name, _)| name != wanted)) {
        let names: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
        eprintln!("there is no part `{unknown}`; there are {}", names.join(", "));
        std::process::exit(2);
    }
    for (name, part) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            println!("\n{name} (load {})", load());
            part();
        }
    }
    println!("\nload at the end {}", load());
}
