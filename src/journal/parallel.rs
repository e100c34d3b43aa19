//! The same work for each of many entries, on all processors: what reading a long run takes most of its time for.

use std::num::NonZero;
use std::thread;

/// Fewer entries than this are not worth a thread.
const MANY: usize = 2_000;

/// `work` done for each item; the results in the order of the items.
///
/// # Errors
/// That of the first item for which `work` fails.
pub(super) fn each<T: Send, R: Send, E: Send>(
    mut items: Vec<T>,
    work: impl Fn(T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(items.len() / MANY + 1);
    let share = items.len().div_ceil(workers);
    let all = |items: Vec<T>| items.into_iter().map(&work).collect::<Result<Vec<R>, E>>();
    thread::scope(|scope| {
        // The last share first, so that each is cut off the end without moving the others.
        let mut others: Vec<_> = (1..workers)
            .rev()
            .map(|worker| {
                let share = items.split_off(share * worker);
                scope.spawn(|| all(share))
            })
            .collect();
        let mut results = all(items)?;
        while let Some(other) = others.pop() {
            match other.join() {
                Ok(more) => results.extend(more?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(results)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items_and_the_first_failure_counts() {
        for many in [0, 1, MANY - 1, MANY, MANY * 3 + 7] {
            let items: Vec<usize> = (0..many).collect();
            assert_eq!(each(items.clone(), Ok::<_, ()>).as_ref(), Ok(&items));
            let failing = each(items, |item| if item % 1_000 == 999 { Err(item) } else { Ok(()) });
            assert_eq!(failing.err(), (many > 999).then_some(999));
        }
    }
}
