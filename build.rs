//! Embeds the Rhai sources of `stdlib/` and `runbooks/` into the program, as two lists that are sorted by name.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| io::Error::other("cargo names no folder"))?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo names no output folder"))?);
    println!("cargo::rerun-if-changed=build.rs");
    let mut code = String::new();
    for (list, folder) in [("STDLIB", "stdlib"), ("RUNBOOKS", "runbooks")] {
        println!("cargo::rerun-if-changed={folder}");
        let mut sources = Vec::new();
        collect(&root.join(folder), "", &mut sources)?;
        // The order that a folder is read in differs between systems.
        sources.sort();
        let items: Vec<String> = sources
            .iter()
            .map(|(name, path)| format!("    ({name:?}, include_str!({:?})),\n", path.display().to_string()))
            .collect();
        writeln!(code, "static {list}: &[(&str, &str)] = &[\n{}];", items.concat()).map_err(io::Error::other)?;
    }
    fs::write(out.join("embedded.rs"), code)
}

/// Finds every `.rhai` file below `folder`; its name is the path without the ending.
fn collect(folder: &Path, prefix: &str, sources: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(file) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if path.is_dir() {
            collect(&path, &format!("{prefix}{file}/"), sources)?;
        } else if let Some(name) = file.strip_suffix(".rhai") {
            sources.push((format!("{prefix}{name}"), path));
        }
    }
    Ok(())
}
