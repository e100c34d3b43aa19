//! Text of a value, bounded in length and depth, for `print`, interpolation and error messages.
//!
//! Rhai's own formatting follows what closures captured, so a closure that captures itself overflows the stack, and an
//! array of a million references to one long string becomes a terabyte.

use std::fmt::Write;

use rhai::{Array, Blob, Dynamic, FnPtr, ImmutableString, Map, NativeCallContext};

/// Nesting that is written; deeper values are written as `…`.
const DEPTH: usize = 64;

/// Returns the text of `value`, cut at `bytes`, with text inside arrays and maps in quotes.
///
/// `context` finds `to_debug` of types that the host registered; without it their type's name is written.
pub(super) fn of_value(value: &Dynamic, bytes: usize, context: Option<&NativeCallContext>) -> String {
    let mut text = Text { written: String::new(), bytes, context };
    // `Err` says that the text is full; the mark that `full` left tells the reader.
    let _ = match value.read_lock::<ImmutableString>() {
        Some(string) => text.push(&string),
        None => text.value(value, DEPTH),
    };
    text.written
}

struct Text<'c, 'e> {
    written: String,
    bytes: usize,
    context: Option<&'c NativeCallContext<'e>>,
}

struct Full;

impl Text<'_, '_> {
    fn push(&mut self, part: &str) -> Result<(), Full> {
        let room = self.bytes.saturating_sub(self.written.len());
        if part.len() <= room {
            self.written.push_str(part);
            return Ok(());
        }
        let end = (0..=room).rev().find(|&at| part.is_char_boundary(at)).unwrap_or(0);
        self.written.push_str(&part[..end]);
        // `String` never fails to be written to.
        let _ = write!(self.written, "… (cut at {} bytes)", self.bytes);
        Err(Full)
    }

    fn value(&mut self, value: &Dynamic, depth: usize) -> Result<(), Full> {
        if let Some(array) = value.read_lock::<Array>() {
            self.nested("[", "]", depth, array.iter().map(|item| (None, item)))
        } else if let Some(map) = value.read_lock::<Map>() {
            let entries = map.iter().map(|(key, item)| (Some(key.as_str()), item));
            self.nested("#{", "}", depth, entries)
        } else if let Some(string) = value.read_lock::<ImmutableString>() {
            self.quoted(&string)
        } else if let Some(closure) = value.read_lock::<FnPtr>() {
            self.push("Fn(")?;
            self.push(closure.fn_name())?;
            self.push(")")
        } else if let Some(blob) = value.read_lock::<Blob>() {
            self.push(&format!("({} bytes)", blob.len()))
        } else if value.is_unit() {
            self.push("()")
        } else {
            let text = self.other(value);
            self.push(&text)
        }
    }

    fn nested<'v>(
        &mut self,
        open: &str,
        close: &str,
        depth: usize,
        items: impl Iterator<Item = (Option<&'v str>, &'v Dynamic)>,
    ) -> Result<(), Full> {
        let Some(depth) = depth.checked_sub(1) else {
            return self.push("…");
        };
        self.push(open)?;
        for (place, (key, item)) in items.enumerate() {
            if place > 0 {
                self.push(", ")?;
            }
            if let Some(key) = key {
                self.quoted(key)?;
                self.push(": ")?;
            }
            self.value(item, depth)?;
        }
        self.push(close)
    }

    fn quoted(&mut self, string: &str) -> Result<(), Full> {
        // Quoting can make ten bytes of one, so no more is quoted than there is room for.
        let room = self.bytes.saturating_sub(self.written.len());
        let end = (0..=string.len().min(room)).rev().find(|&at| string.is_char_boundary(at)).unwrap_or(0);
        self.push(&format!("{:?}", &string[..end]))?;
        if end < string.len() {
            return self.push(&string[end..]);
        }
        Ok(())
    }

    /// Numbers, ranges and types of the host: none of them holds other values.
    fn other(&self, value: &Dynamic) -> String {
        let Some(context) = self.context else {
            return match value.as_int() {
                Ok(number) => number.to_string(),
                Err(_) => value.to_string(),
            };
        };
        let mut copy = value.flatten_clone();
        match context.call_native_fn_raw("to_debug", true, &mut [&mut copy]) {
            Ok(text) if text.is_string() => text.to_string(),
            _ => context.engine().map_type_name(value.type_name()).to_string(),
        }
    }
}
