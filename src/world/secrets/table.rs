//! What is looked for in everything that leaves: each piece of each form of each live secret, as keyed hashes.
//!
//! A form is found by any [`WINDOW`] bytes of it in a row, so that a head, a tail or a wrapped line of it is found as well; a
//! shorter form only as a whole. Line ends count for nothing, in the forms as in what is looked at.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use super::{SHORTEST, forms};
use crate::model::secret::SecretRef;

/// This many bytes of a form in a row give it away.
pub(super) const WINDOW: usize = 12;

/// Which secret: its place among the names.
pub(super) type Owner = u32;

/// Bits of the filter, as a power of two: 256 KiB, which stay near the processor.
const FILTER_BITS: u32 = 21;

/// The last bytes seen, newest lowest: as many as a window holds.
pub(super) type Recent = u128;

/// What is looked for.
#[derive(Clone)]
pub(super) struct Table {
    // The pieces are kept as hashes under a key of this process, so that the table does not hold the secrets once more.
    hasher: RandomState,
    /// Which [`SHORTEST`] bytes a piece may end with. Ordinary text seldom gets past it.
    filter: Vec<u64>,
    pieces: HashMap<u64, Owner>,
    lengths: Vec<usize>,
    /// The beginnings of all windows, and of all forms what is shorter than that.
    beginnings: HashSet<u64>,
    marks: Vec<Mark>,
}

/// What is written in place of a secret.
#[derive(Clone)]
struct Mark {
    /// For people: `***(password)`.
    shown: String,
    /// In arguments, where it says that a secret stands there: `⟦secret:param:password⟧`.
    named: String,
}

impl Table {
    pub(super) fn new() -> Self {
        Table {
            hasher: RandomState::new(),
            filter: vec![0; 1 << (FILTER_BITS - 6)],
            pieces: HashMap::new(),
            lengths: Vec::new(),
            beginnings: HashSet::new(),
            marks: Vec::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    pub(super) fn add(&mut self, reference: &SecretRef, value: &str) {
        let owner = Owner::try_from(self.marks.len()).unwrap_or(Owner::MAX);
        self.marks.push(Mark { shown: format!("***({})", reference.name), named: reference.shown() });
        for form in forms::of(value) {
            let form: zeroize::Zeroizing<Vec<u8>> =
                zeroize::Zeroizing::new(form.bytes().filter(|byte| !is_line_end(*byte)).collect());
            if form.len() < SHORTEST {
                continue;
            }
            for piece in form.windows(form.len().min(WINDOW)) {
                self.add_piece(piece, owner);
            }
            for beginning in form.windows(SHORTEST).chain((1..SHORTEST).filter_map(|length| form.get(..length))) {
                self.beginnings.insert(self.hash(beginning.len(), recent(beginning)));
            }
        }
    }

    fn add_piece(&mut self, piece: &[u8], owner: Owner) {
        let length = piece.len();
        let bytes = recent(piece);
        if !self.lengths.contains(&length) {
            self.lengths.push(length);
            // The longest first: it tells most.
            self.lengths.sort_unstable_by_key(|length| std::cmp::Reverse(*length));
        }
        let (word, bit) = place_in_filter(bytes);
        if let Some(word) = self.filter.get_mut(word) {
            *word |= bit;
        }
        self.pieces.entry(self.hash(length, bytes)).or_insert(owner);
    }

    fn hash(&self, length: usize, bytes: Recent) -> u64 {
        self.hasher.hash_one((length, bytes))
    }

    /// What ends with the last of the `recent` bytes: how many bytes of it, and whose they are.
    #[inline]
    pub(super) fn ends(&self, recent: Recent, seen: usize) -> Option<(usize, Owner)> {
        let (word, bit) = place_in_filter(recent);
        if self.filter.get(word).is_none_or(|word| word & bit == 0) {
            return None;
        }
        self.lengths.iter().filter(|length| **length <= seen).find_map(|&length| {
            let owner = self.pieces.get(&self.hash(length, recent & mask(length)));
            owner.map(|owner| (length, *owner))
        })
    }

    /// Whether what was seen may go on as a secret. At the end of a line a few letters are no reason to wait.
    pub(super) fn may_go_on(&self, recent: Recent, seen: usize, at_line_end: bool) -> bool {
        let shortest = if at_line_end { SHORTEST } else { 1 };
        (shortest..=SHORTEST.min(seen))
            .any(|length| self.beginnings.contains(&self.hash(length, recent & mask(length))))
    }

    /// What is shown in place of a secret.
    pub(super) fn mark(&self, owner: Owner) -> &str {
        self.marks.get(owner as usize).map_or("***", |mark| &mark.shown)
    }

    /// What is written in place of a secret where it must still be known that one stands there.
    pub(super) fn named(&self, owner: Owner) -> &str {
        self.marks.get(owner as usize).map_or("***", |mark| &mark.named)
    }
}

/// Whether a byte ends a line: secrets are wrapped at any place.
pub(super) fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// With one byte more.
#[inline]
pub(super) fn and_then(recent: Recent, byte: u8) -> Recent {
    (recent << 8 | Recent::from(byte)) & mask(WINDOW)
}

fn recent(bytes: &[u8]) -> Recent {
    bytes.iter().fold(0, |recent, byte| and_then(recent, *byte))
}

#[inline]
fn mask(length: usize) -> Recent {
    (1 << (8 * length)) - 1
}

/// The word and bit of the filter for what these bytes end with (Fibonacci hashing).
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the lowest bytes are what is wanted")]
fn place_in_filter(recent: Recent) -> (usize, u64) {
    let last = recent as u64 & mask(SHORTEST) as u64;
    let place = last.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - FILTER_BITS);
    ((place >> 6) as usize, 1 << (place & 63))
}
