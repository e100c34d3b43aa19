//! All tables in one file: what there is, then one compressed part for each service, so that a run reads those that it uses.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};

use super::service::Service;

/// What the file begins with. The number rises when the form of the tables changes.
const MAGIC: &[u8] = b"runbook aws tables 1\n";

/// No service has more than this when it is unpacked; a file that says so is damaged.
const UNPACKED_MAX: usize = 64 << 20;

/// The tables that are a part of the program. `models/aws/NOTICE` says where their facts come from.
static EMBEDDED: &[u8] = include_bytes!("../../../../models/aws/tables.bin");

/// What the file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// What the tables were made of: `botocore 1.44.8`.
    pub source: String,
    /// The services, by name.
    pub services: Vec<Entry>,
}

/// Where a service stands in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its namespace in scripts.
    pub name: String,
    /// What AWS calls it in sentences.
    pub full_name: String,
    /// How many operations it has.
    pub operations: u32,
    /// Where its part begins, after the contents.
    start: u32,
    /// How long its part is.
    length: u32,
    /// How long it is unpacked.
    unpacked: u32,
}

/// A file that holds no tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tables of AWS services are damaged: {0}")]
pub struct Damaged(&'static str);

/// Writes the file.
///
/// # Errors
/// What can't be written in this form: more than 4 GiB.
pub fn pack(source: &str, services: &[Service<'_>]) -> Result<Vec<u8>, Damaged> {
    let mut contents = Contents { source: source.to_owned(), services: Vec::new() };
    let mut parts = Vec::new();
    for service in services {
        let plain = postcard::to_stdvec(service).map_err(|_| Damaged("a service can't be written"))?;
        let packed = zstd::bulk::compress(&plain, 19).map_err(|_| Damaged("a service can't be compressed"))?;
        let size = |length: usize| u32::try_from(length).map_err(|_| Damaged("a service is too large"));
        contents.services.push(Entry {
            name: service.name.to_owned(),
            full_name: service.full_name.to_owned(),
            operations: size(service.operations.len())?,
            start: size(parts.len())?,
            length: size(packed.len())?,
            unpacked: size(plain.len())?,
        });
        parts.extend_from_slice(&packed);
    }
    let contents = postcard::to_stdvec(&contents).map_err(|_| Damaged("the contents can't be written"))?;
    let length = u32::try_from(contents.len()).map_err(|_| Damaged("the contents are too large"))?;
    Ok([MAGIC, &length.to_le_bytes(), &contents, &parts].concat())
}

/// Reads what a file holds, and where the parts begin.
///
/// # Errors
/// A file that holds no tables.
pub fn contents(file: &[u8]) -> Result<(Contents, &[u8]), Damaged> {
    let rest = file.strip_prefix(MAGIC).ok_or(Damaged("they begin otherwise"))?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(Damaged("they end early"))?;
    let (contents, parts) = rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or(Damaged("they end early"))?;
    Ok((postcard::from_bytes(contents).map_err(|_| Damaged("their contents can't be read"))?, parts))
}

/// The text of a service's table, unpacked.
///
/// # Errors
/// A part that is damaged.
pub fn unpack(entry: &Entry, parts: &[u8]) -> Result<Vec<u8>, Damaged> {
    let (start, length) = (entry.start as usize, entry.length as usize);
    let part = parts.get(start..start.saturating_add(length)).ok_or(Damaged("a part is missing"))?;
    let size = (entry.unpacked as usize).min(UNPACKED_MAX);
    zstd::bulk::decompress(part, size).map_err(|_| Damaged("a part can't be unpacked"))
}

/// What there is in the program.
///
/// # Errors
/// Tables that are damaged.
pub fn embedded() -> Result<&'static Contents, Damaged> {
    opened().as_ref().map(|(contents, _)| contents).map_err(|damaged| *damaged)
}

/// A service of the program; `None` when there is none of that name.
///
/// # Errors
/// Tables that are damaged.
pub fn service(name: &str) -> Result<Option<&'static Service<'static>>, Damaged> {
    static KNOWN: Mutex<BTreeMap<String, &'static Service<'static>>> = Mutex::new(BTreeMap::new());
    let (contents, parts) = opened().as_ref().map_err(|damaged| *damaged)?;
    let Ok(at) = contents.services.binary_search_by(|entry| entry.name.as_str().cmp(name)) else { return Ok(None) };
    let Some(entry) = contents.services.get(at) else { return Ok(None) };
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(service) = known.get(name) {
        return Ok(Some(service));
    }
    // Kept as long as the process lives: schemas and declarations refer to it.
    let plain: &'static [u8] = Vec::leak(unpack(entry, parts)?);
    let service: Service<'static> = postcard::from_bytes(plain).map_err(|_| Damaged("a service can't be read"))?;
    let service: &'static Service<'static> = Box::leak(Box::new(service));
    known.insert(name.to_owned(), service);
    Ok(Some(service))
}

fn opened() -> &'static Result<(Contents, &'static [u8]), Damaged> {
    static OPENED: OnceLock<Result<(Contents, &'static [u8]), Damaged>> = OnceLock::new();
    OPENED.get_or_init(|| contents(EMBEDDED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let service = Service { name: "one", full_name: "The One", ..Service::default() };
        let other = Service { name: "two", ..Service::default() };
        let file = pack("a test", &[service.clone(), other]).expect("packed");
        let (contents, parts) = contents(&file).expect("contents");
        assert_eq!((contents.source.as_str(), contents.services.len()), ("a test", 2));
        let plain = unpack(&contents.services[0], parts).expect("unpacked");
        assert_eq!(postcard::from_bytes::<Service<'_>>(&plain), Ok(service));
    }

    #[test]
    fn a_damaged_file_is_an_error_whatever_is_cut_off() {
        let file = pack("a test", &[Service { name: "one", ..Service::default() }]).expect("packed");
        for end in 0..file.len() {
            let read = contents(&file[..end]).and_then(|(contents, parts)| unpack(&contents.services[0], parts));
            assert!(read.is_err(), "{end}");
        }
    }

    #[test]
    fn every_service_of_the_program_can_be_read() {
        let contents = embedded().expect("tables");
        assert!(contents.services.len() > 400);
        for entry in &contents.services {
            let service = service(&entry.name).expect("a table").expect("a service");
            assert_eq!(service.operations.len(), entry.operations as usize, "{}", entry.name);
            let sorted = service.operations.is_sorted_by(|one, other| one.function < other.function);
            assert!(sorted, "{}: two operations have one name", entry.name);
        }
        assert_eq!(service("no_such_service"), Ok(None));
    }
}
