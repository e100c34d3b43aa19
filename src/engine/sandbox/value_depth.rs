//! How deeply values are nested in one another.

use std::collections::HashMap;

use rhai::{Array, Dynamic, FnPtr, Map};

/// Returns whether no value is nested deeper than `limit`, following arrays, maps and what closures captured.
pub(super) fn all_within<'v>(limit: usize, values: impl IntoIterator<Item = &'v Dynamic>) -> bool {
    let mut heights = HashMap::new();
    values.into_iter().all(|value| height(value, limit, &mut heights).is_some())
}

/// Returns how many levels there are below `value`, or `None` when it is more than `left`.
///
/// A captured variable is a cell that several closures may hold; its height is computed once, or a few dozen closures
/// that hold each other twice would take for ever. A cell that is met within itself counts nothing: a cycle is never
/// dropped.
fn height(value: &Dynamic, left: usize, cells: &mut HashMap<usize, usize>) -> Option<usize> {
    if value.is_shared() {
        let Some(inner) = value.read_lock::<Dynamic>() else {
            return Some(0);
        };
        let cell = std::ptr::from_ref::<Dynamic>(&inner).addr();
        if let Some(&known) = cells.get(&cell) {
            return (known <= left).then_some(known);
        }
        cells.insert(cell, 0);
        let height = height_of_parts(&inner, left, cells)?;
        cells.insert(cell, height);
        return Some(height);
    }
    height_of_parts(value, left, cells)
}

fn height_of_parts(value: &Dynamic, left: usize, cells: &mut HashMap<usize, usize>) -> Option<usize> {
    // Told by tag, without a lock: most values hold no others.
    if !(value.is_array() || value.is_map() || value.is_fnptr()) {
        Some(0)
    } else if let Some(array) = value.read_lock::<Array>() {
        highest(array.iter(), left, cells)
    } else if let Some(map) = value.read_lock::<Map>() {
        highest(map.values(), left, cells)
    } else if let Some(closure) = value.read_lock::<FnPtr>() {
        highest(closure.iter_curry(), left, cells)
    } else {
        Some(0)
    }
}

fn highest<'v>(
    parts: impl Iterator<Item = &'v Dynamic>,
    left: usize,
    cells: &mut HashMap<usize, usize>,
) -> Option<usize> {
    let mut highest = 0;
    for part in parts {
        let below = left.checked_sub(1)?;
        highest = highest.max(height(part, below, cells)? + 1);
    }
    Some(highest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(levels: usize) -> Dynamic {
        (0..levels).fold(Dynamic::from(1_i64), |inner, _| vec![inner].into())
    }

    #[test]
    fn a_value_as_deep_as_the_limit_is_within() {
        assert!(all_within(8, [&nested(8)]));
    }

    #[test]
    fn a_value_one_deeper_than_the_limit_is_not() {
        assert!(!all_within(8, [&nested(9)]));
    }

    #[test]
    fn a_cell_that_holds_itself_counts_once() {
        let cell = Dynamic::from(1_i64).into_shared();
        let mut closure = FnPtr::new("f").expect("a valid name");
        closure.add_curry(cell.clone());
        if let Some(mut inner) = cell.clone().write_lock::<Dynamic>() {
            *inner = closure.into();
        }
        assert!(all_within(8, [&cell]));
    }

    #[test]
    fn cells_shared_twice_at_each_of_many_levels_are_measured_once_each() {
        let mut value = Dynamic::from(1_i64).into_shared();
        for _ in 0..60 {
            let mut closure = FnPtr::new("f").expect("a valid name");
            closure.add_curry(value.clone()).add_curry(value);
            value = Dynamic::from(closure).into_shared();
        }
        assert!(all_within(60, [&value]));
        assert!(!all_within(59, [&value]));
    }
}
