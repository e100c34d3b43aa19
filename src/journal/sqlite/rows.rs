//! How rows come out of the file: many entries as one text. A row of its own for each costs ten times as much, in allocations
//! and in changes between the threads.

use crate::model::entry::Seq;

/// A row of `entry` without its run.
pub struct Stored {
    pub seq: Seq,
    pub at: String,
    pub body: String,
    pub previous: String,
    pub hash: String,
}

/// The SQL expression that packs an entry of the table `$table`: `seq length length length length ` and the four texts.
macro_rules! packed {
    ($table:literal) => {
        concat!(
            $table,
            ".seq || ' ' || octet_length(",
            $table,
            ".at) || ' ' || octet_length(",
            $table,
            ".body) || ' ' || octet_length(",
            $table,
            ".previous) || ' ' || octet_length(",
            $table,
            ".hash) || ' ' || ",
            $table,
            ".at || ",
            $table,
            ".body || ",
            $table,
            ".previous || ",
            $table,
            ".hash"
        )
    };
}

/// The next entries of run `?1` from number `?2` on, at most `?3`, as one text.
pub const ENTRIES: &str = concat!(
    "SELECT group_concat(",
    packed!("e"),
    ", '' ORDER BY e.seq) FROM (SELECT * FROM entry WHERE run = ?1 AND seq >= ?2 ORDER BY seq LIMIT ?3) e"
);

/// All runs, newest first: id, number and hash of the newest entry, the first entry, the newest one where it is another.
pub const RUNS: &str = concat!(
    "SELECT r.id, r.newest_seq, r.newest_hash, ",
    packed!("f"),
    ", ",
    packed!("n"),
    " FROM run r LEFT JOIN entry f ON f.run = r.id AND f.seq = 1
                 LEFT JOIN entry n ON n.run = r.id AND n.seq = r.newest_seq AND r.newest_seq > 1
      ORDER BY r.number DESC"
);

/// The entries in a packed text; nothing when it is not whole.
pub fn unpack(mut text: &str) -> Option<Vec<Stored>> {
    let mut entries = Vec::new();
    while !text.is_empty() {
        let seq = number(&mut text)?;
        let lengths = [number(&mut text)?, number(&mut text)?, number(&mut text)?, number(&mut text)?];
        let [at, body, previous, hash] = lengths.map(|length| take(&mut text, length));
        entries.push(Stored { seq, at: at?, body: body?, previous: previous?, hash: hash? });
    }
    Some(entries)
}

fn number(text: &mut &str) -> Option<u64> {
    let (number, rest) = text.split_once(' ')?;
    *text = rest;
    number.parse().ok()
}

fn take(text: &mut &str, length: u64) -> Option<String> {
    let (taken, rest) = text.split_at_checked(usize::try_from(length).ok()?)?;
    *text = rest;
    Some(taken.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_whole_is_nothing() {
        let packed = "7 1 3 0 2 ä";
        assert!(unpack(packed).is_none(), "one byte of a character of two");
        let packed = "7 2 3 0 2 äabcxy8 0 0 0 0 ";
        let entries: Vec<_> =
            unpack(packed).unwrap().into_iter().map(|e| (e.seq, e.at, e.body, e.previous, e.hash)).collect();
        let text = str::to_owned;
        assert_eq!(
            entries,
            [(7, text("ä"), text("abc"), text(""), text("xy")), (8, text(""), text(""), text(""), text(""))]
        );
        for cut in (1..packed.len()).filter(|cut| packed.is_char_boundary(*cut) && *cut != 17) {
            assert!(unpack(&packed[..cut]).is_none(), "{cut}");
        }
    }
}
