//! All tables in one file: what there is, then one compressed part for each service, so that a run reads those that it uses.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};

use super::service::Service;
use crate::bindings::aws::endpoints::{Partitions, RuleSet};

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
    /// The partitions of AWS.
    pub partitions: Partitions,
    /// What the endpoint rules of most services share; their parts are packed with it at hand.
    likeness: Piece,
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
    table: Piece,
    rules: Piece,
}

/// A part of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Piece {
    /// Where it begins, after the contents.
    start: u32,
    /// How long it is.
    length: u32,
    /// How long it is unpacked.
    unpacked: u32,
}

/// A service that goes into the file.
#[derive(Clone, Debug)]
pub struct Packed<'a> {
    /// Its table.
    pub service: Service<'a>,
    /// Where its requests go.
    pub rules: RuleSet<'a>,
}

/// A file that holds no tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tables of AWS services are damaged: {0}")]
pub struct Damaged(&'static str);

/// The services whose endpoint rules are those of most others.
const ALIKE: [&str; 3] = ["acm", "ecs", "sts"];

/// Writes the file.
///
/// # Errors
/// What can't be written in this form: more than 4 GiB.
pub fn pack(source: &str, partitions: Partitions, services: &[Packed<'_>]) -> Result<Vec<u8>, Damaged> {
    let plain_rules =
        |of: &Packed<'_>| postcard::to_stdvec(&of.rules).map_err(|_| Damaged("endpoint rules can't be written"));
    let alike = services.iter().filter(|of| ALIKE.contains(&of.service.name));
    let likeness: Vec<u8> = alike.map(plain_rules).collect::<Result<Vec<_>, _>>()?.concat();
    let mut shelf = Shelf { parts: Vec::new() };
    let mut contents =
        Contents { source: source.to_owned(), services: Vec::new(), partitions, likeness: shelf.put(&likeness, &[])? };
    for packed in services {
        let Packed { service, .. } = packed;
        let table = postcard::to_stdvec(service).map_err(|_| Damaged("a service can't be written"))?;
        contents.services.push(Entry {
            name: service.name.to_owned(),
            full_name: service.full_name.to_owned(),
            operations: u32::try_from(service.operations.len()).map_err(|_| Damaged("a service is too large"))?,
            table: shelf.put(&table, &[])?,
            rules: shelf.put(&plain_rules(packed)?, &likeness)?,
        });
    }
    let contents = postcard::to_stdvec(&contents).map_err(|_| Damaged("the contents can't be written"))?;
    let length = u32::try_from(contents.len()).map_err(|_| Damaged("the contents are too large"))?;
    Ok([MAGIC, &length.to_le_bytes(), &contents, &shelf.parts].concat())
}

/// The parts of the file, one after the other.
struct Shelf {
    parts: Vec<u8>,
}

impl Shelf {
    fn put(&mut self, plain: &[u8], likeness: &[u8]) -> Result<Piece, Damaged> {
        let cannot = |_| Damaged("a part can't be compressed");
        let mut compressor = zstd::bulk::Compressor::with_dictionary(19, likeness).map_err(cannot)?;
        let packed = compressor.compress(plain).map_err(cannot)?;
        let size = |length: usize| u32::try_from(length).map_err(|_| Damaged("a part is too large"));
        let piece = Piece { start: size(self.parts.len())?, length: size(packed.len())?, unpacked: size(plain.len())? };
        self.parts.extend_from_slice(&packed);
        Ok(piece)
    }
}

/// Reads what a file holds, and where the parts begin.
///
/// # Errors
/// A file that holds no tables.
pub fn contents(file: &[u8]) -> Result<(Contents, &[u8]), Damaged> {
    let rest = file.strip_prefix(MAGIC).ok_or(Damaged("they begin otherwise"))?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(Damaged("they end early"))?;
    let (contents, parts) =
        rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or(Damaged("they end early"))?;
    Ok((postcard::from_bytes(contents).map_err(|_| Damaged("their contents can't be read"))?, parts))
}

/// A part of the file, unpacked.
fn unpack(piece: Piece, parts: &[u8], likeness: &[u8]) -> Result<Vec<u8>, Damaged> {
    let (start, length) = (piece.start as usize, piece.length as usize);
    let part = parts.get(start..start.saturating_add(length)).ok_or(Damaged("a part is missing"))?;
    let size = (piece.unpacked as usize).min(UNPACKED_MAX);
    let cannot = |_| Damaged("a part can't be unpacked");
    zstd::bulk::Decompressor::with_dictionary(likeness).and_then(|mut of| of.decompress(part, size)).map_err(cannot)
}

/// What there is in the program.
///
/// # Errors
/// Tables that are damaged.
pub fn embedded() -> Result<&'static Contents, Damaged> {
    opened().as_ref().map(|(contents, _)| contents).map_err(|damaged| *damaged)
}

/// What is read of a service.
#[derive(Clone, Copy, Debug)]
pub struct Loaded {
    /// Its table.
    pub service: &'static Service<'static>,
    /// Where its requests go.
    pub rules: &'static RuleSet<'static>,
}

/// A service of the program; `None` when there is none of that name.
///
/// # Errors
/// Tables that are damaged.
pub fn service(name: &str) -> Result<Option<Loaded>, Damaged> {
    static KNOWN: Mutex<BTreeMap<String, Loaded>> = Mutex::new(BTreeMap::new());
    let (contents, parts) = opened().as_ref().map_err(|damaged| *damaged)?;
    let Ok(at) = contents.services.binary_search_by(|entry| entry.name.as_str().cmp(name)) else { return Ok(None) };
    let Some(entry) = contents.services.get(at) else { return Ok(None) };
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(loaded) = known.get(name) {
        return Ok(Some(*loaded));
    }
    let loaded = load(contents, entry, parts)?;
    known.insert(name.to_owned(), loaded);
    Ok(Some(loaded))
}

/// Kept as long as the process lives: schemas and declarations refer to it.
fn load(contents: &Contents, entry: &Entry, parts: &[u8]) -> Result<Loaded, Damaged> {
    let likeness = unpack(contents.likeness, parts, &[])?;
    let table: &'static [u8] = Vec::leak(unpack(entry.table, parts, &[])?);
    let rules: &'static [u8] = Vec::leak(unpack(entry.rules, parts, &likeness)?);
    let service: Service<'static> = postcard::from_bytes(table).map_err(|_| Damaged("a service can't be read"))?;
    let rules: RuleSet<'static> = postcard::from_bytes(rules).map_err(|_| Damaged("endpoint rules can't be read"))?;
    Ok(Loaded { service: Box::leak(Box::new(service)), rules: Box::leak(Box::new(rules)) })
}

fn opened() -> &'static Result<(Contents, &'static [u8]), Damaged> {
    static OPENED: OnceLock<Result<(Contents, &'static [u8]), Damaged>> = OnceLock::new();
    OPENED.get_or_init(|| contents(EMBEDDED))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> Packed<'static> {
        Packed {
            service: Service { name: "one", full_name: "The One", ..Service::default() },
            rules: RuleSet::default(),
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let other = Packed { service: Service { name: "two", ..Service::default() }, ..one() };
        let file = pack("a test", Partitions::default(), &[one(), other]).expect("packed");
        let (contents, parts) = contents(&file).expect("contents");
        assert_eq!((contents.source.as_str(), contents.services.len()), ("a test", 2));
        assert_eq!(load(&contents, &contents.services[0], parts).expect("loaded").service, &one().service);
    }

    #[test]
    fn a_damaged_file_is_an_error_whatever_is_cut_off() {
        let file = pack("a test", Partitions::default(), &[one()]).expect("packed");
        for end in 0..file.len() {
            let read =
                contents(&file[..end]).and_then(|(contents, parts)| load(&contents, &contents.services[0], parts));
            assert!(read.is_err(), "{end}");
        }
    }

    #[test]
    fn every_service_of_the_program_can_be_read() {
        let contents = embedded().expect("tables");
        assert!(contents.services.len() > 400);
        for entry in &contents.services {
            let service = service(&entry.name).expect("a table").expect("a service").service;
            assert_eq!(service.operations.len(), entry.operations as usize, "{}", entry.name);
            let sorted = service.operations.is_sorted_by(|one, other| one.function < other.function);
            assert!(sorted, "{}: two operations have one name", entry.name);
        }
        assert!(matches!(service("no_such_service"), Ok(None)));
    }
}
