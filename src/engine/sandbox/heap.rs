//! The counting allocator: how many bytes the process holds, so that a script can be ended before the system ends it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicIsize, Ordering};

static HELD: AtomicIsize = AtomicIsize::new(0);

thread_local! {
    // Allocated minus freed by this thread; negative for one that frees what others made.
    static HELD_BY_THREAD: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator, with a count of the bytes that are held.
///
/// It never refuses: an allocator that fails makes Rust abort. The budget is checked between two operations of a
/// script, and functions that could allocate much within one operation check their arguments.
pub struct CountingAllocator;

/// Returns the bytes that the process holds on the heap. 0 when [`CountingAllocator`] is not installed.
pub fn held_bytes() -> usize {
    usize::try_from(HELD.load(Ordering::Relaxed)).unwrap_or(0)
}

/// Returns what the calling thread allocated minus what it freed.
pub(super) fn held_by_thread() -> isize {
    HELD_BY_THREAD.try_with(Cell::get).unwrap_or(0)
}

fn count(bytes: isize) {
    HELD.fetch_add(bytes, Ordering::Relaxed);
    // Fails only while the thread is being torn down, when no script runs on it any more.
    let _ = HELD_BY_THREAD.try_with(|held| held.set(held.get().wrapping_add(bytes)));
}

// `Layout` never exceeds `isize::MAX` bytes.
fn signed(bytes: usize) -> isize {
    bytes as isize
}

// SAFETY: every call goes to `System` unchanged; counting touches an atomic and a `const` thread-local without a
// destructor, neither of which allocates.
#[expect(unsafe_code, reason = "an allocator can't be written without it")]
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are passed on unchanged.
        let memory = unsafe { System.alloc(layout) };
        if !memory.is_null() {
            count(signed(layout.size()));
        }
        memory
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are passed on unchanged.
        let memory = unsafe { System.alloc_zeroed(layout) };
        if !memory.is_null() {
            count(signed(layout.size()));
        }
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on unchanged.
        unsafe { System.dealloc(memory, layout) };
        count(-signed(layout.size()));
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promises are passed on unchanged.
        let moved = unsafe { System.realloc(memory, layout, size) };
        if !moved.is_null() {
            count(signed(size) - signed(layout.size()));
        }
        moved
    }
}
