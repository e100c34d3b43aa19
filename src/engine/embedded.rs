//! The Rhai sources inside the program: the standard modules and the shipped library. `build.rs` puts them here.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The text of a standard module, by its name without `std/`.
#[must_use]
pub fn module(name: &str) -> Option<&'static str> {
    text(STDLIB, name)
}

/// The names of the standard modules, in order, without `std/`.
pub fn modules() -> impl Iterator<Item = &'static str> {
    STDLIB.iter().map(|(name, _)| *name)
}

/// The text of a file of the shipped library, by its name: `incident/x`, `x.test`, `worlds/y`.
#[must_use]
pub fn file(name: &str) -> Option<&'static str> {
    text(RUNBOOKS, name)
}

/// The names of all files of the shipped library, in order.
pub fn files() -> impl Iterator<Item = &'static str> {
    RUNBOOKS.iter().map(|(name, _)| *name)
}

fn text(list: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    let at = list.binary_search_by_key(&name, |(name, _)| name).ok()?;
    list.get(at).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_source_is_found_by_its_name() {
        assert!(modules().any(|name| name == "probe") && files().any(|name| name == "verify-waf"));
        assert!(modules().all(|name| module(name).is_some_and(|text| !text.is_empty())));
        assert!(files().all(|name| file(name).is_some_and(|text| !text.is_empty())));
        assert_eq!((module("gone"), file("../Cargo")), (None, None));
    }
}
