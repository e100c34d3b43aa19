//! Functions of Rhai that a script must not reach as they are.
//!
//! A function that is registered with an engine hides one of the same name and argument types in a package. Each
//! overload has to be hidden by itself; `tests/hostile/functions.allow.txt` lists what is left.

use std::any::TypeId;
use std::sync::Arc;

use rhai::{Array, Blob, Dynamic, Engine, EvalAltResult, FnPtr, ImmutableString, Map, NativeCallContext, Position};

use super::json;
use super::limits::Limits;
use super::packages;
use super::text;

use crate::messages::script as messages;

type Refused = Box<EvalAltResult>;

pub(super) fn register(engine: &mut Engine, limits: &Limits) {
    refuse_ambient(engine);
    give_trimmed(engine);
    bound_text(engine, limits.string_bytes);
    bound_json(engine, limits.string_bytes);
    bound_replace(engine, limits.string_bytes);
    bound_pad(engine, limits);
    bound_split(engine, limits.string_bytes);
}

/// What reaches around the gate, or ends a script around the engine.
fn refuse_ambient(engine: &mut Engine) {
    engine
        .register_fn("timestamp", || refused::<()>(&messages::timestamp_would_read_a_clock()))
        .register_fn("sleep", |_: i64| refused::<()>(&messages::sleep_would_block()))
        .register_fn("sleep", |_: f64| refused::<()>(&messages::sleep_would_block()))
        .register_fn("exit", || refused::<()>(&messages::exit_would_end_without_closes()))
        .register_fn("exit", |_: Dynamic| refused::<()>(&messages::exit_would_end_without_closes()))
        .register_fn("get_fn_metadata_list", || refused::<()>(&messages::no_list_of_functions()))
        .register_fn("get_fn_metadata_list", |_: &str| refused::<()>(&messages::no_list_of_functions()))
        .register_fn("get_fn_metadata_list", |_: &str, _: i64| refused::<()>(&messages::no_list_of_functions()));
}

/// Rhai's `trim` changes the string in place and gives nothing, so `read(…).trim()` would be lost without a word. This one gives
/// the string as well.
fn give_trimmed(engine: &mut Engine) {
    engine.register_fn("trim", |text: &mut ImmutableString| -> ImmutableString {
        *text = text.trim().into();
        text.clone()
    });
}

fn refused<T>(why: &str) -> Result<T, Refused> {
    Err(why.into())
}

fn bound_text(engine: &mut Engine, bytes: usize) {
    for name in ["print", "debug", "to_string", "to_debug"] {
        for kind in [TypeId::of::<Array>(), TypeId::of::<Map>(), TypeId::of::<FnPtr>()] {
            engine.register_raw_fn(name, [kind], move |context, args| text_of_first(&context, args, bytes));
        }
    }
}

fn text_of_first(
    context: &NativeCallContext,
    args: &mut [&mut Dynamic],
    bytes: usize,
) -> Result<ImmutableString, Refused> {
    let value = args.first().ok_or(messages::a_value_is_missing())?;
    Ok(text::of_value(value, bytes, Some(context)).into())
}

fn bound_json(engine: &mut Engine, bytes: usize) {
    engine
        .register_raw_fn("to_json", [TypeId::of::<Map>()], move |_, args| {
            let value = args.first().ok_or(messages::to_json_a_value_is_missing())?;
            json::write(value, bytes).map(ImmutableString::from)
        })
        .register_fn("parse_json", move |text: &str| json::read(text, bytes));
}

fn bound_replace(engine: &mut Engine, bytes: usize) {
    engine
        .register_fn("replace", move |s: &mut ImmutableString, find: &str, put: &str| replace(s, find, put, bytes))
        .register_fn("replace", move |s: &mut ImmutableString, find: &str, put: char| {
            replace(s, find, put.encode_utf8(&mut [0; 4]), bytes)
        })
        .register_fn("replace", move |s: &mut ImmutableString, find: char, put: &str| {
            replace(s, find.encode_utf8(&mut [0; 4]), put, bytes)
        })
        .register_fn("replace", move |s: &mut ImmutableString, find: char, put: char| {
            let (find, put) = (&mut [0; 4], (put, &mut [0; 4], find));
            replace(s, put.2.encode_utf8(find), put.0.encode_utf8(put.1), bytes)
        });
}

fn replace(string: &mut ImmutableString, find: &str, put: &str, bytes: usize) -> Result<(), Refused> {
    if string.len() > bytes {
        return Err(too_long("replace", string.len(), bytes));
    }
    let found = string.matches(find).count();
    let length = found.checked_mul(put.len()).and_then(|added| added.checked_add(string.len() - found * find.len()));
    match length {
        Some(length) if length <= bytes => {
            *string = string.replace(find, put).into();
            Ok(())
        }
        _ => Err(messages::replace_would_be_longer(bytes).into()),
    }
}

