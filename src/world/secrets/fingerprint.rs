//! What tells the values of a secret apart without telling them: an HMAC under a key that stands in no journal, report or export.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::model::secret::SecretRef;

/// The block of SHA-256, so that the key is used as it is (RFC 2104 §2).
const KEY_BYTES: usize = 64;

/// How the file of the key is called, beside the journal.
const FILE: &str = "fingerprint.key";

/// The key of the fingerprints of one journal's secrets. It is read, or made, when the first secret is.
pub struct FingerprintKey {
    folder: PathBuf,
    key: OnceLock<Option<Key>>,
}

struct Key {
    bytes: Zeroizing<[u8; KEY_BYTES]>,
    /// Names the key without telling it, so that fingerprints of two keys are never compared.
    id: String,
}

impl FingerprintKey {
    /// The key that lies in the folder of the journal.
    #[must_use]
    pub fn in_folder(folder: PathBuf) -> Self {
        FingerprintKey { folder, key: OnceLock::new() }
    }

    /// A key that was made elsewhere.
    #[must_use]
    pub fn of(bytes: [u8; KEY_BYTES]) -> Self {
        FingerprintKey { folder: PathBuf::new(), key: OnceLock::from(Some(Key::of(Zeroizing::new(bytes)))) }
    }

    /// The fingerprint of the value that `reference` has in `run`: `hmac:KEY:64 bits`, hexadecimal. Nothing where the key can't be read or
    /// made: then nobody is told whether the value has changed.
    pub(super) fn of_value(&self, reference: &SecretRef, run: &str, value: &str) -> Option<String> {
        let key = self.key.get_or_init(|| read_or_make(&self.folder).ok().map(Key::of)).as_ref()?;
        let fingerprint = key.hash(&[run, &reference.provider, &reference.name, value]);
        Some(format!("hmac:{}:{}", key.id, hex(fingerprint.get(..8)?)))
    }
}

impl Key {
    fn of(bytes: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        let mut key = Key { bytes, id: String::new() };
        key.id = hex(key.hash(&["id"]).get(..4).unwrap_or_default());
        key
    }

    fn hash(&self, parts: &[&str]) -> [u8; 32] {
        let key: &[u8; KEY_BYTES] = &self.bytes;
        let mut mac = Hmac::<Sha256>::new(key.into());
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

/// Whether two fingerprints tell that a value has changed. Those of two keys tell nothing.
#[must_use]
pub fn tell_a_change(before: Option<&str>, now: Option<&str>) -> bool {
    match (before.and_then(split), now.and_then(split)) {
        (Some((key, before)), Some((same, now))) => key == same && before != now,
        _ => false,
    }
}

fn split(fingerprint: &str) -> Option<(&str, &str)> {
    fingerprint.strip_prefix("hmac:")?.split_once(':')
}

fn read_or_make(folder: &Path) -> io::Result<Zeroizing<[u8; KEY_BYTES]>> {
    let file = folder.join(FILE);
    if let Some(key) = read(&file)? {
        return Ok(key);
    }
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    getrandom::fill(key.as_mut_slice()).map_err(io::Error::other)?;
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(key.as_slice())?;
    new.as_file().sync_all()?;
    match new.persist_noclobber(&file) {
        Ok(_) => Ok(key),
        // Another process was faster: its key counts.
        Err(error) => read(&file)?.ok_or(error.error),
    }
}

/// The key in `file`; nothing where there is no file.
fn read(file: &Path) -> io::Result<Option<Zeroizing<[u8; KEY_BYTES]>>> {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    if bytes.len() != KEY_BYTES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    key.copy_from_slice(&bytes);
    Ok(Some(key))
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn fingerprint(key: &FingerprintKey, run: &str, value: &str) -> Option<String> {
        let reference = SecretRef { provider: "param".to_owned(), name: "pin".to_owned() };
        key.of_value(&reference, run, value)
    }

    #[test]
    fn a_value_that_has_changed_is_told_also_by_another_process_with_the_same_key() {
        let folder = tempfile::tempdir().unwrap();
        let first = FingerprintKey::in_folder(folder.path().to_owned());
        let second = FingerprintKey::in_folder(folder.path().to_owned());
        let (before, same, other) =
            (fingerprint(&first, "r", "1234"), fingerprint(&second, "r", "1234"), fingerprint(&second, "r", "1235"));
        assert!(before.is_some());
        assert_eq!(before, same);
        assert!(!tell_a_change(before.as_deref(), same.as_deref()));
        assert!(tell_a_change(before.as_deref(), other.as_deref()));
        assert_ne!(before, fingerprint(&first, "another run", "1234"), "runs can't be compared");
        let mode = folder.path().join(FILE).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn fingerprints_of_two_keys_or_of_none_tell_nothing() {
        let (mine, yours) = (FingerprintKey::of([1; 64]), FingerprintKey::of([2; 64]));
        let (before, now) = (fingerprint(&mine, "r", "1234"), fingerprint(&yours, "r", "9999"));
        assert!(!tell_a_change(before.as_deref(), now.as_deref()));
        assert!(!tell_a_change(before.as_deref(), None));
        assert!(!tell_a_change(Some("9f2c"), now.as_deref()), "as an older version of this program kept them");
        assert_eq!(fingerprint(&FingerprintKey::in_folder(PathBuf::from("/nowhere")), "r", "1234"), None);
    }
}
