//! The same work for each of many entries, on all processors: what reading a long run takes most of its time for.

use std::num::NonZero;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Scope, ScopedJoinHandle};

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

/// Work on pages that come one after the other, done while the next ones are still being fetched. The first page begins no thread:
/// most runs have no other.
pub(super) struct Conveyor<'scope, 'env, T, R, E> {
    scope: &'scope Scope<'scope, 'env>,
    work: &'scope (dyn Fn(T) -> Result<R, E> + Sync),
    first: Option<Vec<T>>,
    pages: usize,
    moving: Option<Moving<'scope, T, R, E>>,
}

/// Pages with their numbers, on the way to the threads that work.
struct Moving<'scope, T, R, E> {
    to_workers: Sender<(usize, Vec<T>)>,
    workers: Vec<ScopedJoinHandle<'scope, Vec<Done<R, E>>>>,
}

/// The results of one page, with its number.
type Done<R, E> = (usize, Result<Vec<R>, E>);

impl<'scope, 'env, T: Send + 'scope, R: Send + 'scope, E: Send + 'scope> Conveyor<'scope, 'env, T, R, E> {
    /// One on which nothing lies.
    pub(super) fn new(scope: &'scope Scope<'scope, 'env>, work: &'scope (dyn Fn(T) -> Result<R, E> + Sync)) -> Self {
        Conveyor { scope, work, first: None, pages: 0, moving: None }
    }

    /// Takes the next page.
    pub(super) fn push(&mut self, page: Vec<T>) {
        if self.pages == 0 {
            self.first = Some(page);
        } else {
            let (scope, work) = (self.scope, self.work);
            let moving = self.moving.get_or_insert_with(|| Moving::start(scope, work));
            if let Some(first) = self.first.take() {
                moving.send(0, first);
            }
            moving.send(self.pages, page);
        }
        self.pages += 1;
    }

    /// The results in the order of the items.
    ///
    /// # Errors
    /// That of the first item for which the work failed.
    pub(super) fn finish(self) -> Result<Vec<R>, E> {
        let Some(moving) = self.moving else {
            return self.first.into_iter().flatten().map(self.work).collect();
        };
        drop(moving.to_workers);
        let mut done = Vec::with_capacity(self.pages);
        for worker in moving.workers {
            match worker.join() {
                Ok(pages) => done.extend(pages),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done.sort_unstable_by_key(|(number, _)| *number);
        let mut results = Vec::new();
        for (_, page) in done {
            results.append(&mut page?);
        }
        Ok(results)
    }
}

impl<'scope, T: Send + 'scope, R: Send + 'scope, E: Send + 'scope> Moving<'scope, T, R, E> {
    fn start(scope: &'scope Scope<'scope, '_>, work: &'scope (dyn Fn(T) -> Result<R, E> + Sync)) -> Self {
        let (to_workers, pages) = mpsc::channel();
        let pages = Arc::new(Mutex::new(pages));
        let workers = thread::available_parallelism().map_or(1, NonZero::get);
        let worker = |_| {
            let pages = Arc::clone(&pages);
            scope.spawn(move || {
                let next = || next_of(&pages);
                let all = |page: Vec<T>| page.into_iter().map(work).collect();
                std::iter::from_fn(next).map(|(number, page)| (number, all(page))).collect()
            })
        };
        Moving { to_workers, workers: (0..workers).map(worker).collect() }
    }

    fn send(&self, number: usize, page: Vec<T>) {
        // Nobody takes it only when a worker has panicked, which is told when it is joined.
        let _taken = self.to_workers.send((number, page));
    }
}

/// The next page; nothing after the last.
fn next_of<T>(pages: &Mutex<Receiver<(usize, Vec<T>)>>) -> Option<(usize, Vec<T>)> {
    pages.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
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

    #[test]
    fn pages_are_worked_on_in_any_order_and_their_results_come_in_theirs() {
        for pages in [0, 1, 2, 17] {
            let through = |failing: bool| {
                let work = |item| if failing && item % 1_000 == 999 { Err(item) } else { Ok(item) };
                thread::scope(|scope| {
                    let mut conveyor = Conveyor::new(scope, &work);
                    (0..pages).for_each(|page| conveyor.push((page * 100..(page + 1) * 100).collect()));
                    conveyor.finish()
                })
            };
            assert_eq!(through(false), Ok((0..pages * 100).collect()));
            assert_eq!(through(true).err(), (pages > 9).then_some(999));
        }
    }
}