fn bound_pad(engine: &mut Engine, limits: &Limits) {
    let bytes = limits.string_bytes;
    let items = limits.heap_bytes / 2 / size_of::<Dynamic>();
    engine
        .register_fn("pad", move |s: &mut ImmutableString, length: i64, with: char| {
            pad(s, length, with.encode_utf8(&mut [0; 4]), bytes)
        })
        .register_fn("pad", move |s: &mut ImmutableString, length: i64, with: &str| pad(s, length, with, bytes))
        .register_fn("pad", move |array: &mut Array, length: i64, item: Dynamic| {
            let length = size("pad", length, items)?;
            // Copies of other values take memory each, and only one operation passes.
            if !(item.is_unit() || item.is_bool() || item.is_int() || item.is_float() || item.is_string()) {
                return Err(messages::pad_an_array_can_be_filled_up(kind_of(&item)).into());
            }
            if length > array.len() {
                array.resize(length, item);
            }
            Ok::<_, Refused>(())
        })
        .register_fn("pad", move |blob: &mut Blob, length: i64, byte: i64| {
            let length = size("pad", length, bytes)?;
            if length > blob.len() {
                blob.resize(length, low_byte(byte));
            }
            Ok::<_, Refused>(())
        })
        .register_fn("blob", move |length: i64| Ok::<Blob, Refused>(vec![0; size("blob", length, bytes)?]))
        .register_fn("blob", move |length: i64, byte: i64| {
            Ok::<Blob, Refused>(vec![low_byte(byte); size("blob", length, bytes)?])
        });
}

/// Pads to `length` characters. An empty padding adds nothing, where Rhai's own never ends.
fn pad(string: &mut ImmutableString, length: i64, with: &str, bytes: usize) -> Result<(), Refused> {
    if string.len() > bytes {
        return Err(too_long("pad", string.len(), bytes));
    }
    let length = size("pad", length, bytes)?;
    let missing = length.saturating_sub(string.chars().count());
    if missing == 0 || with.is_empty() {
        return Ok(());
    }
    let padded: String = string.chars().chain(with.chars().cycle().take(missing)).collect();
    if padded.len() > bytes {
        return Err(messages::pad_would_be_longer(bytes).into());
    }
    *string = padded.into();
    Ok(())
}

fn kind_of(item: &Dynamic) -> &'static str {
    if item.is_array() {
        "arrays"
    } else if item.is_map() {
        "maps"
    } else if item.is_fnptr() {
        "closures"
    } else {
        "this"
    }
}

fn low_byte(value: i64) -> u8 {
    value.to_le_bytes()[0]
}

/// Returns `length` as a size; less than nothing is nothing, as in Rhai.
fn size(function: &str, length: i64, most: usize) -> Result<usize, Refused> {
    if length <= 0 {
        return Ok(0);
    }
    usize::try_from(length)
        .ok()
        .filter(|&length| length <= most)
        .ok_or_else(|| messages::length_is_too_long(function, length, most).into())
}

fn too_long(function: &str, length: usize, bytes: usize) -> Refused {
    messages::value_is_too_long(function, length, bytes).into()
}

/// Functions that make a value of each letter or byte: 40 bytes of one, within one operation.
fn bound_split(engine: &mut Engine, bytes: usize) {
    let string = TypeId::of::<ImmutableString>();
    let blob = TypeId::of::<Blob>();
    let (letter, number) = (TypeId::of::<char>(), TypeId::of::<i64>());
    let overloads: &[(&str, &[TypeId])] = &[
        ("to_chars", &[string]),
        ("split", &[string]),
        ("split", &[string, letter]),
        ("split", &[string, letter, number]),
        ("split", &[string, string]),
        ("split", &[string, string, number]),
        ("split_rev", &[string, letter]),
        ("split_rev", &[string, letter, number]),
        ("split_rev", &[string, string]),
        ("split_rev", &[string, string, number]),
        ("to_array", &[blob]),
    ];
    // Rhai's own functions do the work, in an engine that has nothing else.
    let mut own = Engine::new_raw();
    packages::register(&mut own);
    own.set_max_strings_interned(0);
    let own = Arc::new(own);
    for &(name, kinds) in overloads {
        let own = own.clone();
        engine.register_raw_fn(name, kinds, move |_, args| {
            let length = args.first().map_or(0, |value| length_of(value));
            if length > bytes {
                return Err(too_long(name, length, bytes));
            }
            let global = own.new_global_runtime_state();
            NativeCallContext::new_with_all_fields(&own, name, None, &global, Position::NONE)
                .call_native_fn_raw(name, true, args)
        });
    }
}

fn length_of(value: &Dynamic) -> usize {
    if let Some(string) = value.read_lock::<ImmutableString>() {
        string.len()
    } else if let Some(blob) = value.read_lock::<Blob>() {
        blob.len()
    } else {
        0
    }
}
